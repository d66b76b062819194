"""A solar plant in the days to come: what it gave at the same time of earlier days, moved by sun and by light.

What it would give under a clear sky is learned from its best days, so that nobody need know its panels, its roof or
the tree beside it. The sun tells how far an earlier day's light is from tomorrow's; the weather moves what is left, if
it was seen to tell anything of this plant, and otherwise the last day's clearness says which days are like tomorrow.
"""

from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from ..sun import on_panel
from .quantiles import quantiles
from .rows import Rows
from .series import Floats, Series
from .sky import at_steps, clear, light, stand
from .surroundings import Place, Weather

_HALF_LIFE = 60.0
_DIM_WM2 = 60.0
"""Added to all light before days are compared: near the horizon a few minutes are the whole of it."""
_CLEAR = 0.9
"""Of ten days one is as good as a clear one."""
_CLEAR_DAYS = 0.8
_MOSTLY = 0.8
_TILTS = np.radians([15.0, 35.0, 60.0])
_TURNS = np.radians([-90.0, -45.0, 0.0, 45.0, 90.0])
_TRUST = np.array([0.5, 0.5, 1.0])
"""How much of the way each part follows those misses; a dull week shall not make every low one black."""
_CLEARER = np.array([[0.0], [0.0], [0.02]])
"""One clear day is as good as the other but for this: it shall lie below the P90."""
_CHECKED_ROWS = 21
_FEWEST_CHECKS = 7
_WORTH = 0.85
"""Weather is used where it took a seventh off the errors of the last days: less may be chance."""
_LIKE_LIGHT = 0.25
_DUSK = timedelta(hours=2)
_BRIGHTEST = 1.15
"""Of a clear day's: clouds beside the sun add to it."""
_LEAST = 1e-9
_SHARES = (0.1, 0.5, 0.9)
_LATE = 3.0
_LAST = 0.25
"""The part of a row's light that came last tells most of what comes next."""


@dataclass(frozen=True, slots=True, eq=False)
class Light:
    """What the sky offers a plant in each row of its past and of the days to come."""

    sun: Floats | None
    """W/m2 on its panels under a clear sky; None where nobody told the place."""
    through: Floats | None
    """The share of a clear sky's light that the weather lets through, as far as it is known; None without weather."""


@dataclass(frozen=True, slots=True, eq=False)
class Said:
    """What was, or would have been, said of a row."""

    clear: Floats
    """Wh of each step on a clear day."""
    shares: Floats
    """P10, P50 and P90 of the part of it that comes."""


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """How the last days came against what would have been said of them."""

    sky: Light
    error: float
    moves: Floats
    """What to add to the parts, so that as many steps come below each as its share."""
    counted: int


def solar(past: Series, rows: Rows, place: Place, weather: Weather | None, ahead: int) -> list[Floats]:
    """Return P10, P50 and P90 of each row to come, in Wh a step."""
    sky = _light(past, rows, place, weather, ahead)
    checked = _check(rows, Light(sky.sun, None))
    if sky.through is not None:
        sighted = _check(rows, sky)
        if sighted.counted >= _FEWEST_CHECKS and sighted.error < _WORTH * checked.error:
            checked = sighted
    return [_corrected(rows, checked, row) for row in range(ahead)]


def _corrected(rows: Rows, checked: Check, ahead: int) -> Floats:
    """Return a row to come, moved by how the last days missed what would have been said of them."""
    said = _row(rows, checked.sky, len(rows.wh), ahead)
    low, mid, high = said.shares + (checked.moves[:, None] + _CLEARER) * (said.clear > 0)
    found = np.clip(np.stack([np.minimum(low, mid), mid, np.maximum(high, mid)]), 0, None) * said.clear
    return np.where(np.isfinite(said.shares).all(0), found, np.nan)


def _light(past: Series, rows: Rows, place: Place, weather: Weather | None, ahead: int) -> Light:
    count, length = rows.wh.shape
    start, steps = past.end - count * length * past.step, (count + ahead) * length
    level, seen = clear(place, start, steps, past.step), stand(place, start, steps, past.step)
    if level is None or seen is None or place.latitude is None:
        through = None
        if weather is not None:
            # By the clock alone, what the sky covers still tells bright days from dull ones.
            through = 1 - at_steps(weather, weather.cloud, start, steps, past.step)
        return Light(None, None if through is None or np.isnan(through).all() else through.reshape(-1, length))
    toward_noon = np.pi if place.latitude >= 0 else 0.0
    on_panels = np.stack(
        [level]
        + [
            on_panel(*seen, tilt=float(tilt), facing=float(toward_noon + turn)) * (level > 0)
            for tilt in _TILTS
            for turn in _TURNS
        ]
    ).reshape(-1, count + ahead, length)
    best = on_panels[_best(on_panels[:, :count], rows.wh)]
    if weather is None:
        return Light(best, None)
    falls = light(weather, place, start, steps, past.step)
    through = np.where(level > _DIM_WM2 / 2, falls / np.maximum(level, 1), np.nan)
    return Light(
        best, np.clip(_bridged(through, past.step), 0, 1.2).reshape(-1, length) if np.isfinite(through).any() else None
    )


def _best(on_panels: Floats, wh: Floats) -> int:
    """Return which panel's clear days rose or fell with the season as the plant's did."""
    known = np.isfinite(wh)
    days = np.where(known, wh, 0).sum(1)
    offered = np.where(known, on_panels, 0).sum(2)
    used = np.flatnonzero((known.mean(1) > _MOSTLY) & (offered.min(0) > 0) & (days > 0))
    half = len(used) // 2
    if half < _FEWEST_CHECKS:
        return 0
    shares = days[used] / offered[:, used]
    early, late = (np.quantile(part, _CLEAR_DAYS, axis=1) for part in (shares[:, :half], shares[:, half:]))
    return int(np.argmin(np.abs(np.log(late / early))))


