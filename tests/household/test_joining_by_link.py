"""An invite's link opens the door by itself; what a member wishes reaches the hub, up to being forgotten."""

from urllib.parse import quote

import pytest

from custom_components.sceop import joining
from custom_components.sceop.joining import Found
from tests.household.hub.certificates import self_signed
from tests.household.test_joining import answer, asked, options, site, suggested

__all__ = ["options", "site"]  # fixtures that are asked for by their names

pytestmark = pytest.mark.usefixtures("nothing_is_set_up")

CODE, NAME = "ABCD-EFGH", {"member_name": "Number 5"}


@pytest.fixture
async def secure(hub, tmp_path):
    """The hub with a certificate of its own making, and its fingerprint."""
    await hub.close()
    hub.ssl, pin = self_signed(tmp_path)
    hub.port = 0
    await hub.open()
    return pin


def link(hub, pin=None, code=CODE):
    told = f"sceop://join?hub={quote(hub.address, safe='')}&code={code}"
    return told if pin is None else f"{told}&sha256={pin}"


async def at_the_door(hass, entry, **typed):
    return await answer(hass, await entry.start_reconfigure_flow(hass), **NAME, **typed)


@pytest.mark.parametrize("form", ["sceop", "page"])
async def test_a_link_needs_no_address_and_no_code(hass, hub, site, form):
    entry = site()
    pasted = link(hub) if form == "sceop" else f"{hub.address}/join#code={CODE}"
    consent = await at_the_door(hass, entry, address=pasted)
    assert consent["description_placeholders"]["address"] == hub.address
    await answer(hass, consent, agree=True)
    assert (entry.data["hub"]["address"], entry.data["hub"]["pin"]) == (hub.address, None)
    assert hub.joined[0]["code"] == CODE


async def test_a_code_that_was_typed_beside_a_link_weighs_more(hass, hub, site):
    consent = await at_the_door(hass, site(), address=link(hub, code="NO-SUCH"), code=CODE)
    assert (await answer(hass, consent, agree=True))["type"] == "abort"


async def test_a_certificate_of_the_hubs_own_making_is_believed_by_its_fingerprint(hass, hub, site, secure):
    entry = site()
    consent = await at_the_door(hass, entry, address=link(hub, secure))
    await answer(hass, consent, agree=True)
    assert entry.data["hub"]["pin"] == secure
    assert entry.data["hub"]["address"] == hub.address
    assert entry.data["hub"]["address"].startswith("https")


@pytest.mark.parametrize(
    ("pasted", "error"),
    [
        (lambda hub, _pin: link(hub, "ab" * 32), {"address": "certificate_changed"}),
        (lambda hub, pin: link(hub, pin[:-1]), {"address": "link_broken"}),
    ],
    ids=["another fingerprint", "half a fingerprint"],
)
async def test_without_the_right_fingerprint_nothing_is_told(hass, hub, site, secure, pasted, error):
    door = await at_the_door(hass, site(), address=pasted(hub, secure), code=CODE)
    assert (door["step_id"], door["errors"]) == ("hub", error)
    assert not hub.joined


async def test_an_address_without_a_code_asks_for_one_and_keeps_what_was_typed(hass, hub, site):
    consent = await at_the_door(hass, site(), address=hub.address)
    door = await answer(hass, consent, agree=True)
    assert (door["step_id"], door["errors"]) == ("hub", {"code": "code_missing"})
    assert suggested(door)["address"] == hub.address
    assert not hub.joined


async def test_a_member_joins_again_with_the_certificate_that_it_believes(hass, hub, site, membership, secure):
    entry = site(hub=membership | {"address": hub.address, "pin": secure})
    end = await answer(hass, await entry.start_reauth_flow(hass), address=hub.address, code=CODE, **NAME)
    assert end["reason"] == "reauth_successful"
    assert entry.data["hub"]["pin"] == secure


