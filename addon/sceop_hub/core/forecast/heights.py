"""Heights: what past days, beside what was told of them, say of the highest step of a day to come.

A median curve flattens peaks. So errors of past days are laid over the coming day, and the highest step of each such
day is taken. Two plainer opinions stand beside that: the highest step of the curve with what past ones lacked, and the
mean of the last days' peaks. Who was closer lately weighs more.

Each weekday has peaks of its own: Fridays' lie below what their curve makes expect, Sundays' above. There are few
Fridays, so they are believed as far as the chance in a day's peak allows: of many homes soon, of few homes late.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .series import Floats

type Flags = NDArray[np.bool_]
type Numbers = NDArray[np.int64]

FEWEST = 7
"""So many past days it takes to learn from them."""
FORTNIGHT = 14
LATELY, RECENT = 14, 28
"""Who was closer is told by the last fortnight, since levels move; how far off, by four weeks."""
HALF_LIFE = 50.0
"""In days: how fast old days cease to count."""
STRICT = 4
"""Who was off by twice as much weighs a sixteenth: an opinion that lags while levels move has little to say."""
KINDS_DIFFER = 0.05
"""So much of a peak, in the usual case, a weekday differs from the others beyond what the curve knows of it."""
LOW, HIGH = 0.1, 0.9
TINY = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Lessons:
    """Past days, the latest last, a row each: what was told of them, and what came."""

    days: Numbers
    """Ordinals, so that it shows how long ago each was."""
    kinds: Numbers
    told: Floats
    truth: Floats
    alike: bool
    """Whether what was told is of the same making as the curve of the day to come."""

    def __len__(self) -> int:
        """Count the days."""
        return len(self.days)

    def on(self, steps: Flags) -> Lessons:
        """Return what they teach of a part of the day."""
        return Lessons(self.days, self.kinds, self.told[:, steps], self.truth[:, steps], self.alike)

    def until(self, row: int) -> Lessons:
        """Return those before one of them."""
        return Lessons(self.days[:row], self.kinds[:row], self.told[:row], self.truth[:row], self.alike)


@dataclass(frozen=True, slots=True, eq=False)
class Height:
    """How high the highest step comes, and on which steps it came in each past day laid over this one."""

    low: float
    mid: float
    high: float
    laid: Floats
    """The highest of each of these days, on which steps it was, as shares, and how much each day counts."""
    at: Floats
    weights: Floats


def height(curve: Floats, day: int, kind: int, lessons: Lessons) -> Height:
    """Return the height of a day of this curve, which may be a part of it; there are enough lessons."""
    opinions = _opinions(curve, day, kind, lessons)
    rows = range(max(FEWEST - 1, len(lessons) - RECENT), len(lessons))
    earlier = np.array(
        [
            _opinions(lessons.told[row], int(lessons.days[row]), int(lessons.kinds[row]), lessons.until(row))
            for row in rows
        ]
    )
    came = lessons.truth[list(rows)].max(axis=1)
    size = max(float(np.abs(came).mean()), TINY)
    miss = np.abs(earlier - came[:, None])[-LATELY:].mean(axis=0) / size
    trust = (np.maximum(miss, TINY) / max(float(miss.min()), TINY)) ** -STRICT
    trust /= trust.sum()
    mid = float(opinions @ trust)
    off = np.sort((came - earlier @ trust) / size) * max(abs(mid), TINY)
    low, high = np.quantile(off, (LOW, HIGH), method="weibull") if len(off) >= FEWEST else (-abs(mid) / 4, abs(mid) / 4)
    laid, recent = _laid(curve, lessons), _recent(day, lessons)
    return Height(
        min(mid + low, mid), mid, max(mid + high, mid), laid.max(axis=1), highest_at(laid), recent / recent.sum()
    )


def highest_at(days: Floats) -> Floats:
    """Return for each day the shares of its highest steps; of a day on which nothing flows these are all of them."""
    highest = days == np.nanmax(days, axis=-1, keepdims=True)
    return np.asarray(highest / highest.sum(axis=-1, keepdims=True))


def _opinions(curve: Floats, day: int, kind: int, lessons: Lessons) -> Floats:
    weights = _weights(day, kind, lessons)
    true, told = lessons.truth.max(axis=1), lessons.told.max(axis=1)
    of_laid = float(weights @ _laid(curve, lessons).max(axis=1))
    of_last = float(true[-FORTNIGHT:].mean())
    if not lessons.alike:
        return np.array([of_laid, of_last])
    lacked = np.divide(true, told, out=np.ones_like(true), where=told > TINY)
    return np.array([of_laid, of_last, float(curve.max() * (weights @ lacked))])


def _laid(curve: Floats, lessons: Lessons) -> Floats:
    """Return the curve with the errors of each past day, as large as its level is beside theirs."""
    levels = np.abs(lessons.told).mean(axis=1)
    larger = np.divide(np.abs(curve).mean(), levels, out=np.ones_like(levels), where=levels > TINY)
    return np.asarray(curve + (lessons.truth - lessons.told) * larger[:, None])


def _weights(day: int, kind: int, lessons: Lessons) -> Floats:
    """Return how much each past day says of this one: those of its kind the more, the less is chance.

    It is what a mean of few is drawn to the mean of all by, where both spreads, among kinds and among days, are known.
    """
    every = _recent(day, lessons)
    alike = np.where(lessons.kinds == kind, every, 0.0)
    known = float(alike.sum())
    if not known:
        return np.asarray(every / every.sum())
    true = lessons.truth.max(axis=1)
    off = (true - lessons.told.max(axis=1)) / max(float(np.abs(true).mean()), TINY)
    chance = float(np.cov(off, aweights=every, bias=True))
    belief = known / (known + chance / KINDS_DIFFER**2)
    return np.asarray((1 - belief) * every / every.sum() + belief * alike / known)


def _recent(day: int, lessons: Lessons) -> Floats:
    """Return how much each past day would say if all were of one kind; of the time of a peak they all say the same."""
    return np.asarray(0.5 ** ((day - lessons.days) / HALF_LIFE))
