"""What forms offer to choose from: time zones, currencies, languages."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from zoneinfo import available_timezones

NAMES_OF_LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "nl": "Nederlands",
}

_COUNTRIES = {
    "AUD": "AU",
    "BRL": "BR",
    "CAD": "CA",
    "CHF": "CH LI",
    "CLP": "CL",
    "CNY": "CN",
    "CZK": "CZ",
    "DKK": "DK FO GL",
    "EUR": "AD AT AX BE BG BL CY DE EE ES FI FR GF GP GR HR IE IT LT LU LV MC ME MF MQ MT NL PM PT RE SI SK SM VA YT",
    "GBP": "GB GG IM JE",
    "HUF": "HU",
    "ILS": "IL",
    "INR": "IN",
    "ISK": "IS",
    "JPY": "JP",
    "KRW": "KR",
    "MXN": "MX",
    "NOK": "NO SJ",
    "NZD": "NZ",
    "PLN": "PL",
    "RON": "RO",
    "SEK": "SE",
    "SGD": "SG",
    "THB": "TH",
    "TRY": "TR",
    "UAH": "UA",
    "USD": "PR US",
    "ZAR": "ZA",
}
CURRENCIES = tuple(_COUNTRIES)
"""Suggestions; any other three letters are taken as well."""

_AS_BROWSERS_SAY = {
    "America/Coral_Harbour": "America/Atikokan",
    "America/Godthab": "America/Nuuk",
    "America/Indianapolis": "America/Indiana/Indianapolis",
    "America/Louisville": "America/Kentucky/Louisville",
    "Asia/Calcutta": "Asia/Kolkata",
    "Atlantic/Faeroe": "Atlantic/Faroe",
    "Europe/Kiev": "Europe/Kyiv",
}
"""Older names, at which browsers stay for good, and the present ones."""


@cache
def currencies_of_zones() -> Mapping[str, str]:
    """Return what people pay with in each time zone, as far as one of our suggestions is it."""
    of_country = {country: currency for currency, countries in _COUNTRIES.items() for country in countries.split()}
    lines = (resources.files("tzdata") / "zoneinfo" / "zone.tab").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    found = {zone: of_country[country] for country, _where, zone, *_ in rows if country in of_country}
    return found | {said: found[zone] for said, zone in _AS_BROWSERS_SAY.items()}


@cache
def zones() -> tuple[str, ...]:
    """Return the time zones that people live in, by region and city."""
    regions = (
        "Africa/",
        "America/",
        "Antarctica/",
        "Asia/",
        "Atlantic/",
        "Australia/",
        "Europe/",
        "Indian/",
        "Pacific/",
    )
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(regions)))


def zone_choices(current: str) -> list[tuple[str, str]]:
    """Return each time zone as it is sent and as it is read, and with them the one that holds now."""
    names = zones() if current in zones() else (current, *zones())
    return [(name, name.replace("_", " ")) for name in names]
