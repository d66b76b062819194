"""One home: its baseline, reckoned from the figures of its audit and nothing else, so that anyone can do it again."""

from collections.abc import Sequence
from datetime import date

import numpy as np

from ...core.forecast.series import Floats
from .interval import FEWEST, quantiles, spread
from .kernels import ALIKE
from .pooled import CAP, COOLING, HEATING, SAME_DAY, Pooled
from .raised import raised
from .values import Comparison, DayUsed, HomeAudit, HomeSavings, SameDay, Warmth, Why
from .verdict import called

PLACES = 6
IDLE_W = 20.0
"""Under so much a baseline promises nothing that could be saved."""
IDLE_SHARE = 0.25
"""Of what the home does while it is lived in: who was away before the notice, and stays away, saved nothing."""
LIVED_IN = 0.75
"""Of its days so many stay below what counts as lived in: a month away must not become what is usual."""


def alone(told: Pooled, row: int, factor: Floats, comparison: Comparison, beside: Sequence[int]) -> HomeSavings:
    """Return what the home of a row saved; `beside` are its comparison homes."""
    came = told.window.slots[row, -1]
    complete = bool(np.isfinite(came).all())
    used = round(float(came.sum())) if complete else None
    errors = _errors(told, row, factor)
    if len(errors) < FEWEST or not np.isfinite(told.said[row, -1]):
        why: Why = "young" if complete else "incomplete"
        return HomeSavings("none", why, complete, actual_wh=used)
    audit = _audit(told, row, comparison, errors)
    baseline = round(sum(audit.slots_wh))
    flag = raised(told, row, beside)
    off = round(spread(errors), 3)
    if used is None:
        return HomeSavings(
            "none", "incomplete", complete, baseline_wh=baseline, spread_wh=off, raised=flag, audit=audit
        )
    low, high = quantiles(errors)
    mid = baseline - used
    call, said_why = called(mid - round(high), mid - round(low), "idle" if _idle(told, row, baseline, used) else None)
    return HomeSavings(
        call, said_why, complete, baseline, used, mid - round(high), mid, mid - round(low), off, flag, audit
    )


def _errors(told: Pooled, row: int, factor: Floats) -> Floats:
    """Return by how many Wh the same method was off in the same window on the days before."""
    errors = (told.said[row] * factor - told.came[row])[told.judged]
    return np.asarray(np.round(errors[np.isfinite(errors)], 3))


def _idle(told: Pooled, row: int, baseline: int, used: int) -> bool:
    """Tell whether the home stood empty: by its baseline, or already before the notice and still afterwards."""
    hours = len(told.window.span) / 4
    past = told.came[row, :-1]
    usual = float(np.quantile(past[np.isfinite(past)], LIVED_IN)) if np.isfinite(past).any() else 0.0
    if baseline < max(IDLE_W * hours, IDLE_SHARE * usual):
        return True
    before, before_usual = told.window.hours_before[row, -1], told.before_usual[row, -1]
    return bool(before < IDLE_SHARE * before_usual and used < IDLE_SHARE * baseline)


def _audit(told: Pooled, row: int, comparison: Comparison, errors: Floats) -> HomeAudit:
    taught, window = told.taught[-1], told.window
    days = _days(told, row)
    level = round(float(told.level[-1]), PLACES)
    same_day, warmth = _same_day(told, row, days), _warmth(told, row)
    base = [sum(day.weight * (day.wh[slot] or 0) for day in days) for slot in range(window.slots.shape[2])]
    added = round(float(taught[SAME_DAY]), PLACES) * same_day.capped_wh + (0.0 if warmth is None else warmth.wh)
    total = sum(base)
    share = max(1 + added / total, 0.0) if total > 0 else 0.0
    slots = tuple(round(wh * share * level * comparison.factor, 3) for wh in base)
    came = tuple(float(wh) if np.isfinite(wh) else None for wh in window.slots[row, -1])
    return HomeAudit(days, level, same_day, warmth, comparison, slots, came, tuple(errors.tolist()))


def _days(told: Pooled, row: int) -> tuple[DayUsed, ...]:
    """Return the days that count, the last first, each with all the opinions' weight on it."""
    window = told.window
    opinions = told.kernels[:, -1]
    known = np.isfinite(told.came[row])
    on_known = np.where(known, opinions, 0)
    sums = on_known.sum(1)
    speaks = sums >= 0.5  # noqa: PLR2004 - half of its weight on known days, as where it was learned
    counts = np.where(speaks, told.taught[-1, : len(opinions)], 0)
    counts = counts + (speaks / max(speaks.sum(), 1)) * (told.taught[-1, : len(opinions)].sum() - counts.sum())
    shares = on_known / np.where(speaks, sums, 1)[:, None]
    weights = np.round(counts @ shares, PLACES)
    before = window.hours_before[row]
    alike = np.where(np.isfinite(before), opinions[ALIKE], 0)
    alike = np.round(alike / max(float(alike.sum()), 1e-9), PLACES)
    return tuple(
        DayUsed(
            date.fromordinal(int(window.days[day])),
            float(weights[day]),
            tuple(float(wh) if np.isfinite(wh) else None for wh in window.slots[row, day]),
            float(alike[day]),
            float(before[day]) if np.isfinite(before[day]) else None,
        )
        for day in range(len(window.days) - 1, -1, -1)
        if weights[day] or alike[day]
    )


def _same_day(told: Pooled, row: int, days: tuple[DayUsed, ...]) -> SameDay:
    window, before = told.window, float(told.window.hours_before[row, -1])
    weight = round(float(told.taught[-1, SAME_DAY]), PLACES)
    cap = round(CAP * abs(float(told.of_wh[row, -1])), 3)
    if not (np.isfinite(before) and np.isfinite(told.before_usual[row, -1])):
        came = before if np.isfinite(before) else None
        return SameDay(*window.before, came, None, 0.0, cap, 0.0, weight)
    usual = round(sum(day.alike * day.before_wh for day in days if day.before_wh is not None), 3)
    unusual = round((before - usual) * window.as_long, 3)
    return SameDay(*window.before, before, usual, unusual, cap, min(max(unusual, -cap), cap), weight)


def _warmth(told: Pooled, row: int) -> Warmth | None:
    of_wh = float(told.of_wh[row, -1])
    more = told.features[row, -1, [HEATING, COOLING]] / of_wh if of_wh > 0 else np.zeros(2)
    shares = told.taught[-1, [HEATING, COOLING]]
    if not shares.any() or not more.any():
        return None
    heating, cooling = (round(float(degrees), PLACES) for degrees in more)
    heating_share, cooling_share = (round(float(share), PLACES) for share in shares)
    wh = round(of_wh * (heating * heating_share + cooling * cooling_share), 3)
    return Warmth(heating, heating_share, cooling, cooling_share, round(of_wh, 3), wh)
