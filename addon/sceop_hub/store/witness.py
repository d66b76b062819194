"""The witness: what is remembered in memory learns at once that the books say something else by now.

It sits on the writer's connection and notices by triggers what this process writes, by SQLite's own counter what
another one wrote, and that something was taken back.
"""

import sqlite3
from collections.abc import Callable, Collection

UNTOLD = {"household": frozenset({"last_seen"}), "channel": frozenset({"zone"})}
"""The tables that memories rest on, each with the columns that none of them holds."""


class Witness:
    """Calls whoever remembers something to forget it."""

    def __init__(self, connection: sqlite3.Connection, forget: Collection[Callable[[], None]]) -> None:
        """Watch over a connection on which everything of this process is written."""
        self._connection = connection
        self._forget = forget
        self._touched = False
        self._version = self._others()
        connection.create_function("told", 0, self._touch)
        for table, untold in UNTOLD.items():
            columns = [name for _, name, *_ in connection.execute(f"PRAGMA table_info ({table})")]
            told = ", ".join(name for name in columns if name not in untold)
            for event in ("INSERT", "DELETE", f"UPDATE OF {told}"):
                connection.execute(
                    f"CREATE TEMP TRIGGER {table}_{event.split()[0]} AFTER {event} ON main.{table}"
                    " BEGIN SELECT told(); END"
                )

    def begun(self) -> None:
        """Look, once nobody else can write any more, whether another process did."""
        version = self._others()
        if version != self._version:
            self._version = version
            self.undone()

    def committed(self) -> None:
        """Say it again when a change can be read: somebody may have read, and remembered, what was before it."""
        if self._touched:
            self._touched = False
            self.undone()

    def undone(self) -> None:
        """Let everything be forgotten, for it may never have been."""
        for forget in self._forget:
            forget()

    def _touch(self) -> None:
        self._touched = True
        self.undone()

    def _others(self) -> int:
        (version,) = self._connection.execute("PRAGMA data_version").fetchone()
        return int(version)
