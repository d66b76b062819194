"""The community surprises where two hours lie far outside what was expected, all of them on one side."""

from datetime import UTC, datetime

import pytest

from sceop_hub.core.slots import to_number
from sceop_hub.domain.forecast import history
from sceop_hub.domain.forecast.kept import Expected, Forecast
from sceop_hub.domain.surprise import SLOTS, Slot, beside, surprise

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def hours(wh, count=SLOTS):
    return [Slot(wh, 900, 1000, 1100)] * count


@pytest.mark.parametrize(("wh", "way", "percent"), [(1400, "more", 40), (600, "less", 40)])
def test_two_hours_far_outside_are_told_with_how_far(wh, way, percent):
    found = surprise(hours(wh))
    assert dict(found.detail) == {"way": way, "percent": percent}


@pytest.mark.parametrize(
    "slots",
    [
        [],
        hours(1000),
        hours(1250),
        hours(1400, 6),
        [*hours(1400, 7), Slot(1000, 900, 1000, 1100)],
        [*hours(1400, 4), *hours(600, 4)],
        [*hours(1400, 6), None, None],
    ],
)
def test_what_is_within_twice_the_band_or_not_known_is_no_surprise(slots):
    assert surprise(slots) is None


def test_one_slot_may_be_missing():
    assert surprise([*hours(1400, 7), None]) == surprise(hours(1400))


def test_the_expected_is_that_of_as_many_homes():
    first = to_number(NOON)
    curve = (1000,) * 192
    told = Forecast(
        NOON,
        NOON,
        midnight=False,
        afterwards=False,
        homes=20,
        figures={"consumption": Expected("learned", 30, curve, curve, curve)},
    )
    came = [history.Slot(first + at, 40, {"consumption": 2000}) for at in range(SLOTS - 1)]
    assert beside(came, told, {}, first) == [Slot(2000, 2000, 2000, 2000)] * (SLOTS - 1) + [None]
    assert beside(came, None, {}, first) == []
