"""Our own history: hours from before a sensor existed, written in front of what the recorder compiles for it.

The recorder begins a new sensor's sum at zero, and shows the first row of all as a change from zero. So the imported
hours count up from zero as well, and what was compiled already, or will be, is lifted by what they come to.
"""

from asyncio import Future
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import accumulate

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.db_schema import StatisticsShortTerm
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import (
    async_import_statistics,
    get_last_short_term_statistics,
    get_metadata,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.unit_conversion import EnergyConverter

from .core.meter import ClosedSlot
from .core.quantities import ENERGY_UNITS, number_of
from .core.slots import SLOT
from .history import FIVE_MINUTES

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COMPILED_AFTER = timedelta(minutes=1)
"""The recorder compiles an hour ten seconds after its end; a row that lies in its way costs all sensors theirs."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What the recorder has of a sensor, in its statistics' unit: sums by hour, and the newest five minutes."""

    sums: Mapping[datetime, Decimal]
    newest: Newest | None


@dataclass(frozen=True, slots=True)
class Newest:
    """The newest five-minute row: what the sensor showed at its end, and what had flowed."""

    start: datetime
    state: Decimal
    sum: Decimal


def hours_of(slots: Iterable[ClosedSlot]) -> dict[datetime, int]:
    """Return the hours of which all four slots are known, in Wh."""
    known = {slot.start: slot.wh for slot in slots}
    hours = {start.replace(minute=0) for start in known}
    quarters = {hour: [hour + n * SLOT for n in range(4)] for hour in sorted(hours)}
    return {
        hour: sum(known[start] for start in starts)
        for hour, starts in quarters.items()
        if all(start in known for start in starts)
    }


async def write_past(
    hass: HomeAssistant,
    statistic_id: str,
    unit: str,
    hourly: Mapping[datetime, Decimal | int],
    flowed_since_hour: Decimal | int = 0,
) -> bool:
    """Write hours in front of a sensor's own; return whether that is done or must be asked for again in a minute.

    `hourly` and `flowed_since_hour`, what flowed in the running hour up to now, are in `unit`. Hours that the recorder
    has already stay as they are, except the first, of which the sensor may have seen but a part.
    """
    now = dt_util.utcnow()
    state = hass.states.get(statistic_id)
    shown = None if state is None else number_of(state.state)
    if RECORDER not in hass.config.components or state is None or shown is None:
        return False
    running = now.replace(minute=0, second=0, microsecond=0)
    if now - running < _COMPILED_AFTER:
        return False
    recorder = get_instance(hass)
    await _drained(hass)
    shown_unit = state.attributes[ATTR_UNIT_OF_MEASUREMENT]
    meta = await recorder.async_add_executor_job(_metadata, hass, statistic_id, shown_unit)
    kept_unit = meta["unit_of_measurement"] or ""
    kept = await recorder.async_add_executor_job(_kept, hass, statistic_id, kept_unit)
    ours, theirs = _converter(unit, kept_unit), _converter(shown_unit, kept_unit)
    first = min([*kept.sums, *([_hour(kept.newest.start)] if kept.newest else [])], default=running)
    changes = {hour: ours(Decimal(amount)) for hour, amount in hourly.items() if hour < running}
    sums = _sums(kept.sums, changes, first)
    if not sums:
        return True
    if last := max(kept.sums, default=None):
        lift = sums[last] - kept.sums[last]
    else:
        lift = sums[max(sums)] + ours(Decimal(flowed_since_hour)) - _counted(kept.newest, theirs(shown))
    # The recorder does one thing after the other: lift what is there, then write what is missing.
    if kept.newest is not None or kept.sums:
        recorder.async_adjust_statistics(statistic_id, first, float(lift), kept_unit)
    else:
        begun = theirs(shown) - ours(Decimal(flowed_since_hour))
        anchor = StatisticData(start=running - FIVE_MINUTES, state=float(begun), sum=float(sums[max(sums)]))
        recorder.async_import_statistics(meta, [anchor], StatisticsShortTerm)
    rows = [StatisticData(start=hour, sum=float(total)) for hour, total in sums.items() if hour < first]
    async_import_statistics(hass, meta, rows)
    await _drained(hass)
    return True


async def _drained(hass: HomeAssistant) -> None:
    """Wait until the recorder has done what it was given; its own wait is over while the last job still runs."""
    done: Future[None] = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    await done


def _sums(
    kept: Mapping[datetime, Decimal], new: Mapping[datetime, Decimal], first: datetime
) -> dict[datetime, Decimal]:
    """Return the sums of all hours up to the newest kept one, counted from zero."""
    hours = sorted(kept)
    before = [Decimal(), *(kept[hour] for hour in hours)]
    changes = {hour: kept[hour] - last for hour, last in zip(hours, before, strict=False)}
    taken = {hour: amount for hour, amount in new.items() if hour < first or (hour == first and hour in kept)}
    changes |= taken
    return (
        dict(zip(sorted(changes), accumulate(changes[hour] for hour in sorted(changes)), strict=True)) if taken else {}
    )


def _counted(newest: Newest | None, shown: Decimal) -> Decimal:
    """Return the sum that the recorder will come to for what the sensor shows now."""
    return Decimal() if newest is None else newest.sum + shown - newest.state


def _hour(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)


def _converter(unit: str, to: str) -> Callable[[Decimal], Decimal]:
    if unit == to:
        return lambda amount: amount
    if unit not in ENERGY_UNITS or to not in ENERGY_UNITS:
        raise ValueError(f"Statistics in {to} cannot be continued in {unit}. Forget them, or change the unit back.")
    one, other = ENERGY_UNITS[unit], ENERGY_UNITS[to]
    return lambda amount: amount * one.numerator * other.denominator / (one.denominator * other.numerator)


def _metadata(hass: HomeAssistant, statistic_id: str, unit: str) -> StatisticMetaData:
    """Return what the recorder says of a sensor, or what it would say of a new one."""
    if known := get_metadata(hass, statistic_ids={statistic_id}):
        return known[statistic_id][1]
    return StatisticMetaData(
        statistic_id=statistic_id,
        source=RECORDER,
        name=None,
        has_sum=True,
        mean_type=StatisticMeanType.NONE,
        unit_of_measurement=unit,
        unit_class=EnergyConverter.UNIT_CLASS if unit in EnergyConverter.VALID_UNITS else None,
    )


def _kept(hass: HomeAssistant, statistic_id: str, unit: str) -> Kept:
    rows = statistics_during_period(hass, _EPOCH, None, {statistic_id}, "hour", {"energy": unit}, {"sum"})
    sums = {
        dt_util.utc_from_timestamp(row["start"]): Decimal(str(total))
        for row in rows.get(statistic_id, ())
        if (total := row["sum"]) is not None
    }
    newest = None
    short = get_last_short_term_statistics(hass, 1, statistic_id, False, {"state", "sum"})  # noqa: FBT003 - their order
    for row in short.get(statistic_id, ()):
        state, total = row["state"], row["sum"]
        if state is not None and total is not None:
            newest = Newest(dt_util.utc_from_timestamp(row["start"]), Decimal(str(state)), Decimal(str(total)))
    return Kept(sums, newest)
