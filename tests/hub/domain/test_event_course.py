"""The course of events: forecasts move every hour, and what people were told does not."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import count, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sceop_hub.core.slots import SLOT
from sceop_hub.domain.event.answering import check_answer
from sceop_hub.domain.event.course import cancelled, hottest, step
from sceop_hub.domain.event.event import LONGEST, Event, check_by_hand
from sceop_hub.domain.event.rule import Rule, due
from sceop_hub.domain.forecast.kept import PeakWindow
from sceop_hub.domain.refusal import Refusal

ZONE = ZoneInfo("Europe/Amsterdam")
NOON = datetime(2026, 11, 20, 11, tzinfo=UTC)
"""In Amsterdam."""
AUTOMATIC = Rule(mode="automatic")
PROPOSE = Rule(mode="propose")


def at(hour, minute=0, day=20):
    """Return an instant by the clocks of Amsterdam."""
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE).astimezone(UTC)


def window(start, end, severity="serious", probability=0.7, power_w=50_000):
    return PeakWindow(start, end, power_w, 40_000, probability, severity)


class Community:
    """Events as the books hold them, and a look at them."""

    def __init__(self, rule=AUTOMATIC, zone=ZONE):
        self.rule, self.zone, self.events, self.numbers = rule, zone, {}, count(1)

    def look(self, now, *windows, forecast=True, power=lambda _start, _end: ()):
        told = windows if forecast else None
        new_id = lambda: str(next(self.numbers))  # noqa: E731 - shorter than a function of its own
        changed = step(self.events.values(), told, self.rule, self.zone, now, new_id, power)
        self.events |= {event.id: event for event in changed}
        return changed

    @property
    def all(self):
        return list(self.events.values())

    @property
    def only(self):
        (event,) = self.all
        return event


def test_a_peak_becomes_an_event_by_itself_from_the_severity_that_was_chosen():
    community = Community()
    community.look(NOON, window(at(17), at(19)), window(at(18, day=21), at(19, day=21), "mild"))
    first, second = community.all
    assert (first.state, first.announced, first.target_percent) == ("announced", NOON, 20)
    assert (first.power_w, first.limit_w, first.probability) == (50_000, 40_000, 0.7)
    assert second.state == "proposed"


def test_nothing_is_announced_that_a_coordinator_did_not_approve():
    community = Community(PROPOSE)
    community.look(NOON, window(at(17), at(19), "severe"))
    assert community.only.state == "proposed"
    community.events["1"] = replace(community.only, approved=True)
    community.look(NOON)
    assert community.only.state == "announced"


def test_where_events_are_off_nothing_is_proposed_and_what_was_is_withdrawn():
    community = Community(PROPOSE)
    community.look(NOON, window(at(17), at(19)))
    community.rule = Rule(mode="off")
    community.look(NOON, window(at(17), at(19)), window(at(17, day=21), at(19, day=21)))
    assert community.only.state == "expired"


def test_a_proposal_follows_its_window_and_stays_one_event():
    community = Community(PROPOSE)
    community.look(NOON, window(at(17), at(18)))
    community.look(NOON + timedelta(hours=1), window(at(17, 45), at(19, 30), "severe"))
    assert (community.only.start, community.only.end, community.only.severity) == (at(17, 45), at(19, 30), "severe")
    assert community.only.made == NOON


@pytest.mark.parametrize(
    "moved",
    [
        [window(at(16), at(17, 30))],
        [window(at(19), at(20))],
        [window(at(19, 45), at(21))],
        [window(at(16, 30), at(17, 30)), window(at(18, 30), at(20))],
        [],
    ],
)
def test_an_announced_event_is_neither_moved_nor_doubled_by_a_window_near_it(moved):
    community = Community(replace(AUTOMATIC, a_day=3, a_week=10))
    community.look(NOON, window(at(17), at(19)))
    before = community.only
    community.look(NOON + timedelta(hours=1), *moved)
    assert community.only == before


def test_two_windows_that_touch_are_one_event():
    community = Community()
    community.look(NOON, window(at(17), at(18), "mild"), window(at(18), at(19, 30), "severe", power_w=60_000))
    assert (community.only.start, community.only.end) == (at(17), at(19, 30))
    assert (community.only.severity, community.only.power_w) == ("severe", 60_000)


def test_two_windows_far_apart_on_a_day_are_two_and_only_the_graver_becomes_one_by_itself():
    community = Community()
    community.look(at(5, day=20), window(at(8), at(9)), window(at(17), at(19), "severe"))
    community.look(at(7, day=20), window(at(8), at(9)), window(at(17), at(19), "severe"))
    assert [event.state for event in community.all] == ["proposed", "announced"]


def test_two_proposals_that_grow_together_become_one():
    community = Community(PROPOSE)
    community.look(NOON, window(at(15), at(16)), window(at(18), at(19)))
    community.look(NOON + timedelta(hours=1), window(at(15), at(18, 30)))
    assert [event.state for event in community.all] == ["proposed", "expired"]


def test_a_proposal_whose_window_is_gone_expires_and_comes_back_with_it():
    community = Community(PROPOSE)
    community.look(NOON, window(at(17), at(19)))
    community.look(NOON + timedelta(hours=1))
    assert community.only.state == "expired"
    community.look(NOON + timedelta(hours=2), window(at(17, 15), at(19)))
    assert (community.only.state, community.only.start, community.only.closed) == ("proposed", at(17, 15), None)


def test_while_there_is_no_forecast_proposals_wait():
    community = Community(PROPOSE)
    community.look(NOON, window(at(17), at(19)))
    assert community.look(NOON + timedelta(hours=1), forecast=False) == []
    assert community.look(at(17), forecast=False)[0].state == "expired"


def test_a_window_that_has_begun_makes_no_event_and_takes_none_back():
    community = Community(PROPOSE)
    community.look(at(16), window(at(17), at(19)))
    assert community.look(at(16, 50), window(at(16, 45), at(19))) == []
    other = Community(PROPOSE)
    assert other.look(at(16, 50), window(at(16, 45), at(19))) == []


def test_what_was_called_off_is_not_proposed_again():
    community = Community()
    community.look(NOON, window(at(17), at(19)))
    community.events["1"] = cancelled(community.only, NOON)
    assert community.look(NOON + timedelta(hours=1), window(at(17, 30), at(19, 30))) == []


def test_time_begins_and_ends_an_event_also_where_the_hub_was_away():
    community = Community()
    community.look(NOON, window(at(17), at(19)))
    assert community.look(at(16, 59)) == []
    assert [event.state for event in community.look(at(17))] == ["running"]
    assert [event.state for event in community.look(at(19))] == ["over"]
    away = Community()
    away.look(NOON, window(at(17), at(19)))
    assert [event.state for event in away.look(at(3, day=23))] == ["over"]


def test_an_event_that_is_called_off_while_it_runs_stays_called_off():
    community = Community()
    community.look(NOON, window(at(17), at(19)))
    community.look(at(17))
    community.events["1"] = cancelled(community.only, at(17, 30))
    assert community.look(at(19), window(at(18), at(19))) == []
    with pytest.raises(Refusal, match="called off"):
        check_answer(community.only, at(17, 40))


@pytest.mark.parametrize(("now", "state"), [(at(15, 59), "announced"), (at(16), "announced"), (at(16, 1), "proposed")])
def test_members_are_told_an_hour_before_at_the_latest(now, state):
    community = Community()
    community.look(now, window(at(17), at(19)))
    assert community.only.state == state


def test_members_are_told_18_hours_ahead_at_the_earliest():
    community = Community()
    tomorrow = window(at(17, day=21), at(19, day=21))
    community.look(at(22, 59), tomorrow)
    assert community.only.state == "proposed"
    assert due(community.only, AUTOMATIC, ZONE) == at(23)
    community.look(at(23), tomorrow)
    assert community.only.state == "proposed", "nobody is told at night"
    community.look(at(7, day=21), tomorrow)
    assert community.only.announced == at(7, day=21)


def test_of_a_peak_early_in_the_morning_members_hear_in_the_evening_before():
    rule = replace(AUTOMATIC, ahead=timedelta(hours=6))
    community, early = Community(rule), window(at(7, 30, day=21), at(9, day=21))
    community.look(at(20, 59), early)
    assert community.only.state == "proposed"
    community.look(at(21), early)
    assert community.only.announced == at(21)


@pytest.mark.parametrize(("severity", "state"), [("serious", "proposed"), ("severe", "announced")])
def test_a_night_is_broken_for_a_severe_peak_alone(severity, state):
    community = Community()
    community.look(at(3, day=21), window(at(7, 30, day=21), at(9, day=21), severity))
    assert community.only.state == state


def test_a_severe_peak_of_the_evening_does_not_break_the_night():
    community = Community()
    community.look(at(3, day=21), window(at(17, day=21), at(19, day=21), "severe"))
    assert community.only.state == "proposed"


def test_a_person_may_approve_at_shorter_notice_than_the_rule_has():
    community = Community(PROPOSE)
    community.look(at(16), window(at(17), at(19)))
    community.events["1"] = replace(community.only, approved=True)
    community.look(at(16, 55))
    assert community.only.announced == at(16, 55)


def test_what_a_person_approved_days_ahead_stays_where_it_is_and_is_told_when_it_is_time():
    community = Community(PROPOSE)
    community.look(NOON, window(at(17, day=21), at(19, day=21)))
    community.events["1"] = replace(community.only, approved=True)
    assert community.look(at(13), window(at(18, day=21), at(20, day=21))) == []
    assert community.look(at(14)) == [], "also where its window is gone"
    community.look(at(7, day=21))
    assert (community.only.state, community.only.start) == ("announced", at(17, day=21))


def test_quiet_from_a_time_to_the_same_is_never():
    community = Community(replace(AUTOMATIC, quiet_from=time(0), quiet_to=time(0)))
    community.look(at(3, day=21), window(at(17, day=21), at(19, day=21)))
    assert community.only.state == "announced"


@given(
    a_day=st.integers(1, 3),
    a_week=st.integers(1, 6),
    peaks=st.lists(
        st.tuples(st.integers(0, 20), st.sampled_from((9, 13, 17, 21)), st.sampled_from(("serious", "severe"))),
        unique_by=lambda peak: peak[:2],
        max_size=30,
    ),
)
def test_no_day_and_no_seven_days_have_more_events_than_the_rule_lets_them(a_day, a_week, peaks):
    community = Community(replace(AUTOMATIC, a_day=a_day, a_week=a_week))
    first = datetime(2026, 10, 15, tzinfo=UTC)  # the clocks change on the 25th
    windows = [
        window(start, start + timedelta(hours=1), severity)
        for day, hour, severity in peaks
        for start in [first + timedelta(days=day, hours=hour)]
    ]
    for hour in range(22 * 24):
        now = first + timedelta(hours=hour)
        community.look(now, *(one for one in windows if now < one.start < now + timedelta(days=2)))
    days = [event.start.astimezone(ZONE).toordinal() for event in community.all if event.state in {"announced", "over"}]
    assert all(days.count(day) <= a_day for day in days)
    assert all(sum(day <= other < day + 7 for other in days) <= a_week for day in days)
    assert bool(days) == bool(peaks), "and some are made"


@given(
    length=st.integers(1, 40),
    expected=st.lists(st.none() | st.integers(0, 1000), max_size=45),
)
def test_an_event_is_no_longer_than_people_can_wait_and_lies_where_it_is_hottest(length, expected):
    start, end = NOON, NOON + length * SLOT
    first, last = hottest(start, end, lambda _start, _end: tuple(expected[:length]))
    assert start <= first < last <= end
    assert last - first == min(end - start, LONGEST)
    known = [wh or 0 for wh in expected[:length]] + [0] * (length - len(expected))
    inside = sum(known[(first - start) // SLOT : (last - start) // SLOT])
    room = (last - first) // SLOT
    assert inside == max(sum(known[at : at + room]) for at in range(length - room + 1))


@given(hours=st.lists(st.integers(1, 30), min_size=1, max_size=12), seed=st.randoms(use_true_random=False))
def test_however_a_forecast_moves_an_announced_event_stays_as_people_were_told(hours, seed):
    community = Community(replace(AUTOMATIC, a_day=3, a_week=14))
    now, told = NOON, {}
    for passed in hours:
        now += timedelta(minutes=15 * passed)
        start = now + SLOT * seed.randint(1, 60) - (now - NOON) % SLOT
        community.look(now, window(start, start + SLOT * seed.randint(1, 20)))
        for event in community.all:
            if event.announced is not None:
                assert told.setdefault(event.id, (event.start, event.end, event.announced)) == (
                    event.start,
                    event.end,
                    event.announced,
                )
    spans = sorted((start, end) for start, end, _ in told.values())
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


def test_an_event_in_the_night_of_the_clock_change_has_the_slots_that_its_span_holds():
    start, end = (datetime(2026, 10, 25, hour, tzinfo=UTC) for hour in (0, 2))  # 2:00 to 3:00 by the clock, twice
    community = Community(replace(AUTOMATIC, quiet_from=time(0), quiet_to=time(0)))
    community.look(datetime(2026, 10, 24, 18, tzinfo=UTC), window(start, end))
    assert len(community.only.span) == 8
    assert [event.state for event in community.look(start)] == ["running"]
    assert community.look(start + timedelta(minutes=75)) == [], "the hour that comes twice ends nothing"
    assert [event.state for event in community.look(end)] == ["over"]


@pytest.mark.parametrize(
    ("begins", "ends", "target", "text", "said"),
    [
        (at(17, 5), at(18), 20, "", "quarter of an hour"),
        (at(18), at(18), 20, "", "ends after it begins"),
        (at(11), at(13), 20, "", "in the time to come"),
        (at(17) + timedelta(days=15), at(18) + timedelta(days=15), 20, "", "within 14 days"),
        (at(14), at(18, 15), 20, "", "at most 4 hours"),
        (at(17), at(18), 0, "", "from 1 to 90"),
        (at(17), at(18), 20, "x" * 301, "at most 300 characters"),
        (at(17), at(18), 20, "a\u202eb", "can be seen"),
    ],
)
def test_an_event_that_cannot_be_is_refused_with_what_to_do(begins, ends, target, text, said):
    with pytest.raises(Refusal, match=said):
        check_by_hand(begins, ends, target, text, NOON)


def test_the_text_of_an_event_is_kept_as_it_is_read():
    assert check_by_hand(at(17), at(18), 20, "  The   transformer\nis weak ", NOON) == "The transformer is weak"


def test_an_answer_counts_until_the_end_and_not_before_anybody_was_asked():
    event = Event(id="a", start=at(17), end=at(19), severity="serious", target_percent=20, made=NOON)
    with pytest.raises(Refusal):
        check_answer(event, NOON)
    running = replace(event, state="running", announced=NOON)
    check_answer(running, at(18, 59))
    with pytest.raises(Refusal, match="ended at 2026-11-20 18:00 UTC"):
        check_answer(running, at(19))
