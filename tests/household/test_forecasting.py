"""A site's forecast: there as soon as its past is, made anew each hour, and never a reason to fail."""

import asyncio
import math
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from freezegun.api import real_monotonic
from homeassistant.components.energy.data import async_get_manager
from homeassistant.components.recorder import get_instance
from homeassistant.components.recorder.history import get_significant_states
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from hypothesis import given, strategies as st
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.sceop import importing
from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.forecast.band import Model
from custom_components.sceop.core.forecast.windows import Severity, Window
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import EPOCH, SLOT, local_midnight
from custom_components.sceop.energy import async_get_solar_forecast
from custom_components.sceop.forecasting import EARLIEST_S, LATEST_S, next_wake
from custom_components.sceop.peak_windows import PeakWindow, Whose
from custom_components.sceop.peak_words import PeakWords
from custom_components.sceop.prices.holidays import place_of
from tests.household.conftest import NOW, SITE_ID
from tests.household.test_importing import imported

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAKING = "sceop archive", "sceop forecast"
SLOT_NOW = NOW.replace(minute=0)
TODAY, TOMORROW = "sensor.my_home_consumption_forecast_today", "sensor.my_home_consumption_forecast_tomorrow"
PEAK_NOW, CALENDAR = "binary_sensor.my_home_peak_now", "calendar.my_home_peak_windows"


@pytest.fixture
async def entry(hass, make_entry, now):
    """Set up a home that remembers nine days, without a recorder."""
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await entry.runtime_data.archive.take(slots_of(9 * 96))
    await entry.runtime_data.archive.fill()
    await finished(hass, entry)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


def slots_of(count):
    """Return what a home with a roof and a battery closed: by day the sun, in the evening a stove."""
    starts = [SLOT_NOW - number * SLOT for number in range(count, 0, -1)]
    hours = [start.hour + start.minute / 60 for start in starts]
    flows = {
        "grid_import": [50 if 5 <= hour < 16 else 900 if 17 <= hour < 18 else 200 for hour in hours],
        "grid_export": [300 if 5 <= hour < 16 else 0 for hour in hours],
        "production": [500 if 5 <= hour < 16 else 0 for hour in hours],
        "battery_charge": [0] * count,
        "battery_discharge": [0] * count,
    }
    return {
        flow: [ClosedSlot(start, wh, "measured") for start, wh in zip(starts, values, strict=True)]
        for flow, values in flows.items()
    }


async def finished(hass, entry):
    """Wait for the forecasts that a site makes in the background, one after the other."""
    while tasks := [task for task in entry._background_tasks if task.get_name().startswith(MAKING) and not task.done()]:
        await asyncio.gather(*tasks)
    await hass.async_block_till_done()


async def at(hass, freezer, entry, instant):
    freezer.move_to(instant)
    async_fire_time_changed(hass, instant)
    await finished(hass, entry)


def window(first, last, severity=Severity.SERIOUS):
    """Return a window from one slot to another, counted from the running one."""
    edges = (SLOT_NOW + number * SLOT for number in (first, last))
    return Window(*edges, 4200, 3000, 0.7, severity)


def expect(forecast, whose, *windows):
    forecast._expect(whose, windows)
    forecast.async_update_listeners()


async def test_today_and_tomorrow_are_shown(hass, entry):
    outlook = entry.runtime_data.forecast.data
    assert outlook.made == SLOT_NOW
    for figure in ("consumption", "production"):
        today, tomorrow = outlook.energy(figure, 0), outlook.energy(figure, 1)
        assert 1000 < today.mid_wh < 100_000
        assert tomorrow.low_wh <= tomorrow.mid_wh <= tomorrow.high_wh
        shown = hass.states.get(f"sensor.my_home_{figure}_forecast_tomorrow")
        assert float(shown.state) == pytest.approx(tomorrow.mid_wh / 1000)


