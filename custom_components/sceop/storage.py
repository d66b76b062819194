"""What a site must remember over a restart: where its meters stood."""

from datetime import datetime
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN
from .core.meter import Meter
from .core.registers import Consumed, Register, Registers


def registers_store(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Return where the registers of a site are kept."""
    return Store(hass, 1, f"{DOMAIN}.{entry_id}.registers", private=True, atomic_writes=True)


def dump(registers: Registers) -> dict[str, Any]:
    """Return the registers as they are written to disk."""
    consumed = registers.consumed
    return {
        "channels": {
            channel: {
                "at": register.meter.at.isoformat(),
                "counter_mwh": register.meter.counter_mwh,
                "edge_wh": register.meter.edge_wh,
                "estimated": register.meter.estimated,
                "carried_mwh": register.carried_mwh,
            }
            for channel, register in registers.channels.items()
        },
        "consumed": {
            "counted_mwh": dict(consumed.counted_mwh),
            "sum_mwh": consumed.sum_mwh,
            "highest_mwh": consumed.highest_mwh,
        },
    }


def load(kept: dict[str, Any] | None) -> Registers:
    """Read them back; a site that was never seen has none."""
    if kept is None:
        return Registers()
    return Registers(
        {
            channel: Register(
                Meter(datetime.fromisoformat(at["at"]), at["counter_mwh"], at["edge_wh"], at["estimated"]),
                at["carried_mwh"],
            )
            for channel, at in kept["channels"].items()
        },
        Consumed(**kept["consumed"]),
    )
