"""Repair issues: what only a person can put right between this home and its hub."""

from collections.abc import Mapping
from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import CONF_HUB, DOMAIN
from ..core.blocks import Block
from ..core.wire import CLOCK_TOLERANCE
from ..issues import PAGE
from ..things import single_loads
from .errors import AnotherHub, CertificateChanged, ClockApart, HubError, NotAdmitted, Refused, Shut
from .sharing import Sharing
from .wire import Me

_CLOCK, _REFUSED, FEWER_HOMES = "clock_apart", "readings_refused", "fewer_homes"

_SHUT: Mapping[Shut, str] = {"waiting": "approval_awaited", "paused": "paused_by_coordinator"}
_OBSTACLES = frozenset({*_SHUT.values(), "certificate_changed", "another_hub"})


def raise_clock_apart(hass: HomeAssistant, entry_id: str, title: str, error: ClockApart) -> None:
    """Say that readings wait because the clocks disagree, and by how much."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{_CLOCK}_{entry_id}",
        is_fixable=False,
        severity=ir.IssueSeverity.ERROR,
        translation_key=_CLOCK,
        translation_placeholders={"name": title, "apart": apart(error), "sentence": error.sentence},
    )


def clear_clock_apart(hass: HomeAssistant, entry_id: str) -> None:
    """Take the issue back: readings were taken, so the clocks agree."""
    ir.async_delete_issue(hass, DOMAIN, f"{_CLOCK}_{entry_id}")


def raise_readings_refused(hass: HomeAssistant, entry: ConfigEntry, block: Block, error: Refused) -> None:
    """Say what the hub would not take and why, before it is given up.

    Nothing but reading it repairs it, and Home Assistant's own flow for that needs only our words.
    """
    channel = Sharing.from_json(entry.data.get(CONF_HUB, {})).channel(block.channel)
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{_REFUSED}_{entry.entry_id}",
        is_fixable=True,
        is_persistent=True,
        severity=ir.IssueSeverity.WARNING,
        translation_key=_REFUSED,
        translation_placeholders={
            "name": entry.title,
            "slots": str(len(block.wh)),
            "channel": single_loads(entry).get(channel, channel.replace("_", " ")),
            "start": f"{dt_util.as_local(block.start):%Y-%m-%d %H:%M}",
            "sentence": error.sentence,
        },
    )


def raise_obstacle(hass: HomeAssistant, entry: ConfigEntry, community: str, error: HubError) -> None:
    """Say what keeps the readings here, if a person can do something about it; one obstacle at a time."""
    obstacle = _obstacle(error)
    for other in _OBSTACLES - {obstacle}:
        ir.async_delete_issue(hass, DOMAIN, f"{other}_{entry.entry_id}")
    if obstacle is not None:
        ir.async_create_issue(
            hass,
            DOMAIN,
            f"{obstacle}_{entry.entry_id}",
            is_fixable=False,
            severity=ir.IssueSeverity.WARNING if isinstance(error, NotAdmitted) else ir.IssueSeverity.ERROR,
            learn_more_url=f"{PAGE}#{obstacle.replace('_', '-')}",
            translation_key=obstacle,
            translation_placeholders={"name": entry.title, "community": community, "sentence": error.sentence},
        )


def clear_obstacles(hass: HomeAssistant, entry_id: str) -> None:
    """Take them back: the hub took readings."""
    for obstacle in _OBSTACLES:
        ir.async_delete_issue(hass, DOMAIN, f"{obstacle}_{entry_id}")


def _obstacle(error: HubError) -> str | None:
    match error:
        case NotAdmitted(standing=standing):
            return _SHUT[standing]
        case CertificateChanged():
            return "certificate_changed"
        case AnotherHub():
            return "another_hub"
    return None


def raise_fewer_homes(hass: HomeAssistant, entry: ConfigEntry, community: str, me: Me) -> None:
    """Ask whether this home agrees to figures of fewer homes; until then it is in none."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"{FEWER_HOMES}_{entry.entry_id}",
        data={"entry": entry.entry_id, "fewest_homes": me.fewest_homes},
        is_fixable=True,
        severity=ir.IssueSeverity.WARNING,
        learn_more_url=f"{PAGE}#{FEWER_HOMES.replace('_', '-')}",
        translation_key=FEWER_HOMES,
        translation_placeholders={
            "name": entry.title,
            "community": community,
            "agreed": str(me.agreed_fewest),
            "fewest": str(me.fewest_homes),
        },
    )


def clear_fewer_homes(hass: HomeAssistant, entry_id: str) -> None:
    """Take the question back: the home agreed, or the hub shows no figures of fewer homes any more."""
    ir.async_delete_issue(hass, DOMAIN, f"{FEWER_HOMES}_{entry_id}")


def clear_all(hass: HomeAssistant, entry_id: str) -> None:
    """Forget every issue of a community that was left."""
    for issue in (_CLOCK, _REFUSED, FEWER_HOMES, *_OBSTACLES):
        ir.async_delete_issue(hass, DOMAIN, f"{issue}_{entry_id}")


def apart(error: ClockApart) -> str:
    """Write how many minutes two clocks are apart; within the tolerance they are not."""
    minute = timedelta(minutes=1)
    return str(max(round(abs(error.apart) / minute), CLOCK_TOLERANCE // minute))
