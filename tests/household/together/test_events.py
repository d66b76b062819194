"""Events reach the home by question and on the line, begin and end by its own clock, and its word reaches the hub."""

from datetime import timedelta

import pytest
from homeassistant.util import dt as dt_util

from custom_components.sceop.hub.errors import Declined
from custom_components.sceop.hub.events import EventOverError, EventUnknownError, SilenceError
from custom_components.sceop.hub.invited import Answer, By, Stage
from custom_components.sceop.hub.promises import promises_store
from tests.household.together.conftest import EVENING, HOUR, MINUTE

pytestmark = pytest.mark.usefixtures("socket_enabled")


async def test_a_hub_of_before_has_no_events_and_that_is_no_error(hub, member, caplog):
    await member.ask()
    assert not member.events.known
    assert not member.game.known
    assert member.events.asked
    assert not [
        record for record in caplog.records if record.levelname in {"WARNING", "ERROR"} and "sceop" in record.name
    ]


async def test_events_are_asked_for_after_the_start_and_every_hour(hub, member):
    hub.together.plan(start=EVENING)
    await member.pass_by(minutes=6)
    await member.until(lambda: member.events.known)
    assert [event.id for event in member.events.each] == ["e1"]
    hub.together.plan("e2", start=EVENING + 24 * HOUR)
    await member.pass_by(hours=1, minutes=5)
    await member.until(lambda: len(member.events.each) == 2)


