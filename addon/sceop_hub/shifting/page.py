"""What the coordinator's page shows of the community's plan: sums of enough homes, slot by slot."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from ..core.slots import Span, local_midnight, slot_of, to_number
from ..domain.community import Curve
from ..domain.forecast.kept import Reason
from ..domain.held import Held
from ..domain.plan.places import SLOTS_AN_HOUR
from ..domain.publication import COMMUNITY
from ..hub import Hub
from ..store import figures, plan as books_of_plan
from .outlook import of
from .room import Shifting

ROUND_W = 10
"""What usually comes is a guess, and told to so many watts."""


@dataclass(frozen=True, slots=True)
class PlanPage:
    """The day and the two days ahead, in W, slot by slot from `start` on; None where nothing is known or may be shown.

    `came` is what was published, `expected` what was foreseen for now and later, without what places usually hold.
    `reserved` is what homes reserved, `usual` what usually comes. `shifted` is the sum with the plan, and `at_once` the
    same had each load begun when it was asked for. `homes` counts those that reserve; None while they are fewer than
    `fewest`, and `missing` is by how many fewer than that reserved in the last week.
    """

    community: str
    time_zone: str
    now: datetime
    start: datetime
    forecast: datetime | None
    reason: Reason | None
    limit_w: int | None
    limit_is_set: bool
    published: bool
    homes: int | None
    fewest: int
    missing: int
    came: Curve
    expected: Curve
    reserved: Curve
    usual: Curve
    shifted: Curve
    at_once: Curve


async def plan_page(hub: Hub, shifting: Shifting) -> PlanPage:
    """Return what the page shows at this moment."""
    now, zone = hub.clock(), hub.profile.zone
    start = local_midnight(hub.day(), zone)
    here, known = slot_of(now), shifting.known
    first, running = to_number(start), to_number(here)

    def look(books: sqlite3.Connection) -> tuple[Mapping[int, int | None], Mapping[int, Held]]:
        published = figures.curve(books, COMMUNITY, Span(start, here)) if here > start else {}
        return (
            {slot: of(known.figure, one.wh) for slot, one in published.items()},
            books_of_plan.held(books, first, running),
        )

    came, held = await hub.store.read(look)
    past = range(first, running)
    ahead = shifting.curve(now)
    placed, once = shifting.shown.placed, shifting.shown.once
    shown = shifting.shown.homes is not None
    expected = [slot.expected_w if known.forecast is not None else None for slot in ahead]
    numbers = [to_number(slot.start) for slot in ahead]
    return PlanPage(
        community=hub.profile.name,
        time_zone=zone.key,
        now=now.replace(microsecond=0),
        start=start,
        forecast=known.forecast,
        reason=known.reason,
        limit_w=round(known.outlook.limit_w) or None,
        limit_is_set=hub.profile.peak_limit_w is not None,
        published=hub.publishing.begun,
        homes=shifting.shown.homes,
        fewest=hub.profile.fewest_homes,
        missing=shifting.missing,
        came=(*(_power(came.get(slot)) for slot in past), *(None for _ in ahead)),
        expected=(*(None for _ in past), *expected),
        reserved=(
            *(_power(held[slot].wh) if slot in held else None for slot in past),
            *(_power(placed.get(slot, 0)) if shown else None for slot in numbers),
        ),
        usual=(
            *(None for _ in past),
            *(round(slot.usual_w / ROUND_W) * ROUND_W if shifting.usual_shown else None for slot in ahead),
        ),
        shifted=(
            *(_power(came.get(slot)) for slot in past),
            *(_sum(base, placed.get(slot, 0) if shown else None) for slot, base in zip(numbers, expected, strict=True)),
        ),
        at_once=(
            *(_sum(_power(came.get(slot)), _moved_back(held.get(slot))) for slot in past),
            *(_sum(base, once.get(slot, 0) if shown else None) for slot, base in zip(numbers, expected, strict=True)),
        ),
    )


def _moved_back(held: Held | None) -> int | None:
    """Return by how much a slot would have held more, had nothing been shifted."""
    return None if held is None else held.once_wh - held.wh


def _sum(base_w: int | None, wh: int | None) -> int | None:
    return None if base_w is None or wh is None else base_w + wh * SLOTS_AN_HOUR


def _power(wh: int | None) -> int | None:
    return None if wh is None else wh * SLOTS_AN_HOUR
