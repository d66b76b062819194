"""Zones: lights that belong together, their hours, and when, for whom and through whom they were lit."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryError
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..core.hours import Hours, Timetable, Window
from ..core.simulate.sites import Office
from ..prices.holidays import countries, holidays_of
from ..sources.simulated import CONF_SIMULATED, SIMULATED, draw
from ..sources.wiring import CONF_ENERGY, CONF_POWER
from ..terms import HolidayPlace
from ..things import CONF_TYPE, Thing
from .book import Book, remove
from .lamps import Lamps
from .members import MemberLamps
from .simulated import SimulatedLamps
from .zone import Figures, Tenancy, Zone

__all__ = ["Figures", "Zone", "create", "remove"]

CONF_LIGHTS = "lights"
CONF_RATED_W = "rated_w"
CONF_HOURS = "hours"
CONF_HOLIDAYS = "holidays"
CONF_OCCUPANT = "occupant"
CONF_CLEANING = "cleaning"
CLOSED = "closed"
AS_USUAL = "as_usual"


async def create(hass: HomeAssistant, entry: ConfigEntry, thing: Thing) -> Zone:
    """Return a zone that follows its lamps until its site is unloaded."""
    data = entry.subentries[thing.id].data
    tenancy = await _tenancy(hass, entry, data)
    book = await Book.of(hass, entry)
    zone = Zone(hass, thing.id, thing.title, tenancy, _lamps(hass, entry, thing, book, tenancy), book)
    simulated = entry.data.get(CONF_SIMULATED)
    zone.open(dt_util.utcnow() if simulated is None else datetime.fromisoformat(simulated["since"]))
    entry.async_on_unload(zone.close)
    return zone


async def _tenancy(hass: HomeAssistant, entry: ConfigEntry, data: Mapping[str, Any]) -> Tenancy:
    name = entry.data.get("time_zone", hass.config.time_zone)
    zone = await dt_util.async_get_time_zone(name)
    if zone is None:
        raise ConfigEntryError(
            translation_domain=DOMAIN, translation_key="time_zone_unknown", translation_placeholders={"zone": name}
        )
    holiday: Callable[[date], bool] = _never
    if data.get(CONF_HOLIDAYS, CLOSED) == CLOSED:
        country = hass.config.country
        known = country is not None and country in await countries(hass)
        holiday = await holidays_of(hass, HolidayPlace(country, None) if country is not None and known else None)
    hours = tuple(data.get(CONF_HOURS, ()))
    timetable = Timetable(
        Hours(_windows(hours), zone, holiday),
        Hours(_windows(data.get(CONF_CLEANING, ())), zone),
    )
    return Tenancy(timetable, data.get(CONF_OCCUPANT, ""), hours)


def _never(_day: date) -> bool:
    return False


def _windows(kept: Iterable[Mapping[str, Any]]) -> tuple[Window, ...]:
    return tuple(Window.of(window) for window in kept)


def _lamps(hass: HomeAssistant, entry: ConfigEntry, thing: Thing, book: Book, tenancy: Tenancy) -> Lamps:
    source = thing.source
    if source[CONF_TYPE] != SIMULATED:
        return MemberLamps(
            hass,
            book.causes,
            source[CONF_LIGHTS],
            source[CONF_RATED_W],
            energy=source.get(CONF_ENERGY),
            power=source.get(CONF_POWER),
        )
    assert entry.unique_id is not None  # every site is given one by the config flow
    drawn = draw(entry.data, entry.unique_id, tenancy.timetable.zone)
    assert isinstance(drawn, Office)  # no home has light zones
    page = book.page(thing.id)

    def keep(hand: Mapping[str, Any]) -> None:
        page.hand = dict(hand)
        book.touch()

    return SimulatedLamps(book.causes, drawn, source["zone"], page.hand, keep)
