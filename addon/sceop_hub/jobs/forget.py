"""Forgetting: whoever leaves takes everything along, and no restored backup brings it back.

What names a household goes in one transaction with the mark that it is being forgotten; its slots follow in bites that
hold nobody up, also after a crash. A digest of its public id is kept in `keep/`, which no backup holds: where a
restored database knows such a household, it is forgotten again.
"""

import asyncio
import logging
import os
import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path

from aiohttp import web

from ..domain.members import Household
from ..durable import flush_folder
from ..hub import Hub
from ..store import audit, forgetting
from ..store.store import Store
from ..store.writer import StorageError
from .upkeep import BREATH_S

_LOGGER = logging.getLogger(__name__)

FOLDER, FILE = "keep", "forgotten"
_AGAIN_SECONDS = 60
_LOOK_AGAIN_SECONDS = 600


@dataclass(slots=True)
class Forgetting:
    """The one who forgets, while the hub runs. `clear` lets go of files that were made of the books."""

    hub: Hub
    clear: Callable[[], None] = lambda: None
    _work: asyncio.Event = field(default_factory=asyncio.Event)

    async def forget(self, household: Household, by: str) -> None:
        """Forget who a household was, for good; its slots follow within minutes."""
        hub, now = self.hub, self.hub.clock()
        try:
            await asyncio.to_thread(remember, hub.settings.data, household.public_id)
        except OSError as error:
            raise StorageError(f"The hub could not write to its disk ({error.strerror}).") from error

        def begin(books: sqlite3.Connection) -> None:
            forgetting.begin(books, household.id, household.public_id, now)
            audit.note(books, now, by, "household.forget", "household:forgotten")

        await hub.store.write(begin)
        await asyncio.to_thread(self.clear)
        hub.seen.pop(household.id, None)
        hub.refusals.forget(household.public_id)
        await hub.left(household.id)
        await hub.publishing.load()
        self._work.set()

    async def keep_forgetting(self) -> None:
        """Take away what forgotten households sent, for as long as the hub runs."""
        while True:
            self._work.clear()
            try:
                for household in await self.hub.store.read(forgetting.waiting):
                    await self._take_away(household)
            except Exception:
                _LOGGER.exception("A household's slots could not be taken away; the hub tries again")
                await asyncio.sleep(_AGAIN_SECONDS)
            else:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._work.wait(), _LOOK_AGAIN_SECONDS)

    async def _take_away(self, household: int) -> None:
        done = False
        while not done:
            done = await self.hub.store.write(partial(forgetting.bite, household=household))
            await asyncio.sleep(BREATH_S)


FORGETTING = web.AppKey("forgetting", Forgetting)


def remember(data: Path, public_id: str) -> None:
    """Keep the digest of a household that is to stay forgotten; it is on disk when this returns."""
    folder = data / FOLDER
    folder.mkdir(exist_ok=True)
    with (folder / FILE).open("a", encoding="ascii") as file:
        file.write(f"{forgetting.mark_of(public_id)}\n")
        file.flush()
        os.fsync(file.fileno())
    flush_folder(folder)


async def forget_again(store: Store, data: Path, now: datetime) -> int:
    """Forget those whom a restored backup brought back; return how many."""
    file = data / FOLDER / FILE
    if not file.exists():
        return 0
    marks = frozenset(file.read_text(encoding="ascii", errors="replace").split())
    known = await store.read(forgetting.known)
    back = [(id_, public_id) for id_, public_id in known if forgetting.mark_of(public_id) in marks]
    for id_, public_id in back:
        await store.write(partial(forgetting.begin_again, household=id_, public_id=public_id, now=now))
    return len(back)
