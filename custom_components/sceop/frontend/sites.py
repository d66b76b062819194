"""What a dashboard can be made of: every site with its things, and the entities in which they show themselves."""

from collections.abc import Callable
from typing import Any

import probatio
from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er

from ..const import CONF_HUB, DOMAIN
from ..coordinator import SceopConfigEntry
from ..flexible import flexible
from ..things import things_of

type MayRead = Callable[[str], bool]


@websocket_command({probatio.Required("type"): f"{DOMAIN}/sites"})
@callback
def answer_sites(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Tell a user of all sites, as far as that user may see their entities."""
    may_read = reader(connection.user)
    sees_all = connection.user.permissions.access_all_entities(POLICY_READ)
    entries: list[SceopConfigEntry] = hass.config_entries.async_entries(DOMAIN, include_ignore=False)
    sites = [site for entry in entries if (site := _site(hass, entry, may_read))["entities"] or sees_all or _any(site)]
    connection.send_result(msg["id"], {"sites": sites})


def reader(user: User) -> MayRead:
    """Return what tells whether a user may read an entity."""
    return lambda entity_id: user.permissions.check_entity(entity_id, POLICY_READ)


def master(user: User) -> MayRead:
    """Return what tells whether a user may act on an entity."""
    return lambda entity_id: user.permissions.check_entity(entity_id, POLICY_CONTROL)


def _any(site: dict[str, Any]) -> bool:
    return any(part["entities"] for part in (*site["things"], *site["loads"]))


def _site(hass: HomeAssistant, entry: SceopConfigEntry, may_read: MayRead) -> dict[str, Any]:
    known = entities_of(hass, entry, may_read)
    things = things_of(entry)
    return {
        "site": entry.entry_id,
        "title": entry.title,
        "works": entry.state is ConfigEntryState.LOADED,
        "joined": CONF_HUB in entry.data,
        "entities": known.get(None, {}),
        "things": [
            {
                "thing": thing.id,
                "kind": thing.kind.value,
                "title": thing.title,
                "entities": known.get(thing.id, {}),
            }
            for thing in things
        ],
        "loads": [
            {
                "load": load.subentry_id,
                "kind": load.subentry_type,
                "title": load.title,
                "entities": known.get(load.subentry_id, {}),
            }
            for load in flexible(entry)
        ],
    }


def entities_of(hass: HomeAssistant, entry: SceopConfigEntry, may_read: MayRead) -> dict[str | None, dict[str, str]]:
    """Return the enabled entities of a site and all in it, by what they show: the last part of their unique ids."""
    known: dict[str | None, dict[str, str]] = {}
    for entity in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id):
        if entity.disabled_by is None and may_read(entity.entity_id):
            thing = entity.config_subentry_id
            prefix = f"{entry.unique_id}_" if thing is None else f"{entry.unique_id}_{thing}_"
            known.setdefault(thing, {})[entity.unique_id.removeprefix(prefix)] = entity.entity_id
    return known
