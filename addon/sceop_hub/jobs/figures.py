"""The figures' own rhythm: the sum every ten seconds, the curve every quarter of an hour, the group every night.

A page never makes the hub compute; looking often shows nothing more than looking once.
"""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from ..core.slots import slot_of
from ..hub import SETTLED_AFTER, Hub
from ..web.events import Broadcast

_LOGGER = logging.getLogger(__name__)

SUM_EVERY = timedelta(seconds=10)
NEWCOMERS_EVERY = timedelta(minutes=1)


@dataclass(slots=True)
class _Due:
    """Work that is done again whenever the mark of its period changes."""

    work: Callable[[], Awaitable[None]]
    period: Callable[[], object]
    done: object = None

    async def run_if_due(self) -> None:
        """Do the work once a period; a failure is told and tried again in the next."""
        period = self.period()
        if period == self.done:
            return
        self.done = period
        try:
            await self.work()
        except Exception:
            _LOGGER.exception("The community's figures could not be renewed; the old ones stay until the next try")


async def keep_renewing(hub: Hub, broadcast: Broadcast, pause: Callable[[], Awaitable[None]]) -> None:
    """Renew every figure in its own period, for as long as the hub runs; `pause` waits between two looks."""

    async def tell_now() -> None:
        broadcast.publish(await hub.now())

    async def draw_today() -> None:
        broadcast.today = await hub.today()

    def curve_period() -> tuple[datetime, object]:
        return slot_of(hub.clock() - SETTLED_AFTER), hub.group

    duties = (
        _Due(hub.measure_everyone, hub.day),
        _Due(hub.measure_newcomers, lambda: _mark(hub, NEWCOMERS_EVERY)),
        _Due(draw_today, curve_period),
        _Due(tell_now, lambda: _mark(hub, SUM_EVERY)),
    )
    while True:
        for duty in duties:
            await duty.run_if_due()
        await pause()


def _mark(hub: Hub, every: timedelta) -> int:
    """Return a number that changes once every so often."""
    return int(hub.clock().timestamp() // every.total_seconds())


async def a_second() -> None:
    """Wait between two looks at the clock."""
    await asyncio.sleep(1)
