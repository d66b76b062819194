"""What a hub foresees reaches the home, by question and on the live line; one that foresees nothing is no error."""

import asyncio
import json
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from random import SystemRandom

import pytest
from freezegun.api import real_monotonic
from homeassistant.util import dt as dt_util
from hypothesis import given, strategies as st
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.core.forecast.windows import Severity, Window
from custom_components.sceop.hub import foreseen
from custom_components.sceop.hub.errors import NotAHub
from custom_components.sceop.hub.foresight import Foresight, notices_store
from custom_components.sceop.hub.recognition import Recognition
from custom_components.sceop.sky import Hour
from tests.household.conftest import NOW
from tests.household.hub.conftest import set_up

pytestmark = pytest.mark.usefixtures("now")

CALENDAR, PEAK_NOW = "calendar.my_home_peak_windows", "binary_sensor.my_home_peak_now"
WINDOW = {
    "start": "2026-06-10T10:00:00Z",
    "end": "2026-06-10T11:00:00Z",
    "power_w": 41000,
    "limit_w": 40000,
    "probability": 0.8,
    "severity": "severe",
}
DAY = {"day": "2026-06-10", "low_w": 30000, "mid_w": 41000, "high_w": 44000, "at": "2026-06-10T10:15:00Z"}
PEAKS = {"made": "2026-06-10T10:01:00Z", "limit_w": 40000, "windows": [WINDOW], "days": [DAY]}
FORECAST = {
    "made": "2026-06-10T10:01:00Z",
    "start": "2026-06-10T10:00:00Z",
    "step": 900,
    "figures": {"net": {"low": [100, None], "mid": [200, None], "high": [300, None], "model": "learned", "days": 60.0}},
}
NOTICE = {"type": "notice", "id": 7, "at": "2026-06-10T09:00:00Z", "title": "Works", "text": "The street is closed."}
HOURS = {NOW.replace(minute=0): Hour(21.5, 0.25, None)}


@pytest.fixture
async def member(hass, make_entry, membership, hub, past):
    entry = make_entry(kind="plain", hub=membership)
    await set_up(hass, entry)
    await hub.until(lambda: hub.lines)
    yield entry
    await hass.config_entries.async_unload(entry.entry_id)


async def until(hass, condition):
    """Let what the hub said arrive."""
    end = real_monotonic() + 20
    while not condition():
        assert real_monotonic() < end
        await hass.async_block_till_done()
        await asyncio.sleep(0)


async def test_forecast_and_peaks_are_asked_for_after_the_start(hass, hub, member):
    hub.foresight = {"forecast": FORECAST, "peaks": PEAKS}
    foresight = member.runtime_data.hub.foresight
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=6))
    await until(hass, lambda: foresight.peaks is not None)
    assert foresight.forecast.figures["net"].mid == (200, None)
    (window,) = foresight.peaks.windows
    assert (window.power_w, window.severity) == (41000, Severity.SEVERE)
    assert foresight.peaks.days[0].at == datetime(2026, 6, 10, 10, 15, tzinfo=UTC)


async def test_a_window_of_the_community_is_shown_as_soon_as_it_is_said(hass, hub, member):
    await hub.say({"type": "peaks", **PEAKS})
    await until(hass, lambda: hass.states.get(PEAK_NOW).state == "on")
    assert hass.states.get(PEAK_NOW).attributes["whose"] == ["community"]
    assert hass.states.get(CALENDAR).attributes["message"] == f"Mill Street: {PEAKS['windows'][0]['severity']} peak"
    await hub.say({"type": "peaks", **PEAKS, "windows": []})
    await until(hass, lambda: hass.states.get(PEAK_NOW).state == "off")


async def test_a_hub_of_before_is_no_error(hass, hub, member, caplog):
    await member.runtime_data.hub.foresight.ask(HOURS)
    assert member.runtime_data.hub.foresight.forecast is None
    assert hass.states.get("binary_sensor.my_home_hub_connected").state == "on"
    assert not [
        record for record in caplog.records if record.levelname in {"WARNING", "ERROR"} and "sceop" in record.name
    ]


async def test_before_its_first_forecast_a_hub_says_so(member, hub):
    hub.foresight = {
        "forecast": {"made": None, "start": None, "step": 900, "figures": {}},
        "peaks": {"made": None, "limit_w": None, "windows": [], "days": []},
    }
    await member.runtime_data.hub.foresight.ask()
    assert member.runtime_data.hub.foresight.forecast is None
    assert member.runtime_data.hub.foresight.peaks.windows == ()


