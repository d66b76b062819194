"""The recorder: the quarter hours of many households in one statement.

A statement costs more than the row that it writes, above all when the thread that runs it has to wait for its turn
afterwards. A thousand homes that report in the same minute are the hub's everyday, so they share them.
"""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from ..core.blocks import Block
from ..core.slots import to_number
from ..domain.readings import Receipt
from . import figures, retention
from .readings import FreshRow, fresh_rows, is_wide, keep_fresh
from .writer import ApartError


@dataclass(frozen=True, slots=True)
class Recording:
    """What one household sent in one request."""

    household: int
    blocks: Sequence[Block]
    received: datetime

    @property
    def is_everyday(self) -> bool:
        """Tell whether it is a few slots of late, as households send them all day long."""
        return not any(is_wide(block) or retention.may_be_gone(block.start, self.received) for block in self.blocks)


class Recorder:
    """Records on the writer's thread, and remembers there which channel of whom has which id."""

    def __init__(self) -> None:
        self._ids: dict[int, dict[str, int]] = {}

    def record(self, connection: sqlite3.Connection, recordings: Sequence[Recording]) -> list[Receipt]:
        """Record what is new of many households; a channel or a slot that is not has to be looked at by itself."""
        rows: list[FreshRow] = []
        receipts = []
        for recording in recordings:
            ids = self._channels(connection, recording.household)
            if not all(block.channel in ids for block in recording.blocks):
                raise ApartError
            some = fresh_rows(ids, recording.blocks, to_number(recording.received) - 1)
            receipts.append(Receipt(len(some), 0))
            rows += some
        figures.mark(connection, [(recording.household, recording.blocks) for recording in recordings])
        if keep_fresh(connection, rows) < len(rows):
            raise ApartError
        return receipts

    def forget(self) -> None:
        """Forget the channels: some changed."""
        self._ids.clear()

    def _channels(self, connection: sqlite3.Connection, household: int) -> dict[str, int]:
        ids = self._ids.get(household)
        if ids is None:
            rows = connection.execute("SELECT name, id FROM channel WHERE household = ?", (household,))
            ids = self._ids[household] = dict(rows.fetchall())
        return ids
