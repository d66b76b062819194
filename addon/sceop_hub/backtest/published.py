"""The past of a community as its hub gives it away: what forecasts learn of, for whoever wants to try them."""

import csv
import io
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from ..domain.refusal import Refusal
from ..imports.hints import refused

NET, USED = "net", "used"

HEADER = "start,consumption_wh,production_wh,net_wh"
WEATHER_HEADER = "made,start,temperature_c,cloud,wind_ms"
"""Of the weather that goes with it: what was said at `made` of the hour from `start` on."""
ABOUT = ("zone", "latitude", "longitude", "country", "subdivision")
SEEN = 4096
"""Of a file, enough for its first two lines."""

MOST_WH = 10**12
"""In a slot: more than all of mankind uses."""


class Row(NamedTuple):
    """A slot: when it starts, in seconds since 1970, and its figures; None is not known.

    `used` is what the homes would have drawn without roofs, so that it less the production is net.
    """

    start: int
    consumption: int | None
    production: int | None
    net: int | None
    used: int | None


def is_published(content: bytes) -> bool:
    """Tell whether a file begins as these do."""
    return content.removeprefix(b"\xef\xbb\xbf").startswith(HEADER.encode())


def about(file: Path) -> dict[str, str]:
    """Return where the community is, which such a file tells beside its first slot; nothing of any other file."""
    try:
        with file.open("rb") as opened:
            start = opened.read(SEEN)
    except OSError:
        return {}  # whoever reads it next says why
    if not is_published(start):
        return {}
    try:
        first = next(csv.DictReader(io.StringIO(start.decode("utf-8-sig", "replace"))), {})
    except csv.Error as error:
        raise changed(2) from error
    return {name: first[name] for name in ABOUT if first.get(name)}


def changed(line: int) -> Refusal:
    """Return the refusal of a file of a hub's, one line of which the hub did not write."""
    return refused("Line {line} of this file of a hub's was changed: download it again.", line=line)


def degrees(text: str) -> float:
    """Read where the community is, as the file tells it."""
    try:
        return float(text)
    except ValueError as error:
        raise changed(2) from error


def lines(content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Return the cells of each line below the first of a file of a hub's, with the line's number."""
    found = csv.reader(io.StringIO(content.decode("utf-8-sig", "replace")))
    while True:
        try:
            line = next(found, None)
        except csv.Error as error:
            raise changed(found.line_num) from error
        if line is None:
            return
        if found.line_num > 1:
            yield found.line_num, line


def rows(content: bytes) -> Iterator[Row]:
    """Read a past."""
    return (_row(line, number) for number, line in lines(content))


def _row(line: list[str], number: int) -> Row:
    try:
        when, *cells = line
        start = datetime.fromisoformat(when).astimezone(UTC)
        used, made, net = (_wh(cell) if cell else None for cell in cells[:3])
    except (ValueError, OverflowError) as error:
        raise changed(number) from error
    drawn = None if net is None or (made is None and used is None) else net + (made or 0)
    return Row(round(start.timestamp()), used, made, net, drawn)


def _wh(cell: str) -> int:
    wh = int(cell)
    if abs(wh) > MOST_WH:
        raise ValueError(cell)
    return wh
