"""The live line: this moment's power, every ten seconds, for as long as the hub listens."""

from asyncio import Task
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from aiohttp import ClientError, ClientWebSocketResponse, WSMsgType
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.util.json import json_loads

from ..backoff import Backoff
from . import wire
from .client import HubClient
from .contact import Contact
from .errors import HubError, HubUnreachable, TokenRefused
from .recognition import Recognition

EVERY = timedelta(seconds=10)
FIRST_RETRY, LONGEST_RETRY = 10, 300

type Hear = Callable[[Mapping[str, Any]], None]
"""Takes what the hub says on the line."""

type Power = Callable[[], tuple[datetime, Mapping[str, int | None]] | None]
"""Returns when the power was read and what it was, or None while the meters say nothing."""


class LiveLine:
    """Keeps the line open; what the hub says on it is heard by versions that know what it means."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: HubClient,
        recognition: Recognition,
        contact: Contact,
        dice: Random,
        hear: Hear,
    ) -> None:
        self._hass, self._entry, self._hear = hass, entry, hear
        self._client, self._recognition, self._contact = client, recognition, contact
        self._backoff = Backoff(dice, FIRST_RETRY, LONGEST_RETRY)
        self._cancel: CALLBACK_TYPE | None = None
        self._task: Task[None] | None = None

    @callback
    def start(self, power: Power) -> None:
        """Open the line in the background, and again whenever it breaks."""

        @callback
        def again(_now: datetime) -> None:
            self._cancel = None
            self.start(power)

        async def run() -> None:
            if await self._hold(power):
                self._cancel = async_call_later(self._hass, self._backoff.next(), again)

        self._task = self._entry.async_create_background_task(self._hass, run(), f"sceop live {self._entry.title}")

    @callback
    def stop(self) -> None:
        """Try no more; a line that is open ends with its entry's tasks."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    async def _hold(self, power: Power) -> bool:
        """Hold the line until it breaks; return whether to try again."""
        try:
            await self._recognition.make_sure()
            async with self._client.live() as socket:
                self._contact.reached("live")
                await self._talk(socket, power)
            self._contact.lost("live", HubUnreachable("The hub closed the live line."))
        except TokenRefused as error:
            self._contact.lost("live", error)
            self._entry.async_start_reauth(self._hass)
            return False
        except HubError as error:
            self._contact.lost("live", error)
        self._recognition.doubt()
        return True

    async def _talk(self, socket: ClientWebSocketResponse, power: Power) -> None:
        """Tell the power now and at every tick, until either side hangs up."""

        async def tell(_now: datetime | None = None) -> None:
            if (known := power()) is not None and not socket.closed:
                with suppress(ClientError, ConnectionError):  # whoever reads the line notices that it broke
                    await socket.send_json(wire.power(*known))
                    self._backoff.reset()

        await tell()
        stop_telling = async_track_time_interval(self._hass, tell, EVERY, cancel_on_shutdown=True)
        try:
            async for message in socket:
                if message.type is WSMsgType.TEXT and (said := _object(message.data)) is not None:
                    self._hear(said)
        finally:
            stop_telling()


def _object(text: str) -> Mapping[str, Any] | None:
    """Return the JSON object that a message is, or None where it is anything else.

    Home Assistant's reader takes nothing that it could not write down: no NaN, no half characters, no endless depth.
    """
    try:
        said = json_loads(text)
    except ValueError:
        return None
    return said if isinstance(said, dict) else None
