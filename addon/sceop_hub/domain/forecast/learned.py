"""Learning how far days lean towards their signs.

A ridge whose weights bend with the time of day, averaged with its twin of least absolute errors: the one sees every
day, the other is not impressed by the odd one. It is fitted for each midnight of the past as well, each time on the
days before it alone, because how far a model was off is only honest where it had not seen the day.
"""

from dataclasses import dataclass

import numpy as np

from ...core.forecast.series import Floats
from .known import Known
from .signs import Signs, signs

PRIOR_DAYS = 10.0
"""For how many days it takes to believe a lean half."""
BENT_DAYS = 30.0
"""And for how many, to believe that it hangs on the time of day."""
ROUNDS = 6
LEAST_ERROR = 0.03
"""Errors below this share of the level count as equal; it keeps the weights of the twin finite."""
HARMONICS = 2
TINY = 1e-9


@dataclass(frozen=True, slots=True, eq=False)
class Learned:
    """The weights as each day's midnight knew them, from the first day of learning until the one after the last."""

    first: int
    weights: Floats
    """Midnight x twin x weight."""

    def expect(self, of: Signs, midnight: int) -> Floats:
        """Return the day that these signs announce, by what this midnight knew; nobody consumes less than nothing."""
        twins = self.weights[max(midnight - self.first, 0)]
        lean = _bent(of.curves) @ twins.mean(axis=0)
        return np.asarray(np.maximum(of.level * (of.base + lean), 0.0))


def learn(past: Known, first: int) -> tuple[Learned, list[Signs]]:
    """Return what the days from `first` on teach, and the signs that each of them had, the day after the last too."""
    seen = [signs(past.until(day)) for day in range(first, len(past) + 1)]
    taught = range(len(past) - first)
    inputs = np.stack([_bent(each.curves) for each in seen[:-1]])
    levels = np.array([each.level for each in seen[:-1]])[:, None]
    truth = np.divide(past.wh[first:], levels, out=np.zeros_like(past.wh[first:]), where=levels > 0)
    truth -= np.stack([seen[day].base for day in taught])
    trust = ((past.known & past.counts[:, None])[first:] & (levels > 0)).astype(np.float64)
    prior = _prior(inputs)
    plain = _at_each_midnight(inputs, truth, trust, prior)
    weights = plain[-1]
    for _ in range(ROUNDS):
        care = trust / np.maximum(np.abs(truth - inputs @ weights), LEAST_ERROR)
        care /= max(float(care.mean()), TINY)
        flat = inputs.reshape(-1, inputs.shape[-1])
        heavy = flat * care.reshape(-1, 1)
        weights = np.linalg.solve(heavy.T @ flat + prior, heavy.T @ truth.ravel())
    twin = _at_each_midnight(inputs, truth, care, prior)
    return Learned(first, np.stack([plain, twin], axis=1)), seen


def _at_each_midnight(inputs: Floats, truth: Floats, care: Floats, prior: Floats) -> Floats:
    """Solve for the days before each midnight; before the first nothing is known, so nothing leans."""
    heavy = inputs * care[:, :, None]
    squares = np.cumsum(heavy.transpose(0, 2, 1) @ inputs, axis=0)
    products = np.cumsum((heavy.transpose(0, 2, 1) @ truth[:, :, None])[:, :, 0], axis=0)
    solved = np.linalg.solve(squares + prior, products[:, :, None])[:, :, 0]
    return np.concatenate([np.zeros((1, inputs.shape[-1])), solved])


def _prior(inputs: Floats) -> Floats:
    """Return a prior that weighs like some days, whatever the size of a curve."""
    energy = np.square(inputs).mean(axis=(0, 1)) + TINY
    days = np.full((inputs.shape[-1] // (2 * HARMONICS + 1), 2 * HARMONICS + 1), BENT_DAYS)
    days[:, 0] = PRIOR_DAYS
    return np.asarray(np.diag(days.ravel() * energy * inputs.shape[1]))


def _bent(curves: Floats) -> Floats:
    """Return the curves, and each times the harmonics of the day."""
    hours = (np.arange(len(curves)) + 0.5) * (2 * np.pi / len(curves))
    turns = np.arange(1, HARMONICS + 1)[:, None] * hours
    harmonics = np.vstack([np.ones(len(hours)), np.cos(turns), np.sin(turns)]).T
    return np.asarray((curves[:, :, None] * harmonics[:, None, :]).reshape(len(curves), -1))
