"""What tokens mean, remembered: the books are asked once a minute for each household, not at each of its requests."""

import sqlite3
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from ..secrets import digest

LIFE = timedelta(minutes=1)
"""For what changes by the clock alone, such as a token that is being replaced and ends after an hour."""

MOST = 10_000

type Look[T] = Callable[[sqlite3.Connection], T]
type Read = Callable[[Look[Any]], Awaitable[Any]]


@dataclass(frozen=True, slots=True)
class _Found:
    meaning: Any
    until: datetime


class Tokens:
    """The meanings of tokens, until somebody writes to a household."""

    def __init__(self, read: Read) -> None:
        self._read = read
        self._found: dict[bytes, _Found] = {}
        self._age = 0

    async def find[T](self, token: str, look: Look[T | None], now: datetime) -> T | None:
        """Return what a token means, looking it up where that is not remembered. What means nothing is not kept."""
        key = digest(token)
        found = self._found.get(key)
        if found is not None and now < found.until:
            known: T = found.meaning
            return known
        age = self._age
        meaning: T | None = await self._read(look)
        if meaning is not None and age == self._age and len(self._found) < MOST:
            self._found[key] = _Found(meaning, now + LIFE)
        return meaning

    def forget(self) -> None:
        """Forget all, because households changed. Any thread may call this."""
        self._age += 1
        self._found = {}
