"""What goes wrong in a simulated home: something that nobody switches off, and meters that repeat themselves."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from ..slots import EPOCH
from .calendar import LocalWeek
from .sites import LeftOn

type Watts = NDArray[np.int32]

A_WH_PER_SLOT_W = 4
"""What a meter repeats is what it counted in a quarter of an hour: whole Wh."""


def always(left_on: LeftOn | None, local: LocalWeek) -> Watts:
    """Return what was left on in each minute of a week."""
    if left_on is None:
        return np.zeros(len(local.since_1970), np.int32)
    since = (left_on.since - EPOCH).total_seconds() / 60
    return np.where(local.since_1970 >= since, left_on.watts, 0).astype(np.int32)


def repeated(sound: Mapping[str, Watts], last: Mapping[str, int], begin: int) -> dict[str, Watts]:
    """Return what meters tell of a week that tell the same from a minute on."""
    told = {channel: watts.copy() for channel, watts in sound.items()}
    for channel, watts in told.items():
        watts[begin:] = last[channel] // A_WH_PER_SLOT_W * A_WH_PER_SLOT_W
    return told
