"""Diagnostics: what a maintainer needs to see, without who it is and where."""

from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.core import HomeAssistant

from .coordinator import SceopConfigEntry

PRIVATE = {
    "address",
    "token",
    "household",
    "community",
    "hub_id",
    "shares",
    "code",
    "name",
    "title",
    "unique_id",
    "latitude",
    "longitude",
}


async def async_get_config_entry_diagnostics(_hass: HomeAssistant, entry: SceopConfigEntry) -> dict[str, Any]:
    """Return the state of a site."""
    coordinator, hub = entry.runtime_data.coordinator, entry.runtime_data.hub
    balance = coordinator.data
    return {
        "entry": async_redact_data(entry.as_dict(), PRIVATE),
        "balance": {
            "at": balance.at.isoformat(),
            "watts": dict(balance.watts),
            "energy_wh": dict(balance.energy_wh),
            "consumption_w": balance.consumption_w,
            "consumption_wh": balance.consumption_wh,
            "last_read_worked": coordinator.last_update_success,
        },
        "things": {
            thing.thing.kind: {
                "last_reading": thing.last_reading and thing.last_reading.isoformat(),
                "last_read_worked": thing.last_update_success,
            }
            for thing in coordinator.things.values()
        },
        "books": coordinator.kept(),
        "hub": None
        if hub is None
        else {
            "connected": hub.contact.connected,
            "paused": hub.paused,
            "last_sent": hub.outbox.last_sent and hub.outbox.last_sent.isoformat(),
            "slots_waiting": hub.outbox.waiting,
            "past": hub.outbox.past and hub.outbox.past.to_json(),
        },
    }
