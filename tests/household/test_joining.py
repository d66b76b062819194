"""Joining shows what will be sent before the first word; sharing is chosen anew, paused and ended in the options."""

import json
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType

import pytest
from homeassistant.config_entries import ConfigSubentry
from homeassistant.data_entry_flow import FlowResultType, InvalidData

from custom_components.sceop import joining
from custom_components.sceop.hub.sharing import CONSENT, Sharing
from tests.household.conftest import SITE_ID
from tests.household.practice_hub import PracticeHub

pytestmark = pytest.mark.usefixtures("nothing_is_set_up")

TEXTS = json.loads((Path(joining.__file__).parent / "translations" / "en.json").read_text())
AGREED = {1: "1c4654e4024ba5ed", 2: "11d37c4b44213c2e", 3: "1d819efe2540544b"}
"""By version, the fingerprint of the English words that people agreed to."""

JOIN = {"code": "ABCD-EFGH", "member_name": "Number 5"}
BOILER, HALL = "load.boiler", "light.hall"


@pytest.fixture
def site(hass, make_entry):
    """Return a site with a boiler and lights in its hall."""

    def make(**kinds):
        entry = make_entry(**kinds)
        for kind, flow, name in (("submeter", "load", "Boiler"), ("light_zone", "light", "Hall")):
            data = MappingProxyType({"source": {"type": "entity"}, "flows": [flow]})
            words = {"subentry_type": kind, "title": name, "unique_id": None, "subentry_id": name.upper()}
            thing = ConfigSubentry(data=data, **words)
            hass.config_entries.async_add_subentry(entry, thing)
        return entry

    return make


async def answer(hass, flow, **typed):
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], typed)
    return told(result, "config")


def told(result, section):
    """Hold a step to its words: each field and each choice has some, and nothing is left unfilled in them."""
    if result["type"] is FlowResultType.ABORT:
        assert result.get("translation_domain") or result["reason"] in TEXTS[section]["abort"]
        return result
    texts = TEXTS[section]["step"][result["step_id"]]
    assert texts["title"]
    texts["description"].format(**{"name": "", **(result["description_placeholders"] or {})})
    if result["type"] is FlowResultType.MENU:
        assert set(result["menu_options"]) <= texts["menu_options"].keys()
    else:
        fields = {} if result["data_schema"] is None else result["data_schema"].schema
        assert {str(key) for key in fields} <= texts.get("data", {}).keys()
    return result


def options_of(form, field):
    return {
        option["value"]: option["label"]
        for key, selector in form["data_schema"].schema.items()
        if key == field
        for option in selector.config["options"]
    }


def suggested(form):
    return {
        str(key): key.description["suggested_value"]
        for key in form["data_schema"].schema
        if key.description and "suggested_value" in key.description
    }


async def asked(hass, entry, hub):
    """Go to the question of what may be sent."""
    door = await entry.start_reconfigure_flow(hass)
    return await answer(hass, door, address=hub.address, **JOIN)


def test_who_agreed_agreed_to_these_very_words():
    """New words that promise the same need only their fingerprint here; others need the next version as well."""
    words = json.dumps(TEXTS["config"]["step"]["consent"], sort_keys=True)
    assert max(AGREED) == CONSENT
    assert sha256(words.encode()).hexdigest()[:16] == AGREED[CONSENT]


async def test_nothing_is_told_to_the_hub_before_somebody_agreed(hass, hub, site):
    entry = site()
    form = await asked(hass, entry, hub)
    assert form["step_id"] == "consent"
    assert form["description_placeholders"] == {
        "community": "Mill Street",
        "address": hub.address,
        "fewest": "15",
    }
    again = await answer(hass, form, agree=False)
    assert (again["step_id"], again["errors"]) == ("consent", {"agree": "consent_missing"})
    assert not hub.joined
    assert "hub" not in entry.data
    await answer(hass, again, agree=True)
    assert len(hub.joined) == 1
    assert entry.data["hub"]["consent"] == CONSENT


