"""A community with peak events: homes that sent their past, and a hub that shows figures and reckons in a thread."""

import asyncio
import shutil
from collections.abc import Sequence
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import exp
from pathlib import Path
from random import Random

import msgspec

from sceop_hub.core.slots import SLOT, from_number, slot_of, to_number
from sceop_hub.jobs.events import EVENTS
from sceop_hub.processes import Ended
from sceop_hub.saving.asked import Asked
from sceop_hub.saving.process import answers
from sceop_hub.store import database
from tests.hub.harness import NOON, Answer, Clock, RunningHub, block, running, settings

DAYS = 42
START = NOON + timedelta(hours=5)
"""Of the event: at 18:00 in Amsterdam."""
END = START + timedelta(hours=2)


def used(home: int, slot: int, saved: float = 0.0) -> int:
    """Return what a home uses in a slot: an evening of its own, weather that all share, and chance."""
    hour = slot / 4 % 24
    day = Random(slot // 96).uniform(0.9, 1.1)  # noqa: S311 - for believable homes
    chance = Random(100_000 * home + slot).uniform(0.8, 1.2)  # noqa: S311 - as above
    evening = 1 + 2 * exp(-(((hour - 17.5 - home % 3) / 2) ** 2))
    return round((60 + 5 * (home % 7)) * day * chance * evening * (1 - saved))


def wire(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M:%SZ")


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


@dataclass
class Community:
    """A hub, and the tokens of its homes."""

    hub: RunningHub
    tokens: Sequence[str]
    seen: list[dict] = field(default_factory=list)

    async def sends(self, home: int, start: datetime, end: datetime, saved: float = 0.0) -> None:
        """Let a home send what it used between two instants."""
        slots = range(to_number(start), to_number(end))
        runs = [slots[at : at + 600] for at in range(0, len(slots), 600)]
        blocks = [block(start=wire(from_number(run[0])), wh=[used(home, at, saved) for at in run]) for run in runs]
        assert (await self.hub.send(self.tokens[home], *blocks)).status == 200

    async def all_send(self, start: datetime, end: datetime, savers: Sequence[int] = (), but: Sequence[int] = ()):
        """Let every home send but some; who saves uses half."""
        homes = [home for home in range(len(self.tokens)) if home not in but]
        await asyncio.gather(*(self.sends(home, start, end, 0.5 if home in savers else 0.0) for home in homes))

    async def ask(self, home: int, path: str = "") -> Answer:
        return await self.hub.get(f"/api/v1/events{path}", **bearer(self.tokens[home]))

    async def event(self, home: int = 0) -> dict:
        """Return the only event as a home knows it."""
        (told,) = (await self.ask(home)).body["events"]
        return told

    async def answers(self, home: int, event: str, answer: str = "yes", by: str = "notification") -> Answer:
        said = {"answer": answer, "by": by}
        headers = bearer(self.tokens[home])
        async with self.hub.session.put(f"/api/v1/events/{event}/answer", json=said, headers=headers) as told:
            return Answer(told.status, await told.json(content_type=None))

    async def look(self, now: datetime | None = None) -> None:
        """Look at events once, and reckon what is due."""
        if now is not None:
            self.hub.clock.now = now
        await self.hub.app[EVENTS].look()
        await self.hub.app[EVENTS].reckon()


def in_a_thread():
    """Return what does the work of the process of savings in a thread: it starts faster, on what the books hold."""

    def work(given, heard):
        asked = msgspec.json.decode(given, type=Asked)
        with closing(database.open_for_reading(Path(asked.data))) as books:
            for answer in answers(books, asked):
                heard(msgspec.json.encode(answer).decode())

    async def run(*, given, heard, **_more):
        lines: list[str] = []
        await asyncio.to_thread(work, given, lines.append)
        for line in lines:
            heard(line)
        return Ended(0, "")

    return run


@asynccontextmanager
async def community(folder: Path, now: datetime = NOON, tokens: Sequence[str] = (), run=None):
    """Run a hub whose events move when the test looks at them, and not by themselves."""
    async with running(settings(folder), Clock(now)) as hub:
        hub.app[EVENTS]._run = run or in_a_thread()
        if not tokens:
            await hub.invite()
        yield Community(hub, tokens)


async def past(folder: Path, homes: int, days: int = DAYS, *, published: bool = True) -> list[str]:
    """Make the books of a community whose homes have a past, and return their tokens."""
    async with community(folder) as made:
        made.tokens = [await made.hub.join(name=f"Home {number}") for number in range(homes)]
        await made.all_send(slot_of(NOON) - 96 * days * SLOT, NOON)
        if published:
            await made.hub.publish()
        return list(made.tokens)


def copied(folder: Path, to: Path) -> Path:
    """Return a copy of a stopped hub's folder."""
    shutil.copytree(folder, to)
    return to
