"""Lamps: what makes a zone bright, and how it is asked and told."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from homeassistant.components.light.const import ColorMode, LightEntityFeature
from homeassistant.core import Context

from ..core.lighting import Cause, Seen

type Changed = Callable[[Cause | None], None]
"""Called when lamps change, with who did it if that is known."""


_NO_FEATURES = LightEntityFeature(0)


@dataclass(frozen=True, slots=True)
class Look:
    """What a zone's light shows of its lamps, and what they can do."""

    brightness: int | None = None
    color_temp_kelvin: int | None = None
    color_mode: ColorMode = ColorMode.ONOFF
    coldest_kelvin: int = 6500
    warmest_kelvin: int = 2000
    features: LightEntityFeature = _NO_FEATURES


class Lamps(Protocol):
    """The lamps of one zone, real or simulated."""

    @property
    def entity_ids(self) -> Sequence[str]:
        """The lights that belong to it."""

    @property
    def missing(self) -> Sequence[str]:
        """Those of them that cannot be seen just now."""

    @property
    def certain(self) -> bool:
        """Whether they know what they did while nobody looked."""

    def open(self, changed: Changed) -> None:
        """Begin to tell of changes."""

    def close(self) -> None:
        """Tell of none any more."""

    def seen(self, since: datetime, at: datetime) -> Sequence[Seen]:
        """Return what they did since then, as far as they know, and what they do now."""

    def next_change(self, after: datetime) -> datetime | None:
        """Return when they are known to change next by themselves."""

    def counter(self) -> int | None:
        """Return what a meter of their energy shows, in mWh, if they have one that answers."""

    @property
    def has_counter(self) -> bool:
        """Whether a meter counts their energy, even if it is silent."""

    def look(self) -> Look:
        """Return how they look."""

    async def turn_on(self, how: Mapping[str, Any], context: Context | None) -> None:
        """Light them."""

    async def turn_off(self, how: Mapping[str, Any], context: Context | None) -> None:
        """Put them out."""
