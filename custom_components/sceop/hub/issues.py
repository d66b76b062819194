"""Repair issues: what only a person can put right between this home and its hub."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util

from ..const import CONF_HUB, DOMAIN
from ..core.blocks import Block
from ..core.wire import CLOCK_TOLERANCE
from ..things import single_loads
from .errors import ClockApart, Refused
from .sharing import Sharing

_CLOCK, _REFUSED = "clock_apart", "readings_refused"


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


def clear_all(hass: HomeAssistant, entry_id: str) -> None:
    """Forget every issue of a community that was left."""
    for issue in (_CLOCK, _REFUSED):
        ir.async_delete_issue(hass, DOMAIN, f"{issue}_{entry_id}")


def apart(error: ClockApart) -> str:
    """Write how many minutes two clocks are apart; within the tolerance they are not."""
    minute = timedelta(minutes=1)
    return str(max(round(abs(error.apart) / minute), CLOCK_TOLERANCE // minute))
