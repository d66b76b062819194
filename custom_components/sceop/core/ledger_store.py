"""A ledger as JSON: money as text, for no float may carry it; what an older version did not write is as it begins."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from .ledger import Entry, Highest, Ledger
from .slots import from_number, to_number


def dump(ledger: Ledger) -> dict[str, Any]:
    """Return the ledger as it is written to disk."""
    highest = ledger.highest
    return {
        "import_cost": str(ledger.import_cost),
        "export_compensation": str(ledger.export_compensation),
        "unpriced_import_wh": ledger.unpriced_import_wh,
        "unpriced_export_wh": ledger.unpriced_export_wh,
        "entries": {str(to_number(start)): _dump_entry(entry) for start, entry in ledger.entries.items()},
        "told": {flow: instant.isoformat() for flow, instant in ledger.told.items()},
        "highest": None
        if highest is None
        else {"month": highest.month.isoformat(), "start": highest.start.isoformat(), "wh": highest.wh},
        **({} if ledger.since is None else {"since": ledger.since.isoformat()}),
        **({} if ledger.again is None else {"again": [edge.isoformat() for edge in ledger.again]}),
    }


def load(kept: Mapping[str, Any] | None) -> Ledger:
    """Read it back; a site that was never counted has an empty one."""
    kept = kept or {}
    return Ledger(
        Decimal(kept.get("import_cost", 0)),
        Decimal(kept.get("export_compensation", 0)),
        kept.get("unpriced_import_wh", 0),
        kept.get("unpriced_export_wh", 0),
        {from_number(int(number)): _load_entry(entry) for number, entry in kept.get("entries", {}).items()},
        {flow: datetime.fromisoformat(instant) for flow, instant in kept.get("told", {}).items()},
        _load_highest(kept.get("highest")),
        datetime.fromisoformat(kept["since"]) if "since" in kept else None,
        _load_again(kept.get("again")),
    )


def _load_again(kept: Sequence[str] | None) -> tuple[datetime, datetime] | None:
    if kept is None:
        return None
    start, end = kept
    return datetime.fromisoformat(start), datetime.fromisoformat(end)


def _dump_entry(entry: Entry) -> dict[str, Any]:
    prices = {"import_price": entry.import_price, "export_price": entry.export_price, "carbon": entry.carbon}
    return {
        "wh": dict(entry.wh),
        **{name: str(amount) for name, amount in prices.items() if amount is not None},
        **({"given_up": True} if entry.given_up else {}),
    }


def _load_entry(kept: Mapping[str, Any]) -> Entry:
    prices = {
        name: Decimal(kept[name]) if name in kept else None for name in ("import_price", "export_price", "carbon")
    }
    return Entry(kept.get("wh", {}), **prices, given_up=kept.get("given_up", False))


def _load_highest(kept: Mapping[str, Any] | None) -> Highest | None:
    if kept is None:
        return None
    return Highest(date.fromisoformat(kept["month"]), datetime.fromisoformat(kept["start"]), kept["wh"])
