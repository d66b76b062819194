"""Scores of a backtest that the tests of pages and files do not reach."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from sceop_hub.core.forecast.band import Band, Model
from sceop_hub.core.forecast.surroundings import Place
from sceop_hub.domain.forecast.backtest import Outcome, Told, day_score, scores

PLACE = Place(ZoneInfo("UTC"))
MIDNIGHT = datetime(2026, 6, 1, tzinfo=UTC)


def outcome(low, high, truth):
    low, high, truth = (np.array(each, float) for each in (low, high, truth))
    band = Band(MIDNIGHT, timedelta(hours=6), low, (low + high) / 2, high, Model.LEARNED, 30)
    return Outcome(Told(MIDNIGHT, band, 0, None), truth)


@pytest.mark.parametrize(
    ("low", "high", "truth", "right"),
    [
        ([0, 10, 10, 0], [0, 20, 20, 0], [0, 15, 30, 0], 0.5),  # by night nobody can be wrong, so nobody was right
        ([0, 10, 10, 0], [0, 20, 20, 0], [0, 15, 15, 5], 2 / 3),  # unless something came by night
        ([0, 0, 0, 0], [0, 5, 5, 0], [0, 0, 9, 0], 0.5),  # a day on which nothing came was foreseen as possible
        ([0, 0, 0, 0], [0, 0, 0, 0], [0, 0, 0, 0], None),
    ],
)
def test_a_band_is_judged_by_the_steps_of_which_it_was_not_sure(low, high, truth, right):
    told = outcome(low, high, truth)
    assert scores([told], PLACE).coverage == right
    assert day_score(told, PLACE).coverage == right
