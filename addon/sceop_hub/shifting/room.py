"""The room of the community's plan: the board in memory, and the books that hold what it answered.

The board answers in memory, at once and in the order in which households ask; the writer keeps that order, and nobody
is answered before it is on disk. Where the disk fails, memory goes back to what the books say. So a hub that starts
anew gives nobody another place.
"""

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence, Set as AbstractSet
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import datetime

from aiohttp import web

from ..broadcast import Broadcast
from ..core.slots import SLOT, slot_of, to_number
from ..domain.game.points import Promise
from ..domain.held import Held
from ..domain.members import Household
from ..domain.plan.board import Board
from ..domain.plan.places import SLOTS_AN_HOUR, Lately, Place, Request, Slot
from ..domain.plan_shown import NOTHING, Shown, planned, pressure, shown
from ..domain.reservation import SILENT_AFTER, Reserved, kept, reserved
from ..hub import Hub
from ..playing.places import begun, passed
from ..store import plan as books_of_plan
from .outlook import Known, came, known, live_w

MUCH = 0.2
"""By so much pressure changes in some slot before those who wait are told."""

MOST_NOTED = 96
"""Slots that are noted at once as held: a hub that slept for longer knows nothing of them."""

type Tell = Callable[[AbstractSet[int] | None], Awaitable[None]]
"""Told the households whose places changed; None where all are to hear of the pressure."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The places of a household, and how hard the community presses in the slots from `start` on."""

    made: datetime
    places: tuple[Reserved, ...]
    start: datetime
    pressure: tuple[float, ...]
    forecast: datetime | None


@dataclass(slots=True)
class Gate:
    """Many pass at once; who needs the room alone waits until they are through, and they wait for him."""

    _alone: asyncio.Lock = field(default_factory=asyncio.Lock)
    _inside: int = 0
    _empty: asyncio.Event = field(default_factory=asyncio.Event)

    @asynccontextmanager
    async def passing(self) -> AsyncIterator[None]:
        """Be one of many."""
        async with self._alone:
            self._inside += 1
            self._empty.clear()
        try:
            yield
        finally:
            self._inside -= 1
            if not self._inside:
                self._empty.set()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        """Be the only one."""
        async with self._alone:
            if self._inside:
                await self._empty.wait()
            yield


