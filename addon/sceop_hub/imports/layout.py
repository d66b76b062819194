"""Layouts: which of a table's columns say when, which say what, and in which unit."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from ..domain.refusal import Refusal
from . import columns
from .decimals import is_figure
from .found import Column
from .hints import Hints, refused
from .sheet import Sheet
from .stamps import DAY, kind_of, time_of

_LOOKED_AT = 400
_MOSTLY = 0.6
_FEWEST_HOURS = 20
"""Columns named by times of day that make a row a whole day."""

MISSING = frozenset(("", "-", "--", "---", "na", "n/a", "nan", "null", "none", "unavailable", "unknown", "missing"))


@dataclass(frozen=True, slots=True)
class Value:
    """A column of figures: the channel and the unit that its header names, if it does."""

    index: int
    header: str
    channel: str | None
    unit: str | None
    after_midnight: int = 0
    """In a table with a row a day: the time of day that the column stands for."""


@dataclass(slots=True)
class Layout:
    """A table's columns by what they are for; the other ones are left out."""

    header: list[str]
    top: int
    """The lines above the first row of figures."""
    start: int | None = None
    time: int | None = None
    """Where date and time of day have a column each."""
    end: int | None = None
    channel: int | None = None
    household: int | None = None
    unit: int | None = None
    quality: int | None = None
    by_day: bool = False
    ends: bool = False
    """The times name ends of intervals."""
    utc: bool = False
    values: list[Value] = field(default_factory=list)

    def rows(self, sheet: Sheet) -> Iterator[tuple[int, list[str]]]:
        """Go through what stands below the header."""
        return ((line, cells) for line, cells in sheet.rows() if line > self.top)

    def told(self) -> list[Column]:
        """Say what each column is taken for."""
        meaning: dict[int | None, str] = {
            self.start: "date" if self.time is not None or self.by_day else "end" if self.ends else "start",
            self.time: "end" if self.ends else "time",
            self.end: "end",
            self.channel: "channel",
            self.household: "household",
            self.unit: "unit",
            self.quality: "quality",
        } | {value.index: value.channel or "channel" for value in self.values}
        if self.by_day:
            first, last = self.values[0], self.values[-1]
            named = [Column(name, meaning.get(index, "left-out")) for index, name in enumerate(self.header)]
            inside = range(first.index, last.index + 1)
            return [
                *(column for index, column in enumerate(named) if index not in inside),
                Column(f"{first.header} … {last.header}", first.channel or "channel"),
            ]
        return [Column(name, meaning.get(index, "left-out")) for index, name in enumerate(self.header)]


def layout_of(sheet: Sheet, hints: Hints) -> Layout:
    """Find out what the columns are, or ask for what they do not tell."""
    layout, sample, kinds = _begun(sheet)
    header, named = layout.header, hints.named()
    taken = {layout.start, layout.time, layout.end}
    for index, name in enumerate(header):
        if index in taken or name.casefold() in named:
            continue
        for role in ("household", "channel", "unit", "quality"):
            if (
                getattr(layout, role) is None
                and columns.speaks_of(role, name)
                and _fits(role, kinds[index], sample, index)
            ):
                setattr(layout, role, index)
                taken.add(index)
                break
    _find_days(layout)
    if not layout.by_day:
        figures = [index for index, kind in enumerate(kinds) if kind in ("number", "count") and index not in taken]
        layout.values = _values(layout, figures, hints)
    clock = " ".join(header[index] for index in (layout.start, layout.time) if index is not None)
    layout.utc = "utc" in columns.plain(clock).split() or "gmt" in columns.plain(clock).split()
    if hints.labels is not None:
        layout.ends = hints.labels == "end"
    return layout


def a_column_each(sheet: Sheet) -> list[str]:
    """Return the columns beside the times if all are figures, and none says which channel it is; else none."""
    layout, _, kinds = _begun(sheet)
    beside = [index for index in range(len(layout.header)) if index not in {layout.start, layout.time, layout.end}]
    names = [layout.header[index] for index in beside]
    told = any(columns.channel_of(name, {}) or columns.speaks_of("other", name) for name in names)
    return [] if told or any(kinds[index] not in ("number", "count", None) for index in beside) else names


def _begun(sheet: Sheet) -> tuple[Layout, list[list[str]], list[str | None]]:
    """Return a table's header and times, its first rows, and what most cells of each column are."""
    header, top = _header(sheet)
    layout = Layout(header, top)
    sample = [cells for _, cells in islice(layout.rows(sheet), _LOOKED_AT)]
    kinds = [_kind([cells[index] for cells in sample if index < len(cells)]) for index in range(len(header))]
    _find_times(layout, kinds)
    return layout, sample, kinds


def _header(sheet: Sheet) -> tuple[list[str], int]:
    """Return the names above the first row that has a time and a figure, and the line on which they end."""
    above: list[tuple[int, list[str]]] = []
    lines = list(islice(sheet.rows(), _LOOKED_AT))
    width = _usual_width(cells for _, cells in lines)
    for line, cells in lines:
        kinds = [kind_of(cell) for cell in cells]
        when = next((index for index, kind in enumerate(kinds) if kind in ("stamp", "date", "count")), None)
        others = (cell for index, cell in enumerate(cells) if index != when and kinds[index] in (None, "count"))
        if when is not None and len(cells) == width and any(map(is_figure, others)):
            while above and len(above[-1][1]) > when and kind_of(above[-1][1][when]) == kinds[when]:
                line, _ = above.pop()  # noqa: PLW2901 - rows that lack their figure belong below the header too
            return _names(above, len(cells)), above[-1][0] if above else line - 1
        above.append((line, cells))
    raise refused(
        "No row of it has a time and a figure. The hub reads tables with a date, or a date and a time, in each row."
    )


