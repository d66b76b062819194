"""The community's load: whatever the past, a forecast that can be used or none."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sceop_hub.core.forecast.band import Model
from sceop_hub.core.forecast.series import Series
from sceop_hub.core.forecast.surroundings import Place
from sceop_hub.domain.forecast.load import consumption

PLACE = Place(ZoneInfo("Europe/London"))
START = datetime(2026, 3, 2, tzinfo=UTC)


def day(steps=96, level=1000.0):
    return level * (1 + 0.5 * np.sin(np.arange(steps) * 2 * np.pi / steps))


def past(days, *, start=START, steps=96):
    return Series(start, np.tile(day(steps), days), timedelta(days=1) / steps)


def test_of_nothing_nothing_follows():
    band = consumption(Series(START, np.array([])), PLACE, None, 192)
    assert band.model is Model.NOTHING
    assert np.isnan(band.mid).all()
    assert len(band.mid) == 192


def test_an_hour_gives_its_level():
    band = consumption(Series(START, np.full(4, 250.0)), PLACE, None, 192)
    assert band.model is Model.LEVEL
    assert band.mid == pytest.approx(250)


def test_a_forecast_begins_where_the_past_ends():
    series = past(3)
    assert consumption(series, PLACE, None, 10).start == series.end
