"""The game while the hub runs: events and challenges that are over become points, and everybody's place is known."""

import asyncio
import logging
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import partial

from aiohttp import web

from ..core.slots import EPOCH, local_midnight, to_number
from ..domain.event.event import Event
from ..domain.game import league, standing
from ..domain.game.challenge import Challenge
from ..domain.game.cheers import KEPT_FOR, Cheer
from ..domain.game.levels import level
from ..domain.game.points import Key, Promise, Row, missing
from ..domain.game.reckoning import (
    Won,
    good_news,
    new_badges,
    proven_shares,
    rows_due,
    streaks,
    year_start,
)
from ..domain.game.table import Table
from ..hub import Hub
from ..playing.outcomes import outcomes_of
from ..playing.places import count_places
from ..playing.players import players_of
from ..playing.trying import circles_progress, own_progress, wins
from ..store import challenges, events, game, league as books_of_league, rewards, teams

_LOGGER = logging.getLogger(__name__)

LOOK_EVERY_S = 60
REVISED_FOR = timedelta(days=35)
"""Events so long ago are looked at: their savings are revised once, on the day after."""

REMEMBERED = timedelta(days=400)
"""Events from which a streak is counted: a year, and some."""

LATE = timedelta(hours=6)
"""After its last day a challenge is settled once homes that were away have sent what they measured."""

NEW_DAY = timedelta(hours=1)
"""Into a local day begins the game's: by then the last places of the day before are known."""


