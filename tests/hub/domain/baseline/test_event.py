from dataclasses import asdict, replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.forecast.series import Series
from sceop_hub.core.forecast.surroundings import Place, Weather
from sceop_hub.core.slots import SLOT, Span, local_midnight
from sceop_hub.domain.baseline.event import savings
from sceop_hub.domain.baseline.window import without

from .street import DAY, EVENT_DAY, FIRST, HERE, PAST_DAYS, VIENNA, at, homes_of, window_of

HOUR = timedelta(hours=1)
SPAN = window_of()
NOTICED = SPAN.start - HOUR
JOINED, OTHERS = range(20), range(20, 50)


def saving(share, span=SPAN):
    return lambda home, street: 1 - share * (street.inside(span) if home in JOINED else 0)


def judged(homes, joined=JOINED, others=OTHERS, span=SPAN, noticed=NOTICED, **given):
    return savings(homes, joined, others, span, noticed, HERE, **given)


def with_gap(series, span):
    return without(series, [span])


def test_homes_that_did_nothing_are_told_that_nothing_is_sure():
    group = judged(homes_of()).group
    assert (group.call, group.why) == ("none", "uncertain")
    assert group.low_wh <= 0 <= group.high_wh


def test_what_a_group_saved_is_seen_and_lies_in_its_interval():
    used = homes_of()
    group = judged(homes_of(times=saving(0.5))).group
    truth = sum(float(used[home].wh[-8:].sum()) for home in JOINED) * 0.5
    assert group.call == "saved"
    assert group.low_wh < truth < group.high_wh


def test_a_group_that_used_more_is_told_so():
    assert judged(homes_of(times=saving(-0.8))).group.call == "more"


def test_the_group_is_the_sum_of_its_homes():
    found = judged(homes_of())
    assert found.group.baseline_wh == pytest.approx(sum(one.baseline_wh for one in found.homes.values()), abs=20)
    assert found.group.actual_wh == sum(one.actual_wh for one in found.homes.values())


def test_figures_are_whole_and_fit_each_other():
    found = judged(homes_of(times=saving(0.3)))
    for one in (*found.homes.values(), found.group):
        assert all(isinstance(wh, int) for wh in (one.baseline_wh, one.actual_wh, one.low_wh, one.mid_wh, one.high_wh))
        assert one.mid_wh == one.baseline_wh - one.actual_wh
        assert one.low_wh <= one.mid_wh <= one.high_wh or one.low_wh < one.high_wh


def test_the_order_in_which_homes_come_changes_nothing():
    homes = homes_of()
    assert judged(dict(reversed(homes.items())), reversed(JOINED), reversed(OTHERS)) == judged(homes)


def test_what_the_day_did_to_everybody_is_no_saving():
    def mild(_home, street):
        return 1 - 0.3 * street.inside(Span(NOTICED, SPAN.end))

    beside = judged(homes_of(120, times=mild), others=range(20, 120)).group
    alone = judged(homes_of(120, times=mild), others=()).group
    assert alone.mid_wh > 1.8 * beside.mid_wh
    assert beside.audit.comparison.homes == 100
    assert beside.audit.comparison.ratio == pytest.approx(0.7, abs=0.06)


def test_fewer_comparison_homes_than_the_rule_asks_are_not_compared_with():
    assert judged(homes_of(), others=range(20, 34)).group.audit.comparison.homes == 0
    assert judged(homes_of(), others=range(20, 35)).group.audit.comparison.homes == 15
    assert judged(homes_of(), others=range(20, 34), fewest=14).group.audit.comparison.homes == 14


def test_a_factory_is_no_comparison_home():
    homes = homes_of(times=lambda home, _street: 60 if home == 30 else 1)
    assert judged(homes).group.audit.comparison.homes == 29


def test_who_joined_is_never_a_comparison_home():
    assert judged(homes_of(), others=range(50)).group.audit.comparison.homes == 30


def test_a_home_that_lacks_a_slot_of_the_event_is_left_out_and_counted():
    homes = homes_of()
    homes[3] = with_gap(homes[3], Span(SPAN.start, SPAN.start + SLOT))
    found = judged(homes)
    assert (found.homes[3].call, found.homes[3].why, found.homes[3].mid_wh) == ("none", "incomplete", None)
    assert found.homes[3].actual_wh is None
    assert (found.group.complete, found.group.audit.homes, found.group.audit.left_out) == (False, 19, 1)


