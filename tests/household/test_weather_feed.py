"""A weather entity is looked at each hour; what it showed before counts too, and its silence is no error."""

import json
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from homeassistant.components.weather import WeatherEntity
from homeassistant.components.weather.const import WeatherEntityFeature
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util.unit_system import US_CUSTOMARY_SYSTEM
from pytest_homeassistant_custom_component.common import setup_test_component_platform
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.weather_feed import WeatherFeed, weather_store
from tests.household.conftest import NOW
from tests.household.test_forecasting import finished, slots_of

HOUR = timedelta(hours=1)
THIS_HOUR = NOW.replace(minute=0)
ENTITY = "weather.home"


class Sky(WeatherEntity):
    """A weather service that counts as its makers do, and that can fail."""

    _attr_has_entity_name = False
    _attr_name = "Home"
    _attr_unique_id = "sky"
    _attr_should_poll = False
    _attr_native_temperature_unit = "°C"
    _attr_native_wind_speed_unit = "km/h"
    _attr_supported_features = WeatherEntityFeature.FORECAST_HOURLY
    _attr_condition = "partlycloudy"
    _attr_native_temperature = 20.0
    _attr_native_wind_speed = 36.0
    broken = False
    error = HomeAssistantError("The service is away.")

    async def async_forecast_hourly(self):
        if self.broken:
            raise self.error
        return [
            {
                "datetime": (THIS_HOUR + number * HOUR).isoformat(),
                "native_temperature": 20.0 + number,
                "native_wind_speed": 18.0,
                "cloud_coverage": 10 * number,
                "condition": "cloudy",
            }
            for number in range(1, 6)
        ]


@pytest.fixture
async def sky(hass, now):
    sky = Sky()
    setup_test_component_platform(hass, "weather", [sky])
    assert await async_setup_component(hass, "weather", {"weather": {"platform": "test"}})
    await hass.async_block_till_done()
    return sky


async def test_what_is_shown_and_what_is_forecast_make_one_series(hass, sky):
    feed = await WeatherFeed.create(hass, "site", ENTITY)
    weather = await feed.look(NOW)
    assert weather.start == THIS_HOUR
    assert weather.temperature_c.tolist() == [20, 21, 22, 23, 24, 25]
    assert weather.cloud == pytest.approx([0.45, 0.1, 0.2, 0.3, 0.4, 0.5])
    assert weather.wind_ms == pytest.approx([10, 5, 5, 5, 5, 5])


async def test_a_home_that_counts_in_fahrenheit_and_miles_gets_the_same(hass, sky):
    metric = await (await WeatherFeed.create(hass, "site", ENTITY)).look(NOW)
    hass.config.units = US_CUSTOMARY_SYSTEM
    sky.async_write_ha_state()
    assert hass.states.get(ENTITY).attributes["temperature_unit"] == "°F"
    american = await (await WeatherFeed.create(hass, "site", ENTITY)).look(NOW)
    assert american.temperature_c == pytest.approx(metric.temperature_c, abs=0.6)
    assert american.wind_ms == pytest.approx(metric.wind_ms, abs=0.1)


@pytest.mark.parametrize("error", [HomeAssistantError("The service is away."), KeyError("hourly"), TimeoutError()])
async def test_while_the_service_is_away_its_last_word_counts(hass, sky, error):
    sky.error = error
    feed = await WeatherFeed.create(hass, "site", ENTITY)
    await feed.look(NOW)
    sky.broken = True
    weather = await feed.look(NOW + 2 * HOUR)
    assert weather.temperature_c.tolist() == [20, 21, 20, 23, 24, 25]
    assert set(feed.shared(NOW + 2 * HOUR)) == {THIS_HOUR + number * HOUR for number in range(6)}


@pytest.mark.usefixtures("now")
async def test_an_entity_that_is_not_there_tells_nothing(hass):
    feed = await WeatherFeed.create(hass, "site", ENTITY)
    assert await feed.look(NOW) is None
    hass.states.async_set(ENTITY, "unavailable")
    assert await feed.look(NOW) is None


async def test_a_night_without_weather_is_a_gap(hass, sky):
    feed = await WeatherFeed.create(hass, "site", ENTITY)
    sky.broken = True
    await feed.look(NOW)
    weather = await feed.look(NOW + 9 * HOUR)
    assert np.isfinite(weather.temperature_c).tolist() == [True] + [False] * 8 + [True]


async def test_it_is_remembered_over_a_restart_unless_another_entity_is_chosen(hass, sky):
    feed = await WeatherFeed.create(hass, "site", ENTITY)
    await feed.look(NOW - 2 * HOUR)
    await feed.save()
    again = await WeatherFeed.create(hass, "site", ENTITY)
    assert (await again.look(NOW)).start == THIS_HOUR - 2 * HOUR
    other = await WeatherFeed.create(hass, "site", "weather.elsewhere")
    assert await other.look(NOW) is None


@pytest.mark.usefixtures("now")
async def test_a_file_that_was_cut_off_is_set_aside_and_told(hass, tmp_path):
    store = weather_store(hass, "site")
    path = Path(store.path)

    def cut_off():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"version": 1, "minor_version": 1, "key": store.key, "data": {}})[:-4])

    hass.config.config_dir = str(tmp_path)
    store = weather_store(hass, "site")
    path = Path(store.path)
    await hass.async_add_executor_job(cut_off)
    assert await (await WeatherFeed.create(hass, "site", ENTITY)).look(NOW) is None
    (issue,) = [issue for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN]
    assert issue.translation_key == "weather_broken"


async def test_a_forecast_is_made_with_it(hass, sky, make_entry):
    entry = make_entry(kind="solar")
    hass.config_entries.async_update_entry(entry, options={**entry.options, "forecast": {"weather": ENTITY}})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await entry.runtime_data.archive.take(slots_of(9 * 96))
    await entry.runtime_data.archive.fill()
    await finished(hass, entry)
    assert hass.states.get("sensor.my_home_production_forecast_tomorrow").attributes["weather"] is True
    assert len(entry.runtime_data.forecast.weather()) == 6
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await weather_store(hass, entry.entry_id).async_load())["entity"] == ENTITY


class TestRecorder:
    @pytest.fixture(autouse=True)
    def _custom_integrations(self, recorder_mock, enable_custom_integrations):
        """Begin with the recorder, as Home Assistant does."""

    async def test_at_first_what_the_recorder_saw_counts(self, hass, freezer):
        freezer.move_to(NOW)
        for number in range(3):
            freezer.move_to(NOW + number * HOUR)
            told = {"temperature": 10 + number, "temperature_unit": "°C", "cloud_coverage": 20}
            hass.states.async_set(ENTITY, "cloudy", told)
            await async_wait_recording_done(hass)
        freezer.move_to(NOW + 4 * HOUR)
        feed = await WeatherFeed.create(hass, "site", ENTITY)
        weather = await feed.look(NOW + 4 * HOUR)
        assert weather.start == THIS_HOUR
        assert weather.temperature_c[:3].tolist() == [10, 11, 12]
