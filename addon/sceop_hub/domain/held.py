"""What places held: forecasts learn of what ran there, and who plans on top of them would count it twice.

So what was held on the last days at the same local time is taken out of what is expected. Without that, the plan would
see the valley that it filled yesterday as full today, and move everybody somewhere else.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from ..core.slots import SLOT, to_number

DAYS = 7
AHEAD = 2
"""Days of a forecast: before some of its slots, days lie that are still to come."""


@dataclass(frozen=True, slots=True)
class Held:
    """What all places held of a slot together, and what the same loads would have held, had they begun at once."""

    wh: int
    once_wh: int


def without_held(
    expected_wh: Sequence[float], start: datetime, held: Mapping[int, Held], zone: ZoneInfo
) -> list[float]:
    """Return what is expected beside the plan, slot by slot; `held` is what its places held, by slot.

    A habit is learned over days: what was held counts by how many of the last seven held it.
    """
    return [wh - _usually_held(start + index * SLOT, held, zone) for index, wh in enumerate(expected_wh)]


def _usually_held(slot: datetime, held: Mapping[int, Held], zone: ZoneInfo) -> float:
    local = slot.astimezone(zone)
    before = (local.date() - timedelta(days=days) for days in range(1, DAYS + AHEAD + 1))
    known = [one.wh for day in before if (one := held.get(to_number(_at(day, local, zone)))) is not None]
    return sum(known[:DAYS]) / DAYS


def _at(day: date, local: datetime, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, local.time(), zone).astimezone(UTC)
