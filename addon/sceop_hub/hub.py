"""The running hub: what its rooms share, put together once by `app`."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from .core.slots import SLOT, Span, local_day, local_midnight
from .domain import community, privacy
from .domain.community import Members, Now, Today
from .domain.members import Household
from .live import LiveBoard
from .settings import Settings
from .store import members, readings
from .store.store import Store

MEASURED_DAYS = 30
SETTLED_AFTER = timedelta(minutes=5)
"""Households send a closed slot at a random moment of its first minutes; the curve shows it when all had their turn."""


@dataclass(slots=True)
class Hub:
    """One community while its hub runs; `clock` returns an instant in UTC."""

    settings: Settings
    store: Store
    clock: Callable[[], datetime]
    live: LiveBoard = field(default_factory=LiveBoard)
    measured: dict[int, privacy.MeanWh] = field(default_factory=dict)
    group: privacy.Group = privacy.NOBODY

    def day(self) -> date:
        """Return the day that it is where the community lives."""
        return self.clock().astimezone(self.settings.zone).date()

    async def measure_everyone(self) -> None:
        """Measure the homes over their last complete days, and decide anew who stands behind the figures."""
        self.measured = await self._measure([home.id for home in await self._homes()])
        self.group = privacy.group(self.measured)

    async def measure_newcomers(self) -> None:
        """Take homes in that have shown their first complete day since everyone was measured."""
        unmeasured = [home.id for home in await self._homes() if home.id not in self.measured]
        if unmeasured and (found := await self._measure(unmeasured)):
            self.measured |= found
            self.group = privacy.group(self.measured)

    async def now(self) -> Now:
        """Return the community at this moment."""
        everyone = await self.store.read(members.everyone)
        at = self.clock()
        power = self.live.power(at)
        return Now(
            at=at.replace(microsecond=0),
            community=self.settings.community,
            time_zone=self.settings.zone.key,
            members=_count(everyone, reporting=len(power)),
            homes=community.homes_now(self.group, power),
            organisations=community.organisations_now(_organisations(everyone), power),
        )

    async def today(self) -> Today:
        """Return the running local day, as far as its slots are settled."""
        day = self.day()
        span = local_day(day, self.settings.zone)
        settled = self.clock() - SETTLED_AFTER - SLOT
        group = self.group
        sums = await self._sums(group.homes, span)
        curves, reported = community.homes_curves(group, span, (part for part in sums if part.slot <= settled))
        return Today(
            day=day,
            time_zone=self.settings.zone.key,
            slots=tuple(span),
            shown=group.shown,
            needed=group.needed,
            homes=len(group.homes),
            homes_wh=curves,
            reported=reported,
            organisations_wh=await self._organisation_curves(span),
        )

    async def _homes(self) -> list[Household]:
        return [who for who in await self.store.read(members.everyone) if who.kind == "home"]

    async def _measure(self, homes: Iterable[int]) -> dict[int, privacy.MeanWh]:
        today = self.day()
        zone = self.settings.zone
        past = Span(local_midnight(today - timedelta(days=MEASURED_DAYS), zone), local_midnight(today, zone))
        return await self.store.read(lambda books: readings.mean_wh(books, homes, past))

    async def _organisation_curves(self, span: Span) -> dict[str, community.Curve]:
        everyone = await self.store.read(members.everyone)
        return {
            who.name: community.consumption_curve(span, await self._sums([who.id], span))
            for who in _organisations(everyone)
            if who.shown
        }

    async def _sums(self, households: Iterable[int], span: Span) -> list[community.SlotSum]:
        return await self.store.read(lambda books: readings.sums(books, households, span))


def _organisations(everyone: Iterable[Household]) -> list[Household]:
    return [who for who in everyone if who.kind == "organisation"]


def _count(everyone: list[Household], reporting: int) -> Members:
    organisations = len(_organisations(everyone))
    return Members(len(everyone) - organisations, organisations, reporting)
