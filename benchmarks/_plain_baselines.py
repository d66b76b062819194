"""Plain baselines, as others use them: what a better one has to beat."""

import numpy as np

from sceop_hub.domain.baseline.told import Told
from sceop_hub.domain.baseline.window import Window

TEN = 10


def yesterday(window: Window) -> Told:
    """Say that the last day before the notice comes again."""
    came = window.wh
    said = np.full_like(came, np.nan)
    said[:, window.lag :] = came[:, : -window.lag]
    return Told(window, said, came)


def ten_of_ten(window: Window) -> Told:
    """Say the mean of the last ten working days, or of the last ten days of rest where it is one."""
    came, rest = window.wh, window.kinds > 0
    said = np.full_like(came, np.nan)
    for day in range(len(window.days)):
        before = np.flatnonzero(rest[: max(day - window.lag + 1, 0)] == rest[day])[-TEN:]
        if len(before) == TEN:
            known = np.isfinite(came[:, before])
            some = known.sum(1) * 2 >= TEN
            said[some, day] = np.where(known, came[:, before], 0).sum(1)[some] / known.sum(1)[some]
    return Told(window, said, came)
