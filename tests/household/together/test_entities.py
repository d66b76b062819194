"""What a home sees of events and of the game: entities once the hub has them, actions, triggers, and its own choice."""

import pytest
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.condition import (
    async_from_config as async_condition_from_config,
    async_validate_condition_config,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events

from custom_components.sceop.diagnostics import async_get_config_entry_diagnostics
from custom_components.sceop.hub.invited import Answer, By
from custom_components.sceop.hub.sharing import PLANS_SINCE
from tests.household.conftest import PLACE
from tests.household.practice_hub import PracticeHub
from tests.household.together.conftest import EVENING, HOUR, MINUTE

pytestmark = pytest.mark.usefixtures("socket_enabled")

NEXT, RUNS, SAVED = "sensor.my_home_next_event", "binary_sensor.my_home_peak_event", "sensor.my_home_saved_this_month"
JOIN, SKIP = "button.my_home_join_the_next_event", "button.my_home_not_the_next_event"
CALENDAR, COMMUNITY = "calendar.my_home_peak_events", "event.my_home_community_event"
RANK, POINTS = "sensor.my_home_rank", "sensor.my_home_points"


async def test_entities_appear_once_the_hub_has_events(hass, hub, member):
    await member.ask()
    assert member.state(NEXT) is None
    assert member.state(POINTS) is None
    hub.together.plan(start=EVENING)
    await member.ask()
    assert dt_util.parse_datetime(member.state(NEXT).state) == EVENING
    assert member.state(NEXT).attributes["target_percent"] == 20
    assert member.state(POINTS).state == "120"
    assert member.state(CALENDAR).attributes["message"] == "Mill Street: peak event"
    assert member.state(CALENDAR).attributes["description"].endswith("You have not answered yet.")
    await hub.close()
    await member.restart()
    assert dt_util.parse_datetime(member.state(NEXT).state) == EVENING
    assert member.state(POINTS).state == "unavailable"


async def test_who_has_not_agreed_to_shift_together_sees_and_answers_nothing(hub, make_member, membership):
    member = await make_member(hub=membership | {"consent": PLANS_SINCE - 1})
    event = hub.together.plan(start=EVENING)
    await hub.say({"type": "event", **event})
    await member.pass_by(hours=2)
    assert member.events.each == ()
    assert member.state(NEXT) is None
    assert hub.together.answers == []


async def test_an_event_goes_from_the_invitation_to_what_it_saved(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    assert member.state(RUNS).state == "off"
    assert member.state(COMMUNITY).attributes["event_type"] == "announced"
    await member.press(JOIN)
    await member.settle()
    assert member.state(JOIN).state == "unavailable"
    assert member.state(COMMUNITY).attributes["event_type"] == "answered"
    await member.pass_by(hours=4, minutes=5)
    assert member.state(RUNS).state == "on"
    assert member.state(RUNS).attributes["by"] == "dashboard"
    await member.pass_by(hours=2)
    assert member.state(RUNS).state == "off"
    assert member.state(SAVED).state == "unknown"
    assert member.state(SAVED).attributes["waiting"] == 1
    await hub.together.tell(**hub.together.settle())
    await member.until(lambda: member.state(SAVED).state == "0.8")
    assert member.state(SAVED).attributes["low_wh"] == 200
    assert member.state(COMMUNITY).attributes["event_type"] == "settled"


async def test_without_a_call_nothing_is_claimed(hub, member):
    hub.together.plan(start=EVENING, answer="yes", by="dashboard")
    await member.ask()
    await member.pass_by(hours=6, minutes=5)
    await hub.together.tell(**hub.together.settle(low=-600, mid=200, high=1000, call="none"))
    await member.until(lambda: member.state(SAVED).attributes["events"] == 1)
    assert member.state(SAVED).state == "unknown"
    assert member.state(SAVED).attributes["reason"].startswith("No call yet")


async def test_there_is_no_rank_without_complete_data_and_it_says_why(hub, member):
    hub.together.plays = True
    await member.ask()
    assert (member.state(RANK).state, member.state(RANK).attributes["of"]) == ("3", 20)
    await hub.say({"type": "game", **hub.together.standing, "rank": 2, "why_not": "incomplete"})
    await member.until(lambda: member.state(RANK).state == "unknown")
    assert member.state(RANK).attributes["reason"].startswith("Too many quarter hours")


async def test_a_challenge_shows_how_far_it_is(hub, member):
    hub.together.challenge("c1", joined=False, end="2026-06-20T00:00:00Z")
    hub.together.challenge("c2", progress=2.0, goal=5)
    hub.together.challenge("c3", state="over", end="2026-06-09T00:00:00Z")
    await member.ask()
    progress = member.state("sensor.my_home_challenge_progress")
    assert (progress.state, progress.attributes["challenge"]) == ("40", "c2")
    assert [each["challenge"] for each in progress.attributes["challenges"]] == ["c3", "c1", "c2"]


@pytest.mark.parametrize(
    ("path", "nonsense"),
    [
        ("game", {"points": "many"}),
        ("game", {"points": 1e300, "streak": 1, "badges": [], "balance": 0, "cheers": []}),
        ("game", {"points": 1, "streak": -1, "badges": [], "balance": 0, "cheers": []}),
        ("game", {"points": 1, "streak": 1, "badges": [{"id": "<b>"}], "balance": 0, "cheers": []}),
        ("game", []),
        ("challenges", {"challenges": [{"id": "c1"}]}),
        ("challenges", {"challenges": "all"}),
        ("challenges", {"challenges": [{}] * 1000}),
    ],
)
async def test_absurd_words_of_the_game_change_nothing(hub, member, path, nonsense):
    hub.together.challenge()
    await member.ask()
    hub.together.nonsense[path] = nonsense
    await member.ask()
    assert member.state(POINTS).state == "120"
    assert member.state("sensor.my_home_challenge_progress").state == "40"


async def test_two_homes_belong_to_two_communities(hass, hub, member):
    other = PracticeHub(community="Hill Street", clock=dt_util.utcnow)
    await other.open()
    try:
        other.households["household-9"] = "another secret"
        far = {"address": other.address, "household": "household-9", "token": "another secret"}
        entry = MockConfigEntry(
            domain="sceop",
            title="Cabin",
            unique_id="7f1c2d3e-4b5a-4c6d-8e7f-112233445566",
            entry_id="cabin",
            options=dict(member.entry.options),
            data=PLACE | {"simulated": member.entry.data["simulated"], "hub": member.entry.data["hub"] | far},
        )
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup("cabin")
        for each, start in ((hub, EVENING), (other, EVENING + 24 * HOUR)):
            each.together.plan(start=start)
        await member.ask()
        await entry.runtime_data.hub.together.ask()
        await entry.runtime_data.hub.together.events.answer("e1", Answer.YES, By.DASHBOARD)
        assert hub.together.answers == []
        assert other.together.answers == [("e1", "yes", "dashboard")]
        assert dt_util.parse_datetime(member.state("sensor.cabin_next_event").state) == EVENING + 24 * HOUR
        assert member.state(NEXT).attributes["answer"] is None
        with pytest.raises(ServiceValidationError):
            await member.do("answer_event", answer="yes")
        await member.do("answer_event", answer="no", config_entry_id="site")
        assert hub.together.answers == [("e1", "no", "automation")]
        await hass.config_entries.async_unload("cabin")
    finally:
        await other.close()


class TestActions:
    async def test_they_tell_what_the_hub_tells(self, hub, member):
        hub.together.plan(start=EVENING)
        hub.together.challenge()
        hub.together.audits["e1"] = {"days": ["2026-06-03"], "slots": []}
        await member.ask()
        (event,) = (await member.do("get_events"))["events"]
        assert (event["event"], event["state"], event["answer"]) == ("e1", "announced", None)
        assert (await member.do("get_savings", event="e1"))["audit"]["days"] == ["2026-06-03"]
        assert [row["name"] for row in (await member.do("get_leaderboard"))["rows"]] == ["Otter", "Heron"]
        assert (await member.do("get_challenges"))["challenges"][0]["percent"] == 40
        told = await member.do("get_rewards")
        assert (told["balance"], told["rewards"][0]["id"]) == (80, "tree1")
        await member.do("join_challenge", challenge="c1", leave=True)
        assert hub.together.challenges["c1"]["joined"] is False

    async def test_what_goes_wrong_is_told_in_a_sentence(self, hub, member):
        hub.together.plan(start=EVENING)
        await member.ask()
        with pytest.raises(HomeAssistantError, match="It is not known yet"):
            await member.do("get_savings", event="e1")
        with pytest.raises(ServiceValidationError, match="knows of no event e7"):
            await member.do("answer_event", event="e7", answer="yes")
        with pytest.raises(HomeAssistantError, match="There is no such challenge"):
            await member.do("join_challenge", challenge="c9")
        await member.pass_by(hours=6, minutes=5)
        with pytest.raises(ServiceValidationError, match="it can be answered until 2026-06-10"):
            await member.do("answer_event", event="e1", answer="yes")
        with pytest.raises(ServiceValidationError, match="no event at My home that could be answered"):
            await member.do("answer_event", answer="yes")
        await hub.close()
        with pytest.raises(HomeAssistantError, match="does not answer"):
            await member.do("get_leaderboard")

    async def test_a_reward_is_redeemed_once_though_the_answer_is_lost(self, hub, member):
        hub.together.plays = True
        await member.ask()
        hub.together.lose_answers = 1
        with pytest.raises(HomeAssistantError):
            await member.do("redeem_reward", reward="tree1")
        await member.restart()
        await member.do("redeem_reward", reward="tree1")
        assert len(hub.together.requests) == 2
        assert len(hub.together.redeemed) == 1
        assert hub.together.standing["balance"] == 30
        with pytest.raises(HomeAssistantError, match="more points than you have"):
            await member.do("redeem_reward", reward="tree1")
        assert len(set(hub.together.requests)) == 2

    async def test_a_home_without_a_community_is_told_so(self, hass, make_home):
        await make_home()
        with pytest.raises(ServiceValidationError, match="no member of a community"):
            await hass.services.async_call("sceop", "get_events", blocking=True, return_response=True)


class TestTriggers:
    @pytest.fixture
    async def heard(self, hass, hub, member):
        """Listen with every trigger, aimed at the calendar."""
        hub.together.plan(start=EVENING)
        await member.ask()
        fired = async_capture_events(hass, "fired")
        names = ("peak_event_announced", "peak_event_begins", "peak_event_ends", "savings_known", "challenge_reached")
        config = {
            "alias": "All",
            "mode": "queued",
            "triggers": [
                {"trigger": f"sceop.{name}", "target": {"entity_id": CALENDAR}, "options": {}, "id": name}
                for name in names
            ],
            "conditions": [],
            "actions": {
                "event": "fired",
                "event_data": {"what": "{{ trigger.id }}", "which": "{{ trigger.event | default(trigger.title) }}"},
            },
        }
        assert await async_setup_component(hass, "automation", {"automation": config})
        await hass.async_block_till_done()
        return fired

    async def test_they_fire_as_things_happen(self, hub, member, heard):
        hub.together.plan("e2", start=EVENING + MINUTE)
        await member.ask()
        await member.events.answer("e1", Answer.YES, By.DASHBOARD)
        await member.pass_by(hours=6, minutes=10)
        await hub.together.tell("e1", **hub.together.settle())
        cheer = {"id": "1", "at": "2026-06-10T10:00:00Z", "kind": "challenge", "facts": {"title": "Five percent"}}
        await member.until(lambda: len(heard) == 4)
        await hub.say({"type": "game", **hub.together.standing, "cheers": [cheer]})
        await member.until(lambda: len(heard) == 5)
        assert [(event.data["what"], event.data["which"]) for event in heard] == [
            ("peak_event_announced", "e2"),
            ("peak_event_begins", "e1"),
            ("peak_event_ends", "e1"),
            ("savings_known", "e1"),
            ("challenge_reached", "Five percent"),
        ]

    @pytest.mark.parametrize("joined", [True, False])
    async def test_the_condition_holds_while_an_event_runs(self, hass, hub, member, joined):
        hub.together.plan(start=EVENING)
        await member.ask()
        told = {"condition": "sceop.peak_event_runs", "target": {"entity_id": CALENDAR}, "options": {}}
        either = told | {"options": {"joined_only": False}}
        mine, any_of_them = [
            await async_condition_from_config(hass, await async_validate_condition_config(hass, each))
            for each in (told, either)
        ]
        assert not any_of_them.async_check()
        if joined:
            await member.events.answer("e1", Answer.YES, By.DASHBOARD)
        await member.pass_by(hours=4, minutes=5)
        assert mine.async_check() is joined
        assert any_of_them.async_check()
        assert await hass.config_entries.async_unload("site")
        assert not any_of_them.async_check()


class TestChoosing:
    async def begin(self, hass):
        menu = await hass.config_entries.options.async_init("site")
        assert "together" in menu["menu_options"]
        return await hass.config_entries.options.async_configure(menu["flow_id"], {"next_step_id": "together"})

    @pytest.mark.usefixtures("member")
    async def test_nothing_is_offered_before_the_hub_has_anything(self, hass):
        menu = await hass.config_entries.options.async_init("site")
        assert "together" not in menu["menu_options"]

    async def test_the_next_event_is_shown_and_the_choice_holds(self, hass, hub, member):
        hub.together.plan(start=EVENING)
        await member.ask()
        form = await self.begin(hass)
        assert form["description_placeholders"]["next"] == "today, 16:00 to 18:00, 20% less than usual"
        typed = {"joining": "always", "most_percent": 30, "cheer_at_once": True, "on_board": True}
        again = await hass.config_entries.options.async_configure(form["flow_id"], typed | {"not_from": "22:00:00"})
        assert again["errors"] == {"not_until": "quiet_half"}
        end = await hass.config_entries.options.async_configure(again["flow_id"], typed)
        assert end["type"] is FlowResultType.CREATE_ENTRY
        assert hub.together.on_board is True
        await member.until(lambda: hub.together.answers == [("e1", "yes", "standing")])

    async def test_a_hub_that_is_away_cannot_be_told_of_the_board(self, hass, hub, member):
        hub.together.plan(start=EVENING)
        await member.ask()
        form = await self.begin(hass)
        await hub.close()
        typed = {"joining": "ask", "most_percent": 100, "cheer_at_once": False, "on_board": True}
        again = await hass.config_entries.options.async_configure(form["flow_id"], typed)
        assert again["errors"] == {"base": "hub_silent"}


async def test_an_event_that_was_joined_presses_on_the_plan(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    assert EVENING not in pressing(member)
    await member.press(JOIN)
    assert EVENING in pressing(member)
    await member.press(SKIP)
    assert EVENING not in pressing(member)


def pressing(member):
    """Return when what presses on the plan begins."""
    return [pressure.start for pressure in member.runtime.planning._pressures(dt_util.utcnow())]


async def test_diagnostics_count_and_name_nothing(hass, hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    told = await async_get_config_entry_diagnostics(hass, member.entry)
    assert told["hub"]["together"]["stages"] == {"announced": 1}


async def test_who_leaves_the_community_keeps_none_of_it(hass, hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    alone = {key: told for key, told in member.entry.data.items() if key != "hub"}
    hass.config_entries.async_update_entry(member.entry, data=alone)
    await member.until(lambda: member.runtime.hub is None)
    registry = er.async_get(hass)
    assert not [each for each in (NEXT, RUNS, SAVED, JOIN, SKIP, CALENDAR, RANK) if registry.async_get(each)]
