"""The slot book: the closed slots of single things, until those of a whole site can be written.

A site may have two meters or three inverters. Its channel is closed in a slot when every thing that carries the channel
has closed it; what one of them never tells stays a gap, for a part is not the whole.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .channels import SIGNS
from .meter import ClosedSlot, Quality
from .slots import slot_of

LONGEST_WAIT = timedelta(days=7)
"""How long the slots of others wait for a thing that is silent; its meter tells later what flowed meanwhile."""

_WORST_LAST: tuple[Quality, ...] = ("measured", "imported", "estimated")

type Members = Mapping[str, frozenset[str]]
"""By channel, the things that carry it."""


@dataclass(frozen=True, slots=True)
class Row:
    """One slot: what each thing closed, by channel, and which channels were passed on already."""

    parts: Mapping[str, Mapping[str, ClosedSlot]] = field(default_factory=dict)
    told: frozenset[str] = frozenset()


type Book = Mapping[datetime, Row]


@dataclass(frozen=True, slots=True)
class WholeSlot:
    """All flows of a site in one slot: only then can be told what it used and what it costs."""

    start: datetime
    wh: Mapping[str, int]
    quality: Quality


@dataclass(frozen=True, slots=True)
class Written:
    """What became complete, in order of time: slots by channel, and whole slots of the site."""

    channels: Mapping[str, Sequence[ClosedSlot]] = field(default_factory=dict)
    whole: Sequence[WholeSlot] = ()


def write(book: Book, members: Members, thing: str, closed: Mapping[str, Sequence[ClosedSlot]]) -> Book:
    """Note what a thing closed, by channel."""
    rows = dict(book)
    for channel, slots in closed.items():
        for slot in slots if thing in members.get(channel, ()) else ():
            row = rows.get(slot.start, Row())
            parts = {**row.parts.get(channel, {}), thing: slot}
            rows[slot.start] = Row({**row.parts, channel: parts}, row.told)
    return rows


def rewound(book: Book, now: datetime) -> Book:
    """Come back from a time that a wrong clock had shown: its slots pass again, and are then told again."""
    return {start: row for start, row in book.items() if start < slot_of(now)}


def take(book: Book, members: Members, now: datetime) -> tuple[Book, Written]:
    """Return what is complete and was not passed on before, and the book without what is finished or too old."""
    rows: dict[datetime, Row] = {}
    channels: dict[str, list[ClosedSlot]] = {}
    whole: list[WholeSlot] = []
    flows = frozenset(channel for channel in members if channel in SIGNS)
    for start in sorted(book):
        row = book[start]
        complete = {channel for channel, things in members.items() if things <= row.parts.get(channel, {}).keys()}
        for channel in complete - row.told:
            channels.setdefault(channel, []).append(_sum(start, row.parts[channel].values()))
        if flows and flows <= complete and not flows <= row.told:
            whole.append(_whole(start, {channel: _sum(start, row.parts[channel].values()) for channel in flows}))
        if complete < members.keys() and start >= now - LONGEST_WAIT:
            rows[start] = Row(row.parts, row.told | complete)
    return rows, Written(channels, whole)


def _sum(start: datetime, parts: Iterable[ClosedSlot]) -> ClosedSlot:
    slots = list(parts)
    return ClosedSlot(start, sum(slot.wh for slot in slots), _worst(slots))


def _whole(start: datetime, slots: Mapping[str, ClosedSlot]) -> WholeSlot:
    return WholeSlot(start, {channel: slot.wh for channel, slot in slots.items()}, _worst(slots.values()))


def _worst(slots: Iterable[ClosedSlot]) -> Quality:
    return max((slot.quality for slot in slots), key=_WORST_LAST.index)
