"""Where the hub that holds a data folder listens: told in its lock, for those who look after it on the same machine."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

import msgspec

from .store.database import LOCK

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - asked, not listened on


@dataclass(frozen=True, slots=True)
class Listening:
    """An address that a hub listens on."""

    host: str
    port: int
    secure: bool

    @property
    def here(self) -> str:
        """Return the host as this very machine reaches it."""
        return _EVERYWHERE.get(self.host, self.host)


@contextmanager
def told(held: TextIO, where: Listening) -> Iterator[None]:
    """Tell where the hub listens, for as long as it does."""
    held.write(msgspec.json.encode(where).decode())
    held.flush()
    try:
        yield
    finally:
        held.truncate(0)


def where(data: Path) -> Listening | None:
    """Return where the hub of this folder listens; after one that was killed, where it did."""
    try:
        return msgspec.json.decode((data / LOCK).read_bytes(), type=Listening)
    except OSError, msgspec.DecodeError:
        return None
