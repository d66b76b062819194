"""Publishing: the one way on which figures of homes leave the books.

It begins with a click. From then on, every night is decided who stands behind the figures; every quarter hour is
published once all had their turn to send it; and what comes late is published when enough homes have changed.
"""

import asyncio
import sqlite3
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from time import perf_counter

from .core.channels import CONSUMPTION, GRID_IMPORT
from .core.slots import local_day, local_midnight, slot_of, to_number
from .core.wire import OLDEST
from .domain import privacy
from .domain.leaps import Leaps, leaps
from .domain.live import LiveBoard, LivePower, LiveSum
from .domain.mirror import LiveHomes
from .domain.offsets import SLOTS_A_DAY
from .domain.privacy import Group, Home, MeanWh, Team
from .domain.profile import Profile
from .domain.publication import COMMUNITY, NOT_YET, Drawing, Standing, draw, may_follow
from .store import figures, periods, retention
from .store.figures import Candidate, Mark
from .store.store import Store

MEASURED_DAYS = 30

SETTLED_AFTER = timedelta(minutes=5)
"""Households send a closed slot at a random moment of its first minutes; it is published when all had their turn."""

AT_A_TIME_S = 0.3
"""Spent on drawing before others have their turn."""

VALUES_AT_A_TIME = 50_000
"""Read for drawing, which is some megabytes."""

KEPT_FROM_THE_EDGE = timedelta(days=2)
"""Slots that are about to leave the books are not drawn anew: that would draw them without those that left first."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would stand behind the figures if they began now, and who waits for the next night."""

    homes: int
    agreed: int
    measured: int
    counted: int
    needed: int
    by_hand: int
    shown: bool


@dataclass(frozen=True, slots=True)
class _Measured:
    """The homes that may stand behind figures, what each of those that do not leap measured, and over which days."""

    candidates: list[Candidate]
    energy: Mapping[Home, MeanWh]
    leaps: Leaps
    days: Sequence[date]


