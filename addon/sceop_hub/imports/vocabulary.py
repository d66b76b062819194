"""The words of meters and suppliers in English, German, French, Dutch and Spanish, as headers and dates write them.

Headers are compared in small letters and without accents.
"""

import re

from ..core.channels import BATTERY_CHARGE, BATTERY_DISCHARGE, GRID_EXPORT, GRID_IMPORT, PRODUCTION

NET = "net"
"""One column for both directions of the grid: what is below zero was exported."""


def _any_of(words: str) -> re.Pattern[str]:
    """Return what finds any of some words, which are divided by blanks; within a word, `_` is a blank."""
    return re.compile("|".join(words.split()).replace("_", " "))


CHANNELS = (
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
ROLES = {
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
COUNTER = _any_of(
    r"\bstand\b zahlerstand meterstand counter register lectura \bindex\b cumul \btotal\b \d\.8\. meter_reading"
)
USE = _any_of(r"consum consom usage \bused?\b verbrauch verbruik \bload\b \bdemand\b")
"""What was used, which behind a roof is more than what was imported."""

ESTIMATES = _any_of(r"estim geschat ersatz \be\b \bs\b substitut calculat interpol")

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan janv ene enero januar january janvier januari",
            "feb fev févr feb febrero februar february février februari",
            "mar mär mrz mrt mars march märz maart marzo",
            "apr avr abr april avril abril",
            "may mai mei mayo",
            "jun juin june juni junio",
            "jul juil july juli juillet julio",
            "aug août ago august augustus agosto",
            "sep sept september septembre septiembre",
            "oct okt october oktober octobre octubre",
            "nov november novembre noviembre",
            "dec dez déc dic december dezember décembre diciembre",
        ),
        1,
    )
    for name in names.split()
}
