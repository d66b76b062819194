"""What a person agreed to presses on the plan: events that this home joined, and peaks before which they shift."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import callback
from homeassistant.util import dt as dt_util

from .hub.events import Events
from .hub.invited import Answer
from .planning import Planning
from .warnings.desk import SHIFT_NOW, Desk

type Span = tuple[datetime, datetime]


class Pressing:
    """Follows both, and lets go of what is over."""

    def __init__(self, planning: Planning, events: Events | None) -> None:
        self._planning, self._events = planning, events
        self._joined: dict[str, Span] = {}
        self._shifted: dict[str, Span] = {}

    @callback
    def open(self, entry: ConfigEntry, desk: Desk) -> None:
        """Begin to follow them."""
        entry.async_on_unload(desk.listen(self._warned))
        if self._events is not None:
            entry.async_on_unload(self._events.listen(self._look))
            self._look()

    @callback
    def _look(self) -> None:
        """Press where this home keeps its word, and nowhere else."""
        now = dt_util.utcnow()
        each = () if self._events is None else self._events.each
        joined = {
            f"event {event.id}": (event.start, event.end)
            for event in each
            if event.answer is Answer.YES and event.open(now)
        }
        for why in self._joined.keys() - joined.keys():
            self._planning.release(why)
        for why, span in joined.items():
            if self._joined.get(why) != span:
                self._planning.press(why, *span)
        self._joined = joined

    @callback
    def _warned(self, kind: str, facts: Mapping[str, Any]) -> None:
        """Plan around the peak before which somebody pressed "Shift now"."""
        if kind != SHIFT_NOW:
            return
        now = dt_util.utcnow()
        for why in [why for why, (_, end) in self._shifted.items() if end <= now]:
            del self._shifted[why]
            self._planning.release(why)
        span = (datetime.fromisoformat(facts["start"]), datetime.fromisoformat(facts["end"]))
        self._shifted[f"shift {facts['start']}"] = span
        self._planning.press(f"shift {facts['start']}", *span)