def _row(rows: Rows, sky: Light, row: int, ahead: int) -> Said:
    """Return what the row holds that comes so many rows after the first `row` rows, from nothing later."""
    moved = rows.wh[:row]
    if sky.sun is not None:
        moved = moved * (sky.sun[row + ahead] + _DIM_WM2) / (sky.sun[:row] + _DIM_WM2)
    known = np.isfinite(moved)
    newest = int(np.flatnonzero(known.any(1))[-1]) if known.any() else row - 1
    recent = 0.5 ** (np.maximum(newest - np.arange(row), 0) / _HALF_LIFE)
    weights = np.repeat(recent[:, None], rows.length, 1)
    (best,) = quantiles(moved, weights, (_CLEAR,))
    clearness = moved / np.maximum(np.where(np.isfinite(best), best, 0), _LEAST)
    if sky.sun is not None:
        best = np.where(sky.sun[row + ahead] > 0, best, 0)
    seen = np.where(np.isfinite(best), best, 0)
    if sky.through is not None:
        then, now = sky.through[:row], sky.through[row + ahead]
    else:
        then, now = _eves(clearness, seen, ahead)
    clearness, weights = _moved(clearness, weights, then, now, seen)
    return Said(best, quantiles(clearness, weights, _SHARES))


def _moved(clearness: Floats, weights: Floats, then: Floats, now: Floats, best: Floats) -> tuple[Floats, Floats]:
    """Move each day's clearness by how much more is told for now than then, and prefer days of which was told alike."""
    more = now - then
    told = np.isfinite(more)
    known = np.isfinite(clearness) & told & (best > 0)
    then = np.broadcast_to(then, clearness.shape)
    slope = _slope(clearness[known], then[known], (weights * best)[known]) if known.any() else 0.0
    more = np.where(told, more, 0)
    like = np.where(told, np.exp(-np.square(more / _LIKE_LIGHT) / 2) + 0.05, 0.3)
    return np.clip(clearness + slope * more, 0, _BRIGHTEST), weights * like


def _slope(clearness: Floats, through: Floats, weights: Floats) -> float:
    """Return how much clearness comes with light, by least absolute errors; never less for more light."""
    slope = 1.0
    features = np.stack([np.ones(len(through)), through], 1)
    off = np.ones(len(through))
    for _ in range(8):
        bent = weights / np.maximum(off, 0.02)
        normal = features.T @ (bent[:, None] * features)
        normal[np.diag_indices(2)] += 1e-6 * np.trace(normal) + 1e-12
        level, slope = np.linalg.solve(normal, features.T @ (bent * clearness))
        off = np.abs(clearness - level - slope * through)
    return float(np.clip(slope, 0, 1.5))


def _eves(clearness: Floats, best: Floats, ahead: int) -> tuple[Floats, Floats]:
    """Return how clear each row's eve was, a column, and how clear the last row: the last of it counts twice."""
    count, first = len(clearness), ahead + 1
    late = np.cumsum(best) >= (1 - _LAST) * best.sum()
    light = best * np.where(late, 1 + _LATE, 1)
    known = np.isfinite(clearness)
    offered = np.where(known, light, 0).sum(1)
    mean = np.where(known, np.minimum(clearness, _BRIGHTEST) * light, 0).sum(1) / np.maximum(offered, _LEAST)
    mean[offered * 2 <= light.sum()] = np.nan
    then = np.full((count, 1), np.nan)
    then[first:, 0] = mean[: max(count - first, 0)]
    return then, mean[-1:] if count else np.full(1, np.nan)


def _check(rows: Rows, sky: Light) -> Check:
    """Return how the last days came against what would have been said of them, each from nothing later."""
    count = len(rows.wh)
    error, misses, weights = 0.0, [np.empty((3, 0))], [np.empty(0)]
    counted = 0
    for row in range(max(count - _CHECKED_ROWS, 3), count):
        if sky.through is not None and not np.isfinite(sky.through[row]).any():
            continue
        said = _row(rows, sky, row, 0)
        both = np.isfinite(rows.wh[row]) & np.isfinite(said.shares).all(0) & (said.clear > 0)
        if not both.any():
            continue
        counted += 1
        came = rows.wh[row][both] / said.clear[both]
        miss = came - said.shares[:, both]
        misses.append(miss)
        weights.append(said.clear[both])
        error += float((np.abs(miss[1]) * said.clear[both]).sum())
    if counted < _FEWEST_CHECKS:
        return Check(sky, error, np.zeros(3), counted)
    every, weight = np.concatenate(misses, 1), np.concatenate(weights)
    moves = [
        quantiles(miss[:, None], weight[:, None], (share,))[0, 0] for miss, share in zip(every, _SHARES, strict=True)
    ]
    return Check(sky, error, _TRUST * np.array(moves), counted)


def _bridged(through: Floats, step: timedelta) -> Floats:
    """Carry the light of the day a little into dusk and dawn, where a share of nearly nothing tells nothing."""
    known = np.flatnonzero(np.isfinite(through))
    if not len(known):
        return through
    at = np.arange(len(through))
    after = np.clip(np.searchsorted(known, at), 0, len(known) - 1)
    before = np.maximum(after - 1, 0)
    nearer = np.where(np.abs(known[before] - at) <= np.abs(known[after] - at), known[before], known[after])
    return np.where(np.abs(nearer - at) <= _DUSK / step, through[nearer], np.nan)
