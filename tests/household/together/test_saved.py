"""What a month's events saved adds up, its interval grows slower than the events, and nothing is called across zero."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, strategies as st

from custom_components.sceop.core.forecast.windows import Severity
from custom_components.sceop.hub.invited import Answer, By, Call, PeakEvent, Savings, Stage
from custom_components.sceop.saved import saved_in_month

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)

edges = st.lists(st.integers(-5_000, 5_000), min_size=3, max_size=3).map(sorted)


def event(number, figures, *, answer=Answer.YES, start=NOW - timedelta(days=10)):
    savings = None if figures is None else Savings(*figures, None, Call.NONE, 0, final=True)
    begin = start + number * 2 * HOUR
    return PeakEvent(
        f"e{number}", begin, begin + HOUR, begin, Stage.SETTLED, Severity.SERIOUS, 20, answer, By.DASHBOARD, 20, savings
    )


@given(st.lists(edges, max_size=20), st.randoms())
def test_a_sum_does_not_depend_on_the_order_and_its_interval_is_within_that_of_the_sums(figures, dice):
    events = [event(number, each) for number, each in enumerate(figures)]
    saved = saved_in_month(events, NOW, AMSTERDAM)
    dice.shuffle(events)
    again = saved_in_month(events, NOW, AMSTERDAM)
    assert abs(again.low_wh - saved.low_wh) <= 1
    assert abs(again.high_wh - saved.high_wh) <= 1
    assert saved.mid_wh == again.mid_wh == sum(mid for _, mid, _ in figures)
    assert sum(low for low, _, _ in figures) - 1 <= saved.low_wh <= saved.mid_wh
    assert saved.mid_wh <= saved.high_wh <= sum(high for _, _, high in figures) + 1


def test_ten_evenings_say_what_one_does_not():
    one = (-500, 300, 1_100)
    assert not saved_in_month([event(0, one)], NOW, AMSTERDAM).called
    ten = saved_in_month([event(number, one) for number in range(10)], NOW, AMSTERDAM)
    assert ten.called
    assert (ten.low_wh, ten.mid_wh, ten.high_wh) == (470, 3_000, 5_530)


def test_what_was_not_joined_is_not_known_or_lies_in_another_month_is_not_in_it():
    first = datetime(2026, 9, 30, 22, 30, tzinfo=UTC)
    told = [
        event(0, (1, 2, 3), answer=Answer.NO),
        event(1, None),
        event(2, (None, None, None)),
        event(0, (10, 20, 30), start=first),
        event(0, (100, 200, 300), start=first - HOUR),
    ]
    saved = saved_in_month(told, NOW, AMSTERDAM)
    assert (saved.mid_wh, saved.events, saved.waiting) == (20, 1, 2)


def test_nothing_is_no_call():
    assert not saved_in_month([], NOW, AMSTERDAM).called