class Game:
    """The game of one community. Pages and the wire ask it; `tell` passes news on to households that are there."""

    def __init__(self, hub: Hub, tell: Callable[[], Awaitable[None]]) -> None:
        self._hub = hub
        self._tell = tell
        self._day: date | None = None
        self._settled = asyncio.Event()
        self._asked = self._fails = False
        self._looked: int | None = None
        self._taken: dict[str, int] = {}
        self._turns = asyncio.Lock()
        hub.event_listeners.append(self._hear)
        hub.place_listeners.append(self._promised)

    async def keep(self, pause: Callable[[], Awaitable[None]]) -> None:
        """Look every minute for as long as the hub runs; `pause` waits between two glances at the clock."""
        while True:
            await self.once()
            await pause()

    async def once(self) -> None:
        """Look if a minute has passed; where that fails, say so once and try again with the next."""
        minute = int(self._hub.clock().timestamp() // LOOK_EVERY_S)
        if minute == self._looked and not self._settled.is_set():
            return
        self._looked = minute
        try:
            await self.look()
        except Exception:
            if not self._fails:
                _LOGGER.exception("The game could not be brought up to date; it is tried again every minute")
            self._fails = self._asked = True
        else:
            self._fails = False

    async def _hear(self, event: Event) -> None:
        """Take savings over as soon as they are reckoned."""
        if event.state == "settled":
            self._settled.set()

    async def _promised(self, found: Sequence[Promise]) -> None:
        """Note places whose time has come."""
        await self._hub.store.write(partial(game.promise, found=found))

    def ask(self) -> None:
        """Let the places be made anew with the next minute: somebody joined the board, left it, or bought something."""
        self._asked = True

    async def look(self) -> None:
        """Take over what is over, and make the places anew where anything changed."""
        async with self._turns:
            now = self._hub.clock()
            today = (now - NEW_DAY).astimezone(self._hub.profile.zone).date()
            news = self._hub.table is None or self._asked
            self._asked = False
            self._settled.clear()
            news |= await self._events(now)
            news |= await self._challenges(now)
            if today != self._day:
                await self._begin_day(today)
                self._day, news = today, True
            if news:
                await self._renew(now, today)
                await self._tell()

    async def _events(self, now: datetime) -> bool:
        """Note who had joined when an event began, and how events went whose savings are new."""
        hub = self._hub

        def see(books: sqlite3.Connection) -> tuple[list[Event], dict[str, int]]:
            since = now - REVISED_FOR
            return events.since(books, since), game.reckoned(books, since - timedelta(days=1))

        known, reckoned = await hub.store.read(see)
        for event in known:
            if event.state in {"announced", "running", "over"}:
                await self._enter(event)
        new = [
            event
            for event in known
            if event.state == "settled" and event.revision > self._taken.get(event.id, reckoned.get(event.id, 0))
        ]
        for event in new:
            await self._enter(event)
            found = await hub.store.read(partial(outcomes_of, hub=hub, event=event))
            await hub.store.write(partial(game.keep_outcomes, revision=event.revision, outcomes=found))
            self._taken[event.id] = event.revision
        return bool(new)

    async def _enter(self, event: Event) -> None:
        def see(books: sqlite3.Connection) -> tuple[frozenset[int], frozenset[int]]:
            there = game.entered(books, event.id)
            in_time = {home: said for home, said in events.answers(books, event.id).items() if said.at < event.start}
            yes = frozenset(home for home, said in in_time.items() if said.choice == "yes")
            return yes - there, frozenset(in_time.keys() - yes) & there

        joined, declined = await self._hub.store.read(see)
        if joined or declined:
            await self._hub.store.write(
                partial(game.enter, event=event.id, start=event.start, joined=joined, declined=declined)
            )

    async def _challenges(self, now: datetime) -> bool:
        """Book who had won at each end that was promised."""
        news = False
        for challenge in await self._hub.store.read(challenges.all_):
            for number, end in enumerate(challenge.ends[challenge.settled :], start=challenge.settled + 1):
                stopped = challenge.cancelled is not None and challenge.cancelled < end
                if now < end + LATE or stopped:
                    break
                await self._settle(challenge, number, end, now)
                news = True
        return news

    async def _settle(self, challenge: Challenge, number: int, end: datetime, now: datetime) -> None:
        hub = self._hub
        circles = await hub.store.read(partial(circles_progress, zone=hub.profile.zone, challenge=challenge, end=end))
        joined = await hub.store.read(partial(challenges.joined, id_=challenge.id))
        people = {one.household: one for one in await hub.store.read(game.people) if one.home and not one.by_hand}
        winners = set()
        for household in sorted(joined & people.keys()):
            own = await hub.store.read(
                partial(own_progress, zone=hub.profile.zone, challenge=challenge, household=household, end=end)
            )
            if wins(challenge, own, circles, people[household].team):
                winners.add(household)

        def keep(books: sqlite3.Connection) -> None:
            keys = {Key(household, "challenge", challenge.id): challenge.points for household in winners}
            due = missing(game.booked_under(books, keys), keys)
            game.book(books, [(row, end) for row in due], now)
            facts = {"challenge": challenge.id, "title": challenge.title}
            game.cheer(books, [Cheer(one, "challenge", challenge.id, facts) for one in sorted(winners)], now)
            challenges.keep_results(books, challenge.id, {circle: one.value for circle, one in circles.items()})
            newest = challenges.find(books, challenge.id)
            challenges.save(books, replace(newest, settled=max(newest.settled, number)))

        await hub.store.write(keep)

    async def _begin_day(self, today: date) -> None:
        """Count the places of the days before, and let go of what is too old."""
        hub = self._hub
        day = local_midnight(today, hub.profile.zone)
        await hub.store.write(partial(count_places, zone=hub.profile.zone, today=day))
        earliest = to_number(local_midnight(today - timedelta(days=hub.profile.retention_days), hub.profile.zone))
        await hub.store.write(partial(game.let_go, earliest=earliest, news_since=hub.clock() - KEPT_FOR))

    async def _renew(self, now: datetime, today: date) -> None:
        """Bring the ledger up to date, then badges, cheers and places."""
        hub, zone = self._hub, self._hub.profile.zone
        since = year_start(today, zone)
        reckoned_from = year_start((now - REVISED_FOR).astimezone(zone).date(), zone)

        def due(books: sqlite3.Connection) -> list[tuple[Row, datetime]]:
            kept = game.outcomes(books, reckoned_from)
            held = game.placed(books, reckoned_from.astimezone(zone).date(), today)
            return rows_due(kept, held, game.booked(books, reckoned_from), zone)

        rows = await hub.store.read(due)
        if rows:
            await hub.store.write(partial(game.book, rows=rows, now=now))
        await self._draw_level(today)
        found, fresh, news = await hub.store.read(partial(self._look_around, now=now, today=today, since=since))

        def keep(books: sqlite3.Connection) -> None:
            game.give_badges(books, fresh, now)
            game.cheer(books, news, now)

        if fresh or news:
            await hub.store.write(keep)
        hub.table = found
        hub.rewards_waiting = await hub.store.read(rewards.waiting)
        await self._tell_league(now, today)

    def _look_around(
        self, books: sqlite3.Connection, now: datetime, today: date, since: datetime
    ) -> tuple[Table, list[tuple[int, str]], list[Cheer]]:
        hub, zone = self._hub, self._hub.profile.zone
        points = game.earned(books, since)
        remembered = game.outcomes(books, now - REMEMBERED)
        weeks = streaks(remembered, zone, today)
        players = players_of(books, points, today, zone)
        places = tuple(standing.ranked(players.values()))
        names = {team.id: team.name for team in teams.all_(books)}
        drawn = game.level(books)
        playing = [home for home, one in players.items() if one.why_not not in {"organisation", "by_hand"}]
        won = Won(
            homes=playing,
            points=points,
            counted=game.counted(books),
            badges=game.badges(books),
            balances=game.balances(books),
            streaks=weeks,
            proven=proven_shares(one for one in remembered if one.start >= since),
            rewards=rewards.all_(books),
            level=None if drawn is None else drawn[1],
        )
        fresh = new_badges(won)
        ranked_teams = tuple(standing.ranked_teams(places, names, hub.profile.fewest_homes))
        table = Table(now, since, players, places, ranked_teams, names, weeks, won.level)
        return table, fresh, good_news(won, fresh, today, now)

    async def _draw_level(self, today: date) -> None:
        """Draw the community's level, once a day."""
        hub = self._hub

        def draw(books: sqlite3.Connection) -> None:
            before_ = game.level(books)
            if before_ is not None and before_[0] in {today, today + timedelta(days=1)}:
                return  # one of a later day is a wrong clock's, and would stand until then
            homes = {one.household for one in game.people(books) if one.home and not one.by_hand}
            earned = game.earned(books, EPOCH)
            together = sum(points for home, points in earned.items() if home in homes)
            reached = 1 if before_ is None else before_[1].number
            found = level(together, len(homes), hub.profile.fewest_homes, reached)
            if found is not None:
                game.set_level(books, today, found)

        await hub.store.write(draw)

    async def _tell_league(self, now: datetime, today: date) -> None:
        """Write down what the month before came to, once its last events are settled; it is told only so."""
        table, hub, zone = self._hub.table, self._hub, self._hub.profile.zone
        first = today.replace(day=1)
        start = (first - timedelta(days=1)).replace(day=1)
        if table is None or today < first + timedelta(days=2):
            return
        ranked = {place.player.household for place in table.places}

        def keep(books: sqlite3.Connection) -> None:
            month = f"{start:%Y-%m}"
            if books_of_league.told(books, month):
                return
            earned = game.earned(books, local_midnight(start, zone), local_midnight(first, zone))
            if not earned:
                return
            found = league.score([earned.get(home, 0) for home in ranked], hub.profile.fewest_homes, month)
            if found is not None:
                books_of_league.tell(books, found)

        if now >= table.made and not await hub.store.read(partial(books_of_league.told, month=f"{start:%Y-%m}")):
            await hub.store.write(keep)


GAME = web.AppKey("game", Game)
