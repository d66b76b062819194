"""Stamps: dates and times as files write them, read into the wall clock they show and the offset they may name."""

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from .hints import refused
from .vocabulary import MONTHS

DAY = 86_400
_EPOCH = date(1970, 1, 1).toordinal()
_CENTURY = 2000
_COUNTED_FROM, _COUNTED_TO = 946_684_800, 4_102_444_800
"""The years 2000 to 2099 in seconds since 1970."""

_NOON = 12

_TIME = r"(?P<hour>\d{1,2})[:.h](?P<minute>\d{2})([:.](?P<second>\d{2})([.,]\d+)?)?(\s*(?P<half>[ap])\.?m\.?)?"
_OFFSET = r"(?P<offset>Z|[+-]\d{2}:?\d{2}|[+-]\d{2}|\(?[A-Z]{3,4}\)?)"
_MONTH = r"(?P<month>[^\W\d_]{3,10})\.?"
_DATES = (
    r"(?P<year>\d{4})(?P<sep>[-/.])(?P<first>\d{1,2})(?P=sep)(?P<second_part>\d{1,2})",
    r"(?P<one>\d{1,2})(?P<sep>[-/.])(?P<two>\d{1,2})(?P=sep)(?P<end_year>\d{4}|\d{2})",
    rf"(?P<day>\d{{1,2}})[-. /]{_MONTH}[-. /,]+(?P<named_year>\d{{4}}|\d{{2}})",
    rf"{_MONTH} (?P<day>\d{{1,2}}),? (?P<named_year>\d{{4}})",
    r"(?P<compact>(19|20)\d{6})",
)
_DATE = tuple(re.compile(pattern) for pattern in _DATES)
_CLOCK = re.compile(_TIME.replace("[:.h]", "[:h]") + r"(\s*[-\u2013]\s*\d{1,2}[:h]\d{2}(:\d{2})?)?", re.IGNORECASE)
"""Alone, 10.15 would be a figure. What lasts from one time to another is named by the first."""
_AFTER_DATE = re.compile(rf"(T|,?\s+|:| - )(?P<time>{_TIME})\s*{_OFFSET}?", re.IGNORECASE)
_COMPACT = re.compile(r"(?P<date>(19|20)\d{6})[T ]?(?P<hour>[0-2]\d)(?P<minute>[0-5]\d)(?P<second>[0-5]\d)?(?P<z>Z)?")
_SECONDS = re.compile(r"\d{9,10}")
_MILLISECONDS = re.compile(r"\d{13}")

_ZONES = {
    "Z": 0,
    "UTC": 0,
    "GMT": 0,
    "WET": 0,
    "WEST": 1,
    "CET": 1,
    "MEZ": 1,
    "CEST": 2,
    "MESZ": 2,
    "EET": 2,
    "EEST": 3,
}
"""Names that mean the same hours wherever they stand; others such as EST do not."""


class Stamp(NamedTuple):
    """Seconds since 1970 on the clock that the file shows; `offset` is how far that is ahead of UTC, if it says so."""

    wall: int
    offset: int | None = None


class Faulty(Exception):
    """What looks like a time and is none, such as 30 February."""


def kind_of(text: str) -> str | None:
    """Tell a cell that looks like a `stamp` (date and time), a `count` of seconds, a `date` or a `time`."""
    if any(pattern.fullmatch(text) for pattern in _DATE):
        return "date"
    if _CLOCK.fullmatch(text):
        return "time"
    if _SECONDS.fullmatch(text) or _MILLISECONDS.fullmatch(text):
        return "count" if _plausible(text) else None
    if _COMPACT.fullmatch(text):
        return "stamp"
    found = (pattern.match(text) for pattern in _DATE)
    return "stamp" if any(start and _AFTER_DATE.fullmatch(text[start.end() :]) for start in found) else None


