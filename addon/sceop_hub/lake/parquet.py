"""Parquet: the lake's tables as files. This module alone loads pyarrow, which is heavy: import it where it is used."""

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa  # type: ignore[import-untyped] # it ships no types
from pyarrow import compute, parquet

from ..domain.refusal import Refusal
from ..domain.saying import saying

NAMES = pa.dictionary(pa.int32(), pa.string())
INSTANT = pa.timestamp("us", "UTC")

READINGS = pa.schema(
    [
        ("household", NAMES),
        ("kind", NAMES),
        ("channel", NAMES),
        ("slot_start", INSTANT),
        ("wh", pa.int64()),
        ("quality", NAMES),
        ("received_at", INSTANT),
        ("rev", pa.int32()),
    ]
)
TOTALS = pa.schema(
    [
        ("household", NAMES),
        ("kind", NAMES),
        ("channel", NAMES),
        ("day", pa.date32()),
        ("wh", pa.int64()),
        ("slots", pa.int16()),
        ("slots_of_day", pa.int16()),
    ]
)
MEMBERS = pa.schema(
    [
        ("household", pa.string()),
        ("kind", pa.string()),
        ("state", pa.string()),
        ("time_zone", pa.string()),
        ("team", pa.string()),
        ("joined", pa.date32()),
    ]
)

ROWS_AT_ONCE = 64 * 1024
_QUALITIES = pa.array(["measured", "estimated", "imported"])
_SLOT_US = 900 * 10**6


class NoLakeFileError(Refusal):
    """A file that is none of a hub's lake, or no longer."""

    def __init__(self, sentence: str, /, **given: object) -> None:
        super().__init__("import", saying(sentence, **given))


def readings(rows: Sequence[tuple[str, str, str, int, int, int, int, int]]) -> pa.Table:
    """Make a table of rows as the books have them: names, slot, Wh, quality, quarter hours of delay, revision."""
    household, kind, channel, slot, wh, quality, late, rev = zip(*rows, strict=True) if rows else ((),) * 8
    starts = pa.array(slot, pa.int64())
    ends = compute.add(compute.add(starts, pa.array(late, pa.int64())), 1)
    return pa.table(
        [
            _names(household),
            _names(kind),
            _names(channel),
            compute.multiply(starts, _SLOT_US).cast(INSTANT),
            pa.array(wh, pa.int64()),
            pa.DictionaryArray.from_arrays(pa.array(quality, pa.int32()), _QUALITIES),
            compute.multiply(ends, _SLOT_US).cast(INSTANT),
            pa.array(rev, pa.int32()),
        ],
        schema=READINGS,
    )


def table(rows: Iterable[Mapping[str, object]], schema: pa.Schema) -> pa.Table:
    """Make a small table of named values."""
    return pa.Table.from_pylist(list(rows), schema=schema)


def write(tables: Iterable[pa.Table], schema: pa.Schema, to: Path) -> int:
    """Write tables one after the other into one file; return how many rows there were."""
    rows = 0
    with parquet.ParquetWriter(to, schema, compression="zstd", write_page_checksum=True) as writer:
        for part in tables:
            writer.write_table(part, row_group_size=ROWS_AT_ONCE)
            rows += part.num_rows
    return rows


def holds(file: Path, household: str) -> bool:
    """Tell whether a file holds anything of a household; a file that can not be read may."""
    try:
        with parquet.ParquetFile(file) as opened:
            return any(
                household in part.column(0).dictionary.to_pylist()
                for part in opened.iter_batches(columns=["household"], batch_size=ROWS_AT_ONCE)
            )
    except pa.ArrowException, OSError:
        return True


def without(file: Path, households: Sequence[str]) -> Iterator[pa.Table]:
    """Go through a file's rows but those of some households, whose names leave its dictionaries too."""
    gone = pa.array(households, pa.string())
    with parquet.ParquetFile(file) as opened:
        for group in range(opened.num_row_groups):
            part = opened.read_row_group(group)
            named = part["household"].cast(pa.string())
            kept = part.set_column(0, pa.field("household", pa.string()), named)
            kept = kept.filter(compute.invert(compute.is_in(named, value_set=gone)))
            yield kept.set_column(0, part.schema.field(0), kept.column(0).combine_chunks().dictionary_encode())


def metadata(file: Path) -> Mapping[str, str]:
    """Return what was written about a file beside its rows."""
    try:
        found = parquet.read_schema(file).metadata or {}
    except pa.ArrowException, OSError:
        return {}
    return {key.decode(): value.decode() for key, value in found.items()}


def rows_of(content: bytes, columns: Sequence[str], most: int) -> Iterator[tuple[Any, ...]]:
    """Go through a file's rows as plain values; instants are microseconds since 1970."""
    try:
        file = parquet.ParquetFile(io.BytesIO(content), page_checksum_verification=True)
        missing = [name for name in columns if name not in file.schema_arrow.names]
        if missing:
            raise NoLakeFileError(
                "This Parquet file is not one of a hub's lake: it has no column “{column}”.", column=missing[0]
            )
        if file.metadata.num_rows > most:
            raise NoLakeFileError("It has more than {most} rows: import the lake's files day by day.", most=most)
        parts = [_plain(file.read_row_group(group, list(columns))) for group in range(file.num_row_groups)]
    except (pa.ArrowException, OSError) as error:
        raise NoLakeFileError(
            "This Parquet file is damaged, cut off, or none of a hub's lake: copy it again."
        ) from error
    return (row for part in parts for row in zip(*(column.to_pylist() for column in part), strict=True))


def _plain(part: pa.Table) -> list[pa.ChunkedArray]:
    columns = []
    for column in part.columns:
        kind = column.type
        if pa.types.is_dictionary(kind):
            columns.append(column.cast(pa.string()))
        elif pa.types.is_timestamp(kind):
            columns.append(column.cast(INSTANT).cast(pa.int64()))
        elif pa.types.is_integer(kind):
            columns.append(column.cast(pa.int64()))
        else:
            columns.append(column.cast(pa.string()))
    return columns


def _names(values: Sequence[str]) -> pa.DictionaryArray:
    return pa.array(values, pa.string()).dictionary_encode()