async def test_every_figure_explains_itself(hass, entry):
    shown = hass.states.get(TOMORROW)
    told = shown.attributes
    assert told["low_wh"] <= float(shown.state) * 1000 <= told["high_wh"]
    assert len(told["curve"]) == 96
    assert told["curve"][0]["start"] == "2026-06-11T00:00:00+02:00"
    sums = {edge: sum(step[f"{edge}_w"] for step in told["curve"]) / 4 for edge in ("low", "mid", "high")}
    assert sums["mid"] == pytest.approx(float(shown.state) * 1000, abs=30)
    assert told["days_learned_from"] == pytest.approx(9, abs=0.2)
    assert told["weather"] is False
    assert "reason" not in told


async def test_the_peak_has_a_height_and_a_time(hass, entry):
    power, time = (hass.states.get(f"sensor.my_home_peak_{what}_tomorrow") for what in ("power", "time"))
    assert float(power.state) == pytest.approx(3600, rel=0.2)
    assert datetime.fromisoformat(time.state).astimezone(UTC).date() == date(2026, 6, 11)
    assert datetime.fromisoformat(time.state).astimezone(UTC).hour == 17
    assert sum(step["probability"] for step in power.attributes["curve"]) == pytest.approx(1, abs=0.02)


@given(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - hypothesis adds it
    st.floats(EARLIEST_S, LATEST_S),
    st.sampled_from(["Europe/Amsterdam", "Asia/Kolkata", "Asia/Kathmandu", "Australia/Lord_Howe", "America/St_Johns"]),
)
def test_it_is_thought_of_after_every_hour_and_every_midnight(now, phase_s, name):
    phase, zone = timedelta(seconds=phase_s), ZoneInfo(name)
    wake = next_wake(now, phase, zone)
    assert now < wake <= now + HOUR
    midnight = local_midnight(now.astimezone(zone).date() + DAY, zone)
    assert wake <= midnight + phase
    edge = wake - phase
    on_the_hour = (edge - EPOCH) % HOUR == timedelta(0)
    assert on_the_hour or edge == local_midnight(edge.astimezone(zone).date(), zone)


async def test_it_is_made_anew_after_the_hour(hass, entry, freezer):
    await at(hass, freezer, entry, SLOT_NOW + HOUR + timedelta(minutes=3))
    assert entry.runtime_data.forecast.data.made == SLOT_NOW + HOUR


async def test_after_midnight_tomorrow_is_today(hass, entry, freezer):
    before = entry.runtime_data.forecast.data.day(1)
    midnight = datetime(2026, 6, 10, 22, tzinfo=UTC)
    await at(hass, freezer, entry, midnight + timedelta(minutes=3))
    outlook = entry.runtime_data.forecast.data
    assert outlook.day(0) == before
    assert outlook.morning.day == before


async def test_a_window_is_in_the_calendar_and_turns_the_sensor_on_while_it_lasts(hass, entry, freezer):
    forecast = entry.runtime_data.forecast
    expect(forecast, Whose.SITE, window(4, 8))
    assert hass.states.get(PEAK_NOW).state == "off"
    event = hass.states.get(CALENDAR)
    assert event.attributes["message"] == "Home: serious peak"
    assert "4.2\N{NO-BREAK SPACE}kW" in event.attributes["description"]
    begins, ends = SLOT_NOW + HOUR, SLOT_NOW + 2 * HOUR
    freezer.move_to(begins)
    async_fire_time_changed(hass, begins)
    assert hass.states.get(PEAK_NOW).state == "on"
    assert hass.states.get(PEAK_NOW).attributes["until"] == ends.isoformat()
    assert hass.states.get(PEAK_NOW).attributes["whose"] == ["site"]
    freezer.move_to(ends)
    async_fire_time_changed(hass, ends)
    assert hass.states.get(PEAK_NOW).state == "off"
    await finished(hass, entry)


