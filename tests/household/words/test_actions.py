"""What the actions answer, and what they say when they cannot."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.channels import consumption
from custom_components.sceop.sources import SourceError
from custom_components.sceop.sources.simulated import SimulatedSource
from tests.household.conftest import PLACE
from tests.household.lights.conftest import LAMPS, live, switch, zone


async def ask(hass, action, **data):
    return await hass.services.async_call(DOMAIN, action, data, blocking=True, return_response=True)


@pytest.fixture
async def home(hass, make_entry, now):
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


async def test_the_balance_of_the_only_home(hass, home):
    told = await ask(hass, "get_balance")
    watts = {flow: part["power_w"] for flow, part in told["flows"].items()}
    assert (told["site"], told["silent"], told["slot_start"]) == ("My home", [], "2026-06-10T10:00:00+00:00")
    assert watts.keys() == {"grid_import", "grid_export", "production", "battery_charge", "battery_discharge"}
    assert told["consumption"]["power_w"] == consumption(watts)
    assert watts["production"] == int(hass.states.get("sensor.my_home_solar_production_power").state)
    today = told["today"]
    assert (today["currency"], today["since"]) == ("EUR", "2026-06-09T22:00:00+00:00")
    assert today["energy_wh"].keys() == {*watts, "consumption"}


async def test_money_and_shares_are_those_of_the_sensors(hass, home, freezer):
    for _ in range(180):
        freezer.tick(10)
        await home.runtime_data.coordinator.async_refresh()
    told = (await ask(hass, "get_balance", config_entry_id="site"))["today"]
    assert told["savings"] == pytest.approx(float(hass.states.get("sensor.my_home_savings_today").state), abs=1e-4)
    shown = float(hass.states.get("sensor.my_home_self_sufficiency_today").state)
    assert told["self_sufficiency"] == pytest.approx(shown, abs=0.05)
    assert told["savings"] > 0
    assert told["earnings"] >= 0


async def test_what_cannot_be_seen_is_named_and_is_no_zero(hass, home, monkeypatch):
    async def silent(self, at):
        if "production" in self.flows:
            raise SourceError("The inverter sleeps.")
        return await read(self, at)

    read = SimulatedSource.read
    monkeypatch.setattr(SimulatedSource, "read", silent)
    await home.runtime_data.coordinator.async_refresh()
    told = await ask(hass, "get_balance")
    assert told["silent"] == ["Production"]
    assert told["flows"]["production"] == {"power_w": None, "slot_wh": None, "missing": ["Production"]}
    assert told["consumption"] == {"power_w": None, "slot_wh": None}
    assert told["flows"]["grid_import"]["missing"] == []


async def test_without_a_price_nothing_has_a_cost(hass, lamps, make_site):
    await make_site()
    told = await ask(hass, "get_balance")
    assert told["flows"] == {}
    assert (told["today"]["cost"], told["today"]["savings"], told["consumption"]["power_w"]) == (None, None, None)


@pytest.mark.parametrize("action", ["get_balance", "import_history"])
async def test_an_unknown_home_is_refused(hass, home, action):
    with pytest.raises(ServiceValidationError, match="nowhere"):
        await ask(hass, action, config_entry_id="nowhere")


async def test_of_two_homes_one_must_be_chosen(hass, home):
    other = MockConfigEntry(domain=DOMAIN, title="Other", unique_id="other", data=PLACE, entry_id="other")
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup("other")
    with pytest.raises(ServiceValidationError):
        await ask(hass, "get_balance")
    assert (await ask(hass, "get_balance", config_entry_id="other"))["site"] == "Other"


async def test_actions_are_there_before_any_home(hass):
    assert await async_setup_component(hass, DOMAIN, {})
    told = {"get_anomalies", "get_balance", "get_forecast", "get_sessions", "plan_load"}
    together = {"get_events", "get_savings", "get_leaderboard", "get_challenges", "get_rewards"}
    done = {"answer_anomaly", "answer_event", "export_from_hub", "import_history", "join_challenge", "mark_ready"}
    names = told | together | done | {"redeem_reward"}
    assert hass.services.async_services()[DOMAIN].keys() == names
    with pytest.raises(ServiceValidationError):
        await ask(hass, "get_balance")


async def lit(hass, clock, lamps, hours):
    await switch(hass, "on", lamps, brightness=255)
    await live(hass, clock, timedelta(hours=hours))
    await switch(hass, "off", lamps)


@pytest.fixture
async def office(hass, clock, lamps, make_site):
    """Two zones; the lobby was lit across the end of its hours, the kitchen is lit now."""
    cleaning = [{"days": ["wed"], "from": "18:00:00", "to": "18:30:00"}]
    entry = await make_site(zones=[zone("lobby", LAMPS[:1], cleaning=cleaning), zone("kitchen", LAMPS[1:])])
    await live(hass, clock, timedelta(hours=5))
    await lit(hass, clock, LAMPS[:1], 2)
    await switch(hass, "on", LAMPS[1:], brightness=255)
    await live(hass, clock, timedelta(minutes=10))
    return entry


async def test_the_lit_times_of_all_zones(hass, office):
    told = await ask(hass, "get_sessions")
    assert [session["zone"] for session in told["sessions"]] == ["Lobby", "Kitchen"]
    lobby, kitchen = told["sessions"]
    assert (lobby["start"], lobby["end"]) == ("2026-06-10T15:00:00+00:00", "2026-06-10T17:00:00+00:00")
    assert (lobby["minutes"], lobby["wh"], lobby["energy"]) == (120, 200, "estimated")
    assert lobby["inside"] == {"minutes": 60, "wh": 100}
    assert lobby["cleaning"] == {"minutes": 30, "wh": 50}
    assert lobby["outside"] == {"minutes": 30, "wh": 50}
    assert (lobby["cause"], lobby["occupant"]) == ("physical", "Tenants")
    assert (kitchen["end"], kitchen["minutes"]) == (None, 10)
    assert told["since"] == "2026-06-03T17:10:00+00:00"


@pytest.mark.parametrize("aim", ["entity", "device", "area"])
async def test_one_aims_at_a_zone_as_one_likes(hass, office, aim):
    light = er.async_get(hass).async_get("light.kitchen")
    area = ar.async_get(hass).async_create("Ground floor")
    dr.async_get(hass).async_update_device(light.device_id, area_id=area.id)
    target = {"entity": {"entity_id": ["light.kitchen"]}, "device": {"device_id": [light.device_id]}}
    told = await ask(hass, "get_sessions", **target.get(aim, {"area_id": [area.id]}))
    assert [session["zone"] for session in told["sessions"]] == ["Kitchen"]


async def test_only_what_touches_the_time_is_told(hass, office):
    before = await ask(hass, "get_sessions", until=datetime(2026, 6, 10, 15, tzinfo=UTC))
    after = await ask(hass, "get_sessions", since=datetime(2026, 6, 10, 17, tzinfo=UTC))
    assert before["sessions"] == []
    assert [session["zone"] for session in after["sessions"]] == ["Kitchen"]


async def test_a_time_that_ends_before_it_begins_is_refused(hass, office):
    with pytest.raises(ServiceValidationError, match="ends before it begins"):
        await ask(hass, "get_sessions", since=datetime(2026, 7, 1, tzinfo=UTC))


async def test_aiming_at_no_zone_is_refused(hass, office):
    with pytest.raises(ServiceValidationError, match="no light zone"):
        await ask(hass, "get_sessions", entity_id=[LAMPS[0]])


async def test_a_past_needs_a_recorder(hass, home):
    with pytest.raises(HomeAssistantError, match="recorder is not set up"):
        await ask(hass, "import_history")
