"""Forecast: what the community is expected to do in the next two days, and how well that was told lately."""

from dataclasses import dataclass

from aiohttp import web

from ... import forecasts
from ...api.wire import reply
from ...auth.access import Permission
from ...auth.people import PERSON
from ...domain.forecast.kept import Figure, PeakWindow
from ...forecasts import FigurePage, ForecastPage
from ...hub import HUB
from ...words import language_of, speaker
from ..frame import HEADERS, page

routes = web.RouteTableDef()

LIKELY, ALMOST_SURE = 0.5, 0.85
"""From these probabilities on the words for a window change: people read odds badly, and words well."""


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
    answer = reply(await forecasts.page(request.app[HUB]))
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


def _first(found: ForecastPage) -> FigurePage | None:
    """Return the figure that the page begins with: the one whose peaks are told, so that they stand in its picture."""
    peaks: tuple[Figure, ...] = () if found.peaks.figure is None else (found.peaks.figure,)
    order: tuple[Figure, ...] = (*peaks, "consumption", "net", "production")
    return next((found.figures[figure] for figure in order if figure in found.figures), None)


def _odds(window: PeakWindow) -> str:
    if window.probability >= ALMOST_SURE:
        return "sure"
    return "likely" if window.probability >= LIKELY else "possible"