async def test_windows_of_both_are_told_apart_and_the_worst_severity_counts(hass, entry):
    forecast = entry.runtime_data.forecast
    expect(forecast, Whose.SITE, window(0, 2, Severity.MILD))
    expect(forecast, Whose.COMMUNITY, window(0, 6, Severity.SEVERE))
    told = hass.states.get(PEAK_NOW).attributes
    assert (told["whose"], told["severity"]) == (["community", "site"], "severe")
    asked = {"entity_id": CALENDAR, "start_date_time": SLOT_NOW, "end_date_time": SLOT_NOW + HOUR}
    answer = await hass.services.async_call("calendar", "get_events", asked, blocking=True, return_response=True)
    assert [event["summary"] for event in answer[CALENDAR]["events"]] == ["Home: mild peak", "Community: severe peak"]


@pytest.mark.parametrize("language", ["de", "en", "es", "fr", "hi", "nl"])
async def test_what_a_month_shows_of_a_window_tells_whose_it_is(hass, language):
    hass.config.language = language
    words = await PeakWords.of(hass)
    of_home, of_community = (PeakWindow(whose, window(0, 2)) for whose in (Whose.SITE, Whose.COMMUNITY))
    titles = [words.title(of_home, "Mill Street"), words.title(of_community, None), words.title(of_community, "Mill")]
    assert len({title[:4] for title in titles}) == 3
    assert all(len(title) < 36 for title in titles)
    graver = [words.title(PeakWindow(Whose.SITE, window(0, 2, severity)), None) for severity in Severity]
    assert len(set(graver)) == 3


async def test_the_action_tells_every_step(hass, entry):
    expect(entry.runtime_data.forecast, Whose.SITE, window(1, 3))
    answer = await hass.services.async_call(DOMAIN, "get_forecast", {"hours": 6}, blocking=True, return_response=True)
    assert (answer["site"], answer["made"], len(answer["steps"])) == ("My home", SLOT_NOW.isoformat(), 24)
    for step in answer["steps"]:
        used = step["consumption"]
        assert used["low_wh"] <= used["mid_wh"] <= used["high_wh"]
        assert step["production"]["mid_wh"] >= 0
    (told,) = answer["windows"]
    assert (told["whose"], told["power_w"], told["severity"]) == ("site", 4200, "serious")


async def test_production_is_told_hour_by_hour(hass, entry):
    hours = (await async_get_solar_forecast(hass, entry.entry_id))["wh_hours"]
    outlook = entry.runtime_data.forecast.data
    zone = outlook.place.zone
    local = {hour: datetime.fromisoformat(hour).astimezone(zone).date() for hour in hours}
    tomorrow = {hour: wh for hour, wh in hours.items() if local[hour] == outlook.day(1)}
    assert len(tomorrow) == 24
    assert sum(tomorrow.values()) == pytest.approx(outlook.energy("production", 1).mid_wh, abs=15)
    assert len(hours) >= 48
    assert await async_get_solar_forecast(hass, "no such entry") is None


async def test_no_state_ever_shows_what_is_no_number(hass, entry):
    for state in hass.states.async_all():
        if "forecast" in state.entity_id or "peak" in state.entity_id:
            assert state.state != "unavailable"
            assert "nan" not in str(state.attributes)
            if state.entity_id.startswith("sensor.") and "time" not in state.entity_id:
                assert math.isfinite(float(state.state))


async def test_a_home_without_a_past_says_that_nothing_is_known(hass, make_entry, now):
    entry = make_entry(kind="plain")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await finished(hass, entry)
    assert hass.states.get(TODAY).state == "unknown"
    assert hass.states.get(TODAY).attributes["reason"] == "past_unknown"
    assert hass.states.get(PEAK_NOW).state == "off"
    assert hass.states.get(CALENDAR).state == "off"
    registry = er.async_get(hass)
    assert registry.async_get_entity_id("sensor", DOMAIN, f"{SITE_ID}_production_forecast_today") is None
    answer = await hass.services.async_call(DOMAIN, "get_forecast", {"hours": 1}, blocking=True, return_response=True)
    assert [step["consumption"] for step in answer["steps"]] == [None] * 4
    await hass.config_entries.async_unload(entry.entry_id)


