"""What a site must remember over a restart, written so that a failure is known: first of all where its meters stood."""

import logging
from pathlib import Path
from typing import Any, override

from atomicwrites import AtomicWriter  # type: ignore[import-untyped]  # it has no types; Home Assistant ships it
from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)


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
