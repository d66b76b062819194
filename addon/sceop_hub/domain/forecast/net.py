"""Net load: what a community, or a home, draws from the grid less what it gives back."""

from datetime import timedelta

import numpy as np

from ...core.forecast.band import Band, Model
from ...core.forecast.clock import DAY
from ...core.forecast.production import production as production_to_come
from ...core.forecast.series import Floats, Series
from ...core.forecast.surroundings import Place, Weather
from .load import consumption as consumption_to_come

_WEEK = 7
_WIDTH = 2.56
"""So many standard deviations lie between P10 and P90 of what is distributed normally."""
_LEAST = 1e-9
_MICROSECOND = timedelta(microseconds=1)
_OUTER, _INNER = 0.3, 0.4
"""The mean of what P10, P50 and P90 are known of, after Swanson (1972)."""


def net(consumption: Series, production: Series | None, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return import less export for the steps after the consumption's past; negative where it gives more.

    Of the sun its mean is taken off, not its median: a plant gives its most on most days and much less on others, and
    who pays for a mistake by its size is better off between. For the same reason it leans on the week that was, the
    more the less is known of tomorrow. What consumption and sun may miss by has little to do with each other, so the
    two widths add up as the sides of a triangle do.
    """
    used = consumption_to_come(consumption, place, weather, steps)
    if production is None:
        return used
    known = _over(production, consumption)
    made = production_to_come(known, place, weather, steps)
    mean = _mean(known, made)
    mid = used.mid - mean
    ladder = list(Model)
    return Band(
        start=used.start,
        step=used.step,
        low=mid - np.hypot(used.mid - used.low, made.high - mean),
        mid=mid,
        high=mid + np.hypot(used.high - used.mid, mean - made.low),
        model=min(used.model, made.model, key=ladder.index),
        days=min(used.days, made.days),
    )


def _mean(known: Series, made: Band) -> Floats:
    """Return what is to be expected of the sun, drawn towards its last week the less sure it is."""
    expected: Floats = _OUTER * made.low + _INNER * made.mid + _OUTER * made.high
    a_day = DAY // known.step
    if len(known) < _WEEK * a_day or np.isnan(known.wh[-_WEEK * a_day :]).any():
        return expected
    week = known.wh[-_WEEK * a_day :].reshape(_WEEK, a_day)
    usual, spread = (np.resize(each, len(expected)) for each in (week.mean(0), week.std(0)))
    unsure = (made.high - made.low) / _WIDTH
    lean = unsure / np.maximum(unsure + spread, _LEAST)
    mean: Floats = np.clip(expected + lean * (usual - expected), made.low, made.high)
    return mean


def _over(production: Series, consumption: Series) -> Series:
    """Return production over the time of the consumption's past; unknown where it does not reach."""
    if production.step != consumption.step:
        raise ValueError(f"consumption in steps of {consumption.step} is not comparable with {production.step}")
    ahead = (production.start - consumption.start) // _MICROSECOND
    shift = ahead // (consumption.step // _MICROSECOND)
    wh: Floats = np.full(len(consumption), np.nan)
    first, last = max(0, shift), min(len(consumption), shift + len(production))
    if first < last:
        wh[first:last] = production.wh[first - shift : last - shift]
    return Series(consumption.start, wh, consumption.step)
