"""What sources of entities and of MQTT remember over a restart, so that a midnight that nobody saw counts once."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..core.counter import Counter, Shown, Step
from ..core.integrate import Integral
from ..storage import Held, take_up

SAVE_EVERY = timedelta(minutes=10)
"""After a crash a counter goes on from what was kept; only a reset in these minutes would be counted short."""


@dataclass(frozen=True, slots=True)
class Memory:
    """The counters of energy sensors, and those that were made of power."""

    counters: Mapping[str, Counter] = field(default_factory=dict)
    integrals: Mapping[str, Integral] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """Return the form in which it is kept."""
        return {
            "counters": {
                entity: {
                    "shown": _shown_to_json(counter.shown),
                    "moved_at": counter.moved_at.isoformat(),
                    "carried_mwh": counter.carried_mwh,
                    "steps": [[step.gap.total_seconds(), step.mwh] for step in counter.steps],
                    "fell": counter.fell and _shown_to_json(counter.fell),
                }
                for entity, counter in self.counters.items()
            },
            "integrals": {
                flow: asdict(integral) | {"at": integral.at.isoformat()} for flow, integral in self.integrals.items()
            },
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(
            {
                entity: Counter(
                    _shown_from_json(counter["shown"]),
                    datetime.fromisoformat(counter["moved_at"]),
                    counter["carried_mwh"],
                    tuple(Step(timedelta(seconds=gap), mwh) for gap, mwh in counter["steps"]),
                    fell=counter["fell"] and _shown_from_json(counter["fell"]),
                )
                for entity, counter in kept["counters"].items()
            },
            {
                flow: Integral(**integral | {"at": datetime.fromisoformat(integral["at"])})
                for flow, integral in kept["integrals"].items()
            },
        )


def memory_store(hass: HomeAssistant, entry_id: str, thing_id: str) -> Store[dict[str, Any]]:
    """Return where a thing's counters are kept; whoever removes the thing removes it."""
    return Store(hass, 1, f"{DOMAIN}.{entry_id}.{thing_id.lower()}.counters", private=True)


async def remembered(store: Store[dict[str, Any]], entry_id: str, thing_id: str) -> Memory:
    """Return what a thing's file holds; who was never asked, or cannot be understood, remembers nothing."""
    return await take_up(store, Held.COUNTERS, entry_id, Memory.from_json, thing=thing_id) or Memory()


def _shown_to_json(shown: Shown) -> dict[str, Any]:
    reset = shown.last_reset
    return asdict(shown) | {"at": shown.at.isoformat(), "last_reset": reset and reset.isoformat()}


def _shown_from_json(kept: Mapping[str, Any]) -> Shown:
    reset = kept["last_reset"]
    return Shown(
        datetime.fromisoformat(kept["at"]), kept["mwh"], reset and datetime.fromisoformat(reset), kept["only_rises"]
    )
