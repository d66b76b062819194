"""A street of homes with an evening, out of one seed: each uses more or less of it, and never twice the same."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import numpy as np

from sceop_hub.core.forecast.series import Floats, Series
from sceop_hub.core.forecast.surroundings import Place
from sceop_hub.core.slots import SLOT, Span, local_midnight

VIENNA = ZoneInfo("Europe/Vienna")
HERE = Place(VIENNA)
DAY = timedelta(days=1)
FIRST = date(2026, 4, 7)
PAST_DAYS = 56
EVENT_DAY = FIRST + PAST_DAYS * DAY
NOISE = 0.4
EVEN_HOURS = 2
"""For so long a home stays as wild as it is."""


def at(hour: float, day: date = EVENT_DAY) -> datetime:
    """Return an hour of a day as the clock on the wall shows it."""
    return datetime(day.year, day.month, day.day, int(hour), int(hour % 1 * 60), tzinfo=VIENNA).astimezone(UTC)


def window_of(day: date = EVENT_DAY, first: float = 17, end: float = 19) -> Span:
    """Return a span between two hours of a day."""
    return Span(at(first, day), at(end, day))


def usual_w(hour: Floats) -> Floats:
    """Return what a home draws at an hour: little by night, much in the evening."""
    return 150 + 250 * np.exp(-(((hour - 7.5) / 1.5) ** 2)) + 700 * np.exp(-(((hour - 18.5) / 2.5) ** 2))


class Street:
    """Homes over days up to an instant, with the clock on their wall."""

    def __init__(self, day: date, end: datetime, days: int) -> None:
        self.start = local_midnight(day - days * DAY, VIENNA)
        self.count = (end - self.start) // SLOT
        local = [(self.start + index * SLOT).astimezone(VIENNA) for index in range(self.count)]
        self.hour = np.array([clock.hour + clock.minute / 60 for clock in local])
        self.ordinal = np.array([clock.toordinal() for clock in local])
        self.weekday = (self.ordinal - 1) % 7

    def inside(self, *spans: Span) -> np.ndarray:
        """Tell of each slot whether it lies in one of the spans."""
        found = np.zeros(self.count, bool)
        for span in spans:
            found[max((span.start - self.start) // SLOT, 0) : max((span.end - self.start) // SLOT, 0)] = True
        return found


@cache
def _street(day: date, end: datetime, days: int) -> Street:
    return Street(day, end, days)


@cache
def _usual(homes: int, day: date, end: datetime, days: int, noise: float) -> Floats:
    street, chance = _street(day, end, days), np.random.default_rng(0)
    of_day = street.ordinal - street.ordinal[0]
    common = chance.lognormal(0, 0.05, of_day[-1] + 1)[of_day]
    size = chance.lognormal(0, 0.3, homes)[:, None]
    times = EVEN_HOURS * 4
    wild = chance.lognormal(-(noise**2) / 2, noise, (homes, -(-street.count // times))).repeat(times, 1)
    return usual_w(street.hour) / 4 * common * size * wild[:, : street.count]


def homes_of(
    homes: int = 50,
    *,
    end: datetime | None = None,
    day: date = EVENT_DAY,
    days: int = PAST_DAYS,
    noise: float = NOISE,
    times: Callable[[int, Street], Floats] | None = None,
) -> dict[int, Series]:
    """Return the pasts of homes up to an instant in whole Wh; `times` is what each slot of a home is multiplied by."""
    end = end or at(19, day)
    street, usual = _street(day, end, days), _usual(homes, day, end, days, noise)
    return {
        home: Series(street.start, np.round(wh if times is None else wh * times(home, street)), SLOT)
        for home, wh in enumerate(usual)
    }
