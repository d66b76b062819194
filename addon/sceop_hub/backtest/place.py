"""The place of a file: its clock, its holidays and its sun, as the command was told."""

from zoneinfo import ZoneInfo

from .. import calendars
from ..core.forecast.surroundings import Place
from ..domain.profile import Mistake
from ..imports.hints import refused

_STEEPEST, _FARTHEST = 90, 180


def place_of(
    zone: ZoneInfo, country: str | None, subdivision: str | None, latitude: float | None, longitude: float | None
) -> Place:
    """Return the place, or a sentence where there is none like it."""
    if (latitude is None) != (longitude is None):
        raise refused("Say both where roofs stand: --latitude and --longitude.")
    if latitude is not None and longitude is not None and not _on_earth(latitude, longitude):
        raise refused("A latitude lies between -90 and 90, a longitude between -180 and 180.")
    if country is None and subdivision is not None:
        raise refused("A part of a country needs the country too: --country.")
    try:
        calendars.check(country, subdivision)
    except Mistake as mistake:
        raise refused(
            "Nothing is known of the holidays of {place}: name a country by its two letters, such as NL, and a part of"
            " it as the country does, such as BY.",
            place=" ".join(filter(None, [country, subdivision])),
        ) from mistake
    return Place(zone, calendars.is_holiday(country, subdivision), latitude, longitude)


def _on_earth(latitude: float, longitude: float) -> bool:
    return abs(latitude) <= _STEEPEST and abs(longitude) <= _FARTHEST
