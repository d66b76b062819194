"""Screening: which homes a forecast may learn from, and why not from the others.

One meter that shows a factory among twenty homes doubles every forecast's error. A home is held against its own past
and against the other homes, both at once: who comes back from a journey uses many times what he used before, and a
large home many times what others use, and neither is a fault.
"""

from collections.abc import Hashable, Mapping
from datetime import timedelta
from enum import StrEnum

import numpy as np

from ...core.forecast.series import Floats, Series

DAY = timedelta(days=1)
MOSTLY = 0.5
"""A day counts where at least so much of it is known."""
OWN, OTHERS = 8.0, 6.0
"""A day is beyond belief at so many times its own quiet days and, at once, so many times what homes use."""
QUIET = 0.25
"""The share of days that tell what is quiet: a fault may go on for long before its days become the usual ones."""
GIANT = 40.0
"""Who always uses so many times what homes use is none."""
STEP_OWN, STEP_OTHERS = 20.0, 20.0
"""A step is beyond belief at so many times its own and the other homes' high ones."""
HIGH = 0.99
FEWEST = 3
"""So many homes it takes to say what homes use."""


class Fault(StrEnum):
    """What speaks against learning from a home."""

    GIANT = "giant"
    """It uses as much as many homes do, and always did."""
    JUMPED = "jumped"
    """From one day on it counts many times what it counted before, or did so for days."""
    SPIKED = "spiked"
    """In single steps it counts what no home can use."""


def screen[Home: Hashable](homes: Mapping[Home, Series]) -> dict[Home, Fault]:
    """Return the homes that are not to be learned from, of the past of each up to the same moment."""
    if len(homes) < FEWEST:
        return {}
    days = {home: _days(past) for home, past in homes.items()}
    steps = {home: past.wh[np.isfinite(past.wh)] / (past.step / DAY) for home, past in homes.items()}
    usual = _middle([float(np.median(each)) for each in days.values() if len(each)])
    highest = _middle([float(np.quantile(each, HIGH)) for each in steps.values() if len(each)])
    found = {home: _fault(days[home], steps[home], usual, highest) for home in homes if len(days[home])}
    return {home: fault for home, fault in found.items() if fault is not None}


def _fault(days: Floats, steps: Floats, usual: float, highest: float) -> Fault | None:
    if usual <= 0 or highest <= 0:
        return None
    quiet = float(np.quantile(days, QUIET))
    if quiet > GIANT * usual:
        return Fault.GIANT
    if (days > np.maximum(OWN * quiet, OTHERS * usual)).sum() > 1:
        return Fault.JUMPED
    if float(steps.max()) > max(STEP_OWN * float(np.quantile(steps, HIGH)), STEP_OTHERS * highest):
        return Fault.SPIKED
    return None


def _days(past: Series) -> Floats:
    """Return what came in each stretch of 24 hours up to the end, where most of it is known."""
    a_day = DAY // past.step
    whole = past.wh[len(past) % a_day :].reshape(-1, a_day)
    known = np.isfinite(whole).mean(axis=1)
    some = known >= MOSTLY
    return np.asarray(np.nansum(whole[some], axis=1) / known[some])


def _middle(values: list[float]) -> float:
    return float(np.median(values)) if values else 0.0
