"""Events: the lit times of a zone, as they begin and end, and what a site gives warning of."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.event import EventEntity, EventEntityDescription
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .coordinator import SceopConfigEntry
from .core.hours import Share
from .core.lighting import Session
from .entity import NoticedEntity
from .together_events import add_together_events
from .warnings.desk import TYPES
from .zone_entity import ZoneEntity, told
from .zones import Zone

PARALLEL_UPDATES = 0

STARTED, ENDED = "session_started", "session_ended"
WARNING = EventEntityDescription(key="warning", translation_key="warning", event_types=list(TYPES))


async def async_setup_entry(
    hass: HomeAssistant, entry: SceopConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the warnings of the site, and the sessions of every zone."""
    if entry.runtime_data.things:
        async_add_entities([WarningEvent(entry, WARNING)])
    add_together_events(hass, entry, async_add_entities)
    for zone in entry.runtime_data.zones.values():
        async_add_entities([SessionEvent(entry, zone)], config_subentry_id=zone.id)


class WarningEvent(NoticedEntity, EventEntity):
    """Something that somebody may want to hear of; also what nobody asked to be sent."""

    def __init__(self, entry: SceopConfigEntry, description: EventEntityDescription) -> None:
        super().__init__(entry, description)
        self._desk = entry.runtime_data.desk

    @property
    @override
    def available(self) -> bool:
        """What happened has happened."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of every warning."""
        self.async_on_remove(self._desk.listen(self._hear))

    @callback
    def _hear(self, kind: str, facts: Mapping[str, Any]) -> None:
        self._trigger_event(kind, dict(facts))
        self.async_write_ha_state()


class SessionEvent(ZoneEntity, EventEntity):
    """Lit time without a break began or ended."""

    def __init__(self, entry: SceopConfigEntry, zone: Zone) -> None:
        super().__init__(entry, zone, "session")
        self._attr_event_types = [STARTED, ENDED]

    @property
    @override
    def available(self) -> bool:
        """What happened has happened."""
        return True

    @override
    async def async_added_to_hass(self) -> None:
        """Hear of every session."""
        self.async_on_remove(self.zone.listen_sessions(self._hear))

    @callback
    def _hear(self, session: Session, began: bool) -> None:  # noqa: FBT001 - the zone's one word about it
        self._trigger_event(STARTED if began else ENDED, attributes(session, began=began))
        self.async_write_ha_state()


def attributes(session: Session, *, began: bool) -> dict[str, Any]:
    """Return what there is to say of a session; one that began only has no figures yet."""
    start = {"start": session.start.isoformat(), **told(session.cause)}
    if began:
        return start
    return start | {
        "end": session.end.isoformat(),
        "seconds": session.seconds(),
        "inside_seconds": session.inside_s,
        "cleaning_seconds": session.seconds(Share.CLEANING),
        "outside_seconds": session.outside_s,
        "energy_wh": session.mwh() // 1000,
        "outside_energy_wh": session.outside_mwh // 1000,
        "energy": "measured" if session.measured else "estimated",
    }
