"""Files that a browser sends: written to the data folder as they arrive, and never held in memory."""

import asyncio
import logging
import math
import shutil
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from aiohttp import BodyPartReader, web

from ..auth import csrf
from ..domain.refusal import Refusal
from ..secrets import new_id

_LOGGER = logging.getLogger(__name__)

FOLDER = "uploads"
LIFE_S = 24 * 3600
LOOK_EVERY_S = 3600
_SUFFIX = ".upload"
_EXPORT = "export"
_ROOM = 256 * 1024 * 1024
"""Left to the database, whatever is sent."""
_BITE = 1024 * 1024
_MOST_OF_A_FIELD = 2000
_MOST_FIELDS = 40


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that arrived, as the user called it, with the form's other fields."""

    id: str
    path: Path
    name: str
    fields: Mapping[str, str] = field(default_factory=dict)


async def receive(request: web.Request, data: Path, most_bytes: int) -> Upload:
    """Take the upload's one file; what goes wrong leaves nothing behind."""
    folder = data / FOLDER
    await asyncio.to_thread(folder.mkdir, exist_ok=True)
    room = (await asyncio.to_thread(shutil.disk_usage, folder)).free - _ROOM
    if (request.content_length or 0) > room:
        raise Refusal(
            "storage", "There is room for {free} MB only. Make room, then send it again.", free=max(room, 0) // 1024**2
        )
    upload = new_id()
    path = folder / f"{upload}{_SUFFIX}"
    try:
        name, fields = await _take(request, path, most_bytes)
    except BaseException as error:
        path.unlink(missing_ok=True)
        if isinstance(error, ValueError | AssertionError):
            raise Refusal("invalid", "The upload is not packed as its Content-Type says.") from error
        raise
    return Upload(upload, path, name, fields)


async def _take(request: web.Request, path: Path, most_bytes: int) -> tuple[str, dict[str, str]]:
    """Take the upload apart: the file goes to its path, the other fields are returned with its name."""
    fields: dict[str, str] = {}
    name = ""
    parts = await csrf.upload(request)
    while (part := await parts.next()) is not None:
        if not isinstance(part, BodyPartReader) or len(fields) > _MOST_FIELDS:
            raise Refusal("invalid", "The upload is not packed as this page packs it. Load the page again.")
        if part.filename is None:
            fields[part.name or ""] = (await part.read_chunk(_MOST_OF_A_FIELD)).decode(errors="replace").strip()
        elif not part.filename:  # a field without a file, as browsers send it
            await part.release()
        elif name:
            raise Refusal("invalid", "Send one file at a time.")
        else:
            name = part.filename[:200]
            await _write(part, path, most_bytes)
    if not name:
        raise Refusal("invalid", "No file was chosen. Choose one and send it again.")
    return name, fields


def find(data: Path, upload: str) -> Path | None:
    """Return the file of an upload that is still kept."""
    path = data / FOLDER / f"{upload}{_SUFFIX}"
    return path if upload.isalnum() and path.is_file() else None


def remove(data: Path, upload: str) -> None:
    """Let go of an upload."""
    if (path := find(data, upload)) is not None:
        path.unlink(missing_ok=True)


def clear(data: Path, until: float = math.inf) -> None:
    """Let go of what was written until then, whole or begun: it holds what single homes use, and no one forgets it.

    What an earlier run of the hub left goes as a whole: nobody can ask for it any more.
    """
    for path in (data / FOLDER).glob("*"):
        with suppress(FileNotFoundError):
            if path.stat().st_mtime <= until:
                path.unlink()


async def keep_young(data: Path, pause: Callable[[], Awaitable[None]]) -> None:
    """Let go of files that nobody came back for, as long as the hub runs; `pause` waits between two looks."""
    looked = time.monotonic()
    while True:
        await pause()
        if time.monotonic() - looked < LOOK_EVERY_S:
            continue
        looked = time.monotonic()
        try:
            await asyncio.to_thread(clear, data, time.time() - LIFE_S)
        except OSError:
            _LOGGER.exception("Files that nobody came back for could not be removed; it is tried again in an hour")


def export(data: Path, kind: str) -> Path:
    """Return where an export of this kind is written, until the next one or the hub's next start."""
    return data / FOLDER / f"{_EXPORT}.{kind}{_SUFFIX}"


def clear_exports(data: Path) -> None:
    """Let go of what was exported, or is being: it may hold somebody who is to be forgotten."""
    for path in (data / FOLDER).glob(f"*{_EXPORT}.*"):
        path.unlink(missing_ok=True)


async def _write(part: BodyPartReader, path: Path, most_bytes: int) -> None:
    """Write a file bite by bite, beside the loop: a card may take its time."""
    with await asyncio.to_thread(path.open, "wb") as file:
        size, bite = 0, bytearray()
        while chunk := await part.read_chunk(64 * 1024):
            size += len(chunk)
            if size > most_bytes:
                raise Refusal(
                    "too-large", "A file holds at most {most} MB. Send it in parts.", most=most_bytes // 1024**2
                )
            bite += chunk
            if len(bite) >= _BITE:
                await _flush(file, bite)
        await _flush(file, bite)


async def _flush(file: BinaryIO, bite: bytearray) -> None:
    try:
        await asyncio.to_thread(file.write, bytes(bite))
    except OSError as error:
        raise Refusal(
            "storage", "The file could not be kept: {why}. Make room and send it again.", why=error.strerror
        ) from error
    bite.clear()
