"""Which figures on which topics tell what about a thing, and what such a figure may be."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from ..const import MOST_W
from ..core.quantities import mwh_of, watts_of
from .payloads import Payload, PayloadError, figure_in
from .wiring import CONF_ENERGY, CONF_INVERTED, CONF_POWER, CONF_SIGNED_POWER, SIGNED

CONF_FIGURES = "figures"
CONF_TOPIC, CONF_PATH, CONF_UNIT = "topic", "path", "unit"

_MOST_MWH = 10**15
"""Of a billion kWh no meter of a building has enough digits to show."""
_FULL = 100


@dataclass(frozen=True, slots=True)
class Figure:
    """Where a figure stands, and what it is counted in."""

    topic: str
    path: str
    unit: str

    @property
    def place(self) -> str:
        """By this a figure is known again, whatever it is counted in."""
        return f"{self.topic} {self.path}".strip()


@dataclass(frozen=True, slots=True)
class Power:
    """The name of a figure of power, and which of its directions belongs to a flow."""

    name: str
    sign: int = 1


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one thing by their names, like `grid_import_power`, and the names by flow."""

    named: Mapping[str, Figure]
    energy: Mapping[str, str]
    power: Mapping[str, Power]

    @classmethod
    def of(cls, source: Mapping[str, Any], flows: tuple[str, ...]) -> Self:
        """Read what the thing's subentry keeps. A flow's own figure of power goes before the common one."""
        named = {name: Figure(**kept) for name, kept in source[CONF_FIGURES].items()}
        energy = {flow: name for flow in flows if (name := f"{flow}_{CONF_ENERGY}") in named}
        power = {flow: Power(name) for flow in flows if (name := f"{flow}_{CONF_POWER}") in named}
        if CONF_SIGNED_POWER in named:
            turned = -1 if source[CONF_INVERTED] else 1
            power = {flow: Power(CONF_SIGNED_POWER, turned * SIGNED[flow]) for flow in flows} | power
        return cls(named, energy, power)

    @property
    def topics(self) -> frozenset[str]:
        """All that there is to listen to."""
        return frozenset(figure.topic for figure in self.named.values())

    @property
    def integrated(self) -> tuple[str, ...]:
        """The flows that have no counter, only a power."""
        return tuple(flow for flow in self.power if flow not in self.energy)

    def on(self, topic: str) -> tuple[str, ...]:
        """Return the names of the figures that a topic brings."""
        return tuple(name for name, figure in self.named.items() if figure.topic == topic)


def energy_in(payload: Payload, figure: Figure) -> int:
    """Return a meter reading in thousandths of a Wh; raise PayloadError when there is none."""
    text = figure_in(payload, figure.path)
    mwh = mwh_of(text, figure.unit)
    if mwh is None or mwh >= _MOST_MWH:
        raise PayloadError("too_high", value=text, unit=figure.unit)
    if mwh < 0:
        raise PayloadError("negative", value=text)
    return mwh


def watts_in(payload: Payload, figure: Figure) -> int:
    """Return a power in watts, below zero in the other direction; raise PayloadError when nothing tells it."""
    text = figure_in(payload, figure.path)
    watts = watts_of(text, figure.unit)
    if watts is None or abs(watts) > MOST_W:
        raise PayloadError("too_high", value=text, unit=figure.unit)
    return watts


def charge_in(payload: Payload, figure: Figure) -> float:
    """Return how full a battery is in percent; raise PayloadError when nothing tells it."""
    text = figure_in(payload, figure.path)
    if not 0 <= float(text) <= _FULL:
        raise PayloadError("not_percent", value=text)
    return float(text)
