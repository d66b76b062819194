"""What pages show of forecasts: the band beside what came, how the last midnights turned out, the peaks to come."""

import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from .backtest.published import ABOUT, HEADER, WEATHER_HEADER
from .core.blocks import wire_time
from .core.channels import CONSUMPTION, GRID_IMPORT, PRODUCTION
from .core.slots import EPOCH, SLOT, Span, from_number, local_midnight, to_number
from .domain.forecast import plainly
from .domain.forecast.history import History, Ratios, history, since_then
from .domain.forecast.kept import (
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
    Reason,
    State,
)
from .domain.weather import HOUR, hour_of
from .forecasting.asked import LEARNED_FROM
from .hub import Hub
from .store import forecasts, weather

OLD_AFTER = timedelta(hours=3)
"""A forecast is made every hour; where several are missing, the last one is old and says so."""


@dataclass(frozen=True, slots=True)
class Band:
    """A forecast beside what came since, slot by slot from `start` on."""

    start: datetime
    model: str
    days: float
    low: Curve
    mid: Curve
    high: Curve
    truth: Curve


@dataclass(frozen=True, slots=True)
class Night:
    """The forecast of a midnight for the day that began, beside what came, once the day is over."""

    day: date
    afterwards: bool
    band: Band
    score: DayScore | None


@dataclass(frozen=True, slots=True)
class NightError:
    """How far off the forecast of a midnight was over its day, and what plain ones would have come to."""

    day: date
    afterwards: bool
    forecast: float | None
    yesterday: float | None
    last_week: float | None
    seven_days: float | None


@dataclass(frozen=True, slots=True)
class FigurePage:
    """One figure: the newest band, today's as it was told at midnight, and the last midnights with how they did."""

    figure: Figure
    latest: Band
    today: Band | None
    nights: tuple[Night, ...]
    errors: tuple[NightError, ...]
    lately: Lately | None


@dataclass(frozen=True, slots=True)
class ForecastPage:
    """All that the page shows; `reason` says why there is no forecast, or why the one that there is is old."""

    community: str
    time_zone: str
    now: datetime
    reason: Reason | None
    made: datetime | None
    figures: Mapping[Figure, FigurePage]
    peaks: Peaks
    weather: bool
    """Whether there is weather for the coming hours."""


async def page(hub: Hub) -> ForecastPage:
    """Return what the page shows at this moment."""
    now, zone = hub.clock(), hub.profile.zone
    midnight = local_midnight(hub.day(), zone)
    since = local_midnight(hub.day() - timedelta(days=MIDNIGHTS), zone)
    may = shown(hub)

    def look(books: sqlite3.Connection) -> ForecastPage:
        newest, state = forecasts.latest(books, now), forecasts.state(books)
        nights = forecasts.midnights(books, since)
        scores = forecasts.scores(books, since)
        changed = forecasts.changed(books)
        truth = _past(books, to_number(since - timedelta(days=plainly.DAYS_BACK)), to_number(now))
        nights = [_of_now(night, changed, truth.homes) for night in nights]
        lately = {} if state is None else state.lately
        figures = (
            {
                figure: FigurePage(
                    figure,
                    _band(newest.start, told, _of(truth, figure)),
                    next(iter(_bands(nights, figure, truth, midnight)), None),
                    over := tuple(_nights(hub, nights, figure, truth, scores, midnight)),
                    tuple(error(night, _of(truth, figure)) for night in over),
                    lately.get(figure),
                )
                for figure in FIGURES
                if figure in may
                if (told := newest.figures.get(figure)) is not None
            }
            if newest is not None
            else {}
        )
        return ForecastPage(
            community=hub.profile.name,
            time_zone=zone.key,
            now=now.replace(microsecond=0),
            reason=reason(hub, newest, state),
            made=None if newest is None else newest.made,
            figures=figures,
            peaks=newest.peaks
            if newest is not None and newest.peaks.figure in may
            else Peaks(limit_w=hub.profile.peak_limit_w),
            weather=weather.expects(books, now),
        )

    return await hub.store.read(look)


def error(night: Night, known: tuple[int, Curve]) -> NightError:
    """Return how far off a night was, and what plain forecasts made of the past before it would have come to."""
    first, curve = known
    past, truth = curve[: to_number(night.band.start) - first], night.band.truth
    return NightError(
        night.day,
        night.afterwards,
        plainly.nmae(night.band.mid, truth),
        **{name: plainly.nmae(tell(past, len(truth)), truth) for name, tell in plainly.PLAIN.items()},
    )


