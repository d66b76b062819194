"""Inverters, meters and batteries that speak SunSpec over Modbus, on the connection that Home Assistant shares."""

import asyncio
import logging
import math
from collections.abc import Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any, Final, Self

import numpy as np
from homeassistant.components.modbus import async_get_unit
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_LATITUDE, CONF_LONGITUDE, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
from modbus_connection import ModbusError, ModbusExceptionError, ModbusUnit
from modbus_connection.model.sunspec import SunSpecError

from ..backoff import Backoff
from ..const import READ_EVERY
from ..core.slots import Span
from ..core.sun import position
from ..things import Thing, ThingKind
from . import Reading, Slots, SourceError
from .sunspec_devices import Device, Link, find
from .sunspec_models import Shown
from .sunspec_readings import Readings

_LOGGER = logging.getLogger(__name__)

TYPE: Final = "sunspec"
CONF_UNIT_ID: Final = "unit_id"
CONF_WHICH: Final = "which"
"""Counts the devices of a kind behind one unit, from one."""
CONF_SERIAL: Final = "serial"
CONF_SWAPPED: Final = "swapped"

OLD = timedelta(minutes=2)
"""A reading that is older says nothing about now."""
FIRST_ANSWER_S = 3
"""How long to hold up the start of a site for a first answer."""
CONNECTED_S = 10
"""How long Home Assistant's Modbus connection tries to reach a device."""
LONGEST_PAUSE_S = 120.0
"""An inverter that wakes at sunrise is noticed before the sun has risen far enough to miss it."""
DAY_BEGINS = math.radians(3)
"""Below this height of the sun, trees and roofs shade what little an inverter could start with."""


def link_of(source: Mapping[str, Any]) -> Link:
    """Read where the device is asked."""
    return Link(source[CONF_HOST], source[CONF_PORT], source[CONF_UNIT_ID])


class SunSpecSource:
    """One device, asked every ten seconds; at night an inverter may be silent."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry[Any], thing: Thing) -> None:
        self._hass = hass
        self._entry = entry
        self._thing = thing
        self._link = link_of(thing.source)
        self._unit: ModbusUnit | None = None
        self._device: Device | None = None
        self._task: asyncio.Task[None] | None = None
        self._asked = asyncio.Event()
        self._closing = asyncio.Event()
        self._backoff = Backoff(SystemRandom(), READ_EVERY.total_seconds(), LONGEST_PAUSE_S)
        self._newest: Reading | None = None
        self._readings = Readings(thing.kind, thing.flows)
        self._trouble = f"{self._link} has not been asked yet."

    @classmethod
    async def create(cls, hass: HomeAssistant, entry: ConfigEntry[Any], thing: Thing) -> Self:
        """Return the source of a thing."""
        return cls(hass, entry, thing)

    @property
    def flows(self) -> tuple[str, ...]:
        """What it measures."""
        return self._thing.flows

    async def open(self) -> None:
        """Begin to ask; most devices have answered before anybody wants to know."""
        self._task = self._entry.async_create_background_task(
            self._hass, self._ask_until_closed(), f"sceop sunspec {self._thing.id}"
        )
        with suppress(TimeoutError):
            async with asyncio.timeout(FIRST_ANSWER_S):
                await self._asked.wait()

    async def close(self) -> None:
        """Ask no more; Home Assistant closes the connection when the entry unloads and nobody else uses it.

        A connection that is being made is awaited: it would tell of its failure as an error if nobody listened.
        """
        if self._task is None:
            return
        self._closing.set()
        if self._unit is not None and not self._unit.connected:
            await asyncio.wait([self._task], timeout=CONNECTED_S)
        self._task.cancel()
        await asyncio.wait([self._task])

    async def read(self, at: datetime) -> Reading:
        """Return the newest reading; in the dark an inverter that is silent sleeps."""
        if self._newest is not None and at - self._newest.at <= OLD:
            return self._newest
        if self._sleeps(at):
            return self._readings.take(at, Shown(watts=None), dark=True)
        raise SourceError(self._trouble)

    async def recall(self, instants: Sequence[datetime]) -> Sequence[Reading]:
        """SunSpec devices remember nothing."""
        del instants
        return ()

    async def past(self, span: Span) -> Slots:
        """SunSpec devices remember nothing."""
        del span
        return {}

    async def poll(self) -> float:
        """Ask once, and return how many seconds to wait until the next time.

        Whatever went wrong, the next time begins with looking what is there: a device may come back with another map.
        """
        try:
            shown = await self._ask()
        except (ModbusError, SunSpecError, HomeAssistantError) as error:
            self._device = None
            self._lose(self._sentence(error))
            return self._backoff.next()
        now = dt_util.utcnow()
        self._newest = self._readings.take(now, shown, dark=self._dark(now))
        self._backoff.reset()
        return READ_EVERY.total_seconds()

    async def _ask_until_closed(self) -> None:
        while not self._closing.is_set():
            pause = await self.poll()
            self._asked.set()
            with suppress(TimeoutError):
                async with asyncio.timeout(pause):
                    await self._closing.wait()

    async def _ask(self) -> Shown:
        if self._unit is None:
            self._unit = async_get_unit(self._hass, self._entry, self._link.params, self._link.unit_id)
        if self._device is None:
            self._device = self._chosen(await find(self._unit, self._thing.kind))
        shown = await self._device.ask(self._unit)
        return shown.turned() if self._thing.source[CONF_SWAPPED] else shown

    def _chosen(self, devices: Sequence[Device]) -> Device:
        """Return the device that was set up, wherever it is in the map now, and never another one in its place."""
        which: int = self._thing.source[CONF_WHICH] - 1
        serial: str = self._thing.source[CONF_SERIAL]
        same = [device for device in devices if device.serial == serial]
        if which < len(devices) and devices[which] in same:
            return devices[which]
        if len(same) == 1:
            return same[0]
        found = ", ".join(map(str, devices)) or "nothing of this kind"
        raise SunSpecError(f"it is not what was set up: there is {found}. If it was replaced, set it up again")

    def _sleeps(self, at: datetime) -> bool:
        return self._thing.kind is ThingKind.PRODUCTION and self._dark(at)

    def _dark(self, at: datetime) -> bool:
        minutes = np.array([at.timestamp() / 60])
        elevation, _ = position(minutes, self._entry.data[CONF_LATITUDE], self._entry.data[CONF_LONGITUDE])
        return bool(elevation[0] < DAY_BEGINS)

    def _lose(self, trouble: str) -> None:
        """Keep what is wrong; the thing says it once, when what is known has grown old."""
        self._trouble = trouble
        _LOGGER.debug("%s: %s", self._thing.title, trouble)

    def _sentence(self, error: Exception) -> str:
        match error:
            case SunSpecError():
                return f"{self._link} answers, but {error}."
            case ModbusExceptionError():
                return f"{self._link} refuses to be read. It may be starting, or busy with another program: {error}"
            case ModbusError():
                return f"{self._link} does not answer. Check that it is on, in your network, and that its Modbus is on."
            case _:
                return f"{self._link} cannot be asked: {error}"
