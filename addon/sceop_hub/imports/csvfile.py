"""CSV: a table of whatever shape becomes the energy of channels in time."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import NamedTuple
from zoneinfo import ZoneInfo

from ..core.channels import GRID_IMPORT
from . import columns
from .decimals import ENERGY_NJ, POWER_NJ, amount_of, decimal_mark, is_figure
from .found import Flow, Found, Point, step_of
from .hints import Hints, refused
from .layout import MISSING, Value, layout_of
from .localtime import Clock, in_order
from .sheet import Sheet, sheet_of
from .stamps import DAY, Faulty, Stamp, ask_for_order, date_of, order_of, stamp_of, time_of

MOST_ROWS = 5_000_000
_TELLING = 96
"""Rows that show by themselves that a meter's counter climbs through them, from far above what it climbs by."""

_FAR_ABOVE = 20

_DROPS = 1000
"""One reading in so many may be lower than the one before, where a meter was replaced or misread."""


class _Row(NamedTuple):
    line: int
    stamp: Stamp
    amount: int
    estimated: bool


@dataclass(slots=True)
class _Raw:
    """The rows of one household, channel and column, as the file has them; amounts in nJ, or nJ a second for power."""

    header: str
    power: bool
    rows: list[_Row] = field(default_factory=list)


class _Reader:
    """One reading of one file."""

    def __init__(self, sheet: Sheet, hints: Hints, zone: ZoneInfo) -> None:
        self.sheet, self.hints = sheet, hints
        self.layout = layout_of(sheet, hints)
        self.found = Found("csv", columns=self.layout.told())
        self.order = self._order()
        self.mark = hints.decimal or decimal_mark(self._figures())
        self.zone = hints.clock() or (ZoneInfo("UTC") if self.layout.utc else zone)
        self.raw: dict[tuple[str | None, str], _Raw] = {}
        self.units: set[str] = set()
        self.seen_24 = self.seen_local = False
        self.lasting: list[int] = []
        self.named = hints.named()

    def read(self) -> Found:
        layout, found = self.layout, self.found
        for count, (line, cells) in enumerate(layout.rows(self.sheet)):
            if count >= MOST_ROWS:
                raise refused(f"It has more than {MOST_ROWS} rows: split it, by year for example.")
            self._row(line, cells)
        if not self.raw:
            raise refused("No row of it could be read." + self._first_fault())
        if self.seen_24 and not layout.by_day and layout.end is None and self.hints.labels is None:
            layout.ends = True
            found.columns = layout.told()
        found.unit = ", ".join(sorted(self.units))
        found.zone = self.zone.key
        if self.seen_local and self.hints.zone is None and not layout.utc:
            found.note("zone_assumed", zone=self.zone.key)
        clock = Clock(self.zone)
        for (household, channel), raw in self.raw.items():
            found.flows += self._flows(household, channel, raw, clock)
        return found

    def _row(self, line: int, cells: list[str]) -> None:
        layout, faults = self.layout, self.found.faults
        needed = max(layout.start or 0, layout.time or 0)
        if len(cells) <= needed:
            faults.add(line, "short")
            return
        for value in layout.values:
            cell = cells[value.index] if value.index < len(cells) else ""
            if cell.casefold() in MISSING:
                continue
            try:
                stamp = self._stamp(cells, value)
            except Faulty as error:
                faults.add(line, "no_such_time", cell=error)
                return
            if stamp is None:
                faults.add(line, "no_time", cell=cells[layout.start or 0])
                return
            self._value(line, cells, value, cell, stamp)

    def _value(self, line: int, cells: list[str], value: Value, cell: str, stamp: Stamp) -> None:
        layout, faults = self.layout, self.found.faults
        name = self._cell(cells, layout.channel)
        channel = value.channel or self._channel(name)
        if channel is None:
            self.found.note("name_left_out", name=name)
            return
        told = self._cell(cells, layout.unit)
        unit = self.hints.unit or columns.unit_of(told) or value.unit or columns.unit_of(name) or self._unit_above()
        if unit is None:
            raise refused(
                f"Nothing tells the unit of {value.header!r}: say it (--unit kWh, or --unit Wh, or --unit W for power)."
            )
        power = unit in POWER_NJ
        factor: Fraction = POWER_NJ[unit] if power else ENERGY_NJ[unit]
        amount = amount_of(cell, self.mark, factor)
        if amount is None:
            faults.add(line, "no_figure", cell=cell)
            return
        self.units.add(unit)
        household = self._cell(cells, layout.household) or None
        estimated = layout.quality is not None and columns.is_estimate(self._cell(cells, layout.quality))
        raw = self.raw.get((household, channel))
        if raw is None:
            raw = self.raw[household, channel] = _Raw(value.header, power)
        elif raw.power != power or (raw.header != value.header and not layout.by_day):
            raise refused(
                f"Two columns or units claim {channel} ({raw.header!r} and {value.header!r}). Say which is which with"
                f" --channel '{raw.header}={channel}', or import them one by one."
            )
        raw.rows.append(_Row(line, stamp, amount, estimated))
        self.seen_local = self.seen_local or stamp.offset is None

    def _channel(self, name: str) -> str | None:
        """Return the channel of a row whose column does not tell it."""
        if self.layout.channel is not None:
            return self.hints.only() or columns.channel_of(name, self.named)
        if self.hints.only() is None:
            self.found.note("channel_assumed", channel=GRID_IMPORT)
        return self.hints.only() or GRID_IMPORT

    def _unit_above(self) -> str | None:
        """Return the unit that the file names outside of the column's header, if it is one alone."""
        named = {unit for name in self.layout.header if (unit := columns.unit_of(name)) is not None}
        return named.pop() if len(named) == 1 and self.layout.by_day else None

    def _stamp(self, cells: list[str], value: Value) -> Stamp | None:
        layout = self.layout
        text = cells[layout.start or 0]
        if layout.by_day:
            day = date_of(text, self.order)
            return None if day is None else Stamp(day + value.after_midnight)
        if layout.time is None:
            stamp = stamp_of(text, self.order)
            if stamp is None and (day := date_of(text, self.order)) is not None:
                stamp = Stamp(day)
        else:
            day, time = date_of(text, self.order), time_of(cells[layout.time])
            stamp = None if day is None or time is None else Stamp(day + time)
        self.seen_24 = self.seen_24 or "24:00" in (text if layout.time is None else cells[layout.time])
        if stamp is not None and layout.end is not None and layout.end < len(cells):
            self._lasts(stamp, cells[layout.end])
        return stamp

    def _lasts(self, start: Stamp, text: str) -> None:
        """Note how long a row lasts; the clock changes do not matter, for the most frequent answer is taken."""
        if len(self.lasting) > _DROPS:
            return
        if self.layout.time is None:
            end = stamp_of(text, self.order)
            seconds = None if end is None else (end.wall - (end.offset or 0)) - (start.wall - (start.offset or 0))
        else:
            time = time_of(text)
            seconds = None if time is None else (time - start.wall) % DAY
        if seconds is not None:
            # Some name the last minute or second that still belongs to it.
            self.lasting.append(next((seconds + more for more in (0, 60, 1) if (seconds + more) % 300 == 0), seconds))

    def _flows(self, household: str | None, channel: str, raw: _Raw, clock: Clock) -> Iterator[Flow]:
        rows = _oldest_first(raw.rows)
        counter = self._is_counter(raw, rows)
        if counter:
            step = before = 0
        else:
            step = self._step(rows)
            before = step if self.layout.ends else 0
        points = []
        for row, start in zip(rows, _starts(rows, clock, before), strict=True):
            if start is None:
                self.found.faults.add(row.line, "no_such_hour")
                self.found.note("hour_left_out", zone=self.zone.key)
            else:
                amount = row.amount * step if raw.power else row.amount
                points.append(Point(start, step, amount, row.line, row.estimated))
        if counter:
            self.found.note("counter", column=raw.header)
        yield Flow(household, channel, points, counter)

    def _step(self, rows: list[_Row]) -> int:
        if self.lasting:
            return max(set(self.lasting), key=self.lasting.count)
        if len(rows) == 1 and len(self.raw) > 1:  # the other series tell how far rows are apart
            rows = _oldest_first(max((raw.rows for raw in self.raw.values()), key=len))
        return step_of([row.stamp.wall - (row.stamp.offset or 0) for row in rows], [row.line for row in rows])

    def _is_counter(self, raw: _Raw, rows: list[_Row]) -> bool:
        if self.hints.values is not None:
            return self.hints.values == "counter"
        if raw.power or self.layout.end is not None:
            return False
        climbs = [after.amount - before.amount for before, after in pairwise(rows)]
        if not climbs or sum(climb < 0 for climb in climbs) > len(climbs) // _DROPS:
            return False
        if columns.is_counter(raw.header):
            return True
        moves = [climb for climb in climbs if climb > 0]
        first = next((row.amount for row in rows if row.amount), 0)
        return len(rows) >= _TELLING and 4 * len(moves) > len(rows) and first > _FAR_ABOVE * median(moves)

    def _order(self) -> str:
        if self.hints.dates is not None:
            return self.hints.dates
        start = self.layout.start or 0
        order = order_of(cells[start] for _, cells in self.layout.rows(self.sheet) if start < len(cells))
        if order is None:
            raise ask_for_order()
        return order

    def _figures(self) -> Iterator[str]:
        indices = [value.index for value in self.layout.values]
        for _, cells in self.layout.rows(self.sheet):
            yield from (cells[index] for index in indices if index < len(cells) and is_figure(cells[index]))

    def _first_fault(self) -> str:
        rows = self.found.faults.rows
        return f" Line {rows[0].line} is the first that could not." if rows else ""

    @staticmethod
    def _cell(cells: list[str], index: int | None) -> str:
        return cells[index] if index is not None and index < len(cells) else ""


def read_csv(content: bytes, hints: Hints, zone: ZoneInfo) -> Found:
    """Read a CSV file; `zone` is where its times are lived if neither it nor the person says so."""
    return _Reader(sheet_of(content), hints, zone).read()


def _oldest_first(rows: list[_Row]) -> list[_Row]:
    """Turn a file around that begins with the newest row, so that order tells the hour that passes twice apart."""
    later = sum(
        (after.stamp.wall > before.stamp.wall) - (after.stamp.wall < before.stamp.wall)
        for before, after in pairwise(rows)
    )
    return rows if later >= 0 else rows[::-1]


def _starts(rows: list[_Row], clock: Clock, before: int) -> Iterator[int | None]:
    local = iter(in_order((row.stamp.wall for row in rows if row.stamp.offset is None), clock, before))
    for row in rows:
        yield next(local) if row.stamp.offset is None else row.stamp.wall - row.stamp.offset - before
