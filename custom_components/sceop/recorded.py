"""What the recorder's statistics of a sensor of ours say of each slot, as numbers that can be learned from.

Whole Wh are for the books (`history.py` makes those). Here a year is read at each start, so it is done in one sweep:
five-minute rows give exact slots for as long as they are kept, and an hour before that is shared out evenly.
"""

from collections.abc import Sequence
from datetime import timedelta
from typing import Literal

import numpy as np
from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.statistics import StatisticsRow, statistics_during_period
from homeassistant.const import UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from numpy.typing import NDArray

from .core.slots import SLOT, Span

HOUR = timedelta(hours=1)
FIVE_MINUTES = timedelta(minutes=5)

_SLOT_S = SLOT // timedelta(seconds=1)
_NOISE_WH = 0.01
"""Sums are floats in kWh: what stands still may seem to run backwards by less than this."""

type _Floats = NDArray[np.float64]


async def slots_of(hass: HomeAssistant, span: Span, statistic_id: str) -> _Floats | None:
    """Return the Wh of each slot of a span, NaN where no rows tell; or None without a recorder."""
    if RECORDER not in hass.config.components:
        return None
    return await get_instance(hass).async_add_executor_job(_read, hass, span, statistic_id)


def _read(hass: HomeAssistant, span: Span, statistic_id: str) -> _Floats:
    """Look up the rows of a span, and those before it, without which the first would say nothing."""

    def rows(period: Literal["5minute", "hour"]) -> list[StatisticsRow]:
        found = statistics_during_period(
            hass,
            span.start - HOUR,
            span.end + HOUR,
            {statistic_id},
            period,
            {"energy": UnitOfEnergy.WATT_HOUR},
            {"sum"},
        )
        return found.get(statistic_id, [])

    return slots(span, rows("hour"), rows("5minute"))


def slots(span: Span, hours: Sequence[StatisticsRow], five_minutes: Sequence[StatisticsRow]) -> _Floats:
    """Return the slots that rows tell of; fine ones count before coarse ones."""
    wh = np.full(len(span), np.nan)
    where, changes = _changes(span, hours, HOUR)
    for quarter in range(HOUR // SLOT):
        _put(wh, where // _SLOT_S + quarter, changes / (HOUR // SLOT))
    where, changes = _changes(span, five_minutes, FIVE_MINUTES)
    third = FIVE_MINUTES // timedelta(seconds=1)
    begins = np.flatnonzero((where[:-2] % _SLOT_S == 0) & (where[2:] - where[:-2] == 2 * third))
    _put(wh, where[begins] // _SLOT_S, changes[begins] + changes[begins + 1] + changes[begins + 2])
    return wh


def _changes(span: Span, rows: Sequence[StatisticsRow], length: timedelta) -> tuple[NDArray[np.int64], _Floats]:
    """Return when each row begins, in seconds after the span's start, and what flowed in it.

    That is known of a row that follows another without a gap, and that does not run backwards.
    """
    at = np.array([row["start"] for row in rows], np.float64).astype(np.int64) - round(span.start.timestamp())
    sums = np.array([np.nan if (total := row.get("sum")) is None else total for row in rows], np.float64)
    if len(rows) < 2:  # noqa: PLR2004 - what flowed is the difference of two
        return at[:0], sums[:0]
    change = np.diff(sums)
    told = (np.diff(at) == length // timedelta(seconds=1)) & (change > -_NOISE_WH)
    return at[1:][told], np.maximum(change[told], 0)


def _put(wh: _Floats, where: NDArray[np.int64], values: _Floats) -> None:
    inside = (where >= 0) & (where < len(wh))
    wh[where[inside]] = values[inside]
