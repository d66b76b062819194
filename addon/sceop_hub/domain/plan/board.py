"""The board: the community's plan in memory, in plain Python, so that the server answers within a millisecond.

It is rebuilt after a restart from the books: `Board(outlook, usual, waited)` with the newest forecast, what was asked
in the last seven days (`usual.coming`) and how long homes waited lately; then `hold` for each household with the
requests that it has open and the places that were told. Then it goes on as if nothing had been.

A job calls `foresee` with each new forecast and `replan` at each slot; `replan` gives the places that it changed.
"""

from collections.abc import Iterable, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from ...core.slots import from_number, to_number
from .places import SLOTS_AN_HOUR, Outlook, Place, Request, Slot, Usual
from .placing import place

HORIZON = 200
"""Slots ahead: the two days for which may be asked, and what is left of an hour."""
MARGIN = 3.0
"""So many sigmas are kept free in each slot that is not sure yet."""

_NOBODY: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Open:
    """A request that is not done, with its place; slots by number."""

    household: int
    request: Request
    first: int
    wh: tuple[int, ...]
    running: bool

    @property
    def place(self) -> Place:
        return Place(self.household, self.request.id, from_number(self.first), self.wh)


class Board:
    """What is expected, what is reserved, what usually comes; and who has which place."""

    def __init__(
        self, outlook: Outlook, usual: Iterable[Usual] = (), waited: Mapping[int, float] | None = None
    ) -> None:
        self._first = to_number(outlook.start)
        self._reserved: dict[int, int] = {}
        self._open: dict[tuple[int, str], _Open] = {}
        self._usual: tuple[Usual, ...] = ()
        self.waited: dict[int, float] = dict(waited or {})
        """How long each home waited lately, from 0 (served at once) to 1 (at the last moment): kept in the books."""
        self.foresee(outlook)
        self.expect(usual)

    def foresee(self, outlook: Outlook) -> None:
        """Take a new forecast, or a new limit."""
        self._outlook = outlook

    def expect(self, usual: Iterable[Usual]) -> None:
        """Take what usually comes; once a day is enough."""
        self._usual = tuple(usual)

    def hold(self, household: int, requests: Iterable[tuple[Request, Place, bool]]) -> None:
        """Take requests with the places that they were told, and whether they run: as the books have them."""
        for request, told, running in requests:
            self._put(_Open(household, request, to_number(told.start), told.wh, running))

    def ask(
        self, household: int, requests: Sequence[Request], now: datetime, running: AbstractSet[str] = _NOBODY
    ) -> tuple[Place, ...]:
        """Take the whole set of what a household has open, and return the places, in its order.

        The same set again changes nothing. `running` are the ids of those that run, of which the request tells what is
        left.
        """
        slot = to_number(now)
        ids = {request.id for request in requests}
        for one in [one for (who, id_), one in self._open.items() if who == household and id_ not in ids]:
            self._take_out(one)
        places = []
        for request in requests:
            known = self._open.get((household, request.id))
            runs = request.id in running
            if known is None or known.request != request or known.running != runs:
                if known is not None:
                    self._take_out(known)
                first, wh = place(request, slot, self._height, at_once=runs)
                known = _Open(household, request, first, wh, runs)
                self._put(known)
            places.append(known.place)
        return tuple(places)

    def release(self, household: int) -> None:
        """Give back all that a household has: it left, or was paused."""
        for one in [one for (who, _), one in self._open.items() if who == household]:
            self._take_out(one)

    def places(self, household: int) -> tuple[Place, ...]:
        """Return the places of a household."""
        return tuple(one.place for (who, _), one in self._open.items() if who == household)

    def replan(
        self,
        now: datetime,
        live_w: float | None = None,  # noqa: ARG002 - to come
        closed: Mapping[datetime, float | None] | None = None,  # noqa: ARG002 - to come
    ) -> tuple[Place, ...]:
        """Place anew what does not run yet, and return the places that changed.

        `live_w` is what the community draws at this moment, with the loads that run as they were placed; `closed` the
        Wh of slots that ended since the last call. A place whose start passed by a slot and that nobody told to be
        running lapses, and is placed anew.
        """
        slot = to_number(now)
        for one in [one for one in self._open.values() if one.first + len(one.wh) <= slot and one.running]:
            self._take_out(one)
        changed = []
        for one in list(self._open.values()):
            if one.running:
                continue
            before = one.place
            self._take_out(one)
            one.first, one.wh = place(one.request, slot, self._height)
            self._put(one)
            if one.place != before:
                changed.append(one.place)
        return tuple(changed)

    def pressure(self) -> tuple[float, ...]:
        """Return how full each slot from the present one on is: 1 at the limit, above it over, 0 in a surplus."""
        limit = max(self._outlook.limit_w, 1.0) / SLOTS_AN_HOUR
        return tuple(max(self._height(slot), 0.0) / limit for slot in range(self._first, self._first + HORIZON))

    def curve(self) -> tuple[Slot, ...]:
        """Return the congestion curve."""
        return tuple(
            Slot(
                from_number(slot),
                self._expected(slot) * SLOTS_AN_HOUR,
                float(self._reserved.get(slot, 0) * SLOTS_AN_HOUR),
                0.0,
                self._outlook.limit_w,
            )
            for slot in range(self._first, self._first + HORIZON)
        )

    def _put(self, one: _Open) -> None:
        self._open[one.household, one.request.id] = one
        for index, wh in enumerate(one.wh):
            self._reserved[one.first + index] = self._reserved.get(one.first + index, 0) + wh

    def _take_out(self, one: _Open) -> None:
        del self._open[one.household, one.request.id]
        for index, wh in enumerate(one.wh):
            self._reserved[one.first + index] -= wh

    def _expected(self, slot: int) -> float:
        index = slot - to_number(self._outlook.start)
        told = self._outlook.expected_w
        while index >= len(told):
            index -= 24 * SLOTS_AN_HOUR
        return told[max(index, 0)] / SLOTS_AN_HOUR

    def _height(self, slot: int) -> float:
        return self._expected(slot) + self._reserved.get(slot, 0)