async def test_single_loads_stay_at_home_unless_they_are_ticked(hass, hub, site, now):
    entry = site()
    form = await asked(hass, entry, hub)
    assert options_of(form, "shares") == {BOILER: "Boiler", HALL: "Hall"}
    assert suggested(form) == {"shares": []}
    await answer(hass, form, agree=True)
    assert entry.data["hub"]["shares"] == {}


async def test_what_is_ticked_travels_under_a_name_that_tells_nothing(hass, hub, site, now):
    entry = site()
    await answer(hass, await asked(hass, entry, hub), shares=[BOILER], agree=True)
    ((channel, share),) = entry.data["hub"]["shares"].items()
    assert channel == BOILER
    assert share["since"] == now.isoformat()
    assert share["name"].removeprefix("load.").isalnum()
    assert "boiler" not in str(hub.joined).lower()


async def test_a_site_without_single_loads_is_only_asked_whether_it_agrees(hass, hub, make_entry):
    form = await asked(hass, make_entry(), hub)
    assert set(form["data_schema"].schema) == {"agree"}


async def test_a_wrong_code_leads_back_to_its_field_and_the_ticks_are_kept(hass, hub, site):
    entry = site()
    hub.invites = {"WXYZ-2345"}
    door = await answer(hass, await asked(hass, entry, hub), shares=[HALL], agree=True)
    assert (door["step_id"], door["errors"]) == ("hub", {"code": "invite_unknown"})
    assert suggested(door) == {"address": hub.address, **JOIN}
    form = await answer(hass, door, address=hub.address, **JOIN | {"code": "WXYZ-2345"})
    assert suggested(form) == {"shares": [HALL]}, "nobody agrees by default"
    await answer(hass, form, shares=[HALL], agree=True)
    assert entry.data["hub"]["shares"].keys() == {HALL}
    assert len({attempt["request"] for attempt in hub.joined}) == 1


async def test_a_hub_that_went_away_meanwhile_leads_back_to_its_address(hass, hub, site):
    form = await asked(hass, site(), hub)
    await hub.close()
    door = await answer(hass, form, agree=True)
    assert (door["step_id"], door["errors"]) == ("hub", {"address": "hub_unreachable"})
    form = await asked(hass, hass.config_entries.async_get_entry("site"), hub)
    assert form["errors"] == {"address": "hub_unreachable"}


async def test_a_hub_that_goes_away_before_the_answer_leads_back_as_well(hass, hub, site):
    form = await asked(hass, site(), hub)
    await hub.close()
    door = await answer(hass, form, agree=False)
    assert (door["step_id"], door["errors"]) == ("hub", {"address": "hub_unreachable"})


SHARED = {BOILER: {"name": "load.1a2b3c4d", "since": "2026-06-01T00:00:00+00:00"}}


async def test_who_joins_again_goes_on_sharing_the_same(hass, hub, site, membership):
    entry = site(hub=membership | {"shares": SHARED})
    door = await entry.start_reauth_flow(hass)
    end = await answer(hass, door, address=hub.address, **JOIN)
    assert end["reason"] == "reauth_successful"
    assert entry.data["hub"]["shares"] == SHARED
    assert entry.data["hub"]["token"] != "secret"


async def test_who_joins_again_is_asked_again_when_the_words_have_changed(hass, hub, site, membership):
    entry = site(hub=membership | {"shares": SHARED, "consent": CONSENT - 1})
    form = await answer(hass, await entry.start_reauth_flow(hass), address=hub.address, **JOIN)
    assert form["step_id"] == "consent"
    assert not hub.joined
    assert suggested(form) == {"shares": [BOILER]}
    end = await answer(hass, form, shares=[BOILER, HALL], agree=True)
    assert end["reason"] == "reauth_successful"
    kept = Sharing.from_json(entry.data["hub"])
    assert kept.consent == CONSENT
    assert kept.shares[BOILER].name == "load.1a2b3c4d"
    assert kept.shares.keys() == {BOILER, HALL}


