"""When to try again: soon at first, then ever later, and never all homes at the same moment."""

from dataclasses import dataclass
from random import Random


@dataclass(slots=True)
class Backoff:
    """Delays in seconds that double up to a limit; chance takes away up to half of each."""

    dice: Random
    first: float
    longest: float
    _failures: int = 0

    def next(self) -> float:
        """Return how long to wait after one more failure."""
        delay = min(self.first * 2.0 ** min(self._failures, 32), self.longest)
        self._failures += 1
        return delay * self.dice.uniform(0.5, 1)

    def reset(self) -> None:
        """Start anew after a success."""
        self._failures = 0
