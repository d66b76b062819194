"""Sealing by the clock: each night the days that closed or changed go to the lake, beside the server.

Later than the books settle, so that a day is written once. Who is forgotten leaves the lake at once, and not by night.
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import date, timedelta

from ..core.slots import to_number
from ..domain.offsets import SLOTS_A_DAY
from ..hub import Hub
from ..lake.files import CHECKSUMS, FOLDER
from ..processes import Ended, run
from ..store import lake

_LOGGER = logging.getLogger(__name__)

AFTER_MIDNIGHT = timedelta(hours=3, minutes=30)
LOOK_EVERY_S = 60
REST_AFTER_FAILURE = timedelta(hours=1)

type Run = Callable[..., Awaitable[Ended]]


class Sealing:
    """When the lake is written."""

    def __init__(self, hub: Hub, run: Run = run) -> None:
        self._hub = hub
        self._run = run
        self._looked = -1
        self._night: date | None = None
        self._rests_until = hub.clock()

    async def keep(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Write what is due for as long as the hub runs; `pause` waits between two looks."""
        while True:
            try:
                await self.once()
            except Exception:
                _LOGGER.exception("The lake could not be looked after; it is tried again in an hour")
                self._rests_until = self._hub.clock() + REST_AFTER_FAILURE
            await pause()

    async def once(self) -> None:
        """Look once a minute whether it is time."""
        now = self._hub.clock()
        minute = int(now.timestamp() // LOOK_EVERY_S)
        if minute == self._looked or now < self._rests_until:
            return
        self._looked = minute
        night = (now - AFTER_MIDNIGHT).astimezone(self._hub.profile.zone).date()
        leaves = bool(await self._hub.store.read(lake.forgetting))
        if night == self._night and not leaves:
            return
        today = to_number(now) // SLOTS_A_DAY
        starts = self._night is None  # a hub that just started catches up, and leaves the rest to the night
        begun = starts or (self._hub.settings.data / FOLDER / CHECKSUMS).exists()
        if begun and not leaves and not await self._hub.store.read(lambda books: lake.due(books, today)):
            self._night = night
            return
        ended = await self._run(
            "lake", "seal", "--gently", "--data", str(self._hub.settings.data), "--now", now.isoformat()
        )
        if ended.code:
            _LOGGER.warning("The lake could not be written: %s. It is tried again in an hour", ended.complaint)
            self._rests_until = now + REST_AFTER_FAILURE
        else:
            self._night = night
