"""The figures' own rhythm: the sum every ten seconds, the curve every quarter of an hour, the group every night."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from ..broadcast import Broadcast
from ..core.slots import slot_of
from ..hub import SETTLED_AFTER, Hub

_LOGGER = logging.getLogger(__name__)

SUM_EVERY = timedelta(seconds=10)
NEWCOMERS_EVERY = timedelta(seconds=15)


@dataclass(slots=True)
class _Duty:
    """Work that is done again whenever its mark changes."""

    work: Callable[[], Awaitable[None]]
    mark: Callable[[], object]
    done: object = None
    fails: bool = False

    async def do_if_due(self) -> None:
        """Do the work; where it fails, say so once and try again at the next look."""
        mark = self.mark()
        if mark == self.done:
            return
        try:
            await self.work()
        except Exception:
            if not self.fails:
                _LOGGER.exception("The community's figures could not be renewed; the old ones stay until it works")
            self.fails = True
        else:
            self.done, self.fails = mark, False


class Figures:
    """Everything that is renewed by the clock."""

    def __init__(self, hub: Hub, broadcast: Broadcast) -> None:
        async def tell_now() -> None:
            broadcast.publish(await hub.now())

        async def draw_today() -> None:
            group = hub.group
            broadcast.publish_day(await hub.today(), group)

        def every(period: timedelta) -> Callable[[], object]:
            return lambda: int(hub.clock().timestamp() // period.total_seconds())

        self._duties = (
            _Duty(hub.measure_everyone, hub.day),
            _Duty(hub.measure_newcomers, every(NEWCOMERS_EVERY)),
            _Duty(draw_today, lambda: (slot_of(hub.clock() - SETTLED_AFTER), hub.group)),
            _Duty(tell_now, every(SUM_EVERY)),
        )

    async def renew(self) -> None:
        """Renew what is due."""
        for duty in self._duties:
            await duty.do_if_due()

    async def keep_renewing(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Renew for as long as the hub runs; `pause` waits between two looks."""
        while True:
            await self.renew()
            await pause()


async def a_second() -> None:
    """Wait between two looks at the clock."""
    await asyncio.sleep(1)
