"""Backups while the hub serves: one piece of work at a time, in a process of its own."""

import asyncio
import json
import logging
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

import msgspec
from aiohttp import web

from .. import settings, values
from ..domain.refusal import Refusal
from ..domain.saying import Saying
from ..durable import write_json
from ..processes import run
from . import folder
from .restore import KEEP

_LOGGER = logging.getLogger(__name__)

_PROGRAM = f"{__package__}.process"
_PASSPHRASE = "backup-passphrase.json"  # noqa: S105 - the name of a file


class Backups:
    """What pages and the night ask for."""

    def __init__(self, told: settings.Settings, clock: Callable[[], datetime]) -> None:
        self._told = told
        self._data = told.data
        self._clock = clock
        self._started = clock()
        self._task: asyncio.Task[folder.Backup] | None = None
        self.busy: Literal["make", "restore"] | None = None
        self.failed: Saying | None = None
        """Why the last one failed."""

    def listed(self) -> list[folder.Backup]:
        """Return all backups, newest first."""
        return folder.listed(self._data)

    def latest(self) -> folder.Backup | None:
        """Return the newest one."""
        return folder.latest(self._data, self._clock())

    def overdue(self, now: datetime) -> bool:
        """Tell whether a night or more went by without one."""
        last = self.latest()
        return now - (self._started if last is None else last.made_at) > folder.OVERDUE

    def path(self, name: str) -> Path:
        """Return the file of a backup, for a download."""
        return folder.named(self._data, name).path

    def remove(self, name: str) -> None:
        """Delete a backup."""
        folder.named(self._data, name).path.unlink(missing_ok=True)

    @property
    def passphrase_told(self) -> bool:
        """Tell whether the passphrase comes from the settings, so that no page can change it."""
        return self._told.backup_passphrase is not None

    @property
    def passphrase_kept(self) -> bool:
        """Tell whether the next backup is encrypted."""
        return self._passphrase() is not None

    def keep_passphrase(self, passphrase: str | None) -> None:
        """Encrypt from now on with this, or no more. It lies beside the data, and in no backup."""
        file = self._data / KEEP / _PASSPHRASE
        if passphrase is None:
            file.unlink(missing_ok=True)
            return
        try:
            values.checked_passphrase(passphrase)
        except values.SettingsError as error:
            raise Refusal("invalid", str(error)) from error
        file.parent.mkdir(exist_ok=True)
        write_json(file, passphrase)

    async def make(self, kind: folder.Kind = "manual") -> folder.Backup:
        """Make a backup; whoever waits no more does not end it."""
        self.start(kind)
        assert self._task is not None
        return await asyncio.shield(self._task)

    def start(self, kind: folder.Kind = "manual") -> None:
        """Begin to make a backup; `busy` and `failed` tell how it goes."""
        self._take("make")
        self._task = asyncio.create_task(self._make(kind))
        self._task.add_done_callback(_heard)

    async def stage(self, file: Path, passphrase: str | None, *, even_if_newer: bool, who: str) -> None:
        """Check and unpack a backup; the next start of the hub begins with it."""
        self._take("restore")
        try:
            await self._ask(
                "stage", file=str(file), passphrase=passphrase or None, even_if_newer=even_if_newer, who=who
            )
        finally:
            self.busy = None

    async def close(self) -> None:
        """End what is under way: a backup that is cut off was never there."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])

    async def _make(self, kind: folder.Kind) -> folder.Backup:
        try:
            answer = await self._ask("make", kind=kind, at=self._clock().isoformat(), passphrase=self._passphrase())
            made = await asyncio.to_thread(folder.named, self._data, answer["made"])
        except Refusal as refusal:
            self.failed = refusal.saying
            raise
        else:
            self.failed = None
            _LOGGER.info("The backup %s was made", made.name)
            return made
        finally:
            self.busy = None

    async def _ask(self, work: str, **more: object) -> dict[str, Any]:
        asked = {"work": work, "data": str(self._data.absolute()), **more}
        said: list[str] = []
        ended = await run(program=_PROGRAM, given=json.dumps(asked), heard=said.append)
        try:
            answer: dict[str, Any] = json.loads("".join(said))
        except ValueError as error:
            _LOGGER.error("A process for backups ended with %s: %s", ended.code, ended.complaint)  # noqa: TRY400 - its own trace says more
            raise Refusal(
                "backup", "The backup's own process ended without an answer; the hub's log tells more."
            ) from error
        if "problem" in answer:
            raise Refusal(answer["problem"], msgspec.convert(answer["saying"], Saying))
        return answer

    def _take(self, work: Literal["make", "restore"]) -> None:
        if self.busy is not None:
            raise Refusal("busy", "A backup or a restore is under way already. Wait for it to end.")
        self.busy = work

    def _passphrase(self) -> str | None:
        if self._told.backup_passphrase is not None:
            return self._told.backup_passphrase
        try:
            return str(json.loads((self._data / KEEP / _PASSPHRASE).read_text(encoding="utf-8")))
        except OSError, ValueError:
            return None


BACKUPS = web.AppKey("backups", Backups)


def _heard(task: asyncio.Task[folder.Backup]) -> None:
    """Take note of a failure that `failed` already tells, so that nobody calls it unheard."""
    if not task.cancelled():
        task.exception()
