"""Shifting: this home's flexible energy goes to the community's plan, and places come back.

The whole set is told at every change and once an hour, at a moment of this home's own. A hub that is silent, or of
before, leaves the home to its own plan.
"""

import logging
from asyncio import Task
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from .client import HubClient
from .errors import HubError, NotAHub
from .places import MOST_REQUESTS, Place, Places, Request, read_places
from .recognition import Recognition

_LOGGER = logging.getLogger(__name__)

EVERY_S = 3600
EARLIEST_S, LATEST_S = 0.5, 10
"""After a change: homes that wake up by the same clock should not all ask in the same instant."""
AGAIN_S = 300
"""After a hub that did not answer."""
OLD_AFTER = timedelta(hours=2)
"""A plan that the hub has not repeated for so long is not kept to."""


class Shifting:
    """What was asked of the hub, and what it gave."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: HubClient, recognition: Recognition, dice: Random
    ) -> None:
        self._hass, self._entry, self._dice = hass, entry, dice
        self._client, self._recognition = client, recognition
        self._requests: tuple[Request, ...] = ()
        self._told: tuple[Request, ...] | None = None
        self._answer: Places | None = None
        self._heard_at: datetime | None = None
        self._listeners: list[Callable[[], None]] = []
        self._cancel: CALLBACK_TYPE | None = None
        self._due: datetime | None = None
        self._task: Task[None] | None = None
        self._open = False

    @property
    def answer(self) -> Places | None:
        """What the hub said last, unless that is too long ago."""
        if self._heard_at is None or dt_util.utcnow() - self._heard_at > OLD_AFTER:
            return None
        return self._answer

    def place(self, request: str) -> Place | None:
        """Return the place that a request has in the community's plan."""
        answer = self.answer
        return None if answer is None else answer.places.get(request)

    @property
    def told(self) -> bool:
        """Whether the hub heard of all that is asked now."""
        if self._told is None:
            return False
        return [each.essence for each in self._told] == [each.essence for each in self._requests]

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call when places or pressure came; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def start(self) -> None:
        """Begin to tell what is asked; until now nothing was."""
        self._open = True
        self._plan(self._dice.uniform(EARLIEST_S, LATEST_S))

    @callback
    def stop(self) -> None:
        """Tell nothing any more. What was reserved lapses by itself."""
        self._open = False
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def ask(self, requests: Sequence[Request]) -> None:
        """Ask for exactly these; what is not among them any more is released."""
        self._requests = tuple(requests)[:MOST_REQUESTS]
        if self._open and not self.told:
            self._plan(self._dice.uniform(EARLIEST_S, LATEST_S))

    @callback
    def _plan(self, delay: float) -> None:
        """Tell after a while, or earlier where that was planned."""
        due = dt_util.utcnow() + timedelta(seconds=delay)
        if self._cancel is not None and self._due is not None:
            if self._due <= due:
                return
            self._cancel()
        self._due = due

        @callback
        def tell(_now: datetime) -> None:
            self._cancel = None
            self._task = self._entry.async_create_background_task(
                self._hass, self.tell(), f"sceop shifting {self._entry.title}"
            )

        self._cancel = async_call_later(self._hass, delay, tell)

    async def tell(self) -> None:
        """Tell the whole set, and take what comes back."""
        asked = self._requests
        try:
            await self._recognition.make_sure()
            answer = await self._client.reserve([request.to_json() for request in asked])
            self._told = asked
            self._take(answer, dt_util.utcnow())
        except HubError as error:  # whoever sends readings tells of a hub that is away
            _LOGGER.debug("The hub plans nothing for %s: %s", self._entry.title, error)
            if self._open:
                self._plan(EVERY_S if isinstance(error, NotAHub) else AGAIN_S)
        else:
            if self._open:
                again = self._dice.uniform(EARLIEST_S, LATEST_S)
                self._plan(EVERY_S if self.told else again)

    @callback
    def heard(self, message: Mapping[str, Any]) -> None:
        """Take what the hub said on the live line, where it speaks of the plan."""
        if message.get("type") == "plan":
            try:
                self._take(message, dt_util.utcnow())
            except NotAHub as error:
                _LOGGER.debug("%s", error)

    @callback
    def _take(self, answer: Mapping[str, Any], now: datetime) -> None:
        self._answer, self._heard_at = read_places(answer, now), now
        for listener in list(self._listeners):
            listener()
