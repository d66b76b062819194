"""What a hub foresees, as typed values: the community's forecast, its peaks, and its coordinator's messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any

from ..core.blocks import wire_time
from ..core.forecast.windows import Severity, Window
from ..core.slots import SLOT_SECONDS
from ..sky import Hours
from .errors import NotAHub

LONGEST = 10_000
"""Characters of a message; whoever wrote more meant something else."""

type Watts = tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """What the homes together are expected to do in each step; None is not known."""

    low: Watts
    mid: Watts
    high: Watts
    model: str
    days: float


@dataclass(frozen=True, slots=True)
class CommunityForecast:
    """What is expected of the homes together, by figure; one that may not be shown is not in it."""

    made: datetime
    start: datetime
    step: timedelta
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True)
class PeakOfDay:
    """How high the highest slot of a local day is expected to come, and when."""

    day: date
    low_w: int
    mid_w: int
    high_w: int
    at: datetime


@dataclass(frozen=True, slots=True)
class CommunityPeaks:
    """The peaks to come; before the first forecast there are none."""

    made: datetime | None
    limit_w: int | None
    windows: tuple[Window, ...] = ()
    days: tuple[PeakOfDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """A message of the coordinator's."""

    id: str
    """Its number and its time: another hub counts from one again, and so does one that was restored."""
    at: datetime
    title: str
    text: str


def read_forecast(answer: Mapping[str, Any]) -> CommunityForecast | None:
    """Read a forecast; None before the first was made."""
    try:
        if answer["made"] is None or answer["start"] is None:
            return None
        step = timedelta(seconds=max(int(answer.get("step", SLOT_SECONDS)), 1))
        figures = {str(name): _figure(told) for name, told in answer["figures"].items()}
        return CommunityForecast(_instant(answer["made"]), _instant(answer["start"]), step, figures)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise NotAHub("The hub's forecast makes no sense.") from error


def read_peaks(answer: Mapping[str, Any]) -> CommunityPeaks:
    """Read the peaks to come."""
    try:
        made, limit = answer["made"], answer["limit_w"]
        return CommunityPeaks(
            None if made is None else _instant(made),
            None if limit is None else int(limit),
            tuple(sorted((_window(told) for told in answer["windows"]), key=lambda window: window.start)),
            tuple(_peak(told) for told in answer["days"]),
        )
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise NotAHub("What the hub says of peaks makes no sense.") from error


def read_notice(message: Mapping[str, Any]) -> Notice:
    """Read a message."""
    try:
        title, text = (str(message[name]).strip()[:LONGEST] for name in ("title", "text"))
        at = _instant(message["at"])
        return Notice(f"{message['id']}-{round(at.timestamp())}", at, title, text)
    except (KeyError, OverflowError, TypeError, ValueError) as error:
        raise NotAHub("A message of the hub makes no sense.") from error


def weather(hours: Hours) -> dict[str, object]:
    """Return hours of weather as a request carries them."""
    return {
        "hours": [
            {
                "start": wire_time(at),
                "temperature_c": hour.temperature_c,
                "cloud": hour.cloud,
                "wind_ms": hour.wind_ms,
            }
            for at, hour in sorted(hours.items())
        ]
    }


def _figure(told: Mapping[str, Any]) -> Figure:
    low, mid, high = (_watts(told[edge]) for edge in ("low", "mid", "high"))
    if not len(low) == len(mid) == len(high):
        raise ValueError("the edges of a forecast are of different lengths")
    days = float(told["days"])
    return Figure(low, mid, high, str(told["model"]), days if isfinite(days) else 0.0)


def _watts(told: list[Any]) -> Watts:
    return tuple(None if value is None else round(value) for value in told)


def _window(told: Mapping[str, Any]) -> Window:
    window = Window(
        _instant(told["start"]),
        _instant(told["end"]),
        int(told["power_w"]),
        int(told["limit_w"]),
        min(max(float(told["probability"]), 0.0), 1.0),
        Severity(told["severity"]),
    )
    if window.start >= window.end:
        raise ValueError(f"a window ends after it starts: {window.start} to {window.end}")
    return window


def _peak(told: Mapping[str, Any]) -> PeakOfDay:
    low, mid, high = (int(told[f"{edge}_w"]) for edge in ("low", "mid", "high"))
    return PeakOfDay(date.fromisoformat(told["day"]), low, mid, high, _instant(told["at"]))


def _instant(told: str) -> datetime:
    """Read an instant; one without a time zone says nothing."""
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise ValueError(f"an instant needs its time zone: {told}")
    return at.astimezone(UTC)