def reason(hub: Hub, newest: Forecast | None, state: State | None) -> Reason | None:
    """Return why there is no forecast, or why it is old; None where all is well."""
    if newest is not None and hub.clock() - newest.start < OLD_AFTER:
        return None
    if not hub.publishing.standing.group.shown:
        return "unpublished"
    if newest is not None:
        return "stale"
    return "pending" if state is None or state.reason is None else state.reason


def shown(hub: Hub) -> frozenset[Figure]:
    """Return the figures of which forecasts may be shown: those that are published now."""
    published = hub.publishing.standing.group.figures
    flows: Mapping[Figure, str] = {"consumption": CONSUMPTION, "production": PRODUCTION, "net": GRID_IMPORT}
    return frozenset(figure for figure, flow in flows.items() if flow in published)


async def csv(hub: Hub) -> str:
    """Return the past that forecasts are made of, as a file on which anybody can try them.

    Beside its first slot it tells where the community is, for days, holidays and the sun are those of the place.
    """
    profile, place = hub.profile, hub.profile.place
    position = (None, None) if place is None else (place.latitude, place.longitude)
    about = (profile.zone.key, *position, profile.country, profile.subdivision)

    def look(books: sqlite3.Connection) -> str:
        found = _past(books, to_number(hub.clock() - LEARNED_FROM), to_number(hub.clock()))
        rows = zip(found.consumption, found.production, found.net, strict=True)
        lines = [
            ",".join((wire_time(from_number(slot)), *map(_cell, row))) for slot, row in enumerate(rows, found.first)
        ]
        if lines:
            lines[0] = ",".join((lines[0], *map(_cell, about)))
        nowhere = "," * len(about)
        return "\n".join((",".join((HEADER, *ABOUT)), *lines[:1], *(line + nowhere for line in lines[1:]), ""))

    return await hub.store.read(look)


async def weather_csv(hub: Hub) -> str:
    """Return the weather that forecasts know, and when each hour of it was said: nobody shall know more than they."""
    now = hub.clock()
    first, end = hour_of(now - LEARNED_FROM), hour_of(now + SLOTS * SLOT) + 1

    def look(books: sqlite3.Connection) -> str:
        lines = (
            ",".join(
                (
                    wire_time(datetime.fromtimestamp(made, UTC)),
                    wire_time(EPOCH + hour.hour * HOUR),
                    *map(_cell, (hour.temperature_c, hour.cloud, hour.wind_ms)),
                )
            )
            for made, hour in weather.words(books, first, end)
        )
        return "\n".join((WEATHER_HEADER, *lines, ""))

    return await hub.store.read(look)


def _cell(value: object) -> str:
    return "" if value is None else f'"{value}"' if "," in str(value) else str(value)


def _past(books: sqlite3.Connection, first: int, end: int) -> History:
    return history(forecasts.published(books, first, end), forecasts.changed(books), end)


def _of(past: History, figure: Figure) -> tuple[int, Curve]:
    curves: Mapping[Figure, Curve] = {
        "consumption": past.consumption,
        "production": past.production,
        "net": past.net,
    }
    return past.first, curves[figure]


def _band(start: datetime, told: Expected, known: tuple[int, Curve], slots: int | None = None) -> Band:
    first, curve = known
    begin = to_number(start) - first
    truth = tuple(curve[at] if 0 <= at < len(curve) else None for at in range(begin, begin + (slots or len(told.mid))))
    low, mid, high = (part[: len(truth)] for part in (told.low, told.mid, told.high))
    return Band(start, told.model, told.days, low, mid, high, truth)


def _of_now(told: Forecast, changed: Mapping[int, Ratios], homes: float) -> Forecast:
    """Return a forecast for the homes of now, so that it stands beside what these use."""
    figures = {figure: one.times(since_then(told, figure, changed, homes)) for figure, one in told.figures.items()}
    return replace(told, figures=figures)


def _bands(nights: Iterable[Forecast], figure: Figure, past: History, midnight: datetime) -> Iterable[Band]:
    for night in nights:
        if night.start == midnight and (told := night.figures.get(figure)) is not None:
            yield _band(night.start, told, _of(past, figure))


def _nights(
    hub: Hub,
    nights: Iterable[Forecast],
    figure: Figure,
    past: History,
    scores: Mapping[tuple[datetime, Figure], DayScore],
    midnight: datetime,
) -> Iterable[Night]:
    zone = hub.profile.zone
    for night in nights:
        if night.start >= midnight or (told := night.figures.get(figure)) is None:
            continue
        day = night.start.astimezone(zone).date()
        slots = len(Span(night.start, local_midnight(day + timedelta(days=1), zone)))
        band = _band(night.start, told, _of(past, figure), slots)
        yield Night(day, night.afterwards, band, scores.get((night.start, figure)))
