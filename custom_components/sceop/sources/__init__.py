"""Sources: where readings come from. Each file here speaks to one kind of meter and turns it into channels."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


class SourceError(Exception):
    """The source has nothing to say at the moment; its sentence tells why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What the meters of a site show at one instant.

    A channel that is in a mapping belongs to the site; None there means that its value is not known just now.
    """

    at: datetime
    watts: Mapping[str, int | None]
    counters_mwh: Mapping[str, int | None]


class Source(Protocol):
    """A meter, an inverter or a whole home, read at the pace of the coordinator."""

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels that belong to this source for as long as it is set up."""

    async def read(self, at: datetime) -> Reading:
        """Read every channel now; raise SourceError while nothing answers."""

    async def recall(self, instants: Sequence[datetime]) -> Sequence[Reading]:
        """Return what the counters showed at past instants, for as many of them as the source remembers."""
