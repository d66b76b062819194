"""What a site must remember over a restart, written so that a failure is known: first of all where its meters stood."""

import logging
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any, override

from atomicwrites import AtomicWriter  # type: ignore[import-untyped]  # it has no types; Home Assistant ships it
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, UnsupportedStorageVersionError
from homeassistant.helpers.storage import STORAGE_DIR, Store
from homeassistant.util import dt as dt_util
from homeassistant.util.json import json_loads_object

from . import issues
from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

_UNREADABLE = (
    HomeAssistantError,
    NotImplementedError,
    ArithmeticError,
    AttributeError,
    LookupError,
    OSError,
    TypeError,
    ValueError,
)
"""What reading raises when a file is not what was written once: cut off, empty, edited by hand, on a bad disk."""


class StrictStore(Store[dict[str, Any]]):
    """A store whose data is on disk when `async_save` returns; it raises OSError when that failed.

    Home Assistant's own logs the failure and returns, and logs it again, with a traceback, each time. Readings come
    every few seconds and must not be forgotten before they are written, nor fill the log of a disk that is full. So
    saving leaves out the part that swallows the error, and the writing the part that tells it; all else is the same.
    What is written is private, for consumption is.
    """

    def __init__(self, hass: HomeAssistant, key: str) -> None:
        super().__init__(hass, 1, key, private=True, serialize_in_event_loop=False)
        self._failing = False

    @override
    async def async_save(self, data: dict[str, Any]) -> None:
        """Write the data; a failure is logged when it is news, and so is its end."""
        whole = {"version": self.version, "minor_version": self.minor_version, "key": self.key, "data": data}
        async with self._write_lock:
            self._manager.async_invalidate(self.key)
            try:
                await self._async_write_data(whole)
            except OSError as error:
                if not self._failing:
                    _LOGGER.warning(
                        "%s cannot be written; nothing is forgotten, and it is tried again: %s", self.path, error
                    )
                self._failing = True
                raise
        if self._failing:
            _LOGGER.info("%s can be written again", self.path)
        self._failing = False

    @override
    def _write_prepared_data(self, mode: str, json_data: str | bytes) -> None:
        """Put a new file, of which the disk has every byte, into the place of the old one."""
        Path(self.path).parent.mkdir(parents=True, exist_ok=True)
        with AtomicWriter(self.path, mode=mode, overwrite=True).open() as file:
            file.write(json_data)


def books_store(hass: HomeAssistant, entry_id: str) -> StrictStore:
    """Return where the books of a site are kept."""
    return StrictStore(hass, f"{DOMAIN}.{entry_id}.books")


async def remove_all(hass: HomeAssistant, entry_id: str, thing: str = "") -> None:
    """Leave no file of a removed site or thing behind, and none that was set aside: consumption is private."""
    folder = Path(hass.config.path(STORAGE_DIR))

    def remove() -> None:
        for path in folder.glob(f"{DOMAIN}.{entry_id}.{thing.lower()}{'.' if thing else ''}*"):
            path.unlink(missing_ok=True)

    await hass.async_add_executor_job(remove)


class Held(StrEnum):
    """What a file holds; losing it means something else each time."""

    BOOKS = "books"
    COUNTERS = "counters"
    OUTBOX = "outbox"
    LIGHTS = "lights"
    LOADS = "loads"
    NOTICES = "notices"
    TOGETHER = "together"
    WEATHER = "weather"
    WARNINGS = "warnings"


async def take_up[T](
    store: Store[dict[str, Any]],
    held: Held,
    entry_id: str,
    read: Callable[[Mapping[str, Any]], T],
    *,
    thing: str | None = None,
) -> T | None:
    """Return what was kept, or None if there is nothing.

    A file that cannot be understood, or that a newer version wrote, is set aside, so that the site goes on, nothing is
    overwritten, and a person reads what is missing now and where the file is.
    """
    hass, path = store.hass, Path(store.path)
    try:
        await hass.async_add_executor_job(_check, path, store.version)
        kept = await store.async_load()
        return None if kept is None else read(kept)
    except UnsupportedStorageVersionError as error:
        problem, aside, reason = f"{held}_newer", f"version-{error.found_version}", "a newer version wrote it"
    except _UNREADABLE as error:
        problem, aside, reason = f"{held}_broken", "broken", str(error)
    beside = path.with_name(f"{path.name}.{aside}-{dt_util.utcnow():%Y%m%dT%H%M%S}")
    with suppress(FileNotFoundError):
        await hass.async_add_executor_job(path.rename, beside)
    _LOGGER.error("%s cannot be used, so it is kept as %s, and a new one is begun: %s", path, beside.name, reason)
    words = {"file": path.name, "aside": beside.name, "folder": str(path.parent), "reason": reason}
    issues.tell(hass, problem, entry_id, store.key, words, thing=thing, until_read=True, grave=held is Held.BOOKS)
    return None


def _check(path: Path, version: int) -> None:
    """Look for what Home Assistant's own store would answer in its own way: with a file renamed, and half the story."""
    try:
        whole = json_loads_object(path.read_bytes())
    except FileNotFoundError:
        return
    wrote = whole["version"]
    if not isinstance(wrote, int) or not isinstance(whole["data"], dict):
        raise TypeError("what is in it is not what was written")
    if wrote > version:
        raise UnsupportedStorageVersionError(path.name, wrote, version)
