"""The ledger counts every slot once, to the last digit, in whatever order slots and prices come."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from custom_components.sceop.core.figures import running
from custom_components.sceop.core.ledger import (
    LONGEST_UNPRICED,
    Highest,
    Ledger,
    Rules,
    advance,
    remember,
    rewound,
    unpriced_since,
)
from custom_components.sceop.core.ledger_store import dump, load
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 6, 10, tzinfo=UTC)
LATER = START + timedelta(hours=30)
FLOWS = ("grid_import", "grid_export", "production", "battery_charge", "battery_discharge")
WH = st.integers(0, 5000)
PRICE = st.decimals(-1, 1, places=6)
SLOTS = st.lists(st.fixed_dictionaries(dict.fromkeys(FLOWS, WH)), min_size=1, max_size=24)
PRICES = st.lists(st.tuples(PRICE, PRICE), min_size=24, max_size=24)


def rules(imports=None, exports=None, carbon=None, flows=FLOWS, **other):
    return Rules(AMSTERDAM, frozenset(flows), imports, exports, carbon, **other)


def flat(price):
    return lambda _slot: Decimal(price)


def slot(number):
    return START + number * SLOT


def closed(number, **flows):
    return {flow: [ClosedSlot(slot(number), wh, "measured")] for flow, wh in flows.items()}


def lookup(prices, column):
    curve = {slot(number): pair[column] for number, pair in enumerate(prices)}
    return curve.get


@given(slots=SLOTS, prices=PRICES)
def test_money_is_exact(slots, prices):
    known = rules(lookup(prices, 0), lookup(prices, 1))
    ledger = Ledger()
    for number, flows in enumerate(slots):
        ledger = advance(ledger, closed(number, **flows), known, slot(number + 1))
    pairs = list(zip(slots, prices, strict=False))
    paid = sum(flows["grid_import"] * Fraction(pair[0]) / 1000 for flows, pair in pairs)
    credited = sum(flows["grid_export"] * Fraction(pair[1]) / 1000 for flows, pair in pairs)
    assert Fraction(ledger.import_cost) == paid
    assert Fraction(ledger.export_compensation) == credited


@given(slots=SLOTS, prices=PRICES, data=st.data())
def test_order_repeats_and_restarts_change_nothing(slots, prices, data):
    known = rules(lookup(prices, 0), lookup(prices, 1))
    every = [(number, flow, wh) for number, flows in enumerate(slots) for flow, wh in flows.items()]
    at_once = {flow: [ClosedSlot(slot(n), flows[flow], "measured") for n, flows in enumerate(slots)] for flow in FLOWS}
    expected = advance(Ledger(), at_once, known, LATER)
    again = data.draw(st.lists(st.sampled_from(every), max_size=20))
    ledger = Ledger()
    for number, flow, wh in data.draw(st.permutations(every + again)):
        ledger = advance(ledger, closed(number, **{flow: wh}), known, LATER)
        ledger = load(json.loads(json.dumps(dump(ledger))))
    assert ledger == expected


@given(slots=SLOTS, prices=PRICES, data=st.data())
def test_a_price_that_comes_late_counts_as_if_it_had_been_there(slots, prices, data):
    in_time = rules(lookup(prices, 0), lookup(prices, 1))
    here: dict[datetime, tuple[Decimal, Decimal]] = {}
    late = rules(lambda slot: here.get(slot, (None,))[0], lambda slot: here.get(slot, (None, None))[1])
    expected, ledger = Ledger(), Ledger()
    for number, flows in enumerate(slots):
        expected = advance(expected, closed(number, **flows), in_time, LATER)
        ledger = advance(ledger, closed(number, **flows), late, LATER)
    for number in data.draw(st.permutations(range(len(prices)))):
        here[slot(number)] = prices[number]
        ledger = advance(ledger, {}, late, LATER)
    assert ledger == expected
    assert unpriced_since(ledger, late) is None


@given(slots=SLOTS)
def test_what_is_never_priced_is_said(slots):
    silent = rules(lambda _slot: None, lambda _slot: None)
    ledger = Ledger()
    for number, flows in enumerate(slots):
        ledger = advance(ledger, closed(number, **flows), silent, LATER)
    assert unpriced_since(ledger, silent) == START
    assert ledger.unpriced_import_wh == 0
    gone = advance(ledger, {}, silent, slot(len(slots)) + LONGEST_UNPRICED)
    assert gone.unpriced_import_wh == sum(flows["grid_import"] for flows in slots)
    assert gone.unpriced_export_wh == sum(flows["grid_export"] for flows in slots)
    assert gone.import_cost == 0
    assert unpriced_since(gone, silent) is None
    assert not gone.entries
    assert advance(gone, {}, rules(flat(1), flat(1)), LATER + LONGEST_UNPRICED).import_cost == 0


def test_a_slot_that_was_forgotten_is_not_counted_again():
    known = rules(flat("0.3"), flat(0))
    ledger = advance(Ledger(), closed(0, grid_import=1000), known, slot(1))
    ledger = advance(ledger, closed(960, grid_import=1000), known, slot(961))
    assert slot(0) not in ledger.entries
    assert advance(ledger, closed(0, grid_import=1000), known, slot(961)) == ledger
    assert ledger.import_cost == Decimal("0.6")


def test_a_meter_that_was_away_for_long_tells_it_all():
    known = rules(flat("0.3"), flat(0))
    away = {"grid_import": [ClosedSlot(slot(number), 10, "estimated") for number in range(1920)]}
    assert advance(Ledger(), away, known, slot(1920)).import_cost == Decimal("5.76")


def test_an_inverter_that_wakes_late_does_not_hold_up_money():
    known = rules(flat("0.3"), flat("0.1"))
    ledger = advance(Ledger(), closed(0, grid_import=1000, grid_export=500), known, slot(1))
    assert (ledger.import_cost, ledger.export_compensation) == (Decimal("0.3"), Decimal("0.05"))
    late = advance(ledger, closed(0, production=700), known, slot(40))
    assert late.import_cost == ledger.import_cost
    assert late.entries[slot(0)].wh == {"grid_import": 1000, "grid_export": 500, "production": 700}


def test_a_new_tariff_does_not_rewrite_the_past():
    ledger = advance(Ledger(), closed(0, grid_import=1000), rules(flat("0.3")), slot(1))
    after = advance(ledger, closed(1, grid_import=1000), rules(flat("0.5")), slot(2))
    assert after.import_cost == Decimal("0.8")


def test_a_price_below_zero_pays_for_import():
    ledger = advance(
        Ledger(), closed(0, grid_import=2000, grid_export=1000), rules(flat("-0.1"), flat("-0.2")), slot(1)
    )
    assert (ledger.import_cost, ledger.export_compensation) == (Decimal("-0.2"), Decimal("-0.2"))


def test_no_import_waits_for_its_price_only_to_value_what_was_used():
    silent = rules(lambda _slot: None, lambda _slot: None)
    ledger = advance(Ledger(), closed(0, grid_import=0, grid_export=0), silent, slot(1))
    gone = advance(ledger, {}, silent, slot(1) + LONGEST_UNPRICED)
    assert (gone.unpriced_import_wh, gone.unpriced_export_wh) == (0, 0)


@given(st.lists(st.tuples(st.integers(-3000, 3000), WH), min_size=1, max_size=30, unique_by=lambda pair: pair[0]))
def test_the_highest_slot_is_the_newest_months(slots):
    month_of = {number: slot(number).astimezone(AMSTERDAM).strftime("%Y-%m") for number, _ in slots}
    ledger = advance(
        Ledger(),
        {"grid_import": [ClosedSlot(slot(number), wh, "measured") for number, wh in slots]},
        rules(flat(1)),
        slot(3001),
    )
    newest = max(month_of.values())
    expected = max((wh, -number) for number, wh in slots if month_of[number] == newest)
    assert ledger.highest is not None
    assert (ledger.highest.wh, ledger.highest.start) == (expected[0], slot(-expected[1]))
    assert f"{ledger.highest.month:%Y-%m}" == newest


def test_a_month_begins_at_local_midnight():
    last_of_june = datetime(2026, 6, 30, 21, 45, tzinfo=UTC)
    slots = [ClosedSlot(last_of_june, 900, "measured"), ClosedSlot(last_of_june + SLOT, 100, "measured")]
    ledger = advance(Ledger(), {"grid_import": slots}, rules(flat(1)), last_of_june + 2 * SLOT)
    assert ledger.highest is not None
    assert (ledger.highest.start, ledger.highest.wh) == (last_of_june + SLOT, 100)


def test_a_ledger_that_was_begun_anew_remembers_when():
    begun = Ledger(Decimal("12.34"), since=datetime(2026, 6, 10, 11, 4, tzinfo=UTC))
    assert load(json.loads(json.dumps(dump(begun)))) == begun


def test_what_an_older_version_did_not_write_is_as_it_begins():
    assert load(None) == load({}) == Ledger()
    kept = load({"import_cost": "1.5", "entries": {"1000": {}}})
    assert kept.import_cost == Decimal("1.5")


def test_the_past_is_known_to_the_figures_and_costs_nothing_again():
    day = datetime(2026, 6, 9, 22, tzinfo=UTC)  # midnight in Amsterdam
    now = day + timedelta(hours=12)
    tariff = rules(flat("0.25"), flows={"grid_import"})
    past = [ClosedSlot(day - timedelta(days=9) + n * SLOT, 100, "imported") for n in range(96 * 9 + 40)]
    past[5] = ClosedSlot(past[5].start, 2000, "imported")
    past[6] = ClosedSlot(past[6].start, 9000, "estimated")
    ledger = remember(Ledger(import_cost=Decimal(7)), {"grid_import": past}, tariff, now)
    assert (ledger.import_cost, ledger.unpriced_import_wh) == (Decimal(7), 0)
    assert ledger.highest == Highest(date(2026, 6, 1), past[5].start, 2000)
    assert running(ledger, {}, tariff, now).today.wh["grid_import"] == 40 * 100
    assert running(ledger, {}, tariff, now).today.paid == Decimal(1)
    again = remember(ledger, {"grid_import": past}, tariff, now)
    assert again == ledger
    later = advance(again, {"grid_import": [ClosedSlot(day + 40 * SLOT, 400, "measured")]}, tariff, now)
    assert later.import_cost == Decimal("7.1")


def test_a_price_that_the_past_lacked_is_not_charged_when_it_comes():
    now = datetime(2026, 6, 10, 12, tzinfo=UTC)
    tariff = rules(lambda _start: None, flows={"grid_import"})
    ledger = remember(Ledger(), {"grid_import": [ClosedSlot(now - SLOT, 100, "imported")]}, tariff, now)
    later = advance(ledger, {}, rules(flat(1), flows={"grid_import"}), now)
    assert (later.import_cost, later.unpriced_import_wh) == (0, 0)


def test_what_flows_while_an_hour_passes_again_comes_on_top():
    tariff = rules(flat("0.25"), flows={"grid_import"})
    ahead, back = slot(6), slot(2)
    ledger = Ledger()
    for number in range(6):
        ledger = advance(ledger, closed(number, grid_import=100), tariff, slot(number + 1))
    ledger = load(json.loads(json.dumps(dump(rewound(ledger, back, ahead)))))
    for number in range(3, 9):
        ledger = advance(ledger, closed(number, grid_import=40), tariff, slot(number + 1))
    assert ledger.import_cost == Decimal("0.25") * (600 + 240) / 1000
    assert ledger.entries[slot(3)].wh == {"grid_import": 140}
    assert ledger.again is None
    assert advance(ledger, closed(4, grid_import=40), tariff, slot(10)) == ledger
