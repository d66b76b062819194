"""What forms offer to choose from: time zones, currencies, languages."""

from functools import cache
from zoneinfo import available_timezones

NAMES_OF_LANGUAGES = {
    "en": "English",
    "de": "Deutsch",
    "es": "Español",
    "fr": "Français",
    "hi": "हिन्दी",
    "nl": "Nederlands",
}

CURRENCIES = (
    "AUD BRL CAD CHF CLP CNY CZK DKK EUR GBP HUF ILS INR ISK JPY KRW MXN NOK NZD PLN RON SEK SGD THB TRY UAH USD ZAR"
).split()
"""Suggestions; any other three letters are taken as well."""


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
