"""What shifting could have saved in the last four weeks, and what it did: made of published sums, for the page.

The share that can move is nobody's measurement, so it comes as three: what homes reserved in the last week, which they
surely can; what washing usually takes; and that with what heats water and fills cars. The two above are taken from what
is known of homes elsewhere, and the page names them.
"""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from ..core.channels import CONSUMPTION
from ..core.slots import Span, local_day, to_number
from ..domain.baseline.values import Why
from ..domain.event.event import Event
from ..domain.event.savings import Sum
from ..domain.held import Held
from ..domain.potential import Day, Moved, Potential, Shares, moved, potential, summed
from ..domain.profile import Profile
from ..domain.publication import COMMUNITY, Sum as Published
from ..domain.savings import Part, Total, total
from ..hub import Hub
from ..store import events, figures, forecasts, plan as books_of_plan
from .outlook import of

DAYS = 28
"""As long as is known what places held."""

LATELY = 7
"""Days over which homes show how much they reserve: they join, and their habits change."""

WASHING, WASHING_HEATING_DRIVING = 0.1, 0.3
"""Of what homes use: dishwashers, washing machines and dryers take about a tenth; with boilers, heat pumps and cars it
is about a third where homes have them, and few have all."""

ANY_PRICE = 1.0
"""Where nobody told what a kWh costs, own sun is still used rather than fed in."""


@dataclass(frozen=True, slots=True)
class Planned:
    """What the plan did: the places beside the same loads, had each begun when it was asked for; `days` that held any.

    There is no interval, for both are known; what nobody knows is whether people would have waited without a plan.
    """

    days: int
    moved: Moved


@dataclass(frozen=True, slots=True)
class LookedBack:
    """The last whole local days, from `first` to `last`.

    `peak` is what would have lowered the highest slots as far as that goes, `sun` what would have used most of what the
    roofs fed in; None where nothing was. `paid_for_sun` tells whether anybody said what feeding in brings.
    """

    first: date
    last: date
    shares: Shares
    peak: Potential
    sun: Potential | None
    paid_for_sun: bool
    plan: Planned
    events: Total


async def looked_back(hub: Hub) -> LookedBack:
    """Return what the page tells of the last four weeks."""
    today, zone, about = hub.day(), hub.profile.zone, hub.profile
    days = [today - timedelta(days=ago) for ago in range(DAYS, 0, -1)]
    spans = [local_day(day, zone) for day in days]
    first, end = to_number(spans[0].start), to_number(spans[-1].end)

    def look(books: sqlite3.Connection) -> tuple[dict[int, Published], dict[int, Held], list[tuple[Event, Sum | None]]]:
        found = [event for event in events.since(books, spans[0].start) if event.start < spans[-1].end]
        sound = {slot.slot for slot in forecasts.published(books, first, end)}
        curve = figures.curve(books, COMMUNITY, Span(spans[0].start, spans[-1].end))
        return (
            {slot: one for slot, one in curve.items() if slot in sound},
            books_of_plan.held(books, first, end),
            [(event, events.sum_of(books, event.id)) for event in found if event.state == "settled"],
        )

    published, held, settled = await hub.store.read(look)
    lived = tuple(_lived(span, published) for span in spans)
    shares = _shares(spans[-LATELY:], published, held)
    parts = [_part(event.start.astimezone(zone).date(), told) for event, told in settled]
    return LookedBack(
        days[0],
        days[-1],
        shares,
        *await asyncio.to_thread(_could, lived, shares, _Factors.of(about)),
        paid_for_sun=about.feed_in_per_kwh is not None,
        plan=_did(spans, lived, held, _Factors.of(about)),
        events=total(parts),
    )


@dataclass(frozen=True, slots=True)
class _Factors:
    """What a kWh costs, earns and emits, as far as anybody told."""

    buy: float | None
    sell: float | None
    co2_g: float | None

    @classmethod
    def of(cls, about: Profile) -> _Factors:
        return cls(_number(about.price_per_kwh), _number(about.feed_in_per_kwh), _number(about.carbon_g_per_kwh))


type _Lived = tuple[tuple[int | None, ...], tuple[int | None, ...]]
"""What was used in a day's slots, and what of it did not come from the grid."""


@lru_cache(maxsize=4)
def _could(lived: tuple[_Lived, ...], shares: Shares, factors: _Factors) -> tuple[Potential, Potential | None]:
    """Return what could have been; reckoned once a day, for it takes a third of a second on a small computer."""
    co2_g = factors.co2_g
    flat = [Day(used, made, co2_g=None if co2_g is None else (co2_g,) * len(used)) for used, made in lived]
    peak = potential(flat, shares)
    if not any(
        use is not None and own is not None and own > use
        for used, made in lived
        for use, own in zip(used, made, strict=True)
    ):
        return peak, None
    return peak, potential([_priced(used, made, factors) for used, made in lived], shares)


def _priced(used: Sequence[int | None], made: Sequence[int | None], factors: _Factors) -> Day:
    slots = len(used)
    return Day(
        used,
        made,
        (ANY_PRICE if factors.buy is None else factors.buy,) * slots,
        (0.0 if factors.sell is None or factors.buy is None else factors.sell,) * slots,
        None if factors.co2_g is None else (factors.co2_g,) * slots,
    )


def _did(spans: Sequence[Span], lived: Sequence[_Lived], held: Mapping[int, Held], factors: _Factors) -> Planned:
    """Return what places moved, on days of which all is known."""
    found = []
    for span, (used, made) in zip(spans, lived, strict=True):
        places = [held.get(slot, _NOTHING_HELD) for slot in range(to_number(span.start), to_number(span.end))]
        net = [use - own for use, own in zip(used, made, strict=True) if use is not None and own is not None]
        if len(net) < len(used) or not any(one.wh or one.once_wh for one in places):
            continue
        before = [float(wh + one.once_wh - one.wh) for wh, one in zip(net, places, strict=True)]
        found.append(moved(_priced(used, made, factors), before, net))
    return Planned(len(found), summed(found))


_NOTHING_HELD = Held(0, 0)


def _lived(span: Span, published: Mapping[int, Published]) -> _Lived:
    used: list[int | None] = []
    own: list[int | None] = []
    for slot in range(to_number(span.start), to_number(span.end)):
        wh = published[slot].wh if slot in published else {}
        use, drawn = wh.get(CONSUMPTION), of("net", wh)
        used.append(use)
        own.append(None if use is None or drawn is None else use - drawn)
    return tuple(used), tuple(own)


def _shares(lately: Sequence[Span], published: Mapping[int, Published], held: Mapping[int, Held]) -> Shares:
    slots = range(to_number(lately[0].start), to_number(lately[-1].end))
    used = sum(published[slot].wh.get(CONSUMPTION, 0) for slot in slots if slot in published)
    reserved = sum(held[slot].wh for slot in slots if slot in held and slot in published)
    low = min(reserved / used, 1.0) if used > 0 else 0.0
    mid = max(low, WASHING)
    return Shares(low, mid, max(mid, WASHING_HEATING_DRIVING))


def _part(day: date, told: Sum | None) -> Part:
    """Return what homes saved together in an event, as a sum over events takes it."""
    if told is None or told.savings is None:
        return Part(day, None, None, None, "incomplete")
    found = told.savings
    why: Why | None = "uncertain" if found.why == "uncertain" else None if found.why is None else "incomplete"
    return Part(day, found.mid_wh, found.spread_wh, found.baseline_wh, why)


def _number(value: object) -> float | None:
    return None if value is None else float(str(value))
