"""What was found in a file: the energy of channels in time, and what had to be left out, each with its reason."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import NamedTuple

from ..core.slots import SLOT_SECONDS
from ..domain.intervals import Interval
from ..domain.saying import in_sight
from .hints import refused

MOST_TOLD = 100
"""Refused rows that are named one by one; the others are counted."""

LONGEST_STEP = 3600
"""Seconds in an interval: an hour is split into four, a day so split would be one that nobody lived."""

MOST_W = 100_000_000
"""Power that no connection of a member's carries; what says more has a wrong unit."""

EARLIEST = int(datetime(2000, 1, 1, tzinfo=UTC).timestamp())
"""Before this no meter kept quarter hours: an older time is a clock that was never set."""

_RUN = 8
"""Rows in a run that show a step of their own, and not a gap."""


class Refused(NamedTuple):
    """A row that was left out: its line, a word for the reason, and what fills the reason's sentence."""

    line: int
    code: str
    given: dict[str, str]


class Note(NamedTuple):
    """Something that was understood and should be known, as a word and what fills its sentence."""

    code: str
    given: dict[str, str]


class Point(NamedTuple):
    """Energy of an interval, or what a counter showed at an instant: then it lasts no time."""

    start: int
    seconds: int
    nj: int
    line: int
    estimated: bool = False


@dataclass(slots=True)
class Faults:
    """The rows that were left out."""

    rows: list[Refused] = field(default_factory=list)
    count: int = 0
    duplicates: int = 0

    def add(self, line: int, code: str, **given: object) -> None:
        """Leave a row out."""
        self.count += 1
        if len(self.rows) < MOST_TOLD:
            self.rows.append(Refused(line, code, {name: in_sight(str(value)[:60]) for name, value in given.items()}))


@dataclass(slots=True)
class Flow:
    """What one column, or one name in a column, says of one household."""

    household: str | None
    channel: str
    points: list[Point]
    counter: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A column and what it is taken for."""

    header: str
    meaning: str


@dataclass(slots=True)
class Found:
    """All that a file says, before it is cut into slots."""

    kind: str
    flows: Iterable[Flow] = ()
    columns: list[Column] = field(default_factory=list)
    unit: str = ""
    zone: str = "UTC"
    faults: Faults = field(default_factory=Faults)
    notes: list[Note] = field(default_factory=list)

    def note(self, code: str, **given: object) -> None:
        """Tell something once."""
        note = Note(code, {name: in_sight(str(value)[:80]) for name, value in given.items()})
        if note not in self.notes:
            self.notes.append(note)


def step_of(starts: Sequence[int], lines: Sequence[int]) -> int:
    """Return the distance of a series' rows, which must be one throughout, but for gaps."""
    distances = [after - before for before, after in pairwise(starts)]
    counts: dict[int, int] = {}
    for distance in distances:
        if distance > 0:
            counts[distance] = counts.get(distance, 0) + 1
    if not counts:
        raise refused("A single row does not tell how long its interval is: the file needs at least two in a row.")
    step = max(counts, key=lambda distance: (counts[distance], -distance))
    if step > LONGEST_STEP:
        raise refused(
            "Its rows are {apart} apart. The hub takes intervals of at most an hour: a longer one"
            " does not tell when the energy flowed. Ask your supplier for quarter-hourly or"
            " hourly data.",
            apart=_length(step),
        )
    run = 1
    for index in range(1, len(distances)):
        run = run + 1 if distances[index] == distances[index - 1] else 1
        if run >= _RUN and 0 < distances[index] <= LONGEST_STEP and distances[index] != step:
            raise refused(
                "Its rows are {apart} apart, but those near line {line} {others}. Split the file"
                " where the distance changes.",
                apart=_length(step),
                line=lines[index],
                others=_length(distances[index]),
            )
    return step


def intervals_of(flow: Flow, faults: Faults) -> Iterator[Interval]:
    """Return a flow's intervals in order, each time once."""
    flow.points.sort(key=lambda point: (point.start, point.line))
    return _differences(flow.points, faults) if flow.counter else _intervals(flow.points, faults)


def _intervals(points: Iterable[Point], faults: Faults) -> Iterator[Interval]:
    last: Interval | None = None
    for point in points:
        if last is not None and point.start < last.end:
            if point.start == last.start and point.nj == last.nj:
                faults.duplicates += 1
            else:
                code = "contradicts" if point.start == last.start else "overlaps"
                faults.add(point.line, code, at=_instant(point.start))
        elif point.nj < 0:
            faults.add(point.line, "negative", at=_instant(point.start))
        elif _possible(point.start, point.seconds, point.nj, point.line, faults):
            last = Interval(point.start, point.seconds, point.nj, point.estimated)
            yield last


def _differences(points: Iterable[Point], faults: Faults) -> Iterator[Interval]:
    """Return what went through a meter between its readings; over a longer pause only if nothing did."""
    before: Point | None = None
    for point in points:
        if before is None or point.start == before.start:
            if before is not None and point.nj != before.nj:
                faults.add(point.line, "contradicts", at=_instant(point.start))
            elif before is not None:
                faults.duplicates += 1
            else:
                before = point
            continue
        nj, seconds = point.nj - before.nj, point.start - before.start
        if nj < 0:
            faults.add(point.line, "counts_back", at=_instant(point.start))
        elif (seconds <= LONGEST_STEP or not nj) and _possible(before.start, seconds, nj, point.line, faults):
            yield Interval(before.start, seconds, nj, point.estimated)
        before = point


def _possible(start: int, seconds: int, nj: int, line: int, faults: Faults) -> bool:
    if start < EARLIEST:
        faults.add(line, "too_early", at=_instant(start))
        return False
    if nj > MOST_W * seconds * 10**9:
        faults.add(line, "too_much", at=_instant(start))
        return False
    return True


def _instant(seconds: int) -> str:
    return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)).strftime("%Y-%m-%d %H:%M UTC")


def _length(seconds: int) -> str:
    if seconds % 3600 == 0 and seconds > SLOT_SECONDS:
        return f"{seconds // 3600} h"
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"
