"""Patterns: what is usual, by hour and weekday, by month and season, team beside team.

All of it is summed from published slots, so that it tells nothing that was not published.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from ..core.slots import Span, local_day, local_midnight, to_number
from .offsets import first_day, month_of, stretches
from .publication import COMMUNITY, Circle

HOURS, WEEKDAYS = 24, 7
SLOTS_AN_HOUR = 4

type Resolution = Literal["slot", "hour", "day", "month"]
type SeasonName = Literal["winter", "spring", "summer", "autumn"]
type Row = tuple[float | None, ...]

SEASONS: tuple[SeasonName, ...] = ("winter", "spring", "summer", "autumn")
"""Three months each, the first from December on."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Slots of one local month in which the clocks stood so many slots ahead of UTC."""

    first: int
    end: int
    ahead: int
    month: int


@dataclass(frozen=True, slots=True)
class Cell:
    """What was published of one figure in one month, on one weekday, in one hour of the local day."""

    month: int
    weekday: int
    hour: int
    slots: int
    wh: int
    home_wh: float
    """Summed over what each slot comes to for one home, however many homes it holds."""
    homes_least: int
    homes_most: int


@dataclass(frozen=True, slots=True)
class Heat:
    """Mean Wh of an hour by weekday, from Monday on, and hour: of all homes, of one, and how many hours are behind."""

    wh: tuple[Row, ...]
    home_wh: tuple[Row, ...]
    hours: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Month:
    """A local month's sum, over `slots` of the `of` that it has in the span that was asked for."""

    month: str
    wh: int | None
    slots: int
    of: int
    homes_least: int
    homes_most: int


@dataclass(frozen=True, slots=True)
class Season:
    """Mean Wh of each hour of the day in a season."""

    season: SeasonName
    wh: Row
    home_wh: Row
    hours: Row


@dataclass(frozen=True, slots=True)
class CircleName:
    """The community, which needs no name, or a team."""

    id: Circle
    name: str | None
    kind: Literal["community", "building", "street", "team"]


@dataclass(frozen=True, slots=True)
class CircleDay:
    """The mean day of one home of a circle, in Wh of each hour and of all of them."""

    id: Circle
    name: str | None
    kind: Literal["community", "building", "street", "team"]
    homes: int
    day_home_wh: int | None
    home_wh: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Patterns:
    """What is usual in a circle over local days, of which `end` is none; `first` is the first that was published."""

    published: bool
    time_zone: str
    circle: Circle
    figure: str
    start: date
    end: date
    first: date | None
    circles: tuple[CircleName, ...]
    figures: tuple[str, ...]
    heat: Heat
    months: tuple[Month, ...]
    seasons: tuple[Season, ...]
    teams: tuple[CircleDay, ...]


def pieces(start: date, end: date, zone: ZoneInfo) -> list[Piece]:
    """Cut local days into runs of one month and one position of the clocks."""
    found = []
    for month in range(month_of(start.toordinal()), month_of(end.toordinal() - 1) + 1):
        first = max(start, date.fromordinal(first_day(month)))
        last = min(end, date.fromordinal(first_day(month + 1)))
        begins, ends = (to_number(local_midnight(day, zone)) for day in (first, last))
        found += [Piece(run.first, run.end, run.ahead, month) for run in stretches(begins, ends, zone)]
    return found


def heat(cells: Sequence[Cell]) -> Heat:
    """Return the week, hour by hour."""
    hours = _grouped(cells, lambda cell: (cell.weekday, cell.hour))
    rows = [[hours.get((weekday, hour), NOTHING) for hour in range(HOURS)] for weekday in range(WEEKDAYS)]
    return Heat(
        wh=tuple(tuple(part.wh for part in row) for row in rows),
        home_wh=tuple(tuple(part.home_wh for part in row) for row in rows),
        hours=tuple(tuple(part.hours for part in row) for row in rows),
    )


def months(cells: Iterable[Cell], runs: Iterable[Piece]) -> tuple[Month, ...]:
    """Return each month of the span in which anything was published."""
    of: dict[int, int] = {}
    for run in runs:
        of[run.month] = of.get(run.month, 0) + run.end - run.first
    parts: dict[int, list[Cell]] = {}
    for cell in cells:
        parts.setdefault(cell.month, []).append(cell)
    return tuple(
        Month(
            f"{month // 12}-{month % 12 + 1:02}",
            sum(part.wh for part in found),
            sum(part.slots for part in found),
            of[month],
            min(part.homes_least for part in found),
            max(part.homes_most for part in found),
        )
        for month, found in sorted(parts.items())
    )