@dataclass(slots=True)
class Publishing:
    """The figures of homes, from the books to what everybody may see."""

    store: Store
    clock: Callable[[], datetime]
    profile: Callable[[], Profile]
    standings: list[Standing] = field(default_factory=list)
    since: int = 0
    """Slots before this one stay as they were published: a restore took back what was known of their drawings."""
    waiting: int = 0
    """Homes that are measured and stand behind no figure yet."""
    missing: int = privacy.FEWEST_HOMES
    """Homes that have to be measured yet before there is a figure."""
    measured: int = 0
    """Homes that are there for it already."""
    together: int = privacy.FEWEST_CHANGED
    """How many of those that wait come in at once, or more."""
    by_hand: int = 0
    """Homes entered by hand, beside which those that speak for themselves have to be enough by themselves."""
    leapt: frozenset[Home] = frozenset()
    """Homes that are left out because from one day on they count what no home can use."""
    version: int = 0
    """Grows with whatever is published."""
    behind: bool = True
    """Whether there are slots that should have been looked at."""
    _turns: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Who decides does not overlap with who draws."""

    @property
    def begun(self) -> bool:
        """Whether somebody has clicked."""
        return self.profile().published_since is not None

    @property
    def standing(self) -> Standing:
        """Who stands behind the figures of now."""
        return self.standings[-1] if self.begun and self.standings else NOT_YET

    @property
    def needed(self) -> int:
        """How many more homes it takes until figures appear."""
        return self.standing.group.needed if self.standing.group.shown else self.missing

    @property
    def circles(self) -> list[int]:
        """The community and every team that was ever shown."""
        return [COMMUNITY, *sorted({team for standing in self.standings for team in standing.teams})]

    async def load(self) -> None:
        """Read who stands behind the figures, and since when."""
        self.since = await self.store.read(figures.begun_anew)
        self.standings = await self.store.read(figures.standings)

    async def preview(self) -> Preview:
        """Look who would stand behind the figures if they began now."""
        measured = await self._measure()
        candidates, energy = measured.candidates, measured.energy
        found = privacy.group(energy, self.profile().fewest_homes, _by_hand(candidates))
        homes = await self.store.read(lambda books: len(figures.candidates(books, privacy.FEWEST_HOMES)))
        return Preview(
            homes=homes,
            agreed=len(candidates),
            measured=len(energy),
            counted=len(found.homes),
            needed=_needed(found, candidates),
            by_hand=_hiding_nobody(candidates),
            shown=found.shown,
        )

    async def renew(self) -> None:
        """Decide who stands behind the figures from now on: once a day, and until there are figures whenever asked."""
        async with self._turns:
            await self._renew()

    async def _renew(self) -> None:
        await self._turn_back()
        await self.load()
        measured = await self._measure()
        candidates, energy, self.leapt = measured.candidates, measured.energy, measured.leaps.homes
        before = self.standing
        group = privacy.renewed(before.group, energy, self.profile().fewest_homes, _by_hand(candidates))
        group = replace(group, left_out=group.left_out | self.leapt)
        self.waiting = len(energy.keys() - group.homes - group.left_out)
        self.missing = _needed(group, candidates)
        self.measured = max(group.fewest - self.missing, 0) if self.missing else len(group.homes)
        self.together = privacy.FEWEST_CHANGED if group.own or not group.shown else group.fewest
        self.by_hand = _hiding_nobody(candidates)
        day = self._today()
        ever = any(standing.group.shown for standing in self.standings)
        decided = (await self.store.read(figures.progress)).renewed >= day.toordinal()
        decided &= self.profile().fewest_homes <= before.group.fewest  # more privacy does not wait for the night
        if not self.begun or (ever and decided) or not (ever or group.shown):
            return
        teams = _teams(before, group, candidates, energy)

        def keep(books: sqlite3.Connection) -> None:
            upto = figures.progress(books).upto
            if not ever:
                figures.add_standing(books, 0, group, teams)
                self._mark_the_past(books, upto)
            elif (group, teams) != (before.group, before.teams):
                midnight = to_number(local_midnight(day, self.profile().zone))
                figures.add_standing(books, max(midnight, upto), group, teams)
            figures.doubt(books, self._doubtful(measured, before.group if ever else group))
            figures.set_renewed(books, day.toordinal())
            figures.seal(books, self._earliest())

        self.behind = self.behind or not ever
        await self.store.write(keep)
        await self.load()

    async def _turn_back(self) -> None:
        """Where the clock was ahead by more than a day, let nothing wait for the time that it told.

        Households do not send what has not been: where there are newer slots, it is behind now, and was right before.
        """
        upto = to_number(self.settled(self.clock()))
        known = (await self.store.read(figures.progress)).upto
        if known > upto + SLOTS_A_DAY and await self.store.read(retention.newest) <= to_number(self.clock()):
            day = self._today().toordinal()
            await self.store.write(lambda books: figures.turn_back(books, upto, day))

    async def settle(self) -> bool:
        """Publish what has settled, and what changed enough, the newest day first; tell whether all is done.

        What takes long is left for the next time, so that nobody waits for it.
        """
        async with self._turns:
            return await self._settle()

    async def _settle(self) -> bool:
        self.behind = True
        upto = to_number(self.settled(self.clock()))
        await self.store.write(lambda books: figures.advance(books, upto, self._earliest()))
        began = perf_counter()
        for mark in await self.store.read(figures.marks):
            if perf_counter() - began > AT_A_TIME_S or not await self._settle_day(mark, upto):
                return False
        self.behind = False
        return True

    async def live(self, total: LiveSum, board: LiveBoard, at: datetime) -> LivePower:
        """Return the sum of this moment; who is in it is in the books before anybody sees it."""
        slot, fewest, group = to_number(at), self.profile().fewest_homes, self.standing.group

        def look(books: sqlite3.Connection) -> tuple[set[Home], set[Home], LiveHomes | None]:
            active = {candidate.home for candidate in figures.candidates(books, fewest)}
            return active, figures.resting(books), figures.live(books, slot, slot + 1).get(slot)

        active, resting, shown = await self.store.read(look)
        power = total.renew(board, group, active - resting, at, shown)
        new = total.behind if shown is None else {}
        left = group.own - active - resting

        def keep(books: sqlite3.Connection) -> None:
            figures.rest(books, left)
            if new:
                figures.keep_live(books, slot, new)

        if new or left:
            await self.store.write(keep)
        return power

    def settled(self, now: datetime) -> datetime:
        """Return the start of the first slot for which not everybody had their turn."""
        return slot_of(now - SETTLED_AFTER)

    async def _settle_day(self, mark: Mark, upto: int) -> bool:
        """Look at a day from the mark on, and publish what may be; tell whether that is done."""
        first = max(mark.first, self._earliest())
        end = min((mark.utc_day + 1) * SLOTS_A_DAY, upto)
        drawn = await self.store.read(lambda books: self._drawn(books, first, end)) if first < end else []
        behind = {home for drawing in drawn for home in self._standing_at(drawing.slot).group.flows}

        def publish(books: sqlite3.Connection) -> bool:
            if not behind <= figures.secrets(books).keys():
                return False  # a home was forgotten meanwhile: the mark stays, and the day is drawn without it
            figures.publish(books, self.circles, drawn)
            figures.unmark(books, mark)
            return True

        if not await self.store.write(publish):
            await self.load()
            return False
        if drawn:
            self.version += 1
        return True

    def _drawn(self, books: sqlite3.Connection, first: int, end: int) -> list[Drawing]:
        """Draw slots, and return the drawings that may be published: new ones, and those of enough changes."""
        step = max(VALUES_AT_A_TIME // max(len(self.standing.columns), 1), 1)
        bites = ((start, min(start + step, end)) for start in range(first, end, step))
        return [drawing for bite in bites for drawing in self._drawn_bite(books, *bite)]

    def _drawn_bite(self, books: sqlite3.Connection, first: int, end: int) -> Iterator[Drawing]:
        books.execute("BEGIN")  # so that all is of one moment
        try:
            secrets = figures.secrets(books)
            reported = figures.reported(books, first, end)
            published = figures.is_published(books, first, end)
            known = figures.masks(books, first, end)
            live = figures.live(books, first, end)
        finally:
            books.execute("COMMIT")
        for slot in range(first, end):
            standing = self._standing_at(slot)
            before, shown = known.get(slot, ()), live.get(slot)
            drawing = draw(standing, slot, reported.get(slot, {}), secrets, before, shown)
            if drawing is None:
                continue
            if slot not in published or (before and may_follow(standing, before, drawing.masks, shown)):
                yield drawing

    def _standing_at(self, slot: int) -> Standing:
        number = bisect_right(self.standings, slot, key=lambda standing: standing.since)
        return self.standings[number - 1] if self.begun and number else NOT_YET

    async def _measure(self) -> _Measured:
        """Return the homes that may stand behind figures, and what each measured.

        A home counts with its grid meter; without one nothing else about it adds up. One that leaps does not count.
        """
        profile, today = self.profile(), self._today()
        candidates = await self.store.read(lambda books: figures.candidates(books, profile.fewest_homes))
        homes = [candidate.home for candidate in candidates]
        days = [today - timedelta(days=ago) for ago in range(MEASURED_DAYS, 0, -1)]
        means = await self.store.read(lambda books: periods.mean_wh(books, homes, days, profile.zone))
        daily = await self.store.read(lambda books: periods.daily_wh(books, homes, days, profile.zone))
        leapt = leaps(daily, _by_hand(candidates))
        energy = {home: flows for home, flows in means.items() if GRID_IMPORT in flows and home not in leapt.homes}
        return _Measured(candidates, energy, leapt, days)

    def _doubtful(self, measured: _Measured, counted: Group) -> Iterator[tuple[int, int]]:
        """Return the days of which forecasts had better not learn, as runs of slots."""
        for day in sorted(measured.leaps.doubtful(counted.homes)):
            span = local_day(measured.days[day], self.profile().zone)
            yield to_number(span.start), to_number(span.end)

    def _mark_the_past(self, books: sqlite3.Connection, upto: int) -> None:
        """Let all that the books hold be published for the first to stand behind the figures."""
        first = figures.first_reading(books)
        if first is not None and first < upto:
            figures.mark_slots(books, (max(first, self._earliest()), upto))

    def _earliest(self) -> int:
        """Return the first slot that may be published anew."""
        kept = min(OLDEST, timedelta(days=self.profile().retention_days) - KEPT_FROM_THE_EDGE)
        return max(self.since, to_number(slot_of(self.clock() - kept)))

    def _today(self) -> date:
        return self.clock().astimezone(self.profile().zone).date()


def _by_hand(candidates: Iterable[Candidate]) -> frozenset[Home]:
    return frozenset(candidate.home for candidate in candidates if candidate.by_hand)


def _hiding_nobody(candidates: Iterable[Candidate]) -> int:
    """Count the homes entered by hand, if there are others."""
    by_hand = [candidate.by_hand for candidate in candidates]
    return 0 if all(by_hand) else sum(by_hand)


def _needed(group: Group, candidates: Iterable[Candidate]) -> int:
    """Return how many more homes it takes; once one has joined that speaks for itself, only such homes count."""
    nobody_yet = group.homes <= group.by_hand and not all(candidate.by_hand for candidate in candidates)
    return group.fewest if nobody_yet and not group.shown else group.needed


def _teams(
    before: Standing, group: Group, candidates: Iterable[Candidate], energy: Mapping[Home, MeanWh]
) -> dict[Team, frozenset[Home]]:
    """Choose the teams that are shown beside the community."""
    if CONSUMPTION not in group.figures:
        return {}
    wanted = {candidate.home: candidate.team for candidate in candidates}
    teams = privacy.renewed_teams(before.teams, wanted, group.homes, group.by_hand)
    shown = privacy.shown_teams(
        teams, group.homes, lambda homes: privacy.is_sound(energy, homes, group.fewest, group.by_hand)
    )
    return {team: teams[team] for team in sorted(shown)}
