"""What a simulated home does with its neighbours: it answers peak events, saves in them, and reserves what can wait.

As in a real street some join and keep their word, some join and forget, some say no and some never answer. What a home
saves, and what it runs in a place of the community's plan, its meter shows in those slots.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum
from random import Random
from typing import Any

from aiohttp import ClientSession

from ..core.blocks import wire_time
from ..core.channels import GRID_IMPORT
from ..core.meter import ClosedSlot
from ..core.simulate.sites import Home
from ..core.slots import SLOT, Span, slot_of
from .client import RefusedByHubError, ask

EVERY_S = 60.0
SAVED_SHARE = 0.4
"""Of what is drawn from the grid, by whoever keeps the word: the washing waits, and dinner is cold."""

EVENING_H, READY_H = 17, 7
"""Local hours: from the first on something is loaded or plugged in, by the second it has to be done."""

DISHES = (350, 300, 250, 200)
CAR_WH = 6_000
FORGETS = 0.2
"""So many of the places are not kept."""


class Temper(Enum):
    """How a home takes an invitation."""

    KEEPS = "keeps its word"
    FORGETS = "joins and forgets"
    DECLINES = "says no"
    SILENT = "never answers"


SHARES = (0.6, 0.15, 0.15, 0.1)
"""How many are of each temper."""


@dataclass(slots=True)
class Waiting:
    """Something that may run later, and what became of it."""

    id: str
    earliest: datetime
    ready_by: datetime
    request: dict[str, Any]
    forgotten: bool
    start: datetime | None = None
    wh: tuple[int, ...] = ()
    running: bool = False

    @property
    def end(self) -> datetime | None:
        """When its place is over."""
        return None if self.start is None else self.start + len(self.wh) * SLOT

    def told(self, now: datetime) -> dict[str, Any]:
        """Return it as the hub is told of it; of what runs, what is left."""
        window = {"id": self.id, "earliest": wire_time(self.earliest), "ready_by": wire_time(self.ready_by)}
        if not self.running or self.start is None or self.end is None:
            return {**window, **self.request}
        left = self.wh[max((slot_of(now) - self.start) // SLOT, 0) :]
        return {**window, "ready_by": wire_time(self.end), "profile": list(left), "running": True}


@dataclass(slots=True)
class Together:
    """One home among its neighbours."""

    home: Home
    token: str | None
    session: ClientSession
    clock: Callable[[], datetime]
    chance: Random
    saved: list[Span] = field(default_factory=list)
    ran: dict[datetime, int] = field(default_factory=dict)
    waiting: Waiting | None = None
    _opened: object = None

    @property
    def temper(self) -> Temper:
        """The same in every run: it comes of the home's seed."""
        drawn = Random(f"temper {self.home.seed}").choices(tuple(Temper), SHARES)  # noqa: S311 - a street's mix, no secret
        return drawn[0]

    def metered(self, channel: str, slots: Sequence[ClosedSlot]) -> list[ClosedSlot]:
        """Return what the meter shows after all of this."""
        if channel != GRID_IMPORT:
            return list(slots)
        return [replace(slot, wh=self._drawn(slot.wh, slot.start)) for slot in slots]

    def watts(self, told: dict[str, int], now: datetime) -> dict[str, int]:
        """Return the power of this moment after all of this."""
        start = slot_of(now)
        if GRID_IMPORT not in told:
            return told
        extra = 4 * self.ran.get(start, 0)
        return told | {GRID_IMPORT: self._less(told[GRID_IMPORT], start) + extra}

    async def live(self) -> None:
        """Look what is asked, once a minute at a moment of this home's own, for as long as it is let."""
        await asyncio.sleep(self.chance.uniform(0, EVERY_S))
        while True:
            await self.look()
            await asyncio.sleep(EVERY_S)

    async def look(self) -> None:
        """Answer what is open, and bring what waits up to date; what a hub does not want is left."""
        for work in (self._events, self._plan):
            try:
                await work()
            except RefusedByHubError:
                continue

    async def _events(self) -> None:
        told = await ask(self.session, "/api/v1/events", token=self.token, method="GET")
        saved = []
        for event in told["events"]:
            if event["answer"] is None and event["state"] in {"announced", "running"}:
                await self._answer(event["id"])
            elif event["answer"] == "yes" and event["state"] != "cancelled" and self.temper is Temper.KEEPS:
                saved.append(Span(*(datetime.fromisoformat(event[edge]) for edge in ("start", "end"))))
        self.saved = saved

    async def _answer(self, event: str) -> None:
        if self.temper is Temper.SILENT:
            return
        said = {"answer": "no" if self.temper is Temper.DECLINES else "yes", "by": "notification"}
        await ask(self.session, f"/api/v1/events/{event}/answer", said, self.token, method="PUT")

    async def _plan(self) -> None:
        """Tell what waits, and run it in its place; each evening brings something new."""
        now = self.clock()
        if self.waiting is not None and self._is_over(self.waiting, now):
            self.waiting = None
        if self.waiting is None and self._opened != (evening := self._evening(now)) and evening is not None:
            self._opened, self.waiting = evening, self._new(now)
        elif self.waiting is None:
            return
        await self._tell(now)

    async def _tell(self, now: datetime) -> None:
        waiting = self.waiting
        if waiting is None:
            return
        starts = waiting.start is not None and waiting.start <= now and not waiting.forgotten
        if starts and not waiting.running and waiting.start is not None:
            waiting.running = True
            self.ran |= {waiting.start + number * SLOT: wh for number, wh in enumerate(waiting.wh)}
        told = await ask(self.session, "/api/v1/plan", {"requests": [waiting.told(now)]}, self.token)
        if not waiting.running and (place := next(iter(told["places"]), None)) is not None:
            waiting.start, waiting.wh = datetime.fromisoformat(place["start"]), tuple(place["wh"])

    def _is_over(self, waiting: Waiting, now: datetime) -> bool:
        return now >= (waiting.end if waiting.running and waiting.end is not None else waiting.ready_by)

    def _evening(self, now: datetime) -> object:
        """Name the evening that it is, if it is one at all."""
        local = now.astimezone(self.home.place.zone)
        if READY_H <= local.hour < EVENING_H:
            return None
        return (local - timedelta(hours=READY_H)).date()

    def _new(self, now: datetime) -> Waiting:
        """Return what is loaded or plugged in this evening."""
        local = now.astimezone(self.home.place.zone)
        ready = local.replace(hour=READY_H, minute=0, second=0, microsecond=0)
        ready = ready if ready > local + timedelta(hours=2) else ready + timedelta(days=1)
        car = {"wh": CAR_WH, "min_w": 1_400, "max_w": self.home.car_w, "interruptible": True}
        return Waiting(
            f"{self.chance.getrandbits(64):016x}",
            slot_of(now) + SLOT,
            ready.astimezone(now.tzinfo),
            car if self.home.car_w else {"profile": list(DISHES)},
            self.chance.random() < FORGETS,
        )

    def _drawn(self, wh: int, start: datetime) -> int:
        return self._less(wh, start) + self.ran.get(start, 0)

    def _less(self, drawn: int, start: datetime) -> int:
        saves = any(span.start <= start < span.end for span in self.saved)
        return round(drawn * (1 - SAVED_SHARE)) if saves else drawn
