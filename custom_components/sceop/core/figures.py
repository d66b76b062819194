"""Figures: what a site shows of its ledger, with the running slot already in it.

Without the running slot a quarter hour's cost would appear at its end, and often in the next hour's bar. Nothing of
what is shown here is kept: the running slot is counted when it has closed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from .channels import CONSUMPTION, GRID_EXPORT, GRID_IMPORT, PRODUCTION, consumption
from .ledger import NOTHING, Entry, Highest, Ledger, Rules, enter, price, unpriced_since
from .meter import Meter
from .slots import SLOT, Span, local_day, local_midnight, slot_of
from .tariff import demand_charge

STANDBY_OVER = timedelta(hours=24)
STANDBY_LEAST_SLOTS = 48
"""Half a day: of an evening alone nobody can tell what runs at night."""
STANDBY_SHARE = 20
"""The twentieth part of the quarter hours lies below: a fridge that pauses, or a slot with a rounding error in it."""


@dataclass(frozen=True, slots=True)
class RunningSlot:
    """What a flow's running slot holds so far; a meter that is silent may still stand in an earlier slot."""

    start: datetime
    wh: int


@dataclass(frozen=True, slots=True)
class Today:
    """The local day so far.

    `wh` adds up what is known of each flow, and consumption where a slot is whole. Shares and savings are taken over
    whole slots only, savings over those whose prices are known: a part compared with a whole says nothing.

    Savings are what the consumption would have cost at the tariff, less what was paid for import and plus what export
    earned. A battery is part of the house: what it takes is not consumption, what it gives replaces import. So charging
    from the grid costs on the day when it charges, and is earned back when it discharges, at the price of that moment.
    """

    start: datetime
    wh: Mapping[str, int]
    paid: Decimal
    credited: Decimal
    at_tariff: Decimal
    savings: Decimal
    carbon_g: Decimal | None
    self_consumption: float | None
    """The percentage of production that was not exported."""
    self_sufficiency: float | None
    """The percentage of consumption that was not imported."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that a site's sensors show about slots and money; None is not known, or does not exist here."""

    at: datetime
    import_cost: Decimal
    export_compensation: Decimal
    unpriced_import_wh: int
    unpriced_export_wh: int
    unpriced_since: datetime | None
    today: Today
    slot_start: datetime
    slot_import_wh: int | None
    slot_export_wh: int | None
    slot_average_w: int | None
    """The running slot's average import so far: what the slot will come to if it goes on like this."""
    month_start: datetime
    highest: Highest | None
    """This month's, of the slots that have closed."""
    demand_charge: Decimal | None
    standby_w: int | None
    import_price: Decimal | None
    export_price: Decimal | None
    carbon: Decimal | None


def running_slots(meters: Mapping[str, Sequence[Meter | None]]) -> Mapping[str, RunningSlot]:
    """Return the running slot of every flow, from all its meters; None is one that was never read.

    A flow is left out while one of its meters stands in another slot, or has not seen the slot begin: a part is not
    the whole.
    """
    slots: dict[str, RunningSlot] = {}
    for flow, parts in meters.items():
        starts = {None if meter is None else slot_of(meter.at) for meter in parts}
        held = [meter.running_wh for meter in parts if meter is not None and meter.running_wh is not None]
        if len(starts) == 1 and len(held) == len(parts) and (start := next(iter(starts))) is not None:
            slots[flow] = RunningSlot(start, sum(held))
    return slots


def running(ledger: Ledger, slots: Mapping[str, RunningSlot], rules: Rules, at: datetime) -> Figures:
    """Return what to show at this moment; `slots` has the running slot of every flow of which it is known."""
    shown = price(enter(ledger, ((flow, slot.start, slot.wh) for flow, slot in slots.items())), rules)
    start, day = slot_of(at), at.astimezone(rules.zone).date()
    wh = {flow: slot.wh for flow, slot in slots.items() if slot.start == start}
    month = day.replace(day=1)
    highest = ledger.highest if ledger.highest is not None and ledger.highest.month == month else None
    per_kw = rules.demand_per_kw
    return Figures(
        at=at,
        import_cost=shown.import_cost,
        export_compensation=shown.export_compensation,
        unpriced_import_wh=shown.unpriced_import_wh,
        unpriced_export_wh=shown.unpriced_export_wh,
        unpriced_since=unpriced_since(ledger, rules),
        today=_today(shown, rules, day),
        slot_start=start,
        slot_import_wh=wh.get(GRID_IMPORT),
        slot_export_wh=wh.get(GRID_EXPORT),
        slot_average_w=_average_w(wh.get(GRID_IMPORT), at - start),
        month_start=local_midnight(month, rules.zone),
        highest=highest,
        demand_charge=None if per_kw is None or highest is None else demand_charge(per_kw, highest.wh),
        standby_w=standby_w(ledger, rules, at),
        import_price=None if rules.import_price is None else rules.import_price(start),
        export_price=None if rules.export_price is None else rules.export_price(start),
        carbon=None if rules.carbon is None else rules.carbon(start),
    )