async def test_a_hub_with_a_new_certificate_is_followed_by_its_new_link(hass, hub, site, membership, secure):
    entry = site(hub=membership | {"address": hub.address, "pin": "ab" * 32})
    menu = await entry.start_reconfigure_flow(hass)
    form = await answer(hass, menu, next_step_id="move")
    refused = await answer(hass, form, address=hub.address)
    assert refused["errors"] == {"address": "certificate_changed"}
    assert hub.shown == []
    await answer(hass, refused, address=f"{hub.address}/join#sha256={secure}")
    assert entry.data["hub"] == membership | {"address": hub.address, "pin": secure}


async def test_a_hub_with_another_id_is_shown_no_token_when_somebody_moves_there(hass, hub, site, membership):
    hub.health = {"id": "another"}
    entry = site(hub=membership | {"hub_id": "mine"})
    form = await answer(hass, await entry.start_reconfigure_flow(hass), next_step_id="move")
    refused = await answer(hass, form, address=hub.address)
    assert refused["errors"] == {"address": "another_hub"}
    assert hub.shown == []


async def test_another_hub_at_the_same_address_is_not_that_of_its_members(hass, hub, membership):
    member = joining.Membership.from_json(membership | {"hub_id": "mine"})
    hub.health = {"id": "another"}
    found = await joining.look(hass, hub.address)
    assert isinstance(found, Found)
    assert not found.is_that_of(member)
    hub.health = {}
    assert (await joining.look(hass, hub.address)).is_that_of(member)


async def test_who_joins_agrees_to_the_number_of_homes_that_was_shown(hass, hub, site):
    hub.fewest_homes = 7
    consent = await asked(hass, site(), hub)
    assert consent["description_placeholders"]["fewest"] == "7"
    hub.fewest_homes = 5
    await answer(hass, consent, agree=True)
    assert [wish["agreed_fewest"] for wish in hub.wishes.values()] == [7]


async def test_the_rule_of_fifteen_needs_no_word(hass, hub, site):
    await answer(hass, await asked(hass, site(), hub), agree=True)
    assert hub.wishes == {}


async def test_an_agreement_that_is_lost_costs_no_membership(hass, hub, site):
    hub.fewest_homes, hub.refuse_wish = 5, ("storage", 507, "The disk is full.")
    entry = site()
    await answer(hass, await asked(hass, entry, hub), agree=True)
    assert "hub" in entry.data


async def test_a_nickname_is_chosen_changed_and_taken_back(site, hub, membership, options):
    entry = site(hub=membership)
    assert suggested(await options(entry, "sharing", "nickname")) == {"nickname": ""}
    kept = await options(entry, "sharing", "nickname", {"nickname": "  The  hedgehogs "})
    assert kept["reason"] == "nickname_kept"
    assert hub.wishes["household-1"] == {"nickname": "The hedgehogs"}
    assert suggested(await options(entry, "sharing", "nickname")) == {"nickname": "The hedgehogs"}
    await options(entry, "sharing", "nickname", {})
    assert hub.wishes["household-1"] == {"nickname": None}


async def test_a_nickname_that_the_hub_does_not_take_is_told_beside_it(site, hub, membership, options):
    hub.refuse_wish = ("invalid", 422, "Somebody has this name.")
    form = await options(site(hub=membership), "sharing", "nickname", {"nickname": "Hedgehogs"})
    assert form["errors"] == {"nickname": "nickname_refused"}
    assert form["description_placeholders"]["sentence"] == "Somebody has this name."
    assert suggested(form) == {"nickname": "Hedgehogs"}


async def test_a_hub_that_is_away_takes_no_wish(site, hub, membership, options):
    entry = site(hub=membership)
    await hub.close()
    for choice in ("nickname", "forget"):
        form = await options(entry, "sharing", choice, {})
        assert form["errors"] == {"base": "hub_silent"}
    assert entry.data["hub"] == membership


async def test_who_is_forgotten_is_no_member_any_more(site, hub, membership, options):
    entry = site(hub=membership)
    assert (await options(entry, "sharing", "forget"))["type"] == "form"
    assert hub.households.keys() == {"household-1"}
    assert entry.data["hub"] == membership
    end = await options(entry, "sharing", "forget", {})
    assert end["reason"] == "forgotten"
    assert hub.households == {}
    assert "hub" not in entry.data
