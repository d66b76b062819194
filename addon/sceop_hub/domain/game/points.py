"""Points: what a home earned, each with its reason, and the same whatever the order in which it became known.

An event pays up to `AN_EVENT` points, but not by itself: the savings of the year are added in shares of the usual use,
with both signs, and held against the targets of the same events. Who saves the target each time earns every event in
full. Who joins all and does nothing adds up to about nothing (`script/bench game` measures how little), and who uses
more loses what chance had given. What is left of the sum when its interval is taken off is proven, and pays the same
once more.

Each event gets what the sum grew by, so every row of the ledger has its reason and the rows add up to the sum. When
savings are revised, counter-rows bring the ledger to what is right.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from math import sqrt
from typing import Literal, NamedTuple, get_args

from ...core.slots import to_number
from .outcome import LEAST_TARGET, LEFT_SHARE, Outcome

type Kind = Literal["kept", "proven", "place", "challenge"]
KINDS: tuple[Kind, ...] = get_args(Kind.__value__)

LASTING: frozenset[Kind] = frozenset({"place", "challenge"})
"""What was won stays: these are never taken back."""

AN_EVENT = 10
A_DAY_OF_PLACES = 2
KEPT_PLACES = 0.8
"""Of the energy that got places on a day: a machine that starts later than it was told is human."""
LEAST_PLACED_WH = 200
"""Of a day that pays: less than the shortest wash. Some Wh are used in every home at any time, and prove nothing."""


class Key(NamedTuple):
    """What points are for; the same never counts twice."""

    household: int
    kind: Kind
    ref: str


class Row(NamedTuple):
    """A row of the ledger: the first of its key is number 0, and the others correct it."""

    key: Key
    number: int
    amount: int


class Booked(NamedTuple):
    """What stands in the ledger under one key."""

    rows: int
    amount: int


NOTHING = Booked(0, 0)


@dataclass(frozen=True, slots=True)
class Placed:
    """What a home's places in the community's plan held on a local day, and what of it ran there."""

    household: int
    day: date
    placed_wh: int
    kept_wh: int


@dataclass(frozen=True, slots=True)
class Promise:
    """A place whose time has come: its energy, its slots, and whether the household says that it ran there."""

    household: int
    start: datetime
    slots: int
    wh: int
    kept: bool

    def proved(self, use: Mapping[int, float]) -> bool | None:
        """Tell by the home's meter whether it was kept; None while that is not known.

        Whoever says that something runs uses at least what it takes: saying so alone keeps nothing.
        """
        if not self.kept:
            return False
        first = to_number(self.start)
        slots = range(first, first + self.slots)
        if any(slot not in use for slot in slots):
            return None
        return sum(use[slot] for slot in slots) >= self.wh


@dataclass(slots=True)
class _Sum:
    """The year of one home so far. Shares are of the usual use, so no home weighs by its size."""

    weight: float = 0.0
    wanted: float = 0.0
    share: float = 0.0
    variance: float = 0.0

    def add(self, outcome: Outcome) -> None:
        """Add an event; one in which the baseline seems raised can only take away."""
        if outcome.word == "left":
            self._add(outcome, LEFT_SHARE, 0.0)
        saved = outcome.counted
        if saved is not None and saved.usual_wh > 0:
            share = max(-1.0, min(saved.saved_wh / saved.usual_wh, 1.0))
            self._add(outcome, min(share, 0.0) if saved.raised else share, saved.off_wh / saved.usual_wh)

    def _add(self, outcome: Outcome, share: float, off: float) -> None:
        self.weight += outcome.weight
        self.wanted += outcome.weight * max(outcome.target, LEAST_TARGET)
        self.share += outcome.weight * share
        self.variance += (outcome.weight * off) ** 2

    @property
    def kept(self) -> int:
        """The points for what the savings come to."""
        return self._points(self.share)

    @property
    def proven(self) -> int:
        """The points for what of them is beyond chance."""
        return self._points(self.share - sqrt(self.variance))

    def _points(self, share: float) -> int:
        return round(AN_EVENT * self.weight * max(0.0, min(share / self.wanted, 1.0))) if self.wanted else 0


def of_events(outcomes: Iterable[Outcome]) -> dict[Key, int]:
    """Return what the events of a year pay; the order in which they are told does not matter."""
    homes: dict[int, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        homes[outcome.household].append(outcome)
    found: dict[Key, int] = {}
    for household, mine in homes.items():
        total, kept, proven = _Sum(), 0, 0
        for outcome in sorted(mine, key=lambda one: (one.start, one.event)):
            total.add(outcome)
            found[Key(household, "kept", outcome.event)] = total.kept - kept
            found[Key(household, "proven", outcome.event)] = total.proven - proven
            kept, proven = total.kept, total.proven
    return found


def of_places(days: Iterable[Placed]) -> dict[Key, int]:
    """Return what the places kept pay: once a day, however many they were."""
    written = cache(date.isoformat)
    return {
        Key(one.household, "place", written(one.day)): A_DAY_OF_PLACES
        for one in days
        if one.placed_wh >= LEAST_PLACED_WH and one.kept_wh >= KEPT_PLACES * one.placed_wh
    }


def missing(booked: Mapping[Key, Booked], wanted: Mapping[Key, int]) -> list[Row]:
    """Return the rows that bring the ledger to what is right; none where it is."""
    rows = []
    for key, amount in wanted.items():
        there = booked.get(key, NOTHING)
        if amount != there.amount and not (there.rows and key.kind in LASTING):
            rows.append(Row(key, there.rows, amount - there.amount))
    return rows


def proven_share(outcomes: Iterable[Outcome]) -> float:
    """Return the share of its usual use that a home saved beyond chance, over all of these events; 0 where none."""
    total = _Sum()
    for outcome in sorted(outcomes, key=lambda one: (one.start, one.event)):
        total.add(outcome)
    low = total.share - sqrt(total.variance)
    return max(0.0, low / total.weight) if total.weight else 0.0
