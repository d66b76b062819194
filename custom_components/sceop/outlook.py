"""The outlook of a site: what today and tomorrow will hold, as far as its past tells. Nothing of Home Assistant."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from math import isfinite

import numpy as np

from .core.channels import BATTERY_CHARGE, BATTERY_DISCHARGE, CONSUMPTION, GRID_IMPORT, PRODUCTION
from .core.forecast import home, production
from .core.forecast.band import Band, Model
from .core.forecast.peaks import peaks
from .core.forecast.series import Floats, Series
from .core.forecast.surroundings import Place, Weather
from .core.forecast.total import Total, total
from .core.forecast.windows import Peak, Window, windows
from .core.slots import SLOT, local_day, local_midnight

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
AT_LEAST = timedelta(hours=48)
FIGURES = (CONSUMPTION, PRODUCTION)
"""What is forecast, at sites that have it."""

LOOKED_AT = frozenset({CONSUMPTION, PRODUCTION, GRID_IMPORT, BATTERY_CHARGE, BATTERY_DISCHARGE})
"""The channels whose past it takes."""

BENT = frozenset({PRODUCTION, BATTERY_CHARGE, BATTERY_DISCHARGE})
"""With any of these a site imports something else than it uses."""


@dataclass(frozen=True, slots=True)
class Energy:
    """What a day comes to, in Wh: what was, and what is expected of the rest."""

    low_wh: int
    mid_wh: int
    high_wh: int


@dataclass(frozen=True, slots=True, eq=False)
class Morning:
    """What was expected of today when it began, by figure; it stands in for slots that nobody saw."""

    day: date
    bands: Mapping[str, Band]


@dataclass(frozen=True, slots=True, eq=False)
class Outlook:
    """What is expected, and what it was learned from."""

    made: datetime
    place: Place
    bands: Mapping[str, Band]
    """Of the figures, and of what is drawn from the grid: from the running slot on, to the end of tomorrow."""
    today: Mapping[str, Series]
    """What flowed since local midnight, by channel."""
    morning: Morning
    peaks: tuple[Peak, ...]
    """Of what is drawn from the grid."""
    windows: tuple[Window, ...]
    uses_weather: bool
    used: tuple[Total | None, Total | None]
    """What is used in the rest of today, and tomorrow, where enough is known to tell it."""

    def day(self, days_ahead: int) -> date:
        """Return today, or the day so many days ahead, as the site's people count them."""
        return self.made.astimezone(self.place.zone).date() + days_ahead * DAY

    def energy(self, figure: str, days_ahead: int) -> Energy | None:
        """Return what a day comes to; None where a part of it is neither known nor expected."""
        parts = [self.curve(figure, days_ahead, edge) for edge in ("low", "mid", "high")]
        if any(part is None or not np.isfinite(part.wh).all() for part in parts):
            return None
        sums = [float(part.wh.sum()) for part in parts if part is not None]
        if figure == CONSUMPTION and (used := self.used[days_ahead]) is not None:
            sums = [self._before_now(days_ahead) + edge for edge in (used.low, used.mid, used.high)]
        return Energy(*(round(wh) for wh in sums))

    def curve(self, figure: str, days_ahead: int, edge: str = "mid") -> Series | None:
        """Return a whole local day: what flowed, for slots that nobody saw what was expected, and what is expected."""
        if (band := self.bands.get(figure)) is None:
            return None
        span = local_day(self.day(days_ahead), self.place.zone)
        wh = np.full(len(span), np.nan)
        morning, was = self.morning.bands.get(figure), self.today.get(figure)
        if morning is not None:
            _lay(wh, span.start, morning.start, getattr(morning, edge))
        if was is not None:
            _lay(wh, span.start, was.start, was.wh)
        _lay(wh, span.start, band.start, getattr(band, edge))
        return Series(span.start, wh)

    def _before_now(self, days_ahead: int) -> float:
        """Return what was used of a day so far, and of what nobody saw, what was expected."""
        whole = self.curve(CONSUMPTION, days_ahead)
        return 0.0 if whole is None else float(whole.wh[: max((self.made - whole.start) // SLOT, 0)].sum())

    def peak(self, days_ahead: int) -> Peak | None:
        """Return the peak of a day, if anything is known of it."""
        wanted = self.day(days_ahead)
        told = (peak for peak in self.peaks if peak.day == wanted)
        return next((peak for peak in told if isfinite(peak.mid_w) and np.isfinite(peak.when).all()), None)

    def peak_at(self, days_ahead: int) -> datetime | None:
        """Return when that peak is expected; or when it was, while nothing higher is."""
        if (peak := self.peak(days_ahead)) is None:
            return None
        was = self.today.get(GRID_IMPORT)
        if days_ahead == 0 and was is not None and np.isfinite(was.wh).any():
            highest = int(np.nanargmax(was.wh))
            if float(was.wh[highest]) * (HOUR / SLOT) >= peak.mid_w:
                return was.start + highest * SLOT
        return peak.start + int(np.argmax(peak.when)) * peak.step

    def model(self, figure: str) -> Model:
        """Return how a figure was made."""
        band = self.bands.get(figure)
        return Model.NOTHING if band is None else band.model


def look(
    past: Mapping[str, Series],
    place: Place,
    weather: Weather | None,
    limit_w: int | None,
    before: Morning | None = None,
) -> Outlook:
    """Return the outlook on what follows a site's past, by channel; all its series end with the running slot's start.

    What the morning expected is asked again unless it was of today: then it costs nothing, and does not change.
    """
    now = max(series.end for series in past.values())
    today = now.astimezone(place.zone).date()
    begin, tomorrow, end = (local_midnight(today + ahead * DAY, place.zone) for ahead in range(3))
    steps = max(AT_LEAST, end - now) // SLOT
    figures = [figure for figure in FIGURES if figure in past]
    bands = {figure: _forecast(figure, past[figure], place, weather, steps) for figure in figures}
    if before is None or before.day != today or before.bands.keys() != bands.keys():
        a_day = len(local_day(today, place.zone))
        known = {figure: Series(past[figure].start, _until(past[figure], begin)) for figure in figures}
        known = {figure: series if len(series) else Series(begin, series.wh) for figure, series in known.items()}
        before = Morning(
            today, {figure: _forecast(figure, series, place, weather, a_day) for figure, series in known.items()}
        )
    drawn, drawing = _drawn(past, bands, place, weather, steps)
    highest = () if drawing is None else peaks(drawn, drawing, place)
    return Outlook(
        made=now,
        place=place,
        bands=bands if drawing is None else bands | {GRID_IMPORT: drawing},
        today={channel: _since(series, begin) for channel, series in past.items()},
        morning=before,
        peaks=highest,
        windows=() if drawing is None else windows(drawn, drawing, highest, limit_w, place),
        uses_weather=weather is not None,
        used=(_used(past, bands, place, now, tomorrow), _used(past, bands, place, tomorrow, end)),
    )


def _used(
    past: Mapping[str, Series], bands: Mapping[str, Band], place: Place, start: datetime, end: datetime
) -> Total | None:
    """Return what is used between two instants: what such hours come to, and what has lasted until now and goes on."""
    known = past.get(CONSUMPTION)
    if known is None or (told := total(replace(known, wh=np.maximum(known.wh, 0)), place, start, end)) is None:
        return None
    band = bands[CONSUMPTION]
    if band.lasting is None:
        return told
    first, last = ((instant - band.start) // band.step for instant in (start, end))
    low, mid, high = np.array([told.low, told.mid, told.high]) + band.lasting[:, first:last].sum(axis=1)
    mid = max(float(mid), 0.0)
    return Total(float(np.clip(low, 0, mid)), mid, max(float(high), mid))


def _forecast(figure: str, past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
    if figure == PRODUCTION:
        return production.production(past, place, weather, steps)
    return home.consumption(past, place, weather, steps)


def _drawn(
    past: Mapping[str, Series], bands: Mapping[str, Band], place: Place, weather: Weather | None, steps: int
) -> tuple[Series, Band | None]:
    """Return what is drawn from the grid, and what of it is expected; peaks and limits are those of the grid."""
    if GRID_IMPORT not in past:
        return Series(max(series.end for series in past.values()), np.empty(0)), None
    drawn = past[GRID_IMPORT]
    if past.keys() & BENT or CONSUMPTION not in bands:
        return drawn, home.consumption(drawn, place, weather, steps)
    return drawn, bands[CONSUMPTION]


def _lay(wh: Floats, start: datetime, begin: datetime, values: Floats) -> None:
    """Lay values over a day where they are known."""
    offset = (begin - start) // SLOT
    first, last = max(offset, 0), min(offset + len(values), len(wh))
    if first < last:
        piece = values[first - offset : last - offset]
        wh[first:last] = np.where(np.isfinite(piece), piece, wh[first:last])


def _until(past: Series, instant: datetime) -> Floats:
    return past.wh[: max((instant - past.start) // past.step, 0)]


def _since(past: Series, instant: datetime) -> Series:
    first = max((instant - past.start) // past.step, 0)
    return Series(past.start + first * past.step, past.wh[first:], past.step)