@dataclass(slots=True)
class Shifting:
    """The community's plan while the hub runs."""

    hub: Hub
    broadcast: Broadcast
    tell: Tell
    known: Known = field(init=False)
    shown: Shown = NOTHING
    """The places of homes as they may be shown."""
    usual_shown: bool = False
    """Whether enough homes usually ask for what usually comes to be shown."""
    missing: int = 0
    """By how many fewer homes reserved in the last week than stand behind a figure; looked at once an hour."""
    _board: Board = field(init=False)
    _open: dict[int, tuple[Reserved, ...]] = field(default_factory=dict)
    _said: dict[int, datetime] = field(default_factory=dict)
    """When each household last said what it has open."""
    _gate: Gate = field(default_factory=Gate)
    _turns: dict[int, asyncio.Lock] = field(default_factory=dict)
    _catching: asyncio.Lock = field(default_factory=asyncio.Lock)
    _start: datetime = field(init=False)
    _pressure: tuple[float, ...] = ()
    _pressed: tuple[datetime, tuple[float, ...]] | None = None
    """The pressure of which all were told last."""
    _noted: int = 0
    _heard: int = 0
    _thinned: int = 0
    _lately: dict[int, Lately] = field(default_factory=dict)

    async def load(self) -> None:
        """Put the board together as the books have it: every household finds the places that it was told."""
        now = self.hub.clock()
        self.known = await known(self.hub, now)
        self._open = await self.hub.store.read(books_of_plan.open_requests)
        self._lately = await self.hub.store.read(books_of_plan.lately)
        self._board = Board(self.known.outlook, self.known.usual.requests, self._lately)
        for household, its in self._open.items():
            self._hold(household, its)
        self._said = dict.fromkeys(self._open, now)
        self._noted = self._heard = to_number(now)
        self._draw(now)

    async def ask(self, who: Household, requests: Sequence[Request], running: AbstractSet[str] = frozenset()) -> Answer:
        """Take all that a household has open; when this returns, its places are on disk."""
        await self._catch_up()
        async with self._gate.passing(), self._turns.setdefault(who.id, asyncio.Lock()):
            now = self.hub.clock()
            before = self._open.get(who.id, ())
            places = self._board.ask(who.id, requests, now, running)
            after = kept(reserved(requests, running, places, before, now), before, now)
            self._said[who.id] = now
            if after != before:
                try:
                    takes_part = await self.hub.store.write(lambda books: books_of_plan.keep(books, who.id, after, now))
                except Exception:
                    self._put_back(who.id, before)
                    raise
                if takes_part:
                    _take(self._open, who.id, after)
                    await self._promised(begun(who.id, before, running, now))
                else:
                    self._put_back(who.id, ())
        return self.answer(who.id)

    async def _catch_up(self) -> None:
        """Replan once before the first who asks in a new slot, for what he tells is what is left from now on."""
        async with self._catching:
            if slot_of(self.hub.clock()) > self._start:
                with suppress(Exception):  # the job tries again at its next look, and says what is wrong
                    await self.replan()

    def answer(self, household: int) -> Answer:
        """Return what a household is told."""
        now = self.hub.clock()
        passed = max(to_number(now) - to_number(self._start), 0)
        return Answer(
            now.replace(microsecond=0),
            tuple(one for one in self._open.get(household, ()) if any(one.wh)),
            slot_of(now),
            self._pressure[passed:],
            self.known.forecast,
        )

    def places(self, household: int) -> tuple[Reserved, ...]:
        """Return what a household has open."""
        return self._open.get(household, ())

    async def left(self, household: int) -> None:
        """Give back the room of a household that does not take part any more; the books let go of it already."""
        async with self._gate.passing(), self._turns.setdefault(household, asyncio.Lock()):
            self._put_back(household, ())
        self._said.pop(household, None)
        self._board.lately.pop(household, None)
        self._lately.pop(household, None)
        self._turns.pop(household, None)

    async def replan(self) -> None:
        """Place anew what can be placed better by now, and tell whom it concerns."""
        hub = self.hub
        news = await known(hub, hub.clock(), self.known.usual)
        async with self._gate.alone():
            now = hub.clock()
            closed = await came(hub, news.figure, self._heard, to_number(now))
            held = self._held(to_number(now))
            self._board.foresee(news.outlook)
            if news.usual is not self.known.usual:
                self._board.expect(news.usual.requests)
            self.known = news
            after = dict(self._open)
            ended = self._end(after, now)
            places = self._board.replan(now, live_w(self.broadcast, news.figure, now), closed)
            moved = _move(after, places, now)
            self._drop(after, ended)
            lately = {who: one for who, one in self._board.lately.items() if self._lately.get(who) != one}
            thin = to_number(now) // MOST_NOTED != self._thinned

            def keep(books: sqlite3.Connection) -> None:
                books_of_plan.end(books, ended)
                books_of_plan.move(books, moved)
                books_of_plan.hold(books, held)
                books_of_plan.fare(books, lately)
                if thin:
                    books_of_plan.thin(books, now)

            if ended or moved or held or lately or thin:
                try:
                    await hub.store.write(keep)
                except Exception:
                    for household in {*ended, *(place.household for place in places)}:
                        self._put_back(household, self._open.get(household, ()))
                    self._board.lately = dict(self._lately)
                    raise
            broken = [one for who, its in self._open.items() for one in passed(who, its, self._noted, now)]
            self._open = after
            self._lately |= lately
            await self._promised(broken)
            self._noted, self._thinned = to_number(now), to_number(now) // MOST_NOTED
            self._heard = max((to_number(slot) + 1 for slot in closed), default=self._heard)
            self._draw(now)
        await self._tell(frozenset(moved), now)

    def curve(self, now: datetime) -> tuple[Slot, ...]:
        """Return the congestion curve from this slot on, as far as it may be shown.

        It holds the forecast as it was made: the board corrects it by what single homes reserved.
        """
        outlook = self.known.outlook
        usual = {slot.start: slot.usual_w for slot in self._board.curve()} if self.usual_shown else {}
        starts = (outlook.start + at * SLOT for at in range(len(outlook.expected_w)))
        return tuple(
            Slot(
                start,
                round(expected_w),
                self.shown.placed.get(to_number(start), 0) * SLOTS_AN_HOUR,
                usual.get(start, 0),
                round(outlook.limit_w),
            )
            for start, expected_w in zip(starts, outlook.expected_w, strict=True)
            if start >= slot_of(now)
        )

    async def _promised(self, found: Sequence[Promise]) -> None:
        """Tell of places whose time has come: with a promise kept, or without."""
        if found:
            for listener in self.hub.place_listeners:
                await listener(found)

    def _end(self, after: dict[int, tuple[Reserved, ...]], now: datetime) -> dict[int, list[str]]:
        """Let go of what is over."""
        ended: dict[int, list[str]] = {}
        for household, its in self._open.items():
            silent = now - self._said.get(household, now) > SILENT_AFTER
            stays = tuple(one for one in its if not one.over(now, silent=silent))
            if len(stays) < len(its):
                ended[household] = [one.request.id for one in its if one not in stays]
                running = {one.request.id for one in stays if one.running}
                self._board.ask(household, [one.request for one in stays], now, running)
                _take(after, household, stays)
        return ended

    def _drop(self, after: dict[int, tuple[Reserved, ...]], ended: dict[int, list[str]]) -> None:
        """Let go of what the board let go of, because it has run or because it is too late for it."""
        for household, its in list(after.items()):
            there = {place.id for place in self._board.places(household)}
            if gone := [one.request.id for one in its if one.request.id not in there]:
                ended.setdefault(household, []).extend(gone)
                _take(after, household, tuple(one for one in its if one.request.id in there))

    def _held(self, slot: int) -> dict[int, Held]:
        """Return what places held of the slots that ended, as far as it may be shown."""
        if not self.shown.behind:
            return {}
        ended = range(max(self._noted, slot - MOST_NOTED), slot)
        return {at: Held(self.shown.placed.get(at, 0), self.shown.once.get(at, 0)) for at in ended}

    def _draw(self, now: datetime) -> None:
        """Draw what may be shown at this moment; between two drawings nobody sees what single homes ask."""
        profile = self.hub.profile
        counted = {
            who.id
            for who in self.known.members.values()
            if who.kind == "home" and who.agreed_fewest <= profile.fewest_homes
        }
        homes = {who: planned(its) for who, its in self._open.items() if who in counted}
        begun = self.hub.publishing.begun
        self.shown = shown(self.shown, homes, to_number(now), profile.fewest_homes) if begun else NOTHING
        self.missing = max(profile.fewest_homes - len(self.known.usual.homes & counted), 0)
        self.usual_shown = begun and not self.missing
        self._start = slot_of(now)
        self._pressure = pressure(self.curve(now))

    async def _tell(self, moved: AbstractSet[int], now: datetime) -> None:
        told = self._pressed
        if told is None:
            self._pressed = now, self._pressure
        else:
            passed = (slot_of(now) - slot_of(told[0])) // SLOT
            if any(abs(old - new) >= MUCH for old, new in zip(told[1][passed:], self._pressure, strict=False)):
                self._pressed = now, self._pressure
                await self.tell(None)
                return
        if moved:
            await self.tell(moved)

    def _hold(self, household: int, its: Sequence[Reserved]) -> None:
        self._board.hold(
            household,
            [(one.request, Place(household, one.request.id, one.start, one.wh), one.running) for one in its],
        )

    def _put_back(self, household: int, its: tuple[Reserved, ...]) -> None:
        """Let a household have what it had."""
        self._board.release(household)
        self._hold(household, its)
        _take(self._open, household, its)


SHIFTING = web.AppKey("shifting", Shifting)


def _move(after: dict[int, tuple[Reserved, ...]], places: Sequence[Place], now: datetime) -> dict[int, list[Reserved]]:
    """Take the places that changed, and return them by household; what only passed is no change."""
    moved: dict[int, list[Reserved]] = {}
    for place in places:
        its = after.get(place.household, ())
        one = next((one for one in its if one.request.id == place.id), None)
        if one is None:
            continue
        new = replace(one, start=place.start, wh=place.wh)
        if new.ahead(now) != one.ahead(now):
            after[place.household] = tuple(new if each is one else each for each in its)
            moved.setdefault(place.household, []).append(new)
    return moved


def _take(to: dict[int, tuple[Reserved, ...]], household: int, its: tuple[Reserved, ...]) -> None:
    if its:
        to[household] = its
    else:
        to.pop(household, None)