def standby_w(ledger: Ledger, rules: Rules, at: datetime) -> int | None:
    """Return the load that never goes away: a low one of the last day's slots."""
    last_day = Span(slot_of(at - STANDBY_OVER), slot_of(at))
    used = sorted(
        whole[CONSUMPTION]
        for start, entry in ledger.entries.items()
        if start in last_day and (whole := _whole(entry, rules)) is not None
    )
    if len(used) < STANDBY_LEAST_SLOTS:
        return None
    return max(used[len(used) // STANDBY_SHARE], 0) * (timedelta(hours=1) // SLOT)


def _today(ledger: Ledger, rules: Rules, day: date) -> Today:
    span = local_day(day, rules.zone)
    entries = [entry for start, entry in ledger.entries.items() if start in span]
    whole = [(entry, flows) for entry in entries if (flows := _whole(entry, rules)) is not None]
    sums = _sums([flows for _, flows in whole])
    wh = dict.fromkeys(rules.flows, 0) | _sums([entry.wh for entry in entries])
    emitted = [entry.carbon_g for entry in entries if entry.carbon_g is not None]
    bought = [(entry, value) for entry, flows in whole if (value := _at_tariff(entry, flows)) is not None]
    complete = [value - _paid(entry) + _credited(entry, rules) for entry, value in bought if _is_settled(entry, rules)]
    return Today(
        start=span.start if ledger.since is None else max(span.start, ledger.since),
        wh=wh | {CONSUMPTION: sums.get(CONSUMPTION, 0)},
        paid=sum((_paid(entry) for entry in entries), NOTHING),
        credited=sum((_credited(entry, rules) for entry in entries), NOTHING),
        at_tariff=sum((value for _, value in bought), NOTHING),
        savings=sum(complete, NOTHING),
        carbon_g=sum(emitted, NOTHING) if emitted else None,
        self_consumption=_share_kept(sums.get(PRODUCTION), sums.get(GRID_EXPORT, 0)),
        self_sufficiency=_share_kept(sums.get(CONSUMPTION), sums.get(GRID_IMPORT, 0)),
    )


def _whole(entry: Entry, rules: Rules) -> Mapping[str, int] | None:
    """Return the flows of a slot of which all are known, and the consumption that follows from them."""
    if not rules.flows <= entry.wh.keys():
        return None
    flows = {flow: entry.wh[flow] for flow in rules.flows}
    used = consumption(flows)
    return None if used is None else {**flows, CONSUMPTION: used}


def _at_tariff(entry: Entry, flows: Mapping[str, int]) -> Decimal | None:
    if not flows[CONSUMPTION]:
        return NOTHING
    return None if entry.import_price is None else flows[CONSUMPTION] * entry.import_price / 1000


def _is_settled(entry: Entry, rules: Rules) -> bool:
    lacks_export = rules.export_price is not None and GRID_EXPORT in rules.flows and entry.credited is None
    return entry.paid is not None and not lacks_export


def _paid(entry: Entry) -> Decimal:
    return entry.paid or NOTHING


def _credited(entry: Entry, rules: Rules) -> Decimal:
    return NOTHING if rules.export_price is None else entry.credited or NOTHING


def _sums(flows: Sequence[Mapping[str, int]]) -> dict[str, int]:
    names = {name for one in flows for name in one}
    return {name: sum(one.get(name, 0) for one in flows) for name in names}


def _share_kept(whole: int | None, gone: int) -> float | None:
    """Return the percentage that stayed; a battery may move more over the meter than the day's whole."""
    if whole is None or whole <= 0:
        return None
    return 100 * min(max(whole - gone, 0), whole) / whole


def _average_w(wh: int | None, passed: timedelta) -> int | None:
    seconds = int(passed.total_seconds())
    return None if wh is None or not seconds else wh * 3600 // seconds
