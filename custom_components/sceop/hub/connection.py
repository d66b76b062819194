"""A site's connection to its community: everything that goes to the hub goes through here."""

from asyncio import Task
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from random import Random

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_get_clientsession

from ..core.meter import ClosedSlot
from ..sources import Source
from .client import HubClient
from .contact import Contact
from .live import LiveLine, Power
from .outbox import Outbox, outbox_store
from .past import imported, past_weeks
from .sender import Sender
from .wire import Membership

PAST = timedelta(days=60)
"""How much of its past a home brings along: what a forecast needs to know its habits."""


class HubConnection:
    """The outbox, the sender and the live line of one membership."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, membership: Membership, dice: Random) -> None:
        """Put the parts together; nothing is sent before `start`."""
        self._hass, self._entry = hass, entry
        self._task: Task[None] | None = None
        self.membership = membership
        self.contact = Contact(membership.community)
        self.outbox = Outbox(outbox_store(hass, entry.entry_id), membership.household)
        client = HubClient(async_get_clientsession(hass), membership.address, membership.token)
        self._sender = Sender(hass, entry, client, self.outbox, self.contact, dice)
        self._live = LiveLine(hass, entry, client, self.contact, dice)

    async def take(self, closed: Mapping[str, Sequence[ClosedSlot]]) -> None:
        """Keep slots until the hub has them."""
        await self.outbox.add(closed)
        self._sender.slots_closed()

    @callback
    def start(self, source: Source, power: Power) -> None:
        """Begin to send: what waits, what the source remembers, and power."""
        self._live.start(power)
        self._sender.send_now()
        self._task = self._entry.async_create_background_task(
            self._hass, self._tell_past(source), f"sceop past {self._entry.title}"
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

    async def _tell_past(self, source: Source) -> None:
        """Put what the source remembers of the time before the joining into the outbox, a week at a time."""
        joined = self.membership.joined_at
        since = self.outbox.past_told_until or joined - PAST
        async for readings, until in past_weeks(source, since, joined):
            slots = await self._hass.async_add_executor_job(imported, readings)
            await self.outbox.add(slots, past_until=until)
            self._sender.send_now()
