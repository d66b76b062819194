"""Skies: what was known of the weather at each midnight, out of a file of one's own or out of a hub's."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from ..core.forecast.surroundings import Weather
from ..domain.forecast import making
from ..domain.forecast.making import Skies
from ..domain.weather import Hour, checked, hour_of
from ..imports.hints import refused
from .published import WEATHER_HEADER
from .weatherfile import read_weather


def read_skies(file: Path | None, zone: ZoneInfo) -> Skies:
    """Read a file. A hub's says when each hour was forecast; any other is taken for what everybody knew all along."""
    if file is None:
        return lambda _at: None
    try:
        content = file.read_bytes().removeprefix(b"\xef\xbb\xbf")
    except OSError as error:
        raise refused("{name} can not be read: {why}.", name=file.name, why=error.strerror) from error
    if not content.startswith(WEATHER_HEADER.encode()):
        weather = read_weather(file, zone)
        return lambda _at: weather
    words = sorted(_words(content), key=lambda word: word[0])

    @cache
    def sky(at: datetime) -> Weather | None:
        known = {hour.hour: hour for made, hour in words if made <= at}
        return making.weather([known[number] for number in sorted(known)])

    return sky


def _words(content: bytes) -> Iterator[tuple[datetime, Hour]]:
    lines = csv.reader(io.StringIO(content.decode("utf-8", "replace")))
    next(lines)
    for line in lines:
        try:
            made, start, *cells = line
            temperature_c, cloud, wind_ms = (float(cell) if cell else None for cell in cells)
            said, hour = (datetime.fromisoformat(instant).astimezone(UTC) for instant in (made, start))
        except (ValueError, OverflowError) as error:
            raise refused(
                "Line {line} of this file of a hub's was changed: download it again.", line=lines.line_num
            ) from error
        yield said, checked(hour_of(hour), temperature_c, cloud, wind_ms)