def seasons(cells: Sequence[Cell]) -> tuple[Season, ...]:
    """Return the mean day of each season that has any."""
    hours = _grouped(cells, lambda cell: (season_of(cell.month), cell.hour))
    days = {name: [hours.get((name, hour), NOTHING) for hour in range(HOURS)] for name in SEASONS}
    return tuple(
        Season(
            name,
            tuple(part.wh for part in day),
            tuple(part.home_wh for part in day),
            tuple(part.hours for part in day),
        )
        for name, day in days.items()
        if any(part.hours for part in day)
    )


def season_of(month: int) -> SeasonName:
    """Return the season of a month, as the north has them."""
    return SEASONS[(month + 1) % 12 // 3]


def circle_day(circle: CircleName, homes: int, cells: Sequence[Cell]) -> CircleDay:
    """Return the mean day of one home of a circle."""
    hours = _grouped(cells, lambda cell: cell.hour)
    day = tuple(hours.get(hour, NOTHING).home_wh for hour in range(HOURS))
    known = [wh for wh in day if wh is not None]
    return CircleDay(
        circle.id, circle.name, circle.kind, homes, round(sum(known)) if len(known) == HOURS else None, day
    )


@dataclass(frozen=True, slots=True)
class _Mean:
    wh: float | None
    home_wh: float | None
    hours: float


NOTHING = _Mean(None, None, 0)


def _grouped[K: Hashable](cells: Iterable[Cell], key: Callable[[Cell], K]) -> dict[K, _Mean]:
    """Return the mean hour of each group of cells."""
    sums: dict[K, list[float]] = {}
    for cell in cells:
        part = sums.setdefault(key(cell), [0, 0, 0.0])
        part[0] += cell.slots
        part[1] += cell.wh
        part[2] += cell.home_wh
    return {
        name: _Mean(round(wh * SLOTS_AN_HOUR / slots), round(home_wh * SLOTS_AN_HOUR / slots), slots / SLOTS_AN_HOUR)
        for name, (slots, wh, home_wh) in sums.items()
        if slots
    }


@dataclass(frozen=True, slots=True)
class Energy:
    """A circle's published energy, period by period, each from its start to the next.

    `of` counts the slots that a period has and `slots` those in which each figure is known; a sum is over these alone.
    """

    circle: Circle
    resolution: Resolution
    time_zone: str
    starts: tuple[datetime, ...]
    of: tuple[int, ...]
    homes_least: tuple[int | None, ...]
    homes_most: tuple[int | None, ...]
    wh: Mapping[str, tuple[int | None, ...]]
    slots: Mapping[str, tuple[int, ...]]


def periods(start: date, end: date, zone: ZoneInfo, resolution: Resolution) -> list[Span]:
    """Cut local days into the periods of a resolution; where the clocks change, an hour may be shorter."""
    match resolution:
        case "month":
            return list(_months(start, end, zone))
        case "day":
            return [local_day(day, zone) for day in _days(start, end)]
        case "hour" | "slot":
            slots = SLOTS_AN_HOUR if resolution == "hour" else 1
            return [part for day in _days(start, end) for part in _parts(local_day(day, zone), slots)]


def _days(start: date, end: date) -> Iterator[date]:
    return (date.fromordinal(day) for day in range(start.toordinal(), end.toordinal()))


def _parts(span: Span, slots: int) -> Iterator[Span]:
    step = timedelta(minutes=15) * slots
    edges = [span.start + step * number for number in range(-(-len(span) // slots))]
    return (Span(edge, min(edge + step, span.end)) for edge in edges)


def _months(start: date, end: date, zone: ZoneInfo) -> Iterator[Span]:
    for month in range(month_of(start.toordinal()), month_of(end.toordinal() - 1) + 1):
        first = max(start, date.fromordinal(first_day(month)))
        last = min(end, date.fromordinal(first_day(month + 1)))
        yield Span(local_midnight(first, zone), local_midnight(last, zone))


WHOLE = CircleName(COMMUNITY, None, "community")
