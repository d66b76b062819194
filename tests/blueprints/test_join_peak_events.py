"""A home is asked about a peak event on the phone, and its hub hears what a person said, or nobody did."""

from datetime import timedelta

import pytest
from freezegun.api import real_monotonic
from homeassistant.core import CoreState
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.hub import client
from tests.blueprints.home import blueprint
from tests.blueprints.settling import settle
from tests.household import conftest as household
from tests.household.practice_hub import PracticeHub
from tests.household.together import conftest as together
from tests.household.together.conftest import EVENING, HOUR

pytestmark = pytest.mark.usefixtures("socket_enabled")

NEXT = "sensor.my_home_next_event"
STEP = timedelta(minutes=5)
JOIN, SKIP = "Join", "Not this time"
QUESTION = "Today, 16:00 to 18:00, your community wants to use less. Are you in? The aim at home: 20% less than usual."

make_home, make_member, membership = together.make_home, together.make_member, household.membership


@pytest.fixture
async def hub(socket_enabled, monkeypatch):
    # The test clock fires every timer of the loop, also the one that waits for an answer to a heartbeat.
    monkeypatch.setattr(client, "HEARTBEAT_S", None)
    hub = PracticeHub(clock=dt_util.utcnow)
    await hub.open()
    yield hub
    await hub.close()


async def test_it_is_a_whole_blueprint():
    told = blueprint("join_peak_events")
    assert told.validate() is None
    assert told.metadata["source_url"].endswith("/blueprints/automation/sceop/join_peak_events.yaml")
    assert told.metadata["homeassistant"]["min_version"] == "2026.10.0"


class Street:
    """A home in its community, and what the automation there does."""

    def __init__(self, home, hub, member, phone):
        self.home, self.hub, self.member, self.phone = home, hub, member, phone

    async def plan(self, name="e1", start=EVENING, **kinds):
        """Let the hub announce an event."""
        self.hub.together.plan(name, start=start, **kinds)
        await self.ask()

    async def tell(self, name="e1", **kinds):
        await self.hub.together.tell(name, **kinds)
        await self.ask()

    async def ask(self):
        await self.member.together.ask()
        await settle()

    async def pass_by(self, **time):
        end = dt_util.utcnow() + timedelta(**time)
        while (now := dt_util.utcnow()) < end:
            self.home.clock.tick(min(STEP, end - now))
            async_fire_time_changed(self.home.hass)
            await settle()

    async def heard(self, *answers):
        await self.until(lambda: self.hub.together.answers == list(answers))

    async def until(self, condition):
        end = real_monotonic() + 20
        while not condition():
            assert real_monotonic() < end
            await settle()
        await settle()


@pytest.fixture
async def street(home, clock, hub, make_member, phone):
    clock.move_to(together.warnings.MORNING)
    member = await make_member()
    hub.together.plan("old", start=EVENING - 24 * HOUR, state="over")
    await member.ask()
    return Street(home, hub, member, phone)


async def automate(street, **inputs):
    given = {"next_event": NEXT, "phones": [street.phone.id], "quiet_from": "00:00:00", "quiet_to": "00:00:00"}
    await street.home.automate("join_peak_events", **given | inputs)


async def test_who_joins_on_the_phone_joins_and_is_told_so_until_it_is_over(street):
    await automate(street)
    await street.plan()
    assert street.phone.messages == [QUESTION]
    assert street.phone.answers == [JOIN, SKIP]
    await street.phone.answer(JOIN)
    await street.heard(("e1", "yes", "automation"))
    assert street.phone.messages[-1].startswith("You are in: Today, 16:00 to 18:00.")
    assert street.phone.answers == [SKIP]
    await street.pass_by(hours=5)
    assert len(street.phone.messages) == 2
    await street.pass_by(hours=1, minutes=1)
    assert street.phone.messages[-1] == "clear_notification"


async def test_not_this_time_is_heard_and_the_question_goes(street):
    await automate(street)
    await street.plan()
    await street.phone.answer(SKIP)
    await street.heard(("e1", "no", "automation"))
    assert street.phone.messages[1:] == ["clear_notification"]


async def test_who_joined_may_change_his_mind(street):
    await automate(street)
    await street.plan()
    await street.phone.answer(JOIN)
    await street.heard(("e1", "yes", "automation"))
    await street.phone.answer(SKIP)
    await street.heard(("e1", "yes", "automation"), ("e1", "no", "automation"))
    assert street.phone.messages[-1] == "clear_notification"


async def test_what_is_answered_on_the_dashboard_takes_the_question_away(street):
    await automate(street)
    await street.plan()
    await street.home.do("button.press", "button.my_home_not_the_next_event")
    await street.heard(("e1", "no", "dashboard"))
    assert street.phone.messages[-1] == "clear_notification"


async def test_a_question_goes_when_the_event_is_called_off(street):
    await automate(street)
    await street.plan()
    await street.tell(state="cancelled")
    await street.pass_by(minutes=11)
    assert street.phone.messages == [QUESTION, "clear_notification"]


@pytest.mark.parametrize(
    ("silence", "at_home", "joins"),
    [("nothing", "home", False), ("join", "not_home", True), ("home", "home", True), ("home", "not_home", False)],
)
async def test_when_nobody_answers_it_does_what_was_chosen(street, silence, at_home, joins):
    await street.home.show("person.kim", at_home)
    await automate(street, silence=silence, people=["person.kim"], decide=30)
    await street.plan()
    await street.pass_by(hours=3, minutes=28)
    assert street.hub.together.answers == []
    await street.pass_by(minutes=3)
    await street.heard(*([("e1", "yes", "automation")] if joins else []))
    assert street.phone.messages[-1].startswith("You are in" if joins else "Today")
    await street.pass_by(minutes=30)
    assert (street.phone.messages[-1] == "clear_notification") is not joins


async def test_in_quiet_hours_nobody_is_asked_until_they_end(street):
    await automate(street, quiet_from="11:00:00", quiet_to="14:00:00")
    await street.plan()
    await street.pass_by(hours=1, minutes=50)
    assert street.phone.messages == []
    await street.pass_by(minutes=20)
    assert street.phone.messages == [QUESTION]


async def test_each_event_is_asked_about_by_itself(street):
    await automate(street)
    await street.plan()
    await street.plan("e2", start=EVENING + 24 * HOUR)
    assert [message.partition(",")[0] for message in street.phone.messages] == ["Today", "Tomorrow"]
    await street.phone.answer(JOIN)
    await street.heard(("e2", "yes", "automation"))


async def test_who_joins_always_is_not_asked(street):
    await automate(street)
    await street.plan(answer="yes", by="standing")
    await street.pass_by(minutes=20)
    assert street.phone.messages == []


async def test_after_a_restart_what_is_open_is_asked_again(street, hass):
    await street.plan()
    hass.set_state(CoreState.not_running)
    await automate(street)
    assert street.phone.messages == []
    await hass.async_start()
    await settle()
    assert street.phone.messages == [QUESTION]


async def test_an_answer_that_the_hub_declines_is_told(street):
    await automate(street)
    await street.plan()
    street.hub.together.events["e1"]["state"] = "cancelled"
    await street.phone.answer(JOIN)
    await street.until(lambda: len(street.phone.messages) > 1)
    assert street.phone.messages[-1] == "Your answer did not count. Open Home Assistant and answer there."
