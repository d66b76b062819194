"""The ground on which loads are placed: a horizon without gaps, and what any draw upon it costs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from ..forecast.series import Floats
from ..slots import SLOT
from .curve import Curve, beside
from .horizon import Horizon

NOTIONAL_PRICE = 0.3
"""What a kWh counts for choosing where no price is known at all: then own sun and the community's room still decide."""
_A_KILO = 1000.0


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """Slots from `start` on; money is for a Wh."""

    start: datetime
    known: int
    """So many of the slots are the horizon's; those after it hold what cannot end within, and nothing else."""
    net: Floats
    """What the site draws without any flexible load."""
    buy: Floats
    sell: Floats
    dear: Floats
    """What a Wh drawn counts, with carbon and the community's pressure; and what one given counts."""
    worth: Floats
    pressing: Floats
    emitted: Floats
    """What of it is pressure, and what is carbon."""
    pressure: Floats
    outside_c: Floats
    priced: bool
    """Whether any price is known."""

    def __len__(self) -> int:
        """Count the slots."""
        return len(self.net)

    def first(self, instant: datetime) -> int:
        """Return the first slot that starts at this instant or later; the first of all where that is over."""
        return max(0, -((self.start - instant) // SLOT))

    def last(self, instant: datetime) -> int:
        """Return the end of the last slot that is over at this instant; below zero where that was before the start."""
        return (instant - self.start) // SLOT

    def instant(self, slot: int) -> datetime:
        """Return the start of a slot."""
        return self.start + slot * SLOT

    def money(self, net: Floats) -> float:
        """Return what is paid for a net draw: bought where it is above zero, sold below."""
        return float(self.sell @ net + (self.buy - self.sell) @ np.maximum(net, 0))

    def curve(self) -> Curve:
        """Return what draws count for choosing."""
        return beside(self.worth, self.dear, ())

    def weighed(self, net: Floats) -> float:
        """Return what a net draw counts for choosing."""
        return float(self.worth @ net + (self.dear - self.worth) @ np.maximum(net, 0))


def ground(horizon: Horizon, ends: Iterable[datetime] = ()) -> Ground:
    """Return the ground of a horizon, so long that it holds the ends, too."""
    known = len(horizon)
    length = max([known, *(-((horizon.start - end) // SLOT) for end in ends)])
    buy, sell = (_filled(prices, length) for prices in (horizon.buy, horizon.sell))
    net = np.nan_to_num(_filled(horizon.net_wh, length))
    net[known:] = 0
    pressure = _filled(horizon.pressure, length)
    carbon = _filled(horizon.carbon_g, length)
    pressing = np.nan_to_num(pressure) * (horizon.pressure_price / _A_KILO)
    emitted = np.nan_to_num(carbon) * (horizon.carbon_price / _A_KILO**2)
    priced = bool(np.isfinite(buy).all())
    paid = np.nan_to_num(sell) / _A_KILO
    choosing = buy / _A_KILO if priced else np.maximum(paid, 0) + NOTIONAL_PRICE / _A_KILO
    return Ground(
        start=horizon.start,
        known=known,
        net=net,
        buy=buy / _A_KILO if priced else paid,
        sell=paid,
        dear=choosing + pressing + emitted,
        worth=paid + pressing,
        pressing=pressing,
        emitted=emitted,
        pressure=np.nan_to_num(pressure),
        outside_c=_held(horizon.outside_c, length),
        priced=priced,
    )


def _filled(values: Floats | None, length: int) -> Floats:
    """Return so many values, each that is not known the mean of those that are; NaN where none is."""
    out = np.full(length, np.nan)
    if values is not None:
        out[: len(values)] = values
        usable = np.isfinite(out)
        if usable.any():
            out[~usable] = out[usable].mean()
        else:
            out[:] = np.nan
    return out


def _held(values: Floats | None, length: int) -> Floats:
    """Return so many values, each that is not known the one before; NaN where none is."""
    out = np.full(length, np.nan)
    if values is None or not np.isfinite(values).any():
        return out
    out[: len(values)] = values
    usable = np.flatnonzero(np.isfinite(out))
    before = np.searchsorted(usable, np.arange(length), side="right") - 1
    held: Floats = out[usable[np.maximum(before, 0)]]
    return held
