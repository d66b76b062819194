"""A street that lives day by day through the wire of a running hub, which forecasts it at every midnight."""

import asyncio
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import exp
from random import Random
from zoneinfo import ZoneInfo

import numpy as np

from sceop_hub.core.slots import Span, local_day
from sceop_hub.jobs.forecast import FORECASTING, Forecasting
from sceop_hub.processes import Ended
from sceop_hub.store import forecasts
from tests.hub.forecasting import beside
from tests.hub.harness import Clock, RunningHub, block, running, settings

ZONE = ZoneInfo("Europe/Amsterdam")
FIRST = date(2026, 10, 26)


def span_of(day: int) -> Span:
    return local_day(FIRST + timedelta(days=day), ZONE)


def lived(home: int, day: int) -> list[int]:
    """Return what a home uses in the slots of a day: an evening of its own, and chance."""
    chance = Random(1000 * home + day)  # noqa: S311 - for believable homes
    level, evening = 40 + 6 * (home % 9), 18 + home % 4
    mood = chance.uniform(0.85, 1.15)
    return [
        round(level * mood * (1 + 2 * exp(-(((slot / 4 - evening) / 2) ** 2))) * chance.uniform(0.6, 1.4))
        for slot in range(len(span_of(day)))
    ]


type Told = Callable[[int, int], list[int]]
"""What the meter of a home says of a day."""


@dataclass
class Street:
    """A hub and its members, by the number of the home that each is."""

    hub: RunningHub
    told: Told
    truth: Told | None = None
    """What homes use, where meters say something else."""
    members: dict[int, str] = field(default_factory=dict)

    async def join(self, homes, until):
        """Let homes join that bring the days before one along."""
        for home in homes:
            self.members[home] = await self.hub.join(name=f"Home {home}")
        await self.send(homes, range(until))

    async def leave(self, home):
        """Let a home ask the hub to forget it."""
        headers = {"Authorization": f"Bearer {self.members.pop(home)}"}
        async with self.hub.session.delete("/api/v1/me", headers=headers) as answer:
            assert answer.status == 204

    async def send(self, homes, days, slots=slice(None)):
        """Let homes send some slots of days, all at once."""
        sent = (self.hub.send(self.members[home], *self.blocks(home, days, slots)) for home in homes)
        assert {answer.status for answer in await asyncio.gather(*sent)} == {200}

    def blocks(self, home, days, slots):
        for day in days:
            start = list(span_of(day))[slots][0]
            yield block(start=start.strftime("%Y-%m-%dT%H:%M:%SZ"), wh=self.told(home, day)[slots])

    async def live(self, day):
        """Live a day to its end, and make the forecast of the midnight after it."""
        clock, midnight = self.hub.clock, span_of(day).end
        clock.now = midnight - timedelta(minutes=1)
        await self.send(self.members, [day], slice(-1))
        clock.now = midnight + timedelta(seconds=30)
        await self.hub.settled()
        clock.now = midnight + timedelta(minutes=3)
        await self.send(self.members, [day], slice(-1, None))
        clock.now = midnight + timedelta(minutes=6)
        await self.hub.settled()
        await Forecasting(self.hub.hub, told_nobody, run=beside(looks_back=False)).once()

    async def error(self, day, homes):
        """Return how far the forecast of a day, made at its midnight, is off what these homes come to use."""
        homes_told, told, came = await self.beside(day, homes)
        return np.abs(told * len(homes) / homes_told - came).sum() / came.sum()

    async def beside(self, day, homes):
        """Return for how many homes a day was told, its slots, and what these homes come to use in them."""
        newest = await self.hub.hub.store.read(lambda books: forecasts.latest(books, self.hub.clock()))
        assert newest.start == span_of(day).start
        came = np.sum([(self.truth or self.told)(home, day) for home in homes], axis=0)
        return newest.homes, np.array(newest.figures["consumption"].mid[: len(came)]), came

    @property
    def counted(self) -> int:
        """How many homes stand behind the figures."""
        return len(self.hub.hub.publishing.standing.group.homes)


async def nobody(**_more):
    """Stand in for the hub's own process: the test says when a forecast is made."""
    return Ended(0, "")


async def told_nobody(_forecast):
    pass


@asynccontextmanager
async def street(folder, homes, begun, told: Told, truth: Told | None = None):
    """Run a hub whose homes brought days along, and that publishes them since a moment ago."""
    now: datetime = span_of(begun).start + timedelta(minutes=6)
    async with running(settings(folder), Clock(now)) as hub:
        hub.app[FORECASTING]._run = nobody
        await hub.invite()
        found = Street(hub, told, truth)
        await found.join(homes, begun)
        await hub.publish()
        yield found
