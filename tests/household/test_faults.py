"""What breaks in a house: nothing wrong enters the statistics, nothing right is lost, and a person reads why."""

import logging
from datetime import UTC, datetime

import pytest

from tests.household.recorded_home import BEGAN, COST, HOUR, METER, MINUTE, OURS, RecordedHome
from tests.household.statistics import ENERGY


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Begin with the recorder, as Home Assistant does."""


@pytest.fixture
async def home(hass, freezer, caplog):
    for name in ("sqlalchemy.engine", "homeassistant", "custom_components.sceop"):
        caplog.set_level(logging.WARNING, name)  # minutes pass by the hundred, and each is told at length
    home = RecordedHome(hass, freezer)
    await home.set_up()
    await home.live(30 * MINUTE)
    yield home
    await home.unload()


@pytest.mark.parametrize("replaced", [False, True])
async def test_lost_books_leave_no_step_in_any_statistics(hass_storage, home, replaced):
    if replaced:
        home.offset_wh = 900_000  # the new meter has served elsewhere
        await home.live(20 * MINUTE)
    lost = datetime.now(UTC)
    before = {name: home.value(name) for name in (*OURS, COST)}
    highest = home.entry.runtime_data.coordinator.figures.highest
    await home.unload()
    hass_storage["sceop.site.books"] = {"cut": "off"}
    home.freezer.tick(4 * MINUTE)
    home.show()
    await home.set_up()
    assert "books_broken" in home.told()
    assert home.entry.runtime_data.coordinator.figures.highest == highest
    assert highest is not None
    await home.live(HOUR)
    after = {name: home.value(name) for name in (*OURS, COST)}
    assert all(0 < after[name] - before[name] < 0.7 for name in OURS)
    await home.assert_true_statistics(lost_wh=200)
    money = await home.changes(COST, BEGAN - HOUR, "5minute", "kWh")
    assert min(amount for start, amount in money.items() if start >= lost) >= 0
    assert sum(money.values()) == pytest.approx(after[COST], abs=0.02)


async def test_what_a_day_costs_never_dips_when_a_quarter_hour_ends(hass, home):
    costs = []
    for _ in range(40):
        await home.live(MINUTE)
        costs.append(home.value(COST))
    assert costs == sorted(costs)


async def test_a_meter_that_is_replaced_leaves_no_step_and_is_told(home):
    home.offset_wh = 12_000
    await home.live(HOUR)
    await home.assert_true_statistics(lost_wh=40)
    assert home.told() == {"meter_replaced"}


async def test_a_day_and_an_hour_without_a_word_is_counted_when_the_meter_is_back_and_told_until_then(home):
    home.away = True
    await home.live(HOUR + 10 * MINUTE)
    assert home.told() == {"source_silent"}
    assert home.hass.states.get(OURS[0]).state == "unavailable"
    home.freezer.tick(24 * HOUR)
    await home.live(HOUR)
    home.away = False
    await home.live(HOUR)
    assert home.told() == set()
    await home.assert_whole_statistics()


@pytest.mark.parametrize("jump", [HOUR, -HOUR])
async def test_a_clock_that_jumps_makes_no_energy_up(home, jump):
    flowed = home.flowed_wh(datetime.now(UTC))
    home.freezer.tick(jump)
    home.flowed_wh = lambda now: flowed_wh(now) - flowed_wh(jumped) + flowed
    flowed_wh, jumped = type(home).flowed_wh, datetime.now(UTC)
    shown = []
    for _ in range(9):
        await home.live(10 * MINUTE)
        shown.append(home.value(OURS[0]))
    total = flowed + 900
    for name in OURS:
        assert home.value(name) == pytest.approx((home.offset_wh + total) / 1000, abs=0.02)
    assert shown == sorted(shown)
    if jump > MINUTE:  # of an hour that came twice the recorder keeps two halves, whatever a sensor shows
        changes = await home.changes(OURS[0], BEGAN - HOUR, "5minute")
        assert min(changes.values()) >= 0
        assert sum(changes.values()) <= total
    assert home.told() == ({"clock_put_back"} if jump < MINUTE else set())


async def test_a_sensor_that_changes_its_unit_is_no_leap(home):
    home.unit = "Wh"
    await home.live(HOUR)
    home.unit = "kWh"
    await home.live(30 * MINUTE)
    assert home.told() == set()
    await home.assert_true_statistics()


@pytest.mark.parametrize("figure", ["18446744073709551.615", "1e18", "-1e17"])
async def test_a_figure_that_no_meter_can_count_keeps_nothing_from_being_written(home, hass_storage, figure):
    show = home.show
    home.show = lambda _now=None: home.hass.states.async_set(METER, figure, ENERGY | {"unit_of_measurement": "kWh"})
    await home.live(40 * MINUTE)
    home.show = show
    await home.live(40 * MINUTE)
    assert home.value(OURS[0]) == pytest.approx((home.offset_wh + home.flowed_wh(datetime.now(UTC))) / 1000, abs=0.02)
    kept = hass_storage["sceop.site.books"]["data"]["registers"]["meter"]["grid_import"]
    assert datetime.now(UTC) - datetime.fromisoformat(kept["at"]) <= 15 * MINUTE
    await home.assert_true_statistics()


async def test_lost_counters_are_told_and_leave_no_step(home, hass_storage):
    home.offset_wh = 12_000
    await home.live(10 * MINUTE)
    await home.unload()
    hass_storage["sceop.site.meter.counters"] = {}
    await home.set_up()
    await home.live(HOUR)
    assert "counters_broken" in home.told()
    await home.assert_true_statistics(lost_wh=40)
