"""The simulated street is believable, and the same on every day and in any order."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from custom_components.sceop.core import sun
from custom_components.sceop.core.channels import FLOWS, SIGNS
from custom_components.sceop.core.simulate.battery import EFFICIENCY_PERCENT, run
from custom_components.sceop.core.simulate.calendar import MINUTES, WEEK, local_week, minute_of, week_of
from custom_components.sceop.core.simulate.community import CELLAR_PUMP_W, SEVILLE, community, home, with_pump_left_on
from custom_components.sceop.core.simulate.meters import SimulatedMeters
from custom_components.sceop.core.simulate.sites import Battery, Home, Office, Place
from custom_components.sceop.core.simulate.trace import trace
from custom_components.sceop.core.slots import EPOCH, SLOT, Span, slot_of

NOW = datetime(2026, 6, 10, 10, 7, 31, tzinfo=UTC)
STREET = community(seed=1, households=10)
HOMES, OFFICE = STREET[:-1], STREET[-1]
WEEKS = [week_of(datetime(2026, month, 20, tzinfo=UTC)) for month in (1, 3, 6, 10)]
SYDNEY = Place(-33.9, 151.2, ZoneInfo("Australia/Sydney"), weather_seed=3)


def watts(site, week):
    return trace(site, week).watts


def test_a_street():
    assert [isinstance(site, Home) for site in STREET] == [True] * 10 + [False]
    assert sum(site.solar is not None for site in HOMES) == 6
    assert sum(site.battery is not None for site in HOMES) == 4
    assert all(site.solar for site in HOMES if site.battery)
    assert len({site.name for site in STREET}) == len({site.seed for site in STREET}) == 11
    assert isinstance(OFFICE, Office)
    assert community(1, 10) == STREET
    assert community(2, 10) != STREET


@pytest.mark.parametrize("week", WEEKS)
def test_nobody_uses_less_than_nothing(week):
    for site in HOMES:
        flows = watts(site, week)
        used = sum(SIGNS[channel] * power for channel, power in flows.items())
        assert used.min() >= 0
        assert all(power.min() >= 0 for power in flows.values())
        assert all(len(power) == MINUTES for power in flows.values())


@pytest.mark.parametrize("week", WEEKS)
@pytest.mark.parametrize("place", [SEVILLE, SYDNEY])
def test_no_sun_at_night(week, place):
    flows = watts(home("Roof", 5, place, solar=True, battery=False), week)
    since = (week - EPOCH) / timedelta(minutes=1)
    elevation, _ = sun.position(since + np.arange(MINUTES, dtype=np.float64), place.latitude, place.longitude)
    assert flows["production"][elevation <= 0].max() == 0
    assert flows["production"].max() > 200


def test_import_and_export_exclude_each_other():
    for site in HOMES:
        flows = watts(site, WEEKS[2])
        if site.solar:
            assert np.minimum(flows["grid_import"], flows["grid_export"]).max() == 0
        if site.battery:
            assert np.minimum(flows["battery_charge"], flows["battery_discharge"]).max() == 0


@pytest.mark.parametrize("week", WEEKS)
def test_a_battery_holds_what_fits_and_gives_what_it_has(week):
    for site in (site for site in HOMES if site.battery):
        flows = watts(site, week)
        stored = np.cumsum(flows["battery_charge"] * EFFICIENCY_PERCENT // 100 - flows["battery_discharge"])
        assert stored.min() >= 0
        assert stored.max() <= site.battery.capacity_wh * 60
        assert max(flows["battery_charge"].max(), flows["battery_discharge"].max()) <= site.battery.power_w


def test_a_battery_tells_how_full_it_is():
    site = next(site for site in HOMES if site.battery)
    meters, flows = SimulatedMeters(site, WEEKS[2]), watts(site, WEEKS[2])
    levels = [meters.charge_percent(WEEKS[2] + timedelta(minutes=minute)) for minute in range(0, MINUTES, 15)]
    assert (min(levels), levels[0]) == (0, 0)
    assert 0 < max(levels) <= 100
    for quarter, (before, after) in enumerate(pairwise(levels)):
        minutes = slice(quarter * 15, quarter * 15 + 15)
        if after > before:
            assert flows["battery_charge"][minutes].any()
        if after < before:
            assert flows["battery_discharge"][minutes].any()
    assert SimulatedMeters(OFFICE, WEEKS[2]).charge_percent(NOW) is None


def test_a_battery_idles_when_nothing_is_left_over():
    assert run(Battery(5000, 1600), [0, 0]) == ([0, 0], [0, 0])


def test_an_office_is_lit_at_work_and_its_lights_are_part_of_it():
    flows = watts(OFFICE, WEEKS[2])
    local = local_week(WEEKS[2], OFFICE.place)
    zones = [name for name in flows if name.startswith("light.")]
    assert zones == ["light.lobby", "light.floor_1", "light.floor_2", "light.meeting"]
    assert (flows["grid_import"] >= sum(flows[zone] for zone in zones)).all()
    at_work = local.working & (local.minute_of_day > 8 * 60) & (local.minute_of_day < 17 * 60)
    assert all((flows[zone][at_work] > 0).all() for zone in zones)
    nights = local.minute_of_day < 5 * 60
    assert np.mean([(flows[zone][nights] > 0).mean() for zone in zones]) < 0.3


def test_somebody_forgets_a_switch_sometimes():
    nights = [
        watts(OFFICE, WEEKS[0] + n * WEEK)[f"light.{zone.name}"].reshape(7, -1)[:, 120:180].min(axis=1).max() > 0
        for n in range(8)
        for zone in OFFICE.zones
    ]
    assert 0 < sum(nights) < len(nights)


@pytest.mark.parametrize("site", [*HOMES[:3], OFFICE], ids=lambda site: site.name)
def test_slots_are_differences_of_the_counters_across_weeks(site):
    meters = SimulatedMeters(site, NOW - timedelta(days=20))
    span = Span(week_of(NOW) - 8 * SLOT, week_of(NOW) + 8 * SLOT)
    for channel in meters.channels:
        edges = [meters.counters_mwh(edge)[channel] // 1000 for edge in (*span, span.end)]
        assert [slot.wh for slot in meters.slots(channel, span)] == [b - a for a, b in pairwise(edges)]
        assert [slot.start for slot in meters.slots(channel, span)] == list(span)


def test_counters_never_run_backwards_and_move_with_the_power():
    meters = SimulatedMeters(HOMES[0], NOW - timedelta(days=8))
    instants = [week_of(NOW) - timedelta(minutes=2) + n * timedelta(seconds=7) for n in range(60)]
    for channel in meters.channels:
        read = [meters.counters_mwh(instant)[channel] for instant in instants]
        assert read == sorted(read)
    minute = NOW.replace(second=0)
    moved = meters.counters_mwh(minute + timedelta(minutes=1))
    for channel, power in meters.watts(minute).items():
        assert abs((moved[channel] - meters.counters_mwh(minute)[channel]) - power * 1000 / 60) <= 1


def test_what_is_left_on_is_used_from_then_on_and_by_nobody_else():
    since = week_of(NOW) + timedelta(hours=30, minutes=7)
    one = replace(HOMES[0], car_w=0, heat_pump_w_per_degree=0)
    for week in (week_of(NOW) - WEEK, week_of(NOW), week_of(NOW) + WEEK):
        before, after = (
            sum(SIGNS[channel] * power for channel, power in watts(each, week).items())
            for each in (one, with_pump_left_on(HOMES[0], since))
        )
        runs = week + np.arange(MINUTES) * timedelta(minutes=1) >= since
        assert (after - before == np.where(runs, CELLAR_PUMP_W, 0)).all()


@pytest.mark.parametrize("number", [0, 9], ids=["with a battery", "plain"])
def test_a_frozen_meter_repeats_one_quarter_of_an_hour_and_was_sound_before(number):
    since = week_of(NOW) + timedelta(hours=50, minutes=3)
    sound, frozen = (
        SimulatedMeters(home, NOW - timedelta(days=20))
        for home in (HOMES[number], replace(HOMES[number], frozen=since))
    )
    first, end = (slot_of(NOW + days * timedelta(days=1)) for days in (-9, 9))
    before, after = Span(first, slot_of(since)), Span(slot_of(since) + SLOT, end)
    for channel in sound.channels:
        assert frozen.slots(channel, before) == sound.slots(channel, before)
        (wh,) = {slot.wh for slot in frozen.slots(channel, after)}
        assert 0 <= sound.watts(since.replace(second=0))[channel] - wh * 4 < 4
        assert frozen.watts(NOW + timedelta(days=8))[channel] == wh * 4
    assert frozen.slots("grid_import", after) != sound.slots("grid_import", after)


def test_only_the_last_home_of_a_street_has_a_frozen_meter_and_only_if_asked_for():
    assert [site for site in community(1, 10, frozen=NOW) if site not in STREET] == [replace(HOMES[-1], frozen=NOW)]


def test_whoever_asks_in_whatever_order_hears_the_same():
    one, other = (SimulatedMeters(HOMES[0], NOW - timedelta(days=30)) for _ in range(2))
    later = one.counters_mwh(NOW)
    other.counters_mwh(NOW - timedelta(days=15))
    trace.cache_clear()
    assert other.counters_mwh(NOW) == later
    assert one.counters_mwh(NOW) == later


@pytest.mark.parametrize("place", [SEVILLE, SYDNEY])
@pytest.mark.parametrize("week", WEEKS)
def test_a_week_is_read_on_the_local_clock(week, place):
    local = local_week(week, place)
    for minute in range(0, MINUTES, 619):
        there = (week + timedelta(minutes=minute)).astimezone(place.zone)
        assert local.minute_of_day[minute] == there.hour * 60 + there.minute
        assert local.working[minute] == (there.weekday() < 5)
    for day in local.days:
        midnight = (week + timedelta(minutes=day.first_minute)).astimezone(place.zone)
        assert (midnight.date(), midnight.hour, midnight.minute) == (day.day, 0, 0)


def test_the_minute_of_the_week():
    assert week_of(NOW) == datetime(2026, 6, 8, tzinfo=UTC)
    assert minute_of(NOW) == 2 * 1440 + 607
    assert minute_of(week_of(NOW)) == 0


@pytest.mark.parametrize("latitude", [52.09, -52.09])
def test_summer_is_warm_in_both_hemispheres(latitude):
    place = Place(latitude, 5.12, ZoneInfo("UTC"), 7)
    heated = Home("Warm", 4, place, people=2, habit="retired", heat_pump_w_per_degree=70)
    january, june = (watts(heated, week)["grid_import"].sum() for week in (WEEKS[0], WEEKS[2]))
    assert (january > june) == (latitude > 0)


def test_the_same_seed_makes_the_same_wh():
    """Golden sums: when they change, every simulated home has changed, and the history of each demo with it."""
    sums = {channel: int(power.sum()) // 60 for channel, power in watts(HOMES[0], WEEKS[2]).items()}
    assert sums == GOLDEN
    assert set(sums) == set(FLOWS)


GOLDEN = {
    "battery_charge": 34056,
    "battery_discharge": 27307,
    "grid_export": 28364,
    "grid_import": 14460,
    "production": 98506,
}
