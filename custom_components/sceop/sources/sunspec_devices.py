"""SunSpec devices: what answers at an address, found by walking its map of models from header to header."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from modbus_connection import (
    IllegalDataAddressError,
    IllegalDataValueError,
    IllegalFunctionError,
    ModbusTcpParams,
    ModbusUnit,
)
from modbus_connection.model.sunspec import SunSpecError, SunSpecModel, scan

from ..things import ThingKind
from .sunspec_models import COMMON, EXPORT_POSITIVE, MODELS, Common, Meter, Model, Shown

BASES = (40000, 50000, 0)
"""Where the standard lets a map begin."""
NOTHING_HERE = (IllegalDataAddressError, IllegalDataValueError, IllegalFunctionError)
"""How devices refuse what they do not have; every other refusal may pass."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where a device is asked."""

    host: str
    port: int
    unit_id: int

    @property
    def params(self) -> ModbusTcpParams:
        """Return what names the connection that all who ask this device share."""
        return ModbusTcpParams(host=self.host, port=self.port)

    def __str__(self) -> str:
        """Return the address as a person writes it."""
        return f"{self.host}:{self.port}, unit {self.unit_id}"


@dataclass(frozen=True, slots=True)
class Device:
    """One inverter, meter or battery behind a unit."""

    maker: str
    name: str
    serial: str
    model: SunSpecModel
    reader: type[Model]

    def __str__(self) -> str:
        """Return what a person knows it by."""
        named = " ".join(part for part in (self.maker, self.name, self.serial) if part)
        return named or f"model {self.model.model_id}"

    async def ask(self, unit: ModbusUnit) -> Shown:
        """Read it; raise SunSpecError when its model is not there any more."""
        model = self.reader(unit, self.model)
        await model.async_update()
        shown = model.shown()
        if shown.watts is not None and self.reader is Meter and self.maker in EXPORT_POSITIVE:
            return replace(shown, watts=-shown.watts)
        return shown


async def find(unit: ModbusUnit, kind: ThingKind) -> tuple[Device, ...]:
    """Return the devices of a kind behind a unit, in the order in which they come.

    A device that tells of itself in several ways, as whole numbers and in floating point, is one device.
    """
    devices: list[Device] = []
    for common, models in _told(await _map(unit)):
        readable = [model for model in models if _fits(model, kind)]
        if not readable:
            continue
        maker, name, serial = await _maker(unit, common)
        devices.extend(
            Device(maker, name, serial, model, MODELS[kind][model.model_id])
            for model in readable
            if model.model_id == readable[0].model_id
        )
    return tuple(devices)


async def _map(unit: ModbusUnit) -> Sequence[SunSpecModel]:
    """Walk the map, wherever it begins. A header of garbage leads beyond the last register, which is a ValueError."""
    refused: Exception | None = None
    for base in BASES:
        try:
            return (await scan(unit, base)).chain
        except (*NOTHING_HERE, SunSpecError, ValueError) as error:
            refused = error
    raise SunSpecError("it does not speak SunSpec; Modbus may have to be set to SunSpec in its settings") from refused


def _told(chain: Sequence[SunSpecModel]) -> list[tuple[SunSpecModel | None, list[SunSpecModel]]]:
    """Part the map into devices: each begins with who made it."""
    parts: list[tuple[SunSpecModel | None, list[SunSpecModel]]] = [(None, [])]
    for model in chain:
        if model.model_id == COMMON:
            parts.append((model, []))
        else:
            parts[-1][1].append(model)
    return parts


def _fits(model: SunSpecModel, kind: ThingKind) -> bool:
    reader = MODELS[kind].get(model.model_id)
    return reader is not None and reader.registers() <= model.span


async def _maker(unit: ModbusUnit, model: SunSpecModel | None) -> tuple[str, str, str]:
    if model is None:
        return "", "", ""
    common = Common(unit, model)
    await common.async_update()
    return _clean(common.maker), _clean(common.name), _clean(common.serial)


def _clean(text: str | None) -> str:
    return (text or "").strip(" \0")