async def test_who_joins_another_hub_instead_is_asked_again(hass, hub, site, membership):
    entry = site(hub=membership | {"address": "http://127.0.0.1:1", "shares": SHARED})
    form = await answer(hass, await entry.start_reauth_flow(hass), address=hub.address, **JOIN)
    assert form["step_id"] == "consent"
    assert not hub.joined


async def test_who_agreed_before_one_hub_is_asked_again_at_the_door_of_another(hass, hub, site, membership):
    other = PracticeHub(community="Station Road", health={"id": "other"})
    await other.open()
    try:
        entry = site(hub=membership | {"shares": SHARED, "hub_id": "mine"})
        form = await answer(hass, await entry.start_reauth_flow(hass), address=other.address, **JOIN)
        assert (form["step_id"], form["description_placeholders"]["community"]) == ("consent", "Station Road")
        assert not other.joined
    finally:
        await other.close()


async def test_a_member_is_known_by_its_site_and_learns_which_hub_it_is(hass, hub, site):
    hub.health = {"id": "7b1f"}
    entry = site()
    await answer(hass, await asked(hass, entry, hub), agree=True)
    assert hub.joined[0]["site"] == SITE_ID
    assert entry.data["hub"]["hub_id"] == "7b1f"


@pytest.fixture
def options(hass):
    async def go(entry, *choices):
        step = await hass.config_entries.options.async_init(entry.entry_id)
        for choice in choices:
            typed = {"next_step_id": choice} if isinstance(choice, str) else choice
            step = told(await hass.config_entries.options.async_configure(step["flow_id"], typed), "options")
        return step

    return go


async def test_sharing_is_a_question_for_members_only(site, membership, options):
    entry = site()
    assert "sharing" not in (await options(entry))["menu_options"]


async def test_a_member_ticks_anew(hass, site, membership, options, now):
    entry = site(hub=membership | {"shares": SHARED})
    menu = await options(entry, "sharing")
    assert menu["menu_options"] == ["shares", "nickname", "pause", "leave", "forget"]
    form = await options(entry, "sharing", "shares")
    assert suggested(form) == {"shares": [BOILER]}
    assert (await options(entry, "sharing", "shares", {"shares": [BOILER, HALL]}))["reason"] == "sharing_changed"
    kept = Sharing.from_json(entry.data["hub"]).shares
    assert kept[BOILER].name == "load.1a2b3c4d"
    assert kept[HALL].since == now
    await options(entry, "sharing", "shares", {"shares": []})
    assert entry.data["hub"] == membership


async def test_only_what_the_site_has_can_be_ticked(site, membership, options):
    with pytest.raises(InvalidData):
        await options(site(hub=membership), "sharing", "shares", {"shares": ["grid_import"]})


async def test_a_member_pauses_and_resumes(hass, site, membership, options, now, freezer):
    entry = site(hub=membership)
    assert (await options(entry, "sharing", "pause"))["type"] is FlowResultType.FORM
    assert "pauses" in entry.data["hub"]
    assert not Sharing.from_json(entry.data["hub"]).paused
    assert (await options(entry, "sharing", "pause", {}))["reason"] == "paused"
    assert Sharing.from_json(entry.data["hub"]).paused
    assert (await options(entry, "sharing"))["menu_options"] == ["shares", "nickname", "resume", "leave", "forget"]
    freezer.tick(3600)
    form = await options(entry, "sharing", "resume")
    assert form["description_placeholders"]["since"] == "2026-06-10 03:07"
    assert (await options(entry, "sharing", "resume", {}))["reason"] == "resumed"
    (pause,) = Sharing.from_json(entry.data["hub"]).pauses
    assert (pause.end - pause.start).total_seconds() == 3600


async def test_a_member_leaves_from_here_as_well(hass, make_entry, membership, options):
    entry = make_entry(hub=membership)
    assert (await options(entry, "sharing"))["menu_options"] == ["nickname", "pause", "leave", "forget"]
    assert (await options(entry, "sharing", "leave"))["type"] is FlowResultType.FORM
    assert entry.data["hub"] == membership
    assert (await options(entry, "sharing", "leave", {}))["reason"] == "left"
    assert "hub" not in entry.data
    assert entry.options["currency"] == "EUR"
