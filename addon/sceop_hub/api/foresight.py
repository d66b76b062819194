"""Foresight: what the community is expected to do, its peaks to come, weather from members, and the hub's own words."""

from datetime import UTC, date, datetime
from typing import Annotated, Literal

from aiohttp import web
from msgspec import Meta, Struct

from .. import forecasts as pages
from ..auth.tokens import HOUSEHOLD
from ..core.slots import SLOT
from ..core.wire import OLDEST
from ..domain.forecast.kept import Curve, Expected, Figure, Forecast
from ..domain.notices import TOLD_FOR, Notice
from ..domain.refusal import Refusal
from ..domain.weather import HOUR, Hour, checked, hour_of
from ..hub import HUB, Hub
from ..store import forecasts, notices, weather
from .limits import MOST_HOURS
from .wire import Instant, decode, reply, write

routes = web.RouteTableDef()

SLOTS_AN_HOUR = HOUR // SLOT

FARTHEST_HOURS = 16 * 24
"""Beyond that nobody forecasts the weather."""


class FigureForecast(Struct, frozen=True):
    """W of each step: of five, four lie between `low` and `high`. `days` of past stand behind it."""

    low: tuple[int | None, ...]
    mid: tuple[int | None, ...]
    high: tuple[int | None, ...]
    model: str
    days: float


class ForecastAnswer(Struct, frozen=True):
    """What the homes together are expected to do.

    A figure that may not be shown is not in it; nor is any before the first forecast was made: then `made` is null.
    """

    made: datetime | None
    start: datetime | None
    figures: dict[Figure, FigureForecast]
    step: Literal[900] = 900


class PeakWindow(Struct, frozen=True):
    """A span in which the homes together are expected to draw more than the limit."""

    start: datetime
    end: datetime
    power_w: int
    limit_w: int
    probability: float
    severity: Literal["mild", "serious", "severe"]


class PeakOfDay(Struct, frozen=True):
    """How high the highest slot of a local day is expected to come, and when."""

    day: date
    low_w: int
    mid_w: int
    high_w: int
    at: datetime


class PeaksAnswer(Struct, frozen=True):
    """The peaks to come. Where the coordinator set no limit, windows are of the highest twentieth of slots."""

    made: datetime | None
    limit_w: int | None
    windows: tuple[PeakWindow, ...]
    days: tuple[PeakOfDay, ...]


class PeaksMessage(PeaksAnswer, frozen=True, tag="peaks"):
    """The peaks to come, told on the live line when it opens and whenever they are made anew."""


class NoticeMessage(Struct, frozen=True, tag="notice"):
    """A message of the coordinator's; those of the last seven days are told again whenever the line opens."""

    id: int
    at: datetime
    title: str
    text: str


class WeatherHour(Struct, frozen=True):
    """The weather of an hour; null where it is not known. `cloud` is the share of the sky that is covered."""

    start: Instant
    temperature_c: Annotated[float, Meta(ge=-90, le=60)] | None = None
    cloud: Annotated[float, Meta(ge=0, le=1)] | None = None
    wind_ms: Annotated[float, Meta(ge=0, le=120)] | None = None


class WeatherRequest(Struct, frozen=True):
    """The weather of hours to come; seen from `made` on, when it was forecast, which is now if it is left out.

    So a household that was away tells what was known meanwhile. A time to come counts as now, and one from which no
    reading could be sent any more as the first from which one can.
    """

    hours: Annotated[list[WeatherHour], Meta(min_length=1, max_length=MOST_HOURS)]
    made: Instant | None = None


class WeatherReceipt(Struct, frozen=True):
    """How many hours were kept: those that were not over by then, and not farther ahead than anybody sees."""

    stored: int


@routes.get("/api/v1/forecast")
async def forecast(request: web.Request) -> web.Response:
    """Tell what the homes together are expected to do."""
    hub = request.app[HUB]
    return reply(_forecast(hub, await hub.store.read(lambda books: forecasts.latest(books, hub.clock()))))


