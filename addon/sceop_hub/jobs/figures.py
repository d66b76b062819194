"""The figures' own rhythm: the sum every ten seconds, the curve every quarter hour, who stands behind every night."""

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from aiohttp import web

from .. import figures
from ..broadcast import Broadcast
from ..hub import Hub

_LOGGER = logging.getLogger(__name__)

SUM_EVERY = timedelta(seconds=10)
LOOK_FOR_ENOUGH_EVERY = timedelta(seconds=15)
"""Until there are enough homes for a figure; after that, who stands behind it is decided once a day."""


@dataclass(slots=True)
class _Duty:
    """Work that is done again whenever its mark changes; where the work returns False, some of it is left."""

    work: Callable[[], Awaitable[bool]]
    mark: Callable[[datetime], object]
    done: object = None
    fails: bool = False

    async def do_if_due(self, now: datetime) -> None:
        """Do the work; where it fails, say so once and try again at the next look."""
        mark = self.mark(now)
        if mark == self.done:
            return
        try:
            finished = await self.work()
        except Exception:
            if not self.fails:
                _LOGGER.exception("The community's figures could not be renewed; the old ones stay until it works")
            self.fails = True
        else:
            self.fails = False
            if finished:
                self.done = mark


class Figures:
    """Everything that is renewed by the clock."""

    def __init__(self, hub: Hub, broadcast: Broadcast) -> None:
        publishing = hub.publishing

        async def tell_now() -> bool:
            broadcast.publish(await figures.now(hub, broadcast.so_far))
            return True

        async def draw_today() -> bool:
            broadcast.publish_day(*await figures.today(hub))
            return True

        async def renew() -> bool:
            await publishing.renew()
            return True

        def every(period: timedelta) -> Callable[[datetime], int]:
            return lambda now: int(now.timestamp() // period.total_seconds())

        def day(now: datetime) -> date:
            return now.astimezone(hub.profile.zone).date()

        def enough(now: datetime) -> object:
            shown = publishing.standing.group.shown
            return day(now), publishing.begun, hub.profile.fewest_homes, shown or every(LOOK_FOR_ENOUGH_EVERY)(now)

        def settled(now: datetime) -> object:
            return publishing.settled(now), publishing.standing

        def drawn(now: datetime) -> object:
            return settled(now), publishing.version, publishing.needed, day(now), hub.profile

        def told(now: datetime) -> object:
            return every(SUM_EVERY)(now), publishing.begun

        self._duties = (
            _Duty(renew, enough),
            _Duty(publishing.settle, settled),
            _Duty(draw_today, drawn),
            _Duty(tell_now, told),
        )
        self._clock = hub.clock
        self._turns = asyncio.Lock()

    async def renew(self) -> None:
        """Renew what is due at this moment, not what becomes due meanwhile: each finds what it builds on."""
        async with self._turns:
            now = self._clock()
            for duty in self._duties:
                await duty.do_if_due(now)

    async def keep_renewing(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Renew for as long as the hub runs; `pause` waits between two looks."""
        while True:
            await self.renew()
            await pause()


FIGURES = web.AppKey("figures", Figures)


async def a_second() -> None:
    """Wait until the clock's next second, so that what is due is done in its first moments."""
    await asyncio.sleep(1 - time.time() % 1)
