"""The lake's own Parquet files, of this hub or another: slots as they were kept, with their revisions."""

import io
from typing import TYPE_CHECKING

from ..core.channels import is_channel
from .found import Column, Found
from .hints import Hints, refused
from .understanding import Series, Slot, Understanding

if TYPE_CHECKING:
    import pyarrow as pa

MAGIC = b"PAR1"
MOST_ROWS = 5_000_000
COLUMNS = ("household", "kind", "channel", "slot_start", "wh", "quality", "received_at", "rev")
_QUALITIES = ("measured", "estimated", "imported")
_MICROSECONDS_IN_A_SLOT = 900 * 10**6


def read_lake_file(content: bytes, hints: Hints, end: int) -> Understanding:
    """Read a file of the lake; slots that begin at `end` or later are left out."""
    table = _table(content)
    found = Found("lake", unit="Wh", columns=[Column(name, name) for name in table.column_names])
    series: dict[tuple[str, str], dict[int, Slot]] = {}
    rows = zip(*(table[name].to_pylist() for name in ("household", "channel", "wh", "quality", "rev")), _slots(table))
    for line, (household, channel, wh, quality, rev, slot) in enumerate(rows, 1):
        if None in (household, channel, wh, slot, rev) or quality not in _QUALITIES or not is_channel(channel):
            found.faults.add(line, "incomplete")
        elif slot % _MICROSECONDS_IN_A_SLOT:
            found.faults.add(line, "no_such_time", cell=slot)
        elif wh < 0 or rev < 0:
            found.faults.add(line, "negative", at=slot)
        elif (number := slot // _MICROSECONDS_IN_A_SLOT) >= end:
            found.faults.add(line, "future", at=slot)
        else:
            slots = series.setdefault((household, hints.only() or channel), {})
            if number in slots:
                found.faults.duplicates += 1
            if number not in slots or rev > slots[number].rev:
                slots[number] = Slot(number, wh, quality, rev)
    if not series:
        raise refused("This Parquet file holds no slots that can be kept.")
    every = tuple(
        Series(household, channel, tuple(slots[number] for number in sorted(slots)))
        for (household, channel), slots in series.items()
    )
    return Understanding(found, every, {channel: 900 for _, channel in series})


def _table(content: bytes) -> pa.Table:
    import pyarrow as pa  # noqa: PLC0415 - heavy, and needed for this kind of file alone
    from pyarrow import parquet  # noqa: PLC0415 - likewise

    try:
        file = parquet.ParquetFile(io.BytesIO(content))
        missing = [name for name in COLUMNS if name not in file.schema_arrow.names]
        if missing:
            raise refused(f"This Parquet file is not one of a hub's lake: it has no column {missing[0]!r}.")
        if file.metadata.num_rows > MOST_ROWS:
            raise refused(f"It has more than {MOST_ROWS} rows: import the lake's files day by day.")
        table = file.read(columns=list(COLUMNS))
        start = table["slot_start"].cast(pa.timestamp("us", "UTC")).cast(pa.int64())
        whole = {"wh": pa.int64(), "rev": pa.int64()}
        table = table.set_column(table.column_names.index("slot_start"), "slot_start", start)
        for name, kind in whole.items():
            table = table.set_column(table.column_names.index(name), name, table[name].cast(kind))
        for name in ("household", "channel", "quality"):
            table = table.set_column(table.column_names.index(name), name, table[name].cast(pa.string()))
    except (pa.ArrowException, OSError) as error:
        raise refused("This Parquet file is damaged, cut off, or none of a hub's lake: copy it again.") from error
    return table


def _slots(table: pa.Table) -> list[int | None]:
    found: list[int | None] = table["slot_start"].to_pylist()
    return found
