"""What is shown: the day so far, the month's highest slot, standby, and money that moves within the slot."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.figures import RunningSlot, running, running_slots
from custom_components.sceop.core.ledger import Ledger, Rules, advance
from custom_components.sceop.core.meter import ClosedSlot, Meter
from custom_components.sceop.core.slots import SLOT, local_day

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MIDNIGHT = datetime(2026, 6, 9, 22, tzinfo=UTC)
FLOWS = frozenset({"grid_import", "grid_export", "production", "battery_charge", "battery_discharge"})
IMPORT, EXPORT = Decimal("0.30"), Decimal("0.10")


def rules(flows=FLOWS, imports=lambda _slot: IMPORT, exports=lambda _slot: EXPORT, carbon=None, demand=None):
    return Rules(AMSTERDAM, frozenset(flows), imports, exports, carbon, demand)


def filled(slots, known, now=None):
    """Return a ledger of slots from local midnight on, each a mapping of flows."""
    closed = {}
    for number, flows in enumerate(slots):
        for flow, wh in flows.items():
            closed.setdefault(flow, []).append(ClosedSlot(MIDNIGHT + number * SLOT, wh, "measured"))
    return advance(Ledger(), closed, known, now or MIDNIGHT + len(slots) * SLOT)


def flows(imported=0, exported=0, produced=0, charged=0, discharged=0):
    return {
        "grid_import": imported,
        "grid_export": exported,
        "production": produced,
        "battery_charge": charged,
        "battery_discharge": discharged,
    }


def test_a_day_adds_up():
    known = rules(carbon=lambda _slot: Decimal(400), demand=Decimal(5))
    slots = [flows(imported=500, charged=100), flows(exported=300, produced=1000), flows(imported=100, discharged=100)]
    shown = running(filled(slots, known), {}, known, MIDNIGHT + 3 * SLOT)
    today = shown.today
    assert today.wh == {
        "grid_import": 600,
        "grid_export": 300,
        "production": 1000,
        "battery_charge": 100,
        "battery_discharge": 100,
        "consumption": 400 + 700 + 200,
    }
    assert (today.paid, today.credited) == (Decimal("0.18"), Decimal("0.03"))
    assert today.at_tariff == Decimal("0.39")
    assert today.savings == today.at_tariff - (today.paid - today.credited)
    assert today.carbon_g == 240
    assert today.self_consumption == 70
    assert today.self_sufficiency == pytest.approx(100 * 700 / 1300)
    assert shown.highest is not None
    assert (shown.highest.start, shown.highest.wh) == (MIDNIGHT, 500)
    assert shown.demand_charge == 10
    assert (shown.import_price, shown.export_price, shown.carbon) == (IMPORT, EXPORT, 400)


@given(
    st.lists(st.builds(flows, *(st.integers(0, 3000),) * 5), max_size=40),
    st.builds(flows, *(st.integers(0, 3000),) * 5),
)
def test_the_running_slot_shows_what_the_closed_one_will_be_worth(slots, last):
    known = rules()
    at = MIDNIGHT + len(slots) * SLOT
    before = filled(slots, known, at)
    moving = {flow: RunningSlot(at, wh) for flow, wh in last.items()}
    shown = running(before, moving, known, at + SLOT - timedelta(seconds=1))
    after = running(filled([*slots, last], known, at), {}, known, at + SLOT - timedelta(seconds=1))
    assert (shown.import_cost, shown.export_compensation) == (after.import_cost, after.export_compensation)
    assert shown.today == after.today
    assert before == filled(slots, known, at)


def test_a_slot_that_closed_is_not_shown_twice():
    known = rules()
    ledger = filled([flows(imported=500)], known)
    shown = running(ledger, {"grid_import": RunningSlot(MIDNIGHT, 490)}, known, MIDNIGHT + SLOT)
    assert shown.import_cost == ledger.import_cost
    assert shown.slot_import_wh is None


def test_a_silent_meters_slot_stays_in_the_total():
    known = rules()
    shown = running(Ledger(), {"grid_import": RunningSlot(MIDNIGHT, 500)}, known, MIDNIGHT + 3 * SLOT)
    assert shown.import_cost == Decimal("0.15")
    assert shown.slot_average_w is None


def test_the_running_slots_average_says_what_it_will_come_to():
    shown = running(Ledger(), {"grid_import": RunningSlot(MIDNIGHT, 100)}, rules(), MIDNIGHT + timedelta(minutes=5))
    assert (shown.slot_import_wh, shown.slot_average_w) == (100, 1200)
    assert running(Ledger(), {"grid_import": RunningSlot(MIDNIGHT, 0)}, rules(), MIDNIGHT).slot_average_w is None


@pytest.mark.parametrize(("day", "slots"), [("2026-03-29", 92), ("2026-06-10", 96), ("2026-10-25", 100)])
def test_a_day_is_as_long_as_people_live_it(day, slots):
    span = local_day(date.fromisoformat(day), AMSTERDAM)
    known = rules(flows={"grid_import"})
    starts = [span.start + number * SLOT for number in range(-4, slots + 4)]
    ledger = advance(
        Ledger(), {"grid_import": [ClosedSlot(start, 10, "measured") for start in starts]}, known, span.end
    )
    shown = running(ledger, {}, known, span.end - timedelta(seconds=1))
    assert shown.today.wh["consumption"] == 10 * slots
    assert running(ledger, {}, known, span.end).today.wh["consumption"] == 40


def test_a_new_month_has_no_highest_slot_yet():
    known = rules(demand=Decimal(5))
    ledger = filled([flows(imported=500)], known)
    assert running(ledger, {}, known, datetime(2026, 6, 30, 21, 59, tzinfo=UTC)).highest is not None
    shown = running(ledger, {}, known, datetime(2026, 6, 30, 22, tzinfo=UTC))
    assert (shown.highest, shown.demand_charge) == (None, None)
    assert shown.month_start == datetime(2026, 6, 30, 22, tzinfo=UTC)


def test_shares_need_a_whole():
    known = rules()
    shown = running(filled([flows()], known), {}, known, MIDNIGHT + SLOT).today
    assert (shown.self_consumption, shown.self_sufficiency) == (None, None)
    without_production = filled([{"grid_import": 100}], known)
    shown = running(without_production, {}, known, MIDNIGHT + SLOT).today
    assert shown.self_sufficiency is None
    assert shown.wh["grid_import"] == 100


def test_a_battery_that_moves_more_than_the_day_makes_no_share_above_or_below_all():
    known = rules()
    shown = running(
        filled([flows(exported=900, produced=100, discharged=900), flows(imported=2000, charged=1900)], known),
        {},
        known,
        MIDNIGHT + 2 * SLOT,
    )
    assert (shown.today.self_consumption, shown.today.self_sufficiency) == (0, 0)


def test_savings_wait_for_prices_and_for_whole_slots():
    here = {MIDNIGHT: IMPORT}
    known = rules(imports=here.get)
    slots = [flows(produced=1000), flows(produced=1000), {"grid_import": 10}]
    ledger = filled(slots, known)
    shown = running(ledger, {}, known, MIDNIGHT + 3 * SLOT)
    assert shown.today.savings == Decimal("0.30")
    assert shown.unpriced_since == MIDNIGHT + SLOT
    here |= {MIDNIGHT + SLOT: IMPORT}
    assert running(ledger, {}, known, MIDNIGHT + 3 * SLOT).today.savings == Decimal("0.60")


def test_a_site_without_a_tariff_has_figures_without_money():
    known = rules(imports=None, exports=None)
    shown = running(filled([flows(imported=100)], known), {}, known, MIDNIGHT + SLOT)
    assert (shown.import_cost, shown.import_price, shown.unpriced_since) == (0, None, None)
    assert shown.today.wh["grid_import"] == 100


@given(st.lists(st.integers(0, 900), min_size=48, max_size=96))
def test_standby_is_a_load_that_hardly_any_slot_falls_below(used):
    known = rules(flows={"grid_import"})
    ledger = filled([{"grid_import": wh} for wh in used], known)
    standby = running(ledger, {}, known, MIDNIGHT + len(used) * SLOT).standby_w
    assert standby is not None
    assert standby % 4 == 0
    assert standby // 4 in used
    assert sum(4 * wh < standby for wh in used) <= len(used) // 20


def test_half_a_day_is_the_least_for_standby():
    known = rules(flows={"grid_import"})
    for slots, expected in ((47, None), (48, 40)):
        ledger = filled([{"grid_import": 10}] * slots, known)
        assert running(ledger, {}, known, MIDNIGHT + slots * SLOT).standby_w == expected


def test_a_flow_runs_as_much_as_all_its_meters_together():
    later = MIDNIGHT + timedelta(minutes=5)
    one, other = Meter(later, 70_900, 50), Meter(later - timedelta(minutes=1), 9_000, 4)
    silent, unseen = Meter(MIDNIGHT - SLOT, 9_000, 4), Meter(later, 9_000, None)
    meters = {
        "grid_import": [one, other],
        "grid_export": [one, silent],
        "production": [one, unseen],
        "battery_charge": [one, None],
        "battery_discharge": [silent],
    }
    assert running_slots(meters) == {
        "grid_import": RunningSlot(MIDNIGHT, 25),
        "battery_discharge": RunningSlot(MIDNIGHT - SLOT, 5),
    }


@given(lost=st.integers(1, 95), hours=st.integers(0, 47))
def test_the_day_on_which_a_ledger_was_begun_anew_begins_then_and_no_other_does(lost, hours):
    since, now = MIDNIGHT + lost * SLOT, MIDNIGHT + lost * SLOT + timedelta(hours=hours)
    start = running(Ledger(since=since), {}, rules(), now).today.start
    midnight = MIDNIGHT + (now - MIDNIGHT) // timedelta(days=1) * timedelta(days=1)
    assert start == max(midnight, since)
