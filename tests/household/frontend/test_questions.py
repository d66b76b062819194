"""What the dashboard asks: the sites with their entities, and a zone's week, as far as a user may see them."""

from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.auth.permissions.const import POLICY_READ
from homeassistant.config_entries import SOURCE_IGNORE, ConfigEntryDisabler
from homeassistant.core import Context
from homeassistant.helpers import entity_registry as er, translation
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.meter import ClosedSlot
from tests.household.lights.conftest import clock, lamps, live, make_site, switch, zone

__all__ = ["clock", "lamps", "make_site"]

pytestmark = pytest.mark.usefixtures("socket_enabled")


@pytest.fixture
async def ask(hass, hass_ws_client):
    """Ask as the owner, through the socket that a browser opens."""
    assert await async_setup_component(hass, DOMAIN, {})
    return asker(lambda: hass_ws_client(hass))


def asker(client):
    """Open a socket for each question: one that lives on would not outlive the leaps of a test's clock."""

    async def ask(command, **what):
        socket = await client()
        await socket.send_json_auto_id({"type": f"{DOMAIN}/{command}", **what})
        answer = await socket.receive_json()
        await socket.close()
        return answer

    return ask


@pytest.fixture
def ask_as_reader(hass, hass_ws_client, hass_read_only_user, hass_read_only_access_token):
    """Return what lets a user read some entities only, and asks for that user."""

    def may_read(*entity_ids):
        readable = {name: {POLICY_READ: True} for name in entity_ids}
        hass_read_only_user.mock_policy({"entities": {"entity_ids": readable}})
        return asker(lambda: hass_ws_client(hass, hass_read_only_access_token))

    return may_read


async def refused(hass, answer):
    """Return the sentence of a refusal, as the translation has it."""
    assert not answer["success"]
    error = answer["error"]
    words = await translation.async_get_translations(hass, "en", "exceptions", [DOMAIN])
    sentence = words[f"component.{DOMAIN}.exceptions.{error['translation_key']}.message"]
    return sentence.format(**error.get("translation_placeholders") or {})


async def test_a_site_tells_its_things_and_entities(hass, now, make_entry, ask):
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    (site,) = (await ask("sites"))["result"]["sites"]
    assert site["site"] == "site"
    assert (site["title"], site["works"], site["joined"]) == ("My home", True, False)
    assert site["entities"]["consumption_power"] == "sensor.my_home_consumption_power"
    assert {thing["kind"] for thing in site["things"]} == {"grid_meter", "production", "battery"}
    known = {entity for each in (site, *site["things"]) for entity in each["entities"].values()}
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert known == {entity.entity_id for entity in entities if not entity.disabled_by}
    assert all(hass.states.get(entity) for entity in known)


async def test_a_new_site_is_there_without_things(hass, now, make_entry, ask):
    entry = make_entry()
    for thing in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, thing)
    assert await hass.config_entries.async_setup(entry.entry_id)
    (site,) = (await ask("sites"))["result"]["sites"]
    assert (site["entities"], site["things"]) == ({}, [])


async def test_a_site_that_is_turned_off_does_not_work(hass, now, make_entry, ask):
    entry = make_entry()
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    (site,) = (await ask("sites"))["result"]["sites"]
    assert not site["works"]


async def test_a_hub_that_somebody_chose_to_ignore_is_no_site(hass, now, make_entry, ask):
    assert await hass.config_entries.async_setup(make_entry().entry_id)
    MockConfigEntry(domain=DOMAIN, title="Mill Street", source=SOURCE_IGNORE, unique_id="7b1f").add_to_hass(hass)
    assert [site["title"] for site in (await ask("sites"))["result"]["sites"]] == ["My home"]


async def test_an_entity_that_is_turned_off_is_not_shown(hass, now, make_entry, ask):
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    er.async_get(hass).async_update_entity(
        "sensor.my_home_consumption_power", disabled_by=er.RegistryEntryDisabler.USER
    )
    (site,) = (await ask("sites"))["result"]["sites"]
    assert "consumption_power" not in site["entities"]


async def test_a_user_sees_the_entities_that_this_user_may_read(hass, now, make_entry, ask, ask_as_reader):
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    ask = ask_as_reader("sensor.my_home_consumption_power")
    (site,) = (await ask("sites"))["result"]["sites"]
    assert site["entities"] == {"consumption_power": "sensor.my_home_consumption_power"}
    assert all(thing["entities"] == {} for thing in site["things"])


async def test_a_user_who_may_read_nothing_of_a_site_does_not_hear_of_it(hass, now, make_entry, ask, ask_as_reader):
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    ask = ask_as_reader("light.elsewhere")
    assert (await ask("sites"))["result"]["sites"] == []


