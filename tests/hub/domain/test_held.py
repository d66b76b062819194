"""What places held is taken out of what is expected, so that yesterday's plan is not planned around today."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.core.slots import SLOT, to_number
from sceop_hub.domain.held import Held, without_held

ZONE = ZoneInfo("Europe/Amsterdam")
START = datetime(2026, 11, 20, 3, tzinfo=UTC)


def night(days, slot=START, wh=700) -> dict:
    return {to_number(slot - timedelta(days=day)): Held(wh, 0) for day in days}


def test_a_valley_that_was_filled_every_night_is_a_valley_again():
    held = night(range(1, 8))
    assert without_held([1000.0, 1000.0], START, held, ZONE) == [300.0, 1000.0]


def test_what_was_held_for_a_few_days_counts_for_these():
    assert without_held([1000.0], START, night([1, 2]), ZONE) == [pytest.approx(800)]
    assert without_held([1000.0], START, {}, ZONE) == [1000.0]


def test_the_day_after_tomorrow_goes_by_the_last_days_that_there_are():
    later = START + timedelta(days=2)
    expected = without_held([1000.0] * 192 + [1000.0], START, night(range(1, 8)), ZONE)
    assert expected[(later - START) // SLOT] == pytest.approx(300)


def test_an_hour_is_that_of_the_clock_on_both_sides_of_its_change():
    after = datetime(2026, 10, 26, 2, tzinfo=UTC)  # three o'clock in Amsterdam, which was one o'clock UTC before
    held = night(range(2, 9), after - timedelta(hours=1))
    assert without_held([1000.0], after, held, ZONE) == [pytest.approx(300)]
