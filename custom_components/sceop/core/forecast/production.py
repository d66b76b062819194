"""What a plant, or the plants of a community together, will produce; learned from their own past, sun and weather."""

from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import numpy as np

from .band import Band, Model
from .clock import DAY
from .plain import days_of, plain
from .rows import Rows, rows
from .series import Series
from .sky import clear
from .solar import solar
from .surroundings import Place, Weather
from .wind import blown

_ROWS = 45
"""Older days had another sun."""
_SUN_TIME = ZoneInfo("UTC")
"""The sun does not keep to the clock on the wall."""
_FEWEST_DAYS = 3
_LEARNING_DAYS = 14
_COARSEST = timedelta(hours=2)
_NIGHT_SHARE = 0.1
"""What produces at night so much of its mean is moved by the wind."""
_DARK_HOURS = 4.0
_DARK_SHARE = 0.01
_MARGIN = 1.05


def production(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return what will be produced in the steps that follow the past."""
    days = days_of(past)
    past = Series(past.start, np.maximum(past.wh, 0), past.step)
    if days < _FEWEST_DAYS or not steps or DAY % past.step or past.step > _COARSEST:
        return _in_daylight(plain(past, steps), past, place)
    known = rows(past, replace(place, zone=_SUN_TIME), steps, at_most=_ROWS)
    if is_solar(past, known, place):
        ahead = int(known.coming_row.max()) + 1
        coming = solar(past, known, place, weather, ahead)
        low, mid, high = (known.spread(np.stack([row[share] for row in coming])) for share in range(3))
    else:
        low, mid, high = blown(_newest(past, known), weather, steps)
    simple = _in_daylight(plain(past, steps), past, place)
    holes = ~(np.isfinite(low) & np.isfinite(mid) & np.isfinite(high))
    low, mid, high = (
        np.where(holes, plainly, learned)
        for plainly, learned in ((simple.low, low), (simple.mid, mid), (simple.high, high))
    )
    most = _MARGIN * float(np.nanmax(past.wh))
    low, mid, high = (np.clip(each, 0, most) for each in (low, mid, high))
    learned = Model.LEARNED if days >= _LEARNING_DAYS else Model.WEEK
    return Band(past.end, past.step, low, mid, high, learned, min(days, float(_ROWS)))


def is_solar(past: Series, known: Rows, place: Place) -> bool:
    """Tell whether a plant rests at night; without a place, whether some hours of its days are always dark."""
    wh = past.wh
    usual = float(np.nanmean(wh))
    sun = clear(place, past.start, len(past), past.step)
    if sun is not None:
        night = wh[(sun <= 0) & np.isfinite(wh)]
        if len(night) * past.step >= DAY:
            return bool(float(night.mean()) <= _NIGHT_SHARE * usual)
    with_gaps = np.where(np.isfinite(known.wh), known.wh, 0).mean(0)
    dark = (with_gaps <= _DARK_SHARE * with_gaps.max()).sum() * past.step
    return bool(dark >= timedelta(hours=_DARK_HOURS))


def _in_daylight(band: Band, past: Series, place: Place) -> Band:
    """Let no plant that rested in every night so far produce in the next one."""
    sun = clear(place, past.start, len(past) + len(band.mid), past.step)
    if sun is None or band.model is Model.NOTHING:
        return band
    night = (sun[: len(past)] <= 0) & np.isfinite(past.wh)
    if past.wh[night].any():
        return band
    day = sun[len(past) :] > 0
    low, mid, high = (np.where(day, each, 0) for each in (band.low, band.mid, band.high))
    return Band(band.start, band.step, low, mid, high, band.model, band.days)


def _newest(past: Series, known: Rows) -> Series:
    """Return the end of a past, as much as its rows hold."""
    wh = past.wh[-known.wh.size :]
    return Series(past.end - len(wh) * past.step, wh, past.step)
