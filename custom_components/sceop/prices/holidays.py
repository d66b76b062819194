"""Public holidays of a place, for tariffs that know them."""

from collections.abc import Mapping

from holidays import HolidayBase, country_holidays, list_supported_countries
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..core.tariff import IsHoliday
from ..terms import HolidayPlace


async def place_of(hass: HomeAssistant, country: str | None) -> HolidayPlace | None:
    """Return a whole country as a place, if its holidays are known."""
    if country is None or country not in await hass.async_add_executor_job(_supported):
        return None
    return HolidayPlace(country, None)


async def holidays_of(hass: HomeAssistant, place: HolidayPlace | None) -> IsHoliday:
    """Return who knows the holidays of a place; without a place no day is one."""
    if place is None:
        return lambda _day: False
    this_year = dt_util.now().year
    years = range(this_year - 1, this_year + 3)

    def construct() -> HolidayBase:
        return country_holidays(place.country, subdiv=place.subdivision, years=years)

    known = await hass.async_add_executor_job(construct)
    return lambda day: day in known


async def countries(hass: HomeAssistant) -> list[str]:
    """Return the countries whose holidays are known."""
    return sorted(await hass.async_add_executor_job(_supported))


async def subdivisions(hass: HomeAssistant, country: str) -> Mapping[str, str]:
    """Return the parts of a country that have holidays of their own, by code, each with its name."""

    def names() -> Mapping[str, str]:
        aliases = country_holidays(country).get_subdivision_aliases()
        return {code: ", ".join(aliases.get(code, ())) or code for code in _supported().get(country, ())}

    return await hass.async_add_executor_job(names)


def _supported() -> Mapping[str, list[str]]:
    return list_supported_countries(include_aliases=False)
