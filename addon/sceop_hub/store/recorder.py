"""The recorder: what many households sent in one statement.

A statement costs more than the row that it writes, above all when the thread that runs it has to wait for its turn
afterwards. A thousand homes that report in the same minute are the hub's everyday, and so is one whose past comes in
days or weeks; so they share statements, those of a kind.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..core.blocks import Block
from ..core.slots import to_number
from ..domain.readings import Receipt
from . import figures, retention
from .marks import mark
from .readings import FreshRow, Run, any_fresh, days_of, fresh_rows, is_wide, keep_fresh, keep_runs, known, run_of
from .writer import ApartError, Together


@dataclass(frozen=True, slots=True)
class Recording:
    """What one household sent in one request."""

    household: int
    blocks: Sequence[Block]
    received: datetime

    @property
    def slots(self) -> int:
        """How many slots it may know."""
        return sum(len(block.wh) for block in self.blocks)


class Recorder:
    """Records on the writer's thread, and remembers there which channel of whom has which id."""

    def __init__(self) -> None:
        self._ids: dict[int, dict[str, int]] = {}

    def way_of(self, recording: Recording) -> Together[Recording, Receipt] | None:
        """Return the way to record this together with others of its kind; None where it has to be looked at alone."""
        if retention.may_be_gone(min(block.start for block in recording.blocks), recording.received):
            return None
        wide = sum(map(is_wide, recording.blocks))
        if wide not in {0, len(recording.blocks)}:
            return None
        return self._past if wide else self._quarters

    def _quarters(self, connection: sqlite3.Connection, recordings: Sequence[Recording]) -> list[Receipt]:
        """Record single slots that are new; a channel or a slot that is not has to be looked at by itself."""
        rows: list[FreshRow] = []
        receipts = []
        for recording in recordings:
            ids = self._channels(connection, recording)
            some = fresh_rows(ids, recording.blocks, to_number(recording.received) - 1)
            receipts.append(Receipt(len(some), 0))
            rows += some
        figures.mark(connection, [(recording.household, recording.blocks) for recording in recordings])
        if keep_fresh(connection, rows) < len(rows):
            raise ApartError
        return receipts

    def _past(self, connection: sqlite3.Connection, recordings: Sequence[Recording]) -> list[Receipt]:
        """Record wide blocks that are all new, or were all sent before, of a time of which nothing is fresh."""
        runs: list[Run] = []
        changed: set[tuple[int, int]] = set()
        for recording in recordings:
            ids, ended = self._channels(connection, recording), to_number(recording.received) - 1
            runs += [run_of(ids[block.channel], block, ended) for block in recording.blocks]
            changed.update((ids[block.channel], day) for block in recording.blocks for day in days_of(block))
        if any_fresh(connection, [block for recording in recordings for block in recording.blocks]):
            raise ApartError
        figures.mark(connection, [(recording.household, recording.blocks) for recording in recordings])
        given = [sum(map(known, recording.blocks)) for recording in recordings]
        match keep_runs(connection, runs):
            case 0:
                return [Receipt(0, slots) for slots in given]
            case stored if stored == sum(given):
                mark(connection, changed)
                return [Receipt(slots, 0) for slots in given]
            case _:
                raise ApartError

    def forget(self) -> None:
        """Forget the channels: some changed."""
        self._ids.clear()

    def _channels(self, connection: sqlite3.Connection, recording: Recording) -> dict[str, int]:
        """Return the ids of a household's channels; one that is new has to be admitted first."""
        ids = self._ids.get(recording.household)
        if ids is None:
            rows = connection.execute("SELECT name, id FROM channel WHERE household = ?", (recording.household,))
            ids = self._ids[recording.household] = dict(rows.fetchall())
        if not all(block.channel in ids for block in recording.blocks):
            raise ApartError
        return ids
