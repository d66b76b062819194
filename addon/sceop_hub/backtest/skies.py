"""Skies: what was known of the weather at each midnight, out of a file of one's own or out of a hub's."""

from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from ..core.forecast.surroundings import Weather
from ..domain.forecast import making
from ..domain.forecast.making import Skies
from ..domain.weather import HOUR, Hour, checked, hour_of
from ..imports.hints import refused
from . import published
from .meters import check_span
from .weatherfile import read_weather


def read_skies(file: Path | None, zone: ZoneInfo) -> Skies:
    """Read a file. A hub's says when each hour was forecast; any other is taken for what everybody knew all along."""
    if file is None:
        return lambda _at: None
    try:
        content = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise refused("{name} can not be read: {why}.", name=file.name, why=error.strerror) from error
    if not content.startswith(published.WEATHER_HEADER.encode()):
        weather = read_weather(file, zone)
        return lambda _at: weather
    words = sorted(_words(content), key=lambda word: word[0])
    hours = [hour.hour for _, hour in words]
    check_span((max(hours, default=0) - min(hours, default=0)) * HOUR)

    @cache
    def sky(at: datetime) -> Weather | None:
        known = {hour.hour: hour for made, hour in words if made <= at}
        return making.weather([known[number] for number in sorted(known)])

    return sky


def _words(content: bytes) -> Iterator[tuple[datetime, Hour]]:
    for number, line in published.lines(content):
        try:
            made, start, *cells = line
            temperature_c, cloud, wind_ms = (float(cell) if cell else None for cell in cells)
            said, hour = (datetime.fromisoformat(instant).astimezone(UTC) for instant in (made, start))
        except (ValueError, OverflowError) as error:
            raise published.changed(number) from error
        yield said, checked(hour_of(hour), temperature_c, cloud, wind_ms)