class TestRecorder:
    @pytest.fixture(autouse=True)
    def _custom_integrations(self, recorder_mock, enable_custom_integrations):
        """Begin with the recorder, as Home Assistant does."""

    @pytest.mark.usefixtures("now")
    async def test_a_forecast_follows_an_import_within_ten_seconds(self, hass, make_entry, monkeypatch, hass_ws_client):
        monkeypatch.setattr(importing, "PAST", 3 * DAY)
        entry = make_entry()
        assert await hass.config_entries.async_setup(entry.entry_id)
        await imported(entry)
        began = real_monotonic()
        await finished(hass, entry)
        assert real_monotonic() - began < 10
        outlook = entry.runtime_data.forecast.data
        assert outlook.model("consumption") not in {Model.NOTHING, Model.LEVEL}
        assert float(hass.states.get(TOMORROW).state) == pytest.approx(outlook.energy("consumption", 1).mid_wh / 1000)
        assert await async_setup_component(hass, "energy", {})
        source = {
            "type": "solar",
            "stat_energy_from": "sensor.my_home_solar_production_energy",
            "config_entry_solar_forecast": [entry.entry_id],
        }
        await (await async_get_manager(hass)).async_update({"energy_sources": [source]})
        client = await hass_ws_client()
        await client.send_json_auto_id({"type": "energy/solar_forecast"})
        told = (await client.receive_json())["result"]
        assert told == {entry.entry_id: await async_get_solar_forecast(hass, entry.entry_id)}
        await async_wait_recording_done(hass)
        states = await get_instance(hass).async_add_executor_job(
            get_significant_states, hass, NOW - HOUR, None, [TOMORROW]
        )
        kept = states[TOMORROW][-1].attributes
        assert "curve" not in kept
        assert "low_wh" in kept
        await hass.config_entries.async_unload(entry.entry_id)


class TestOptions:
    @pytest.fixture(autouse=True)
    def _not_set_up(self, nothing_is_set_up):
        """Only the dialog is looked at."""

    async def ask(self, hass, entry, typed):
        flow = await hass.config_entries.options.async_init(entry.entry_id)
        flow = await hass.config_entries.options.async_configure(flow["flow_id"], {"next_step_id": "forecast"})
        assert flow["type"] is FlowResultType.FORM
        return await hass.config_entries.options.async_configure(flow["flow_id"], typed)

    async def test_a_limit_and_a_weather_are_kept_beside_everything_else(self, hass, make_entry):
        entry = make_entry()
        before = dict(entry.options)
        hass.states.async_set("weather.home", "sunny", {"supported_features": 2})
        done = await self.ask(hass, entry, {"weather": "weather.home", "limit_kw": 5.5})
        assert done["type"] is FlowResultType.CREATE_ENTRY
        assert entry.options == before | {"forecast": {"weather": "weather.home", "limit_w": 5500}}
        await self.ask(hass, entry, {})
        assert entry.options == before | {"forecast": {}}

    @pytest.mark.parametrize(("features", "problem"), [(None, "weather_missing"), (1, "weather_not_hourly")])
    async def test_a_weather_that_tells_no_hours_is_refused(self, hass, make_entry, features, problem):
        entry = make_entry()
        if features is not None:
            hass.states.async_set("weather.home", "sunny", {"supported_features": features})
        answer = await self.ask(hass, entry, {"weather": "weather.home"})
        assert answer["errors"] == {"weather": problem}


async def test_holidays_are_those_of_the_country_if_they_are_known(hass):
    assert (await place_of(hass, "NL")).country == "NL"
    assert await place_of(hass, "XX") is None
    assert await place_of(hass, None) is None
