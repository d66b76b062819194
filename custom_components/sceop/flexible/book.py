"""The book of a site's flexible loads: what each remembers, kept over restarts in one file."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Self

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later

from ..const import DOMAIN
from ..core.plan.plan import Placement, Reason
from ..storage import Held, StrictStore, take_up
from .memory import Memory, Phase

WRITE_WITHIN_S = 30.0
"""After a change that nothing depends on at once."""

_INSTANTS = ("ready_by", "started", "held_until", "quiet_since", "wrote_at")


def loads_store(hass: HomeAssistant, entry_id: str) -> StrictStore:
    """Return where it is kept."""
    return StrictStore(hass, f"{DOMAIN}.{entry_id}.loads")


class Book:
    """A page for each load, by its subentry."""

    def __init__(self, hass: HomeAssistant, store: StrictStore, pages: Mapping[str, Memory]) -> None:
        self._hass, self._store = hass, store
        self._scheduled: CALLBACK_TYPE | None = None
        self._last: CALLBACK_TYPE | None = hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, self._write)
        self._pages = dict(pages)
        self._newest: dict[str, Callable[[], Memory]] = {}

    @classmethod
    async def of(cls, hass: HomeAssistant, entry_id: str, loads: Iterable[str]) -> Self:
        """Read what was kept of the loads that are there still, and let go of all others."""
        store, wanted = loads_store(hass, entry_id), frozenset(loads)
        kept = await take_up(store, Held.LOADS, entry_id, _read) or {}
        book = cls(hass, store, {load: memory for load, memory in kept.items() if load in wanted})
        if kept.keys() - wanted:
            await book.save()
        return book

    def join(self, load: str, newest: Callable[[], Memory]) -> Memory | None:
        """Return what is kept of a load; `newest` says from now on what is true."""
        self._newest[load] = newest
        return self._pages.get(load)

    @callback
    def touch(self) -> None:
        """Write soon, together with all else that changes."""
        if self._scheduled is None:
            job = HassJob(self._write, f"{DOMAIN} book of loads", cancel_on_shutdown=True)
            self._scheduled = async_call_later(self._hass, WRITE_WITHIN_S, job)

    async def save(self) -> None:
        """Write now; what fails was told by the store, and is tried again with the next change."""
        self._wait_no_more()
        with suppress(OSError):
            await self._store.async_save(self._dump())

    async def close(self) -> None:
        """Write a last time; who comes next opens a book of its own."""
        if self._last is not None:
            self._last()
            self._last = None
        await self.save()
        self._wait_no_more()

    async def _write(self, _now: datetime | Event) -> None:
        self._scheduled = None
        await self.save()

    @callback
    def _wait_no_more(self) -> None:
        if self._scheduled is not None:
            self._scheduled()
            self._scheduled = None

    def _dump(self) -> dict[str, Any]:
        pages = self._pages | {load: newest() for load, newest in self._newest.items()}
        return {"loads": {load: dump(memory) for load, memory in pages.items()}}


def dump(memory: Memory) -> dict[str, Any]:
    """Return a memory as it is written."""
    place = memory.place
    kept = {name: value for name, value in asdict(memory).items() if name != "place"}
    for name in ("at", *_INSTANTS, "saved_on"):
        kept[name] = None if kept[name] is None else kept[name].isoformat()
    kept["phase"] = memory.phase.value
    kept["starts"] = [start.isoformat() for start in memory.starts]
    kept["place"] = place and {
        "id": place.id,
        "start": place.start.isoformat(),
        "wh": list(place.wh),
        "reasons": [reason.value for reason in place.reasons],
        "cost": place.cost,
        "cost_at_once": place.cost_at_once,
        "facts": dict(place.facts),
    }
    return kept


def load(kept: Mapping[str, Any]) -> Memory:
    """Read it back."""
    known = {name: value for name, value in kept.items() if name in Memory.__dataclass_fields__}
    place, saved_on = kept["place"], kept["saved_on"]
    return Memory(
        **known
        | {name: None if kept[name] is None else datetime.fromisoformat(kept[name]) for name in _INSTANTS}
        | {
            "at": datetime.fromisoformat(kept["at"]),
            "phase": Phase(kept["phase"]),
            "saved_on": None if saved_on is None else date.fromisoformat(saved_on),
            "starts": tuple(datetime.fromisoformat(start) for start in kept["starts"]),
            "drawn": tuple(kept["drawn"]),
            "runs": tuple(tuple(run) for run in kept["runs"]),
            "traces": tuple(tuple(trace) for trace in kept["traces"]),
            "place": None
            if place is None
            else Placement(
                place["id"],
                datetime.fromisoformat(place["start"]),
                tuple(place["wh"]),
                tuple(Reason(reason) for reason in place["reasons"]),
                place["cost"],
                place["cost_at_once"],
                place["facts"],
            ),
        }
    )


def _read(kept: Mapping[str, Any]) -> dict[str, Memory]:
    return {str(name): load(memory) for name, memory in kept["loads"].items()}
