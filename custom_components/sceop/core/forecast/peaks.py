"""Peaks: how high the highest step of each local day comes, and when; a median curve flattens it."""

from datetime import date, timedelta

import numpy as np

from ..slots import local_midnight
from .band import Band
from .series import Floats, Series
from .surroundings import Place
from .windows import Peak


def peaks(past: Series, band: Band, place: Place) -> tuple[Peak, ...]:
    """Return the peak of each local day that the band covers to its end; of today, also with what was."""
    found = []
    day = band.start.astimezone(place.zone).date()
    while (end := local_midnight(day + timedelta(days=1), place.zone)) <= band.start + len(band.mid) * band.step:
        begin = max(local_midnight(day, place.zone), band.start)
        piece = slice((begin - band.start) // band.step, (end - band.start) // band.step)
        if piece.start < piece.stop:
            found.append(_peak(day, past, band, piece, place))
        day += timedelta(days=1)
    return tuple(found)


def _peak(day: date, past: Series, band: Band, piece: slice, place: Place) -> Peak:
    hours = band.step / timedelta(hours=1)
    so_far = max(0, (local_midnight(day, place.zone) - past.start) // past.step)
    was = past.wh[so_far:]
    least = float(np.nanmax(was)) if np.isfinite(was).any() else 0.0
    low, mid, high = (max(least, float(values[piece].max())) / hours for values in (band.low, band.mid, band.high))
    return Peak(day, low, mid, high, band.start + piece.start * band.step, band.step, _when(band.mid[piece]))


def _when(curve: Floats) -> Floats:
    """Return a probability for each step: the higher the curve, the more."""
    if np.isnan(curve).any():
        return np.full(len(curve), np.nan)
    weights = np.exp(12 * (curve / max(curve.max(), 1e-9) - 1))
    return np.asarray(weights / weights.sum())
