"""Matters: what a person may want to hear of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from ..forecast.windows import Severity

GRAVITY = tuple(Severity)
"""From the mildest on."""

type Facts = Mapping[str, str | int | float | None]


class Topic(StrEnum):
    """What it is about; people choose among these, and automations too."""

    UPCOMING_PEAK = "upcoming_peak"
    UNUSUAL_CONSUMPTION = "unusual_consumption"
    SOLAR_FAULT = "solar_fault"
    LIGHTS_AFTER_HOURS = "lights_after_hours"
    HUB_MESSAGE = "hub_message"
    PEAK_EVENT = "peak_event"
    CHEER = "cheer"


@dataclass(frozen=True, slots=True)
class Matter:
    """One of them. The same key is the same matter, told again."""

    topic: Topic
    key: str
    severity: Severity
    due: datetime
    """From when on it is worth a word."""
    start: datetime | None = None
    """When it begins, of what lies ahead."""
    end: datetime | None = None
    """When it is over by itself; without it, once it is not offered any more."""
    facts: Facts = field(default_factory=dict)
    """What words and automations are made of."""

    def over(self, now: datetime) -> bool:
        """Tell whether it lies back."""
        return self.end is not None and self.end <= now


def graver(one: Severity, other: Severity) -> bool:
    """Tell whether one matters more than the other."""
    return GRAVITY.index(one) > GRAVITY.index(other)