async def test_a_week_tells_the_hours_that_were_let_and_lit(hass, make_site, lamps, clock, ask):
    await make_site(cleaning=[{"days": ["wed"], "from": "19:00:00", "to": "20:00:00"}])
    await switch(hass, "on", lamps, Context())
    await live(hass, clock, timedelta(minutes=30))
    told = (await ask("zone_hours", entity_id="light.lobby"))["result"]
    assert (told["title"], told["occupant"], told["time_zone"]) == ("Lobby", "Tenants", "Europe/Amsterdam")
    assert told["monday"] == "2026-06-08"
    wednesday = told["days"][2]
    assert wednesday["contracted"] == [["2026-06-10T06:00:00+00:00", "2026-06-10T16:00:00+00:00"]]
    assert wednesday["cleaning"] == [["2026-06-10T17:00:00+00:00", "2026-06-10T18:00:00+00:00"]]
    (bar,) = wednesday["lit"]
    assert (bar["share"], bar["start"], bar["end"]) == (
        "contracted", "2026-06-10T10:00:00+00:00", "2026-06-10T10:30:00+00:00",
    )  # fmt: skip
    session = told["sessions"][bar["session"]]
    assert (session["runs"], session["cause"]) == (True, "physical")
    assert told["seconds"] == {"contracted": 1800, "cleaning": 0, "after_hours": 0}
    assert told["energy_wh"]["contracted"] == 50
    assert told["estimated"] is True


async def test_another_week_has_what_was_lit_in_it(hass, make_site, lamps, clock, ask):
    await make_site()
    await switch(hass, "on", lamps)
    await live(hass, clock, timedelta(minutes=5))
    await switch(hass, "off", lamps)
    before = (await ask("zone_hours", entity_id="light.lobby", day="2026-06-07"))["result"]
    assert before["monday"] == "2026-06-01"
    assert before["sessions"] == {}
    assert sum(before["seconds"].values()) == 0


@pytest.mark.parametrize("entity_id", ["light.kitchen_lights", "light.nowhere"])
async def test_what_is_no_zone_is_a_sentence(hass, make_site, lamps, ask, entity_id):
    await make_site()
    answer = await ask("zone_hours", entity_id=entity_id)
    assert await refused(hass, answer) == (
        f"{entity_id} belongs to no light zone. Choose the light of a zone in the settings of this card."
    )


async def test_a_zone_whose_site_is_off_is_a_sentence(hass, make_site, lamps, ask):
    entry = await make_site(zones=[zone()])
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert "My office has not started." in await refused(hass, await ask("zone_hours", entity_id="light.lobby"))


async def test_who_may_not_read_a_zone_is_not_told_who_lit_it(hass, make_site, lamps, ask, ask_as_reader):
    await make_site()
    ask = ask_as_reader("light.kitchen_lights")
    answer = await ask("zone_hours", entity_id="light.lobby")
    assert answer["error"]["code"] == "unauthorized"


@pytest.fixture
async def home(hass, now, make_entry):
    """Set up a home whose first forecast is made."""
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await entry.runtime_data.forecast.async_refresh()
    return entry


async def test_a_site_tells_its_two_days(home, ask):
    told = (await ask("forecast", site="site"))["result"]
    assert [day["date"] for day in told["days"]] == ["2026-06-10", "2026-06-11"]
    assert {(each["whose"], each["figure"]) for each in told["figures"]} == {
        ("site", "consumption"), ("site", "production"),
    }  # fmt: skip
    assert (told["time_zone"], told["joined"]) == ("Europe/Amsterdam", False)


async def test_what_was_measured_stands_in_its_quarter_hour(home, ask):
    start = datetime(2026, 6, 10, 9, 45, tzinfo=UTC)
    await home.runtime_data.archive.take({"production": [ClosedSlot(start, 100, "measured")]})
    (figure,) = (each for each in (await ask("forecast", site="site"))["result"]["figures"] if each["actual"]["watts"])
    assert figure["figure"] == "production"
    assert figure["actual"] == {"start": start.isoformat(), "step": 900, "watts": [400]}


async def test_who_may_read_a_part_of_a_site_hears_of_that_part(home, ask, ask_as_reader):
    ask = ask_as_reader("sensor.my_home_solar_production_energy")
    told = (await ask("forecast", site="site"))["result"]
    assert {each["figure"] for each in told["figures"]} == {"production"}
    assert (told["windows"], told["peaks"]) == ([], [])


async def test_who_may_read_nothing_of_a_site_does_not_hear_what_it_expects(home, ask, ask_as_reader):
    ask = ask_as_reader("light.elsewhere")
    assert (await ask("forecast", site="site"))["error"]["code"] == "unauthorized"


async def test_of_a_site_that_is_off_or_gone_no_forecast_is_told(hass, home, ask):
    assert await hass.config_entries.async_unload(home.entry_id)
    assert "not loaded" in (await ask("forecast", site="site"))["error"]["message"]
    assert "not found" in (await ask("forecast", site="nowhere"))["error"]["message"]
