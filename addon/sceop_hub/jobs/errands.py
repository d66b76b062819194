"""Errands: work that takes longer than a page may, runs beside the server, and is looked at while it goes on."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime

from aiohttp import web

from ..domain.refusal import Refusal
from ..domain.saying import Saying, saying
from ..secrets import new_id

_LOGGER = logging.getLogger(__name__)

MOST_KEPT = 20
"""Errands that can still be looked at; the oldest that ended is forgotten first."""

type Told = Callable[[int, int], None]
"""With this an errand says how much is done, and of how much."""


@dataclass(slots=True)
class Errand:
    """One errand: what it does, how far it is, and what came of it."""

    id: str
    kind: str
    started_at: datetime
    about: object = None
    """What it works on, for the page that shows it."""
    done: int = 0
    total: int = 0
    ended: bool = False
    result: object = None
    refused: Saying | None = None
    """Why nothing came of it."""
    _task: asyncio.Task[None] | None = field(default=None, repr=False)

    def told(self, done: int, total: int) -> None:
        """Take how far it is."""
        self.done, self.total = done, total

    def cancel(self) -> None:
        """Stop it; what it kept until now stays kept."""
        if self._task is not None:
            self._task.cancel()

    async def finished(self) -> None:
        """Wait until it has ended, one way or the other."""
        if self._task is not None:
            await asyncio.wait([self._task])


class Errands:
    """All errands of a hub that runs; one of each kind at a time."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._errands: dict[str, Errand] = {}

    def start(self, kind: str, work: Callable[[Told], Awaitable[object]], about: object = None) -> Errand:
        """Begin an errand, unless one of its kind goes on."""
        if self.going_on(kind):
            raise Refusal("busy", "This is being done already. Wait until it has ended.")
        errand = Errand(new_id(), kind, self._clock(), about)
        errand._task = asyncio.create_task(self._run(errand, work))  # noqa: SLF001 - the two are one
        self._errands[errand.id] = errand
        while len(self._errands) > MOST_KEPT and (over := next((e for e in self._errands.values() if e.ended), None)):
            del self._errands[over.id]
        return errand

    def going_on(self, kind: str) -> bool:
        """Tell whether an errand of this kind goes on."""
        return any(errand.kind == kind and not errand.ended for errand in self._errands.values())

    def get(self, errand: str) -> Errand | None:
        """Return an errand by its id."""
        return self._errands.get(errand)

    def latest(self, kind: str) -> Errand | None:
        """Return the errand of this kind that was begun last."""
        return next((errand for errand in reversed(self._errands.values()) if errand.kind == kind), None)

    async def close(self) -> None:
        """Stop everything, because the hub stops."""
        for errand in self._errands.values():
            errand.cancel()
            await errand.finished()

    @staticmethod
    async def _run(errand: Errand, work: Callable[[Told], Awaitable[object]]) -> None:
        try:
            errand.result = await work(errand.told)
        except Refusal as refusal:
            errand.refused = refusal.saying
        except asyncio.CancelledError:
            errand.refused = saying("This was stopped.")
        except Exception:
            _LOGGER.exception("An errand failed: %s", errand.kind)
            errand.refused = saying("The hub made a mistake; its log tells more.")
        finally:
            errand.ended = True


ERRANDS = web.AppKey("errands", Errands)
