"""Proposals that wait for somebody: which they are, and that no phone rings for them at night."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.domain.event.event import Event
from sceop_hub.domain.event.rule import Rule
from sceop_hub.domain.event.waiting import to_tell, waiting

ZONE = ZoneInfo("Europe/Amsterdam")
PROPOSE, AUTOMATIC = Rule(mode="propose"), Rule(mode="automatic", severity="serious")


def at(hour, day=20):
    """Return an instant by the clocks of Amsterdam."""
    return datetime(2026, 11, day, hour, tzinfo=ZONE).astimezone(UTC)


NOON = at(12)
PROPOSAL = Event(
    id="a", start=at(18, 21), end=at(20, 21), severity="serious", target_percent=20, made=at(2), power_w=9000
)


def ids(events):
    return [event.id for event in events]


def test_a_proposal_waits_until_somebody_approves_it_or_its_time_has_come():
    assert ids(waiting([PROPOSAL], PROPOSE, ZONE, NOON)) == ["a"]
    assert waiting([replace(PROPOSAL, approved=True)], PROPOSE, ZONE, NOON) == []
    assert waiting([replace(PROPOSAL, state="announced", announced=NOON)], PROPOSE, ZONE, NOON) == []
    assert waiting([PROPOSAL], PROPOSE, ZONE, PROPOSAL.start) == []


def test_what_becomes_an_event_by_itself_waits_for_nobody():
    mild = replace(PROPOSAL, id="b", severity="mild", start=at(18, 22), end=at(20, 22))
    assert ids(waiting([PROPOSAL, mild], AUTOMATIC, ZONE, NOON)) == ["b"]


@pytest.mark.parametrize(("now", "told"), [(at(3), False), (at(7), True), (at(21), True), (at(23), True)])
def test_what_the_forecast_saw_in_the_night_is_told_in_the_morning_and_stays_told(now, told):
    assert bool(to_tell([PROPOSAL], PROPOSE, ZONE, now)) == told


def test_without_a_quiet_time_a_phone_rings_at_once():
    never = replace(PROPOSE, quiet_from=PROPOSE.quiet_to)
    assert ids(to_tell([PROPOSAL], never, ZONE, PROPOSAL.made + timedelta(minutes=1))) == ["a"]
