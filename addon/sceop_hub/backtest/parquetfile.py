"""Parquet tables of one's own: a row a step, with a column a home; or a row a home and step, with a column a flow."""

import io
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa  # type: ignore[import-untyped] # it ships no types
from pyarrow import compute, parquet

from ..core.channels import CONSUMPTION, GRID_IMPORT, PRODUCTION
from ..core.slots import SLOT_SECONDS
from ..domain.intervals import NJ_IN_A_WH
from ..domain.refusal import Refusal
from ..imports.columns import channel_of, speaks_of_use, unit_of
from ..imports.decimals import ENERGY_NJ, POWER_NJ
from ..imports.found import step_of
from ..imports.hints import Hints, refused
from ..imports.localtime import Clock, in_order
from .meters import Meters, Points, on_one_grid

MOST_FIGURES = 20_000_000
"""In 160 MB of memory: six hundred homes for a year and a half, by half hours."""

EARLIEST, LATEST = (int(datetime(year, 1, 1, tzinfo=UTC).timestamp()) for year in (1900, 2200))
"""Before the one nobody metered by the hour, and a time after the other is a mistake of typing."""


def header(content: bytes) -> tuple[str, ...]:
    """Return the names of a file's columns."""
    return tuple(_opened(content).schema_arrow.names)


def read_table(content: bytes, hints: Hints, zone: ZoneInfo) -> Meters:
    """Read a table; what its columns are follows from their types, and from the words of their names."""
    file = _opened(content)
    schema = file.schema_arrow
    when = next((field.name for field in schema if pa.types.is_timestamp(field.type)), None)
    if when is None:
        raise refused("This Parquet file has no column of times: one must be a timestamp.")
    whose = next((field.name for field in schema if _is_text(field.type)), None)
    figures = [field.name for field in schema if _is_number(field.type)]
    if file.metadata.num_rows * len(figures) > MOST_FIGURES:
        raise refused("It has more than {most} figures: split it, by year for example.", most=MOST_FIGURES)
    table = _read(file, [when, *([whose] if whose else []), *figures])
    notes: list[str] = []
    named = {name: _channel(name, hints) for name in figures}
    if whose is None and (not all(named.values()) or len(set(named.values())) < len(named)):
        points = list(_column_a_home(table, when, figures, hints, zone, notes))
    else:
        flows = {name: channel for name, channel in named.items() if channel}
        if PRODUCTION in flows.values():
            flows = {name: _use(name, channel) for name, channel in flows.items()}
        if len(set(flows.values())) < len(flows) or not flows:
            raise refused("Its columns do not tell which is consumption and which production: name them so.")
        points = list(_column_a_flow(table, when, whose, flows, hints, zone, notes))
    return on_one_grid(points, _step(points), notes)


def _opened(content: bytes) -> parquet.ParquetFile:
    try:
        return parquet.ParquetFile(io.BytesIO(content), page_checksum_verification=True)
    except (pa.ArrowException, OSError) as error:
        raise _damaged() from error


def _read(file: parquet.ParquetFile, columns: Sequence[str]) -> pa.Table:
    names = file.schema_arrow.names
    twice = next((name for name in columns if names.count(name) > 1), None)
    if twice is not None:
        raise refused("Two of its columns are named “{column}”: give each a name of its own.", column=twice)
    try:
        return file.read(columns)
    except (pa.ArrowException, OSError) as error:
        raise _damaged() from error


def _damaged() -> Refusal:
    return refused("This Parquet file is damaged or cut off: copy it again.")


def _column_a_home(
    table: pa.Table, when: str, homes: Sequence[str], hints: Hints, zone: ZoneInfo, notes: list[str]
) -> Iterator[Points]:
    starts, there = _instants(table[when], zone, notes)
    seconds = step_of([int(start) for start in starts], range(len(starts)))
    for home in homes:
        wh = _numbers(table[home])[there] * _factor(home, hints, seconds)
        yield Points(home, hints.only() or GRID_IMPORT, starts, wh)


def _column_a_flow(
    table: pa.Table,
    when: str,
    whose: str | None,
    flows: dict[str, str],
    hints: Hints,
    zone: ZoneInfo,
    notes: list[str],
) -> Iterator[Points]:
    names = [None] if whose is None else table[whose].unique().to_pylist()
    for home in names:
        rows = table if home is None else table.filter(compute.equal(table[whose], home))
        starts, there = _instants(rows[when], zone, notes)
        if len(starts) > 1:
            seconds = step_of([int(start) for start in starts], range(len(starts)))
            for column, channel in flows.items():
                wh = _numbers(rows[column])[there] * _factor(column, hints, seconds)
                yield Points(str(home or "home"), channel, starts, wh)


def _instants(column: pa.ChunkedArray, zone: ZoneInfo, notes: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """Return seconds since 1970 for the rows that have an instant, and which these are."""
    kind = column.type
    told = column.cast(pa.timestamp("s", kind.tz), safe=False).cast(pa.int64()).to_numpy()
    sane = np.isfinite(told) & (told >= EARLIEST) & (told < LATEST)
    if sane.any() and not sane.all():
        notes.append(f"{int((~sane).sum()):,} rows have no time, or none that can be meant, and are left out.")
    walls = told[sane].astype(np.int64)
    if kind.tz is not None or not len(walls):
        return walls, sane
    found = in_order([int(wall) for wall in walls], Clock(zone), 0)
    there = sane.copy()
    there[sane] = [start is not None for start in found]
    gone = sum(start is None for start in found)
    said = f"Its times name no zone and are read as those of {zone.key}"
    note = f"{said}; {gone} of them are in the hour that the clock leaves out in spring." if gone else f"{said}."
    if note not in notes:
        notes.append(note)
    return np.array([start for start in found if start is not None], np.int64), there


def _step(points: Sequence[Points]) -> int:
    if not points:
        raise refused("Nothing of it can be read as energy.")
    seconds = {step_of([int(start) for start in np.sort(each.starts)], range(len(each.starts))) for each in points[:1]}
    step = seconds.pop()
    if SLOT_SECONDS % step and step % SLOT_SECONDS:
        raise refused("Its rows are {seconds} s apart, which is no whole part of an hour.", seconds=step)
    return step


def _numbers(column: pa.ChunkedArray) -> np.ndarray:
    numbers: np.ndarray = column.cast(pa.float64()).to_numpy()
    return numbers


def _factor(name: str, hints: Hints, seconds: int) -> float:
    """Return how many Wh one of the column's unit is, over a step; Wh where nothing names one."""
    unit = hints.unit or unit_of(name) or "Wh"
    if unit in POWER_NJ:
        return float(POWER_NJ[unit] * seconds / NJ_IN_A_WH)
    return float(ENERGY_NJ[unit] / NJ_IN_A_WH)


def _channel(name: str, hints: Hints) -> str | None:
    return hints.named().get(name.casefold()) or channel_of(name, {})


def _use(name: str, channel: str) -> str:
    """Where roofs are measured too, what was used is not what was imported."""
    return CONSUMPTION if channel == GRID_IMPORT and speaks_of_use(name) else channel


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _is_text(kind: pa.DataType) -> bool:
    inner = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(inner) or pa.types.is_large_string(inner))
