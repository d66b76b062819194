"""The weather as a simulated member tells it: what was forecast at each midnight of its past, then what is to come."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import ClientSession

from ..core.blocks import wire_time
from ..core.simulate.foretold import HOUR, Foretold, eves, foretold
from ..core.simulate.sites import Place
from .client import RefusedByHubError, ask

PATH = "/api/v1/weather"
ASKED_EVERY_S = 5.0
"""Until the coordinator trusts it: whoever decides so waits for what it brings."""


async def tell_weather(
    session: ClientSession, token: str | None, place: Place, since: datetime, clock: Callable[[], datetime]
) -> None:
    """Tell the weather for as long as the coordinator wants it from this member, whenever that begins."""
    while True:
        if (await ask(session, "/api/v1/me", token=token, method="GET"))["weather"]:
            try:
                for made in eves(place, since, clock()):
                    await ask(session, PATH, {**_told(foretold(place, made)), "made": wire_time(made)}, token, "PUT")
                while True:
                    now = clock()
                    await ask(session, PATH, _told(foretold(place, now)), token, "PUT")
                    await asyncio.sleep((HOUR - (now - now.replace(minute=0, second=0, microsecond=0))).total_seconds())
            except RefusedByHubError:
                pass  # it is not trusted any more
        await asyncio.sleep(ASKED_EVERY_S)


def _told(hours: Sequence[Foretold]) -> dict[str, object]:
    return {
        "hours": [
            {"start": wire_time(hour.start), "temperature_c": hour.celsius, "cloud": hour.cloud} for hour in hours
        ]
    }
