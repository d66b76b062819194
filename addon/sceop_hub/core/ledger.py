"""The ledger: closed slots and their prices in, money out; exact, and every slot counted once.

A slot's flows may close one after the other (an inverter sleeps through the night and tells in the morning), and its
price may come later than its energy. What is recent is therefore kept slot by slot, and the totals move by what an
entry is worth more than before. The price that an entry got first it keeps: a new tariff does not rewrite the past.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from .channels import GRID_EXPORT, GRID_IMPORT, SIGNS
from .meter import ClosedSlot
from .slots import SLOT, slot_of
from .tariff import PriceOf

REMEMBERED = timedelta(days=2)
"""How long every slot is kept: the longest day has 25 hours, and what happened at its edges may be told late."""
LONGEST_UNPRICED = timedelta(days=7)
"""How long a slot waits for its price, before its energy is counted as unpriced for good."""
NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's slots are counted by. A price that is None does not exist here; one that answers None may come."""

    zone: ZoneInfo
    flows: frozenset[str]
    """The flows that the site has; a slot is whole when all of them are known."""
    import_price: PriceOf | None = None
    export_price: PriceOf | None = None
    carbon: PriceOf | None = None
    """Grams of CO2 per kWh of import."""
    demand_per_kw: Decimal | None = None
    """What a kW of the month's highest slot costs a month."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What is known of one slot."""

    wh: Mapping[str, int] = field(default_factory=dict)
    import_price: Decimal | None = None
    export_price: Decimal | None = None
    carbon: Decimal | None = None
    given_up: bool = False
    """Nobody waits any more for a price that is missing."""

    @property
    def paid(self) -> Decimal | None:
        """What the import cost; nothing costs nothing at any price."""
        return _worth(self.wh.get(GRID_IMPORT), self.import_price)

    @property
    def credited(self) -> Decimal | None:
        """What the export earned."""
        return _worth(self.wh.get(GRID_EXPORT), self.export_price)

    @property
    def carbon_g(self) -> Decimal | None:
        """What the import's making emitted."""
        return _worth(self.wh.get(GRID_IMPORT), self.carbon)


@dataclass(frozen=True, slots=True)
class Highest:
    """The slot in which a month's import was highest."""

    month: date
    """Its first day."""
    start: datetime
    wh: int


@dataclass(frozen=True, slots=True)
class Ledger:
    """What a site paid and earned since it is counted, and its recent slots."""

    import_cost: Decimal = NOTHING
    export_compensation: Decimal = NOTHING
    unpriced_import_wh: int = 0
    unpriced_export_wh: int = 0
    entries: Mapping[datetime, Entry] = field(default_factory=dict)
    told: Mapping[str, datetime] = field(default_factory=dict)
    """By flow, the time before which everything was counted and may be forgotten."""
    highest: Highest | None = None
    since: datetime | None = None
    """When it was begun anew because the one before was lost; what is older of its day, nobody knows."""
    again: tuple[datetime, datetime] | None = None
    """The time that passes a second time, for a clock was put back; what flows in its slots now comes on top."""


def rewound(ledger: Ledger, now: datetime, shown: datetime) -> Ledger:
    """Come back from a time that a wrong clock had shown."""
    end = slot_of(shown) + SLOT
    return replace(ledger, again=(slot_of(now), end if ledger.again is None else max(end, ledger.again[1])))


def advance(ledger: Ledger, closed: Mapping[str, Iterable[ClosedSlot]], rules: Rules, now: datetime) -> Ledger:
    """Take slots that closed, by channel, and ask again for prices that were missing; return the ledger after it.

    Order does not matter, and a slot that was told before changes nothing.
    """
    slots = [(flow, slot) for flow in SIGNS for slot in closed.get(flow, ()) if _is_news(ledger, flow, slot.start)]
    after = price(enter(ledger, ((flow, slot.start, slot.wh) for flow, slot in slots)), rules)
    for flow, slot in slots:
        if flow == GRID_IMPORT:
            after = replace(after, highest=_higher(after.highest, slot, rules.zone))
    return _forget(_give_up(after, now), rules, now)


def remember(ledger: Ledger, past: Mapping[str, Iterable[ClosedSlot]], rules: Rules, now: datetime) -> Ledger:
    """Take slots from before the site was counted, so that the figures of today and of the month know them.

    Their money moves no total, and no price is waited for: what they cost lies in the statistics already. The month's
    highest slot is looked for where slots were measured, and not where hours were split.
    """
    slots = [
        (flow, slot.start, slot.wh)
        for flow in SIGNS
        for slot in past.get(flow, ())
        if slot.start >= now - REMEMBERED and slot.start not in ledger.entries and _is_news(ledger, flow, slot.start)
    ]
    after = price(enter(ledger, slots), rules)
    for slot in past.get(GRID_IMPORT, ()):
        if slot.quality != "estimated":
            after = replace(after, highest=_higher(after.highest, slot, rules.zone))
    new = {start: replace(after.entries[start], given_up=True) for _, start, _ in slots}
    return replace(ledger, entries={**ledger.entries, **new}, highest=after.highest)


