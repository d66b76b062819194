"""Flexible loads: what may run at another time, what is asked of it, and what people did with it."""

from homeassistant.config_entries import ConfigEntry, ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from .band import BandNature
from .book import Book, loads_store
from .energy_need import NeedNature
from .hand import SWITCHES, Hand, SimulatedHand
from .kinds import LoadKind, flexible
from .load import Load
from .run_once import RunOnceNature
from .seen import Nature
from .store import BatteryNature
from .terms import SIMULATED, BandTerms, BatteryTerms, LoadTerms, NeedTerms, RunOnceTerms

__all__ = ["SIMULATED_KEY", "Load", "LoadKind", "create", "flexible", "leave"]

SIMULATED_KEY = "simulated_load"
"""What the switch of a simulated appliance is called in its unique id."""


async def create(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, Load]:
    """Return the flexible loads of a site, which follow their entities from now on; or none, and no traces."""
    subentries = flexible(entry)
    if not subentries:
        await loads_store(hass, entry.entry_id).async_remove()
        return {}
    book = await Book.of(hass, entry.entry_id, [each.subentry_id for each in subentries])
    entry.async_on_unload(book.close)
    loads = {each.subentry_id: _load(hass, entry, each, book) for each in subentries}
    for load in loads.values():
        load.open()
        entry.async_on_unload(load.close)
    return loads


async def leave(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let what a removed site's plan changed be as it was."""
    subentries = flexible(entry)
    if not subentries:
        return
    book = await Book.of(hass, entry.entry_id, [each.subentry_id for each in subentries])
    for each in subentries:
        await _load(hass, entry, each, book).leave()
    await book.close()


def _load(hass: HomeAssistant, entry: ConfigEntry, subentry: ConfigSubentry, book: Book) -> Load:
    kind = LoadKind(subentry.subentry_type)
    terms = _terms(kind, subentry)
    hand = _hand(hass, terms, f"{entry.unique_id}_{subentry.subentry_id}_{SIMULATED_KEY}")
    zone = dt_util.get_time_zone(entry.data["time_zone"])
    assert zone is not None  # the dialog took it from Home Assistant
    nature: Nature
    match terms:
        case RunOnceTerms():
            nature = RunOnceNature(terms, zone, shows=hand is not None and hand.domain in SWITCHES)
        case NeedTerms():
            nature = NeedNature(terms, zone, shows=hand is not None)
        case BandTerms():
            nature = BandNature(terms)
        case BatteryTerms():
            nature = BatteryNature(terms)
    return Load(hass, entry, (subentry.subentry_id, subentry.title, kind), terms, nature, hand, book, zone)


def _terms(kind: LoadKind, subentry: ConfigSubentry) -> LoadTerms:
    match kind:
        case LoadKind.RUN_ONCE:
            return RunOnceTerms.of(subentry.data)
        case LoadKind.ENERGY_NEED:
            return NeedTerms.of(subentry.data)
        case LoadKind.THERMOSTAT_BAND:
            return BandTerms.of(subentry.data)
        case LoadKind.FLEXIBLE_BATTERY:
            return BatteryTerms.of(subentry.data)


def _hand(hass: HomeAssistant, terms: LoadTerms, simulated: str) -> Hand | None:
    """Return what runs a load, or None where it is only advised."""
    if terms.entity is None:
        return None
    if terms.entity == SIMULATED:
        return SimulatedHand(hass, simulated, 1)
    match terms:
        case BatteryTerms():
            return Hand(hass, terms.entity, terms.charge_w, terms.options, inverted=terms.inverted)
        case NeedTerms() | BandTerms():
            return Hand(hass, terms.entity, terms.max_w, None, inverted=False)
        case RunOnceTerms():
            return Hand(hass, terms.entity, max(terms.wh, 1), None, inverted=False)
