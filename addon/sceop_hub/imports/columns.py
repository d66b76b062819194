"""Columns: what a table's headers mean, in the words of meters and suppliers in several languages."""

import re
import unicodedata

from ..core.channels import is_channel
from .hints import UNITS
from .vocabulary import CHANNELS, COUNTER, ESTIMATES, ROLES, USE

_HOUR = re.compile(r"h(?:our)? ?(\d{1,2})")
_LONGEST_FIRST = "|".join(sorted(UNITS, key=len, reverse=True))
_UNIT = re.compile(rf"(?<![a-z/])({_LONGEST_FIRST})(?![a-z]|/(?!hh))", re.IGNORECASE)
"""A price a kWh is no kWh; a kWh each half hour is one."""

_UNITS = {unit.casefold(): unit for unit in reversed(UNITS)} | {"mwh": "MWh", "mw": "MW", "mj": "MJ"}


def plain(text: str) -> str:
    """Return a header in small letters without accents, its words divided by blanks."""
    bare = unicodedata.normalize("NFKD", text.replace("ß", "ss").replace("/", " / "))
    letters = "".join(sign for sign in bare if not unicodedata.combining(sign)).casefold()
    return re.sub(r"[^a-z0-9.:/-]+", " ", letters).strip()


def channel_of(text: str, named: dict[str, str]) -> str | None:
    """Return the channel that a header or a cell speaks of, the person's own word first."""
    folded = text.casefold()
    for word in (folded, _without_unit(folded)):
        if word in named:
            return named[word]
        if is_channel(word):
            return word
    words = plain(text)
    if is_channel(words.replace(" ", "_")):
        return words.replace(" ", "_")
    return next((channel for channel, pattern in CHANNELS if pattern.search(words)), None)


def unit_of(text: str) -> str | None:
    """Return the unit that a header or a cell names."""
    found = _UNIT.search(text.replace("_", " "))
    return None if found is None else _UNITS[found[1].casefold()]


def speaks_of(role: str, header: str) -> bool:
    """Tell whether a header has a word of this role."""
    return ROLES[role].search(plain(header)) is not None


def is_counter(header: str) -> bool:
    """Tell whether a header speaks of what a meter shows, not of what went through it in a while."""
    return COUNTER.search(plain(header)) is not None


def speaks_of_use(header: str) -> bool:
    """Tell whether a header says what was used, and not what came through the grid's meter."""
    return USE.search(plain(header)) is not None


def is_estimate(cell: str) -> bool:
    """Tell whether a cell about quality says that nobody measured this."""
    return ESTIMATES.search(plain(cell)) is not None


def hour_of(header: str) -> int | None:
    """Return the seconds from midnight to an hour that is only counted, such as H1 for the first."""
    found = _HOUR.fullmatch(plain(header))
    return None if found is None or not 1 <= int(found[1]) <= 24 else (int(found[1]) - 1) * 3600  # noqa: PLR2004 - hours


def _without_unit(text: str) -> str:
    bare = re.sub(r"[(\[].*?[)\]]", "", text)
    return re.sub(r"_(k?wh|k?w)$", "", bare.strip()).strip()
