"""Forecast: what the community is expected to do in the next two days, and how well that was told lately."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import msgspec
from aiohttp import web

from ... import forecasts
from ...api.wire import reply
from ...auth.access import Permission
from ...auth.people import PERSON
from ...domain.forecast.kept import Curve, Figure, PeakWindow
from ...forecasts import FigurePage, ForecastPage, Night
from ...hub import HUB
from ...words import language_of, speaker
from ..frame import HEADERS, page

routes = web.RouteTableDef()

LIKELY, ALMOST_SURE = 0.5, 0.85
"""From these probabilities on the words for a window change: people read odds badly, and words well."""

DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True, slots=True)
class NightError:
    """How far off the forecast of a midnight was over its day, and what the days before it would have come to."""

    day: date
    afterwards: bool
    forecast: float | None
    yesterday: float | None
    last_week: float | None


@dataclass(frozen=True, slots=True)
class WindowShown:
    """A peak window, with the word for how likely it is."""

    window: PeakWindow
    odds: str


@routes.get("/forecast")
async def forecast(request: web.Request) -> web.Response:
    """Show the page; its script asks for the curves."""
    hub = request.app[HUB]
    found, say = await forecasts.page(hub), speaker(language_of(request))
    return page(
        request,
        "forecast",
        found=found,
        figures=list(found.figures),
        names=[(figure, say(f"forecast.name.{figure}")) for figure in found.figures],
        first=_first(found),
        windows=[WindowShown(window, _odds(window)) for window in found.peaks.windows],
        afterwards={figure: sum(night.afterwards for night in one.nights) for figure, one in found.figures.items()},
        may_decide=request[PERSON].may(Permission.OPERATE),
    )


@routes.get("/forecast/data")
async def data(request: web.Request) -> web.Response:
    """Give the bands beside what came, and the errors of the last nights."""
    found = await forecasts.page(request.app[HUB])
    told = msgspec.to_builtins(found)
    for figure, one in found.figures.items():
        told["figures"][figure]["errors"] = msgspec.to_builtins(errors(one.nights))
    answer = reply(told)
    answer.headers.update(HEADERS)
    return answer


@routes.get("/forecast/past.csv")
async def past(request: web.Request) -> web.Response:
    """Give the past that forecasts learn of; `sceop-hub backtest` reads it."""
    text = await forecasts.csv(request.app[HUB])
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="community-past.csv"'}
    return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


@routes.get("/forecast/weather.csv")
async def weather(request: web.Request) -> web.Response:
    """Give the weather that forecasts know, as it was forecast; `sceop-hub backtest` reads it beside the past."""
    text = await forecasts.weather_csv(request.app[HUB])
    headers = {**HEADERS, "Content-Disposition": 'attachment; filename="community-weather.csv"'}
    return web.Response(text=text, content_type="text/csv", charset="utf-8", headers=headers)


def errors(nights: Sequence[Night]) -> list[NightError]:
    """Return the errors of nights that are over; of a day that is not known before them, nothing is told."""
    came = {night.day: night.band.truth for night in nights}

    def error(night: Night) -> NightError:
        truth = night.band.truth
        return NightError(
            night.day,
            night.afterwards,
            _nmae(night.band.mid, truth),
            *(_nmae(came.get(night.day - ago, ()), truth) for ago in (DAY, WEEK)),
        )

    return [error(night) for night in nights]


def _nmae(expected: Curve, truth: Curve) -> float | None:
    """Return the mean error against the mean of the truth; a day of another length is no forecast of this one."""
    if len(expected) != len(truth):
        return None
    pairs = [(told, came) for told, came in zip(expected, truth, strict=True) if told is not None and came is not None]
    size = sum(abs(came) for _, came in pairs)
    return sum(abs(told - came) for told, came in pairs) / size if size else None


def _first(found: ForecastPage) -> FigurePage | None:
    """Return the figure that the page begins with: the one whose peaks are told, so that they stand in its picture."""
    peaks: tuple[Figure, ...] = () if found.peaks.figure is None else (found.peaks.figure,)
    order: tuple[Figure, ...] = (*peaks, "consumption", "net", "production")
    return next((found.figures[figure] for figure in order if figure in found.figures), None)


def _odds(window: PeakWindow) -> str:
    if window.probability >= ALMOST_SURE:
        return "sure"
    return "likely" if window.probability >= LIKELY else "possible"
