"""History: what the recorder knows of other people's sensors, as slots.

Five-minute statistics give exact slots for as long as the recorder keeps them; before that an hour is split into its
four slots and says so. What no row tells stays a gap, also the first row of all: its sum says nothing about when.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Literal

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.const import UnitOfEnergy, UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util

from .core.meter import ClosedSlot, Quality
from .core.slots import SLOT, Span
from .sources import Slots
from .sources.wiring import Power, Wiring, named

HOUR = timedelta(hours=1)
FIVE_MINUTES = timedelta(minutes=5)
_PERIODS: tuple[Literal["5minute", "hour"], ...] = ("5minute", "hour")
_UNITS: dict[str, str] = {"energy": UnitOfEnergy.WATT_HOUR, "power": UnitOfPower.WATT}


@dataclass(frozen=True, slots=True)
class Part:
    """The energy of a slot in thousandths of a Wh, and whether it was read or inferred."""

    mwh: Fraction
    quality: Quality


type Parts = Mapping[datetime, Part]


async def past(hass: HomeAssistant, span: Span, flows: Iterable[str], wiring: Wiring) -> Slots:
    """Return the slots that statistics tell of each flow."""
    if RECORDER not in hass.config.components:
        return {}
    names = {entity: name for entity in wiring.entities if (name := named(hass, entity)) is not None}
    return await get_instance(hass).async_add_executor_job(_read, hass, span, tuple(flows), wiring, names)


def _read(
    hass: HomeAssistant, span: Span, flows: tuple[str, ...], wiring: Wiring, names: Mapping[str, str]
) -> dict[str, tuple[ClosedSlot, ...]]:
    """Ask the recorder's tables, and do the sums, in a thread: a year is 35,000 slots."""
    five_minutes, hours = (_rows(hass, span, {*names.values()}, period) for period in _PERIODS)

    def energy(entity: str) -> Parts:
        name = names.get(entity, "")
        return _slots(
            _changes(five_minutes.get(name, ()), FIVE_MINUTES), _changes(hours.get(name, ()), HOUR), "imported"
        )

    def integrated(power: Power) -> Parts:
        name, sign = names.get(power.entity, ""), power.sign
        fine, coarse = _means(five_minutes.get(name, ()), FIVE_MINUTES, sign), _means(hours.get(name, ()), HOUR, sign)
        return _slots(fine, coarse, "estimated")

    told: dict[str, Sequence[Parts]] = {flow: [integrated(power)] for flow, power in wiring.power.items()}
    told |= {flow: [energy(entity) for entity in entities] for flow, entities in wiring.energy.items()}
    slots = {flow: tuple(_whole(span, _together(told[flow]))) for flow in flows if flow in told}
    return {flow: closed for flow, closed in slots.items() if closed}


def _rows(
    hass: HomeAssistant, span: Span, names: set[str], period: Literal["5minute", "hour"]
) -> dict[str, list[StatisticsRow]]:
    """Return the rows of a span, and the one before it, without which the first would say nothing."""
    return statistics_during_period(hass, span.start - HOUR, span.end + HOUR, names, period, _UNITS, {"sum", "mean"})


def _changes(rows: Sequence[StatisticsRow], length: timedelta) -> dict[datetime, Fraction]:
    """Return what flowed in each row that follows another without a gap. The recorder's own `change` is no help.

    It takes a series to begin at zero, so what a sensor had counted before would flow in the first row that was kept.
    """
    sums = [(dt_util.utc_from_timestamp(row["start"]), row.get("sum")) for row in rows]
    return {
        start: Fraction(round(total * 1000) - round(before * 1000))
        for (last, before), (start, total) in pairwise(sums)
        if start - last == length and before is not None and total is not None
    }


def _means(rows: Sequence[StatisticsRow], length: timedelta, sign: int) -> dict[datetime, Fraction]:
    """Return what flowed at the mean power of each row, in one direction."""
    return {
        dt_util.utc_from_timestamp(row["start"]): Fraction(round(max(sign * mean, 0) * 1000), HOUR // length)
        for row in rows
        if (mean := row.get("mean")) is not None
    }


def _slots(fine: Mapping[datetime, Fraction], coarse: Mapping[datetime, Fraction], quality: Quality) -> Parts:
    """Make slots: of three rows where they are, else of a quarter of an hour's row."""
    thirds = {start: [start + n * FIVE_MINUTES for n in range(3)] for start in fine if start.minute % 15 == 0}
    exact = {
        start: Part(sum((fine[row] for row in rows), Fraction()), quality)
        for start, rows in thirds.items()
        if all(row in fine for row in rows)
    }
    for hour, mwh in coarse.items():
        starts = [hour + n * SLOT for n in range(4)]
        if any(start not in exact for start in starts):
            exact |= dict.fromkeys(starts, Part(mwh / 4, "estimated"))
    return exact


def _together(parts: Sequence[Parts]) -> Parts:
    """Add the sensors of one flow up; a slot that one of them does not know is a gap."""
    common = set[datetime].intersection(*(set(part) for part in parts))
    return {
        start: Part(
            sum((part[start].mwh for part in parts), Fraction()),
            max((part[start].quality for part in parts), key=("imported", "estimated").index),
        )
        for start in common
    }


def _whole(span: Span, parts: Parts) -> Iterator[ClosedSlot]:
    """Round to whole Wh, each remainder carried into the next slot. What ran backwards was corrected: a gap."""
    rest = Fraction()
    for start in span:
        if (part := parts.get(start)) is not None and part.mwh >= 0:
            wh, rest = divmod(rest + part.mwh, 1000)
            yield ClosedSlot(start, wh, part.quality)
