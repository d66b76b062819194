"""Making a forecast of the community out of its past, and looking back on those of the last midnights.

Nothing of a model is kept between two forecasts: it is fitted anew each time, in a second, to what is published by
then. So there is no file that could be cut off, or be of another version.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np

from ...core.forecast.band import Band, Model
from ...core.forecast.peaks import peaks
from ...core.forecast.plain import plain
from ...core.forecast.production import production
from ...core.forecast.series import Floats, Series
from ...core.forecast.surroundings import Place, Weather
from ...core.forecast.windows import windows
from ...core.slots import EPOCH, SLOT, from_number, local_midnight
from ..weather import Hour
from .backtest import (
    DAY,
    Method,
    Outcome,
    Told,
    backtest,
    before,
    day_score,
    first_days,
    last_week,
    midnights,
    scores,
    seven_days,
    tell,
    upto,
    yesterday,
)
from .history import History, Ratios, since_then
from .kept import (
    FIGURES,
    MIDNIGHTS,
    SLOTS,
    Curve,
    DayScore,
    Expected,
    Figure,
    Forecast,
    Lately,
    Peaks,
    PeakWindow,
)
from .load import consumption
from .net import net

LEAST_DAYS = 1.0
"""Of a past that is shorter nobody is told a forecast: it would be a line."""

type Skies = Callable[[datetime], Weather | None]
"""What was known of the weather at an instant."""
type Complain = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Where the community is, what it should not draw, and what was known of the weather when."""

    place: Place
    limit_w: int | None
    skies: Skies


def forecast(
    history: History, around: Surroundings, start: datetime, made: datetime, complain: Complain
) -> Forecast | None:
    """Return the forecast of the slots from `start` on; None where not even a day of any figure is known."""
    place, weather = around.place, around.skies(start)
    found: dict[Figure, tuple[Series, Told]] = {}
    for figure in FIGURES:
        past = before(series(history, figure), start)
        if np.isfinite(past.wh).sum() * past.step < LEAST_DAYS * DAY:
            continue
        method_of = careful(method(history, figure), f"The forecast of {figure} is a plain one", complain, plain)
        told = tell(past, place, weather, SLOTS, method_of)
        if told.band.model is not Model.NOTHING and np.isfinite(told.band.mid).all():
            found[figure] = past, told
    if not found:
        return None
    midnight = local_midnight(start.astimezone(place.zone).date(), place.zone) == start
    afterwards = made - start >= timedelta(hours=1)
    figures = {figure: _expected(told) for figure, (_, told) in found.items()}
    of: Figure = "net" if "net" in found else next(iter(found))
    try:
        to_come = _peaks(of, *found[of], around)
    except Exception as error:  # noqa: BLE001 - a forecast without its peaks is better than none, and the log says why
        complain(f"The peaks to come are not told, because of {type(error).__name__}: {error}")
        to_come = Peaks(of, around.limit_w)
    return Forecast(start, made.replace(microsecond=0), midnight, afterwards, history.homes, figures, to_come)


def may_tell(history: History) -> bool:
    """Tell whether time alone brings a forecast: it does not where nothing but grid import is published."""
    figures = (history.consumption, history.production, history.net)
    return not len(history) or any(wh is not None for figure in figures for wh in figure)


def missing(history: History, place: Place, there: Iterable[datetime]) -> list[datetime]:
    """Return those of the last midnights, today's among them, of which there is no forecast."""
    past = series(history, "consumption")
    known = {made.astimezone(UTC) for made in there}
    found = midnights(past, place, MIDNIGHTS)
    today = local_midnight(past.end.astimezone(place.zone).date(), place.zone)
    return [one for one in [*found, *([today] if found else [])] if one not in known]