async def test_a_forecast_made_after_the_first_question_is_asked_for_when_its_peaks_are_told(hass, hub, member):
    hub.foresight = {
        "forecast": {"made": None, "start": None, "step": 900, "figures": {}},
        "peaks": {"made": None, "limit_w": None, "windows": [], "days": []},
    }
    foresight = member.runtime_data.hub.foresight
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=6))
    await until(hass, lambda: foresight.peaks is not None)
    assert foresight.forecast is None
    hub.foresight = {"forecast": FORECAST, "peaks": PEAKS}
    await hub.say({"type": "peaks", **PEAKS})
    await until(hass, lambda: foresight.peaks.windows)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=12))
    await until(hass, lambda: foresight.forecast)
    assert foresight.forecast.made == datetime.fromisoformat(FORECAST["made"])


async def test_weather_goes_to_a_hub_that_wants_it_and_to_no_other(member, hub):
    hub.foresight = {"forecast": FORECAST, "peaks": PEAKS}
    foresight = member.runtime_data.hub.foresight
    await foresight.ask(HOURS)
    assert hub.weather == []
    hub.wants_weather, foresight._trusted = True, None
    await foresight.ask(HOURS)
    told = {"start": "2026-06-10T10:00:00Z", "temperature_c": 21.5, "cloud": 0.25, "wind_ms": None}
    assert hub.weather == [{"hours": [told]}]
    await foresight.ask({})
    assert len(hub.weather) == 1


async def test_a_message_is_told_once_also_after_a_restart(hass, hub, member):
    heard = []
    member.runtime_data.hub.foresight.hear_notices(heard.append)
    for _ in range(2):
        await hub.say(NOTICE)
    await hub.say(NOTICE | {"id": 8, "title": "More"})
    await until(hass, lambda: len(heard) == 2)
    assert [notice.title for notice in heard] == ["Works", "More"]
    await until(hass, lambda: not member.runtime_data.hub.foresight._tasks)
    hub.words = [NOTICE, NOTICE | {"id": 9, "title": "Done"}]
    assert await hass.config_entries.async_reload(member.entry_id)
    again = []
    member.runtime_data.hub.foresight.hear_notices(again.append)
    await until(hass, lambda: again)
    assert [notice.title for notice in again] == ["Done"]


async def test_a_number_that_another_hub_or_a_restored_one_uses_again_is_another_message(hass, hub, member):
    heard = []
    member.runtime_data.hub.foresight.hear_notices(heard.append)
    await hub.say(NOTICE)
    await hub.say(NOTICE | {"at": "2026-06-10T09:30:00Z", "title": "Welcome"})
    await hub.say(NOTICE | {"id": 8, "title": "More"})
    await until(hass, lambda: any(notice.title == "More" for notice in heard))
    assert [notice.title for notice in heard] == ["Works", "Welcome", "More"]
    assert len({notice.id for notice in heard}) == len(heard)


async def test_a_hub_that_does_not_stop_talking_is_heard_twenty_times_a_day(hass, member, freezer):
    foresight, heard = member.runtime_data.hub.foresight, []
    foresight.hear_notices(heard.append)
    for number in range(50):
        foresight.heard(NOTICE | {"id": number})
    assert len(heard) == 20
    freezer.tick(timedelta(days=1))
    for number in range(50):
        foresight.heard(NOTICE | {"id": number})
    assert len({notice.id for notice in heard}) == len(heard) == 40


async def test_a_message_waits_for_whoever_tells_it(hass, member):
    hub = member.runtime_data.hub
    foresight = Foresight(hass, member, hub.client, Recognition(hub.client, None), SystemRandom())
    foresight.heard(NOTICE)
    heard = []
    foresight.hear_notices(heard.append)
    foresight.hear_notices(heard.append)
    assert [notice.text for notice in heard] == ["The street is closed."]


async def test_nonsense_on_the_line_does_no_harm(hass, hub, member, caplog):
    foresight = member.runtime_data.hub.foresight
    half = json.dumps(NOTICE | {"title": "\ud800"})
    for nonsense in (
        "what?",
        "[1]",
        '{"type": "peaks"}',
        '{"type": "notice", "id": 1}',
        '{"type": "of tomorrow"}',
        half,
    ):
        await hub.say(nonsense)
    await hub.say('{"type":' * 100_000)
    await hub.say({"type": "peaks", **PEAKS})
    await until(hass, lambda: foresight.peaks is not None)
    assert not foresight._told
    assert not [
        record for record in caplog.records if record.levelname in {"WARNING", "ERROR"} and "sceop" in record.name
    ]


