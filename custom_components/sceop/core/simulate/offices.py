"""How an office draws power: desks, ventilation, cleaners in the evening, and lights that somebody forgot."""

import numpy as np
from numpy.typing import NDArray

from .calendar import MINUTES, LocalDay, LocalWeek, dice
from .sites import LightZone, Office
from .weather import Weather


def lights(office: Office, local: LocalWeek) -> dict[str, NDArray[np.float64]]:
    """Return each zone's light, by minute: working hours, overtime, the cleaning round, and forgotten nights."""
    return {zone.name: _zone(office, zone, number, local) for number, zone in enumerate(office.zones)}


def load_without_lights(office: Office, local: LocalWeek, weather: Weather) -> NDArray[np.float64]:
    """Return servers, desks, ventilation and cooling, by minute."""
    occupied = np.interp(local.minute_of_day / 60, [0, 7, 9, 12, 13, 16, 18.5, 24], [0, 0, 1, 0.8, 1, 0.95, 0, 0])
    occupied = np.where(local.working, occupied, 0)
    cooling = occupied * np.maximum(weather.celsius - 20, 0) * 25 * office.desks**0.5
    watts: NDArray[np.float64] = 350 + 8 * office.desks + occupied * (95 * office.desks + 900) + cooling
    return watts


def _zone(office: Office, zone: LightZone, number: int, local: LocalWeek) -> NDArray[np.float64]:
    watts = np.zeros(MINUTES)
    for day in local.days:
        for start, end in _lit(office, number, day):
            first, last = max(day.first_minute + start, 0), max(day.first_minute + end, 0)
            watts[first:last] = zone.rated_w
    return watts


def _lit(office: Office, number: int, day: LocalDay) -> list[tuple[int, int]]:
    """Return when a zone is lit on a day, in minutes after its midnight."""
    roll = dice(office.seed, day.day.toordinal(), number)
    if not day.working:
        return [(11 * 60, 11 * 60 + 150)] if roll.random() < 0.08 else []  # noqa: PLR2004 - one weekend in six
    opens = 7 * 60 + int(roll.integers(0, 50))
    closes = 18 * 60 + int(roll.integers(-20, 40))
    cleaning = 19 * 60 + 25 * number
    spans = [(opens, closes), (cleaning, cleaning + 25)]
    if roll.random() < 0.25:  # noqa: PLR2004 - somebody works late once in four days
        spans.append((closes, closes + int(roll.integers(45, 200))))
    if roll.random() < 0.07:  # noqa: PLR2004 - a forgotten switch once in three weeks
        spans.append((closes, 24 * 60 + 7 * 60))
    return spans
