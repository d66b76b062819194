"""Findings: an anomaly is the same one at every look, and what a person said of it holds."""

from datetime import timedelta

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.core.anomaly.anomaly import Anomaly, Kind
from custom_components.sceop.core.forecast.windows import Severity
from custom_components.sceop.core.warnings.findings import Answer, Findings, Mute, State
from tests.household.core.test_warnings import DAY, HOUR, NOON


def stuck(since=NOON - HOUR, until=NOON, kind=Kind.STUCK, channel="consumption", power_w=1000, sureness=0.9):
    return Anomaly(kind, channel, since, until, power_w, 720 * power_w, sureness)


def states(findings, now):
    return [findings.state(one, now) for one in findings.each]


def test_a_second_look_finds_the_same():
    first = Findings().look([stuck()], NOON)
    again = first.look([stuck(until=NOON + HOUR, power_w=1100)], NOON + HOUR)
    (one,) = again.each
    assert (one.found, one.anomaly.power_w, one.id) == (NOON, 1100, first.each[0].id)


def test_what_seems_to_begin_elsewhere_when_more_of_the_past_is_known_is_still_the_same():
    first = Findings().look([stuck(since=NOON - 5 * HOUR)], NOON)
    for since in (NOON - 6 * HOUR, NOON - 4 * HOUR):
        (one,) = first.look([stuck(since=since, until=NOON + HOUR, power_w=1100)], NOON + HOUR).each
        assert (one.found, one.anomaly.power_w, one.id) == (NOON, 1100, first.each[0].id)


def test_what_begins_after_another_has_ended_or_is_of_another_kind_is_another():
    first = Findings().look([stuck(since=NOON - 5 * HOUR, until=NOON - 4 * HOUR)], NOON)
    assert len(first.look([stuck(since=NOON - 4 * HOUR)], NOON).each) == 2
    assert len(first.look([stuck(since=NOON - 6 * HOUR, kind=Kind.UNUSUAL)], NOON).each) == 2
    assert len(first.look([stuck(since=NOON - 6 * HOUR, channel="load.pump")], NOON).each) == 2


def test_what_is_not_found_any_more_is_over_and_can_still_be_read():
    findings = Findings().look([stuck()], NOON).look([], NOON + HOUR)
    assert states(findings, NOON + HOUR) == [State.OVER]
    assert findings.open(NOON + HOUR) == []
    assert findings.look([], NOON + 91 * DAY).each == ()


def test_of_what_began_before_all_that_is_seen_a_look_cannot_say_that_it_is_over():
    first = Findings().look([stuck()], NOON)
    for seen_from in ({}, {"consumption": NOON + HOUR}):
        later = first.look([], NOON + HOUR, seen_from)
        assert states(later, NOON + HOUR) == [State.OPEN]
        assert states(later.look([], NOON + 4 * HOUR, seen_from), NOON + 4 * HOUR) == [State.OVER]
    assert states(first.look([], NOON + HOUR, {"consumption": NOON - DAY}), NOON + HOUR) == [State.OVER]


def test_a_look_also_finds_what_has_lain_back_for_days_and_that_is_over():
    seen = Findings().look([stuck(), stuck(kind=Kind.STANDBY)], NOON + 4 * HOUR)
    assert states(seen, NOON + 4 * HOUR) == [State.OVER, State.OPEN]


@pytest.mark.parametrize("kind", list(Kind))
def test_what_had_ended_more_than_a_day_before_it_was_found_is_over_until_there_is_more_of_it(kind):
    first = Findings().look([stuck(since=NOON - 3 * DAY, until=NOON - 26 * HOUR, kind=kind)], NOON)
    assert states(first, NOON) == [State.OVER]
    again = first.look([stuck(since=NOON - 3 * DAY, until=NOON - 26 * HOUR, kind=kind)], NOON + HOUR)
    assert states(again, NOON + HOUR) == [State.OVER]
    more = again.look([stuck(since=NOON - 3 * DAY, until=NOON + HOUR, kind=kind)], NOON + 2 * HOUR)
    assert states(more, NOON + 2 * HOUR) == [State.OPEN]


