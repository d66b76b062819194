"""A SunSpec device to practise with: a real Modbus server whose registers, moods and death a test decides."""

import asyncio
import struct
from contextlib import asynccontextmanager

from pymodbus.constants import ExcCodes
from pymodbus.server import ModbusTcpServer
from pymodbus.simulator import DataType, SimData, SimDevice

NOT_IMPLEMENTED_16, NOT_IMPLEMENTED_32 = 0x8000, 0xFFFFFFFF
OFF, SLEEPING, STARTING, MPPT = 1, 2, 3, 4


def words(value, count):
    return [(value >> 16 * (count - 1 - n)) & 0xFFFF for n in range(count)]


def float_words(value):
    return list(struct.unpack(">HH", struct.pack(">f", value)))


def text_words(text, count):
    return list(struct.unpack(f">{count}H", text.encode().ljust(2 * count, b"\0")))


def model(number, length, points):
    """Make a model's registers: each point by its offset from the header, all others not implemented."""
    registers = [number, length, *[NOT_IMPLEMENTED_16] * length]
    for offset, more in points.items():
        registers[offset : offset + len(more)] = more
    return registers[: length + 2]


def common(maker="Fronius", name="Symo 8.2", serial="29301000"):
    return model(1, 66, {2: text_words(maker, 16), 18: text_words(name, 16), 50: text_words(serial, 16)})


def inverter(watts=1500, wh=12_345_678, *, number=103, watts_scale=0, wh_scale=0, state=MPPT, length=50):
    points = {14: words(watts, 1), 15: words(watts_scale, 1), 24: words(wh, 2), 26: words(wh_scale, 1), 38: [state]}
    return model(number, length, points)


def float_inverter(watts=1500.4, wh=12_345_678.0, *, number=113, state=MPPT):
    return model(number, 60, {22: float_words(watts), 32: float_words(wh), 48: [state]})


def der_inverter(watts=1500, wh=12_345_678, *, watts_scale=0, wh_scale=0, state=3):
    points = {4: [state], 10: words(watts, 1), 19: words(wh, 4), 23: words(0, 4)}
    return model(701, 153, points | {116: words(watts_scale, 1), 120: words(wh_scale, 1)})


def meter(watts=-700, imported=3_000_000, exported=5_000_000, *, number=203, watts_scale=0, wh_scale=0):
    points = {18: words(watts, 1), 22: words(watts_scale, 1)}
    return model(number, 105, points | {38: words(exported, 2), 46: words(imported, 2), 54: words(wh_scale, 1)})


def float_meter(watts=-700.0, imported=3_000_000.0, exported=5_000_000.0, *, number=213):
    return model(number, 124, {28: float_words(watts), 60: float_words(exported), 68: float_words(imported)})


def battery(watts=800, charge=575, *, charge_scale=-1, watts_scale=0):
    points = {11: words(charge, 1), 47: words(watts, 1), 56: words(charge_scale, 1), 63: words(watts_scale, 1)}
    return model(802, 62, points)


class PracticeDevice:
    """What answers on 127.0.0.1, and how."""

    def __init__(self):
        self.registers = {}
        self.requests = []
        self.refusal = None
        self.answering = asyncio.Event()
        self.answering.set()
        self.asked = asyncio.Event()
        self.dies_at = None
        self.port = 0
        self._server = None

    def show(self, *models, base=40000):
        """Put models into the map, one after the other."""
        chain = [*text_words("SunS", 2), *[word for one in models for word in one], 0xFFFF, 0]
        self.registers = {base + n: word for n, word in enumerate(chain)}

    async def _answer(self, _function, _start, address, count, registers, _values):
        self.requests.append((address, count))
        self.asked.set()
        if self.dies_at == len(self.requests):
            await self.hang_up()
        await self.answering.wait()
        if self.refusal:
            return self.refusal
        wanted = range(address, address + count)
        if not self.registers.keys() >= set(wanted):
            return ExcCodes.ILLEGAL_ADDRESS
        registers[address : address + count] = [self.registers[register] for register in wanted]
        return None

    async def switch_on(self, unit_id=1):
        memory = SimData(0, values=0, count=65536, datatype=DataType.REGISTERS)
        device = SimDevice(unit_id, simdata=[memory], action=self._answer)
        self._server = ModbusTcpServer(device, address=("127.0.0.1", self.port), ignore_missing_devices=True)
        await self._server.serve_forever(background=True)
        self.port = self._server.transport.sockets[0].getsockname()[1]

    async def hang_up(self):
        for connection in list(self._server.active_connections.values()):
            connection.transport.abort()

    async def switch_off(self):
        await self.hang_up()
        await self._server.shutdown()


@asynccontextmanager
async def practice_device(*models, base=40000, unit_id=1):
    device = PracticeDevice()
    device.show(*models, base=base)
    await device.switch_on(unit_id)
    try:
        yield device
    finally:
        await device.switch_off()
