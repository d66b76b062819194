"""Sightings: an anomaly and the moment from which it could be seen, which decides who explains what."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .anomaly import Anomaly, Cause, Kind
from .flow import Flow

DAYS_A_MONTH = 30


@dataclass(frozen=True, slots=True)
class Spell:
    """Steps from `begin` up to but not including `end`; it could be told of once step `seen` was over."""

    begin: int
    end: int
    seen: int


@dataclass(frozen=True, slots=True)
class Sighting:
    """An anomaly that a rule found, and from when on."""

    anomaly: Anomaly
    seen: datetime


def sighting(
    kind: Kind,
    of: Flow,
    spell: Spell,
    power_w: float,
    sureness: float,
    *,
    hours_a_day: float = 24,
    cause: Cause | None = None,
) -> Sighting:
    """Return what a rule found in some steps of a flow; so many hours a day it would go on."""
    power = round(power_w)
    return Sighting(
        Anomaly(
            kind=kind,
            channel=of.channel,
            since=of.instant(spell.begin),
            until=of.instant(spell.end),
            power_w=power,
            wh_a_month=round(power * hours_a_day * DAYS_A_MONTH),
            sureness=round(min(max(sureness, 0.0), 0.99), 2),
            cause=cause,
        ),
        of.instant(spell.seen + 1),
    )


def beyond(value: float, bar: float) -> float:
    """Return how sure a value makes that only just had to reach the bar: half at the bar, nine tenths at thrice it."""
    return 1 - 0.5 * (bar / value) ** 1.5 if value > 0 and bar > 0 else 0.5


def joined(spells: Iterable[Spell], gap: int) -> list[Spell]:
    """Make one of spells between which fewer steps lie: what paused for so short a while is still the same."""
    together: list[Spell] = []
    for spell in sorted(spells, key=lambda each: (each.seen, each.begin)):
        if together and spell.begin - together[-1].end < gap:
            last = together[-1]
            together[-1] = Spell(last.begin, max(last.end, spell.end), last.seen)
        else:
            together.append(spell)
    return together
