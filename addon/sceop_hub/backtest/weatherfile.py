"""Weather of one's own: a CSV file of hours, in the units that its header names."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np

from ..core.forecast.series import Floats
from ..core.forecast.surroundings import Weather
from ..core.weather import COLDEST_C, HOTTEST_C, STRONGEST_MS
from ..imports.columns import plain
from ..imports.decimals import decimal_mark, is_figure
from ..imports.hints import refused
from ..imports.localtime import Clock, in_order
from ..imports.sheet import sheet_of
from ..imports.stamps import ask_for_order, kind_of, order_of, stamp_of
from .meters import check_span

_HOUR = 3600

_WHAT = {
    "temperature": re.compile(r"temp|\bt2m\b"),
    "cloud": re.compile(r"cloud|wolk|bewolk|nuag|nubos|bedeckung"),
    "wind": re.compile(r"wind|vent\b|viento"),
    "irradiance": re.compile(r"irradian|\bghi\b|radiation|strahlung"),
}
_DIRECTION = re.compile(r"direction|richtung|\bdir\b|gust|chance|probab")

_FAHRENHEIT = re.compile(r"°\s*f|fahrenheit|[(\[_ ]f[)\]]?$", re.IGNORECASE)
_KELVIN = re.compile(r"kelvin|[(\[]k[)\]]$", re.IGNORECASE)
_SPEEDS = {
    "km/h": 1 / 3.6,
    "kmh": 1 / 3.6,
    "kph": 1 / 3.6,
    "mph": 0.44704,
    "mi/h": 0.44704,
    "kn": 1852 / 3600,
    "knots": 1852 / 3600,
}
_BRIGHTEST_WM2 = 1500


def read_weather(file: Path, zone: ZoneInfo) -> Weather:
    """Read a file; hours that it leaves out, and what can not be, are not known."""
    try:
        sheet = sheet_of(file.read_bytes())
    except OSError as error:
        raise refused("{name} can not be read: {why}.", name=file.name, why=error.strerror) from error
    header, *below = (cells for _, cells in sheet.rows())
    place = next((i for i in range(max(map(len, below), default=0)) if _is_time(below[0], i)), None)
    columns = {
        what: index
        for what, words in _WHAT.items()
        for index, name in reversed(list(enumerate(header)))
        if index != place and words.search(plain(name)) and not _DIRECTION.search(plain(name))
    }
    if not columns:
        raise refused("The weather file names no temperature, cloud cover or wind speed in its first line.")
    if place is None:
        raise refused("The weather file has no column of times, such as 2026-11-01 14:00, below its first line.")
    starts, rows = _rows(below, place, zone)
    mark = decimal_mark(cells[i] for cells in rows for i in columns.values() if i < len(cells) and is_figure(cells[i]))
    readers = {"temperature": _celsius, "cloud": _share, "wind": _metres, "irradiance": _watts}
    first = starts.min() // _HOUR
    check_span(timedelta(seconds=int(starts.max() - starts.min())))
    known = {
        what: _hours(starts // _HOUR - first, _numbers(rows, columns[what], mark), readers[what], header[columns[what]])
        if what in columns
        else None
        for what in _WHAT
    }
    return _weather(int(first), known)


def known_share(weather: Weather, start: datetime, end: datetime) -> float:
    """Return of how many hours of a span anything is known."""
    parts = (weather.temperature_c, weather.cloud, weather.wind_ms, weather.irradiance_wm2)
    known = np.any([np.isfinite(part) for part in parts if part is not None], axis=0)
    first, last = ((instant - weather.start) // timedelta(hours=1) for instant in (start, end))
    return float(known[max(first, 0) : max(last + 1, 0)].sum()) / (last - first + 1)


def _weather(first: int, known: Mapping[str, Floats | None]) -> Weather:
    count = max(len(hours) for hours in known.values() if hours is not None)
    unknown = np.full(count, np.nan)

    def hours(what: str) -> Floats:
        found = known[what]
        return unknown if found is None else found

    start = datetime.fromtimestamp(first * _HOUR, UTC)
    return Weather(start, hours("temperature"), hours("cloud"), hours("wind"), known["irradiance"])


def _rows(rows: list[list[str]], place: int, zone: ZoneInfo) -> tuple[np.ndarray, list[list[str]]]:
    """Return the seconds since 1970 of all rows that have a time, and their cells."""
    order = order_of(cells[place] for cells in rows if place < len(cells))
    if order is None:
        raise ask_for_order()
    stamps = [(stamp_of(cells[place], order) if place < len(cells) else None, cells) for cells in rows]
    known = [(stamp, cells) for stamp, cells in stamps if stamp is not None]
    local = iter(in_order([stamp.wall for stamp, _ in known if stamp.offset is None], Clock(zone), 0))
    starts = [next(local) if stamp.offset is None else stamp.wall - stamp.offset for stamp, _ in known]
    there = [(start, cells) for start, (_, cells) in zip(starts, known, strict=True) if start is not None]
    if not there:
        raise refused("No row of the weather file has a time that can be read.")
    return np.array([start for start, _ in there], np.int64), [cells for _, cells in there]


def _is_time(cells: list[str], place: int) -> bool:
    return place < len(cells) and kind_of(cells[place]) in ("stamp", "count")


def _numbers(rows: list[list[str]], place: int, mark: str) -> Floats:
    """Return a column; what is no figure is not known."""
    texts = (cells[place].replace(" ", "") if place < len(cells) else "" for cells in rows)
    plain_figures = (text.replace(".", "").replace(",", ".") if mark == "," else text for text in texts)
    return np.array([float(text) if is_figure(text) else np.nan for text in plain_figures])


def _hours(hour: np.ndarray, values: Floats, read: Callable[[Floats, str], Floats], name: str) -> Floats:
    """Return the mean of each hour."""
    values = read(values, name)
    known = np.isfinite(values)
    count = np.bincount(hour[known], minlength=int(hour.max()) + 1)
    total = np.bincount(hour[known], values[known], minlength=len(count))
    return np.asarray(np.divide(total, count, out=np.full(len(count), np.nan), where=count > 0))


def _celsius(values: Floats, name: str) -> Floats:
    if _FAHRENHEIT.search(name):
        values = (values - 32) / 1.8
    elif _KELVIN.search(name):
        values = values - 273.15
    return _within(values, COLDEST_C, HOTTEST_C)


def _share(values: Floats, name: str) -> Floats:
    percent = "%" in name or "percent" in plain(name) or bool(np.nanmax(values, initial=0) > 1)
    return _within(values / 100 if percent else values, 0, 1)


def _metres(values: Floats, name: str) -> Floats:
    words = re.split(r"[\s()\[\]_]+", name.casefold())
    factor = next((factor for unit, factor in _SPEEDS.items() if unit in words), 1.0)
    return _within(values * factor, 0, STRONGEST_MS)


def _watts(values: Floats, name: str) -> Floats:
    del name
    return _within(values, 0, _BRIGHTEST_WM2)


def _within(values: Floats, least: float, most: float) -> Floats:
    """Return values without those that no weather has: a clock that was never set, a sensor that was taken away."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.where((values >= least) & (values <= most), values, np.nan))
