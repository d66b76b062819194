"""A practice reader: it passes on what a smart meter would send, or what a bad cable makes of it."""

import asyncio
import re
from pathlib import Path

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

TELEGRAMS = Path(__file__).parent / "telegrams"
KEY = "000102030405060708090a0b0c0d0e0f"


def telegram(name, /, *, checksum=True, **lines):
    """Return a telegram from its file, some lines changed (`{"1.8.1": "000001.000*kWh"}`) or, with None, left out."""
    text = (TELEGRAMS / f"{name}.txt").read_text()
    for code, value in lines.items():
        line = re.compile(rf"^(\d-0:{re.escape(code)}(?:\*255)?)\(.*\)\n", re.MULTILINE)
        assert line.search(text), code
        text = line.sub("" if value is None else rf"\1({value})\n", text)
    body = text.replace("\n", "\r\n") + "!"
    return f"{body}{crc(body.encode()):04X}\r\n".encode() if checksum else f"{body}\r\n".encode()


def crc(data):
    """Return the checksum as the standard has it: CRC-16, polynomial x16 + x15 + x2 + 1, least bit first."""
    value = 0
    for byte in data:
        value ^= byte
        for _ in range(8):
            value = value >> 1 ^ 0xA001 if value & 1 else value >> 1
    return value


def encrypted(plain, counter=1, key=KEY):
    """Return a telegram as a Luxembourgish meter encrypts it."""
    title, count = b"SAG\0\0\0\0\1", counter.to_bytes(4)
    signed = b"\x30" + bytes.fromhex("00112233445566778899aabbccddeeff")
    cipher = AESGCM(bytes.fromhex(key)).encrypt(title + count, plain, signed)[:-4]
    content = b"\x30" + count + cipher
    return b"\xdb\x08" + title + b"\x82" + len(content).to_bytes(2) + content


class PracticeReader:
    """A server on this machine; each connection gets what `send` is told."""

    def __init__(self):
        self.connections = 0
        self._writers = set()
        self._arrived = asyncio.Condition()

    async def open(self, port=0):
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", port)
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self):
        self._server.close()
        self.hang_up()
        await self._server.wait_closed()

    async def connected(self, times=1):
        """Wait until somebody has connected so many times."""
        async with self._arrived:
            await self._arrived.wait_for(lambda: self.connections >= times)

    async def send(self, *pieces):
        """Send the pieces, each in a packet of its own as far as that can be had."""
        for piece in pieces:
            for writer in self._writers:
                writer.write(piece)
                await writer.drain()
            await asyncio.sleep(0)

    def hang_up(self):
        for writer in self._writers:
            writer.close()

    async def _serve(self, reader, writer):
        self._writers.add(writer)
        async with self._arrived:
            self.connections += 1
            self._arrived.notify_all()
        try:
            await reader.read()
        except ConnectionError:
            pass
        finally:
            self._writers.discard(writer)
            writer.close()
