"""An invitation arrives on a real phone's push channel, and what a person presses there reaches the hub."""

import pytest

from tests.household.together.conftest import EVENING, HOUR

pytestmark = pytest.mark.usefixtures("socket_enabled")

JOIN, SKIP = "Join", "Not this time"


@pytest.fixture
async def member(make_member, phone):
    return await make_member(phone)


def plain(text):
    return text.replace("\u00a0", " ")


async def test_who_joins_on_the_phone_is_heard_by_the_hub(hub, member, phone):
    hub.together.plan(start=EVENING, text="It will be\ncold.")
    await member.ask()
    (note,) = phone.notes
    assert note["title"] == "Join in: today, 16:00 to 18:00"
    assert plain(note["message"]) == (
        "Today, 16:00 to 18:00, your community wants to use less. Are you in? The aim at home: 20% less than usual. "
        "It will be cold."
    )
    assert phone.buttons == [JOIN, SKIP]
    await phone.press(JOIN)
    await member.until(lambda: hub.together.answers == [("e1", "yes", "notification")])
    await member.settle()
    assert phone.shown == []
    assert member.state("sensor.my_home_next_event").attributes["answer"] == "yes"


async def test_who_does_not_join_is_not_asked_again(hub, member, phone):
    hub.together.plan(start=EVENING)
    await member.ask()
    await phone.press(SKIP)
    await member.until(lambda: hub.together.answers == [("e1", "no", "notification")])
    await member.restart()
    await member.ask()
    await member.pass_by(hours=5)
    assert len(phone.notes) == 1
    assert phone.shown == []


async def test_what_is_answered_on_the_dashboard_goes_from_every_phone(hub, make_member, make_phone):
    kim, alex = await make_phone("Kim"), await make_phone("Alex")
    member = await make_member(kim, alex)
    hub.together.plan(start=EVENING)
    await member.ask()
    assert len(kim.shown) == len(alex.shown) == 1
    await member.press("button.my_home_join_the_next_event")
    await member.settle()
    assert kim.shown == alex.shown == []
    assert hub.together.answers == [("e1", "yes", "dashboard")]


async def test_an_invitation_goes_when_the_event_is_over_or_called_off(hub, member, phone):
    hub.together.plan(start=EVENING)
    hub.together.plan("e2", start=EVENING + 24 * HOUR)
    await member.ask()
    assert len(phone.shown) == 2
    await hub.together.tell("e2", state="cancelled")
    await member.until(lambda: len(phone.shown) == 1)
    await member.pass_by(hours=6, minutes=5)
    assert phone.shown == []


async def test_pressing_too_late_is_told_in_the_hubs_words(hub, member, phone):
    hub.together.plan(start=EVENING)
    await member.ask()
    hub.together.events["e1"]["state"] = "cancelled"
    await phone.press(JOIN)
    await member.until(lambda: phone.shown and phone.shown[-1]["title"].startswith("Your answer did not count"))
    assert phone.shown[-1]["message"] == "The event was called off, so it needs no answer any more."
    assert phone.buttons == []


async def test_nobody_is_asked_who_wants_to_be_left_out_or_joins_always(hub, make_member, phone):
    member = await make_member(phone, joining={"joining": "never"}, one_digest=False)
    hub.together.plan(start=EVENING)
    await member.ask()
    await member.pass_by(hours=3)
    assert phone.received == []


async def test_who_joins_always_may_still_say_not_this_time(hub, make_member, phone):
    member = await make_member(phone, joining={"joining": "always"}, one_digest=False)
    hub.together.plan(start=EVENING)
    await member.ask()
    await member.until(lambda: phone.notes)
    (note,) = phone.notes
    assert note["title"] == "You are in: today, 16:00 to 18:00"
    assert phone.buttons == [SKIP]
    await phone.press(SKIP)
    await member.until(lambda: [answer for _, answer, _ in hub.together.answers] == ["yes", "no"])
    await member.settle()
    assert phone.shown == []


async def test_quiet_hours_hold_for_invitations(hub, make_member, phone):
    member = await make_member(phone, quiet_from="11:00:00", quiet_to="14:00:00")
    hub.together.plan(start=EVENING)
    await member.ask()
    await member.pass_by(hours=1, minutes=55)
    assert phone.received == []
    await member.pass_by(minutes=10)
    assert len(phone.notes) == 1


async def test_what_was_saved_is_told_and_what_was_not_is_no_failure(hub, make_member, phone):
    member = await make_member(phone, one_digest=False)
    for name, day in (("e1", 3), ("e2", 2), ("e3", 1)):
        hub.together.plan(name, start=EVENING - 24 * day * HOUR, answer="yes", by="dashboard")
    await member.ask()
    for name, call in (("e1", "saved"), ("e2", "none"), ("e3", "more")):
        await hub.together.tell(name, **hub.together.settle(call=call))
    await member.until(lambda: len(phone.notes) == 2)
    said = [plain(note["message"]) for note in phone.notes]
    assert "you saved about 0.8 kWh (between 0.2 kWh and 1.4 kWh). Well done!" in said[0]
    assert "thank you for taking part" in said[1]


async def test_good_news_is_told_once(hub, make_member, phone):
    member = await make_member(phone, one_digest=False)
    cheers = [
        {"id": "7", "at": "2026-06-10T09:00:00Z", "kind": "badge", "facts": {"badge": "ten_events"}},
        {"id": "8", "at": "2026-06-10T09:00:00Z", "kind": "challenge", "facts": {"title": "Five percent"}},
        {"id": "9", "at": "2026-06-10T09:00:00Z", "kind": "fireworks", "facts": {}},
        {"id": "10", "at": "2026-06-10T09:00:00Z", "kind": "streak", "facts": {"week": "2026-06-08"}},
    ]
    hub.together.plays = True
    hub.together.standing["cheers"] = cheers
    await member.ask()
    await member.until(lambda: len(phone.notes) == 4)
    other = "There is something to celebrate. Look at the dashboard."
    assert sorted(note["message"] for note in phone.notes) == sorted(
        ["You earned a badge: Ten events.", "Reached together: Five percent.", other, other]
    )
    await member.restart()
    await member.ask()
    assert len(phone.notes) == 4


async def test_good_news_in_words_that_are_ours_and_say_nothing_silence_no_other_warning(hub, make_member, phone):
    member = await make_member(phone, one_digest=False)
    hub.together.plays = True
    hub.together.standing["cheers"] = [
        {"id": "1", "at": "2026-06-10T09:00:00Z", "kind": "saved", "facts": {}},
        {"id": "2", "at": "2026-06-10T09:00:00Z", "kind": "took_part", "facts": {"start": "soon", "end": 7}},
        {"id": "3", "at": "2026-06-10T09:00:00Z", "kind": "badge", "facts": {"badge": "ten_events"}},
    ]
    await member.ask()
    await member.until(lambda: len(phone.notes) == 3)
    assert "You earned a badge: Ten events." in [note["message"] for note in phone.notes]


async def test_who_chose_topics_before_there_were_events_is_invited_too(hub, make_member, phone):
    member = await make_member(phone, topics=["upcoming_peak"])
    hub.together.plan(start=EVENING)
    await member.ask()
    assert len(phone.notes) == 1


async def test_who_left_the_topic_out_is_not(hub, make_member, phone):
    member = await make_member(phone, topics=["upcoming_peak"], offered=["upcoming_peak", "peak_event", "cheer"])
    hub.together.plan(start=EVENING)
    await member.ask()
    assert phone.received == []
    assert member.state("event.my_home_warning").attributes["event_type"] == "peak_event"
