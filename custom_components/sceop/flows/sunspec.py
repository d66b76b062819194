"""The form of a SunSpec device: its address, and what to know about how it was mounted."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Final

import probatio
from homeassistant.components.modbus import async_get_temporary_unit
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.selector import (
    BooleanSelector,
    NumberSelector,
    NumberSelectorConfig,
    NumberSelectorMode,
    TextSelector,
)
from modbus_connection import (
    GatewayPathUnavailableError,
    GatewayTargetError,
    ModbusError,
    ModbusExceptionError,
    ModbusUnit,
)
from modbus_connection.model.sunspec import SunSpecError

from ..sources.sunspec import CONF_SERIAL, CONF_SWAPPED, CONF_UNIT_ID, CONF_WHICH, TYPE, link_of
from ..sources.sunspec_devices import Device, Link, find
from ..sources.sunspec_readings import WAYS
from ..things import CONF_TYPE, ThingKind
from . import Checked, Problem

CHECK_WITHIN_S: Final = 60
"""A slow gateway takes three seconds for each of a dozen questions."""


def _whole(low: int, high: int) -> probatio.All[int]:
    return probatio.All(
        NumberSelector(NumberSelectorConfig(min=low, max=high, step=1, mode=NumberSelectorMode.BOX)),
        probatio.Coerce(int),
    )


class SunSpecForm:
    """Asks where the device is, and asks the device what it is."""

    type = TYPE
    kinds = frozenset(WAYS)

    def schema(self, hass: HomeAssistant, kind: ThingKind) -> probatio.Schema:
        """Return the fields; what has no direction cannot be mounted the wrong way round."""
        del hass
        fields: dict[probatio.Marker, Any] = {
            probatio.Required(CONF_HOST): TextSelector(),
            probatio.Required(CONF_PORT, default=502): _whole(1, 65535),
            probatio.Required(CONF_UNIT_ID, default=1): _whole(1, 247),
            probatio.Optional(CONF_WHICH): _whole(1, 100),
        }
        if kind is not ThingKind.PRODUCTION:
            fields[probatio.Required(CONF_SWAPPED, default=False)] = BooleanSelector()
        return probatio.Schema(fields)

    def suggested(self, source: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what was typed."""
        return {key: source[key] for key in (CONF_HOST, CONF_PORT, CONF_UNIT_ID, CONF_WHICH, CONF_SWAPPED)}

    async def check(self, hass: HomeAssistant, kind: ThingKind, typed: Mapping[str, Any]) -> Checked | Problem:
        """Ask the device, and read it once."""
        source = {
            CONF_TYPE: TYPE,
            CONF_HOST: typed[CONF_HOST].strip(),
            CONF_PORT: typed[CONF_PORT],
            CONF_UNIT_ID: typed[CONF_UNIT_ID],
            CONF_SWAPPED: typed.get(CONF_SWAPPED, False),
        }
        link = link_of(source)
        if not link.host:
            return _unreachable(link)
        try:
            async with async_get_temporary_unit(hass, link.params, link.unit_id) as unit:
                return await _checked(unit, link, kind, source, typed.get(CONF_WHICH))
        except HomeAssistantError as error:
            return Problem("base", "sunspec_in_use", {"sentence": str(error)})


async def _checked(
    unit: ModbusUnit, link: Link, kind: ThingKind, source: Mapping[str, Any], which: int | None
) -> Checked | Problem:
    try:
        async with asyncio.timeout(CHECK_WITHIN_S):
            devices = await find(unit, kind)
            if (problem := _choice(devices, which)) is not None:
                return problem
            which = which or 1
            device = devices[which - 1]
            await device.ask(unit)
    except SunSpecError:
        return Problem("base", "sunspec_unknown")
    except GatewayPathUnavailableError, GatewayTargetError:
        return Problem(CONF_UNIT_ID, "sunspec_silent")
    except ModbusExceptionError as error:
        return Problem("base", "sunspec_refused", {"sentence": str(error)})
    except ModbusError, TimeoutError, UnicodeError:
        # What lets itself be called and says nothing has nobody of this number behind it; a UnicodeError is no address.
        return Problem(CONF_UNIT_ID, "sunspec_silent") if unit.connected else _unreachable(link)
    kept = {**source, CONF_WHICH: which, CONF_SERIAL: device.serial}
    return Checked(kept, WAYS[kind], _identity(link, device, devices))


def _unreachable(link: Link) -> Problem:
    return Problem(CONF_HOST, "sunspec_unreachable", {"address": f"{link.host}:{link.port}"})


def _choice(devices: Sequence[Device], which: int | None) -> Problem | None:
    """Tell why it is not clear which device is meant."""
    found = {"found": ", ".join(f"{number}: {device}" for number, device in enumerate(devices, 1))}
    if not devices:
        return Problem("base", "sunspec_other_kind")
    if which is None and len(devices) > 1:
        return Problem(CONF_WHICH, "sunspec_several", found)
    if which is not None and which > len(devices):
        return Problem(CONF_WHICH, "sunspec_fewer", found)
    return None


def _identity(link: Link, device: Device, devices: Sequence[Device]) -> str:
    """Name the device for good: by its serial number, or where it tells none, by its place.

    Two meters behind one inverter may show the inverter's number both.
    """
    alike = [other for other in devices if (other.maker, other.serial) == (device.maker, device.serial)]
    owner = f"{device.maker} {device.serial}" if device.serial else str(link)
    return f"{TYPE} {owner} {device.reader.__name__} {alike.index(device) + 1}"
