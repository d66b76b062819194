"""Net load: what a community, or a home, draws from the grid less what it gives back."""

from datetime import timedelta

import numpy as np

from ...core.forecast.band import Band
from ...core.forecast.home import consumption as consumption_to_come
from ...core.forecast.production import production as production_to_come
from ...core.forecast.series import Floats, Series
from ...core.forecast.surroundings import Place, Weather


def net(consumption: Series, production: Series | None, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return import less export for the steps after the consumption's past; negative where it gives more."""
    used = consumption_to_come(consumption, place, weather, steps)
    if production is None or production.step != consumption.step:
        return used
    made = production_to_come(_until(production, consumption), place, weather, steps)
    return Band(
        used.start,
        used.step,
        used.low - made.high,
        used.mid - made.mid,
        used.high - made.low,
        used.model,
        min(used.days, made.days),
    )


def _until(production: Series, consumption: Series) -> Series:
    """Return the production over the consumption's time: what reaches beyond it is left out, what lacks is unknown."""
    offset = (production.start - consumption.start) // timedelta(microseconds=1)
    shift = offset // (consumption.step // timedelta(microseconds=1))
    wh: Floats = np.full(len(consumption), np.nan)
    first, last = max(0, shift), min(len(consumption), shift + len(production))
    if first < last:
        wh[first:last] = production.wh[first - shift : last - shift]
    return Series(consumption.start, wh, consumption.step)
