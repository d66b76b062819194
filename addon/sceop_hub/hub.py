"""The running hub: what its rooms share, put together once by `app`."""

import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from .core.channels import GRID_IMPORT
from .core.slots import SLOT, Span, local_day
from .domain import community, privacy
from .domain.community import Members, Now, OrganisationToday, Today
from .domain.members import Household
from .domain.profile import Profile
from .domain.refusal import Refusal
from .live import LiveBoard
from .refusals import Refusals
from .settings import Settings
from .store import audit, members, periods, profile as profiles, readings
from .store.store import Store

MEASURED_DAYS = 30
SETTLED_AFTER = timedelta(minutes=5)
"""Households send a closed slot at a random moment of its first minutes; the curve shows it when all had their turn."""

FEWEST_NEWCOMERS = 3
"""Homes that join the figures in the middle of a day, so that before and after do not differ by one of them."""

type ProfileListener = Callable[[Profile, Profile], Awaitable[None]]
"""Who must know when the coordinator decides anew: told of the profile before and after."""


@dataclass(slots=True)
class Hub:
    """One community while its hub runs.

    `clock` returns an instant in UTC. `profile` is replaced as a whole when the coordinator changes it. `id` is the
    identity by which households know this hub again.
    """

    id: str
    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    profile: Profile
    live: LiveBoard = field(default_factory=LiveBoard)
    measured: dict[int, privacy.MeanWh] = field(default_factory=dict)
    newcomers: dict[int, privacy.MeanWh] = field(default_factory=dict)
    group: privacy.Group = privacy.NOBODY
    fixed: frozenset[str] = frozenset()
    """What of the profile is told from outside, and so is not decided in the pages."""
    listeners: list[ProfileListener] = field(default_factory=list)
    alerts_waiting: int = 0
    """Alerts that nobody has looked at yet."""
    refusals: Refusals = field(default_factory=Refusals)
    seen: dict[int, datetime] = field(default_factory=dict)
    """When each household was last heard, kept here so that hearing costs no writing."""
    member_listeners: list[Callable[[int], None]] = field(default_factory=list)
    """Who must know when a household leaves, waits, or holds no token any more: told its id."""

    async def change_profile(self, who: str, /, **decided: object) -> None:
        """Take decisions of the profile: all of them or none, with a note in the audit log of what is new."""
        before = self.profile
        new = {name: value for name, value in decided.items() if getattr(before, name) != value}
        if fixed := self.fixed & new.keys():
            raise Refusal(
                "fixed", f"{', '.join(sorted(fixed))}: this is set where the hub is started, so change it there."
            )
        replace(before, **new)  # type: ignore[arg-type] # refuses what no community can be, before it is kept
        if not new:
            return

        def keep(books: sqlite3.Connection) -> None:
            profiles.save(books, **new)
            told = profiles.written(new)
            audit.note(books, self.clock(), who, "profile.change", ", ".join(sorted(new)), **told)

        await self.store.write(keep)
        self.profile = replace(self.profile, **new)  # type: ignore[arg-type] # as above
        for listener in self.listeners:
            await listener(before, self.profile)

    def left(self, household: int) -> None:
        """Tell everybody who must know that a household does not take part any more."""
        for listener in self.member_listeners:
            listener(household)

    def day(self) -> date:
        """Return the day that it is where the community lives."""
        return self.clock().astimezone(self.profile.zone).date()

    async def measure_everyone(self) -> None:
        """Measure the homes over their last complete days, and decide anew who stands behind the figures."""
        self.measured = await self._measure([home.id for home in await self._homes()])
        self.newcomers = {}
        self.group = privacy.group(self.measured)

    async def measure_newcomers(self) -> None:
        """Take homes in that have shown their first complete day since everyone was measured.

        Who comes together is counted together: while more keep coming, and while they are too few beside figures that
        are shown already, they wait; at midnight everybody is counted.
        """
        known = self.measured.keys() | self.newcomers.keys()
        unmeasured = [home.id for home in await self._homes() if home.id not in known]
        if found := await self._measure(unmeasured) if unmeasured else {}:
            self.newcomers |= found
        elif self.newcomers and (len(self.newcomers) >= FEWEST_NEWCOMERS or not self.group.shown):
            self.measured |= self.newcomers
            self.newcomers = {}
            self.group = privacy.group(self.measured)

    async def now(self) -> Now:
        """Return the community at this moment."""
        everyone = await self.store.read(members.everyone)
        at = self.clock()
        power = self.live.power(at)
        return Now(
            at=at.replace(microsecond=0),
            community=self.profile.name,
            time_zone=self.profile.zone.key,
            members=_count(everyone, reporting=len(power)),
            homes=community.homes_now(self.group, power),
            organisations=community.organisations_now(_organisations(everyone), power),
        )

    async def today(self) -> Today:
        """Return the running local day, as far as its slots are settled."""
        day = self.day()
        span = local_day(day, self.profile.zone)
        settled = self.clock() - SETTLED_AFTER - SLOT
        group = self.group
        sums = await self._sums(group.flows, span)
        curves, reported = community.homes_curves(group, span, (part for part in sums if part.slot <= settled))
        return Today(
            day=day,
            time_zone=self.profile.zone.key,
            slots=tuple(span),
            shown=group.shown,
            needed=group.needed,
            homes=len(group.flows),
            homes_wh=curves,
            reported=reported,
            organisations=await self._organisations_today(span),
        )

    async def _homes(self) -> list[Household]:
        return [who for who in await self.store.read(members.everyone) if who.kind == "home"]

    async def _measure(self, homes: Iterable[int]) -> dict[int, privacy.MeanWh]:
        """Measure homes that have a grid meter; without one nothing else about them adds up."""
        today = self.day()
        days = [today - timedelta(days=ago) for ago in range(1, MEASURED_DAYS + 1)]
        means = await self.store.read(lambda books: periods.mean_wh(books, homes, days, self.profile.zone))
        return {home: flows for home, flows in means.items() if GRID_IMPORT in flows}

    async def _organisations_today(self, span: Span) -> tuple[OrganisationToday, ...]:
        shown = [who for who in _organisations(await self.store.read(members.everyone)) if who.shown]
        curves = []
        for who in shown:
            sums = await self._sums(await self._flows(who.id), span)
            curves.append(OrganisationToday(who.public_id, who.name, community.consumption_curve(span, sums)))
        return tuple(curves)

    async def _flows(self, household: int) -> dict[int, list[str]]:
        return {household: await self.store.read(lambda books: readings.flows_of(books, household))}

    async def _sums(self, expected: Mapping[int, Iterable[str]], span: Span) -> list[community.SlotSum]:
        return await self.store.read(lambda books: readings.sums(books, expected, span))


def _organisations(everyone: Iterable[Household]) -> list[Household]:
    return [who for who in everyone if who.kind == "organisation"]


def _count(everyone: list[Household], reporting: int) -> Members:
    organisations = len(_organisations(everyone))
    return Members(len(everyone) - organisations, organisations, reporting)
