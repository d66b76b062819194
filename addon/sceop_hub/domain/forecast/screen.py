"""Screening: which homes a forecast may learn from, and why not from the others."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from ...core.forecast.series import Series

FAR = 10.0
"""Nobody's habits make a home use so many times what it used before, for days."""
DAYS_BEFORE = 28
FEWEST = 2


class Fault(StrEnum):
    """What speaks against a home."""

    JUMPED = "jumped"
    """From one day on it counts many times what it counted before."""


@dataclass(frozen=True, slots=True)
class Screened:
    """Homes that a forecast may not learn from, each with what speaks against it."""

    faults: Mapping[str, Fault]


def screen(homes: Mapping[str, Series]) -> Screened:
    """Return which homes are not to be learned from, given the past of each up to the same moment."""
    return Screened({home: Fault.JUMPED for home, past in homes.items() if _jumped(past)})


def _jumped(past: Series) -> bool:
    a_day = round(86400 / past.step.total_seconds())
    whole = past.wh[len(past) % a_day :].reshape(-1, a_day)
    days = np.nansum(whole, axis=1)[np.isfinite(whole).sum(axis=1) > a_day / 2]
    if len(days) < FEWEST:
        return False
    least = np.median(days) if len(days) < DAYS_BEFORE else min(np.median(days[:DAYS_BEFORE]), np.median(days))
    return bool(least > 0 and days.max() > FAR * least)
