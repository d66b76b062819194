"""Comparison homes: those that were not asked tell what the day itself did to everybody.

They are matched by the shape of their usual day, a home at a time in turn, so that a group of evening homes is compared
with evening homes. They are told of as one number, and so must be as many as the house's rule for sums asks, none of
them too large a part.
"""

from collections.abc import Collection, Sequence

import numpy as np

from ...core.forecast.series import Floats
from .told import Told
from .values import NO_COMPARISON, Comparison
from .window import Integers, Window

HOMES = 100
"""More do not come closer where they are less alike."""
FEWEST = 15
LARGEST_SHARE = 0.15
HALF_TRUST = 50
"""So many homes are believed half: what they did by chance and what the day did are then as large."""
LEAST, MOST = 0.5, 2.0


def nearest(window: Window) -> Integers:
    """Return for each home all others, those of the most similar day first."""
    shapes = window.shapes
    squares = (shapes**2).sum(1)
    far = squares[:, None] + squares[None] - 2 * shapes @ shapes.T
    np.fill_diagonal(far, np.inf)
    return np.asarray(np.argsort(far, axis=1, kind="stable")[:, :-1])


def matched(near: Integers, joined: Sequence[int], others: Collection[int], most: int = HOMES) -> list[int]:
    """Return rows of comparison homes: each home that joined chooses the nearest that is still free, in turn."""
    free = np.zeros(len(near), bool)
    free[list(others)] = True
    free[list(joined)] = False
    choices = [iter(near[home][free[near[home]]].tolist()) for home in joined]
    taken: dict[int, None] = {}
    wanted = min(most, int(free.sum())) if choices else 0
    while len(taken) < wanted:
        for choice in choices:
            found = next((other for other in choice if other not in taken), None)
            if found is not None and len(taken) < wanted:
                taken[found] = None
    return list(taken)


def compared(told: Told, rows: Sequence[int], fewest: int = FEWEST) -> tuple[Floats, Comparison]:
    """Return by day what the homes of these rows did, as a factor, and that of the event's day as it is told."""
    days = told.said.shape[1]
    rows = _sound(told, rows, fewest)
    if not rows:
        return np.ones(days), NO_COMPARISON
    said, came = told.said[rows], told.came[rows]
    known = np.isfinite(said) & np.isfinite(came)
    count = known.sum(0)
    sums = np.where(known, said, 0).sum(0)
    ratio = np.divide(np.where(known, came, 0).sum(0), sums, out=np.ones(days), where=(sums > 0) & (count >= fewest))
    ratio = np.round(np.clip(ratio, LEAST, MOST), 6)
    trust = np.where(count >= fewest, np.round(count / (count + HALF_TRUST), 6), 0)
    factor = np.round(1 + trust * (ratio - 1), 6)
    if not trust[-1]:
        return factor, NO_COMPARISON
    return factor, Comparison(int(count[-1]), float(ratio[-1]), float(trust[-1]), float(factor[-1]))


def _sound(told: Told, rows: Sequence[int], fewest: int) -> list[int]:
    """Return those that know the event's window, without any that is too large a part of their sum; none if too few."""
    last = told.said[rows, -1]
    known = np.isfinite(last) & np.isfinite(told.came[rows, -1])
    left = sorted(((float(wh), row) for wh, row, is_known in zip(last, rows, known, strict=True) if is_known))
    share, total = max(LARGEST_SHARE, LARGEST_SHARE * FEWEST / max(fewest, 1)), sum(wh for wh, _ in left)
    while left and left[-1][0] > share * total:
        total -= left.pop()[0]
    return [row for _, row in left] if len(left) >= fewest else []