@pytest.mark.parametrize("kind", [Kind.SPIKE, Kind.BACKWARDS, Kind.STANDBY, Kind.NIGHT_CYCLING, Kind.LOW_PRODUCTION])
def test_what_was_told_in_time_stands_for_longer_than_a_day(kind):
    first = Findings().look([stuck(kind=kind)], NOON)
    assert states(first.look([stuck(kind=kind)], NOON + 30 * HOUR), NOON + 30 * HOUR) == [State.OPEN]


def test_this_was_me_is_remembered_when_the_season_comes_again():
    findings = Findings().look([stuck()], NOON)
    findings = findings.answered(findings.each[0], Answer.THIS_WAS_ME)
    assert len(findings.look([], NOON + 380 * DAY).each) == 1
    assert findings.look([], NOON + 401 * DAY).each == ()


def test_what_is_found_again_goes_on():
    findings = Findings().look([stuck()], NOON).look([], NOON + HOUR).look([stuck()], NOON + 2 * HOUR)
    assert states(findings, NOON + 2 * HOUR) == [State.OPEN]


@pytest.mark.parametrize(
    ("answer", "state"), [(Answer.ACKNOWLEDGE, State.ACKNOWLEDGED), (Answer.THIS_WAS_ME, State.THIS_WAS_ME)]
)
def test_an_answer_holds_until_it_is_taken_back(answer, state):
    findings = Findings().look([stuck()], NOON)
    answered = findings.answered(findings.each[0], answer).look([stuck()], NOON + HOUR)
    assert states(answered, NOON + HOUR) == [state]
    assert states(answered.answered(answered.each[0], Answer.REOPEN), NOON) == [State.OPEN]


def test_a_mute_silences_the_next_one_of_its_kind_until_it_ends():
    findings = Findings().look([stuck()], NOON)
    mute = Mute(Kind.STUCK, "consumption", NOON + 7 * DAY, "Holiday")
    muted = findings.answered(findings.each[0], Answer.MUTE, mute)
    again = {"since": NOON + DAY, "until": NOON + DAY + HOUR}
    later = muted.look([stuck(**again), stuck(**again, channel="load.pump")], NOON + DAY)
    assert [each.anomaly.channel for each in later.open(NOON + DAY)] == ["load.pump"]
    assert len(later.open(NOON + 7 * DAY)) == 2
    assert later.answered(later.each[1], Answer.REOPEN).mutes == ()
    assert later.look([], NOON + 7 * DAY).mutes == ()


def test_how_grave_it_is():
    def grave(**how):
        return Findings().look([stuck(**how)], NOON).each[0].severity

    assert grave() is Severity.SERIOUS
    assert grave(power_w=80) is Severity.MILD
    assert grave(sureness=0.4) is Severity.MILD
    assert grave(kind=Kind.STANDBY) is Severity.MILD
    assert grave(kind=Kind.FROZEN, power_w=0) is Severity.SERIOUS


anomalies = st.lists(
    st.builds(
        stuck,
        since=st.integers(0, 50).map(lambda hours: NOON - hours * HOUR),
        kind=st.sampled_from(Kind),
        channel=st.sampled_from(["consumption", "production", "load.pump"]),
        sureness=st.floats(0, 1),
    ),
    max_size=8,
    unique_by=lambda anomaly: anomaly.key,
)


@given(first=anomalies, second=anomalies, answer=st.sampled_from(Answer))
def test_a_restart_changes_nothing(first, second, answer):
    findings = Findings().look(first, NOON).look(second, NOON + HOUR)
    for one in findings.each[:2]:
        mute = Mute(one.anomaly.kind, one.anomaly.channel, NOON + timedelta(days=3), "so") if answer == "mute" else None
        findings = findings.answered(one, answer, mute)
    assert Findings.from_json(findings.to_json()) == findings
    assert len({one.id for one in findings.each}) == len(findings.each)
