"""Backtests: forecasts of midnights that lie back, made of what was known then, and how they turned out.

The hub scores its own forecasts by the functions with which anybody tries them on a file.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np

from ...core.forecast import score
from ...core.forecast.band import Band, Model
from ...core.forecast.peaks import peaks
from ...core.forecast.series import Floats, Series
from ...core.forecast.surroundings import Place, Weather
from ...core.slots import local_midnight
from .kept import DayScore, Score
from .load import consumption

type Method = Callable[[Series, Place, Weather | None, int], Band]
"""Gives the steps that follow a past."""

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True, eq=False)
class Told:
    """A forecast made at a local midnight, and the peak that it told for the day that began."""

    midnight: datetime
    band: Band
    peak_w: float
    peak_at: datetime | None


@dataclass(frozen=True, slots=True, eq=False)
class Outcome:
    """The part of a forecast that is over, beside what came: some steps from its midnight on."""

    told: Told
    truth: Floats


def midnights(past: Series, place: Place, most: int | None = None) -> list[datetime]:
    """Return the local midnights in a past whose day it holds to its end, and before which it knows something.

    Of more than `most` the last ones.
    """
    found: list[datetime] = []
    known = np.flatnonzero(np.isfinite(past.wh))
    if not known.size:
        return found
    first = past.start + int(known[0]) * past.step
    day = past.end.astimezone(place.zone).date()
    while (midnight := local_midnight(day, place.zone)) > first:
        if local_midnight(day + DAY, place.zone) <= past.end and (midnight - past.start) % past.step == timedelta(0):
            found.append(midnight)
            if len(found) == most:
                break
        day -= DAY
    return found[::-1]


def backtest(
    past: Series,
    place: Place,
    weather: Weather | None,
    *,
    midnights: Iterable[datetime],
    steps: int,
    method: Method = consumption,
) -> list[Outcome]:
    """Forecast from each midnight without a glance at what came later, and put beside it what came."""
    return [
        Outcome(told, upto(past, midnight, steps))
        for midnight in midnights
        for told in (tell(before(past, midnight), place, weather, steps, method),)
    ]


def tell(past: Series, place: Place, weather: Weather | None, steps: int, method: Method) -> Told:
    """Return what is told at the end of a past; a forecast is told in whole Wh."""
    band = in_whole_wh(method(past, place, weather, steps))
    if np.isnan(band.low).any():
        return _told_by_line(past, band, place)
    day = next(iter(peaks(past, band, place)), None)
    if day is None or day.day != band.start.astimezone(place.zone).date() or not np.isfinite(day.mid_w):
        return Told(past.end, band, np.nan, None)
    when = None if np.isnan(day.when).any() else day.start + int(np.argmax(day.when)) * day.step
    return Told(past.end, band, round(day.mid_w), when)


def _told_by_line(past: Series, band: Band, place: Place) -> Told:
    """Return a forecast without a model: the highest step of its line is the peak."""
    day = band.mid[: _steps_of_day(past.end, band.step, place)]
    if not len(day) or np.isnan(day).any():
        return Told(past.end, band, np.nan, None)
    return Told(past.end, band, _power(day, band.step), past.end + int(np.argmax(day)) * band.step)


def before(past: Series, instant: datetime) -> Series:
    """Return what was known of a past at an instant."""
    return replace(past, wh=past.wh[: max(0, (instant - past.start) // past.step)])


def upto(past: Series, start: datetime, steps: int) -> Floats:
    """Return so many steps of a past from an instant on; NaN where it ends."""
    first = (start - past.start) // past.step
    known = past.wh[max(first, 0) : max(first + steps, 0)]
    truth = np.full(steps, np.nan)
    begin = max(-first, 0)
    truth[begin : begin + len(known)] = known
    return truth


def in_whole_wh(band: Band) -> Band:
    """Return a band as it is told."""
    return replace(band, low=np.round(band.low), mid=np.round(band.mid), high=np.round(band.high))


def first_days(outcomes: Sequence[Outcome], place: Place) -> list[Outcome]:
    """Return of each forecast the day that began with it."""
    return [_cut(outcome, place) for outcome in outcomes]


def scores(outcomes: Sequence[Outcome], place: Place) -> Score:
    """Return how forecasts turned out together; peaks are those of the day that began with each."""
    if not outcomes:
        return Score(0, None, None, None, None, None)
    low, mid, high = (
        np.concatenate([getattr(outcome.told.band, name)[: len(outcome.truth)] for outcome in outcomes])
        for name in ("low", "mid", "high")
    )
    truth = np.concatenate([outcome.truth for outcome in outcomes])
    days = first_days(outcomes, place)
    true_w = np.array([_power(day.truth, day.told.band.step) for day in days])
    peak_w = np.array([day.told.peak_w for day in days])
    return Score(
        len(outcomes),
        _known(score.nmae(mid, truth)),
        _known(score.nrmse(mid, truth)),
        _known(score.peak_error(peak_w, true_w)),
        _mean([_hit(day) for day in days]),
        _covered(low, high, truth),
    )


def day_score(outcome: Outcome, place: Place) -> DayScore:
    """Return how one forecast turned out over the day that began with it."""
    day = _cut(outcome, place)
    band, true_w = day.told.band, _power(day.truth, day.told.band.step)
    steps = len(day.truth)
    return DayScore(
        _known(score.nmae(band.mid[:steps], day.truth)),
        _known(score.nrmse(band.mid[:steps], day.truth)),
        _covered(band.low[:steps], band.high[:steps], day.truth),
        _whole(day.told.peak_w),
        _whole(true_w),
        _hit(day),
    )


def yesterday(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return the last day again: what any forecast has to beat."""
    del place, weather
    return _again(past, DAY // past.step, steps, Model.YESTERDAY)


def last_week(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return the last week again."""
    del place, weather
    return _again(past, 7 * DAY // past.step, steps, Model.WEEK)


def seven_days(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
    """Return the mean of the last seven days, step by step."""
    del place, weather
    a_day = DAY // past.step
    known = np.full(7 * a_day, np.nan)
    last = past.wh[-7 * a_day :]
    known[len(known) - len(last) :] = last
    days = known.reshape(7, a_day)
    counts = np.isfinite(days).sum(axis=0)
    mean = np.divide(np.nansum(days, axis=0), counts, out=np.full(a_day, np.nan), where=counts > 0)
    return _line(past, np.resize(mean, steps), Model.WEEK)


PLAIN: dict[str, Method] = {"yesterday": yesterday, "last_week": last_week, "seven_days": seven_days}
"""Forecasts without a model. They tell no band: theirs is as narrow as a line, and has no coverage to speak of."""


def _again(past: Series, back: int, steps: int, model: Model) -> Band:
    known = np.full(back, np.nan)
    last = past.wh[-back:]
    known[back - len(last) :] = last
    return _line(past, np.resize(known, steps), model)


def _line(past: Series, wh: Floats, model: Model) -> Band:
    nothing = np.full(len(wh), np.nan)
    return Band(past.end, past.step, nothing, wh, nothing, model, len(past) * past.step / DAY)


def _cut(outcome: Outcome, place: Place) -> Outcome:
    return replace(outcome, truth=outcome.truth[: _steps_of_day(outcome.told.midnight, outcome.told.band.step, place)])


def _steps_of_day(start: datetime, step: timedelta, place: Place) -> int:
    """Count the steps from an instant to the end of its local day."""
    return (local_midnight(start.astimezone(place.zone).date() + DAY, place.zone) - start) // step


def _power(wh: Floats, step: timedelta) -> float:
    """Return the highest power of a day that is known to its end."""
    return float(wh.max() / (step / HOUR)) if len(wh) else np.nan


def _hit(day: Outcome) -> bool | None:
    """Tell whether the peak came within an hour of its time; a day that reaches it twice was met if either was."""
    band = day.told.band
    if day.told.peak_at is None or not len(day.truth) or np.isnan(day.truth).any():
        return None
    step = (day.told.peak_at - day.told.midnight) / band.step
    return bool(score.peak_hit(np.array([step]), day.truth[np.newaxis], HOUR // band.step))


def _mean(hits: Sequence[bool | None]) -> float | None:
    known = [hit for hit in hits if hit is not None]
    return sum(known) / len(known) if known else None


def _covered(low: Floats, high: Floats, truth: Floats) -> float | None:
    """Return how often the band was right, but for steps that are sure: by night the sun gives nothing, as was told."""
    sure = (low == 0) & (high == 0) & (truth == 0)
    return _known(score.coverage(low[~sure], high[~sure], truth[~sure]))


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _whole(value: float) -> int | None:
    return round(value) if np.isfinite(value) else None
