"""What a person said of a flexible load, as its subentry keeps it; dialogs write it, everybody else reads it here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from enum import StrEnum
from math import ceil
from typing import Any, Self

from ..core.slots import SLOT

CONF_AMOUNT = "amount"
CONF_CAPACITY = "capacity_kwh"
CONF_CHARGE = "charge_kw"
CONF_CHARGE_OPTION, CONF_DISCHARGE_OPTION, CONF_IDLE_OPTION = "charge_option", "discharge_option", "idle_option"
CONF_DISCHARGE = "discharge_kw"
CONF_EFFICIENCY = "efficiency"
CONF_ENERGY = "energy_kwh"
CONF_ENTITY = "entity"
CONF_HIGH, CONF_LOW = "high_c", "low_c"
CONF_HOURS = "hours"
CONF_INTERRUPTIBLE = "interruptible"
CONF_INVERTED = "inverted"
CONF_MAX, CONF_MIN = "max_kw", "min_kw"
CONF_METER = "meter"
CONF_NEEDED = "needed"
CONF_PLUGGED = "plugged"
CONF_PURPOSE = "purpose"
CONF_READY_BY = "ready_by"
CONF_READY_ENTITY = "ready_entity"
CONF_RESERVE = "reserve"
CONF_SOC = "soc"
CONF_SWITCH_OFF = "switch_off"
CONF_TARGET = "target"
CONF_WHEN = "when"
CONF_WITHIN = "within_hours"

SIMULATED = "simulated"
"""As the entity of a load: a switch that this integration makes, to try a plan without hardware."""
_PERCENT = 100


class When(StrEnum):
    """How it is known that a load is ready to run."""

    BY_HAND = "by_hand"
    """Somebody says so, with a button or an action."""
    EVERY_DAY = "every_day"
    ENTITY = "entity"


class Amount(StrEnum):
    """How it is known how much energy is needed."""

    FIXED = "fixed"
    """The same every day."""
    ENTITY = "entity"
    """An entity says how much is missing."""
    CHARGE = "charge"
    """It follows from how full something is."""


class Purpose(StrEnum):
    """What a thermostat does."""

    HEAT = "heat"
    COOL = "cool"


@dataclass(frozen=True, slots=True)
class RunOnceTerms:
    """A load that runs through once it has begun."""

    wh: int
    """What a run takes, as long as no meter has shown it."""
    slots: int
    when: When
    ready_by: time
    within: timedelta | None
    """How long after it was made ready it has to be done; goes before `ready_by`."""
    ready_entity: str | None
    entity: str | None
    switch_off: bool
    """Whether what runs it is switched off again when it is done."""
    meter: str | None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read a subentry."""
        within = kept.get(CONF_WITHIN)
        return cls(
            wh=_thousand(kept[CONF_ENERGY]),
            slots=max(ceil(timedelta(hours=kept[CONF_HOURS]) / SLOT), 1),
            when=When(kept.get(CONF_WHEN, When.BY_HAND)),
            ready_by=time.fromisoformat(kept[CONF_READY_BY]),
            within=timedelta(hours=within) if within else None,
            ready_entity=kept.get(CONF_READY_ENTITY),
            entity=kept.get(CONF_ENTITY),
            switch_off=kept.get(CONF_SWITCH_OFF, False),
            meter=kept.get(CONF_METER),
        )

    @property
    def profile(self) -> tuple[int, ...]:
        """Return the energy of each slot, evenly, with what is left over in the first ones."""
        each, more = divmod(self.wh, self.slots)
        return tuple(each + (slot < more) for slot in range(self.slots))


@dataclass(frozen=True, slots=True)
class NeedTerms:
    """Energy by a time."""

    amount: Amount
    wh: int
    """What is needed every day, or, where it follows from a charge, what fits in."""
    needed: str | None
    """The entity that says how much is missing, or how full it is in percent."""
    target: float
    """How full it has to be, as a share."""
    min_w: int
    max_w: int
    interruptible: bool
    ready_by: time
    plugged: str | None
    entity: str | None
    meter: str | None

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read a subentry."""
        amount, max_w = Amount(kept.get(CONF_AMOUNT, Amount.FIXED)), _thousand(kept[CONF_MAX])
        of_charge = amount is Amount.CHARGE
        return cls(
            amount=amount,
            wh=_thousand(kept[CONF_CAPACITY] if of_charge else kept.get(CONF_ENERGY, 0)),
            needed=kept.get(CONF_SOC) if of_charge else kept.get(CONF_NEEDED),
            target=kept.get(CONF_TARGET, _PERCENT) / _PERCENT,
            min_w=min(_thousand(kept.get(CONF_MIN) or kept[CONF_MAX]), max_w),
            max_w=max_w,
            interruptible=kept.get(CONF_INTERRUPTIBLE, True),
            ready_by=time.fromisoformat(kept[CONF_READY_BY]),
            plugged=kept.get(CONF_PLUGGED),
            entity=kept.get(CONF_ENTITY),
            meter=kept.get(CONF_METER),
        )


@dataclass(frozen=True, slots=True)
class BandTerms:
    """A thermostat that may move between two temperatures."""

    entity: str
    purpose: Purpose
    low_c: float
    high_c: float
    max_w: int

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read a subentry."""
        return cls(
            kept[CONF_ENTITY],
            Purpose(kept.get(CONF_PURPOSE, Purpose.HEAT)),
            float(kept[CONF_LOW]),
            float(kept[CONF_HIGH]),
            _thousand(kept[CONF_MAX]),
        )


@dataclass(frozen=True, slots=True)
class BatteryTerms:
    """A battery, and how it is told what to do."""

    capacity_wh: int
    soc: str
    charge_w: int
    discharge_w: int
    efficiency: float
    reserve_wh: int
    entity: str | None
    options: tuple[str, str, str] | None
    """What is chosen to charge, to discharge and to do neither, where `entity` is a list of options."""
    inverted: bool
    """Whether a power above zero discharges."""

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Self:
        """Read a subentry."""
        capacity = _thousand(kept[CONF_CAPACITY])
        options = tuple(kept.get(name) for name in (CONF_CHARGE_OPTION, CONF_DISCHARGE_OPTION, CONF_IDLE_OPTION))
        charge, discharge, idle = options
        return cls(
            capacity_wh=capacity,
            soc=kept[CONF_SOC],
            charge_w=_thousand(kept[CONF_CHARGE]),
            discharge_w=_thousand(kept[CONF_DISCHARGE]),
            efficiency=kept.get(CONF_EFFICIENCY, 90) / _PERCENT,
            reserve_wh=round(capacity * kept.get(CONF_RESERVE, 10) / _PERCENT),
            entity=kept.get(CONF_ENTITY),
            options=(charge, discharge, idle) if charge and discharge and idle else None,
            inverted=kept.get(CONF_INVERTED, False),
        )


type LoadTerms = RunOnceTerms | NeedTerms | BandTerms | BatteryTerms


def _thousand(typed: float) -> int:
    """Return kW in W, or kWh in Wh."""
    return round(typed * 1000)
