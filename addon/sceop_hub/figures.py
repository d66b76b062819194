"""The figures that pages show of the community, put together from the live board and from what was published."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import date

from .core.channels import CONSUMPTION
from .core.slots import Span, from_number, local_day, to_number
from .domain import community, patterns as kinds, today as days
from .domain.community import FIGURES, HomesNow, Members, Now, OrganisationToday, SoFar, Today
from .domain.live import LivePower
from .domain.members import Household
from .domain.patterns import Energy, Patterns
from .domain.publication import COMMUNITY, Circle, Sum
from .hub import Hub
from .store import figures, members, patterns as books_of_patterns, readings


async def now(hub: Hub, today: SoFar | None) -> Now:
    """Return the community at this moment."""
    known = await hub.store.read(members.everyone)
    hub.households_waiting = sum(who.state == "waiting" for who in known)
    everyone = [who for who in known if who.state == "active"]
    at = hub.clock()
    homes = await hub.publishing.live(hub.live_sum, hub.live, at)
    hub.live_curve.add(at, homes.power_w)
    power = hub.live.power(at)
    return Now(
        at=at.replace(microsecond=0),
        community=hub.profile.name,
        time_zone=hub.profile.zone.key,
        members=_count(everyone, reporting=sum(who.id in power for who in everyone)),
        homes=_homes(hub, homes),
        today=today,
        organisations=community.organisations_now(_organisations(everyone), power),
    )


async def today(hub: Hub) -> tuple[Today, SoFar | None]:
    """Return the running local day as far as it was published, and what it comes to."""
    day, zone = hub.day(), hub.profile.zone
    span = local_day(day, zone)
    published = await _published(hub, day)
    before = [(earlier, found) for earlier in days.typical_days(day) if (found := await _published(hub, earlier))]
    group = hub.publishing.standing.group
    usual = {
        figure: days.typical_curve(span, days.typical(span, before, zone, figure), published, len(group.flows))
        for figure in days.TYPICAL_FIGURES
    }
    profile = hub.profile
    factors = days.Factors(profile.currency, profile.price_per_kwh, profile.feed_in_per_kwh, profile.carbon_g_per_kwh)
    drawn = Today(
        day=day,
        time_zone=zone.key,
        slots=tuple(span),
        published=hub.publishing.begun,
        shown=group.shown,
        needed=hub.publishing.needed,
        homes=len(group.flows),
        homes_wh=days.curves(span, published),
        reported=tuple(published[slot].homes if slot in published else 0 for slot in map(to_number, span)),
        typical_wh=usual,
        typical_days=len(before),
        organisations=await _organisations_today(hub, span),
    )
    return drawn, days.so_far(day, span, published, usual["consumption"], len(before), factors)


async def _published(hub: Hub, day: date) -> Mapping[int, Sum]:
    span = local_day(day, hub.profile.zone)
    return await hub.store.read(lambda books: figures.curve(books, COMMUNITY, span))


def _homes(hub: Hub, live: LivePower) -> HomesNow:
    publishing = hub.publishing
    group = publishing.standing.group
    return HomesNow(
        published=publishing.begun,
        shown=group.shown,
        needed=publishing.needed,
        waiting=publishing.waiting,
        together=publishing.together,
        by_hand=publishing.by_hand,
        counted=len(group.flows) if group.shown else publishing.measured,
        reporting=live.reporting,
        gathering=live.gathering,
        left_out=len(group.left_out),
        power_w=live.power_w,
    )


async def _organisations_today(hub: Hub, span: Span) -> tuple[OrganisationToday, ...]:
    shown = [who for who in _organisations(await hub.store.read(members.active)) if who.shown]
    settled = hub.publishing.settled(hub.clock())

    def curve(books: sqlite3.Connection, who: Household) -> OrganisationToday:
        sums = readings.sums(books, {who.id: readings.flows_of(books, who.id)}, span)
        return OrganisationToday(
            who.public_id,
            who.name,
            community.consumption_curve(span, (part for part in sums if part.slot < settled)),
        )

    return await hub.store.read(lambda books: tuple(curve(books, who) for who in shown))


def _organisations(everyone: Iterable[Household]) -> list[Household]:
    return [who for who in everyone if who.kind == "organisation"]


def _count(everyone: list[Household], reporting: int) -> Members:
    organisations = len(_organisations(everyone))
    return Members(len(everyone) - organisations, organisations, reporting)


async def patterns(hub: Hub, circle: Circle, start: date, end: date, figure: str) -> Patterns:
    """Return what is usual in a circle over local days; `end` is not one of them."""
    zone = hub.profile.zone
    runs = kinds.pieces(start, end, zone)
    first, last = runs[0].first, runs[-1].end

    def look(books: sqlite3.Connection) -> Patterns:
        cells = books_of_patterns.cells(books, circle, runs, figure)
        since = books_of_patterns.first_published(books, circle)
        found = books_of_patterns.circles(books, first, last)
        return Patterns(
            published=hub.publishing.begun,
            time_zone=zone.key,
            circle=circle,
            figure=figure,
            start=start,
            end=end,
            first=None if since is None else from_number(since).astimezone(zone).date(),
            circles=tuple(found),
            figures=tuple(books_of_patterns.known_figures(books, circle, first, last)),
            heat=kinds.heat(cells),
            months=kinds.months(cells, runs),
            seasons=kinds.seasons(cells),
            teams=tuple(
                kinds.circle_day(
                    one,
                    books_of_patterns.homes(books, one.id, first, last),
                    cells
                    if (one.id, CONSUMPTION) == (circle, figure)
                    else books_of_patterns.cells(books, one.id, runs, CONSUMPTION),
                )
                for one in found
            ),
        )

    return await hub.store.read(look)


async def energy(hub: Hub, circle: Circle, start: date, end: date, resolution: kinds.Resolution) -> Energy:
    """Return a circle's published energy over local days; `end` is not one of them."""
    zone = hub.profile.zone
    spans = kinds.periods(start, end, zone, resolution)
    sums = await hub.store.read(lambda books: books_of_patterns.energy(books, circle, spans))
    parts = [sums.get(position) for position in range(len(spans))]
    return Energy(
        circle=circle,
        resolution=resolution,
        time_zone=zone.key,
        starts=tuple(span.start for span in spans),
        of=tuple(map(len, spans)),
        homes_least=tuple(None if part is None else part.homes_least for part in parts),
        homes_most=tuple(None if part is None else part.homes_most for part in parts),
        wh={figure: tuple(None if part is None else part.wh.get(figure) for part in parts) for figure in FIGURES},
        slots={figure: tuple(0 if part is None else part.slots[figure] for part in parts) for figure in FIGURES},
    )
