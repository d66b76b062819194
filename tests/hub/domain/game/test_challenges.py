"""Challenges: what may change while they run, how far they have come, and what they would have been last month."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sceop_hub.core.slots import from_number, local_midnight, to_number
from sceop_hub.domain.game.challenge import TEMPLATES, Hours, Template, called_off, edited, made
from sceop_hub.domain.game.progress import Progress, before, elapsed, previewed, progress, trials
from sceop_hub.domain.refusal import Refusal

ZONE = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 5, 4, 12, tzinfo=UTC)
FIRST = date(2026, 5, 11)


def challenge(kind="save_together", first=FIRST, now=NOW, **more):
    known = TEMPLATES[kind]
    given_ = {"scope": known.scope, "goal": known.goal, "days": 7, "points": 40, "hours": known.hours} | more
    template = Template(
        kind, given_["scope"], given_["goal"], given_["days"], given_["points"], known.unit, given_["hours"]
    )
    return made("c", template, ("Save", "Together"), first, now, ZONE)


def refused(work, *given_, **more):
    with pytest.raises(Refusal) as refusal:
        work(*given_, **more)
    return refusal.value.sentence


def test_a_challenge_runs_for_whole_local_days():
    found = challenge()
    assert (found.start, found.end) == (datetime(2026, 5, 10, 22, tzinfo=UTC), datetime(2026, 5, 17, 22, tzinfo=UTC))
    states = [found.state(at) for at in (NOW, found.start, found.end - timedelta(seconds=1), found.end)]
    assert states == ["planned", "running", "running", "over"]


def test_a_challenge_over_the_change_of_clocks_has_the_days_that_people_live():
    found = challenge(first=date(2026, 10, 19), now=datetime(2026, 10, 12, tzinfo=UTC))
    first, end = elapsed(found, found.end)
    assert end - first == 7 * 96 + 4


@pytest.mark.parametrize(
    "wrong", [{"goal": 0}, {"goal": 51}, {"days": 0}, {"days": 93}, {"points": 4}, {"points": 101}, {"scope": "street"}]
)
def test_what_no_challenge_can_be_is_refused_with_a_sentence(wrong):
    assert refused(challenge, **wrong).endswith(".")


def test_a_challenge_begins_tomorrow_at_the_earliest_and_within_a_year():
    for first in (date(2026, 5, 4), date(2026, 5, 3), date(2027, 6, 1)):
        assert "tomorrow or later" in refused(challenge, first=first)
    assert challenge(first=date(2026, 5, 5)).state(NOW) == "planned"


def test_hours_are_those_of_a_day_and_may_go_over_midnight():
    night = Hours(22, 6)
    assert [hour for hour in range(24) if hour in night] == [0, 1, 2, 3, 4, 5, 22, 23]
    assert "do not end where they begin" in refused(challenge, kind="lights_out", hours=Hours(0, 24))
    assert "from 0 to 24" in refused(challenge, kind="lights_out", hours=Hours(22, 25))


def test_while_it_runs_its_words_may_change_and_its_end_move_later():
    found = challenge()
    now = found.start + timedelta(days=1)
    changed = edited(found, now, ZONE, title="Go on", text="", last=date(2026, 5, 20))
    assert (changed.title, changed.text, changed.end) == ("Go on", "", datetime(2026, 5, 20, 22, tzinfo=UTC))
    assert changed.ends == (found.end, changed.end)
    unchanged = ("id", "kind", "scope", "goal", "points", "hours", "announced", "start", "settled")
    assert [getattr(changed, name) for name in unchanged] == [getattr(found, name) for name in unchanged]


def test_an_end_never_moves_earlier_and_what_is_over_stays():
    found = challenge()
    words = {"title": "x", "text": ""}
    assert "never shorter" in refused(edited, found, NOW, ZONE, **words, last=date(2026, 5, 16))
    assert "at most" in refused(edited, found, NOW, ZONE, title="x", text="y" * 501)
    assert "1 to 92 days" in refused(edited, found, NOW, ZONE, **words, last=date(2026, 9, 1))
    assert "is over" in refused(edited, found, found.end, ZONE, **words)
    assert "is over" in refused(called_off, found, found.end)
    cancelled = called_off(found, NOW)
    assert cancelled.state(NOW) == "cancelled"
    assert "is over" in refused(edited, cancelled, NOW, ZONE, **words)


def use(first, end, wh):
    """Return what a home uses from one local day to another; `wh` tells it from the local time."""
    slots = range(to_number(local_midnight(first, ZONE)), to_number(local_midnight(end, ZONE)))
    return {slot: float(wh(from_number(slot).astimezone(ZONE))) for slot in slots}


START = date(2026, 4, 1)


def life(change, wh=lambda _at: 100.0):
    """Live as ever, and from the challenge's first day on as `change` has it."""
    began = datetime(2026, 5, 11, tzinfo=ZONE)
    return use(START, date(2026, 5, 18), lambda at: wh(at) * (change(at) if at >= began else 1))


