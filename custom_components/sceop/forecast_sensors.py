"""The sensors of what is to come: what today and tomorrow use and produce, and how high their peak comes, and when.

The curve behind each figure is an attribute that the recorder leaves out: it changes every hour, and is no measurement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from math import isfinite
from typing import Any, override

import numpy as np
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorEntityDescription
from homeassistant.const import UnitOfEnergy, UnitOfPower

from .core.channels import CONSUMPTION, GRID_IMPORT, PRODUCTION
from .core.forecast.series import Series
from .core.slots import SLOT
from .entity import ForecastEntity
from .outlook import Outlook

type _Told = dict[str, Any]

CURVE = "curve"
PER_HOUR = 4
"""Slots in an hour: what flows in one, times this, is its mean power."""
TODAY, TOMORROW = 0, 1
DAYS = {"today": TODAY, "tomorrow": TOMORROW}
EDGES = ("low", "mid", "high")


@dataclass(frozen=True, kw_only=True)
class ForecastSensorDescription(SensorEntityDescription):
    """One figure of a day, at sites that have the channel that it is learned from."""

    channel: str
    day: int
    value_fn: Callable[[Outlook], int | datetime | None]
    explain_fn: Callable[[Outlook], _Told]


def _energy(outlook: Outlook, *, figure: str, day: int) -> int | None:
    energy = outlook.energy(figure, day)
    return None if energy is None else energy.mid_wh


def _explain_energy(outlook: Outlook, *, figure: str, day: int) -> _Told:
    energy = outlook.energy(figure, day)
    edges = {} if energy is None else {"low_wh": energy.low_wh, "high_wh": energy.high_wh}
    return edges | _learned(outlook, figure) | {CURVE: _curve(outlook, figure, day)}


def _peak_w(outlook: Outlook, *, day: int) -> int | None:
    peak = outlook.peak(day)
    return None if peak is None else round(peak.mid_w)


def _peak_at(outlook: Outlook, *, day: int) -> datetime | None:
    return outlook.peak_at(day)


def _explain_peak(outlook: Outlook, *, day: int) -> _Told:
    told = _learned(outlook, GRID_IMPORT)
    if (peak := outlook.peak(day)) is None:
        return told | {CURVE: []}
    edges = {
        f"{name}_w": round(watts) for name, watts in (("low", peak.low_w), ("high", peak.high_w)) if isfinite(watts)
    }
    steps = ((peak.start + number * peak.step, float(share)) for number, share in enumerate(peak.when))
    when = [{"start": _local(outlook, at), "probability": round(share, 4)} for at, share in steps]
    return edges | told | {CURVE: when}


def _learned(outlook: Outlook, figure: str) -> _Told:
    """Say how it was made, and of how long a past."""
    band = outlook.bands.get(figure)
    days = 0.0 if band is None else band.days
    return {
        "model": outlook.model(figure).value,
        "days_learned_from": round(days, 1),
        "made": outlook.made.isoformat(),
        "weather": outlook.uses_weather,
    }


def _curve(outlook: Outlook, figure: str, day: int) -> list[_Told]:
    """Return the mean power of each slot of a day, as far as it is known or expected."""
    edges = {edge: outlook.curve(figure, day, edge) for edge in EDGES}
    series = edges["mid"]
    if series is None or not np.isfinite(series.wh).any():
        return []
    return [
        {"start": _local(outlook, series.start + number * SLOT)}
        | {f"{edge}_w": _watts(each, number) for edge, each in edges.items()}
        for number in range(len(series))
    ]


def _watts(series: Series | None, number: int) -> int | None:
    wh = float("nan") if series is None else float(series.wh[number])
    return round(wh * PER_HOUR) if isfinite(wh) else None


def _local(outlook: Outlook, at: datetime) -> str:
    return at.astimezone(outlook.place.zone).isoformat()


def _of_energy(figure: str, name: str, day: int) -> ForecastSensorDescription:
    key = f"{figure}_forecast_{name}"
    return ForecastSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.ENERGY,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=1,
        channel=figure,
        day=day,
        value_fn=partial(_energy, figure=figure, day=day),
        explain_fn=partial(_explain_energy, figure=figure, day=day),
    )


def _of_peak_power(name: str, day: int) -> ForecastSensorDescription:
    key = f"peak_power_{name}"
    return ForecastSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_display_precision=0,
        channel=GRID_IMPORT,
        day=day,
        value_fn=partial(_peak_w, day=day),
        explain_fn=partial(_explain_peak, day=day),
    )


def _of_peak_time(name: str, day: int) -> ForecastSensorDescription:
    key = f"peak_time_{name}"
    return ForecastSensorDescription(
        key=key,
        translation_key=key,
        device_class=SensorDeviceClass.TIMESTAMP,
        channel=GRID_IMPORT,
        day=day,
        value_fn=partial(_peak_at, day=day),
        explain_fn=partial(_explain_peak, day=day),
    )


FORECAST_SENSORS = (
    *(_of_energy(figure, name, day) for figure in (CONSUMPTION, PRODUCTION) for name, day in DAYS.items()),
    *(_of_peak_power(name, day) for name, day in DAYS.items()),
    *(_of_peak_time(name, day) for name, day in DAYS.items()),
)


class ForecastSensor(ForecastEntity, SensorEntity):
    """A figure of a day to come; without one it is unknown, and says why."""

    entity_description: ForecastSensorDescription
    _unrecorded_attributes = frozenset({CURVE})

    @property
    @override
    def native_value(self) -> int | datetime | None:
        """Return the figure."""
        outlook = self.coordinator.data
        return None if outlook is None else self.entity_description.value_fn(outlook)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return how sure it is, what it was learned from, and the curve; or why there is no figure."""
        outlook = self.coordinator.data
        if outlook is None:
            return {"reason": "not_made_yet"}
        told = self.entity_description.explain_fn(outlook)
        if self.native_value is not None:
            return told
        known = self.entity_description.day == TODAY and told["model"] != "nothing"
        return told | {"reason": "day_unseen" if known else "past_unknown"}

    @override
    def _shown(self) -> tuple[object, ...]:
        return (self.native_value, self.extra_state_attributes)
