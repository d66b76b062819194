"""Delivery: a note on its way to phones, which show buttons and take it back, and to others, which get plain text."""

import asyncio
import logging
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from homeassistant.components.notify.const import NotifyEntityFeature
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import ATTR_ENTITY_ID, ATTR_SUPPORTED_FEATURES, Platform
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.issue_registry import async_delete_issue
from homeassistant.util import slugify

from .. import issues
from ..const import DOMAIN
from .terms import Target

_LOGGER = logging.getLogger(__name__)

NOTIFY = "notify"
MOBILE_APP = "mobile_app"
GONE = "warning_target_gone"
OWN_ACTIONS = frozenset({"send_message", "persistent_notification", NOTIFY})
"""Of notify itself; `notify.notify` is whichever target came first, or all of them."""

PATIENCE_S = 60
"""Whoever does not answer for so long holds back no other warning."""


class Way(StrEnum):
    """How a target is reached."""

    PHONE = "phone"
    ENTITY = "entity"
    ACTION = "action"


@dataclass(frozen=True, slots=True)
class Button:
    """What a person can answer."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Note:
    """What is sent. One of the same tag takes its place."""

    title: str
    message: str
    tag: str
    buttons: Sequence[Button] = ()
    link: str | None = None
    urgent: bool = False


def choices(hass: HomeAssistant) -> list[Target]:
    """Return everything that can be told, by name; phones first."""
    phones = [
        Target(f"{Way.PHONE}:{entry.entry_id}", entry.title)
        for entry in hass.config_entries.async_entries(MOBILE_APP)
        if hass.services.has_service(NOTIFY, _action_of(entry))
    ]
    registry = er.async_get(hass)
    entities = [
        Target(f"{Way.ENTITY}:{state.entity_id}", state.name)
        for state in hass.states.async_all(NOTIFY)
        if (known := registry.async_get(state.entity_id)) is None or known.platform != MOBILE_APP
    ]
    actions = [
        Target(f"{Way.ACTION}:{name}", f"{NOTIFY}.{name}")
        for name in hass.services.async_services_for_domain(NOTIFY)
        if name not in OWN_ACTIONS and not name.startswith(f"{MOBILE_APP}_")
    ]
    return [target for group in (phones, entities, actions) for target in sorted(group, key=lambda each: each.name)]


class Delivery:
    """The targets of one site, and which of them could not be reached."""

    def __init__(self, hass: HomeAssistant, entry_id: str, targets: Sequence[Target]) -> None:
        self._hass, self._entry_id, self._targets = hass, entry_id, targets
        self._failing: set[str] = set()

    @callback
    def begin(self) -> None:
        """Take back what was said of targets before: some were taken out since, and of others it is said again."""
        for issue in issues.of(self._hass, self._entry_id):
            if issue.translation_key == GONE:
                async_delete_issue(self._hass, DOMAIN, issue.issue_id)

    async def send(self, note: Note, only: Collection[str] | None = None) -> None:
        """Send a note to everybody, or to some alone; one who cannot be reached keeps no other from it."""
        targets = (target for target in self._targets if only is None or target.id in only)
        await asyncio.gather(*(self._tell(target, note) for target in targets))

    async def clear(self, tag: str) -> None:
        """Take a note back where that is possible."""
        phones = (target for target in self._targets if target.id.startswith(f"{Way.PHONE}:"))
        gone = {"message": "clear_notification", "data": {"tag": tag}}
        await asyncio.gather(*(self._call(phone, gone) for phone in phones))

    async def _tell(self, target: Target, note: Note) -> None:
        way, _, whom = target.id.partition(":")
        if way == Way.PHONE:
            await self._call(target, {"title": note.title, "message": _no_command(note), "data": _phone(note)})
        elif way == Way.ENTITY:
            await self._call(target, self._plain(whom, note))
        else:
            await self._call(target, {"title": note.title, "message": note.message})

    def _plain(self, entity_id: str, note: Note) -> dict[str, Any]:
        """Write a note without buttons; an entity that has no room for a title gets it in the text."""
        state = self._hass.states.get(entity_id)
        features = 0 if state is None else state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)
        if features & NotifyEntityFeature.TITLE:
            return {ATTR_ENTITY_ID: entity_id, "title": note.title, "message": note.message}
        return {ATTR_ENTITY_ID: entity_id, "message": f"{note.title}\n{note.message}"}

    async def _call(self, target: Target, data: Mapping[str, Any]) -> None:
        action = self._action(target)
        if action is None:
            issues.tell(self._hass, GONE, self._entry_id, target.id, {"name": target.name})
            return
        issues.take_back(self._hass, GONE, self._entry_id, target.id)
        try:
            async with asyncio.timeout(PATIENCE_S):
                await self._hass.services.async_call(NOTIFY, action, dict(data), blocking=True)
        except Exception as error:  # noqa: BLE001 - it is others' code, and the other targets want to hear of it too
            if target.id not in self._failing:
                _LOGGER.warning(
                    "A warning could not be sent to %s: %s", target.name, str(error) or "it does not answer"
                )
            self._failing.add(target.id)
        else:
            self._failing.discard(target.id)

    def _action(self, target: Target) -> str | None:
        """Return the notify action that reaches a target, or None while there is no such target."""
        way, _, whom = target.id.partition(":")
        if way == Way.ENTITY:
            known = er.async_get(self._hass).async_get(whom) or self._hass.states.get(whom)
            return "send_message" if known is not None and whom.startswith(f"{Platform.NOTIFY}.") else None
        if way == Way.PHONE:
            entry = self._hass.config_entries.async_get_entry(whom)
            whom = "" if entry is None else _action_of(entry)
        return whom if whom and self._hass.services.has_service(NOTIFY, whom) else None


def _action_of(phone: ConfigEntry) -> str:
    """Return the notify action of a phone, as its integration names it."""
    return slugify(f"{MOBILE_APP}_{phone.data.get('device_name', '')}")


def _no_command(note: Note) -> str:
    """Return what a phone shows and never obeys: its app takes single words, such as `command_dnd`, for orders.

    The words of a coordinator, or of whoever speaks in their place, are for people.
    """
    return f"{note.title}: {note.message}" if len(note.message.split()) == 1 else note.message


def _phone(note: Note) -> dict[str, Any]:
    """Return what Home Assistant's app understands, on phones of both kinds."""
    data: dict[str, Any] = {"tag": note.tag, "group": "sceop", "channel": "SCEOP"}
    if note.link is not None:
        data |= {"url": note.link, "clickAction": note.link}
    if note.buttons:
        data["actions"] = [{"action": button.id, "title": button.title} for button in note.buttons]
    if note.urgent:
        data |= {"push": {"interruption-level": "time-sensitive"}, "ttl": 0, "priority": "high"}
    return data
