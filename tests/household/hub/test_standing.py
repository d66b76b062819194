"""What a hub says of a member: whether it takes anything, how few homes it shows, and when a new token is due."""

from datetime import timedelta

import pytest
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.const import DOMAIN, VERSION
from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.hub import standing
from custom_components.sceop.hub.outbox import Outbox
from tests.household.conftest import NOW
from tests.household.hub.certificates import self_signed
from tests.household.hub.conftest import CHANNELS, closed_since, finished, live_for, past_arrived, set_up

pytestmark = pytest.mark.usefixtures("now", "often")

CONNECTED = "binary_sensor.my_home_hub_connected"
WAITING = "sensor.my_home_slots_waiting"
QUARTER = timedelta(minutes=18)
"""A slot and the longest phase of a home after it."""


@pytest.fixture
def often(monkeypatch):
    """Let the hub be asked with every quarter hour: who signed in here would else be signed out meanwhile."""
    monkeypatch.setattr(standing, "EVERY", timedelta(minutes=1))


def issue(hass, name):
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{name}_site")


def issues(hass):
    return {issue.translation_key for issue in ir.async_get(hass).issues.values() if issue.domain == DOMAIN}


async def another_try(hass, entry):
    """Let whatever is planned happen now."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=1))
    await finished(entry, "sceop readings")


@pytest.mark.parametrize(
    ("state", "told"), [("waiting", "approval_awaited"), ("paused", "paused_by_coordinator")], ids=["waiting", "paused"]
)
async def test_a_home_that_the_hub_does_not_take_keeps_its_slots_and_says_why(
    hass, hub, member, freezer, past, caplog, state, told
):
    hub.state = state
    for line in list(hub.lines):
        await line.close()
    await live_for(hass, freezer, member, QUARTER)
    assert issue(hass, told).translation_placeholders["community"] == "Mill Street"
    assert hass.states.get(CONNECTED).state == "off"
    assert hass.states.get(CONNECTED).attributes["membership"] == state
    assert int(hass.states.get(WAITING).state) == CHANNELS
    assert not hass.config_entries.flow.async_progress_by_handler(DOMAIN)
    await finished(member, "sceop live")
    hub.state = "active"
    await another_try(hass, member)
    await hub.until(lambda: hub.lines)
    assert issues(hass) == set()
    assert set(hub.slots()) >= closed_since(member, NOW, dt_util.utcnow() - SLOT)
    assert hass.states.get(CONNECTED).attributes["membership"] == "active"
    assert hass.states.get(CONNECTED).state == "on"


async def test_a_home_without_anything_to_send_hears_of_it_too(hass, hub, make_entry, membership):
    hub.state = "waiting"
    entry = make_entry(hub=membership)
    for thing in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, thing)
    await set_up(hass, entry)
    await another_try(hass, entry)
    assert issue(hass, "approval_awaited")
    assert not hub.requests
    hub.state = "active"
    await another_try(hass, entry)
    assert issues(hass) == set()
    await hass.config_entries.async_unload(entry.entry_id)


async def repair(client, answer):
    asked = {"handler": DOMAIN, "issue_id": "fewer_homes_site"}
    menu = await (await client.post("/api/repairs/issues/fix", json=asked)).json()
    assert (menu["type"], menu["menu_options"]) == ("menu", ["agree", "stay_out"])
    assert menu["description_placeholders"]["fewest"] == "5"
    return await (await client.post(f"/api/repairs/issues/fix/{menu['flow_id']}", json={"next_step_id": answer})).json()


async def test_a_home_is_asked_before_it_stands_in_figures_of_fewer_homes(hass, hub, member, freezer, hass_client):
    assert await async_setup_component(hass, "repairs", {})
    hub.fewest_homes = 5
    await another_look(hass, member, freezer)
    told = issue(hass, "fewer_homes").translation_placeholders
    assert (told["agreed"], told["fewest"]) == ("15", "5")
    client = await hass_client()
    stayed = await repair(client, "stay_out")
    assert (stayed["type"], stayed["reason"]) == ("abort", "stays_out")
    assert hub.wishes == {}
    assert issue(hass, "fewer_homes")
    agreed = await repair(client, "agree")
    assert agreed["type"] == "create_entry"
    assert hub.wishes == {"household-1": {"agreed_fewest": 5}}
    assert issue(hass, "fewer_homes") is None
    await another_look(hass, member, freezer)
    assert issues(hass) == set()


async def test_a_hub_that_does_not_answer_hears_the_agreement_later(hass, hub, member, freezer, hass_client):
    assert await async_setup_component(hass, "repairs", {})
    hub.fewest_homes = 5
    await another_look(hass, member, freezer)
    hub.refuse_wish = ("storage", 507, "The disk is full.")
    told = await repair(await hass_client(), "agree")
    assert (told["reason"], told["description_placeholders"]) == ("hub_silent", {"sentence": "The disk is full."})
    assert issue(hass, "fewer_homes")


async def test_the_question_goes_when_the_hub_takes_it_back(hass, hub, member, freezer):
    hub.fewest_homes = 5
    await another_look(hass, member, freezer)
    hub.fewest_homes = 15
    await another_look(hass, member, freezer)
    assert issues(hass) == set()


async def another_look(hass, entry, freezer):
    """Let a slot be sent, after which the hub is asked."""
    await live_for(hass, freezer, entry, QUARTER)


async def until_renewed(hass, freezer, entry):
    """Live on until the site was set up anew with another token."""
    before = entry.data["hub"]["token"]
    while entry.data["hub"]["token"] == before:
        await live_for(hass, freezer, entry, timedelta(minutes=1))
    await hass.async_block_till_done()
    await finished(entry, "sceop past")


@pytest.mark.parametrize("why", ["its time", "asked"])
async def test_a_token_is_changed_and_the_old_one_opens_nothing_more(hass, hub, member, freezer, why):
    if why == "asked":
        hub.renew_token = True
    else:
        freezer.tick(standing.TOKEN_LASTS)
    await until_renewed(hass, freezer, member)
    await live_for(hass, freezer, member, QUARTER)
    kept = member.data["hub"]
    assert kept["token"] != "secret"
    assert hub.households["household-1"] == kept["token"]
    assert hub.shown[-1] == kept["token"]
    assert kept["renewed_at"] is not None
    before = len(hub.shown)
    await live_for(hass, freezer, member, QUARTER)
    assert member.data["hub"]["token"] == kept["token"]
    assert set(hub.shown[before:]) == {kept["token"]}


async def test_a_power_cut_while_the_token_changes_locks_nobody_out(hass, hub, member, freezer, monkeypatch):
    """The entry of before comes back from the disk; the outbox knows the token that it was changed for."""
    hub.renew_token = True
    with monkeypatch.context() as cut:
        cut.setattr(standing, "adopt", lambda *_all: None)
        await another_look(hass, member, freezer)
    new = hub.renewed["household-1"]
    assert member.data["hub"]["token"] == "secret"
    assert await hass.config_entries.async_reload(member.entry_id)
    await finished(member, "sceop past")
    await live_for(hass, freezer, member, QUARTER)
    assert member.data["hub"]["token"] == new
    assert hub.households["household-1"] == new
    assert issues(hass) == set()


async def test_a_token_that_cannot_be_written_is_not_used(hass, hub, member, freezer, monkeypatch):
    async def full(*_all, **_more):
        raise OSError("No space left on device")

    hub.renew_token = True
    with monkeypatch.context() as broken:
        broken.setattr(Outbox, "keep_token", full)
        await another_look(hass, member, freezer)
    assert member.data["hub"]["token"] == "secret"
    assert hub.renewed.keys() == {"household-1"}
    await live_for(hass, freezer, member, QUARTER)
    assert hub.shown[-1] == "secret"


async def test_another_hub_at_the_address_is_shown_no_token(hass, hub, make_entry, membership, freezer, past_slots):
    hub.health = {"id": "hub-1"}
    entry = make_entry(hub=membership | {"hub_id": "hub-1"})
    await set_up(hass, entry)
    await past_arrived(hass, hub, past_slots)
    await hub.close()
    hub.health, hub.community = {"id": "hub-2"}, "Elm Street"
    await live_for(hass, freezer, entry, QUARTER)
    hub.shown.clear()
    await hub.open()
    await another_try(hass, entry)
    assert issue(hass, "another_hub").translation_placeholders["community"] == "Mill Street"
    assert "Elm Street" in issue(hass, "another_hub").translation_placeholders["sentence"]
    assert hub.shown == []
    hub.health, hub.community = {"id": "hub-1"}, "Mill Street"
    await another_try(hass, entry)
    assert issues(hass) == set()
    assert set(hub.slots()) >= closed_since(entry, NOW, dt_util.utcnow() - SLOT)
    await hass.config_entries.async_unload(entry.entry_id)


async def test_only_the_certificate_of_the_invite_is_believed(
    hass, hub, make_entry, membership, freezer, past_slots, tmp_path
):
    await hub.close()
    hub.ssl, pin = self_signed(tmp_path)
    await hub.open()
    entry = make_entry(hub=membership | {"address": hub.address, "pin": pin})
    await set_up(hass, entry)
    await past_arrived(hass, hub, past_slots)
    await hub.close()
    hub.ssl, _ = self_signed(tmp_path, "another")
    await live_for(hass, freezer, entry, QUARTER)
    hub.shown.clear()
    await hub.open()
    await another_try(hass, entry)
    told = issue(hass, "certificate_changed").translation_placeholders
    assert "another certificate than the one that this home was invited with" in told["sentence"]
    assert hub.shown == []
    assert int(hass.states.get(WAITING).state) >= CHANNELS
    await hass.async_block_till_done(wait_background_tasks=True)  # a greeting that is cut off is the hub's error
    await hass.config_entries.async_unload(entry.entry_id)


async def test_a_hub_learns_of_a_newer_version(hass, hub, member, freezer):
    hub.client = {"name": "sceop-integration", "version": "0.0.1"}
    await another_look(hass, member, freezer)
    assert hub.client == {"name": "sceop-integration", "version": VERSION}
    assert hub.wishes == {}


async def test_what_the_hub_has_is_fetched_into_a_file(hass, hub, member, tmp_path):
    hass.config.config_dir = str(tmp_path)
    told = await hass.services.async_call(DOMAIN, "export_from_hub", {}, blocking=True, return_response=True)
    text = (tmp_path / "sceop_exports" / told["file"].rpartition("/")[2]).read_text()
    assert len(text.encode()) == told["bytes"]
    assert len(text.splitlines()) == 1 + len(hub.slots())
    assert [path.suffix for path in (tmp_path / "sceop_exports").iterdir()] == [".csv"]


@pytest.mark.parametrize("failure", ["away", "full"])
async def test_half_an_export_is_left_nowhere(hass, hub, member, tmp_path, failure, monkeypatch):
    hass.config.config_dir = str(tmp_path)
    if failure == "away":
        hub.households.clear()
    else:
        (tmp_path / "sceop_exports").write_text("a file in its place")
    with pytest.raises(HomeAssistantError) as failed:
        await hass.services.async_call(DOMAIN, "export_from_hub", {}, blocking=True, return_response=True)
    assert failed.value.translation_key == "export_failed"
    assert not list(tmp_path.glob("sceop_exports/*"))


async def test_without_a_community_there_is_nothing_to_fetch(hass, make_entry):
    entry = make_entry()
    await set_up(hass, entry)
    with pytest.raises(ServiceValidationError):
        await hass.services.async_call(DOMAIN, "export_from_hub", {}, blocking=True, return_response=True)
    await hass.config_entries.async_unload(entry.entry_id)
