"""A zone's week for the card that draws it: when it was let, when it was lit, and by whom."""

from datetime import date
from typing import Any

import probatio
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import ServiceValidationError, Unauthorized
from homeassistant.helpers import config_validation as cv, entity_registry as er
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..coordinator import SceopConfigEntry
from ..core.hours import DAY, Interval
from ..core.lighting import MWS_PER_MWH, Session, totals
from ..zone_entity import told
from ..zones import Zone
from .sites import reader
from .week import DAYS, Day, Lit, monday_of, span, week

_MWS_PER_WH = MWS_PER_MWH * 1000


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/zone_hours",
        probatio.Required("entity_id"): cv.entity_id,
        probatio.Optional("day"): cv.date,
    }
)
@callback
def answer_zone_hours(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Tell of the week of a day, this one unless another is named, to whoever may read the zone's entity."""
    if not reader(connection.user)(msg["entity_id"]):
        raise Unauthorized
    connection.send_result(msg["id"], _told(_zone(hass, msg["entity_id"]), msg.get("day")))


def _zone(hass: HomeAssistant, entity_id: str) -> Zone:
    """Return the zone that an entity belongs to."""
    entity = er.async_get(hass).async_get(entity_id)
    if entity is not None and entity.platform == DOMAIN and entity.config_subentry_id and entity.config_entry_id:
        entry: SceopConfigEntry | None = hass.config_entries.async_get_entry(entity.config_entry_id)
        if entry is not None and entry.state is not ConfigEntryState.LOADED:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="site_not_ready",
                translation_placeholders={"name": entry.title},
            )
        if entry is not None and entity.config_subentry_id in entry.runtime_data.zones:
            return entry.runtime_data.zones[entity.config_subentry_id]
    raise ServiceValidationError(
        translation_domain=DOMAIN, translation_key="no_zone", translation_placeholders={"entity": entity_id}
    )


def _told(zone: Zone, day: date | None) -> dict[str, Any]:
    timetable = zone.tenancy.timetable
    now = dt_util.utcnow()
    monday = monday_of(day or now.astimezone(timetable.zone).date())
    sessions = zone.sessions(*span(timetable, monday))
    total = totals(sessions, monday, monday + (DAYS - 1) * DAY)
    return {
        "title": zone.title,
        "occupant": zone.tenancy.occupant,
        "time_zone": timetable.zone.key,
        "now": now.isoformat(),
        "monday": monday.isoformat(),
        "days": [_day(each) for each in week(timetable, sessions, monday)],
        "sessions": {session.start.isoformat(): _session(session, zone.running) for session in sessions},
        "seconds": total.seconds,
        "energy_wh": {share: mws // _MWS_PER_WH for share, mws in total.mws.items()},
        "estimated": total.estimated,
    }


def _day(day: Day) -> dict[str, Any]:
    return {
        "date": day.date.isoformat(),
        "start": day.start.isoformat(),
        "end": day.end.isoformat(),
        "marks": [{"hour": hour, "at": at.isoformat()} for hour, at in day.marks],
        "contracted": [_interval(each) for each in day.contracted],
        "cleaning": [_interval(each) for each in day.cleaning],
        "lit": [_lit(each) for each in day.lit],
    }


def _interval(interval: Interval) -> list[str]:
    return [instant.isoformat() for instant in interval]


def _lit(lit: Lit) -> dict[str, str]:
    """Return a bar; its session is named by its start."""
    return {
        "session": lit.session.start.isoformat(),
        "share": lit.piece.share.value,
        "start": lit.piece.start.isoformat(),
        "end": lit.piece.end.isoformat(),
    }


def _session(session: Session, running: Session | None) -> dict[str, Any]:
    cause = told(session.cause)
    return {
        "start": session.start.isoformat(),
        "end": session.end.isoformat(),
        "runs": running is not None and session.start == running.start,
        "cause": cause["cause"],
        "cause_name": cause["cause_name"],
    }
