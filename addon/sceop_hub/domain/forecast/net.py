"""Net load: what a community, or a home, draws from the grid less what it gives back."""

from datetime import timedelta

import numpy as np

from ...core.forecast.band import Band, Model
from ...core.forecast.production import production as production_to_come
from ...core.forecast.series import Floats, Series
from ...core.forecast.surroundings import Place, Weather
from .load import consumption as consumption_to_come

_MICROSECOND = timedelta(microseconds=1)
_OUTER, _INNER = 0.3, 0.4
"""The mean of what P10, P50 and P90 are known of, after Swanson (1972)."""


def net(consumption: Series, production: Series | None, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return import less export for the steps after the consumption's past; negative where it gives more.

    Of the sun its mean is taken off, not its median: a plant gives its most on most days and much less on others, and
    who pays for a mistake by its size is better off between. What consumption and sun may miss by has little to do
    with each other, so the two widths add up as the sides of a triangle do.
    """
    used = consumption_to_come(consumption, place, weather, steps)
    if production is None:
        return used
    made = production_to_come(_over(production, consumption), place, weather, steps)
    mean = _OUTER * made.low + _INNER * made.mid + _OUTER * made.high
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
