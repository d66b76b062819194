"""Memory: what was told already, so that nobody hears the same thing twice, not even after a restart."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any, Self

from ..forecast.windows import Severity
from .matter import Topic


@dataclass(frozen=True, slots=True)
class Told:
    """How one matter stands."""

    topic: Topic
    seen: datetime
    """When it was offered last."""
    span: tuple[datetime, datetime] | None = None
    announced: Severity | None = None
    """How grave it was when automations heard of it."""
    rung: Severity | None = None
    """How grave it was when people heard of it."""
    heard: frozenset[str] = frozenset()
    """Where that was; who is chosen later hears of it too."""
    shown: bool = False
    """Whether phones show it now."""
    hushed: bool = False
    """A person answered: nothing more about it."""
    remind: bool = False
    """A person wants to hear of it again just before it begins."""

    def to_json(self) -> dict[str, Any]:
        """Return what is kept."""
        return {
            "topic": self.topic.value,
            "seen": self.seen.isoformat(),
            "span": None if self.span is None else [edge.isoformat() for edge in self.span],
            "announced": None if self.announced is None else self.announced.value,
            "rung": None if self.rung is None else self.rung.value,
            "heard": sorted(self.heard),
            "shown": self.shown,
            "hushed": self.hushed,
            "remind": self.remind,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read it."""
        span = kept["span"]
        return cls(
            Topic(kept["topic"]),
            _instant(kept["seen"]),
            None if span is None else (_instant(span[0]), _instant(span[1])),
            None if kept["announced"] is None else Severity(kept["announced"]),
            None if kept["rung"] is None else Severity(kept["rung"]),
            frozenset(str(target) for target in kept["heard"]),
            bool(kept["shown"]),
            bool(kept["hushed"]),
            bool(kept["remind"]),
        )


@dataclass(frozen=True, slots=True)
class Memory:
    """All of them, by key."""

    told: Mapping[str, Told] = field(default_factory=dict)
    no_peaks_on: frozenset[date] = frozenset()
    """The local days of whose peaks a person does not want to hear any more."""
    digested: date | None = None
    """The last local day that had its digest."""

    @property
    def peaks(self) -> dict[str, tuple[datetime, datetime]]:
        """Return the peaks that are remembered, the newest first."""
        return {
            key: told.span
            for key, told in sorted(self.told.items(), key=lambda each: each[1].seen, reverse=True)
            if told.topic is Topic.UPCOMING_PEAK and told.span is not None
        }

    def hush(self, key: str) -> Memory:
        """Say no more about a matter."""
        return self._change(key, hushed=True, remind=False)

    def remind(self, key: str) -> Memory:
        """Say it again just before it begins."""
        return self._change(key, remind=True)

    def without_peaks_on(self, day: date) -> Memory:
        """Say no more about the peaks of a day, besides those of which that was said before."""
        return replace(self, no_peaks_on=self.no_peaks_on | {day})

    def since(self, day: date) -> Memory:
        """Let go of days that are over."""
        return replace(self, no_peaks_on=frozenset(each for each in self.no_peaks_on if each >= day))

    def to_json(self) -> dict[str, Any]:
        """Return what is kept over a restart."""
        return {
            "told": {key: told.to_json() for key, told in self.told.items()},
            "no_peaks_on": sorted(day.isoformat() for day in self.no_peaks_on),
            "digested": None if self.digested is None else self.digested.isoformat(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read it."""
        return cls(
            {str(key): Told.from_json(told) for key, told in kept["told"].items()},
            frozenset(date.fromisoformat(day) for day in kept["no_peaks_on"]),
            None if kept["digested"] is None else date.fromisoformat(kept["digested"]),
        )

    def _change(self, key: str, **change: bool) -> Memory:
        told = {name: replace(one, **change) if name == key else one for name, one in self.told.items()}  # type: ignore[arg-type]  # names of flags
        return replace(self, told=told)


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)
