"""A smart meter's customer port (P1), read over the network: ser2net or one of many small readers passes it on."""

import asyncio
import logging
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Self

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_HOST, CONF_PORT
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..backoff import Backoff
from ..core.channels import GRID_EXPORT, GRID_IMPORT
from ..core.slots import Span
from ..things import Thing
from . import MONTH_PEAK_W, RUNNING_QUARTER_W, Reading, Slots, SourceError
from .frames import Frames
from .telegrams import Telegram, UnreadableError, agrees, read_telegram

_LOGGER = logging.getLogger(__name__)

CONF_KEY = "key"
CONNECT_WITHIN = timedelta(seconds=10)
SILENCE = timedelta(seconds=60)
"""Meters send every second or every ten; who says nothing for a minute has a dead connection or a loose cable."""
FRESH = timedelta(minutes=2)
"""How long a telegram speaks for the present."""

_CHECK_READER = "Check its cable to the meter, and that no other program holds the connection."
_CHECK_ADDRESS = "Check that the reader has power and that its address is right."


@dataclass(frozen=True, slots=True)
class Address:
    """Where a reader listens."""

    host: str
    port: int

    def __str__(self) -> str:
        """Return it as people write it."""
        return f"{self.host}:{self.port}"


class Line:
    """An open connection to a reader."""

    def __init__(self, reader: asyncio.StreamReader, silence: timedelta) -> None:
        self._reader = reader
        self._silence = silence
        self._frames = Frames()

    async def next(self) -> list[bytes]:
        """Return the telegrams that arrive next; raise OSError when the connection ends or brings none in time."""
        async with asyncio.timeout(self._silence.total_seconds()):
            while True:
                data = await self._reader.read(4096)
                if not data:
                    raise ConnectionResetError("the connection was closed")
                if frames := self._frames.feed(data):
                    return frames


@asynccontextmanager
async def connected(address: Address, silence: timedelta) -> AsyncGenerator[Line]:
    """Connect to a reader; raise OSError when that fails."""
    try:
        async with asyncio.timeout(CONNECT_WITHIN.total_seconds()):
            reader, writer = await asyncio.open_connection(address.host, address.port)
    except TimeoutError as error:
        raise ConnectionError("no answer") from error
    try:
        yield Line(reader, silence)
    finally:
        writer.close()


class P1Source:
    """Listens from `open` to `close`, and knows the newest telegram."""

    def __init__(
        self, address: Address, key: str | None, flows: tuple[str, ...], backoff: Backoff, silence: timedelta = SILENCE
    ) -> None:
        self.flows = flows
        self._address = address
        self._key = key
        self._backoff = backoff
        self._silence = silence
        self._listening: asyncio.Task[None] | None = None
        self._before: Telegram | None = None
        self._newest: tuple[datetime, Telegram] | None = None
        self._trouble: str | None = None

    @classmethod
    async def create(cls, hass: HomeAssistant, entry: ConfigEntry, thing: Thing) -> Self:  # noqa: ARG003  # the contract
        """Return the source that a thing describes."""
        told = thing.source
        backoff = Backoff(Random(), 1, 60)  # noqa: S311  # nothing secret hangs on it
        return cls(Address(told[CONF_HOST], told[CONF_PORT]), told.get(CONF_KEY), thing.flows, backoff)

    async def open(self) -> None:
        """Begin to listen."""
        self._listening = asyncio.create_task(self._listen(), name=f"sceop P1 {self._address}")

    async def close(self) -> None:
        """Stop listening."""
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.wait([self._listening])
            self._listening = None

    async def read(self, at: datetime) -> Reading:
        """Return what the newest telegram says."""
        if self._newest is None:
            raise SourceError(self._trouble or f"No telegram has come from {self._address} yet.")
        arrived, telegram = self._newest
        if abs(at - arrived) > FRESH:
            raise SourceError(self._trouble or f"No telegram has come from {self._address} for two minutes.")
        watts = {GRID_IMPORT: telegram.import_w, GRID_EXPORT: telegram.export_w}
        counters = {GRID_IMPORT: telegram.import_mwh, GRID_EXPORT: telegram.export_mwh}
        facts = {RUNNING_QUARTER_W: telegram.running_quarter_w, MONTH_PEAK_W: telegram.month_peak_w}
        return Reading(
            arrived,
            {flow: watts[flow] for flow in self.flows},
            {flow: counters[flow] for flow in self.flows},
            {fact: float(value) for fact, value in facts.items() if value is not None},
        )

    async def recall(self, instants: Sequence[datetime]) -> Sequence[Reading]:  # noqa: ARG002  # a meter tells only now
        """Return nothing: a meter has no memory."""
        return []

    async def past(self, span: Span) -> Slots:  # noqa: ARG002  # likewise
        """Return nothing, likewise."""
        return {}

    async def _listen(self) -> None:
        """Connect again whenever the connection is lost."""
        while True:
            try:
                async with connected(self._address, self._silence) as line:
                    await self._hear(line)
            except TimeoutError:
                self._lose(f"{self._address} sends no telegrams. {_CHECK_READER}")
            except OSError as error:
                self._lose(f"{self._address} cannot be reached: {error}. {_CHECK_ADDRESS}")
            await asyncio.sleep(self._backoff.next())

    async def _hear(self, line: Line) -> None:
        while True:
            for frame in await line.next():
                self._take(frame)

    def _take(self, frame: bytes) -> None:
        """Believe a telegram that is proved by its checksum or by the one before it."""
        try:
            telegram = read_telegram(frame, self._key)
        except UnreadableError as error:
            _LOGGER.debug("A telegram from %s was refused: %s", self._address, error)
            self._trouble = str(error)
            return
        before, self._before = self._before, telegram
        if not telegram.checked and not agrees(before, telegram):
            return
        self._newest = (dt_util.utcnow(), telegram)
        self._trouble = None
        self._backoff.reset()

    def _lose(self, sentence: str) -> None:
        """Keep what is wrong; the thing says it once, when what is known has grown old."""
        self._trouble = sentence
        _LOGGER.debug("%s It is tried again until it works", sentence)
