"""Today beside a typical day: what the homes used so far, what is usual, and what it cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from fractions import Fraction
from statistics import median
from zoneinfo import ZoneInfo

from ..core.channels import CONSUMPTION, GRID_EXPORT, GRID_IMPORT, PRODUCTION
from ..core.slots import Span, to_number
from .community import FIGURES, Curve, SoFar
from .publication import Sum

TYPICAL_WEEKS = 4
"""Days of the same name before this one, of whose curves a typical one is the median."""

TYPICAL_FIGURES = (CONSUMPTION, PRODUCTION)

WH_A_KWH = 1000
CENT = Decimal("0.01")

type Published = Mapping[int, Sum]
"""Figures by the number of their slot."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What a kWh costs, earns and emits, as far as the coordinator told."""

    currency: str
    price_per_kwh: Decimal | None
    feed_in_per_kwh: Decimal | None
    carbon_g_per_kwh: int | None


def typical_days(day: date) -> list[date]:
    """Return the days that this one is compared with."""
    return [day - timedelta(weeks=ago) for ago in range(1, TYPICAL_WEEKS + 1)]


def typical(span: Span, days: Sequence[tuple[date, Published]], zone: ZoneInfo, figure: str) -> dict[int, Fraction]:
    """Return what one home typically used, slot by slot of this day: the median of the same time of day before.

    Per home, because a community grows.
    """
    found: dict[int, Fraction] = {}
    for instant in span:
        clock = instant.astimezone(zone).time()
        before = [
            Fraction(part.wh[figure], part.homes)
            for day, published in days
            if (part := published.get(to_number(datetime.combine(day, clock, zone)))) is not None and figure in part.wh
        ]
        if before:
            found[to_number(instant)] = median(before)
    return found


def curves(span: Span, published: Published) -> dict[str, Curve | None]:
    """Return each figure's curve; None where no slot of it was published."""
    drawn = {
        figure: tuple(
            None if (part := published.get(to_number(slot))) is None else part.wh.get(figure) for slot in span
        )
        for figure in FIGURES
    }
    return {figure: curve if any(value is not None for value in curve) else None for figure, curve in drawn.items()}


def typical_curve(span: Span, a_home: Mapping[int, Fraction], published: Published, homes: int) -> Curve:
    """Return what as many homes as stand behind each slot would typically use."""
    return tuple(
        None
        if (usual := a_home.get(number)) is None
        else round(usual * (published[number].homes if number in published else homes))
        for number in map(to_number, span)
    )


def so_far(day: date, span: Span, published: Published, usual: Curve, days: int, factors: Factors) -> SoFar | None:
    """Sum up what was published of the running day."""
    if not published:
        return None
    known = {figure: [part.wh[figure] for part in published.values() if figure in part.wh] for figure in FIGURES}
    wh = {figure: sum(values) if values else None for figure, values in known.items()}
    return SoFar(
        day=day,
        slots=len(published),
        of=len(span),
        wh=wh,
        known={figure: len(values) for figure, values in known.items()},
        typical_wh=_comparable(span, published, usual),
        typical_days=days,
        solar_share=_solar_share(published),
        currency=factors.currency,
        cost=_money(wh[GRID_IMPORT], factors.price_per_kwh),
        earned=_money(wh[GRID_EXPORT], factors.feed_in_per_kwh),
        carbon_g=_grams(wh[GRID_IMPORT], factors.carbon_g_per_kwh),
    )


def _comparable(span: Span, published: Published, usual: Curve) -> int | None:
    """Return what is usual in just the slots whose consumption was published, if it is known of each."""
    first = to_number(span.start)
    expected = [usual[number - first] for number, part in published.items() if CONSUMPTION in part.wh]
    known = [wh for wh in expected if wh is not None]
    return sum(known) if known and len(known) == len(expected) else None


def _solar_share(published: Published) -> float | None:
    """Return how much of what the homes used their roofs made in the same quarter hours."""
    both = [part.wh for part in published.values() if {CONSUMPTION, PRODUCTION} <= part.wh.keys()]
    used = sum(wh[CONSUMPTION] for wh in both)
    made = sum(min(wh[PRODUCTION], wh[CONSUMPTION]) for wh in both)
    return round(made / used, 4) if used > 0 else None


def _money(wh: int | None, per_kwh: Decimal | None) -> Decimal | None:
    if wh is None or per_kwh is None:
        return None
    return (wh * per_kwh / WH_A_KWH).quantize(CENT, ROUND_HALF_EVEN)


def _grams(wh: int | None, per_kwh: int | None) -> int | None:
    return None if wh is None or per_kwh is None else round(Fraction(wh * per_kwh, WH_A_KWH))
