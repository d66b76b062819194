"""A progress bar on a terminal, and now and then a line where there is none."""

from dataclasses import dataclass
from typing import TextIO

WIDTH = 32
LINE_EVERY_PERCENT = 10


@dataclass(slots=True)
class Progress:
    """How far a long work has come."""

    label: str
    total: int
    out: TextIO
    done: int = 0
    _told_percent: int = -1

    def advance(self) -> None:
        """Say that one more part is done."""
        self.done += 1
        percent = 100 * self.done // max(self.total, 1)
        if percent == self._told_percent:
            return
        if self.out.isatty():
            bar = "#" * (WIDTH * percent // 100)
            end = "\n" if self.done >= self.total else ""
            self.out.write(f"\r{self.label} [{bar:<{WIDTH}}] {percent:3d}%{end}")
        elif percent // LINE_EVERY_PERCENT > self._told_percent // LINE_EVERY_PERCENT:
            self.out.write(f"{self.label} {percent}%\n")
        else:
            return
        self._told_percent = percent
        self.out.flush()
