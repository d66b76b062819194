"""Slots: the quarter hours in which all energy is counted.

A slot is named by its UTC start. A local day holds 92, 96 or 100 of them, so nothing else in the house may count to 96.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SLOT = timedelta(minutes=15)
SLOT_SECONDS = 900
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def slot_of(instant: datetime) -> datetime:
    """Return the start of the slot that holds this instant."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs its time zone: {instant}")
    return instant.astimezone(UTC) - (instant - EPOCH) % SLOT


def to_number(instant: datetime) -> int:
    """Return the count of whole slots since 1970: what the books store, because it sorts and costs three bytes."""
    if instant.tzinfo is None:
        raise ValueError(f"an instant needs its time zone: {instant}")
    return (instant - EPOCH) // SLOT


def from_number(number: int) -> datetime:
    """Return the start of the slot with this number."""
    return EPOCH + number * SLOT


@dataclass(frozen=True, slots=True)
class Span:
    """Whole slots, from the first up to but not including `end`."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        """Refuse what is no span of whole slots, where it is made and not where it is used."""
        for edge in (self.start, self.end):
            if edge.tzinfo is not UTC or slot_of(edge) != edge:
                raise ValueError(f"not the edge of a slot in UTC: {edge}")
        if self.start >= self.end:
            raise ValueError(f"a span ends after it starts: {self.start} to {self.end}")

    def __len__(self) -> int:
        """Count the slots."""
        return (self.end - self.start) // SLOT

    def __iter__(self) -> Iterator[datetime]:
        """Go through the starts of the slots in order."""
        return (self.start + index * SLOT for index in range(len(self)))

    def __contains__(self, instant: datetime) -> bool:
        """Tell whether the instant lies in one of the slots."""
        return self.start <= instant < self.end


def local_midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the instant at which a day begins for the people who live there."""
    return datetime.combine(day, time(), zone).astimezone(UTC)


def local_day(day: date, zone: ZoneInfo) -> Span:
    """Return the slots of a day as people there live it."""
    return Span(local_midnight(day, zone), local_midnight(day + timedelta(days=1), zone))
