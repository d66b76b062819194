"""The lake's own Parquet files, of this hub or another: slots as they were kept, with their revisions."""

from collections.abc import Iterator
from typing import Any

from ..core.channels import is_channel
from . import MOST_FIGURES
from .found import MOST_W, Column, Found
from .hints import Hints, refused
from .understanding import Series, Slot, Understanding

MAGIC = b"PAR1"
COLUMNS = ("household", "channel", "slot_start", "wh", "quality", "rev")
_QUALITIES = ("measured", "estimated", "imported")
_MICROSECONDS_IN_A_SLOT = 900 * 10**6


def read_lake_file(content: bytes, hints: Hints, end: int) -> Understanding:
    """Read a file of the lake; slots that begin at `end` or later are left out."""
    found = Found("lake", unit="Wh", columns=[Column(name, name) for name in COLUMNS])
    series: dict[tuple[str, str], dict[int, Slot]] = {}
    for line, (household, channel, start, wh, quality, rev) in enumerate(_rows(content), 1):
        if None in (household, channel, wh, start, rev) or quality not in _QUALITIES or not is_channel(channel):
            found.faults.add(line, "incomplete")
        elif start % _MICROSECONDS_IN_A_SLOT:
            found.faults.add(line, "no_such_time", cell=start)
        elif wh < 0 or rev < 0:
            found.faults.add(line, "negative", at=start)
        elif wh * 4 > MOST_W:
            found.faults.add(line, "too_much", at=start)
        elif (number := start // _MICROSECONDS_IN_A_SLOT) >= end:
            found.faults.add(line, "future", at=start)
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


def _rows(content: bytes) -> Iterator[tuple[Any, ...]]:
    """Go through a file's rows; times come in microseconds since 1970."""
    from ..lake import parquet  # noqa: PLC0415 - loads pyarrow, which only this kind of file needs

    try:
        return parquet.rows_of(content, COLUMNS, MOST_FIGURES)
    except parquet.NoLakeFileError as error:
        raise refused(error.saying) from error
