"""Surprises: for two hours the community did what no forecast of it held possible."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ..core.slots import to_number
from .alerts import Finding, Kind
from .forecast import history
from .forecast.history import Ratios
from .forecast.kept import Figure, Forecast

FIGURE: Figure = "consumption"

SLOTS = 8
"""Two hours. One slot outside its band is one of five."""

FEWEST = 7
"""Of these that must be known, every one far outside and on the same side."""

MARGIN = 1.0
"""How far outside: by the whole width of the band again."""

LEAST_SHARE = 0.15
"""And by so much of what was expected: the band of a large community is narrow."""


@dataclass(frozen=True, slots=True)
class Slot:
    """What a slot of the whole community came to, beside what was expected of just those homes. All of it is public."""

    wh: int
    low: int
    mid: int
    high: int


def beside(
    published: Iterable[history.Slot], told: Forecast | None, changed: Mapping[int, Ratios], first: int
) -> list[Slot | None]:
    """Put what was published of the hours from a slot on beside what was expected of as many homes."""
    came = {slot.slot: slot for slot in published}
    figure = None if told is None else told.figures.get(FIGURE)
    if told is None or figure is None:
        return []
    found: list[Slot | None] = []
    for slot in range(first, first + SLOTS):
        at, truth = slot - to_number(told.start), came.get(slot)
        if truth is None or FIGURE not in truth.wh or not 0 <= at < len(figure.mid):
            found.append(None)
            continue
        factor = history.since_then(told, FIGURE, changed, truth.homes)
        low, mid, high = (curve[at] for curve in (figure.low, figure.mid, figure.high))
        if low is None or mid is None or high is None:
            found.append(None)
        else:
            band = (round(wh * factor) for wh in (low, mid, high))
            found.append(Slot(truth.wh[FIGURE], *band))
    return found


def surprise(slots: Sequence[Slot | None]) -> Finding | None:
    """Return what to tell of the last two hours; None stands for a slot of which something is not known."""
    known = [slot for slot in slots[-SLOTS:] if slot is not None]
    expected = sum(slot.mid for slot in known)
    if len(known) < FEWEST or expected <= 0:
        return None
    percent = round(100 * (sum(slot.wh for slot in known) / expected - 1))
    if abs(percent) < 100 * LEAST_SHARE:
        return None
    if all(slot.wh > slot.high + MARGIN * (slot.high - slot.low) for slot in known):
        return Finding(Kind.SURPRISE, detail={"way": "more", "percent": percent})
    if all(slot.wh < slot.low - MARGIN * (slot.high - slot.low) for slot in known):
        return Finding(Kind.SURPRISE, detail={"way": "less", "percent": -percent})
    return None