def enter(ledger: Ledger, slots: Iterable[tuple[str, datetime, int]]) -> Ledger:
    """Write flows into the entries of their slots; what an entry knows already stays."""
    changed: dict[datetime, Entry] = {}
    for flow, start, wh in slots:
        entry = changed.get(start) or ledger.entries.get(start, Entry())
        known = {flow: wh + entry.wh.get(flow, 0)} if _passes_again(ledger, start) else {}
        changed[start] = replace(entry, wh={flow: wh, **entry.wh, **known})
    return _settle(ledger, changed)


def price(ledger: Ledger, rules: Rules) -> Ledger:
    """Fill in the prices that are known by now."""
    changed = {}
    for start, entry in ledger.entries.items():
        if not entry.given_up and None in {entry.import_price, entry.export_price, entry.carbon}:
            priced = replace(
                entry,
                import_price=_first(entry.import_price, rules.import_price, start),
                export_price=_first(entry.export_price, rules.export_price, start),
                carbon=_first(entry.carbon, rules.carbon, start),
            )
            if priced != entry:
                changed[start] = priced
    return _settle(ledger, changed)


def unpriced_since(ledger: Ledger, rules: Rules) -> datetime | None:
    """Return the start of the first slot that waits for a price, or None while none does."""
    return min((start for start, entry in ledger.entries.items() if waits(entry, rules)), default=None)


def waits(entry: Entry, rules: Rules) -> bool:
    """Tell whether the entry's money depends on a price that may still come."""
    lacks_import = rules.import_price is not None and entry.import_price is None and GRID_IMPORT in entry.wh
    lacks_export = rules.export_price is not None and entry.export_price is None and entry.wh.get(GRID_EXPORT)
    return not entry.given_up and bool(lacks_import or lacks_export)


def _passes_again(ledger: Ledger, start: datetime) -> bool:
    return ledger.again is not None and ledger.again[0] <= start < ledger.again[1]


def _is_news(ledger: Ledger, flow: str, start: datetime) -> bool:
    if _passes_again(ledger, start):
        return True
    if (entry := ledger.entries.get(start)) is not None and flow in entry.wh:
        return False
    return flow not in ledger.told or start >= ledger.told[flow]


def _settle(ledger: Ledger, changed: Mapping[datetime, Entry]) -> Ledger:
    """Put entries in place of what they were, and move the totals by the difference."""
    import_cost, export_compensation = ledger.import_cost, ledger.export_compensation
    unpriced_import_wh, unpriced_export_wh = ledger.unpriced_import_wh, ledger.unpriced_export_wh
    for start, entry in changed.items():
        before = ledger.entries.get(start, Entry())
        import_cost += (entry.paid or NOTHING) - (before.paid or NOTHING)
        export_compensation += (entry.credited or NOTHING) - (before.credited or NOTHING)
        unpriced_import_wh += _unpriced(entry, GRID_IMPORT) - _unpriced(before, GRID_IMPORT)
        unpriced_export_wh += _unpriced(entry, GRID_EXPORT) - _unpriced(before, GRID_EXPORT)
    return replace(
        ledger,
        import_cost=import_cost,
        export_compensation=export_compensation,
        unpriced_import_wh=unpriced_import_wh,
        unpriced_export_wh=unpriced_export_wh,
        entries={**ledger.entries, **changed} if changed else ledger.entries,
    )


def _give_up(ledger: Ledger, now: datetime) -> Ledger:
    """Stop to wait for prices of slots that are too long past."""
    late = {
        start: replace(entry, given_up=True)
        for start, entry in ledger.entries.items()
        if start < now - LONGEST_UNPRICED and not entry.given_up
    }
    return _settle(ledger, late)


def _forget(ledger: Ledger, rules: Rules, now: datetime) -> Ledger:
    """Drop old slots that wait for nothing, and remember by flow up to where everything is counted."""
    told, kept = dict(ledger.told), dict[datetime, Entry]()
    for start, entry in ledger.entries.items():
        if start >= now - REMEMBERED or waits(entry, rules):
            kept[start] = entry
        else:
            told |= {flow: max(told.get(flow, start), start + SLOT) for flow in entry.wh}
    again = ledger.again if ledger.again is not None and now < ledger.again[1] + SLOT else None
    return replace(ledger, entries=kept, told=told, again=again)


def _higher(highest: Highest | None, slot: ClosedSlot, zone: ZoneInfo) -> Highest:
    """Return the higher of both in the newer month; of equals the earlier slot."""
    new = Highest(slot.start.astimezone(zone).date().replace(day=1), slot.start, slot.wh)
    if highest is None:
        return new
    return max(highest, new, key=lambda one: (one.month, one.wh, -one.start.timestamp()))


def _first(known: Decimal | None, asked: PriceOf | None, start: datetime) -> Decimal | None:
    return known if known is not None or asked is None else asked(start)


def _worth(wh: int | None, per_kwh: Decimal | None) -> Decimal | None:
    if wh == 0:
        return NOTHING
    return None if wh is None or per_kwh is None else wh * per_kwh / 1000


def _unpriced(entry: Entry, flow: str) -> int:
    worth = entry.paid if flow == GRID_IMPORT else entry.credited
    return entry.wh.get(flow, 0) if entry.given_up and worth is None else 0