def came(found, used, end=None, **more):
    return progress(found.kind, found.hours, used, elapsed(found, end or found.end), before(found, ZONE), ZONE, **more)


def test_saving_together_is_counted_against_the_same_times_of_the_weeks_before_the_announcement():
    evening = lambda at: 300.0 if at.hour >= 18 else 50.0 + at.weekday()  # noqa: E731 - a life in a line
    found = challenge()
    assert came(found, life(lambda _at: 0.9, evening)) == Progress(10.0)
    half = found.start + timedelta(days=3, hours=5)
    assert came(found, life(lambda _at: 0.9, evening), half) == Progress(10.0)


def test_what_is_wasted_between_announcement_and_start_does_not_raise_what_it_is_measured_by():
    wasted = {
        slot: wh * 3
        if datetime(2026, 5, 4, tzinfo=ZONE) <= from_number(slot) < datetime(2026, 5, 11, tzinfo=ZONE)
        else wh
        for slot, wh in life(lambda _at: 1).items()
    }
    assert came(challenge(), wasted) == Progress(0.0)


def test_peaks_are_shaved_by_how_far_each_days_highest_quarter_hour_lies_lower():
    evening = lambda at: 400.0 if at.hour == 19 else 100.0  # noqa: E731 - a life in a line
    flatter = life(lambda at: 0.75 if at.hour == 19 else 1.1, evening)
    assert came(challenge("shave_peaks"), flatter) == Progress(25.0)


def test_the_noon_is_filled_by_what_moves_into_it_and_not_by_using_more():
    found = challenge("solar_noon")
    assert came(found, life(lambda _at: 2.0)) == Progress(0.0)
    moved = life(lambda at: 1.5 if 11 <= at.hour < 15 else 0.9)
    assert came(found, moved) == Progress(round(100 * (4 * 1.5 / 24 - 4 / 24), 1))


def test_lights_out_looks_at_its_hours_alone():
    found = challenge("lights_out")
    assert came(found, life(lambda at: 0.5 if at.hour in Hours(22, 6) else 3.0)) == Progress(50.0)


def test_too_little_data_is_no_figure_and_never_a_win():
    found, used = challenge(), life(lambda _at: 0.5)
    start = to_number(found.start)
    assert came(found, used, found.start) == Progress(None, "too_early")
    assert came(found, {slot: wh for slot, wh in used.items() if slot % 8}).why == "incomplete"
    assert came(found, {slot: wh for slot, wh in used.items() if slot > start - 7 * 96}).why == "no_past"
    assert not Progress(None, "incomplete").reaches(1)


def test_a_few_gaps_change_nothing():
    used = life(lambda _at: 0.8)
    assert came(challenge(), {slot: wh for slot, wh in used.items() if slot % 20}) == Progress(20.0)


def test_an_empty_home_wins_nothing_and_days_away_are_left_out():
    found = challenge()
    vacation = life(lambda _at: 0.2)
    assert came(found, vacation, one_home=True) == Progress(None, "away")
    assert came(found, vacation) == Progress(80.0)
    weekend = life(lambda at: 0.2 if at.weekday() >= 5 else 1.0)
    assert came(found, weekend, one_home=True) == Progress(0.0)


@given(st.sampled_from(sorted(TEMPLATES)), st.floats(0, 2), st.booleans())
def test_progress_is_the_same_however_large_a_home_is(kind, change, alone):
    found, small = challenge(kind), life(lambda at: change if at.hour >= 12 else 1)
    large = {slot: wh * 64 for slot, wh in small.items()}
    assert came(found, small, one_home=alone) == came(found, large, one_home=alone)


def test_a_home_that_used_nothing_before_has_no_progress():
    assert came(challenge(), dict.fromkeys(life(lambda _at: 1), 0.0)).why == "no_past"


def test_the_preview_tells_what_it_would_have_been_in_each_run_of_days_of_the_last_month():
    today = date(2026, 5, 18)
    first = from_number(previewed(7, today, ZONE)[0]).astimezone(ZONE).date()
    used = use(first, today, lambda at: 80.0 if at >= datetime(2026, 5, 11, tzinfo=ZONE) else 100.0)
    found = trials("save_together", None, 7, used, today, ZONE)
    assert [(one.first, one.last) for one in found][:2] == [
        (date(2026, 5, 11), date(2026, 5, 17)),
        (date(2026, 5, 4), date(2026, 5, 10)),
    ]
    assert [one.progress.value for one in found] == [20.0, 0.0, 0.0, 0.0]


def test_a_preview_of_a_long_challenge_looks_once():
    today = date(2026, 5, 18)
    assert len(trials("save_together", None, 60, {}, today, ZONE)) == 1
    assert trials("save_together", None, 60, {}, today, ZONE)[0].progress.why == "no_past"