def stamp_of(text: str, order: str) -> Stamp | None:
    """Read a date with its time, or a count of seconds; None where the text is neither."""
    if (found := _COMPACT.fullmatch(text)) is not None:
        seconds = int(found["hour"]) * 3600 + int(found["minute"]) * 60 + int(found["second"] or 0)
        return Stamp(_midnight(*_compact(found["date"]), text) + seconds, 0 if found["z"] else None)
    if _SECONDS.fullmatch(text):
        return Stamp(int(text), 0)
    if _MILLISECONDS.fullmatch(text):
        return Stamp(int(text) // 1000, 0)
    for pattern in _DATE:
        start = pattern.match(text)
        if start is None:
            continue
        rest = _AFTER_DATE.fullmatch(text[start.end() :])
        if rest is None:
            continue
        time = _seconds(rest)
        offset = _offset(rest["offset"])
        day = date_of(start[0], order)
        return None if time is None or day is None or offset is _UNKNOWN else Stamp(day + time, offset)
    return None


@lru_cache(maxsize=4096)
def date_of(text: str, order: str) -> int | None:
    """Return the seconds from 1970 to a day's midnight; None where the text is no date."""
    for pattern in _DATE:
        if (found := pattern.fullmatch(text)) is not None:
            parts = found.groupdict()
            year, month, day = _parts(parts, order)
            if month is None:
                continue
            return _midnight(year, month, day, text)
    return None


@lru_cache(maxsize=4096)
def time_of(text: str) -> int | None:
    """Return the seconds from midnight to a time of day, up to 24:00; None where the text is no time."""
    found = _CLOCK.fullmatch(text)
    return None if found is None else _seconds(found)


def order_of(texts: Iterable[str]) -> str | None:
    """Tell whether days stand before months by the dates of a file; None where either would do."""
    seen: list[tuple[int, int]] = []
    for text in texts:
        if (found := _DATE[1].match(text)) is None:
            continue
        one, two = int(found["one"]), int(found["two"])
        if found["sep"] == "." or one > _NOON:
            return "day-first"
        if two > _NOON:
            return "month-first"
        if not seen or seen[-1] != (one, two):
            seen.append((one, two))
    if not seen:
        return "day-first"
    return _by_progress(seen)


def _by_progress(seen: list[tuple[int, int]]) -> str | None:
    """Tell what counts up from row to row: that is the day."""
    pairs = list(pairwise(seen))
    ones = sum(abs(after[0] - before[0]) == 1 and after[1] == before[1] for before, after in pairs)
    twos = sum(abs(after[1] - before[1]) == 1 and after[0] == before[0] for before, after in pairs)
    if ones == twos:
        return None
    return "day-first" if ones > twos else "month-first"


def ask_for_order() -> Exception:
    """Return the question that a file leaves open."""
    return refused(
        "Its dates can be read with the day first or with the month first, and nothing tells"
        " which. Say it when you send the file again (on the command line with --dates)."
    )


_UNKNOWN = -1


def _plausible(count: str) -> bool:
    """Tell whether seconds since 1970 lie in the years of meters that keep quarter hours."""
    seconds = int(count) // (1 if len(count) <= len("1800000000") else 1000)
    return _COUNTED_FROM <= seconds < _COUNTED_TO


def _offset(text: str | None) -> int | None:
    if not text:
        return None
    name = text.strip("()").upper()
    if name in _ZONES:
        return _ZONES[name] * 3600
    if name[0] not in "+-":
        return _UNKNOWN
    digits = name[1:].replace(":", "").ljust(4, "0")
    return int(f"{name[0]}1") * (int(digits[:2]) * 3600 + int(digits[2:]) * 60)


def _seconds(found: re.Match[str]) -> int | None:
    hour, minute, second = int(found["hour"]), int(found["minute"]), int(found["second"] or 0)
    if found["half"]:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if found["half"].lower() == "p" else 0)
    seconds = hour * 3600 + minute * 60 + second
    return seconds if minute < 60 and second < 60 and seconds <= DAY else None  # noqa: PLR2004 - an hour, a minute


def _parts(parts: dict[str, str | None], order: str) -> tuple[int, int | None, int]:
    """Return year, month and day of whichever notation it was; no month where its name is unknown."""
    if compact := parts.get("compact"):
        return _compact(compact)
    if year := parts.get("year"):
        return int(year), int(parts["first"] or 0), int(parts["second_part"] or 0)
    if year := parts.get("end_year"):
        one, two = int(parts["one"] or 0), int(parts["two"] or 0)
        day, month = (one, two) if order == "day-first" else (two, one)
        return _full(year), month, day
    return _full(parts["named_year"] or "0"), MONTHS.get((parts["month"] or "").casefold()), int(parts["day"] or 0)


def _full(year: str) -> int:
    return int(year) if len(year) == 4 else _CENTURY + int(year)  # noqa: PLR2004 - a year that is written out


def _compact(digits: str) -> tuple[int, int, int]:
    return int(digits[:4]), int(digits[4:6]), int(digits[6:])


def _midnight(year: int, month: int, day: int, text: str) -> int:
    try:
        return (date(year, month, day).toordinal() - _EPOCH) * DAY
    except ValueError as error:
        raise Faulty(text) from error
