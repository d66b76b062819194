"""The usual day: weighted quantiles of days that are like the one to come, in calendar and in how their eve went."""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from .clock import DAY, Numbers
from .quantiles import quantiles
from .rows import LIKENESS, Rows, kinds
from .series import Floats
from .surroundings import Place

_HALF_LIFE = 7.0
"""Days after which a day counts half. These numbers were chosen on real homes, by forecasts of days not reported on."""
_EVE = 2.0
"""How fast a day counts less the more its eve was unlike the last one."""
_SAME_WEEKDAY = 1.5
_BESIDE_MINUTES = 25.0
"""How fast a step tells less of those beside it, up to an hour away."""
_BESIDE_STEPS = 2
_LEAST = 1e-9
SHARES = (0.1, 0.5, 0.9)


@dataclass(frozen=True, slots=True, eq=False)
class Usual:
    """A past that is ready to be asked for the usual day that follows any of its rows."""

    rows: Rows
    beside: tuple[int, ...]
    """How many steps away: first the step itself, then those around it."""
    near: Floats
    """How much each of them counts."""
    values: Floats
    """The past as it is, then moved by so many steps."""
    kinds: Numbers
    """The kind of each step's day, through the past and two rows to come."""
    weekdays: Numbers
    eves: Floats
    """Each row in a few means of roots, so that a kettle does not outweigh a day where rows are compared."""
    demand: Floats | None
    """What the weather asks of each row of the past and of those to come; only the ratio of two is used."""
    strictness: float = 1.0
    """How strictly days of other kinds are left out: where people work, Sundays tell nothing of Mondays."""

    def after(self, row: int, ahead: int, *, shares: tuple[float, ...], by_eve: bool) -> Floats:
        """Return quantiles of the row that comes so many rows after the first `row` rows, from nothing later."""
        weights = self._weights(row, ahead, by_eve=by_eve)
        values = self.values[:, :row]
        if self.demand is not None:
            values = values * (self.demand[row + ahead] / self.demand[:row])[None, :, None]
        all_weights = self.near[:, None, None] * weights
        length = self.rows.length
        for index, steps in enumerate(self.beside):
            if steps > 0:
                all_weights[index, -1, length - steps :] = 0  # these are not over yet
        return quantiles(values.reshape(-1, length), all_weights.reshape(-1, length), shares)

    def _weights(self, row: int, ahead: int, *, by_eve: bool) -> Floats:
        """Return how much each step of the first `row` rows tells of the same step of a row to come."""
        target = row + ahead
        like: Floats = LIKENESS[self.kinds[:row], self.kinds[target]] ** self.strictness
        same = (self.weekdays[:row] == self.weekdays[target]) & (self.kinds[:row] == self.kinds[target])
        like = like * np.where(same, _SAME_WEEKDAY, 1)
        known = np.flatnonzero(np.isfinite(self.rows.wh[:row]).any(1))
        newest = known[-1] if len(known) else row - 1
        weights = 0.5 ** (np.maximum(newest - np.arange(row), 0) / _HALF_LIFE)
        if by_eve:
            weights = weights * self._like_eves(row, ahead)
        weighted: Floats = like * weights[:, None]
        return weighted

    def _like_eves(self, row: int, ahead: int) -> Floats:
        """Return how like the last row was to those which each row followed at the same distance."""
        like = np.ones(row)
        first = ahead + 1
        far = np.abs(self.eves[: max(row - first, 0)] - self.eves[row - 1])
        known = np.isfinite(far)
        comparable = known.sum(1) * 2 > far.shape[1]
        if not comparable.any():
            return like
        means = np.where(known, far, 0).sum(1) / np.maximum(known.sum(1), 1)
        usual = np.median(means[comparable])
        like[first:] = np.exp(-_EVE * np.where(comparable, means / max(float(usual), _LEAST), 1))
        like[:first] = np.exp(-_EVE)
        return like


def usual(rows: Rows, place: Place, step: timedelta, demand: Floats | None, ahead: int) -> Usual:
    """Make a past ready, to be asked for so many rows to come."""
    minutes = step / timedelta(minutes=1)
    reach = min(_BESIDE_STEPS, int(60 // minutes))
    beside = (0, *(sign * steps for steps in range(1, reach + 1) for sign in (-1, 1)))
    near = np.exp(-np.abs(np.array(beside)) * minutes / _BESIDE_MINUTES)
    days = np.concatenate([rows.day, *(rows.coming_day(row)[None] for row in range(ahead))])
    parts = int(np.gcd(DAY // step, 12))
    eves = np.sqrt(rows.wh).reshape(len(rows.wh), parts, -1).mean(2)
    moved = np.stack([_moved(rows.wh, steps) for steps in beside])
    return Usual(rows, beside, near, moved, kinds(days, place), (days - 1) % 7, eves, demand)


def _moved(wh: Floats, steps: int) -> Floats:
    """Return for each step what so many steps later holds."""
    flat = np.full(wh.size, np.nan)
    if steps > 0:
        flat[:-steps] = wh.ravel()[steps:]
    elif steps:
        flat[-steps:] = wh.ravel()[:steps]
    else:
        flat[:] = wh.ravel()
    return flat.reshape(wh.shape)
