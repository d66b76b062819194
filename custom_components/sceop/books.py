"""The books of a site: what it must remember over a restart, and the form in which it is written to disk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from .core import ledger_store
from .core.balance import Tallies
from .core.ledger import Ledger
from .core.meter import ClosedSlot, Meter
from .core.registers import Register, Registers
from .core.slotbook import Book, Row
from .core.tally import Tally


@dataclass(frozen=True, slots=True)
class SiteBooks:
    """Where the registers of each thing stand, what was gathered from them, and slots that wait for others."""

    registers: Mapping[str, Registers] = field(default_factory=dict)
    tallies: Tallies = field(default_factory=dict)
    slots: Book = field(default_factory=dict)
    ledger: Ledger = field(default_factory=Ledger)
    prices: Mapping[str, Any] = field(default_factory=dict)
    """What the feeds of prices learned."""
    imported: frozenset[str] = frozenset()
    """The things whose past was written into the statistics of their sensors."""


def dump(books: SiteBooks) -> dict[str, Any]:
    """Return the books as they are written to disk."""
    return {
        "registers": {
            thing: {flow: _dump_register(register) for flow, register in registers.items()}
            for thing, registers in books.registers.items()
        },
        "tallies": {
            name: {"counted_mwh": dict(each.counted_mwh), "sum_mwh": each.sum_mwh, "highest_mwh": each.highest_mwh}
            for name, each in books.tallies.items()
        },
        "slots": {
            start.isoformat(): {
                "told": sorted(row.told),
                "parts": {
                    channel: {thing: [slot.wh, slot.quality] for thing, slot in parts.items()}
                    for channel, parts in row.parts.items()
                },
            }
            for start, row in books.slots.items()
        },
        "ledger": ledger_store.dump(books.ledger),
        "prices": dict(books.prices),
        "imported": sorted(books.imported),
    }


def load(kept: Mapping[str, Any]) -> SiteBooks:
    """Read them back."""
    return SiteBooks(
        {
            thing: {flow: _load_register(register) for flow, register in registers.items()}
            for thing, registers in kept["registers"].items()
        },
        {name: Tally(**tally) for name, tally in kept["tallies"].items()},
        {(at := datetime.fromisoformat(start)): _load_row(at, row) for start, row in kept["slots"].items()},
        ledger_store.load(kept["ledger"]),
        {
            feed: {str(int(slot)): str(Decimal(price)) for slot, price in known.items()}
            for feed, known in kept["prices"].items()
        },
        frozenset(kept["imported"]),
    )


def _dump_register(register: Register) -> dict[str, Any]:
    """Leave a doubt out: after a restart it is simply made again."""
    return {
        "at": register.meter.at.isoformat(),
        "counter_mwh": register.meter.counter_mwh,
        "edge_wh": register.meter.edge_wh,
        "estimated": register.meter.estimated,
        "carried_mwh": register.carried_mwh,
    }


def _load_register(kept: Mapping[str, Any]) -> Register:
    at = datetime.fromisoformat(kept["at"])
    return Register(Meter(at, kept["counter_mwh"], kept["edge_wh"], kept["estimated"]), kept["carried_mwh"])


def _load_row(start: datetime, kept: Mapping[str, Any]) -> Row:
    return Row(
        {
            channel: {thing: ClosedSlot(start, wh, quality) for thing, (wh, quality) in parts.items()}
            for channel, parts in kept["parts"].items()
        },
        frozenset(kept["told"]),
    )
