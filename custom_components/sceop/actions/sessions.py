"""The lit times of zones, as a response."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.target import TargetSelection
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..core.hours import Share
from ..core.lighting import Session
from ..subjects import Subject, aimed_at, zones_of
from ..zone_entity import told
from ..zones import Zone

LATELY = timedelta(days=7)
"""What one asks for who does not say: long enough to see a habit, short enough to read."""


def sessions_of(hass: HomeAssistant, data: Mapping[str, Any]) -> JsonObjectType:
    """Return the sessions of the zones that are aimed at, or else of all, which touch a stretch of time."""
    until = _instant(data.get("until")) or dt_util.utcnow()
    since = _instant(data.get("since")) or until - LATELY
    if since >= until:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="sessions_backwards")
    aimed = TargetSelection(dict(data)).has_any_target
    zones = zones_of(hass, aimed_at(hass, data) if aimed else _every_zone(hass))
    if not zones:
        raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_zone_there")
    found = [(session, zone) for zone in zones for session in zone.sessions(since, until)]
    return {
        "since": since.isoformat(),
        "until": until.isoformat(),
        "sessions": [_told(session, zone) for session, zone in sorted(found, key=lambda each: each[0].start)],
    }


def _every_zone(hass: HomeAssistant) -> set[Subject]:
    entries = hass.config_entries.async_loaded_entries(DOMAIN)
    return {Subject(entry.entry_id, zone) for entry in entries for zone in entry.runtime_data.zones}


def _instant(told_at: datetime | None) -> datetime | None:
    """Return what a person wrote, which is local time unless it says otherwise."""
    return None if told_at is None else dt_util.as_utc(told_at)


def _told(session: Session, zone: Zone) -> JsonObjectType:
    shares: JsonObjectType = {
        name: {"minutes": round(session.seconds(share) / 60, 1), "wh": session.mwh(share) // 1000}
        for name, share in (
            ("inside", Share.CONTRACTED),
            ("cleaning", Share.CLEANING),
            ("outside", Share.AFTER_HOURS),
        )
    }
    running = zone.running is not None and session.start == zone.running.start
    return {
        "zone": zone.title,
        "occupant": zone.tenancy.occupant,
        "start": session.start.isoformat(),
        "end": None if running else session.end.isoformat(),
        "minutes": round(session.seconds() / 60, 1),
        "wh": session.mwh() // 1000,
        "energy": "measured" if session.measured else "estimated",
        **shares,
        **told(session.cause),
    }
