"""Foresight: what the hub expects of the community, asked every hour and heard on the live line in between."""

import logging
from asyncio import Task
from collections.abc import Callable, Coroutine, Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..sky import Hours
from ..storage import Held, StrictStore, take_up
from .client import HubClient
from .errors import HubError, NotAHub
from .foreseen import DAY, CommunityForecast, CommunityPeaks, Notice, read_notice, read_peaks
from .recognition import Recognition

_LOGGER = logging.getLogger(__name__)

EVERY_S = 3600
EARLIEST_S, LATEST_S = 20, 300
"""After a start, when what it brings is done; a thousand homes that ask in the same instant make a hub stumble."""
TRUSTED_FOR = timedelta(hours=6)
"""How long this home believes that the hub wants its weather, or does not."""
TOLD_FOR = timedelta(days=30)
"""How long a message is known to have been told; a hub repeats those of a week."""
MOST_A_DAY = 20
"""Messages that a home passes on; a hub that has more to say has gone wrong, and phones need not ring all day."""

type Hear = Callable[[Notice], None]


def notices_store(hass: HomeAssistant, entry_id: str) -> StrictStore:
    """Return where it is kept which messages were told."""
    return StrictStore(hass, f"{DOMAIN}.{entry_id}.notices")


class Foresight:
    """What is known of the days to come. A hub of before that knows nothing of it is as good as one that is silent."""

    def __init__(
        self, hass: HomeAssistant, entry: ConfigEntry, client: HubClient, recognition: Recognition, dice: Random
    ) -> None:
        self._hass, self._entry = hass, entry
        self._client, self._recognition = client, recognition
        self._phase = dice.uniform(EARLIEST_S, LATEST_S)
        self._store = notices_store(hass, entry.entry_id)
        self._told: dict[str, datetime] = {}
        self._untold: list[Notice] = []
        self._hearers: list[Hear] = []
        self._listeners: list[Callable[[], None]] = []
        self._trusted: tuple[datetime, bool] | None = None
        self._weather: Callable[[], Hours] = dict
        self._cancel: CALLBACK_TYPE | None = None
        self._soon = False
        self._tasks: set[Task[None]] = set()
        self.forecast: CommunityForecast | None = None
        self.peaks: CommunityPeaks | None = None

    async def load(self) -> None:
        """Bring back which messages were told."""
        self._told = await take_up(self._store, Held.NOTICES, self._entry.entry_id, _read) or {}

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call the listener when a forecast or peaks came; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    @callback
    def hear_notices(self, hear: Hear) -> CALLBACK_TYPE:
        """Hand every message over once, those first that nobody was there for; return how to stop that."""
        self._hearers.append(hear)
        while self._untold:
            self._tell(self._untold.pop(0))
        return lambda: self._hearers.remove(hear)

    @callback
    def start(self, weather: Callable[[], Hours]) -> None:
        """Ask soon, and then every hour."""
        self._weather = weather
        self._plan(self._phase)

    @callback
    def stop(self) -> None:
        """Ask no more."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _plan(self, delay: float) -> None:
        self.stop()
        self._soon = delay < EVERY_S

        @callback
        def ask(_now: datetime) -> None:
            self._cancel = None
            self._plan(EVERY_S)
            self._do(self.ask(self._weather()))

        self._cancel = async_call_later(self._hass, delay, ask)

    @callback
    def _catch_up(self) -> None:
        """Ask soon when the hub told peaks of a newer forecast than is known here: the last question came too early."""
        made = None if self.peaks is None else self.peaks.made
        if made is None or (self.forecast is not None and self.forecast.made >= made):
            return
        if self._cancel is not None and not self._soon:
            self._plan(self._phase)

    async def ask(self, weather: Hours | None = None) -> None:
        """Ask for the forecast and the peaks, and tell the weather if the hub wants it from this home."""
        try:
            await self._recognition.make_sure()
            now = dt_util.utcnow()
            self.forecast, self.peaks = await self._client.forecast(now), await self._client.peaks(now)
            self._changed()
            if weather and await self._wants_weather():
                await self._client.tell_weather(weather)
        except HubError as error:  # whoever sends readings tells of a hub that is away, and asks for a new key
            _LOGGER.debug("The hub tells %s nothing of what is to come: %s", self._entry.title, error)

    async def _wants_weather(self) -> bool:
        now = dt_util.utcnow()
        if self._trusted is None or now - self._trusted[0] >= TRUSTED_FOR:
            self._trusted = (now, (await self._client.me()).weather)
        return self._trusted[1]

    @callback
    def heard(self, message: Mapping[str, Any]) -> None:
        """Take what the hub said on the live line; what this version does not know is for another one."""
        try:
            match message.get("type"):
                case "peaks":
                    self.peaks = read_peaks(message, dt_util.utcnow())
                    self._changed()
                    self._catch_up()
                case "notice":
                    self._hear(read_notice(message, dt_util.utcnow()))
        except NotAHub as error:
            _LOGGER.debug("%s", error)

    @callback
    def _hear(self, notice: Notice) -> None:
        """Hand over what was not told before."""
        now = dt_util.utcnow()
        if notice.id in self._told or sum(now - at < DAY for at in self._told.values()) >= MOST_A_DAY:
            return
        self._told = {known: at for known, at in self._told.items() if now - at < TOLD_FOR} | {notice.id: now}
        if self._hearers:
            self._tell(notice)
        else:
            self._untold.append(notice)
        self._do(self._save())

    def _tell(self, notice: Notice) -> None:
        for hear in list(self._hearers):
            hear(notice)

    async def _save(self) -> None:
        with suppress(OSError):  # the store has told it; at worst a message comes twice
            await self._store.async_save({"told": {known: at.isoformat() for known, at in self._told.items()}})

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        task = self._entry.async_create_background_task(self._hass, work, f"sceop foresight {self._entry.title}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener()


def _read(kept: Mapping[str, Any]) -> dict[str, datetime]:
    return {str(known): datetime.fromisoformat(at) for known, at in kept["told"].items()}