async def test_an_event_is_heard_begins_and_ends_though_the_hub_is_away(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    assert hub.together.answers == [("e1", "yes", "dashboard")]
    await hub.close()
    await member.pass_by(hours=5)
    assert member.events.running.id == "e1"
    await member.pass_by(hours=2)
    assert member.events.running is None
    assert [kind for kind, _ in member.happened] == ["announced", "answered", "started", "ended"]


async def test_an_answer_arrives_once_the_hub_is_back(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    await hub.close()
    await member.events.answer("e1", Answer.YES, By.NOTIFICATION)
    event = member.events.find("e1")
    assert (event.answer, member.events.waits(event)) == (Answer.YES, True)
    await member.restart()
    assert member.events.find("e1").answer is Answer.YES
    await hub.open()
    await member.pass_by(minutes=20)
    await member.until(lambda: hub.together.answers)
    assert hub.together.answers[0] == ("e1", "yes", "notification")
    await member.until(lambda: not member.events.waits(event))


async def test_an_answer_whose_receipt_was_lost_is_sent_again_and_changes_nothing(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    hub.together.lose_answers = 1
    await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    await member.pass_by(minutes=5)
    await member.until(lambda: len(hub.together.answers) == 2)
    assert set(hub.together.answers) == {("e1", "yes", "dashboard")}
    await member.until(lambda: not member.events.waits(member.events.find("e1")))


async def test_who_changes_their_mind_is_heard_in_that_order(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    for answer in (Answer.YES, Answer.NO, Answer.YES):
        await member.events.answer("e1", answer, By.DASHBOARD)
    assert [answer for _, answer, _ in hub.together.answers] == ["yes", "no", "yes"]
    await member.settle()
    assert [kind for kind, _ in member.happened].count("answered") == 3


async def test_an_answer_that_comes_too_late_is_told_so(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    await member.pass_by(hours=6)
    with pytest.raises(EventOverError):
        await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    with pytest.raises(EventUnknownError):
        await member.events.answer("e7", Answer.YES, By.DASHBOARD)
    assert hub.together.answers == []


async def test_what_the_hub_says_no_to_is_told_in_its_words_and_tried_no_more(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    hub.together.events["e1"]["state"] = "cancelled"
    with pytest.raises(Declined, match="called off"):
        await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    assert member.events.find("e1").answer is None
    assert not member.events.waits(member.events.find("e1"))
    await member.pass_by(minutes=30)
    assert len(hub.together.answers) == 1


async def test_what_was_answered_elsewhere_is_heard_on_the_line(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    await hub.together.tell(answer="yes", by="dashboard", joined=17)
    await member.until(lambda: member.events.find("e1").answer is Answer.YES)
    assert member.events.find("e1").joined == 17


async def test_a_restart_in_the_middle_repeats_nothing_and_forgets_nothing(hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    await member.pass_by(hours=4, minutes=30)
    assert ("started", "e1") in member.happened
    member.happened.clear()
    await hub.close()
    await member.restart()
    assert member.events.running.id == "e1"
    await member.pass_by(minutes=30)
    assert member.happened == []
    await member.pass_by(hours=2)
    assert member.happened == [("ended", "e1")]


async def test_who_was_off_as_it_began_begins_then(hass, hub, member, clock):
    hub.together.plan(start=EVENING)
    await member.ask()
    await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    assert await hass.config_entries.async_unload(member.entry.entry_id)
    clock.move_to(EVENING + 30 * MINUTE)
    assert await hass.config_entries.async_setup(member.entry.entry_id)
    await member.until(lambda: ("started", "e1") in member.happened)


async def test_an_event_is_called_off_and_settled_and_revised(hub, member):
    hub.together.plan(start=EVENING)
    hub.together.plan("e2", start=EVENING + 24 * HOUR)
    await member.ask()
    await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    await hub.together.tell("e2", state="cancelled")
    await member.pass_by(hours=6, minutes=15)
    for revision in (0, 0, 1):
        await hub.together.tell(**hub.together.settle(revision=revision, final=revision == 1))
    await member.until(lambda: (savings := member.events.find("e1").savings) is not None and savings.final)
    await member.settle()
    assert member.happened[-2:] == [("settled", "e1"), ("settled", "e1")]
    assert ("cancelled", "e2") in member.happened
    assert member.events.find("e2").stage(dt_util.utcnow()) is Stage.CANCELLED


async def test_of_what_was_before_a_home_joined_nothing_is_told(hub, member):
    hub.together.plan(start=EVENING - 48 * HOUR, **hub.together.settle())
    await member.ask()
    await member.settle()
    assert member.happened == []
    assert member.events.known


async def test_an_event_across_the_clock_change_lasts_as_long_as_it_lasts(hub, make_member, clock):
    night = EVENING.replace(month=10, day=25, hour=0)  # three in the morning is two again in Amsterdam at 1:00 UTC
    clock.move_to(night - HOUR)
    member = await make_member()
    hub.together.plan(start=night, end=night + 2 * HOUR)
    await member.ask()
    await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    await member.pass_by(hours=1)
    assert member.events.running is not None
    await member.pass_by(hours=1, minutes=55)
    assert member.events.running is not None
    await member.pass_by(minutes=5)
    assert member.events.running is None


async def test_in_a_pause_a_home_says_nothing(hass, hub, membership, make_home):
    pause = {"pauses": [["2026-06-10T09:00:00+00:00", None]]}
    home = await make_home(hub=membership | pause)
    events = home.runtime.hub.together.events
    hub.together.plan(start=EVENING)
    events.heard({"type": "event", **hub.together.events["e1"]})
    with pytest.raises(SilenceError):
        await events.answer("e1", Answer.YES, By.DASHBOARD)
    await hass.async_block_till_done()
    assert hub.together.answers == []
    assert not hub.shown


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "../me"},
        {"id": "A" * 41},
        {"start": "2026-06-10T16:00:00"},
        {"start": "2027-06-10T16:00:00Z", "end": "2027-06-10T17:00:00Z"},
        {"end": "2026-06-10T13:00:00Z"},
        {"end": "2026-06-20T15:00:00Z"},
        {"state": "of grace"},
        {"severity": 7},
        {"target_percent": 1e9},
        {"target_percent": True},
        {"target_percent": -5},
        {"answer": "perhaps"},
        {"joined": -1},
        {"savings": {"low_wh": 5, "mid_wh": 1, "high_wh": 9, "call": "saved"}},
        {"savings": {"low_wh": 1e300, "mid_wh": None, "high_wh": None, "call": "saved"}},
        {"savings": "much"},
    ],
)
async def test_absurd_events_are_refused_and_what_is_known_stays(hub, member, wrong):
    hub.together.plan("good", start=EVENING)
    await member.ask()
    hub.together.plan("e2", start=EVENING).update(wrong)
    await member.ask()
    await hub.say({"type": "event", **hub.together.events["e2"]})
    await hub.say({"type": "event"})
    await hub.together.tell("good", joined=20)
    await member.until(lambda: member.events.find("good").joined == 20)
    assert [event.id for event in member.events.each] == ["good"]


class TestStandingConsent:
    async def test_who_always_joins_does_so_by_itself(self, hub, make_member):
        member = await make_member(joining={"joining": "always"})
        hub.together.plan(start=EVENING)
        await member.ask()
        await member.until(lambda: hub.together.answers == [("e1", "yes", "standing")])
        await member.settle()
        assert [kind for kind, _ in member.happened] == ["announced", "answered"]

    async def test_who_never_joins_says_nothing(self, hub, make_member):
        member = await make_member(joining={"joining": "never"})
        hub.together.plan(start=EVENING)
        await member.ask()
        await member.pass_by(hours=7)
        assert hub.together.answers == []

    async def test_what_a_person_answered_is_not_changed(self, hub, make_member):
        member = await make_member(joining={"joining": "always"})
        hub.together.plan(start=EVENING, answer="no", by="dashboard")
        await member.ask()
        await member.settle()
        assert hub.together.answers == []

    @pytest.mark.parametrize(
        ("terms", "joins"),
        [
            ({"most_percent": 20}, True),
            ({"most_percent": 19}, False),
            ({"not_from": "18:00:00", "not_until": "20:00:00"}, True),
            ({"not_from": "17:45:00", "not_until": "20:00:00"}, False),
            ({"not_from": "22:00:00", "not_until": "16:15:00"}, False),
            ({"not_from": "22:00:00", "not_until": "16:00:00"}, True),
        ],
    )
    async def test_it_has_limits(self, hub, make_member, terms, joins):
        member = await make_member(joining={"joining": "always", **terms})
        hub.together.plan(start=EVENING)
        await member.ask()
        await member.pass_by(minutes=5)
        await member.settle()
        assert bool(hub.together.answers) is joins


async def test_who_leaves_the_community_keeps_no_promises(hass, hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    alone = {key: told for key, told in member.entry.data.items() if key != "hub"}
    hass.config_entries.async_update_entry(member.entry, data=alone)
    await member.until(lambda: member.runtime.hub is None)
    assert await promises_store(hass, "site").async_load() is None


async def test_another_household_keeps_no_word_of_the_one_before(hass, hub, member):
    hub.together.plan(start=EVENING)
    await member.ask()
    await hub.close()
    await member.events.answer("e1", Answer.YES, By.DASHBOARD)
    other = member.entry.data | {"hub": member.entry.data["hub"] | {"household": "household-2"}}
    hass.config_entries.async_update_entry(member.entry, data=other)
    await member.settle()
    assert member.events.each == ()
    assert timedelta(0) < EVENING - dt_util.utcnow()