def test_nothing_is_called_of_a_group_of_which_much_is_missing():
    homes = homes_of(times=saving(0.9))
    for home in range(5):
        homes[home] = with_gap(homes[home], SPAN)
    group = judged(homes).group
    assert (group.call, group.why) == ("none", "incomplete")


def test_nothing_is_said_when_all_that_joined_were_offline():
    homes = homes_of()
    for home in JOINED:
        homes[home] = with_gap(homes[home], SPAN)
    group = judged(homes).group
    assert (group.call, group.why, group.mid_wh) == ("none", "incomplete", None)


def test_nobody_who_joined_is_no_group():
    found = judged(homes_of(), joined=())
    assert dict(found.homes) == {}
    assert found.group.why == "incomplete"


def test_a_home_of_a_few_days_is_too_young():
    homes = homes_of()
    homes[0] = Series(homes[0].end - 6 * DAY, homes[0].wh[-6 * 96 :])
    assert (judged(homes).homes[0].call, judged(homes).homes[0].why) == ("none", "young")


def test_a_community_of_a_few_days_is_too_young():
    found = judged(homes_of(days=9))
    assert {one.why for one in found.homes.values()} == {"young"}
    assert found.group.why == "young"


def test_three_weeks_of_past_are_enough():
    assert judged(homes_of(days=21, times=saving(0.6))).group.call == "saved"


def test_gaps_in_the_past_are_no_zeros():
    homes = homes_of(noise=0.05)
    whole = judged(homes).homes[0].baseline_wh
    gaps = [Span(at(17.25, FIRST + day * DAY), at(17.5, FIRST + day * DAY)) for day in (52, 50, 47, 40)]
    homes[0] = without(homes[0], gaps)
    assert judged(homes).homes[0].baseline_wh == pytest.approx(whole, rel=0.08)


def test_an_event_that_was_joined_before_is_no_day_to_compare_with():
    earlier = window_of(EVENT_DAY - DAY)
    homes = homes_of(noise=0.05, times=saving(0.95, span=earlier))
    aside = {home: without(series, [earlier]) for home, series in homes.items()}
    assert judged(aside).group.baseline_wh > 1.05 * judged(homes).group.baseline_wh
    assert judged(aside).homes[0].audit.days[0].day == EVENT_DAY - DAY
    assert judged(aside).homes[0].audit.days[0].weight == 0


def test_a_day_after_the_notice_counts_for_nothing():
    noticed = at(12, EVENT_DAY - DAY)
    homes, raised = homes_of(), homes_of(times=saving(-5, span=window_of(EVENT_DAY - DAY)))
    assert judged(raised, noticed=noticed).homes == judged(homes, noticed=noticed).homes


def test_what_comes_after_the_notice_does_not_move_the_baseline():
    homes, moved = homes_of(), homes_of(times=saving(-3, span=Span(NOTICED, SPAN.start)))
    assert judged(moved).group.baseline_wh == judged(homes).group.baseline_wh


@pytest.mark.parametrize("day", [date(2026, 3, 29), date(2026, 10, 25)])
def test_the_night_of_a_clock_change_has_savings_like_any_other(day):
    span = Span(at(1, day), at(4, day))
    night = homes_of(end=span.end, day=day, noise=0.1)
    found = judged(night, span=span, noticed=span.start - HOUR)
    slots = 8 if day.month == 3 else 16
    assert len(found.group.audit.slots_wh) == len(span) == slots
    assert all(np.isfinite(found.group.audit.slots_wh))
    assert found.group.baseline_wh == pytest.approx(found.group.actual_wh, rel=0.2)


def test_an_evening_is_compared_with_evenings_by_the_clock_on_the_wall():
    day = date(2026, 4, 9)
    homes = homes_of(day=day, end=at(19, day), noise=0.05)
    group = judged(homes, span=window_of(day), noticed=at(16, day)).group
    assert group.baseline_wh == pytest.approx(group.actual_wh, rel=0.12)


def test_an_event_over_midnight_is_one_window():
    span = Span(at(23), at(1, EVENT_DAY + DAY))
    group = judged(homes_of(end=span.end, noise=0.05), span=span, noticed=span.start - HOUR).group
    assert group.baseline_wh == pytest.approx(group.actual_wh, rel=0.12)


