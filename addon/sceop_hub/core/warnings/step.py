"""One step: what is so now and what was told before become what is to be told now, and when to look again."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from ..forecast.windows import Severity
from ..hours import edge
from .matter import Matter, Topic, graver
from .memory import Memory, Told
from .quiet import ring_at
from .rules import Rules

SHORTLY = timedelta(minutes=15)
"""How long before a peak begins a person hears of it who wanted to hear of it again."""
DIGEST_REACHES = timedelta(days=1)
KEPT = timedelta(days=40)
"""How long a matter is remembered that nobody offers any more: longer than any hub repeats its messages."""


@dataclass(frozen=True, slots=True)
class Announce:
    """Let automations know."""

    matter: Matter


@dataclass(frozen=True, slots=True)
class Ring:
    """Let people know."""

    matter: Matter
    again: bool = False
    """A person asked to hear of it again."""
    only: frozenset[str] | None = None
    """Who was chosen since the others heard of it; None is everybody."""


@dataclass(frozen=True, slots=True)
class Digest:
    """Let people know of all the mild ones at once."""

    matters: tuple[Matter, ...]


@dataclass(frozen=True, slots=True)
class Clear:
    """Take it off the phones."""

    key: str
    topic: Topic


type Order = Announce | Ring | Digest | Clear


@dataclass(frozen=True, slots=True)
class Step:
    """What comes of it."""

    memory: Memory
    orders: tuple[Order, ...]
    next: datetime | None
    """When to look again, should nothing change before."""


@dataclass(slots=True)
class _Look:
    """A step while it is made."""

    memory: Memory
    rules: Rules
    now: datetime
    orders: list[Order] = field(default_factory=list)
    later: list[datetime] = field(default_factory=list)

    def wait(self, until: datetime | None) -> None:
        if until is not None and until > self.now:
            self.later.append(until)


def step(
    memory: Memory, matters: Sequence[Matter], rules: Rules, now: datetime, certain: Collection[Topic] = tuple(Topic)
) -> Step:
    """Return what is to be told. Of topics that are not `certain` nobody can say yet that something has ended."""
    memory = memory.since(now.astimezone(rules.zone).date())
    look = _Look(memory, rules, now)
    current = {matter.key: matter for matter in matters if not matter.over(now)}
    told = {
        key: one if key in current else _gone(look, key, one, certain)
        for key, one in memory.told.items()
        if key in current or _remembered(one, now)
    }
    for key, matter in current.items():
        before = told.get(key) or Told(matter.topic, now)
        span = None if matter.end is None else (matter.start or matter.due, matter.end)
        told[key] = _review(look, matter, replace(before, seen=now, span=span))
        look.wait(matter.end)
    memory = replace(memory, told=told)
    memory = _digest(look, memory, current.values(), whole=rules.topics <= set(certain))
    return Step(memory, tuple(look.orders), min(look.later, default=None))


def _remembered(told: Told, now: datetime) -> bool:
    return told.shown or now - told.seen < KEPT


def _gone(look: _Look, key: str, told: Told, certain: Collection[Topic]) -> Told:
    """Take off the phones what is over."""
    over = told.span is not None and told.span[1] <= look.now
    if not (over or told.topic in certain):
        return told
    if told.shown:
        look.orders.append(Clear(key, told.topic))
    return replace(told, shown=False)


def _review(look: _Look, matter: Matter, told: Told) -> Told:
    """Tell what is due of one matter, and again only when it has become graver."""
    if matter.due > look.now:
        look.wait(matter.due)
    elif told.announced is None or graver(matter.severity, told.announced):
        look.orders.append(Announce(matter))
        told = replace(told, announced=matter.severity)
    if not _wanted(look, matter) or told.hushed:
        if told.shown:
            look.orders.append(Clear(matter.key, matter.topic))
        return replace(told, shown=False, remind=False)
    return _ring(look, matter, _remind(look, matter, told))


def _ring(look: _Look, matter: Matter, told: Told) -> Told:
    if told.rung is not None and not graver(matter.severity, told.rung):
        return _catch_up(look, matter, told)
    if matter.severity is Severity.MILD and look.rules.digest is not None:
        return told
    quiet = look.rules.holds_back(matter.severity)
    due = ring_at(matter.due, matter.start, quiet)
    if quiet is not None and (night := quiet.around(look.now)) is not None:
        due = max(due, night[1])
    if due > look.now:
        look.wait(due)
        return told
    look.orders.append(Ring(matter))
    return replace(told, rung=matter.severity, heard=look.rules.hearers, shown=True)


def _catch_up(look: _Look, matter: Matter, told: Told) -> Told:
    """Tell what stands on the phones to those that were chosen since."""
    new = look.rules.hearers - told.heard
    if not (told.shown and new):
        return told
    quiet = look.rules.holds_back(matter.severity)
    if quiet is not None and (night := quiet.around(look.now)) is not None:
        look.wait(night[1])
        return told
    look.orders.append(Ring(matter, only=new))
    return replace(told, heard=told.heard | new)


def _remind(look: _Look, matter: Matter, told: Told) -> Told:
    """Tell again what a person wanted to hear of again; who asked for it is awake."""
    if not told.remind or matter.start is None:
        return told
    if (due := matter.start - SHORTLY) > look.now:
        look.wait(due)
        return told
    if look.now < matter.start:
        look.orders.append(Ring(matter, again=True))
        told = replace(told, rung=matter.severity, heard=look.rules.hearers, shown=True)
    return replace(told, remind=False)


def _wanted(look: _Look, matter: Matter) -> bool:
    if matter.topic not in look.rules.topics:
        return False
    if matter.topic is not Topic.UPCOMING_PEAK or matter.start is None:
        return True
    return matter.start.astimezone(look.rules.zone).date() not in look.memory.no_peaks_on


def _digest(look: _Look, memory: Memory, matters: Iterable[Matter], *, whole: bool) -> Memory:
    """Tell the mild ones once a day; what comes after that waits for the next day.

    Where nothing is there, and after a start somebody has not spoken yet, the day's digest is still to come.
    """
    if look.rules.digest is None:
        return memory
    zone = look.rules.zone
    today = look.now.astimezone(zone).date()
    due = edge(today, look.rules.digest, zone)
    if due > look.now or memory.digested == today:
        look.wait(due)
        look.wait(edge(today + timedelta(days=1), look.rules.digest, zone))
        return memory
    if look.rules.quiet is not None and (night := look.rules.quiet.around(look.now)) is not None:
        look.wait(night[1])
        return memory
    look.wait(edge(today + timedelta(days=1), look.rules.digest, zone))
    mild = tuple(_mild(look, memory, matters))
    if not mild and not whole:
        return memory
    if mild:
        look.orders.append(Digest(mild))
    told = dict(memory.told)
    for matter in mild:
        told[matter.key] = replace(told[matter.key], rung=matter.severity)
    return replace(memory, told=told, digested=today)


def _mild(look: _Look, memory: Memory, matters: Iterable[Matter]) -> Iterator[Matter]:
    """Return what nobody has heard of yet; of what lies ahead, what begins within a day."""
    for matter in matters:
        told = memory.told[matter.key]
        ahead = matter.start is not None and matter.start - look.now < DIGEST_REACHES
        if (
            matter.severity is Severity.MILD
            and told.rung is None
            and not told.hushed
            and _wanted(look, matter)
            and (ahead or matter.due <= look.now)
        ):
            yield matter
