"""Promises: what this home answered to its community and was told by it, kept over a restart.

An answer is on disk before it is sent, and stays until the hub took it or said no. What automations heard of is on disk
before they hear, so nothing begins twice.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Self

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from ..const import DOMAIN
from ..storage import Held, StrictStore, take_up
from .errors import NotAHub
from .invited import Answer, By, PeakEvent, read_event


def promises_store(hass: HomeAssistant, entry_id: str) -> StrictStore:
    """Return where they are kept."""
    return StrictStore(hass, f"{DOMAIN}.{entry_id}.together")


@dataclass(frozen=True, slots=True)
class Waiting:
    """An answer that the hub did not take yet."""

    answer: Answer
    by: By


@dataclass(frozen=True, slots=True)
class Declined:
    """An answer to which the hub said no, in its own words."""

    at: datetime
    sentence: str
    by: By


@dataclass(frozen=True, slots=True)
class Told:
    """What automations heard of one event."""

    kinds: frozenset[str] = frozenset()
    answer: Answer | None = None


@dataclass(slots=True)
class Promises:
    """One small file, of one household of one hub."""

    store: StrictStore
    household: str
    has_events: bool = False
    """Whether the hub was ever heard to have events."""
    has_game: bool = False
    events: dict[str, PeakEvent] = field(default_factory=dict)
    waiting: dict[str, Waiting] = field(default_factory=dict)
    declined: dict[str, Declined] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    redeeming: dict[str, str] = field(default_factory=dict)
    """By reward, the name of an attempt of which nobody knows whether the hub heard it."""

    @classmethod
    async def of(cls, hass: HomeAssistant, entry_id: str, household: str) -> Self:
        """Take up what was left; what was promised to another hub, or as another household, is nobody's."""
        store = promises_store(hass, entry_id)
        kept = await take_up(store, Held.TOGETHER, entry_id, _read) or {}
        return cls(store, household, **kept["held"]) if kept.get("household") == household else cls(store, household)

    async def save(self) -> bool:
        """Write it, and tell whether that worked; of a disk that is full the store tells."""
        with suppress(OSError):
            await self.store.async_save(self._to_json())
            return True
        return False

    def _to_json(self) -> dict[str, Any]:
        return {
            "household": self.household,
            "has_events": self.has_events,
            "has_game": self.has_game,
            "events": [event.to_json() for event in self.events.values()],
            "waiting": {name: [each.answer.value, each.by.value] for name, each in self.waiting.items()},
            "declined": {
                name: {"at": each.at.isoformat(), "sentence": each.sentence, "by": each.by.value}
                for name, each in self.declined.items()
            },
            "told": {
                name: {"kinds": sorted(each.kinds), "answer": None if each.answer is None else each.answer.value}
                for name, each in self.told.items()
            },
            "redeeming": self.redeeming,
        }


def _read(kept: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "household": kept["household"],
        "held": {
            "has_events": bool(kept["has_events"]),
            "has_game": bool(kept["has_game"]),
            "events": {event.id: event for event in _events(kept["events"])},
            "waiting": {str(name): Waiting(Answer(answer), By(by)) for name, (answer, by) in kept["waiting"].items()},
            "declined": {
                str(name): Declined(
                    datetime.fromisoformat(each["at"]).astimezone(UTC), str(each["sentence"]), By(each["by"])
                )
                for name, each in kept["declined"].items()
            },
            "told": {
                str(name): Told(
                    frozenset(str(kind) for kind in each["kinds"]),
                    None if each["answer"] is None else Answer(each["answer"]),
                )
                for name, each in kept["told"].items()
            },
            "redeeming": {str(reward): str(request) for reward, request in kept["redeeming"].items()},
        },
    }


def _events(kept: list[Mapping[str, Any]]) -> list[PeakEvent]:
    """Read the events; one that lies too far back by now is let go of."""
    events = []
    for each in kept:
        with suppress(NotAHub):
            events.append(read_event(each, dt_util.utcnow()))
    return events