def test_the_cold_is_no_waste_where_the_weather_is_known():
    hours = (PAST_DAYS + 1) * 24
    chance = np.random.default_rng(4)
    degrees = np.repeat(np.concatenate([chance.uniform(2, 14, PAST_DAYS), [-2.0]]), 24)
    begin = local_midnight(FIRST, VIENNA)
    known = Weather(begin, degrees, np.full(hours, np.nan), np.full(hours, np.nan))

    def heated(_home, street):
        return 1 + 0.08 * (15 - degrees[np.minimum(np.arange(street.count) // 4, hours - 1)])

    homes = homes_of(times=heated, noise=0.1)
    blind, seeing = judged(homes, others=()).group, judged(homes, others=(), weather=known).group
    assert abs(seeing.mid_wh) < 0.4 * abs(blind.mid_wh)
    assert seeing.spread_wh < blind.spread_wh
    assert judged(homes, others=(), weather=known).homes[0].audit.warmth.heating_c > 5


def test_weather_that_asks_for_nothing_is_left_out():
    hours = (PAST_DAYS + 1) * 24
    degrees = np.repeat(np.random.default_rng(4).uniform(2, 14, PAST_DAYS + 1), 24)
    known = Weather(local_midnight(FIRST, VIENNA), degrees, np.full(hours, np.nan), np.full(hours, np.nan))
    assert judged(homes_of(), weather=known) == judged(homes_of())


def test_half_hours_are_told_like_quarters():
    quarters = homes_of(noise=0.2)
    halves = {h: Series(s.start, s.wh.reshape(-1, 2).sum(1), 2 * SLOT) for h, s in quarters.items()}
    assert judged(halves).group.baseline_wh == pytest.approx(judged(quarters).group.baseline_wh, rel=0.001)


def test_homes_that_count_in_different_steps_are_refused():
    homes = homes_of(4)
    homes[0] = replace(homes[0], step=timedelta(minutes=30))
    with pytest.raises(ValueError, match="same steps"):
        judged(homes, joined=[0], others=[1])


def test_holidays_are_compared_with_days_of_rest():
    def at_home(_home, street):
        return np.where(street.weekday == 6, 1.8, 1)

    assert EVENT_DAY.weekday() != 6
    homes = homes_of(times=at_home, noise=0.05)
    feast = Place(VIENNA, lambda day: day == EVENT_DAY)
    works, rests = (savings(homes, JOINED, (), SPAN, NOTICED, place).group.baseline_wh for place in (HERE, feast))
    assert rests > 1.03 * works


@pytest.mark.parametrize("slots", [1, 2, 40, 110])
def test_an_event_may_be_a_slot_or_a_day_long(slots):
    span = Span(SPAN.start, SPAN.start + slots * SLOT)
    group = judged(homes_of(end=span.end, noise=0.1), span=span).group
    assert len(group.audit.slots_wh) == slots
    assert group.baseline_wh == pytest.approx(group.actual_wh, rel=0.2)


def test_no_homes_at_all_have_saved_nothing_that_is_known():
    assert judged({}, joined=(), others=()).group.why == "incomplete"


def test_three_homes_that_all_joined_are_told_of_without_comparison():
    found = judged(homes_of(3), joined=range(3), others=())
    assert found.group.audit.comparison.homes == 0
    assert {one.why for one in found.homes.values()} <= {"uncertain", None}


def numbers(value):
    """Return every number in a value, however deep."""
    if isinstance(value, dict):
        return [number for part in value.values() for number in numbers(part)]
    if isinstance(value, list | tuple):
        return [number for part in value for number in numbers(part)]
    return [value] if isinstance(value, float) else []


@settings(max_examples=25, deadline=None)
@given(
    gaps=st.lists(st.tuples(st.integers(0, 9), st.integers(0, PAST_DAYS), st.integers(1, 500)), max_size=60),
    flat=st.sets(st.integers(0, 9)),
    joined=st.sets(st.integers(0, 9)),
    ahead=st.integers(0, 60),
)
def test_whatever_is_missing_no_figure_is_nonsense(gaps, flat, joined, ahead):
    homes = homes_of(10)
    for home in flat:
        homes[home] = replace(homes[home], wh=homes[home].wh * 0)
    for home, day, slots in gaps:
        begin = local_midnight(FIRST + day * DAY, VIENNA)
        homes[home] = without(homes[home], [Span(begin, begin + slots * SLOT)])
    found = judged(homes, joined=joined, others=range(10), noticed=SPAN.start - ahead * HOUR, fewest=3)
    assert all(np.isfinite(number) for number in numbers(asdict(found)))
    for one in (*found.homes.values(), found.group):
        assert one.baseline_wh is None or one.baseline_wh >= 0
        assert (one.mid_wh is None) == (one.low_wh is None) == (one.high_wh is None)
        assert one.call == "none" or (one.complete or one is found.group)
