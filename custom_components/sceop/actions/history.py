"""The past, imported again or deeper, as a response."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from homeassistant.components.recorder.const import DOMAIN as RECORDER
from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..coordinator import SceopConfigEntry
from ..core.slots import Span, slot_of
from ..importing import write_past_of
from ..sources import SourceError

MOST_DAYS = 3650
_YEAR = timedelta(days=365)
"""So much is written at once: ten years of quarter hours in one piece would keep a small machine busy for long."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the recorder has of a sensor: how many hours, and since when."""

    hours: int = 0
    first: datetime | None = None


async def import_history(
    hass: HomeAssistant, entry: SceopConfigEntry, days: int, devices: Sequence[str] | None
) -> JsonObjectType:
    """Write what things remember in front of what their sensors have. Hours that are there already stay."""
    if RECORDER not in hass.config.components:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_recorder")
    things = _things(hass, entry, devices)
    sensors = _sensors(hass, entry, things)
    before = await _recorded(hass, sensors)
    done = True
    try:
        for span in _years(days):
            done &= await write_past_of(hass, entry, things, span)
    except (SourceError, ValueError) as error:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="history_failed",
            translation_placeholders={"site": entry.title, "sentence": str(error)},
        ) from error
    if not done:
        raise HomeAssistantError(
            translation_domain=DOMAIN, translation_key="history_waits", translation_placeholders={"site": entry.title}
        )
    after = await _recorded(hass, sensors)
    return {
        "site": entry.title,
        "sensors": [
            {
                "thing": thing,
                "entity_id": sensor,
                "hours_added": after[sensor].hours - before[sensor].hours,
                "hours": after[sensor].hours,
                "since": None if (first := after[sensor].first) is None else first.isoformat(),
            }
            for sensor, thing in sensors.items()
        ],
    }


def _things(hass: HomeAssistant, entry: SceopConfigEntry, devices: Sequence[str] | None) -> list[str]:
    """Return the things whose devices were chosen, or all."""
    every = list(entry.runtime_data.things)
    if devices is None or entry.runtime_data.device_id in devices:
        return every
    registry = dr.async_get(hass)
    found = {thing: registry.async_get_device_by_identifier((DOMAIN, thing), entry.entry_id) for thing in every}
    chosen = [thing for thing, device in found.items() if device is not None and device.id in devices]
    if not chosen:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_thing_there", translation_placeholders={"site": entry.title}
        )
    return chosen


def _sensors(hass: HomeAssistant, entry: SceopConfigEntry, things: Iterable[str]) -> dict[str, str]:
    """Return the sensors that may get a past, of things and of the site, and to what each belongs."""
    titles = {thing: entry.runtime_data.things[thing].thing.title for thing in things} | {None: entry.title}
    return {
        sensor.entity_id: titles[sensor.config_subentry_id]
        for sensor in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
        if sensor.domain == "sensor"
        and sensor.config_subentry_id in titles
        and sensor.unique_id.endswith(("_energy", "_cost", "_compensation"))
        and "total" in str((sensor.capabilities or {}).get("state_class"))
    }


def _years(days: int) -> Iterable[Span]:
    """Return the stretch from the running slot backwards, the newest year first."""
    end = slot_of(dt_util.utcnow())
    first = end - timedelta(days=days)
    while end > first:
        start = max(end - _YEAR, first)
        yield Span(start, end)
        end = start


async def _recorded(hass: HomeAssistant, sensors: Iterable[str]) -> dict[str, Recorded]:
    wanted = set(sensors)
    rows = await get_instance(hass).async_add_executor_job(
        statistics_during_period, hass, _EPOCH, None, wanted, "hour", None, {"sum"}
    )
    return {
        sensor: Recorded(len(hours), dt_util.utc_from_timestamp(hours[0]["start"]))
        if (hours := rows.get(sensor))
        else Recorded()
        for sensor in wanted
    }
