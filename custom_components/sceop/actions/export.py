"""What the hub has of a home, fetched into a file: a right that needs no coordinator."""

from contextlib import suppress
from functools import partial
from io import BufferedWriter
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util, slugify
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..coordinator import SceopConfigEntry
from ..hub.errors import HubError

FOLDER = "sceop_exports"
"""In the folder of the configuration, where only who may see everything here gets."""


async def export_from_hub(hass: HomeAssistant, entry: SceopConfigEntry) -> JsonObjectType:
    """Write every quarter hour that the hub keeps of this home into a CSV file, and say where it is."""
    hub = entry.runtime_data.hub
    if hub is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_community", translation_placeholders={"site": entry.title}
        )
    name = f"{slugify(entry.title)}-{dt_util.utcnow():%Y%m%dT%H%M%S}.csv"
    path = Path(hass.config.path(FOLDER, name))
    part = path.with_suffix(".part")
    try:
        file = await hass.async_add_executor_job(_open, part)
        try:
            async with hub.client.export() as pieces:
                async for piece in pieces:
                    await hass.async_add_executor_job(partial(_write, file, piece))
        finally:
            await hass.async_add_executor_job(file.close)
        size = await hass.async_add_executor_job(_finish, part, path)
    except HubError as error:
        raise await _failed(hass, entry, part, error.sentence) from error
    except OSError as error:
        raise await _failed(hass, entry, part, error.strerror or str(error)) from error
    return {"file": str(path), "bytes": size}


class _DiskError(HubError):
    """A piece that could not be written: told apart from a hub that broke off, whose errors are of the same kind."""


def _open(part: Path) -> BufferedWriter:
    part.parent.mkdir(mode=0o700, exist_ok=True)
    file = part.open("wb")
    part.chmod(0o600)
    return file


def _write(file: BufferedWriter, piece: bytes) -> None:
    try:
        file.write(piece)
    except OSError as error:
        raise _DiskError(error.strerror or str(error)) from error


def _finish(part: Path, path: Path) -> int:
    part.replace(path)
    return path.stat().st_size


async def _failed(hass: HomeAssistant, entry: SceopConfigEntry, part: Path, sentence: str) -> HomeAssistantError:
    """Leave no half of an export behind."""
    with suppress(OSError):
        await hass.async_add_executor_job(partial(part.unlink, missing_ok=True))
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="export_failed",
        translation_placeholders={"site": entry.title, "sentence": sentence},
    )