@pytest.mark.parametrize(
    "answer",
    ['{"made":' * 100_000, json.dumps(FORECAST).replace("learned", "\\ud800")],
    ids=["without end", "half a character"],
)
async def test_an_answer_that_nobody_can_keep_is_no_answer(hass, hub, member, answer):
    foresight = member.runtime_data.hub.foresight
    hub.foresight = {"forecast": answer, "peaks": PEAKS}
    await foresight.ask()
    assert foresight.forecast is None


async def test_who_leaves_the_community_keeps_no_traces_of_its_messages(hass, hub, member):
    await hub.say(NOTICE)
    foresight = member.runtime_data.hub.foresight
    await until(hass, lambda: foresight._told and not foresight._tasks)
    assert await notices_store(hass, member.entry_id).async_load() is not None
    hass.config_entries.async_update_entry(
        member, data={key: told for key, told in member.data.items() if key != "hub"}
    )
    await hass.async_block_till_done(wait_background_tasks=False)
    await until(hass, lambda: member.runtime_data.hub is None)
    assert await notices_store(hass, member.entry_id).async_load() is None


class TestReading:
    def test_windows_are_read_as_they_were_meant(self):
        assert foreseen.read_peaks(PEAKS, NOW).windows == (
            Window(
                datetime(2026, 6, 10, 10, tzinfo=UTC),
                datetime(2026, 6, 10, 11, tzinfo=UTC),
                41000,
                40000,
                0.8,
                Severity.SEVERE,
            ),
        )

    @pytest.mark.parametrize(
        "wrong",
        [
            {"start": "2026-06-10T12:00:00Z"},
            {"start": "2026-06-10T10:00:00"},
            {"severity": "of the end"},
            {"probability": "high"},
            {"power_w": None},
            {"start": "9999-12-31T22:00:00Z", "end": "9999-12-31T23:00:00Z"},
            {"start": "0001-01-01T00:00:00+14:00"},
            {"end": "2027-06-10T11:00:00Z"},
            {"power_w": 1e30},
            {"limit_w": -(10**400)},
            {"probability": float("nan")},
        ],
    )
    def test_a_window_that_is_none_is_refused(self, wrong):
        with pytest.raises(NotAHub):
            foreseen.read_peaks(PEAKS | {"windows": [WINDOW | wrong]}, NOW)

    @pytest.mark.parametrize(
        ("read", "said"),
        [
            (foreseen.read_peaks, PEAKS | {"windows": [WINDOW] * 101}),
            (foreseen.read_peaks, PEAKS | {"days": [DAY | {"at": "9999-12-31T23:00:00Z"}]}),
            (foreseen.read_peaks, PEAKS | {"limit_w": 1e300}),
            (foreseen.read_forecast, FORECAST | {"start": "9999-12-31T23:45:00Z"}),
            (foreseen.read_forecast, FORECAST | {"step": 0}),
            (foreseen.read_forecast, FORECAST | {"step": 10**9}),
            (foreseen.read_forecast, FORECAST | {"figures": {"net": FORECAST["figures"]["net"] | {"mid": [1e40, 1]}}}),
            (foreseen.read_notice, NOTICE | {"at": "9999-12-31T23:59:59Z"}),
        ],
    )
    def test_what_no_hub_that_is_well_would_say_is_refused(self, read, said):
        with pytest.raises(NotAHub):
            read(said, NOW)

    @given(
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
            lambda each: (
                st.lists(each, max_size=3)
                | st.dictionaries(
                    st.sampled_from([*FORECAST, *PEAKS, *WINDOW, *NOTICE, "net", "low"]), each, max_size=4
                )
            ),
            max_leaves=12,
        )
    )
    def test_whatever_a_hub_says_is_understood_or_refused(self, said):
        for read, whole in (
            (foreseen.read_forecast, FORECAST),
            (foreseen.read_peaks, PEAKS),
            (foreseen.read_notice, NOTICE),
        ):
            for name in whole:
                with suppress(NotAHub):
                    read(whole | {name: said}, NOW)
