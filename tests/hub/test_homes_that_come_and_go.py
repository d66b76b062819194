"""Homes that join or leave a hub that runs: what it forecasts is of the homes of then, and nobody sees a jump."""

import numpy as np
import pytest

from tests.hub.street import lived, street

BEGUN = 16
HOMES = 17
NEWCOMERS = range(100, 103)


def told(home, day):
    """Return what a meter says: who comes later lives in a large house."""
    return [3 * wh if home in NEWCOMERS else wh for wh in lived(home, day)]


@pytest.mark.timeout(180)  # twenty members live through days over the wire
async def test_homes_that_join_and_one_that_leaves_make_the_forecast_higher_and_lower_by_what_they_are(tmp_path):
    first = range(HOMES)
    async with street(tmp_path, first, BEGUN, told) as community:
        await community.join(NEWCOMERS, BEGUN)
        await community.live(BEGUN)
        assert community.counted == HOMES + len(NEWCOMERS)
        grown = await off(community, BEGUN + 1, [*first, *NEWCOMERS])
        await community.leave(5)
        await community.live(BEGUN + 1)
        assert community.counted == HOMES + len(NEWCOMERS) - 1
        left = await off(community, BEGUN + 2, [home for home in [*first, *NEWCOMERS] if home != 5])
    assert np.abs([grown, left]).max() < 0.06


async def off(community, day, homes):
    """Return by what share the energy of a day is told too high, or too low."""
    _, told_wh, came = await community.beside(day, homes)
    return told_wh.sum() / came.sum() - 1