def _usual_width(rows: Iterable[Sequence[str]]) -> int:
    """Return how many cells the rows of the table itself have; a preamble has others."""
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    return max(widths, key=lambda width: width * widths[width], default=0)


def _names(above: list[tuple[int, list[str]]], width: int) -> list[str]:
    names = list(above[-1][1]) if above else []
    if above[1:] and any(map(columns.unit_of, names)) and all(_is_unit(name) for name in names):
        units = names  # a line of units below the names
        names = [f"{name} {unit}".strip() for name, unit in zip(above[-2][1], [*units, *[""] * width], strict=False)]
    if len([name for name in names if name and not is_figure(name)]) < min(2, width):
        names = []
    return [*names, *(f"column {index + 1}" for index in range(len(names), width))][: max(width, len(names))]


def _is_unit(cell: str) -> bool:
    """Tell whether a cell under a header only says in which unit its column is."""
    return not cell or cell[0] in "[(" or columns.unit_of(cell) == cell


def _kind(cells: Sequence[str]) -> str | None:
    """Tell what most of a column's cells are."""
    said = [cell for cell in cells if cell.casefold() not in MISSING]
    if not said:
        return None
    counts = Counter(kind_of(cell) or ("number" if is_figure(cell) else "text") for cell in said)
    kind, count = counts.most_common(1)[0]
    return kind if count >= _MOSTLY * len(said) else "text"


def _find_times(layout: Layout, kinds: Sequence[str | None]) -> None:
    """Find the columns that say when; where there are two, one starts and one ends."""
    stamps = [index for index, kind in enumerate(kinds) if kind == "stamp"]
    dates = [index for index, kind in enumerate(kinds) if kind == "date"]
    times = [index for index, kind in enumerate(kinds) if kind == "time"]
    counts = [index for index, kind in enumerate(kinds) if kind == "count"]
    other = [index for index in stamps if columns.speaks_of("other", layout.header[index])]  # such as received_at
    stamps = [index for index in stamps if index not in other] or stamps
    if stamps:
        layout.start, layout.end = _start_and_end(layout.header, stamps)
    elif dates:
        layout.start = dates[0]
        if times:
            layout.time, layout.end = _start_and_end(layout.header, times)
    elif counts:
        layout.start, layout.end = counts[0], None
    else:
        raise refused("No column of it says when: the hub reads dates such as 2026-11-20, 20.11.2026 or 11/20/2026.")
    label = layout.time if layout.time is not None else layout.start
    layout.ends = layout.end is None and columns.speaks_of("end", layout.header[label or 0])


def _start_and_end(header: Sequence[str], found: list[int]) -> tuple[int, int | None]:
    ends = [index for index in found if columns.speaks_of("end", header[index])]
    starts = [index for index in found if index not in ends]
    if not starts:
        return found[0], None
    return starts[0], ends[0] if ends else None


def _fits(role: str, kind: str | None, sample: Sequence[Sequence[str]], index: int) -> bool:
    """Tell whether a column's cells can be what its header says."""
    cells = {cells[index] for cells in sample if index < len(cells) and cells[index]}
    match role:
        case "unit":
            return bool(cells) and all(columns.unit_of(cell) is not None for cell in cells)
        case "channel":
            return kind == "text" and any(columns.channel_of(cell, {}) is not None or "." in cell for cell in cells)
        case "quality":
            return kind == "text" or all(len(cell) <= 1 for cell in cells)
        case _:
            return bool(cells)


def _find_days(layout: Layout) -> None:
    """See whether each row is a day, its columns named by times of the day."""
    named = [
        (index, name, seconds)
        for index, name in enumerate(layout.header)
        if (seconds := columns.hour_of(name) if (at := time_of(name)) is None else at) is not None
    ]
    if layout.time is not None or len(named) < _FEWEST_HOURS:
        return
    if named[-1][2] == 0:
        named[-1] = (*named[-1][:2], DAY)
    if any(later < earlier for (_, _, earlier), (_, _, later) in pairwise(named)):
        raise refused("Its columns are named by times of the day that are not in order.")
    layout.by_day = True
    layout.ends = named[-1][2] == DAY
    layout.values = [Value(index, name, None, None, seconds) for index, name, seconds in named]


def _values(layout: Layout, figures: list[int], hints: Hints) -> list[Value]:
    """Choose the columns of figures that are energy or power."""
    named = hints.named()
    found = []
    for index in figures:
        name = layout.header[index]
        own = name.casefold() in named
        channel = None if columns.speaks_of("other", name) and not own else columns.channel_of(name, named)
        found.append(Value(index, name, channel, columns.unit_of(name)))
    if layout.channel is None and any(value.channel for value in found):
        chosen = [value for value in found if value.channel]
    else:
        sound = [value for value in found if not columns.speaks_of("other", value.header)]
        likely = [value for value in sound if value.unit or columns.speaks_of("plain", value.header)]
        with_unit = [value for value in likely if value.unit]
        chosen = next((some for some in (with_unit, likely, sound) if len(some) == 1), likely or sound or found)
    if len(chosen) != 1 and (layout.channel is not None or not all(value.channel for value in chosen)):
        raise _which(found)
    if hints.only() is not None:
        if len(chosen) != 1:
            raise _which(chosen)
        chosen = [Value(chosen[0].index, chosen[0].header, hints.only(), chosen[0].unit)]
    return chosen


def _which(values: Sequence[Value]) -> Refusal:
    if not values:
        return refused("No column of it holds figures that could be energy or power.")
    return refused(
        "It has several columns of figures ({columns}), and their names do not tell which"
        " channel each is. Say it when you send the file again, as in {first}=grid_import (on"
        " the command line with --channel).",
        columns=", ".join(repr(value.header) for value in values[:10]),
        first=values[0].header,
    )
