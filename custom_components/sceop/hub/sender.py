"""The sender: empties the outbox a few minutes after each quarter hour, and does not give up."""

import logging
from asyncio import Task
from datetime import datetime
from random import Random

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later
from homeassistant.util import dt as dt_util

from ..backoff import Backoff
from ..core.blocks import Block, wire_time
from . import issues
from .client import HubClient
from .contact import Contact
from .errors import ClockApart, ClockRefused, HubError, Refused, TokenRefused, TooLarge
from .outbox import Outbox
from .queue import halves
from .recognition import Recognition
from .standing import StandingWatch

_LOGGER = logging.getLogger(__name__)

LATEST_PHASE = 180
"""Seconds after a slot's end: a thousand homes that report in the same instant make a hub stumble."""

FIRST_RETRY, LONGEST_RETRY = 30, 900


class Sender:
    """Sends at a moment of this home's own; one request at a time, oldest slots first."""

    def __init__(
        self,
        hass: HomeAssistant,
        entry: ConfigEntry,
        client: HubClient,
        recognition: Recognition,
        standing: StandingWatch,
        outbox: Outbox,
        contact: Contact,
        dice: Random,
    ) -> None:
        self._hass, self._entry = hass, entry
        self._client, self._recognition, self._standing = client, recognition, standing
        self._outbox, self._contact = outbox, contact
        self._phase = dice.uniform(0, LATEST_PHASE)
        self._backoff = Backoff(dice, FIRST_RETRY, LONGEST_RETRY)
        self._cancel: CALLBACK_TYPE | None = None
        self._task: Task[None] | None = None
        self._sending = self._failing = self._refused = False

    @callback
    def slots_closed(self) -> None:
        """Plan the next request, unless one is planned already: while the hub is away, the retry is the plan."""
        if self._cancel is None and not self._sending:
            self._plan(self._phase)

    @callback
    def begin(self) -> None:
        """Send what waits and ask how this home stands, which a home without meters wants to know as well."""
        self._plan(0)

    @callback
    def send_now(self) -> None:
        """Send what waits without delay, unless the hub is away."""
        if self._outbox.waiting and not self._failing:
            self._plan(0)

    @callback
    def stop(self) -> None:
        """Plan nothing any more; a request under way ends with its entry's tasks."""
        if self._cancel is not None:
            self._cancel()
            self._cancel = None

    @callback
    def _plan(self, delay: float) -> None:
        self.stop()
        if not self._refused:
            self._cancel = async_call_later(self._hass, delay, self._start)

    @callback
    def _start(self, _now: datetime) -> None:
        self._cancel = None
        if not self._sending:
            self._sending = True
            self._task = self._entry.async_create_background_task(
                self._hass, self.empty(), f"sceop readings {self._entry.title}"
            )

    async def empty(self) -> None:
        """Empty the outbox; whatever hinders that, the slots stay and the reason is told."""
        try:
            await self._recognition.make_sure()
            await self._deliver_all()
            await self._compare_clocks()
            await self._standing.look()
            await self._deliver_all()  # what came in while the hub was asked other things
        except TokenRefused as error:
            self._refused = True
            self._contact.lost("readings", error)
            self._entry.async_start_reauth(self._hass)
        except ClockRefused as refusal:
            await self._compare_clocks()
            self._retry(refusal)
        except HubError as error:
            self._retry(error)
        else:
            self._failing = False
            self._backoff.reset()
            self._contact.reached("readings")
            issues.clear_obstacles(self._hass, self._entry.entry_id)
        finally:
            self._sending = False

    @callback
    def _retry(self, error: HubError) -> None:
        self._failing = True
        self._recognition.doubt()
        self._contact.lost("readings", error)
        issues.raise_obstacle(self._hass, self._entry, self._contact.community, error)
        self._plan(self._backoff.next())

    async def _deliver_all(self) -> None:
        while blocks := self._outbox.next_blocks():
            await self._deliver(blocks)

    async def _deliver(self, blocks: tuple[Block, ...]) -> None:
        """Hand over some blocks. Of a request that is refused as a whole, each half gets its own chance."""
        try:
            await self._post(blocks)
        except Refused as refusal:
            if len(blocks) == 1:
                await self._isolate(blocks[0], refusal)
                return
            middle = len(blocks) // 2
            await self._deliver(blocks[:middle])
            await self._deliver(blocks[middle:])

    async def _isolate(self, block: Block, refusal: Refused) -> None:
        """Find the slots that the hub objects to.

        When it says the same of both halves, it means the whole block; unless both are still too large.
        """
        if len(block.wh) == 1:
            await self._give_up(block, refusal)
            return
        refused: list[tuple[Block, Refused]] = []
        for half in halves(block):
            try:
                await self._post((half,))
            except Refused as error:
                refused.append((half, error))
        whole = len(refused) > 1 and {each.sentence for _, each in refused} == {refusal.sentence}
        if whole and not isinstance(refusal, TooLarge):
            await self._give_up(block, refusal)
            return
        for half, each in refused:
            await self._isolate(half, each)

    async def _post(self, blocks: tuple[Block, ...]) -> None:
        await self._client.send(blocks)
        await self._outbox.acknowledged(blocks)
        self._contact.reached("readings")

    async def _give_up(self, block: Block, refusal: Refused) -> None:
        _LOGGER.warning(
            "The hub refuses %s slots of %s from %s: %s",
            len(block.wh),
            block.channel,
            wire_time(block.start),
            refusal,
        )
        issues.raise_readings_refused(self._hass, self._entry, block, refusal)
        await self._outbox.give_up((block,))

    async def _compare_clocks(self) -> None:
        """Tell when the clocks differ, and by how much: a hub takes what lies in its past, in however wrong a slot."""
        try:
            await self._client.check(dt_util.utcnow())
        except ClockApart as measured:
            issues.raise_clock_apart(self._hass, self._entry.entry_id, self._entry.title, measured)
        except HubError as error:
            _LOGGER.debug("The hub's clock could not be asked: %s", error)
        else:
            issues.clear_clock_apart(self._hass, self._entry.entry_id)
