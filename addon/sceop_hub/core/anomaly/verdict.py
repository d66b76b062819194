"""Verdicts: what a person said of an anomaly, and to what else that applies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from ..forecast.surroundings import Place
from .anomaly import Anomaly, Kind

ABOUT_AS_MUCH = 1.5
"""Up to so many times the power of what a person explained, the explanation holds."""

ABOUT_AS_LONG = 2.0
"""And up to so many times as long: an oven that was me does not explain one that is on the next morning."""

SHARED_HOURS = 0.5
"""So much of it must lie in the hours of the day that were explained."""

SATURDAY = 5
_QUARTER = timedelta(minutes=15)


class Said(StrEnum):
    """What a person may say of an anomaly."""

    ACKNOWLEDGED = "acknowledged"
    """I know of it: tell me no more of this one."""
    MUTED = "muted"
    """Tell me no more of this kind there; the reason stays with whoever keeps the verdict."""
    MINE = "mine"
    """This was me: what is like it is normal."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was said of an anomaly, as it was then."""

    said: Said
    anomaly: Anomaly


def silenced(anomaly: Anomaly, known: Sequence[Verdict], place: Place) -> bool:
    """Tell whether a person has said that he wants to hear no more of this."""
    return any(_covers(verdict, anomaly, place) for verdict in known)


def _covers(verdict: Verdict, anomaly: Anomaly, place: Place) -> bool:
    """Acknowledging silences nothing else: that very anomaly is still shown, and whoever tells of it keeps quiet."""
    explained = verdict.anomaly
    if (explained.kind, explained.channel) != (anomaly.kind, anomaly.channel):
        return False
    match verdict.said:
        case Said.ACKNOWLEDGED:
            return False
        case Said.MUTED:
            return True
        case Said.MINE:
            return explained.key == anomaly.key or _alike(explained, anomaly, place)


def _alike(explained: Anomaly, anomaly: Anomaly, place: Place) -> bool:
    """Tell whether it is about as strong, about as long, on such a day and in the same hours."""
    if abs(anomaly.power_w) > ABOUT_AS_MUCH * abs(explained.power_w):
        return False
    if (anomaly.power_w < 0) != (explained.power_w < 0):
        return False
    if anomaly.until - anomaly.since > ABOUT_AS_LONG * (explained.until - explained.since):
        return False
    if anomaly.kind in {Kind.STANDBY, Kind.LOW_PRODUCTION, Kind.NIGHT_CYCLING}:
        return True
    if _works(explained, place) != _works(anomaly, place):
        return False
    hours, others = _hours(explained, place), _hours(anomaly, place)
    return len(hours & others) >= SHARED_HOURS * len(others)


def _works(anomaly: Anomaly, place: Place) -> bool:
    day = anomaly.since.astimezone(place.zone).date()
    return day.weekday() < SATURDAY and not place.is_holiday(day)


def _hours(anomaly: Anomaly, place: Place) -> set[int]:
    """Return the quarter hours of the day in which it went on."""
    count = min(max((anomaly.until - anomaly.since) // _QUARTER, 1), 100)
    local = ((anomaly.since + index * _QUARTER).astimezone(place.zone) for index in range(count))
    return {at.hour * 4 + at.minute // 15 for at in local}
