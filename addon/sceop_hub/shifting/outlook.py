"""What the plan goes by: the newest forecast without what places held, how sure it is, the limit, and what came."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from zoneinfo import ZoneInfo

from .. import forecasts as pages
from ..broadcast import Broadcast
from ..core.channels import GRID_EXPORT, GRID_IMPORT
from ..core.slots import Span, from_number, slot_of, to_number
from ..domain.forecast.kept import Curve, Figure, Forecast, Reason
from ..domain.held import AHEAD, DAYS, without_held
from ..domain.members import Household
from ..domain.plan.places import SLOTS_AN_HOUR, Outlook, Usual
from ..domain.plan.usual import coming
from ..domain.publication import COMMUNITY
from ..domain.weather import hour_of
from ..hub import Hub
from ..store import figures, forecasts, members, plan as books_of_plan

FIGURES: tuple[Figure, ...] = ("net", "consumption")
"""What may be planned against: what comes from the grid, or where that is not shown, what is used."""

LASTS = timedelta(hours=24)
"""A forecast tells two days; an older one says too little of the second."""

LOOKED_BACK = timedelta(days=28)
"""Where the coordinator set no limit, it is the highest slot of so long."""

SURE_AFTER = 24
"""Slots that were told an hour before and came since; of fewer, nobody says how sure forecasts are."""

BAND_SIGMAS = 2.563
"""Between P10 and P90, as errors are usually spread."""

LIVE_FOR = timedelta(minutes=1)
SLOTS = 192


@dataclass(frozen=True, slots=True, eq=False)
class Usually:
    """What usually comes, and the households that usually ask, as it was at an hour."""

    hour: int
    requests: tuple[Usual, ...] = ()
    homes: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """What the books say about the time ahead, and who takes part.

    `forecast` is when the forecast behind it was made, None where there is none, for a `reason`. `told` is what was
    told of it in W, which holds what places usually hold too.
    """

    figure: Figure
    outlook: Outlook
    members: Mapping[int, Household]
    usual: Usually
    forecast: datetime | None
    reason: Reason | None
    told: tuple[float | None, ...]


async def known(hub: Hub, now: datetime, before: Usually | None = None) -> Known:
    """Return what the plan goes by at this moment; what usually comes is looked up once an hour."""
    zone, shown = hub.profile.zone, pages.shown(hub)
    figure: Figure = next((figure for figure in FIGURES if figure in shown), "net")

    def look(books: sqlite3.Connection) -> Known:
        newest, state = forecasts.latest(books, now), forecasts.state(books)
        told = None
        if newest is not None and figure in shown and now - newest.start < LASTS:
            told = newest.figures.get(figure)
        held = books_of_plan.held(books, to_number(now) - (DAYS + AHEAD + 1) * 96, to_number(now))
        limit_w = _limit_w(hub, books, figure, now) or (0.0 if told is None else _highest(told.mid))
        if newest is None or told is None:
            nothing = (0.0,) * SLOTS
            outlook = Outlook(slot_of(now), nothing, nothing, limit_w)
        else:
            outlook = Outlook(
                newest.start,
                tuple(wh * SLOTS_AN_HOUR for wh in without_held(_whole(told.mid), newest.start, held, zone)),
                (_sigma_w(books, newest, figure),) * len(told.mid),
                limit_w,
            )
        return Known(
            figure,
            outlook,
            {who.id: who for who in members.active(books)},
            before if before is not None and before.hour == hour_of(now) else _usually(books, zone, now),
            None if newest is None or told is None else newest.made,
            pages.reason(hub, newest, state),
            () if told is None else tuple(None if wh is None else float(wh * SLOTS_AN_HOUR) for wh in told.mid),
        )

    return await hub.store.read(look)


def _usually(books: sqlite3.Connection, zone: ZoneInfo, now: datetime) -> Usually:
    asked = books_of_plan.asked_since(books, now - timedelta(days=DAYS))
    days = 1 if not asked else (now - asked[0].at) // timedelta(days=1) + 1
    return Usually(
        hour_of(now),
        coming(asked, now, zone, days, books_of_plan.lately(books)),
        frozenset(one.household for one in asked),
    )


async def came(hub: Hub, figure: Figure, first: int, end: int) -> dict[datetime, float]:
    """Return what was published of these slots, in Wh; what was not published is not there."""
    if end <= first:
        return {}
    span = Span(from_number(first), from_number(end))
    published = await hub.store.read(lambda books: figures.curve(books, COMMUNITY, span))
    drawn = ((slot, of(figure, one.wh)) for slot, one in published.items())
    return {from_number(slot): float(wh) for slot, wh in drawn if wh is not None}


def live_w(broadcast: Broadcast, figure: Figure, now: datetime) -> float | None:
    """Return what the homes together draw at this moment, where it is known."""
    told = broadcast.now
    if told is None or abs(now - told.at) > LIVE_FOR:
        return None
    drawn = of(figure, told.homes.power_w)
    return None if drawn is None else float(drawn)


def of(figure: Figure, sums: Mapping[str, int | None]) -> int | None:
    """Return a figure out of what is known of each flow; a community without export exports nothing."""
    if figure != "net":
        return sums.get(figure)
    drawn = sums.get(GRID_IMPORT)
    return None if drawn is None else drawn - (sums.get(GRID_EXPORT) or 0)


def _limit_w(hub: Hub, books: sqlite3.Connection, figure: Figure, now: datetime) -> float | None:
    """Return what the homes should not draw: as the coordinator says, or the most that they drew lately."""
    if hub.profile.peak_limit_w is not None:
        return float(hub.profile.peak_limit_w)
    highest = books_of_plan.highest_wh(books, figure, to_number(now - LOOKED_BACK))
    return None if highest is None or highest <= 0 else float(highest * SLOTS_AN_HOUR)


def _highest(curve: Curve) -> float:
    return float(max((wh for wh in curve if wh is not None), default=0) * SLOTS_AN_HOUR)


def _whole(curve: Curve) -> list[float]:
    """Return a curve without gaps: what is not foreseen is taken for what was foreseen a slot before."""
    whole, last = [], next((float(wh) for wh in curve if wh is not None), 0.0)
    for wh in curve:
        last = last if wh is None else float(wh)
        whole.append(last)
    return whole


def _sigma_w(books: sqlite3.Connection, newest: Forecast, figure: Figure) -> float:
    """Return by how much a slot was missed lately that had been told in the hour before."""
    first = to_number(newest.start - forecasts.EVERY_HOUR_FOR)
    told = forecasts.first_hours(books, figure, first, to_number(newest.start))
    published = {slot.slot: slot.wh for slot in forecasts.published(books, first, to_number(newest.start))}
    errors = [
        wh - drawn
        for slot, wh in told.items()
        if slot in published and (drawn := of(figure, published[slot])) is not None
    ]
    if len(errors) >= SURE_AFTER:
        return sqrt(sum(error * error for error in errors) / len(errors)) * SLOTS_AN_HOUR
    expected = newest.figures[figure]
    widths = [
        high - low
        for low, high in zip(expected.low[:SLOTS_AN_HOUR], expected.high[:SLOTS_AN_HOUR], strict=True)
        if low is not None and high is not None
    ]
    return sum(widths) / len(widths) / BAND_SIGMAS * SLOTS_AN_HOUR if widths else 0.0