def look_back(
    history: History, made: Sequence[Forecast], changed: Mapping[int, Ratios], place: Place
) -> tuple[dict[Figure, Lately], list[tuple[datetime, Figure, DayScore]]]:
    """Return how the forecasts of midnights turned out, together and one by one, over the day that began with each.

    A day that is not over yet has no score.
    """
    lately, single = {}, []
    for figure in FIGURES:
        past = series(history, figure)
        closed = frozenset(midnights(past, place, MIDNIGHTS))
        days = [
            outcome
            for one in made
            if one.start in closed and (expected := one.figures.get(figure)) is not None
            for outcome in first_days(
                [_outcome(past, one.start, expected.times(since_then(one, figure, changed, history.homes)))], place
            )
        ]
        if not days:
            continue
        starts = [day.told.midnight for day in days]
        plainly = [
            first_days(backtest(past, place, None, midnights=starts, steps=SLOTS, method=plainer), place)
            for plainer in (yesterday, last_week, seven_days)
        ]
        lately[figure] = Lately(*(scores(some, place) for some in (days, *plainly)))
        single += [(day.told.midnight, figure, day_score(day, place)) for day in days]
    return lately, single


def series(history: History, figure: Figure) -> Series:
    """Return the past of a figure."""
    curves: Mapping[Figure, Curve] = {
        "consumption": history.consumption,
        "production": history.production,
        "net": history.net,
    }
    return _series(history, curves[figure])


def method(history: History, figure: Figure) -> Method:
    """Return what forecasts a figure, out of its past and, for net load, of what it is made of."""
    match figure:
        case "consumption":
            return consumption
        case "production":
            return production
        case "net":
            return _net_of(history)


def _net_of(history: History) -> Method:
    used, made = _series(history, history.used), _series(history, history.production)

    def forecast(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
        roofs = before(made, past.end)
        return net(before(used, past.end), roofs if np.isfinite(roofs.wh).any() else None, place, weather, steps)

    return forecast


def careful(method: Method, what: str, complain: Complain, otherwise: Callable[[Series, int], Band]) -> Method:
    """Return the same method, but for another forecast where it fails: none is better told than a plain one."""

    def forecast(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
        try:
            return method(past, place, weather, steps)
        except Exception as error:  # noqa: BLE001 - whatever it is, there is a plain forecast, and the log says why
            complain(f"{what}, because of {type(error).__name__}: {error}")
            return otherwise(past, steps)

    return forecast


def weather(hours: Sequence[Hour]) -> Weather | None:
    """Put hours in a row, from the first to the last; None where there are none."""
    if not hours:
        return None
    first = hours[0].hour
    rows = np.full((3, hours[-1].hour - first + 1), np.nan)
    for hour in hours:
        told = (hour.temperature_c, hour.cloud, hour.wind_ms)
        rows[:, hour.hour - first] = [np.nan if value is None else value for value in told]
    return Weather(EPOCH + first * timedelta(hours=1), *rows)


def _peaks(figure: Figure, past: Series, told: Told, around: Surroundings) -> Peaks:
    found = peaks(past, told.band, around.place)
    hot = windows(past, told.band, found, around.limit_w, around.place)
    return Peaks(
        figure,
        around.limit_w,
        tuple(
            PeakWindow(
                one.start, one.end, one.power_w, one.limit_w, round(float(one.probability), 3), one.severity.value
            )
            for one in hot
        ),
        tuple(day for one in found if (day := one.told) is not None),
    )


def _expected(told: Told) -> Expected:
    band = told.band
    low, mid, high = (
        tuple(round(float(wh)) if np.isfinite(wh) else None for wh in curve)
        for curve in (band.low, band.mid, band.high)
    )
    peak_w = round(told.peak_w) if np.isfinite(told.peak_w) else None
    return Expected(band.model.value, round(float(band.days), 2), low, mid, high, peak_w, told.peak_at)


def _outcome(past: Series, start: datetime, told: Expected) -> Outcome:
    """Put what was told at a midnight beside what came."""
    low, mid, high = (_floats(curve) for curve in (told.low, told.mid, told.high))
    band = Band(start, SLOT, low, mid, high, Model(told.model), told.days)
    peak_w = np.nan if told.peak_w is None else float(told.peak_w)
    return Outcome(Told(start, band, peak_w, told.peak_at), upto(past, start, len(mid)))


def _series(history: History, curve: Curve) -> Series:
    return Series(from_number(history.first), _floats(curve))


def _floats(curve: Curve) -> Floats:
    return np.array([np.nan if wh is None else wh for wh in curve], dtype=np.float64)
