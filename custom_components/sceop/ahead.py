"""The slots ahead, as a plan reckons with them: prices, the home's own use and sun, carbon, and where it gets tight.

Nothing of Home Assistant.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from .core.channels import CONSUMPTION, PRODUCTION
from .core.forecast.band import Band
from .core.forecast.series import Floats
from .core.forecast.surroundings import Weather
from .core.ledger import Rules
from .core.plan.horizon import Horizon
from .core.slots import SLOT, slot_of
from .core.tariff import PriceOf

AHEAD = timedelta(hours=48)
DAY = timedelta(days=1)
PRESSURE_SHARE = 0.25
"""What a kWh at the community's limit counts beside the usual price: enough to decide among hours that cost alike, not
enough to make anybody pay much more."""
CARBON_PRICE = 0.08
"""What a kg of CO2 counts: about what a tonne's emission right costs in Europe, in a currency like the euro."""
PROMISED = 4.0
"""How an event presses that this home joined, or a peak before which a person asked to shift: the word counts."""
WITHOUT_PRICE = 1.0
"""Where no tariff is known, a kWh from the grid counts the same at all times, and one that is sold nothing: own sun
goes first, and no money is shown."""


@dataclass(frozen=True, slots=True)
class Pressure:
    """How hard it presses in slots that follow each other, from 0 (room) to 1 (at the limit)."""

    start: datetime
    levels: tuple[float, ...]


def horizon(
    now: datetime,
    rules: Rules,
    bands: Mapping[str, Band],
    sky: Weather | None,
    pressures: Iterable[Pressure],
) -> Horizon:
    """Return the next two days. A price that is not known yet is taken to be that of the day before."""
    start = slot_of(now)
    steps = AHEAD // SLOT
    slots = [start + number * SLOT for number in range(steps)]
    buy = np.full(steps, WITHOUT_PRICE) if rules.import_price is None else _prices(rules.import_price, slots)
    if not np.isfinite(buy).any():
        buy = np.full(steps, WITHOUT_PRICE)
    sell = np.zeros(steps) if rules.export_price is None else _prices(rules.export_price, slots)
    carbon = None if rules.carbon is None else _prices(rules.carbon, slots)
    pressure = _pressure(start, steps, pressures)
    return Horizon(
        start,
        buy,
        np.where(np.isfinite(sell), sell, 0.0),
        _band(bands.get(CONSUMPTION), start, steps) - _band(bands.get(PRODUCTION), start, steps),
        pressure=pressure,
        pressure_price=0.0 if pressure is None else PRESSURE_SHARE * float(np.nanmean(np.abs(buy))),
        carbon_g=carbon if carbon is not None and np.isfinite(carbon).all() else None,
        carbon_price=CARBON_PRICE,
        outside_c=_outside(sky, start, steps),
    )


def cost_of(ahead: Horizon, start: datetime, wh: Iterable[int]) -> float:
    """Return what energy adds to the bill in a place: what is bought for it, and what is not sold."""
    first, total = (start - ahead.start) // SLOT, 0.0
    usual = float(np.nanmean(ahead.buy))
    for offset, more in enumerate(wh):
        if not 0 <= (slot := first + offset) < len(ahead):
            continue
        buy = float(ahead.buy[slot]) if np.isfinite(ahead.buy[slot]) else usual
        net, sell = float(ahead.net_wh[slot]), float(ahead.sell[slot])
        bought = max(net + more, 0.0) - max(net, 0.0)
        total += (bought * buy + (more - bought) * sell) / 1000
    return total


def spared(ahead: Horizon) -> Horizon:
    """Return the slots ahead with those as dear as the plan takes them in which this home gave its word to use less."""
    if ahead.pressure is None:
        return ahead
    return replace(ahead, buy=np.where(_promised(ahead), ahead.buy + PROMISED * ahead.pressure_price, ahead.buy))


def in_promised_wh(ahead: Horizon, start: datetime, wh: Iterable[int]) -> int:
    """Return how much of a place lies in slots in which this home gave its word to use less."""
    first, promised = (start - ahead.start) // SLOT, _promised(ahead)
    return sum(more for slot, more in enumerate(wh, first) if 0 <= slot < len(ahead) and promised[slot])


def outside_at(sky: Weather | None, now: datetime) -> float | None:
    """Return the temperature outside, where a forecast knows it."""
    told = None if sky is None else _outside(sky, slot_of(now), 1)
    return None if told is None else float(told[0])


def _promised(ahead: Horizon) -> NDArray[np.bool_]:
    return np.zeros(len(ahead), dtype=bool) if ahead.pressure is None else ahead.pressure >= PROMISED


def _prices(price: PriceOf, slots: list[datetime]) -> Floats:
    """Return the prices of slots."""
    known = (price(slot) for slot in slots)
    told = [price(slot - DAY) if amount is None else amount for slot, amount in zip(slots, known, strict=True)]
    told = [price(slot - 2 * DAY) if amount is None else amount for slot, amount in zip(slots, told, strict=True)]
    return np.array([np.nan if amount is None else float(amount) for amount in told])


def _band(band: Band | None, start: datetime, steps: int) -> Floats:
    """Return what is expected in each slot; where nothing is, nothing is reckoned with."""
    wh = np.zeros(steps)
    if band is not None:
        _lay(wh, (band.start - start) // SLOT, band.mid)
    return wh


def _pressure(start: datetime, steps: int, pressures: Iterable[Pressure]) -> Floats | None:
    """Return the highest of all pressures in each slot, or None where nobody speaks of any."""
    level, spoken = np.zeros(steps), False
    for each in pressures:
        told = np.zeros(steps)
        _lay(told, (each.start - start) // SLOT, np.array(each.levels, dtype=np.float64))
        level, spoken = np.maximum(level, told), True
    return level if spoken else None


def _outside(sky: Weather | None, start: datetime, steps: int) -> Floats | None:
    """Return the temperature outside in each slot, where it is known of most hours."""
    if sky is None:
        return None
    hours = np.array([(start + number * SLOT - sky.start) // timedelta(hours=1) for number in range(steps)])
    inside = (hours >= 0) & (hours < len(sky.temperature_c))
    told = np.full(steps, np.nan)
    told[inside] = sky.temperature_c[hours[inside]]
    known = np.isfinite(told)
    if not known.any():
        return None
    filled: Floats = np.interp(np.arange(steps), np.flatnonzero(known), told[known])
    return filled


def _lay(wh: Floats, offset: int, values: Floats) -> None:
    first, last = max(offset, 0), min(offset + len(values), len(wh))
    if first < last:
        piece = values[first - offset : last - offset]
        wh[first:last] = np.where(np.isfinite(piece), piece, wh[first:last])
