"""Columns: what a table's headers mean, in the words of meters and suppliers in several languages."""

import re
import unicodedata

from ..core.channels import BATTERY_CHARGE, BATTERY_DISCHARGE, GRID_EXPORT, GRID_IMPORT, PRODUCTION, is_channel
from .hints import UNITS

NET = "net"
"""One column for both directions of the grid: what is below zero was exported."""


def _any_of(words: str) -> re.Pattern[str]:
    """Return what finds any of some words, which are divided by blanks; within a word, `_` is a blank."""
    return re.compile("|".join(words.split()).replace("_", " "))


_CHANNELS = (
    (BATTERY_DISCHARGE, _any_of(r"discharg entlad ontlad decharge descarg")),
    (
        BATTERY_CHARGE,
        _any_of(r"(batter|akku|speicher|storage|accu).*(charg|lad|carga) (charg|lad|carga).*(batter|akku)"),
    ),
    (
        GRID_EXPORT,
        _any_of(
            r"export feed.?in einspeis ruckliefer lieferung teruglever inject inyecc vertid excedent surplus return"
            r" \b2\.8\. delivered_by to_grid received_by"
        ),
    ),
    (PRODUCTION, _any_of(r"produ solar \bpv\b generat erzeug opwek opbrengst photovolt fotovolt zonne")),
    (NET, _any_of(r"\bnet\b \bnetto\b \bsaldo\b")),
    (
        GRID_IMPORT,
        _any_of(
            r"import consum consom usage \bused?\b verbrauch bezug afname verbruik soutir from_grid \b1\.8\."
            r" \bdelivered\b \bload\b \bdemand\b"
        ),
    ),
)
_ROLES = {
    "end": _any_of(r"\bend\b \bende\b until \bto\b \bbis\b \bfin\b hasta \beinde\b \btot\b \bending\b"),
    "household": _any_of(
        r"household \bhome\b haushalt lclid meter_?(id|number|no\b|nummer|nr) \bnmi\b \bmpan\b \bean\b \bcups\b"
        r" zahlpunkt zahlernummer \bmalo\b \bmelo\b \bpdl\b \bprm\b customer serial"
    ),
    "channel": _any_of(
        r"\bchannel\b kanal register \bobis\b direction richtung measurement entity.?id flow \btype\b \bcanal\b"
    ),
    "unit": _any_of(r"\bunits?\b einheit \buom\b unite eenheid unidad"),
    "quality": _any_of(r"quality status qualitat qualite kwaliteit calidad estimated flag"),
    "plain": _any_of(
        r"\bvalues?\b \bwerte?\b messwert valeur waarde valor \bstate\b reading energ amount menge quantity \bstand\b"
        r" zahlerstand meterstand lectura index \bk?wh\b \bk?w\b power leistung puissance vermogen potencia interval"
    ),
    "other": _any_of(
        r"cost price preis kosten prix precio prijs tarif \bcharges?\b$ temperat note comment \brev\b received \bkind\b"
        r" account address adres \bname\b carbon co2 \bgas\b \bwater\b"
    ),
}
_COUNTER = _any_of(
    r"\bstand\b zahlerstand meterstand counter register lectura \bindex\b cumul \btotal\b \d\.8\. meter_reading"
)
_HOUR = re.compile(r"h(?:our)? ?(\d{1,2})")
_UNIT = re.compile(
    r"(?<![a-z])({})(?![a-z/])".format("|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))), re.IGNORECASE
)
_UNITS = {unit.casefold(): unit for unit in reversed(UNITS)} | {"mwh": "MWh", "mw": "MW", "mj": "MJ"}
_QUALITIES = re.compile(r"estim|geschat|ersatz|\be\b|\bs\b|substitut|calculat|interpol")


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
    return next((channel for channel, pattern in _CHANNELS if pattern.search(words)), None)


def unit_of(text: str) -> str | None:
    """Return the unit that a header or a cell names."""
    found = _UNIT.search(text.replace("_", " "))
    return None if found is None else _UNITS[found[1].casefold()]


def speaks_of(role: str, header: str) -> bool:
    """Tell whether a header has a word of this role."""
    return _ROLES[role].search(plain(header)) is not None


def is_counter(header: str) -> bool:
    """Tell whether a header speaks of what a meter shows, not of what went through it in a while."""
    return _COUNTER.search(plain(header)) is not None


def is_estimate(cell: str) -> bool:
    """Tell whether a cell about quality says that nobody measured this."""
    return _QUALITIES.search(plain(cell)) is not None


def hour_of(header: str) -> int | None:
    """Return the seconds from midnight to an hour that is only counted, such as H1 for the first."""
    found = _HOUR.fullmatch(plain(header))
    return None if found is None or not 1 <= int(found[1]) <= 24 else (int(found[1]) - 1) * 3600  # noqa: PLR2004 - hours


def _without_unit(text: str) -> str:
    bare = re.sub(r"[(\[].*?[)\]]", "", text)
    return re.sub(r"_(k?wh|k?w)$", "", bare.strip()).strip()
