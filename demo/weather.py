"""The weather of the demo's street, as a service tells it: to Home Assistant by a webhook, where it is an entity."""

import asyncio
import contextlib
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta

import numpy as np
from aiohttp import ClientError

from sceop_hub.core import sun
from sceop_hub.core.forecast.sky import through_clouds
from sceop_hub.core.simulate.community import SEVILLE
from sceop_hub.core.simulate.foretold import AHEAD_HOURS, HOUR, Foretold, eves, foretold
from sceop_hub.core.slots import EPOCH
from sceop_hub.domain.weather import hour_of

from . import site
from .books import books_of
from .processes import POLL_S
from .state import Demo, Refused
from .visitor import Api

ENTITY = "weather.mill_street"
WEBHOOK = "mill-street-weather"

TEMPLATE = f"""\
# The street's weather, which the demo tells every hour: no service on the internet knows it.
template:
  - triggers:
      - trigger: webhook
        webhook_id: {WEBHOOK}
        allowed_methods: [POST]
        local_only: true
    weather:
      - name: Mill Street
        unique_id: mill_street_weather
        condition: "{{{{ trigger.json.condition }}}}"
        temperature: "{{{{ trigger.json.temperature }}}}"
        temperature_unit: "°C"
        humidity: "{{{{ none }}}}"
        cloud_coverage: "{{{{ trigger.json.cloud_coverage }}}}"
        forecast_hourly: "{{{{ trigger.json.hours }}}}"
"""
"""Of Home Assistant's configuration. Nothing that is simulated depends on the air's humidity, so nobody tells it."""

PAST = timedelta(days=60)
"""What the service still has of its former forecasts: as much as the home in Home Assistant has a past."""
UNKNOWN = "unknown"
TAKEN_WITHIN_S = 60.0
BRIGHT, MIXED = 0.8, 0.5
"""From these shares of a clear sky's light on people call the weather sunny, or partly cloudy."""


async def told(api: Api) -> None:
    """Tell Home Assistant the weather of this moment, and the hours before and after it as they were forecast."""
    while (await api.states()).get(ENTITY, UNKNOWN) == UNKNOWN:  # its webhook may not be there yet
        now = datetime.now(UTC)
        await _tell(api, [*said_before(now), *foretold(SEVILLE, now)], now)
        await asyncio.sleep(POLL_S)


async def chosen(api: Api) -> None:
    """Choose it for the forecasts of the home, unless it is there already."""
    for entry in await site.sites(api):
        if await site.chosen(api, entry, "forecast", "weather") != ENTITY:
            await site.choose(api, entry, "forecast", {"weather": ENTITY})


async def kept_up(api: Api) -> None:
    """Tell every hour the weather from then on, once the home has heard what was before."""
    with contextlib.suppress(TimeoutError, ClientError, Refused):
        async with asyncio.timeout(TAKEN_WITHIN_S):
            await _taken(api)
    while True:
        now = datetime.now(UTC)
        with contextlib.suppress(ClientError, TimeoutError):  # Home Assistant is away, or busy with its start
            await _tell(api, foretold(SEVILLE, now), now)
        await asyncio.sleep((HOUR - (now - _hour(now))).total_seconds())


async def known_to_hub(demo: Demo) -> None:
    """Wait until the hub knows the weather that is to come, and so also that of before, which it is told first."""
    while True:
        with closing(books_of(demo)) as books:
            last = books.execute("SELECT MAX(hour) FROM weather").fetchone()[0]
        if last is not None and last >= hour_of(datetime.now(UTC)) + AHEAD_HOURS - 1:
            return
        await asyncio.sleep(POLL_S)


def said_before(now: datetime) -> list[Foretold]:
    """Return what was said of the hours before this one at the midnight before each."""
    found: dict[datetime, Foretold] = {}
    for eve in eves(SEVILLE, now - PAST, now):
        found |= {hour.start: hour for hour in foretold(SEVILLE, eve)[1:]}
    return [found[start] for start in sorted(found) if start < _hour(now)]


async def _taken(api: Api) -> None:
    """Wait until the home forecasts with it."""
    entity = (await site.entities(api))["production_forecast_tomorrow"]
    while True:
        if (await api.get(f"/api/states/{entity}"))["attributes"].get("weather"):
            return
        await asyncio.sleep(POLL_S)


async def _tell(api: Api, hours: Sequence[Foretold], now: datetime) -> None:
    running = next(hour for hour in hours if hour.start == _hour(now))
    told = [{"datetime": hour.start.isoformat(), **_shown(hour)} for hour in hours]
    weather = {"condition": _condition(running), **_shown(running), "hours": told}
    async with api.home.session.post(f"{api.home.url}/api/webhook/{WEBHOOK}", json=weather) as answer:
        answer.raise_for_status()


def _shown(hour: Foretold) -> dict[str, object]:
    return {"temperature": hour.celsius, "cloud_coverage": round(hour.cloud * 100)}


def _condition(hour: Foretold) -> str:
    """Return Home Assistant's word for the sky of an hour."""
    (light,) = through_clouds(np.array([hour.cloud]))
    if light < MIXED:
        return "cloudy"
    if light < BRIGHT:
        return "partlycloudy"
    middle = np.array([(hour.start + HOUR / 2 - EPOCH) / timedelta(minutes=1)])
    (elevation,), _ = sun.position(middle, SEVILLE.latitude, SEVILLE.longitude)
    return "sunny" if elevation > 0 else "clear-night"


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
