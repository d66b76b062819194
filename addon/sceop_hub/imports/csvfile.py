"""CSV: a table of whatever shape becomes the energy of channels in time."""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise
from statistics import median
from zoneinfo import ZoneInfo

from ..core.channels import GRID_IMPORT
from ..domain.refusal import Refusal
from . import MOST_FIGURES, columns
from .decimals import ENERGY_NJ, POWER_NJ, amount_of, decimal_mark, is_figure
from .found import Flow, Found, Point, step_of
from .hints import Hints, refused
from .layout import MISSING, Value, layout_of
from .localtime import Clock, in_order
from .sheet import Sheet, sheet_of
from .stamps import DAY, Faulty, Stamp, ask_for_order, date_of, order_of, stamp_of, time_of

_TELLING = 96
"""Rows that show by themselves that a meter's counter climbs through them, from far above what it climbs by."""

_FAR_ABOVE = 20

_LOCAL = -(2**40)
"""Stands for the offset of a time that names none."""

_DROPS = 1000
"""One reading in so many may be lower than the one before, where a meter was replaced or misread."""


@dataclass(slots=True)
class _Raw:
    """The rows of one household, channel and column, as the file has them; amounts in nJ, or nJ a second for power.

    A column of each, and no object for a row: a year of minutes has half a million of them.
    """

    header: str
    power: bool
    lines: array[int] = field(default_factory=lambda: array("q"))
    walls: array[int] = field(default_factory=lambda: array("q"))
    offsets: array[int] = field(default_factory=lambda: array("q"))
    amounts: list[int] = field(default_factory=list)
    estimated: bytearray = field(default_factory=bytearray)

    def add(self, line: int, stamp: Stamp, amount: int, *, estimated: bool) -> None:
        """Take a row."""
        self.lines.append(line)
        self.walls.append(stamp.wall)
        self.offsets.append(_LOCAL if stamp.offset is None else stamp.offset)
        self.amounts.append(amount)
        self.estimated.append(estimated)

    def turn_oldest_first(self) -> None:
        """Turn a file around that begins with the newest row, so that order tells the hour that passes twice apart."""
        later = sum((after > before) - (after < before) for before, after in pairwise(self.walls))
        if later < 0:
            for column in (self.lines, self.walls, self.offsets, self.amounts, self.estimated):
                column.reverse()

    def known(self) -> list[int]:
        """Return when each row was, apart from where on the Earth."""
        return [
            wall if offset == _LOCAL else wall - offset for wall, offset in zip(self.walls, self.offsets, strict=True)
        ]

    def starts(self, clock: Clock, before: int) -> Iterator[int | None]:
        """Return the instants at which the intervals start, so many seconds before what their rows say."""
        local = (wall for wall, offset in zip(self.walls, self.offsets, strict=True) if offset == _LOCAL)
        found = iter(in_order(local, clock, before))
        for wall, offset in zip(self.walls, self.offsets, strict=True):
            yield next(found) if offset == _LOCAL else wall - offset - before


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
        self.figures = 0
        self.seen_24 = self.seen_local = False
        self.lasting: list[int] = []
        self.named = hints.named()

    def read(self) -> Found:
        layout, found = self.layout, self.found
        for line, cells in layout.rows(self.sheet):
            self._row(line, cells)
        if not self.raw:
            raise self._unread()
        if self.seen_24 and not layout.by_day and layout.end is None and self.hints.labels is None:
            layout.ends = True
            found.columns = layout.told()
        found.unit = ", ".join(sorted(self.units))
        found.zone = self.zone.key
        if self.seen_local and self.hints.zone is None and not layout.utc:
            found.note("zone_assumed", zone=self.zone.key)
        found.flows = self._flows()
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
                "Nothing tells the unit of “{column}”. Name it when you send the file again: kWh or"
                " Wh, or W for power (on the command line with --unit).",
                column=value.header,
            )
        power = unit in POWER_NJ
        factor: Fraction = POWER_NJ[unit] if power else ENERGY_NJ[unit]
        amount = amount_of(cell, self.mark, factor)
        if amount is None:
            faults.add(line, "no_figure", cell=cell)
            return
        self.units.add(unit)
        self.figures += 1
        if self.figures > MOST_FIGURES:
            raise refused("It has more than {most} figures: split it, by year for example.", most=MOST_FIGURES)
        household = self._cell(cells, layout.household) or None
        estimated = layout.quality is not None and columns.is_estimate(self._cell(cells, layout.quality))
        raw = self.raw.get((household, channel))
        if raw is None:
            raw = self.raw[household, channel] = _Raw(value.header, power)
        elif raw.power != power or (raw.header != value.header and not layout.by_day):
            raise refused(
                "Two columns or units claim {channel}: “{first}” and “{column}”. Say which is which"
                " when you send the file again, as in {first}={channel} (on the command line with"
                " --channel), or import them one by one.",
                channel=channel,
                first=raw.header,
                column=value.header,
            )
        raw.add(line, stamp, amount, estimated=estimated)
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

    def _flows(self) -> Iterator[Flow]:
        """Make the flows one after the other; what was read of one is let go of before the next."""
        for raw in self.raw.values():
            raw.turn_oldest_first()
        usual = self._step(max(self.raw.values(), key=lambda raw: len(raw.walls)), None)
        clock = Clock(self.zone)
        while self.raw:
            key = next(iter(self.raw))
            yield self._flow(*key, self.raw.pop(key), clock, usual)

    def _flow(self, household: str | None, channel: str, raw: _Raw, clock: Clock, usual: int | None) -> Flow:
        counter = self._is_counter(raw)
        step = 0 if counter else self._step(raw, usual) or 0
        points = []
        starts = raw.starts(clock, step if self.layout.ends else 0)
        for line, start, amount, estimated in zip(raw.lines, starts, raw.amounts, raw.estimated, strict=True):
            if start is None:
                self.found.faults.add(line, "no_such_hour")
                self.found.note("hour_left_out", zone=self.zone.key)
            else:
                points.append(Point(start, step, amount * step if raw.power else amount, line, bool(estimated)))
        if counter:
            self.found.note("counter", column=raw.header)
        return Flow(household, channel, points, counter)

    def _step(self, raw: _Raw, usual: int | None) -> int | None:
        """Return how long a row of a series lasts; where it has but one, as long as those of the others."""
        if self.lasting:
            return max(set(self.lasting), key=self.lasting.count)
        if self._is_counter(raw):
            return None
        if len(raw.walls) == 1 and usual is not None:
            return usual
        return step_of(raw.known(), raw.lines)

    def _is_counter(self, raw: _Raw) -> bool:
        if self.hints.values is not None:
            return self.hints.values == "counter"
        if raw.power or self.layout.end is not None:
            return False
        amounts = raw.amounts
        drops = sum(after < before for before, after in pairwise(amounts))
        if len(amounts) == 1 or drops > len(amounts) // _DROPS:
            return False
        if columns.is_counter(raw.header):
            return True
        moves = [after - before for before, after in pairwise(amounts) if after > before]
        first = next((amount for amount in amounts if amount), 0)
        return len(amounts) >= _TELLING and 4 * len(moves) > len(amounts) and first > _FAR_ABOVE * median(moves)

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

    def _unread(self) -> Refusal:
        rows = self.found.faults.rows
        if not rows:
            return refused("No row of it could be read.")
        return refused("No row of it could be read. Line {line} is the first that could not.", line=rows[0].line)

    @staticmethod
    def _cell(cells: list[str], index: int | None) -> str:
        return cells[index] if index is not None and index < len(cells) else ""


def read_csv(content: bytes, hints: Hints, zone: ZoneInfo) -> Found:
    """Read a CSV file; `zone` is where its times are lived if neither it nor the person says so."""
    return _Reader(sheet_of(content), hints, zone).read()
