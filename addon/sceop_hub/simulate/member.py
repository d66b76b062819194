"""One simulated member: it joins, sends its past, and then lives like every household."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from aiohttp import ClientError, ClientSession

from .. import __version__
from ..core.blocks import blocks, wire_time
from ..core.meter import ClosedSlot
from ..core.simulate.meters import SimulatedMeters
from ..core.simulate.sites import Home, Office
from ..core.slots import SLOT, Span, slot_of
from .client import FIRST_WAIT, LONGEST_WAIT, ask
from .state import State
from .together import Together
from .weather import tell_weather

WEEK_OF_SLOTS = timedelta(days=7)
POWER_EVERY = 10.0
SEND_WITHIN = 180.0
"""Seconds after a slot's end, at a moment of the member's own, so that a thousand do not come at once."""


@dataclass(slots=True)
class Member:
    """A simulated site that takes part; its memory lives in the community's state."""

    meters: SimulatedMeters
    state: State
    session: ClientSession
    clock: Callable[[], datetime]
    chance: Random
    together: Together | None = None
    """What a home does with its neighbours, once it lives."""

    async def join(self, invite: str) -> None:
        """Join with the invite, once and for all."""
        site, memory = self.meters.site, self.state.members[self.meters.site.name]
        home = isinstance(site, Home)
        answer = await ask(
            self.session,
            "/api/v1/join",
            {
                "code": invite,
                "request": memory.request,
                "name": site.name,
                "kind": "home" if home else "organisation",
                "shown": not home,
                "time_zone": site.place.zone.key,
                "client": {"name": "sceop-simulate", "version": __version__},
            },
        )
        memory.token = answer["token"]
        self.state.save()

    def outstanding(self) -> list[Span]:
        """Return what the hub has not acknowledged yet, in parts of a week at most."""
        return list(_weeks(self._acknowledged, slot_of(self.clock())))

    async def send(self, span: Span) -> None:
        """Send the span's slots of every channel, and remember that the hub has them."""
        batch = [
            block.to_json()
            for channel in self.meters.channels
            for block in blocks(channel, self._metered(channel, span))
        ]
        memory = self.state.members[self.meters.site.name]
        await ask(self.session, "/api/v1/readings", {"blocks": batch}, memory.token)
        memory.acknowledged = span.end
        self.state.save()

    async def live(self) -> None:
        """Tell the power of every moment and the energy of every slot, for as long as it is let.

        The office has a weather service, and tells it to a hub that wants it.
        """
        memory, site = self.state.members[self.meters.site.name], self.meters.site
        if isinstance(site, Home):
            self.together = Together(site, memory.token, self.session, self.clock, self.chance)
        async with asyncio.TaskGroup() as all_of_it:
            all_of_it.create_task(self._tell_power())
            all_of_it.create_task(self._send_closed_slots())
            if self.together is not None:
                all_of_it.create_task(self.together.live())
            if isinstance(site, Office):
                all_of_it.create_task(
                    tell_weather(self.session, memory.token, site.place, self.state.since, self.clock)
                )

    def _metered(self, channel: str, span: Span) -> list[ClosedSlot]:
        slots = self.meters.slots(channel, span)
        return slots if self.together is None else self.together.metered(channel, slots)

    def _watts(self, now: datetime) -> dict[str, int]:
        watts = self.meters.watts(now)
        return watts if self.together is None else self.together.watts(watts, now)

    @property
    def _acknowledged(self) -> datetime:
        return self.state.members[self.meters.site.name].acknowledged

    async def _send_closed_slots(self) -> None:
        phase = timedelta(seconds=self.chance.uniform(1, SEND_WITHIN))
        while True:
            due = slot_of(self._acknowledged) + SLOT + phase
            await asyncio.sleep(max((due - self.clock()).total_seconds(), 0))
            for span in self.outstanding():
                await self.send(span)

    async def _tell_power(self) -> None:
        """Keep a connection to the hub, and make a new one whenever it breaks."""
        token = self.state.members[self.meters.site.name].token
        wait = FIRST_WAIT
        while True:
            try:
                headers = {"Authorization": f"Bearer {token}"}
                async with self.session.ws_connect("/api/v1/live", headers=headers, heartbeat=30) as socket:
                    wait = FIRST_WAIT
                    await asyncio.sleep(self.chance.uniform(0, 1))
                    while not socket.closed:
                        now = self.clock()
                        await socket.send_json({"type": "power", "at": wire_time(now), "w": self._watts(now)})
                        with contextlib.suppress(TimeoutError):
                            await socket.receive(timeout=POWER_EVERY)
            except ClientError, OSError, TimeoutError:
                pass
            await asyncio.sleep(wait * self.chance.uniform(0.5, 1.5))
            wait = min(wait * 2, LONGEST_WAIT)


def _weeks(start: datetime, end: datetime) -> Iterator[Span]:
    while start < end:
        yield Span(start, min(start + WEEK_OF_SLOTS, end))
        start += WEEK_OF_SLOTS
