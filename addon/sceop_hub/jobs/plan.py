"""The plan's own rhythm: looked at anew in each slot, with each new forecast, and once what came of a slot is known."""

import logging
from collections.abc import Awaitable, Callable
from datetime import datetime

from aiohttp import web

from ..core.slots import to_number
from ..domain.forecast.kept import Forecast
from ..shifting.room import Shifting

_LOGGER = logging.getLogger(__name__)


class Planning:
    """When the community's plan is made anew."""

    def __init__(self, shifting: Shifting) -> None:
        self._shifting = shifting
        self._newest: Forecast | None = None
        self._done: object = None
        self._fails = False

    async def keep(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Replan for as long as the hub runs; `pause` waits between two looks."""
        while True:
            await self.once()
            await pause()

    async def once(self) -> None:
        """Replan if there is anything new; where that fails, say so once and try again at the next look."""
        mark = self._mark(self._shifting.hub.clock())
        if mark == self._done:
            return
        try:
            await self._shifting.replan()
        except Exception:
            if not self._fails:
                _LOGGER.exception("The plan could not be made anew; places stay as they were until it works")
            self._fails = True
        else:
            self._fails, self._done = False, mark

    def foreseen(self, newest: Forecast) -> None:
        """Hear of a new forecast."""
        self._newest = newest

    def _mark(self, now: datetime) -> object:
        """Return what tells one plan from the next."""
        hub = self._shifting.hub
        publishing = hub.publishing
        return to_number(now), self._newest and self._newest.made, publishing.version, publishing.begun, hub.profile


PLANNING = web.AppKey("planning", Planning)
