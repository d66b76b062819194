"""What a community does together, as this home hears of it: asked every hour, and heard on the live line in between."""

import logging
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_call_later

from ..const import DOMAIN
from .client import HubClient
from .consent import Consent
from .errors import HubError, NotAHub
from .events import Events, Happening, SilenceError, facts_of
from .game import Game
from .invited import PeakEvent
from .promises import Promises
from .recognition import Recognition

_LOGGER = logging.getLogger(__name__)

EVERY_S = 3600
EARLIEST_S, LATEST_S = 20, 300
SIGNAL = f"{DOMAIN}_event"
"""What triggers hear of every site: entry, what happened, and facts."""


class Together:
    """Events and game of one membership. A hub of before, which has neither, is as good as one that is silent."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: HubClient,
        recognition: Recognition,
        promises: Promises,
        dice: Random,
        *,
        paused: bool,
    ) -> None:
        self._hass, self._entry, self._paused = hass, entry, paused
        self._client, self._recognition = client, recognition
        self._phase = dice.uniform(EARLIEST_S, LATEST_S)
        self._cancel: CALLBACK_TYPE | None = None
        consent = Consent.from_options(entry.options, ZoneInfo(entry.data["time_zone"]))
        self.events = Events(hass, entry, client, promises, consent, dice, silent=paused)
        self.game = Game(hass, client, promises, silent=paused)
        self.events.hear(self._tell)

    @callback
    def start(self) -> None:
        """Follow events by the clock; ask soon, and then every hour, but in a pause never."""
        self.events.start()
        if not self._paused:
            self._plan(self._phase)

    @callback
    def stop(self) -> None:
        """Ask no more."""
        self.events.stop()
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _plan(self, delay: float) -> None:
        @callback
        def ask(_now: datetime) -> None:
            self._plan(EVERY_S)
            self._do(self.ask())

        self._cancel = async_call_later(self._hass, delay, ask)

    async def ask(self) -> None:
        """Ask for everything; what one part of a hub does not know keeps nobody from asking another."""
        for ask in (self.events.ask, self.game.ask):
            await self._try(ask)

    async def ask_hub[T](self, question: Callable[[HubClient], Awaitable[T]]) -> T:
        """Ask what a person wants to know just now."""
        if self._paused:
            raise SilenceError
        await self._recognition.make_sure()
        return await question(self._client)

    @callback
    def heard(self, message: Mapping[str, Any]) -> None:
        """Take what the hub said on the live line."""
        match message.get("type"):
            case "event":
                try:
                    self.events.heard(message)
                except NotAHub as error:
                    _LOGGER.debug("%s", error)
            case "game":
                self._do(self._try(lambda: self.game.heard(message)))

    async def _try(self, ask: Callable[[], Coroutine[Any, Any, None]]) -> None:
        try:
            await self._recognition.make_sure()
            await ask()
        except HubError as error:  # whoever sends readings tells of a hub that is away, and asks for a new key
            _LOGGER.debug("The hub tells %s nothing of what is done together: %s", self._entry.title, error)

    @callback
    def _tell(self, happening: Happening, event: PeakEvent) -> None:
        facts = facts_of(event)
        async_dispatcher_send(self._hass, SIGNAL, self._entry.entry_id, happening.value, facts)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        _task = self._entry.async_create_background_task(self._hass, work, f"sceop together {self._entry.title}")
