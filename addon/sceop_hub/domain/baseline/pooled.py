"""The pooled regression: all homes together teach how much each opinion on a day counts, for all of them alike.

One home's past is too short and too wild to learn from; hundreds of homes' pasts are not. What is taught on the days
before a day is said of it, then that day teaches too. So the errors of the past are those that it really made.
"""

from dataclasses import dataclass

import numpy as np

from ...core.forecast.series import Floats
from .kernels import ALIKE, kernels, means
from .told import Told
from .window import Window

CAP = 0.2
"""Of the baseline: nothing more counts of the hours before the notice, so who raises them gains little."""
FIRST = 8
"""Days that have to be known before a first one is told."""
HALF_LIFE = 30.0
"""Days after which a day teaches half. This and the others were chosen on days that are not reported on."""
LEVEL_HALF_LIFE = 20.0
FARTHEST_LEVEL = 1.5
RIDGE = 0.02
"""How much all opinions are taken to be worth the same before anything is learned."""
LEAST_WH = 5.0
"""Of a slot: where less is used, homes weigh no more for it."""
HEATING_BELOW_C, COOLING_ABOVE_C = 15.0, 20.0
WORTH = 0.95
"""The weather is used where it took a twentieth off the errors of the sums of all homes."""
CHECKED, FEWEST_CHECKED = 28, 14

SAME_DAY, HEATING, COOLING = -3, -2, -1
"""Where these stand behind the opinions."""


@dataclass(frozen=True, slots=True, eq=False)
class Pooled(Told):
    """What was learned, with all that the arithmetic of one home needs."""

    kernels: Floats
    features: Floats
    """Homes x days x opinions, then same day, heating, cooling: all in Wh."""
    taught: Floats
    """Days x features: how much each counts."""
    level: Floats
    """By day: what all homes together came to lately, of what was said of them."""
    before_usual: Floats
    of_wh: Floats
    """Homes x days: the mean of the opinions, of which caps and shares are reckoned."""


def pooled(window: Window) -> Pooled:
    """Learn from all homes, with the weather where it helps."""
    plain = _learn(window, warm=False)
    if window.degrees is None:
        return plain
    warm = _learn(window, warm=True)
    off_plain, off_warm, checked = _off(plain), _off(warm), min(_known(plain), _known(warm))
    return warm if checked >= FEWEST_CHECKED and off_warm < WORTH * off_plain else plain


def _learn(window: Window, *, warm: bool) -> Pooled:
    weights = kernels(window)
    came = window.wh
    before_usual = means(weights[ALIKE], window.hours_before)
    features, of_wh = _features(window, weights, before_usual, warm=warm)
    taught, level = _teach(window, features, came)
    said = np.maximum(np.einsum("hdf,df->hd", features, taught) * level, 0)
    return Pooled(window, said, came, weights, features, taught, level, before_usual, of_wh)


def _features(window: Window, weights: Floats, before_usual: Floats, *, warm: bool) -> tuple[Floats, Floats]:
    """Return what may count, and the mean of the opinions. An opinion that knows nothing says what the others say."""
    opinions = np.stack([means(kernel, window.wh) for kernel in weights], axis=2)
    known = np.isfinite(opinions)
    count = known.sum(2)
    enough = known[:, :, ALIKE] & (np.isfinite(window.wh).cumsum(1) >= FIRST)
    of_wh = np.where(known, opinions, 0).sum(2) / np.maximum(count, 1)
    of_wh[~enough] = np.nan
    opinions = np.where(known, opinions, of_wh[:, :, None])
    opinions[~enough] = np.nan
    unusual = (window.hours_before - before_usual) * window.as_long
    same_day = np.where(np.isfinite(unusual), np.clip(unusual, -CAP * np.abs(of_wh), CAP * np.abs(of_wh)), 0)
    asked = [of_wh * more for more in (_more(window, weights) if warm else np.zeros((2, len(window.days))))]
    return np.concatenate([opinions, np.stack([same_day, *asked], axis=2)], axis=2), of_wh


def _more(window: Window, weights: Floats) -> Floats:
    """Return by how many degrees more than usual each day asked for heating and cooling; none where it is not known."""
    assert window.degrees is not None
    needs = np.stack([np.maximum(HEATING_BELOW_C - window.degrees, 0), np.maximum(window.degrees - COOLING_ABOVE_C, 0)])
    more = needs - means(weights[ALIKE], needs)
    return np.where(np.isfinite(more), more, 0)


def _teach(window: Window, features: Floats, came: Floats) -> tuple[Floats, Floats]:
    """Return what each day was told by: learned from the days whose windows were over at its notice."""
    usable = np.isfinite(features).all(2) & np.isfinite(came)
    rows, truth = np.where(usable[:, :, None], features, 0), np.where(usable, came, 0)
    least = LEAST_WH * window.slots.shape[2]
    scale = np.maximum(np.where(usable, rows[:, :, ALIKE], 0).sum(1) / np.maximum(usable.sum(1), 1), least)
    weighted = rows / scale[:, None, None]
    squares = np.einsum("hdf,hdg->dfg", weighted, rows)
    products = np.einsum("hdf,hd->df", weighted, truth)
    sums, total = rows.sum(0), truth.sum(0)
    count = len(window.days)
    taught, level = np.empty((count, features.shape[2])), np.ones(count)
    for day in range(count):
        before = slice(0, max(day - window.lag + 1, 0))
        ago = np.arange(day, day - before.stop, -1)
        counts = 0.5 ** (ago / HALF_LIFE)
        taught[day] = _solved(np.tensordot(counts, squares[before], 1), counts @ products[before])
        counts = 0.5 ** (ago / LEVEL_HALF_LIFE)
        said = float(counts @ sums[before] @ taught[day])
        if said > 0:
            level[day] = np.clip(counts @ total[before] / said, 1 / FARTHEST_LEVEL, FARTHEST_LEVEL)
    return taught, level


def _solved(squares: Floats, products: Floats) -> Floats:
    """Return the weights of a ridge around equal opinions; nothing counts below nothing: cold asks for no less heat."""
    count = len(products)
    opinions = count + SAME_DAY
    start = np.array([1 / opinions] * opinions + [0.0] * (count - opinions))
    ridge = RIDGE * max(float(np.trace(squares)) / count, 1e-9)
    used = np.arange(count)
    while True:
        weights = np.zeros(count)
        inner = squares[np.ix_(used, used)] + ridge * np.eye(len(used))
        weights[used] = np.linalg.solve(inner, products[used] + ridge * start[used])
        below = used[weights[used] < 0]
        if not len(below):
            return weights
        used = np.setdiff1d(used, below)


def _known(told: Told) -> int:
    return int((np.isfinite(told.said) & np.isfinite(told.came))[:, told.judged].any(0)[-CHECKED:].sum())


def _off(told: Told) -> float:
    """Return how far the sums of all homes were off, over the last days."""
    off = np.where(np.isfinite(told.said) & np.isfinite(told.came), told.said - told.came, 0).sum(0)
    return float(np.abs(off[told.judged][-CHECKED:]).sum())
