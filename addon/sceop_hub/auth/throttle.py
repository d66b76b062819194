"""Brakes: who tries too often waits, each time longer, and the memory for it stays small."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from ..domain.accounts import wait_after
from ..domain.refusal import Refusal

MOST_REMEMBERED = 10_000
FORGIVEN_AFTER = timedelta(hours=1)


@dataclass(slots=True)
class _Failures:
    number: int
    last: datetime


@dataclass(slots=True)
class Brake:
    """Failures in a row, by whatever they are counted for; each one beyond the free ones doubles the wait.

    `longest` is the longest wait in seconds: short where others could lock somebody out, long for an address.
    """

    clock: Callable[[], datetime]
    longest: int
    _failures: OrderedDict[str, _Failures] = field(default_factory=OrderedDict)

    def check(self, key: str) -> None:
        """Refuse while the wait lasts."""
        failures = self._failures.get(key)
        if failures is None:
            return
        since = abs(self.clock() - failures.last)
        wait = wait_after(failures.number, self.longest) - since.total_seconds()
        if since >= FORGIVEN_AFTER:
            del self._failures[key]
        elif wait > 0:
            seconds = int(wait) + 1
            raise Refusal(
                "too-many", "Too many tries that failed. Wait {seconds} s and try again.", seconds=seconds, wait=seconds
            )

    def failed(self, key: str) -> None:
        """Count a failure; the oldest ones are forgotten where there are too many to remember."""
        failures = self._failures.setdefault(key, _Failures(0, self.clock()))
        failures.number += 1
        failures.last = self.clock()
        self._failures.move_to_end(key)
        while len(self._failures) > MOST_REMEMBERED:
            self._failures.popitem(last=False)

    def succeeded(self, key: str) -> None:
        """Forgive what failed before."""
        self._failures.pop(key, None)


@dataclass(slots=True)
class _Level:
    left: float
    at: datetime


@dataclass(slots=True)
class Allowance:
    """So many requests at once for each key, and so many a second after that."""

    clock: Callable[[], datetime]
    most: int
    a_second: float
    _levels: OrderedDict[str, _Level] = field(default_factory=OrderedDict)

    def check(self, key: str) -> None:
        """Refuse where none is left."""
        level = self._now(key)
        if level.left < 1:
            seconds = int((1 - level.left) / self.a_second) + 1
            raise Refusal(
                "too-many", "Too many requests at once. Wait {seconds} s and try again.", seconds=seconds, wait=seconds
            )

    def take(self, key: str) -> None:
        """Take one, or refuse where none is left."""
        self.check(key)
        self._now(key).left -= 1

    def _now(self, key: str) -> _Level:
        now = self.clock()
        level = self._levels.setdefault(key, _Level(self.most, now))
        level.left = min(self.most, level.left + abs((now - level.at).total_seconds()) * self.a_second)
        level.at = now
        self._levels.move_to_end(key)
        while len(self._levels) > MOST_REMEMBERED:
            self._levels.popitem(last=False)
        return level
