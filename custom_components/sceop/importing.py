"""Importing: what things remember from before they were added becomes the past of their own sensors.

Charts and forecasts then have something to show in the first minute, and the Energy dashboard its first weeks.
"""

import logging
from asyncio import Lock, sleep
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import partial

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.const import ATTR_UNIT_OF_MEASUREMENT, Platform, UnitOfEnergy
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from .archive import Asked
from .const import DOMAIN
from .coordinator import SceopConfigEntry
from .core.channels import CONSUMPTION, GRID_EXPORT, GRID_IMPORT, SIGNS, consumption
from .core.meter import ClosedSlot
from .core.slots import SLOT, Span, slot_of
from .core.tariff import PriceOf
from .own_history import hours_of, write_past
from .sources import Slots, SourceError

_LOGGER = logging.getLogger(__name__)

PAST = timedelta(days=60)
TRY_AGAIN_S, LONGEST_PAUSE_S = 60, 900
_WRITING: HassKey[Lock] = HassKey(f"{DOMAIN}_past")
"""Two who write the past of one sensor at a time would lift what follows it twice."""


async def import_past(hass: HomeAssistant, entry: SceopConfigEntry) -> None:
    """Write the past of things that were added since, and of the site they belong to; try until it is done.

    A thing that is silent has its turn when it speaks: what it measures may well start after us.
    """
    coordinator, archive = entry.runtime_data.coordinator, entry.runtime_data.archive
    tried, written, pause_s = list[str](), set[str](), TRY_AGAIN_S
    while RECORDER in hass.config.components and (missing := coordinator.without_past()):
        new = [thing for thing in missing if coordinator.things[thing].last_update_success]
        if new != tried:
            tried, written, pause_s = new, set(), TRY_AGAIN_S
        try:
            end = slot_of(dt_util.utcnow())
            done = bool(new) and await write_past_of(hass, entry, new, Span(end - PAST, end), written)
        except SourceError as error:
            _LOGGER.debug("The past of %s has to wait: %s", entry.title, error)
            done = False
        except ValueError as error:
            _LOGGER.warning("The past of %s cannot be written: %s", entry.title, error)
            done = True
        archive.asked(Asked.THINGS)
        if done:
            await coordinator.async_past_imported(new)
        else:
            await sleep(pause_s)
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S) if new else TRY_AGAIN_S
    archive.asked(Asked.THINGS)


async def write_past_of(
    hass: HomeAssistant, entry: SceopConfigEntry, things: Iterable[str], span: Span, written: set[str] | None = None
) -> bool:
    """Write what things and their site remember of a span, which ends with the running slot or before what is written.

    What flows meanwhile the sensors count themselves. Returned is whether all is done, or must be asked for again; the
    sensors in `written` are left alone, and those that are done are added to it.
    """
    written = set() if written is None else written
    before = len(written)
    async with hass.data.setdefault(_WRITING, Lock()):
        done = await _import(hass, entry, things, span, written)
    if len(written) > before:
        await entry.runtime_data.archive.fill()
    return done


async def _import(
    hass: HomeAssistant, entry: SceopConfigEntry, things: Iterable[str], span: Span, written: set[str]
) -> bool:
    runtime = entry.runtime_data
    coordinator, rules = runtime.coordinator, runtime.coordinator.prices.rules
    told = {name: await thing.source.past(span) for name, thing in runtime.things.items()}
    site = coordinator.whole(told, span.end)
    used = _used({flow: site.get(flow, ()) for flow in coordinator.flows})
    runtime.archive.recall({**site, CONSUMPTION: used})

    def running(flow: str) -> int | None:
        return coordinator.data.running_wh.get(flow)

    sensors: dict[str, Callable[[str], Awaitable[bool]]] = {}
    for name in things:
        for flow, slots in told[name].items():
            seen = partial(runtime.things[name].running_wh, flow)
            sensors[f"{name}_{flow}_energy"] = partial(_write, hass, slots=slots, running_wh=seen)
    for flow in SIGNS:
        if flow in site:
            sensors[f"{flow}_energy"] = partial(_write, hass, slots=site[flow], running_wh=partial(running, flow))
    for flow, key, price in (
        (GRID_IMPORT, "grid_import_cost", rules.import_price),
        (GRID_EXPORT, "grid_export_compensation", rules.export_price),
    ):
        if price is not None and flow in site:
            seen = partial(running, flow)
            sensors[key] = partial(_write_money, hass, slots=site[flow], price=price, running_wh=seen)
    sensors[f"{CONSUMPTION}_energy"] = partial(
        _write, hass, slots=used, running_wh=lambda: consumption(dict(coordinator.data.running_wh))
    )
    for key, write in sensors.items():
        if key not in written and await write(f"{runtime.site_id}_{key}"):
            written.add(key)
    coordinator.remember(site)
    return sensors.keys() <= written


async def _write(
    hass: HomeAssistant, unique_id: str, *, slots: Iterable[ClosedSlot], running_wh: Callable[[], int | None]
) -> bool:
    """Write the hours of one energy sensor, unless nobody wants it."""
    entity_id = er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
    known = list(slots)
    if entity_id is None or not known or hass.states.get(entity_id) is None:
        return True
    running_hour = dt_util.utcnow().replace(minute=0, second=0, microsecond=0)
    since_hour = sum(slot.wh for slot in known if slot.start >= running_hour) + (running_wh() or 0)
    return await write_past(hass, entity_id, UnitOfEnergy.WATT_HOUR, hours_of(known), since_hour)


async def _write_money(
    hass: HomeAssistant,
    unique_id: str,
    *,
    slots: Iterable[ClosedSlot],
    price: PriceOf,
    running_wh: Callable[[], int | None],
) -> bool:
    """Write what the hours cost of which every price is known, at the tariff of today."""
    entity_id = er.async_get(hass).async_get_entity_id(Platform.SENSOR, DOMAIN, unique_id)
    if entity_id is None or (state := hass.states.get(entity_id)) is None:
        return True
    now = dt_util.utcnow()
    running_hour = now.replace(minute=0, second=0, microsecond=0)
    amounts = {slot.start: slot.wh * per_kwh / 1000 for slot in slots if (per_kwh := price(slot.start)) is not None}
    hours = {start.replace(minute=0): [start.replace(minute=0) + n * SLOT for n in range(4)] for start in amounts}
    hourly = {
        hour: sum((amounts[start] for start in quarters), Decimal())
        for hour, quarters in hours.items()
        if amounts.keys() >= set(quarters)
    }
    running = (running_wh() or 0) * (price(slot_of(now)) or Decimal()) / 1000
    since_hour = sum((amount for start, amount in amounts.items() if start >= running_hour), running)
    return await write_past(hass, entity_id, state.attributes[ATTR_UNIT_OF_MEASUREMENT], hourly, since_hour)


def _used(flows: Slots) -> list[ClosedSlot]:
    """Return what the site used in each slot of which all flows are known."""
    by_start: dict[object, dict[str, ClosedSlot]] = {}
    for flow, slots in flows.items():
        for slot in slots:
            by_start.setdefault(slot.start, {})[flow] = slot
    return [
        ClosedSlot(first.start, max(used, 0), first.quality)
        for row in by_start.values()
        if row.keys() == flows.keys()
        for first in (next(iter(row.values())),)
        if (used := consumption(_wh(row))) is not None
    ]


def _wh(row: Mapping[str, ClosedSlot]) -> dict[str, int | None]:
    return {flow: slot.wh for flow, slot in row.items()}
