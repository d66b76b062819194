"""Setting up a site, joining, moving, leaving and joining again, with everything that can be wrong on the way."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from homeassistant.config_entries import SOURCE_USER
from homeassistant.data_entry_flow import FlowResultType

from custom_components.sceop.const import DOMAIN
from tests.household.practice_hub import PracticeHub

pytestmark = pytest.mark.usefixtures("nothing_is_set_up")

JOIN = {"code": "abcd-efgh ", "member_name": "  Number 5 "}


async def answer(hass, flow, **typed):
    return await hass.config_entries.flow.async_configure(flow["flow_id"], typed)


async def join(hass, flow, **typed):
    """Answer the door, and agree to what is sent as soon as the hub is found there."""
    step = await answer(hass, flow, **typed)
    return await answer(hass, step, agree=True) if step.get("step_id") == "consent" else step


async def begin(hass, name="My home", home="solar"):
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert flow["menu_options"] == ["own", "simulated"]
    form = await answer(hass, flow, next_step_id="simulated")
    return await answer(hass, form, name=name, home=home)


async def at_the_door(hass):
    menu = await begin(hass)
    assert menu["type"] is FlowResultType.MENU
    assert menu["menu_options"] == ["hub", "not_now"]
    return await answer(hass, menu, next_step_id="hub")


async def test_a_home_needs_no_community(hass, freezer):
    freezer.move_to("2026-06-10T10:00:00Z")
    await hass.config.async_update(latitude=52.09, longitude=5.12, time_zone="Europe/Amsterdam")
    end = await answer(hass, await begin(hass, " My   home ", "plain"), next_step_id="not_now")
    assert end["type"] is FlowResultType.CREATE_ENTRY
    assert end["title"] == "My home"
    assert end["data"] == {
        "latitude": 52.09,
        "longitude": 5.12,
        "time_zone": "Europe/Amsterdam",
        "simulated": {"kind": "plain", "since": "2026-04-11T10:00:00+00:00"},
    }
    assert [(thing.subentry_type, thing.title) for thing in end["result"].subentries.values()] == [
        ("grid_meter", "Grid meter")
    ]
    assert UUID(end["result"].unique_id).version == 4


async def test_two_homes_have_two_names(hass):
    await answer(hass, await begin(hass, "Home"), next_step_id="not_now")
    assert (await begin(hass, "HOME"))["errors"] == {"name": "name_taken"}
    form = await begin(hass, "  ")
    assert form["errors"] == {"name": "name_missing"}
    end = await answer(hass, await answer(hass, form, name="Cabin", home="plain"), next_step_id="not_now")
    assert end["type"] is FlowResultType.CREATE_ENTRY
    assert len({entry.unique_id for entry in hass.config_entries.async_entries(DOMAIN)}) == 2


async def test_a_home_joins_a_community(hass, hub):
    end = await join(hass, await at_the_door(hass), address=hub.address, **JOIN)
    assert end["type"] is FlowResultType.CREATE_ENTRY
    kept = end["data"]["hub"]
    assert kept["token"] == hub.households[kept["household"]]
    assert kept["address"] == hub.address
    assert kept["community"] == "Mill Street"
    (asked,) = hub.joined
    assert asked["name"] == "Number 5"
    assert asked["code"] == "ABCD-EFGH"
    assert asked["kind"] == "home"
    assert asked["time_zone"] == hass.config.time_zone
    assert asked["site"] == end["result"].unique_id
    assert asked["client"] == {"name": "sceop-integration", "version": "0.1.0"}


async def test_trying_again_repeats_the_same_request(hass, hub):
    form = await at_the_door(hass)
    form = await join(hass, form, address=hub.address, **JOIN | {"code": "WRNG-CODE"})
    assert form["errors"] == {"code": "invite_unknown"}
    assert form["description_placeholders"] == {"sentence": "No such invite. Ask your coordinator for a new one."}
    end = await join(hass, form, address=hub.address, **JOIN)
    assert end["type"] is FlowResultType.CREATE_ENTRY
    assert len(hub.joined) == 2
    assert len({asked["request"] for asked in hub.joined}) == 1


@pytest.mark.parametrize(
    ("refusal", "errors"),
    [
        (("invite-used", 409, "Used on 3 November."), {"code": "invite_used"}),
        (("invite-expired", 410, "Expired on 3 November."), {"code": "invite_expired"}),
        (("storage", 507, "The disk is full."), {"base": "hub_storage_full"}),
        (("busy", 503, "Later."), {"base": "hub_busy"}),
        (("invalid", 422, "A name needs a letter."), {"base": "hub_refused"}),
    ],
)
async def test_the_hub_says_why_it_refuses(hass, hub, refusal, errors):
    hub.refuse_join = refusal
    form = await join(hass, await at_the_door(hass), address=hub.address, **JOIN)
    assert form["errors"] == errors
    assert form["description_placeholders"]["sentence"] == refusal[2]
    hub.refuse_join = None
    assert (await join(hass, form, address=hub.address, **JOIN))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("health", "error"),
    [
        ({"name": "printer"}, "not_a_hub"),
        ({"now": "teatime"}, "not_a_hub"),
        ({"now": "2026-11-21T10:00:00"}, "not_a_hub"),
        ({"wire": 2}, "wrong_version"),
    ],
)
async def test_what_answers_must_be_a_hub_that_understands(hass, hub, health, error):
    hub.health = health
    form = await join(hass, await at_the_door(hass), address=hub.address, **JOIN)
    assert form["errors"] == {"address": error}
    hub.health = {}
    assert (await join(hass, form, address=hub.address, **JOIN))["type"] is FlowResultType.CREATE_ENTRY


async def test_clocks_must_agree(hass, hub):
    hub.clock = lambda: datetime.now(UTC) - timedelta(minutes=7)
    form = await join(hass, await at_the_door(hass), address=hub.address, **JOIN)
    assert form["errors"] == {"address": "clock_apart"}
    assert form["description_placeholders"]["apart"] == "7"
    assert not hub.joined
    hub.clock = lambda: datetime.now(UTC) + timedelta(seconds=100)
    assert (await join(hass, form, address=hub.address, **JOIN))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    ("address", "error"),
    [
        ("http://hub.example.org", "address_insecure"),
        ("http://8.8.8.8:8710", "address_insecure"),
        ("not an address", "address_invalid"),
        ("127.0.0.1:1", "hub_unreachable"),
    ],
)
async def test_an_address_must_lead_to_a_hub(hass, hub, address, error):
    form = await join(hass, await at_the_door(hass), address=address, **JOIN)
    assert form["errors"] == {"address": error}
    end = await join(hass, form, address=hub.address.removeprefix("http://"), **JOIN)
    assert end["data"]["hub"]["address"] == hub.address


async def test_a_home_joins_later(hass, hub, make_entry):
    entry = make_entry()
    form = await entry.start_reconfigure_flow(hass)
    assert form["step_id"] == "hub"
    form = await join(hass, form, address="127.0.0.1:1", **JOIN)
    assert form["errors"] == {"address": "hub_unreachable"}
    end = await join(hass, form, address=hub.address, **JOIN)
    assert end["reason"] == "reconfigure_successful"
    assert entry.data["hub"]["token"] in hub.tokens()


async def test_a_member_leaves(hass, make_entry, membership):
    entry = make_entry(hub=membership)
    menu = await entry.start_reconfigure_flow(hass)
    assert menu["menu_options"] == ["move", "leave"]
    sure = await answer(hass, menu, next_step_id="leave")
    assert sure["description_placeholders"] == {"community": "Mill Street"}
    assert "hub" in entry.data
    assert (await answer(hass, sure))["reason"] == "left"
    assert set(entry.data) == {"latitude", "longitude", "time_zone", "simulated"}


async def test_a_member_follows_its_hub(hass, make_entry, hub, membership):
    elsewhere = PracticeHub(households=hub.households)
    await elsewhere.open()
    entry = make_entry(hub=membership)
    form = await answer(hass, await entry.start_reconfigure_flow(hass), next_step_id="move")
    end = await answer(hass, form, address=elsewhere.address)
    await elsewhere.close()
    assert end["reason"] == "reconfigure_successful"
    assert entry.data["hub"] == membership | {"address": elsewhere.address}


async def test_a_member_does_not_follow_another_hub(hass, make_entry, hub, membership):
    hub.households.clear()
    entry = make_entry(hub=membership)
    form = await answer(hass, await entry.start_reconfigure_flow(hass), next_step_id="move")
    assert (await answer(hass, form, address="no address"))["errors"] == {"address": "address_invalid"}
    assert (await answer(hass, form, address=hub.address))["errors"] == {"address": "another_hub"}
    assert entry.data["hub"] == membership


async def test_a_forgotten_home_joins_again(hass, make_entry, hub, membership):
    hub.households.clear()
    entry = make_entry(hub=membership)
    form = await entry.start_reauth_flow(hass)
    assert form["step_id"] == "reauth_confirm"
    assert form["description_placeholders"]["name"] == "My home"
    form = await join(hass, form, address=hub.address, **JOIN | {"code": "WRNG-CODE"})
    assert form["errors"] == {"code": "invite_unknown"}
    end = await join(hass, form, address=hub.address, **JOIN)
    assert end["reason"] == "reauth_successful"
    assert hub.tokens()[entry.data["hub"]["token"]] == "household-1"


async def test_who_left_comes_back_as_the_same_household(hass, make_entry, hub, membership):
    entry = make_entry(hub=membership)
    sure = await answer(hass, await entry.start_reconfigure_flow(hass), next_step_id="leave")
    await answer(hass, sure)
    end = await join(hass, await entry.start_reconfigure_flow(hass), address=hub.address, **JOIN)
    assert end["reason"] == "reconfigure_successful"
    assert hub.tokens() == {entry.data["hub"]["token"]: "household-1"}
