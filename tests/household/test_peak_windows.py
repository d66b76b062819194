"""Peak windows are worked out anew each hour, and people still hear of one window, not of five."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given, strategies as st

from custom_components.sceop.core.forecast.windows import Severity, Window
from custom_components.sceop.core.slots import SLOT, slot_of
from custom_components.sceop.peak_windows import KEPT, PeakWindow, Whose, follow, leading, next_edge

NOW = datetime(2026, 6, 10, 16, 1, tzinfo=UTC)
SLOT_NOW = slot_of(NOW)


def window(first, last, power_w=4000):
    """Return a window from one slot to another, counted from the running one."""
    return Window(SLOT_NOW + first * SLOT, SLOT_NOW + last * SLOT, power_w, 3000, 0.7, Severity.SERIOUS)


spans = st.tuples(st.integers(-300, 150), st.integers(1, 20)).map(lambda each: window(each[0], each[0] + each[1]))
coming = st.tuples(st.integers(0, 150), st.integers(1, 20)).map(lambda each: window(each[0], each[0] + each[1]))


@given(st.lists(spans, max_size=6), st.lists(coming, max_size=4))
def test_no_window_of_the_past_is_changed_and_every_new_one_is_there(kept, new):
    told = follow(kept, new, NOW)
    assert list(told) == sorted(told, key=lambda each: each.start)
    assert all(each in told for each in kept if NOW - KEPT < each.end <= NOW)
    assert not any(each.end <= NOW - KEPT for each in told)
    assert all(any(each.end == one.end for each in told) for one in new)
    assert all(each.start < each.end for each in told)


def test_a_window_that_runs_keeps_its_beginning_and_its_height():
    (told,) = follow([window(-4, 6, power_w=5000)], [window(0, 8)], NOW)
    assert told == replace(window(-4, 8), power_w=5000)


def test_a_window_that_is_not_expected_any_more_ends_now_or_never_comes():
    assert follow([window(-4, 6), window(20, 24)], [], NOW) == (window(-4, 0),)
    assert follow([window(0, 6)], [], NOW) == ()


def test_told_again_in_the_same_slot_nothing_changes():
    kept = follow([window(-4, 6)], [window(0, 6), window(40, 44)], NOW)
    assert follow(kept, [window(0, 6), window(40, 44)], NOW + timedelta(minutes=2)) == kept


def test_where_windows_meet_the_graver_one_leads_and_else_the_homes_own():
    def told(whose, first, last, severity):
        return PeakWindow(whose, replace(window(first, last), severity=severity))

    mild, severe = Severity.MILD, Severity.SEVERE
    own, others = told(Whose.SITE, 4, 10, mild), told(Whose.COMMUNITY, 6, 12, severe)
    assert leading([own, others], NOW) == others
    assert leading([own, others], SLOT_NOW + 5 * SLOT) == own
    assert leading([own, others], SLOT_NOW + 7 * SLOT) == others
    equal = told(Whose.SITE, 8, 9, severe)
    assert leading([others, equal], NOW) == equal
    assert leading([own, told(Whose.COMMUNITY, 20, 24, severe)], NOW) == own
    assert leading([own], SLOT_NOW + 10 * SLOT) is None


def test_edges_come_one_after_the_other():
    told = [PeakWindow(Whose.SITE, window(-4, 6)), PeakWindow(Whose.COMMUNITY, window(4, 8))]
    assert [next_edge(told, SLOT_NOW + number * SLOT) for number in (0, 4, 6, 8)] == [
        SLOT_NOW + 4 * SLOT,
        SLOT_NOW + 6 * SLOT,
        SLOT_NOW + 8 * SLOT,
        None,
    ]
