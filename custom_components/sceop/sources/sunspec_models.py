"""SunSpec models: where an inverter, a meter or a battery keeps its figures, and what those mean.

Offsets are the SunSpec Alliance's, counted from a model's header. Each model is read in one piece, so that a figure and
its scale factor belong together.
"""

import math
from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, override

from modbus_connection.model.sunspec import (
    SunSpecComponent,
    enum16,
    float32,
    int16,
    string,
    sunssf,
    uint16,
    uint32,
    uint64,
)

from ..things import ThingKind

SCALES = range(-10, 11)
"""The exponents that the standard knows; what a waking inverter shows beside them is garbage."""
WHOLE_MODEL = 125
"""A gap that is read over: the most registers that one request may ask for."""
FULL = 100
LARGEST = 10**12
"""A million million Wh is what a large country uses in a day: no device here counted so far, and this is garbage."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What a device shows: its power, positive one way, and what went this way and the other way in all.

    The way is into the house's wires: generated, imported, discharged. None is what the device does not tell.
    """

    watts: int | None
    forth_mwh: int | None = None
    back_mwh: int | None = None
    awake: bool = True
    state_of_charge: float | None = None

    def turned(self) -> Shown:
        """Return what a meter shows that is mounted the other way round."""
        watts = None if self.watts is None else -self.watts
        return Shown(watts, self.back_mwh, self.forth_mwh, self.awake, self.state_of_charge)


def _scaled(value: float | None, exponent: int | None) -> Decimal | None:
    """Return the exact figure, or None where the device gives none."""
    if value is None or exponent is None or exponent not in SCALES or not math.isfinite(value):
        return None
    figure = Decimal(value).scaleb(exponent)
    return figure if abs(figure) <= LARGEST else None


def _watts(value: float | None, exponent: int | None) -> int | None:
    figure = _scaled(value, exponent)
    return None if figure is None else round(figure)


def _mwh(value: float | None, exponent: int | None) -> int | None:
    figure = _scaled(value, exponent)
    return None if figure is None or figure < 0 else int(figure.scaleb(3))


class Model(SunSpecComponent, ABC):
    """One model of a device, read whole."""

    max_gap = WHOLE_MODEL

    @classmethod
    def registers(cls) -> int:
        """Return how many registers are read; a device whose model is shorter means something else by it."""
        return max(field.address + field.count for field in cls.declared_fields.values())

    @abstractmethod
    def shown(self) -> Shown:
        """Return what was read last."""


class Common(SunSpecComponent):
    """Model 1: who made the device. It precedes the models that it is about."""

    max_gap = WHOLE_MODEL
    maker = string(2, 16)
    name = string(18, 16)
    serial = string(50, 16)


class Inverter(Model):
    """Models 101 to 103: an inverter with one, two or three phases."""

    watts = int16(14)
    watts_scale = sunssf(15)
    energy = uint32(24)
    energy_scale = sunssf(26)
    state = enum16(38)

    @override
    def shown(self) -> Shown:
        """Take no energy for not told, as the standard has it for accumulators.

        A new inverter loses one step of its counter by that, once in its life. Taken for a figure it would let an
        inverter without a counter produce nothing for ever, and one that shows 0 while it wakes up begin anew daily.
        """
        energy = _mwh(self.energy or None, self.energy_scale)
        return Shown(_watts(self.watts, self.watts_scale), energy, awake=self.state not in {1, 2, 3})


class FloatInverter(Model):
    """Models 111 to 113: the same in floating point."""

    watts = float32(22)
    energy = float32(32)
    state = enum16(48)

    @override
    def shown(self) -> Shown:
        """Take nothing for nothing: what is not told is not a number here."""
        return Shown(_watts(self.watts, 0), _mwh(self.energy, 0), awake=self.state not in {1, 2, 3})


class DerInverter(Model):
    """Model 701: any inverter of the newer generation."""

    state = enum16(4)
    watts = int16(10)
    injected = uint64(19)
    absorbed = uint64(23)
    watts_scale = sunssf(116)
    energy_scale = sunssf(120)

    @override
    def shown(self) -> Shown:
        """Take nothing for nothing: its counters have a sign of their own for what is not told."""
        return Shown(
            _watts(self.watts, self.watts_scale),
            _mwh(self.injected, self.energy_scale),
            _mwh(self.absorbed, self.energy_scale),
            awake=self.state not in {0, 1, 2},
        )


class Meter(Model):
    """Models 201 to 204: a meter; power is positive towards the house, and so is what it imports."""

    watts = int16(18)
    watts_scale = sunssf(22)
    exported = uint32(38)
    imported = uint32(46)
    energy_scale = sunssf(54)

    @override
    def shown(self) -> Shown:
        """Take nothing for nothing if the meter counts the other way, and for not told if it counts neither.

        A home without solar exports nothing for ever, and its meter says so beside what it imports.
        """
        counts = bool(self.exported or self.imported)
        exported, imported = (
            _mwh(figure if counts else None, self.energy_scale) for figure in (self.exported, self.imported)
        )
        return Shown(_watts(self.watts, self.watts_scale), imported, exported)


class FloatMeter(Model):
    """Models 211 to 214: the same in floating point."""

    watts = float32(28)
    exported = float32(60)
    imported = float32(68)

    @override
    def shown(self) -> Shown:
        """Leave out the sign that some makers put before what was exported; it grows all the same."""
        exported, imported = (
            _mwh(None if figure is None else abs(figure), 0) for figure in (self.exported, self.imported)
        )
        return Shown(_watts(self.watts, 0), imported, exported)


class Battery(Model):
    """Model 802: a battery, which has no counters. The standard leaves its power's sign open; most mean discharging."""

    charge = uint16(11)
    watts = int16(47)
    charge_scale = sunssf(56)
    watts_scale = sunssf(63)

    @override
    def shown(self) -> Shown:
        """Leave out a state of charge that cannot be."""
        charge = _scaled(self.charge, self.charge_scale)
        possible = None if charge is None or not 0 <= charge <= FULL else float(charge)
        return Shown(_watts(self.watts, self.watts_scale), state_of_charge=possible)


COMMON: Final = 1
_INVERTERS: Final = dict.fromkeys((101, 102, 103), Inverter) | dict.fromkeys((111, 112, 113), FloatInverter)
_METERS: Final = dict.fromkeys((201, 202, 203, 204), Meter) | dict.fromkeys((211, 212, 213, 214), FloatMeter)

MODELS: Final[Mapping[ThingKind, Mapping[int, type[Model]]]] = {
    ThingKind.PRODUCTION: _INVERTERS | {701: DerInverter},
    ThingKind.GRID_METER: _METERS,
    ThingKind.SUBMETER: _METERS,
    ThingKind.BATTERY: {802: Battery},
}
"""The models that each kind of thing can be read from."""

EXPORT_POSITIVE: Final = frozenset({"SolarEdge"})
"""Makers whose meters count as the standard says, and show power with the opposite sign."""
