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


@cache
def currencies_of_zones() -> Mapping[str, str]:
    """Return what people pay with in each time zone, as far as one of our suggestions is it."""
    of_country = {country: currency for currency, countries in _COUNTRIES.items() for country in countries.split()}
    rows = [line.split("\t") for line in _lines("zone.tab") if line and not line.startswith("#")]
    countries = {zone: country for country, _where, zone, *_ in rows}
    # Browsers say some zones by older names, such as Asia/Calcutta. Where zones of two countries run alike, the list
    # calls one the older name of the other: what has a country of its own keeps it.
    links = [line.split() for line in _lines("tzdata.zi") if line.startswith("L ")]
    countries = {older: countries[zone] for _link, zone, older in links if zone in countries} | countries
    return {zone: of_country[country] for zone, country in countries.items() if country in of_country}


def _lines(name: str) -> list[str]:
    return (resources.files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8").splitlines()


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
