"""When should I start this? The best starts of any load, with what they cost and why, as a response."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from math import ceil
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import ATTR_DEVICE_ID
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..coordinator import SceopConfigEntry
from ..core.plan.asking import best_starts
from ..core.plan.plan import Placement
from ..core.plan.wants import Need, RunOnce
from ..core.slots import SLOT, slot_of
from ..flexible import Load
from ..flexible.energy_need import NeedNature
from ..flexible.run_once import RunOnceNature
from ..plan_words import PlanWords

ATTR_EARLIEST, ATTR_READY_BY = "earliest", "ready_by"
ATTR_ENERGY, ATTR_HOURS, ATTR_PROFILE = "energy_kwh", "hours", "profile"
MOST_HOURS = 48
USUAL_HOURS = 24
MOST_STARTS = 3
_ANY = "asked"


async def plan_load(hass: HomeAssistant, entry: SceopConfigEntry, data: Mapping[str, Any]) -> JsonObjectType:
    """Return the best starts from now on, or from the earliest that was asked for, until it has to be ready."""
    planning, now = entry.runtime_data.planning, dt_util.utcnow()
    earliest = max(slot_of(_instant(data.get(ATTR_EARLIEST)) or now), slot_of(now))
    ready_by = slot_of(_instant(data.get(ATTR_READY_BY)) or earliest + timedelta(hours=USUAL_HOURS))
    if not earliest < ready_by <= slot_of(now) + timedelta(hours=MOST_HOURS):
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="plan_window",
            translation_placeholders={"hours": str(MOST_HOURS)},
        )
    want = _want(entry, hass, data, earliest, ready_by)
    starts = await hass.async_add_executor_job(partial(best_starts, want, planning.ahead(), MOST_STARTS))
    words = await PlanWords.of(hass, entry)
    return {
        "site": entry.title,
        "made": now.isoformat(),
        "currency": words.currency,
        "starts": [_told(start, words) for start in starts],
    }


async def mark_ready(hass: HomeAssistant, data: Mapping[str, Any]) -> None:
    """Take a person's word, or an automation's, that loads may run when it is best."""
    ready_by = _instant(data.get(ATTR_READY_BY))
    if ready_by is not None and ready_by <= dt_util.utcnow():
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="plan_window",
            translation_placeholders={"hours": str(MOST_HOURS)},
        )
    loads = [_load_of(hass, device) for device in data[ATTR_DEVICE_ID]]
    for load in loads:
        if not isinstance(load.nature, RunOnceNature):
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="load_is_never_ready",
                translation_placeholders={"name": load.title},
            )
    for load in loads:
        load.make_ready(None if ready_by is None else slot_of(ready_by))


def _told(place: Placement, words: PlanWords) -> JsonObjectType:
    """Return one start. Money is null where it is not known what electricity costs."""
    last = max((number for number, wh in enumerate(place.wh) if wh), default=0)
    costs = (place.cost, place.cost_at_once, place.cost_at_once - place.cost)
    cost, at_once, saving = (None if words.currency is None else round(amount, 4) + 0.0 for amount in costs)
    return {
        "start": place.start.isoformat(),
        "end": (place.start + (last + 1) * SLOT).isoformat(),
        "wh": list(place.wh),
        "cost": cost,
        "cost_at_once": at_once,
        "saving": saving,
        "reasons": [reason.value for reason in place.reasons],
        "why": words.why(place),
    }


def _want(
    entry: SceopConfigEntry, hass: HomeAssistant, data: Mapping[str, Any], earliest: datetime, ready_by: datetime
) -> RunOnce | Need:
    """Return what is asked about: a load of this home, or any energy over some time."""
    if (device := data.get(ATTR_DEVICE_ID)) is not None:
        load = _load_of(hass, device)
        if load.id not in entry.runtime_data.planning.loads:
            raise _unknown(device)
        return _of_load(load, earliest, ready_by)
    if (profile := data.get(ATTR_PROFILE)) is not None and any(profile):
        return RunOnce(_ANY, tuple(profile), earliest, ready_by)
    if (kwh := data.get(ATTR_ENERGY)) is None:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="plan_of_what")
    slots = max(ceil(timedelta(hours=data[ATTR_HOURS]) / SLOT), 1)
    each, more = divmod(round(kwh * 1000), slots)
    return RunOnce(_ANY, tuple(each + (slot < more) for slot in range(slots)), earliest, ready_by)


def _of_load(load: Load, earliest: datetime, ready_by: datetime) -> RunOnce | Need:
    nature, memory = load.nature, load.memory
    if isinstance(nature, RunOnceNature):
        return RunOnce(_ANY, nature.profile(memory), earliest, ready_by)
    if isinstance(nature, NeedNature):
        terms, want = nature.terms, load.want
        wh = want.wh if isinstance(want, Need) else terms.wh
        if wh > 0:
            return Need(_ANY, wh, terms.min_w, terms.max_w, terms.interruptible, earliest, ready_by)
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="load_has_no_start", translation_placeholders={"name": load.title}
    )


def _load_of(hass: HomeAssistant, device_id: str) -> Load:
    """Return the flexible load behind a device."""
    device = dr.async_get(hass).async_get(device_id)
    entry = None if device is None else hass.config_entries.async_get_entry(device.config_entry_id or "")
    if device is None or entry is None or entry.domain != DOMAIN or entry.state is not ConfigEntryState.LOADED:
        raise _unknown(device_id)
    loads: Mapping[str, Load] = entry.runtime_data.planning.loads
    known = (loads.get(name) for domain, name in device.identifiers if domain == DOMAIN)
    if (load := next((each for each in known if each is not None), None)) is None:
        raise _unknown(device_id)
    return load


def _unknown(device_id: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="load_unknown", translation_placeholders={"device": device_id}
    )


def _instant(typed: datetime | None) -> datetime | None:
    """Return an instant as it was meant: without a time zone by this Home Assistant's clocks."""
    if typed is None:
        return None
    local = typed if typed.tzinfo is not None else typed.replace(tzinfo=dt_util.get_default_time_zone())
    return local.astimezone(UTC)
