"""What a hub foresees, as typed values: the community's forecast, its peaks, and its coordinator's messages."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from math import isfinite
from typing import Any

from ..core.blocks import wire_time
from ..core.forecast.peak_of_day import PeakOfDay
from ..core.forecast.windows import Severity, Window
from ..core.slots import SLOT_SECONDS
from ..sky import Hours
from .errors import NotAHub

LONGEST = 10_000
"""Characters of a message; whoever wrote more meant something else."""
FARTHEST = timedelta(days=40)
"""What a hub says is about these days; an instant that lies farther off comes from a clock, or a hub, that is wrong."""
MOST_W = 100_000_000_000
"""More than any country draws."""
MOST_WINDOWS, MOST_STEPS = 100, 10_000

DAY = timedelta(days=1)

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


def read_forecast(answer: Mapping[str, Any], now: datetime) -> CommunityForecast | None:
    """Read a forecast; None before the first was made."""
    try:
        if answer["made"] is None or answer["start"] is None:
            return None
        step = _step(int(answer.get("step", SLOT_SECONDS)))
        figures = {str(name): _figure(told) for name, told in answer["figures"].items()}
        return CommunityForecast(_near(answer["made"], now), _near(answer["start"], now), step, figures)
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise NotAHub("The hub's forecast makes no sense.") from error


def read_peaks(answer: Mapping[str, Any], now: datetime) -> CommunityPeaks:
    """Read the peaks to come."""
    try:
        made, limit = answer["made"], answer["limit_w"]
        windows, days = _some(answer["windows"]), _some(answer["days"])
        return CommunityPeaks(
            None if made is None else _near(made, now),
            None if limit is None else _watt(limit),
            tuple(sorted((_window(told, now) for told in windows), key=lambda window: window.start)),
            tuple(_peak(told, now) for told in days),
        )
    except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
        raise NotAHub("What the hub says of peaks makes no sense.") from error


def read_notice(message: Mapping[str, Any], now: datetime) -> Notice:
    """Read a message."""
    try:
        title, text = (str(message[name]).strip()[:LONGEST] for name in ("title", "text"))
        at = _near(message["at"], now)
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


def _step(seconds: int) -> timedelta:
    if not SLOT_SECONDS <= seconds <= DAY.total_seconds():
        raise ValueError(f"no forecast has steps of {seconds} s")
    return timedelta(seconds=seconds)


def _some(told: list[Any]) -> list[Any]:
    if len(told) > MOST_WINDOWS:
        raise ValueError("nobody reads so many windows")
    return told


def _figure(told: Mapping[str, Any]) -> Figure:
    low, mid, high = (_watts(told[edge]) for edge in ("low", "mid", "high"))
    if not len(low) == len(mid) == len(high):
        raise ValueError("the edges of a forecast are of different lengths")
    days = float(told["days"])
    return Figure(low, mid, high, str(told["model"]), days if isfinite(days) else 0.0)


def _watts(told: list[Any]) -> Watts:
    if len(told) > MOST_STEPS:
        raise ValueError("no forecast has so many steps")
    return tuple(None if value is None else _watt(value) for value in told)


def _watt(told: float) -> int:
    watts = round(told)
    if abs(watts) > MOST_W:
        raise ValueError(f"no community draws {told} W")
    return watts


def _window(told: Mapping[str, Any], now: datetime) -> Window:
    probability = float(told["probability"])
    if not isfinite(probability):
        raise ValueError(f"no probability: {probability}")
    window = Window(
        _near(told["start"], now),
        _near(told["end"], now),
        _watt(told["power_w"]),
        _watt(told["limit_w"]),
        min(max(probability, 0.0), 1.0),
        Severity(told["severity"]),
    )
    if window.start >= window.end:
        raise ValueError(f"a window ends after it starts: {window.start} to {window.end}")
    return window


def _peak(told: Mapping[str, Any], now: datetime) -> PeakOfDay:
    low, mid, high = (_watt(told[f"{edge}_w"]) for edge in ("low", "mid", "high"))
    return PeakOfDay(date.fromisoformat(told["day"]), low, mid, high, _near(told["at"], now))


def _near(told: str, now: datetime) -> datetime:
    """Read an instant of these days; one without a time zone says nothing."""
    at = datetime.fromisoformat(told)
    if at.tzinfo is None:
        raise ValueError(f"an instant needs its time zone: {told}")
    if abs(at - now) > FARTHEST:
        raise ValueError(f"an instant that is not of these days: {told}")
    return at.astimezone(UTC)
