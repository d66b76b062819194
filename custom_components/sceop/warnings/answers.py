"""Answers: what the buttons of a notification mean, written so that a phone can send them back after a restart."""

import re
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from ..core.warnings.matter import Topic

EVENT = "mobile_app_notification_action"
"""What Home Assistant's app fires when a person presses a button."""
_ACTION = re.compile(r"SCEOP_([0-9A-F]{12})_([A-Z_]+)")


class Verb(StrEnum):
    """What a person may answer."""

    SHIFT_NOW = "shift_now"
    REMIND_ME = "remind_me"
    NOT_TODAY = "not_today"
    THIS_WAS_ME = "this_was_me"
    ACKNOWLEDGE = "acknowledge"
    MUTE = "mute"
    TURN_OFF = "turn_off"
    LEAVE_ON = "leave_on"
    JOIN = "join"
    NOT_THIS_TIME = "not_this_time"


_ODD = (Verb.ACKNOWLEDGE, Verb.THIS_WAS_ME, Verb.MUTE)
VERBS: dict[Topic, tuple[Verb, ...]] = {
    Topic.UPCOMING_PEAK: (Verb.SHIFT_NOW, Verb.REMIND_ME, Verb.NOT_TODAY),
    Topic.UNUSUAL_CONSUMPTION: _ODD,
    Topic.SOLAR_FAULT: (Verb.ACKNOWLEDGE, Verb.MUTE),
    Topic.LIGHTS_AFTER_HOURS: (Verb.TURN_OFF, Verb.LEAVE_ON),
    Topic.HUB_MESSAGE: (),
    Topic.PEAK_EVENT: (Verb.JOIN, Verb.NOT_THIS_TIME),
    Topic.CHEER: (),
}
"""The buttons of a topic; Android shows three at most."""


@dataclass(frozen=True, slots=True)
class Pressed:
    """Which matter was meant, and what was said."""

    ident: str
    verb: Verb


def ident_of(entry_id: str, key: str) -> str:
    """Return a short name for a matter of a site, the same after a restart, and of use to nobody else."""
    return sha256(f"{entry_id} {key}".encode()).hexdigest()[:12].upper()


def action_of(ident: str, verb: Verb) -> str:
    """Return what a phone sends back."""
    return f"SCEOP_{ident}_{verb.value.upper()}"


def tag_of(ident: str) -> str:
    """Return what makes a later notification take the place of this one."""
    return f"sceop_{ident.lower()}"


def read(action: object) -> Pressed | None:
    """Return what was answered, or None where another's button was pressed."""
    match = _ACTION.fullmatch(action) if isinstance(action, str) else None
    if match is None or match[2].lower() not in set(Verb):
        return None
    return Pressed(match[1], Verb(match[2].lower()))
