"""Sources: where readings come from. Each file here speaks to one kind of meter and turns it into flows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, runtime_checkable

from ..core.meter import ClosedSlot
from ..core.slots import Span

STATE_OF_CHARGE = "state_of_charge"
"""A fact in percent: how full a battery is."""
RUNNING_QUARTER_W, MONTH_PEAK_W = "running_quarter_w", "month_peak_w"
"""Facts in W that a Belgian meter tells: its average import in the running quarter hour, and the month's highest."""

type Slots = Mapping[str, Sequence[ClosedSlot]]


class SourceError(Exception):
    """The source has nothing to say at the moment; its sentence tells why."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one thing shows at one instant.

    A flow that is in a mapping belongs to the thing; None there means that its value is not known just now. `at` is
    when the counters stood like this: a source that heard of them earlier says so.
    """

    at: datetime
    watts: Mapping[str, int | None]
    counters_mwh: Mapping[str, int | None]
    facts: Mapping[str, float] = field(default_factory=dict)


class Source(Protocol):
    """A meter, an inverter or a zone's lights; read every ten seconds, so reading must not wait for a network.

    Who has to ask a device asks in the background, from `open` to `close`, and `read` returns the newest answer.
    """

    @property
    def flows(self) -> tuple[str, ...]:
        """What it measures, for as long as it is set up."""

    async def open(self) -> None:
        """Begin to listen or to ask; a peer that is away is no error here."""

    async def close(self) -> None:
        """End everything that `open` began."""

    async def read(self, at: datetime) -> Reading:
        """Return the newest reading; raise SourceError while nothing is known or what is known has grown old."""

    async def recall(self, instants: Sequence[datetime]) -> Sequence[Reading]:
        """Return what the counters showed at past instants, for as many of them as the source remembers."""

    async def past(self, span: Span) -> Slots:
        """Return slots by flow from before anybody read the source, as far as it knows them."""


@runtime_checkable
class Summing(Protocol):
    """A source that sums up powers by itself; a power cut throws its counters back to what was kept last."""

    @property
    def integrated(self) -> tuple[str, ...]:
        """The flows that it sums up."""
