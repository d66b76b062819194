"""The running hub: what its rooms share, put together once by `app`."""

import asyncio
import sqlite3
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from aiohttp import web

from .calendars import check as check_calendar
from .domain.event.event import Event
from .domain.game.points import Promise
from .domain.game.table import Table
from .domain.live import LiveBoard, LiveCurve, LiveSum
from .domain.notices import Notice
from .domain.profile import Profile
from .domain.refusal import Refusal
from .playing.trying import Trying
from .publishing import Publishing
from .refusals import Refusals
from .settings import Settings
from .store import audit, profile as profiles
from .store.store import Store


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
    live_sum: LiveSum = field(default_factory=LiveSum)
    live_curve: LiveCurve = field(default_factory=LiveCurve)
    publishing: Publishing = field(init=False)
    fixed: frozenset[str] = frozenset()
    """What of the profile is told from outside, and so is not decided in the pages."""
    households_waiting: int = 0
    """Households that a coordinator has to approve."""
    alerts_waiting: int = 0
    """Alerts that nobody has looked at yet."""
    events_waiting: int = 0
    """Peak events that are proposed, and of which nothing comes unless a coordinator approves."""
    rewards_waiting: int = 0
    """Rewards that homes paid for and nobody has handed over yet."""
    refusals: Refusals = field(default_factory=Refusals)
    seen: dict[int, datetime] = field(default_factory=dict)
    """When each household was last heard, kept here so that hearing costs no writing."""
    member_listeners: list[Callable[[int], Awaitable[None]]] = field(default_factory=list)
    """Who must know when a household leaves, waits, or holds no token any more: told its id."""
    notice_listeners: list[Callable[[Notice], Awaitable[None]]] = field(default_factory=list)
    """Who passes the coordinator's messages on."""
    event_listeners: list[Callable[[Event], Awaitable[None]]] = field(default_factory=list)
    """Who tells households of an event that changed."""
    place_listeners: list[Callable[[Sequence[Promise]], Awaitable[None]]] = field(default_factory=list)
    """Who must know of places in the plan whose time has come."""
    table: Table | None = None
    """Everybody's place in the game; None until the first look."""
    trying: Trying = field(default_factory=Trying)
    """What challenges have come to."""

    def __post_init__(self) -> None:
        """Let the figures follow the profile, which is replaced as a whole."""
        self.publishing = Publishing(self.store, self.clock, lambda: self.profile)

    async def change_profile(self, who: str, /, **decided: object) -> None:
        """Take decisions of the profile: all of them or none, with a note in the audit log of what is new.

        Whoever goes by the profile looks at it each time: roll-ups are cut anew in another zone at the next upkeep, and
        another number of homes counts from the next midnight, so that no two figures of a day tell of a few.
        """
        before = self.profile
        new = {name: value for name, value in decided.items() if getattr(before, name) != value}
        if self.fixed & new.keys():
            raise Refusal("fixed", "Some of this is set where the hub is started, so change it there.")
        after = replace(before, **new)  # type: ignore[arg-type] # refuses what no community can be, before it is kept
        if new.keys() & {"country", "subdivision"}:
            await asyncio.to_thread(check_calendar, after.country, after.subdivision)
        if not new:
            return

        def keep(books: sqlite3.Connection) -> None:
            profiles.save(books, **new)
            told = profiles.written(new)
            audit.note(books, self.clock(), who, "profile.change", ", ".join(sorted(new)), **told)

        await self.store.write(keep)
        self.profile = replace(self.profile, **new)  # type: ignore[arg-type] # as above

    async def left(self, household: int) -> None:
        """Tell everybody who must know that a household does not take part any more."""
        for listener in self.member_listeners:
            await listener(household)

    def day(self) -> date:
        """Return the day that it is where the community lives."""
        return self.clock().astimezone(self.profile.zone).date()

    async def begin_publishing(self, who: str) -> None:
        """Begin to show figures of homes: who has joined by now counts at once. A second click changes nothing."""
        if self.profile.published_since is None:
            await self.change_profile(who, published_since=self.clock())
            await self.publishing.renew()


HUB = web.AppKey("hub", Hub)
"""Under this key of the application, handlers find it."""
