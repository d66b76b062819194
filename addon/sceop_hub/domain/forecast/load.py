"""Load: what a community will consume in the coming steps."""

from datetime import timedelta

import numpy as np

from ...core.forecast.band import Band, Model
from ...core.forecast.series import Series
from ...core.forecast.surroundings import Place, Weather

DAY = timedelta(days=1)


def consumption(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return what the steps after the past will hold."""
    del place, weather
    a_day = DAY // past.step
    known = np.maximum(past.wh[-a_day:], 0)
    days = float(np.isfinite(past.wh).sum() / a_day)
    if not np.isfinite(known).any():
        nothing = np.full(steps, np.nan)
        return Band(past.end, past.step, nothing, nothing, nothing, Model.NOTHING, 0.0)
    whole = len(known) == a_day
    known = np.where(np.isfinite(known), known, np.nanmean(known)) if whole else np.full(a_day, np.nanmean(known))
    mid = np.resize(known, steps)
    model = Model.YESTERDAY if whole else Model.LEVEL
    return Band(past.end, past.step, 0.75 * mid, mid, 1.3 * mid, model, days)
