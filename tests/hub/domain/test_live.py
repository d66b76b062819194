"""The live sum: its homes are the same for a quarter of an hour, and nobody is seen to come or go by himself."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.core.channels import CONSUMPTION
from sceop_hub.domain import live
from sceop_hub.domain.live import LiveBoard, LiveCurve, LiveSum, rounded
from sceop_hub.domain.privacy import group

GRID, SUN = "grid_import", "production"
START = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
TICK = timedelta(seconds=10)
HOMES = 8
FEWEST = 5


def of(homes, flows=(GRID,), fewest=FEWEST):
    return group({home: dict.fromkeys(flows, Fraction(100)) for home in homes}, fewest)


class Street:
    """Homes whose constant powers are powers of two, so that a sum that is not rounded tells who is in it."""

    def __init__(self, homes=HOMES, start=START):
        self.group = of(range(homes))
        self.board, self.sum, self.now = LiveBoard(), LiveSum(), start
        self.heard = {}

    def tick(self, talking):
        for home in talking:
            self.board.report(home, {GRID: 2**home}, self.now)
            self.heard[home] = self.now
        power = self.sum.renew(self.board, self.group, set(self.group.flows), self.now)
        self.now += TICK
        shown = power.power_w[CONSUMPTION]
        return None if shown is None else {home for home in self.group.flows if shown >> home & 1}


@pytest.fixture
def exact(monkeypatch):
    monkeypatch.setattr(live, "rounded", lambda watts: watts)


talk = st.lists(st.tuples(st.integers(1, 150), st.booleans()), min_size=1, max_size=6)
"""For how many times ten seconds a home talks, or is silent."""


@given(st.lists(talk, min_size=HOMES, max_size=HOMES), st.integers(0, 89))
@settings(deadline=None)
def test_who_is_in_the_sum_changes_at_the_quarter_hours_only(homes, offset):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(live, "rounded", lambda watts: watts)
        street = Street(start=START + offset * TICK)
        plans = [[talks for ticks, talks in plan for _ in range(ticks)] for plan in homes]
        before, quarter = None, None
        for tick in range(max(map(len, plans))):
            now = street.now
            seen = street.tick([home for home, plan in enumerate(plans) if tick < len(plan) and plan[tick]])
            same = quarter == now.replace(minute=now.minute // 15 * 15, second=0)
            quarter = now.replace(minute=now.minute // 15 * 15, second=0)
            assert seen is None or len(seen) >= FEWEST
            if before is not None and seen is not None:
                assert seen == before or not same
                assert all(now - street.heard[home] >= timedelta(minutes=15) for home in before - seen)
                assert all(now - street.heard[home] <= timedelta(seconds=90) for home in seen - before)
            elif before is not None:
                assert not same
            before = seen


def test_the_first_sum_waits_until_most_have_spoken_or_a_minute_has_passed(exact):
    street = Street(homes=10)
    assert street.tick(range(8)) is None
    assert street.tick(range(9)) == set(range(9))
    late = Street(homes=10)
    assert [late.tick(range(6)) for _ in range(6)] == [None] * 6
    assert late.tick(range(6)) == set(range(6))


def test_the_first_sum_waits_for_as_many_homes_as_a_figure_needs(exact):
    street = Street(homes=10)
    assert [street.tick(range(4)) for _ in range(60)] == [None] * 60
    assert street.tick(range(5)) == set(range(5))


def test_a_home_that_falls_silent_is_held_and_dropped_at_the_next_quarter_but_one(exact):
    street = Street()
    everyone, others = set(range(HOMES)), set(range(1, HOMES))
    for _ in range(30):
        assert street.tick(everyone) == everyone
    seen = [street.tick(others) for _ in range(200)]
    assert seen[:150] == [everyone] * 150  # five minutes into the quarter, and dropped at 12:30
    assert seen[150:] == [others] * 50


def test_the_sum_is_a_mean_over_a_minute(exact):
    board, total, homes = LiveBoard(), LiveSum(), of(range(HOMES))
    shown = []
    for tick in range(12):
        for home in range(HOMES):
            board.report(home, {GRID: 0 if tick < 6 else 600}, START + tick * TICK)
        shown.append(total.renew(board, homes, set(range(HOMES)), START + tick * TICK).power_w[CONSUMPTION])
    assert shown == [0] * 6 + [HOMES * watts for watts in (100, 200, 300, 400, 500, 600)]


@pytest.mark.parametrize("said", [{GRID: 1000, SUN: 5}, {GRID: None}, {SUN: 5}, {}])
def test_a_report_in_other_flows_than_were_measured_does_not_count(exact, said):
    street = Street()
    street.tick(range(HOMES))
    street.board.report(0, said, street.now)
    assert street.tick(range(1, HOMES)) == set(range(HOMES))


def test_who_no_longer_takes_part_leaves_at_the_quarter_hour(exact):
    street = Street()
    street.tick(range(HOMES))
    seen = set()
    while street.now < START + timedelta(minutes=16):
        for home in range(HOMES):
            street.board.report(home, {GRID: 2**home}, street.now)
        shown = street.sum.renew(street.board, street.group, set(range(1, HOMES)), street.now).power_w[CONSUMPTION]
        seen.add((street.now >= START + timedelta(minutes=15), shown))
        street.now += TICK
    assert seen == {(False, 2**HOMES - 1), (True, 2**HOMES - 2)}


def test_another_group_is_summed_from_the_next_quarter_hour(exact):
    street = Street()
    assert street.tick(range(HOMES)) == set(range(HOMES))
    street.group = of(range(HOMES - 2))
    assert street.tick(range(HOMES)) == set(range(HOMES - 2))  # bits of the others are not looked at
    shown = [street.sum._sum(street.now).power_w[CONSUMPTION]]
    assert shown == [2**HOMES - 1]
    while street.now <= START + timedelta(minutes=15):
        street.tick(range(HOMES))
    assert street.sum._sum(street.now).power_w[CONSUMPTION] == 2 ** (HOMES - 2) - 1


@given(st.integers(-(10**9), 10**9))
def test_a_figure_is_rounded_to_about_a_hundredth(watts):
    shown = rounded(watts)
    assert abs(shown - watts) * 200 <= max(abs(watts), 199)
    assert rounded(shown) == shown or abs(rounded(shown) - shown) * 100 <= abs(shown)


@pytest.mark.parametrize(
    ("watts", "shown"),
    [(0, 0), (99, 99), (199, 199), (250, 250), (251, 252), (1234, 1230), (51_234, 51_000), (-777, -775)],
)
def test_figures_are_rounded_in_steps_of_one_two_and_five(watts, shown):
    assert rounded(watts) == shown


def test_the_curve_has_a_point_a_minute_and_gaps_where_nothing_was_known():
    curve = LiveCurve()
    assert curve.drawn().start is None
    for seconds, watts in ((0, 10), (10, 20), (60, 30), (240, 40), (180, 50)):
        curve.add(START + timedelta(seconds=seconds), {CONSUMPTION: watts})
    drawn = curve.drawn()
    assert (drawn.start, drawn.power_w[CONSUMPTION]) == (START, (10, 30, None, None, 40))


def test_the_curve_holds_a_day():
    curve = LiveCurve()
    for minute in range(3000):
        curve.add(START + timedelta(minutes=minute), {CONSUMPTION: minute})
    drawn = curve.drawn()
    assert len(drawn.power_w[CONSUMPTION]) == 1440
    assert drawn.power_w[CONSUMPTION][-1] == 2999
