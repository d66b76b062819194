"""Who raises a baseline, stays empty or goes away gains next to nothing, and is seen where it could pay."""

from datetime import timedelta

import pytest

from sceop_hub.core.slots import Span
from sceop_hub.domain.baseline.event import savings
from sceop_hub.domain.baseline.pooled import CAP

from .street import DAY, EVENT_DAY, HERE, at, homes_of, window_of

SPAN = window_of()
NOTICED = SPAN.start - timedelta(hours=1)
ONE = 7
BEFORE = Span(NOTICED - timedelta(hours=3), NOTICED)


def of_one(times, noise=0.3):
    homes = homes_of(noise=noise, times=lambda home, street: times(street) if home == ONE else 1)
    return savings(homes, [ONE], [home for home in homes if home != ONE], SPAN, NOTICED, HERE).homes[ONE]


HONEST = of_one(lambda _street: 1)


@pytest.mark.parametrize("more", [2, 5, 100])
def test_raising_the_hours_before_the_notice_gains_less_than_the_cap(more):
    gamed = of_one(lambda street: 1 + (more - 1) * street.inside(BEFORE))
    assert gamed.baseline_wh - HONEST.baseline_wh < CAP * HONEST.baseline_wh
    assert gamed.audit.same_day.capped_wh <= gamed.audit.same_day.cap_wh


def test_however_much_the_hours_before_are_raised_no_more_counts():
    ten, hundred = (of_one(lambda street, more=more: 1 + (more - 1) * street.inside(BEFORE)) for more in (10, 100))
    assert ten.audit.same_day.capped_wh == hundred.audit.same_day.cap_wh < ten.audit.same_day.wh
    assert ten.baseline_wh == hundred.baseline_wh


@pytest.mark.parametrize("more", [4, 100])
def test_raised_hours_before_the_notice_are_seen(more):
    assert of_one(lambda street: 1 + (more - 1) * street.inside(BEFORE)).raised == "hours"


@pytest.mark.parametrize("days", [2, 3, 5, 7])
def test_raised_days_before_are_seen(days):
    spans = [window_of(EVENT_DAY - ago * DAY) for ago in range(1, days + 1)]
    assert of_one(lambda street: 1 + 2 * street.inside(*spans)).raised == "days"


def test_an_honest_home_raised_nothing():
    assert HONEST.raised is None


def test_a_cold_week_of_everybody_is_nobodys_doing():
    spans = [window_of(EVENT_DAY - ago * DAY) for ago in range(1, 6)]
    homes = homes_of(noise=0.3, times=lambda _home, street: 1 + street.inside(*spans))
    found = savings(homes, range(10), range(10, 50), SPAN, NOTICED, HERE)
    assert [one.raised for one in found.homes.values()] == [None] * 10


def test_an_empty_month_claims_nothing():
    away = Span(at(0, EVENT_DAY - 30 * DAY), SPAN.end)
    gone = of_one(lambda street: 1 - 0.95 * street.inside(away))
    assert (gone.call, gone.why) == ("none", "idle")


def test_an_idle_home_claims_nothing():
    idle = of_one(lambda _street: 0.01)
    assert (idle.call, idle.why) == ("none", "idle")


def test_a_home_without_any_use_has_a_baseline_of_nothing():
    empty = of_one(lambda _street: 0)
    assert (empty.baseline_wh, empty.actual_wh, empty.call, empty.why) == (0, 0, "none", "idle")


def test_who_leaves_for_a_vacation_on_the_day_saved_nothing():
    left = of_one(lambda street: 1 - 0.95 * street.inside(Span(at(9), SPAN.end)), noise=0.1)
    assert (left.call, left.why) == ("none", "idle")


def test_who_is_at_home_and_switches_all_off_did_save():
    off = of_one(lambda street: 1 - 0.95 * street.inside(SPAN), noise=0.1)
    assert (off.call, off.why) == ("saved", None)


def test_a_home_that_lives_as_ever_but_with_less_is_not_idle():
    small = of_one(lambda _street: 0.3)
    assert small.why == "uncertain"
