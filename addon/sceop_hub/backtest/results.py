"""Results: every step of every forecast, in a file that notebooks and spreadsheets read."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import numpy as np

from ..core.blocks import wire_time
from ..core.forecast.surroundings import Place
from ..domain.forecast.backtest import PLAIN, Outcome
from ..imports.hints import refused

HEADER = (
    "group",
    "figure",
    "made",
    "model",
    "start",
    "day",
    "truth_wh",
    "low_wh",
    "mid_wh",
    "high_wh",
    *(f"{name}_wh" for name in PLAIN),
    "peak_w",
    "peak_at",
)
"""`day` is the local day of a step; `peak_w` and `peak_at` tell the peak of the day that begins with the forecast."""


@dataclass(frozen=True, slots=True)
class Results:
    """A file that is being written."""

    file: TextIO

    @classmethod
    @contextmanager
    def opened(cls, path: Path) -> Iterator[Results]:
        """Begin a file."""
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerow(HEADER)
                yield cls(file)
        except OSError as error:
            raise refused("{name} can not be written: {why}.", name=path, why=error.strerror) from error

    def write(
        self,
        group: str,
        figure: str,
        ours: Sequence[Outcome],
        plain: Mapping[str, Sequence[Outcome]],
        place: Place,
    ) -> None:
        """Write forecasts, a row a step; what is not known stays empty."""
        writer = csv.writer(self.file)
        for number, outcome in enumerate(ours):
            told, band = outcome.told, outcome.told.band
            beside = [plain[name][number].told.band.mid for name in PLAIN]
            first = (group, figure, wire_time(told.midnight), band.model)
            peak = (_number(told.peak_w), "" if told.peak_at is None else wire_time(told.peak_at))
            for step, figures in enumerate(zip(outcome.truth, band.low, band.mid, band.high, *beside, strict=True)):
                start = band.start + step * band.step
                day = start.astimezone(place.zone).date().isoformat()
                writer.writerow((*first, wire_time(start), day, *map(_number, figures), *peak))


def _number(value: float) -> str:
    return f"{value:.10g}" if np.isfinite(value) else ""
