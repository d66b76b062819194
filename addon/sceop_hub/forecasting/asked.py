"""What the server asks of the process that forecasts, and what that answers, a line each."""

from datetime import datetime, timedelta

from msgspec import Struct

from ..domain.forecast.kept import DayScore, Figure, Forecast, State

LEARNED_FROM = timedelta(days=400)
"""The past that is looked at; models take of it what is of use."""

MEASURED_DAYS = 30
"""Over which the mean home of before a change is compared with that of after."""


class Asked(Struct, frozen=True):
    """Where and when: a forecast of the slots from `start` on, an instant at which a local hour begins."""

    data: str
    now: datetime
    start: datetime
    zone: str
    latitude: float | None
    longitude: float | None
    country: str | None
    subdivision: str | None
    limit_w: int | None
    looks_back: bool = True
    """Whether forecasts are made of midnights that lie back and have none."""


class Turned(Struct, frozen=True):
    """How a midnight's forecast of a figure turned out."""

    start: datetime
    figure: Figure
    score: DayScore


class Answer(Struct, frozen=True):
    """Any of: a forecast, what was reckoned of homes that came and went, how forecasts did, what went wrong."""

    forecast: Forecast | None = None
    changes: dict[int, dict[str, float]] | None = None
    turned: tuple[Turned, ...] = ()
    state: State | None = None
    complaint: str | None = None
