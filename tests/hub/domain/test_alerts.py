"""Alerts over time: patience before one opens, calm before it ends, and no more messages than a phone should get."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.domain.alerts import (
    CALM,
    PATIENCE,
    REMIND_EVERY,
    TOLD_AGAIN_AFTER,
    Finding,
    Kind,
    look,
    messages,
)
from sceop_hub.domain.watch import (
    BACKUP_OVERDUE,
    LARGE_BACKLOG,
    LEAST_FREE,
    SILENT_AFTER,
    Member,
    Observation,
    RefusedReadings,
    findings,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
SEEN = Observation(now=NOON, free_bytes=LEAST_FREE, watched_since=NOON - timedelta(days=9), last_backup=NOON)


def kinds(observation):
    return [finding.kind for finding in findings(observation)]


def live_through(found, kind=Kind.SILENT):
    """Look once a minute at what `found` says is there; return what was told, minute by minute."""
    known, ended_told, told = [], {}, []
    for minute, there in enumerate(found):
        now = NOON + minute * MINUTE
        alerts = look(known, [Finding(kind, "a")] if there else [], now)
        said = messages(alerts, ended_told, now)
        told += [(minute, word) for word in ("new", "still", "over") if getattr(said, word)]
        keys = {alert.key for alert in (*said.new, *said.still)}
        alerts = [replace(a, told_at=now, announced=True) if a.key in keys else a for a in alerts]
        ended_told |= {a.key: a.told_at for a in alerts if a.ended_at and a.told_at}
        known = [alert for alert in alerts if alert.ended_at is None]
    return told


def test_an_alert_is_told_once_and_its_end_once():
    calm = int(CALM / MINUTE)
    assert live_through([True] * 30 + [False] * 60) == [(0, "new"), (29 + calm, "over")]


def test_what_holds_for_a_moment_only_is_never_an_alert():
    patience = int(PATIENCE[Kind.DISK] / MINUTE)
    assert live_through(([True] * patience + [False]) * 20, Kind.DISK) == []


@given(st.lists(st.booleans(), min_size=1, max_size=360))
@settings(deadline=None)
def test_however_it_flaps_a_phone_hears_of_it_twice_in_six_hours_at_most(flapping):
    assert len(flapping) * MINUTE <= TOLD_AGAIN_AFTER
    told = live_through(flapping)
    assert len(told) <= 2
    assert told[:1] == ([(flapping.index(True), "new")] if any(flapping) else [])


def test_an_alert_that_stays_is_told_again_after_a_week_unless_somebody_knows():
    (alert,) = look([], [Finding(Kind.SILENT, "a")], NOON)
    alert = replace(alert, told_at=NOON, announced=True)
    later = NOON + REMIND_EVERY
    assert messages([alert], {}, later).still
    assert not messages([replace(alert, acknowledged_at=NOON)], {}, later)
    assert not messages([replace(alert, muted=True)], {}, later)


def test_a_clock_that_was_put_back_neither_ends_nor_keeps_an_alert_for_ever():
    (alert,) = look([], [Finding(Kind.SILENT, "a")], NOON)
    earlier = NOON - timedelta(days=400)
    (alert,) = look([alert], [], earlier)
    assert alert.ended_at is None
    (alert,) = look([alert], [], earlier + CALM)
    assert alert.ended_at is not None


def test_a_household_is_silent_after_a_day_counted_from_when_it_joined_or_was_heard():
    def member(heard):
        return Member("a", NOON - timedelta(days=9), heard)

    assert kinds(replace(SEEN, members=[member(NOON - SILENT_AFTER)])) == [Kind.SILENT]
    assert kinds(replace(SEEN, members=[member(None)])) == [Kind.SILENT]
    assert kinds(replace(SEEN, members=[member(NOON - SILENT_AFTER + MINUTE)])) == []


def test_refusals_are_told_of_the_household_until_many_disagree_about_the_time():
    def refused(count, problem="clock", **ago):
        at = NOON - timedelta(**ago)
        return [RefusedReadings(f"home {number}", problem, at) for number in range(count) for _ in range(3)]

    assert kinds(replace(SEEN, refused=refused(1))) == [Kind.REFUSED]
    assert Kind.CLOCK in kinds(replace(SEEN, refused=refused(3)))
    assert Kind.CLOCK not in kinds(replace(SEEN, refused=refused(3, "invalid")))
    assert kinds(replace(SEEN, refused=refused(3, minutes=61))) == []


@pytest.mark.parametrize(
    ("what", "kind"),
    [
        ({"free_bytes": LEAST_FREE - 1}, Kind.DISK),
        ({"database_bytes": LEAST_FREE + 1}, Kind.DISK),
        ({"disk_was_full": True}, Kind.DISK),
        ({"last_backup": NOON - BACKUP_OVERDUE}, Kind.BACKUP),
        ({"last_backup": None}, Kind.BACKUP),
        ({"backlog": LARGE_BACKLOG}, Kind.BACKLOG),
        ({"members": [Member("a", NOON, NOON + timedelta(minutes=6))]}, Kind.CLOCK),
    ],
)
def test_what_the_hub_observes_of_itself(what, kind):
    assert kinds(SEEN) == []
    assert kinds(replace(SEEN, **what)) == [kind]


def test_a_hub_without_members_has_nothing_to_back_up():
    assert kinds(replace(SEEN, watched_since=None, last_backup=None)) == []