@routes.get("/api/v1/peaks")
async def peaks(request: web.Request) -> web.Response:
    """Tell the peaks to come."""
    hub = request.app[HUB]
    newest = await hub.store.read(lambda books: forecasts.latest(books, hub.clock()))
    return reply(_peaks(hub, newest, PeaksAnswer))


@routes.get("/api/v1/community/slots.csv")
async def slots(request: web.Request) -> web.Response:
    """Give the past that forecasts are made of, as a file on which anybody can try them."""
    return web.Response(
        text=await pages.csv(request.app[HUB]),
        content_type="text/csv",
        headers={"Content-Disposition": 'attachment; filename="sceop-community.csv"', "Cache-Control": "no-store"},
    )


@routes.put("/api/v1/weather")
async def put_weather(request: web.Request) -> web.Response:
    """Take the weather from a member whom the coordinator trusts with it."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    if not await hub.store.read(lambda books: weather.trusts(books, household.id)):
        raise Refusal(
            "weather-not-trusted",
            "The community's coordinator has not chosen this household to tell the weather. Ask them, if you would"
            " like to.",
        )
    sent = await decode(request, WeatherRequest)
    now = hub.clock()
    made = now if sent.made is None else min(max(_instant(sent.made), now - OLDEST), now)
    last = hour_of(made) + FARTHEST_HOURS
    told = [_hour(hour) for hour in sent.hours]
    hours = {hour.hour: hour for hour in told if hour.tells and hour.hour <= last}
    zone = hub.profile.zone
    kept = await hub.store.write(lambda books: weather.put(books, household.id, made, hours.values(), zone))
    return reply(WeatherReceipt(kept))


async def words(hub: Hub) -> list[str]:
    """Return what a household is told when its line opens."""
    since = hub.clock() - TOLD_FOR
    newest = await hub.store.read(lambda books: forecasts.latest(books, hub.clock()))
    lately = await hub.store.read(lambda books: notices.recent(books, since))
    told = [peaks_message(hub, newest)] if newest is not None else []
    return [*told, *(notice_message(notice) for notice in reversed(lately))]


def peaks_message(hub: Hub, newest: Forecast) -> str:
    """Write the peaks to come as the live line tells them."""
    return write(_peaks(hub, newest, PeaksMessage))


def notice_message(notice: Notice) -> str:
    """Write a message of the coordinator's as the live line tells it."""
    return write(NoticeMessage(notice.id, notice.at, notice.title, notice.text))


def _forecast(hub: Hub, newest: Forecast | None) -> ForecastAnswer:
    if newest is None:
        return ForecastAnswer(None, None, {})
    shown = pages.shown(hub)
    figures = {figure: _figure(told) for figure, told in newest.figures.items() if figure in shown}
    return ForecastAnswer(newest.made, newest.start, figures)


def _figure(told: Expected) -> FigureForecast:
    return FigureForecast(_watts(told.low), _watts(told.mid), _watts(told.high), told.model, told.days)


def _watts(curve: Curve) -> Curve:
    return tuple(None if wh is None else wh * SLOTS_AN_HOUR for wh in curve)


def _peaks[T: PeaksAnswer](hub: Hub, newest: Forecast | None, kind: type[T]) -> T:
    if newest is None or newest.peaks.figure not in pages.shown(hub):
        return kind(None if newest is None else newest.made, hub.profile.peak_limit_w, (), ())
    found = newest.peaks
    return kind(
        newest.made,
        found.limit_w,
        tuple(
            PeakWindow(one.start, one.end, one.power_w, one.limit_w, one.probability, one.severity)
            for one in found.windows
        ),
        tuple(PeakOfDay(one.day, one.low_w, one.mid_w, one.high_w, one.at) for one in found.days),
    )


def _hour(told: WeatherHour) -> Hour:
    return checked(hour_of(_instant(told.start)), told.temperature_c, told.cloud, told.wind_ms)


def _instant(told: datetime) -> datetime:
    try:
        return told.astimezone(UTC)
    except OverflowError as error:
        raise Refusal("invalid", f"{told} is no instant that an hour can start at.") from error
