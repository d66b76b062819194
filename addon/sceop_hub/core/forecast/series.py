"""Series: energy in equal steps, one after the other, as every forecast takes its past and gives its future."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from ..slots import SLOT

type Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Wh of steps that follow each other from `start` on; NaN where nothing is known."""

    start: datetime
    wh: Floats
    step: timedelta = SLOT

    def __post_init__(self) -> None:
        """Refuse what no series can be, where it is made and not where it is used."""
        if self.start.tzinfo is not UTC or self.step <= timedelta(0) or self.wh.ndim != 1:
            raise ValueError(f"not a series: {self.wh.shape} steps of {self.step} from {self.start}")

    @property
    def end(self) -> datetime:
        """The end of the last step."""
        return self.start + len(self.wh) * self.step

    def __len__(self) -> int:
        """Count the steps, those of which nothing is known among them."""
        return len(self.wh)
