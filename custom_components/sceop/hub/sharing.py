"""What a home shares with its community: its flows always, single loads only where ticked, and nothing in a pause."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from secrets import token_hex
from typing import Any, Self

from ..core.channels import SIGNS
from ..core.meter import ClosedSlot
from ..core.slots import SLOT
from ..core.wire import OLDEST

CONSENT = 3
"""The version of the words that a person agreed to. Other words that promise something else need the next number; then
whoever joins again is asked again."""
PLANS_SINCE = 3
"""The first version of the words that speak of flexible energy, of answers to events and of points."""


@dataclass(frozen=True, slots=True)
class Share:
    """A single load or light zone that is shared: under which name it travels, and since when.

    The name is random and lasts as long as the tick: what a thing is called at home stays there.
    """

    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Pause:
    """A time of which the hub never hears; without an end it goes on."""

    start: datetime
    end: datetime | None = None

    def touches(self, slot: datetime) -> bool:
        """Tell whether any part of this slot lies in the pause."""
        return slot + SLOT > self.start and (self.end is None or slot < self.end)


@dataclass(frozen=True, slots=True)
class Sharing:
    """One member's choice, and the version of the words that were agreed to."""

    consent: int = 0
    shares: Mapping[str, Share] = field(default_factory=dict)
    """By the site's own channels."""
    pauses: tuple[Pause, ...] = ()
    """In order of time; only the last one may go on."""

    @property
    def paused(self) -> bool:
        """Whether nothing goes out now."""
        return bool(self.pauses) and self.pauses[-1].end is None

    @property
    def channels(self) -> frozenset[str]:
        """The channels that the hub may hear of, as it knows them."""
        return frozenset(SIGNS) | {share.name for share in self.shares.values()}

    def channel(self, name: str) -> str:
        """Return the site's own channel behind a name that the hub knows."""
        return next((channel for channel, share in self.shares.items() if share.name == name), name)

    def select(self, closed: Mapping[str, Sequence[ClosedSlot]]) -> dict[str, list[ClosedSlot]]:
        """Return the slots that may leave the home, under the names by which the hub knows their channels.

        A slot of which only a part was shared stays at home. It is the time of measuring that counts: what a silent
        meter tells after a pause about the pause is not sent either.
        """
        selected: dict[str, list[ClosedSlot]] = {}
        for channel, slots in closed.items():
            share = self.shares.get(channel)
            if share is None and channel not in SIGNS:
                continue
            name, since = (channel, None) if share is None else (share.name, share.since)
            told = [slot for slot in slots if (since is None or slot.start >= since) and not self._silent(slot.start)]
            if told:
                selected[name] = told
        return selected

    def chosen(self, channels: Iterable[str], now: datetime, draw: Callable[[], str] = lambda: token_hex(4)) -> Self:
        """Return the sharing with exactly these single loads and zones; what was ticked before keeps its name."""
        shares = {channel: self.shares[channel] for channel in channels if channel in self.shares}
        for channel in sorted(set(channels) - shares.keys()):
            name = _name(channel, draw)
            while name in {share.name for share in (*self.shares.values(), *shares.values())}:
                name = _name(channel, draw)
            shares[channel] = Share(name, now)
        return replace(self, shares=shares)

    def pause(self, now: datetime) -> Self:
        """Return the sharing with a pause from now on; pauses of which no slot can be told any more are forgotten."""
        if self.paused:
            return self
        kept = tuple(pause for pause in self.pauses if pause.end is not None and pause.end > now - OLDEST)
        return replace(self, pauses=(*kept, Pause(now)))

    def resume(self, now: datetime) -> Self:
        """Return the sharing with its pause ended."""
        if not self.paused:
            return self
        return replace(self, pauses=(*self.pauses[:-1], replace(self.pauses[-1], end=now)))

    def to_json(self) -> dict[str, Any]:
        """Return the form in which the config entry keeps it, beside the membership."""
        return {
            "consent": self.consent,
            "shares": {
                channel: {"name": share.name, "since": share.since.isoformat()}
                for channel, share in self.shares.items()
            },
            "pauses": [[pause.start.isoformat(), pause.end and pause.end.isoformat()] for pause in self.pauses],
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read it back. Who joined before homes were asked has agreed to nothing yet, and shares the flows alone."""
        return cls(
            kept.get("consent", 0),
            {
                channel: Share(share["name"], datetime.fromisoformat(share["since"]))
                for channel, share in kept.get("shares", {}).items()
            },
            tuple(
                Pause(datetime.fromisoformat(start), None if end is None else datetime.fromisoformat(end))
                for start, end in kept.get("pauses", ())
            ),
        )

    def _silent(self, slot: datetime) -> bool:
        return any(pause.touches(slot) for pause in self.pauses)


def _name(channel: str, draw: Callable[[], str]) -> str:
    """Return a name that tells the hub what kind of thing it is, and nothing more."""
    return f"{channel.partition('.')[0]}.{draw()}"
