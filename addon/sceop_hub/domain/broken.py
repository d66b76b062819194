"""Broken data: what a household sends can not be true, or is not all there. Told by its kind, never by its energy.

The rules look at whole days, for a meter that pauses for an hour mends itself, and at what can not be: a coordinator is
told of the meter and learns nothing of the home.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from statistics import median

from .alerts import Finding, Kind

LATELY = 3
"""Days: all zeros for so long is no power cut."""

FEWEST_BEFORE = 7
"""Days that say how it was."""

ALWAYS = 0.9
"""The share of days before on which there was something, for nothing to be news."""

MOST_HOME_WH = 15_000
"""In a quarter of an hour: 60 kW, more than three phases of 80 A carry. No home has a larger connection."""

TIMES_MEAN = 20
"""A member that is a factory may carry more: then a slot is held against the mean of its days before."""

TIMES_DAY = 10
LEAST_DAY_WH = 50_000
"""Nobody's habits make a home use ten times its highest day; and below this it may have been empty until now."""

COMPLETE, GAPPY = 0.95, 0.8
"""The share of slots that came before, and that come now."""

SAME_SLOTS = 80
SAME_WH = 5
"""So much of a day with one value: what moves in fewer counts can be the same by chance."""

HELD_WH = 20
"""Of one power a counter makes now a Wh more, now one less; from here on no home holds one so long by itself."""


class Fault(StrEnum):
    """What speaks against a household's data."""

    ZEROS = "zeros"
    FROZEN = "frozen"
    LEAPT = "leapt"
    GAPS = "gaps"
    LEFT_OUT = "left_out"
    """It goes on for days after a leap, so that the household stands behind no figure any more."""


@dataclass(frozen=True, slots=True)
class Day:
    """What came of a flow on a local day: its sum, over how many of its slots."""

    wh: int
    slots: int
    due: int

    @property
    def share(self) -> float:
        """Return how much of it came."""
        return self.slots / self.due


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """A flow of a household: days that follow each other, the last one closed, and the extremes of its slots."""

    public_id: str
    days: Sequence[Day | None]
    """None where nothing came."""
    least_wh: int | None = None
    most_wh: int | None = None
    slots: int = 0
    may_be_nothing: bool = False
    """A home with a plant may take nothing from the grid for days."""


def broken(records: Iterable[Record], left_out: Collection[str] = ()) -> Iterator[Finding]:
    """Return the households whose data are broken, each once, with the first thing that speaks against them."""
    told = set(left_out)
    yield from (Finding(Kind.BROKEN, public_id, {"fault": Fault.LEFT_OUT}) for public_id in left_out)
    for record in records:
        fault = _fault(record)
        if fault is not None and record.public_id not in told:
            told.add(record.public_id)
            yield Finding(Kind.BROKEN, record.public_id, {"fault": fault})


def _fault(record: Record) -> Fault | None:
    if not record.days or record.days[-1] is None:
        # What does not come at all is silence, or a thing that was taken away.
        return None
    if _leapt(record):
        return Fault.LEAPT
    if _frozen(record):
        return Fault.FROZEN
    if _zeros(record):
        return Fault.ZEROS
    return Fault.GAPS if _gaps(record) else None


def _before(record: Record, days: int) -> list[Day]:
    return [day for day in record.days[:-days] if day is not None and day.share >= GAPPY]


def _leapt(record: Record) -> bool:
    last, before = record.days[-1], _before(record, 1)
    most = record.most_wh or 0
    mean = median(day.wh / day.slots for day in before) if before else 0.0
    if most > max(MOST_HOME_WH, TIMES_MEAN * mean):
        return True
    if last is None or len(before) < FEWEST_BEFORE:
        return False
    return last.wh > max(LEAST_DAY_WH, TIMES_DAY * max(day.wh for day in before))


def _frozen(record: Record) -> bool:
    if record.slots < SAME_SLOTS or record.least_wh is None or record.most_wh is None:
        return False
    moves = record.most_wh - record.least_wh
    return record.least_wh >= (SAME_WH if moves == 0 else HELD_WH) and moves <= 1


def _zeros(record: Record) -> bool:
    lately, before = record.days[-LATELY:], _before(record, LATELY)
    if record.may_be_nothing or len(before) < FEWEST_BEFORE:
        return False
    nothing = all(day is not None and day.wh == 0 and day.share >= GAPPY for day in lately)
    return nothing and sum(day.wh > 0 for day in before) >= ALWAYS * len(before)


def _gaps(record: Record) -> bool:
    """Tell whether slots are missing day by day where they used to come."""
    lately, before = record.days[-LATELY:], record.days[:-LATELY]
    known = [day.share for day in before if day is not None]
    if len(known) < FEWEST_BEFORE or median(known) < COMPLETE:
        return False
    return len(lately) == LATELY and all(day is None or day.share < GAPPY for day in lately)
