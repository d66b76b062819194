"""A coordinator hears of a household whose data are broken, and never of one that only lives otherwise."""

import pytest

from sceop_hub.domain.alerts import Kind
from sceop_hub.domain.broken import Day, Record, broken

USUAL = Day(8_000, 96, 96)


def told(*days, before=25, **more):
    record = Record(public_id="a", days=[USUAL] * before + list(days), **({"slots": 96, "least_wh": 20} | more))
    return [finding.detail["fault"] for finding in broken([record])]


def test_a_usual_day_is_told_nothing_of():
    assert told(USUAL, most_wh=900) == []


@pytest.mark.parametrize(
    ("fault", "days", "more"),
    [
        ("zeros", [Day(0, 96, 96)] * 3, {"least_wh": 0, "most_wh": 0}),
        ("frozen", [USUAL], {"least_wh": 83, "most_wh": 83}),
        ("frozen", [USUAL], {"least_wh": 20, "most_wh": 21}),
        ("leapt", [USUAL], {"most_wh": 115_000}),
        ("leapt", [Day(200_000, 96, 96)], {"most_wh": 9_000}),
        ("gaps", [Day(5_000, 60, 96)] * 3, {"most_wh": 900}),
    ],
)
def test_what_can_not_be_is_told_by_its_kind_alone(fault, days, more):
    assert told(*days, **more) == [fault]
    record = Record(public_id="a", days=[USUAL] * 25 + days, slots=96, **({"least_wh": 20} | more))
    (finding,) = broken([record, record])
    assert (finding.kind, finding.subject, dict(finding.detail)) == (Kind.BROKEN, "a", {"fault": fault})


@pytest.mark.parametrize("days", [[Day(0, 96, 96)] * 2, [Day(0, 96, 96)] * 2 + [Day(4, 96, 96)]])
def test_one_or_two_days_of_nothing_are_no_fault(days):
    assert told(*days, least_wh=0, most_wh=4) == []


def test_a_home_with_a_plant_may_take_nothing_for_days():
    assert told(*[Day(0, 96, 96)] * 3, least_wh=0, most_wh=0, may_be_nothing=True) == []


def test_a_home_that_was_empty_before_may_be_empty_now():
    record = Record(public_id="a", days=[Day(0, 96, 96)] * 28, least_wh=0, most_wh=0, slots=96)
    assert list(broken([record])) == []


def test_a_factory_may_carry_what_no_home_can():
    days = [Day(2_000_000, 96, 96)] * 20
    assert list(broken([Record(public_id="a", days=days, least_wh=8_000, most_wh=60_000, slots=96)])) == []


def test_one_day_with_gaps_is_no_fault_and_a_thing_that_always_has_gaps_neither():
    assert told(USUAL, USUAL, Day(5_000, 60, 96), most_wh=900) == []
    gappy = [Day(5_000, 60, 96)] * 28
    assert list(broken([Record(public_id="a", days=gappy, least_wh=20, most_wh=900, slots=60)])) == []


def test_of_who_sends_nothing_nothing_is_told_here():
    assert told(None, None, None) == []
    assert list(broken([Record(public_id="a", days=[])])) == []


def test_a_day_of_a_clock_change_is_complete_with_what_it_has():
    assert told(Day(8_000, 92, 92), Day(8_000, 100, 100), Day(8_000, 92, 92), most_wh=900) == []
