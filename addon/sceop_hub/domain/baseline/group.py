"""A group: what homes saved together. Errors make up for each other, so it is told of much sooner than one home."""

from datetime import date

import numpy as np

from ...core.forecast.series import Floats
from .interval import FEWEST, quantiles, spread
from .told import Told
from .values import Comparison, GroupAudit, GroupSavings, Why
from .verdict import called
from .window import Integers

MOST_LEFT_OUT = 0.2
"""Of the homes that joined: where more is missing, nothing is called."""
WIDER = 1.08
"""A group's interval, of what its errors on the days before say: a season goes on, and holidays come that were not
before. Chosen on days that are not reported on, so that zero is held as often as nine of ten."""
LEAST_KNOWN = 0.5
"""Of the group's baseline on a day before: a day of which less is known says nothing of the group."""


def together(told: Told, rows: Integers, factor: Floats, comparison: Comparison) -> GroupSavings:
    """Return what the homes of these rows saved together; who lacks a slot of the event is left out, and counted."""
    complete = np.isfinite(told.said[rows, -1]) & np.isfinite(told.came[rows, -1])
    counted, left_out = rows[complete], int((~complete).sum())
    if not len(counted):
        came_at_all = bool(np.isfinite(told.came[rows, -1]).any())
        return GroupSavings("none", "young" if came_at_all else "incomplete", complete=False)
    said, came = told.said[counted] * factor, told.came[counted]
    days, errors = _errors(told, said, came)
    if len(errors) < FEWEST:
        return GroupSavings("none", "young", complete=left_out == 0)
    baseline = float(said[:, -1].sum())
    slots = told.window.slots[counted, -1].sum(0)
    low, high = (WIDER * error for error in quantiles(errors))
    shown, used = round(baseline), round(float(came[:, -1].sum()))
    mid = shown - used
    why: Why | None = "incomplete" if left_out > MOST_LEFT_OUT * len(rows) else None
    call, why = called(mid - round(high * baseline), mid - round(low * baseline), why)
    return GroupSavings(
        call,
        why,
        left_out == 0,
        shown,
        used,
        mid - round(high * baseline),
        mid,
        mid - round(low * baseline),
        round(WIDER * spread(errors) * baseline, 3),
        GroupAudit(
            len(counted),
            left_out,
            comparison,
            _slots(told, counted, baseline),
            tuple(float(wh) for wh in slots),
            tuple(date.fromordinal(int(told.window.days[day])) for day in days),
            tuple(round(float(error), 6) for error in errors),
        ),
    )


def _errors(told: Told, said: Floats, came: Floats) -> tuple[list[int], Floats]:
    """Return the days before of which enough is known, and by which share of the baseline the sum was off on each."""
    days: list[int] = []
    errors: list[float] = []
    usual = said[:, -1].sum()
    known = np.isfinite(said) & np.isfinite(came)
    sums = np.where(known, said, 0).sum(0), np.where(known, came, 0).sum(0)
    there = (known * np.where(np.isfinite(said[:, -1:]), said[:, -1:], 0)).sum(0)
    for day in range(said.shape[1])[told.judged]:
        if sums[0][day] > 0 and there[day] >= LEAST_KNOWN * usual:
            days.append(day)
            errors.append((sums[0][day] - sums[1][day]) / sums[0][day])
    return days, np.array(errors)


def _slots(told: Told, rows: Integers, baseline: float) -> tuple[float, ...]:
    """Share the baseline out over the slots, as the same slots of the last four weeks were."""
    slots = told.window.slots[rows, -29:-1]
    known = np.asarray(np.isfinite(slots).all(2))[:, :, None]
    sums = np.where(known, slots, 0).sum((0, 1))
    total = float(sums.sum())
    shares = sums / total if total > 0 else np.full(len(sums), 1 / len(sums))
    return tuple(round(float(wh), 3) for wh in shares * baseline)
