"""A site's connection to its community: everything that goes to the hub goes through here."""

import logging
from asyncio import Task, sleep
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any, Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession
from homeassistant.util import dt as dt_util

from ..backoff import Backoff
from ..core.meter import ClosedSlot
from ..core.slots import slot_of
from ..sky import Hours
from ..sources import SourceError
from .client import HubClient
from .contact import Contact
from .foresight import Foresight
from .live import Hear, LiveLine, Power
from .outbox import Outbox, outbox_store
from .past import Past, Told, next_week
from .promises import Promises
from .recognition import Recognition
from .sender import Sender
from .sharing import PLANS_SINCE
from .shifting import Shifting
from .standing import StandingWatch, adopt
from .together import Together
from .wire import Membership

_LOGGER = logging.getLogger(__name__)

PAST = timedelta(days=60)
"""How much of its past a home brings along: what a forecast needs to know its habits."""

FIRST_RETRY, LONGEST_RETRY = 30, 900


class HubConnection:
    """The outbox, the sender and the live line of one membership."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        membership: Membership,
        outbox: Outbox,
        promises: Promises,
        dice: Random,
    ) -> None:
        self._hass, self._entry, self._dice = hass, entry, dice
        self._task: Task[None] | None = None
        self._sharing = membership.sharing
        self.contact = Contact(membership.community)
        self.outbox = outbox
        self.client = HubClient.of(async_get_clientsession(hass), membership)
        recognition = Recognition(self.client, membership.hub_id)
        standing = StandingWatch(hass, entry, self.client, outbox, membership)
        self._sender = Sender(hass, entry, self.client, recognition, standing, outbox, self.contact, dice)
        self.foresight = Foresight(hass, entry, self.client, recognition, dice)
        self.shifting = Shifting(hass, entry, self.client, recognition, dice)
        self.together = Together(hass, entry, self.client, recognition, promises, dice, paused=self.paused)
        agreed_to = (self.shifting.heard, self.together.heard) if self.agreed else ()
        self._hearers: tuple[Hear, ...] = (self.foresight.heard, *agreed_to)
        self._live = LiveLine(hass, entry, self.client, recognition, self.contact, dice, self._hear)

    @classmethod
    async def create(cls, hass: HomeAssistant, entry: ConfigEntry, membership: Membership, dice: Random) -> Self:
        """Bring back what waits, without what is not shared any more, and the token that holds."""
        outbox = Outbox(outbox_store(hass, entry.entry_id), entry.entry_id, membership.household)
        await outbox.load()
        outbox.keep(membership.sharing.channels)
        if (token := outbox.token(membership.token)) != membership.token:
            membership = replace(membership, token=token, renewed_at=dt_util.utcnow())
            adopt(hass, entry, membership)
        promises = await Promises.of(hass, entry.entry_id, membership.household)
        connection = cls(hass, entry, membership, outbox, promises, dice)
        await connection.foresight.load()
        return connection

    @property
    def paused(self) -> bool:
        """Whether the home keeps everything to itself for now."""
        return self._sharing.paused

    @property
    def agreed(self) -> bool:
        """Whether this home agreed to shift together: to the plan, to events and to the game."""
        return self._sharing.consent >= PLANS_SINCE

    @property
    def plans(self) -> bool:
        """Whether its flexible energy takes part in the community's plan."""
        return self.agreed and not self.paused

    async def take(self, closed: Mapping[str, Sequence[ClosedSlot]]) -> None:
        """Keep slots until the hub has them; only those that the home shares."""
        if shared := self._sharing.select(closed):
            await self.outbox.add(shared)
        if not self.paused:
            self._sender.slots_closed()

    @callback
    def start(self, past: Past, power: Power, weather: Callable[[], Hours]) -> None:
        """Begin to send: what waits, what the site remembers, power and weather; in a pause, nothing."""
        if self.agreed:
            self.together.start()
        if self.paused:
            return
        self._live.start(power)
        self._sender.begin()
        self.foresight.start(weather)
        if self.plans:
            self.shifting.start()
        self._task = self._entry.async_create_background_task(
            self._hass, self._tell_past(past), f"sceop past {self._entry.title}"
        )

    @callback
    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener after every change of the connection; return how to stop that."""
        unsubscribe = (self.contact.listen(listener), self.outbox.listen(listener))

        def stop() -> None:
            for each in unsubscribe:
                each()

        return stop

    @callback
    def stop(self) -> None:
        """End every plan."""
        self._sender.stop()
        self._live.stop()
        self.foresight.stop()
        self.shifting.stop()
        self.together.stop()

    @callback
    def _hear(self, message: Mapping[str, Any]) -> None:
        """Let everybody hear what the hub says on the live line."""
        for hear in self._hearers:
            hear(message)

    async def _tell_past(self, past: Past) -> None:
        """Put what the site remembers into the outbox, a week at a time.

        It is told up to the slot that runs now, the first of which the outbox takes care itself; an edge that fell
        between the joining and this start would else belong to nobody. That end stays when the telling is interrupted.
        """
        now = slot_of(dt_util.utcnow())
        told = self.outbox.past or Told(until=now - PAST, end=now)
        backoff = Backoff(self._dice, FIRST_RETRY, LONGEST_RETRY)
        while told.until < told.end:
            try:
                slots, more = await next_week(past, told)
                await self.outbox.add(self._sharing.select(slots), past=more)
            except (SourceError, OSError) as error:
                _LOGGER.debug("The past since %s has to wait: %s", told.until, error)
                await sleep(backoff.next())
                continue
            told = more
            backoff.reset()
            self._sender.send_now()
