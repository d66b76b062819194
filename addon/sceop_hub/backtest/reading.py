"""Reading: a file of any kind that the hub takes in, and tables with a column a home, become meters."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from ..core.channels import CONSUMPTION, GRID_IMPORT, PRODUCTION
from ..core.slots import SLOT_SECONDS
from ..imports.columns import speaks_of_use
from ..imports.hints import Hints, refused
from ..imports.lakefile import COLUMNS, MAGIC
from ..imports.understanding import Series as Slots, Understanding
from . import published
from .meters import Meters, Points, on_one_grid
from .wide import understand_wide


def read(file: Path, hints: Hints, zone: ZoneInfo, now: datetime) -> Meters:
    """Read a file; `zone` is where its clock hangs, if its times do not say it themselves."""
    try:
        content = file.read_bytes()
    except OSError as error:
        raise refused("{name} can not be read: {why}.", name=file.name, why=error.strerror) from error
    if content.startswith(MAGIC):
        from . import parquetfile  # noqa: PLC0415 - loads pyarrow, which only this kind of file needs

        if not set(COLUMNS) <= set(parquetfile.header(content)):
            return parquetfile.read_table(content, hints, hints.clock() or zone)
    if published.is_published(content):
        return _published(content)
    return _meters(understand_wide(content, hints, zone, now), file.stem)


def _published(content: bytes) -> Meters:
    rows = list(published.rows(content))
    starts = np.array([row.start for row in rows], np.int64)
    figures = {figure: [getattr(row, figure) for row in rows] for figure in published.Row._fields[1:]}
    points = [
        Points("community", figure, starts, np.array([np.nan if wh is None else wh for wh in known], float))
        for figure, known in figures.items()
        if any(wh is not None for wh in known)
    ]
    return on_one_grid(points, SLOT_SECONDS, [], published=True)


def _meters(understood: Understanding, name: str) -> Meters:
    step = max((SLOT_SECONDS, *(seconds for seconds in understood.steps.values() if seconds)))
    step -= step % SLOT_SECONDS
    flows = {(series.household or name, series.channel): series for series in understood.series}
    uses = any(column.meaning == GRID_IMPORT and speaks_of_use(column.header) for column in understood.found.columns)
    points = []
    for (home, channel), series in flows.items():
        used = uses and channel == GRID_IMPORT and (home, PRODUCTION) in flows
        points.append(_points(home, CONSUMPTION if used else channel, series, step))
    faults = understood.found.faults
    notes = [
        f"Its times name no zone and are read as those of {note.given['zone']}."
        for note in understood.found.notes
        if note.code == "zone_assumed"
    ]
    if faults.count:
        notes.append(f"{faults.count:,} rows could not be read, and are left out.")
    return on_one_grid(points, step, notes)


def _points(home: str, channel: str, series: Slots, step: int) -> Points:
    """Bring slots back to the steps that the file had: an hour that was split says nothing of its quarters."""
    numbers = np.array([slot.number for slot in series.slots], np.int64)
    wh = np.array([slot.wh for slot in series.slots], float)
    of = step // SLOT_SECONDS
    steps, where = np.unique(numbers // of, return_inverse=True)
    whole = np.bincount(where) == of
    return Points(home, channel, steps[whole] * step, np.bincount(where, wh)[whole])
