"""Holidays of the place, by the package of that name; it is loaded where somebody asks, not with the server."""

from collections.abc import Callable
from datetime import date

from .domain.profile import Mistake


def countries() -> dict[str, list[str]]:
    """Return the countries whose holidays are known, by their two letters, each with its regions."""
    import holidays  # noqa: PLC0415 - takes some megabytes and a tenth of a second, for a form that is seldom open

    known = holidays.list_supported_countries(include_aliases=False)
    return {country: list(known[country]) for country in sorted(known)}


def regions(country: str) -> list[tuple[str, str]]:
    """Return the regions of a country that have holidays of their own, each with its name, in the names' order."""
    import holidays  # noqa: PLC0415 - as above

    codes = countries().get(country, [])
    names = holidays.country_holidays(country).get_subdivision_aliases() if codes else {}
    return sorted(((code, ", ".join(names.get(code, ())) or code) for code in codes), key=lambda region: region[1])


def check(country: str | None, subdivision: str | None) -> None:
    """Refuse a place whose holidays nobody knows."""
    if country is None:
        return
    known = countries()
    if country not in known:
        raise Mistake("country")
    if subdivision is not None and subdivision not in known[country]:
        raise Mistake("subdivision")


def is_holiday(country: str | None, subdivision: str | None) -> Callable[[date], bool]:
    """Return what tells the holidays of a place; where it is not known, no day is one."""
    if country is None:
        return lambda _day: False
    import holidays  # noqa: PLC0415 - as above

    try:
        found = holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError:  # decided with another version of the package
        return lambda _day: False
    return lambda day: day in found
