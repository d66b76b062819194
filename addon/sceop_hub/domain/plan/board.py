"""The board: the community's plan in memory, in plain Python, so that the server answers within a millisecond.

It is rebuilt after a restart from the books: `Board(outlook, usual, lately)` with the newest forecast, what was asked
in the last seven days (`usual.coming`) and how homes fared lately; then `hold` for each household with the requests
that it has open and the places that were told. Then it goes on as if nothing had been.

A job calls `foresee` with each new forecast, `expect` once a day or oftener, and `replan` at each slot, which gives the
places that it changed. What lies in slots that passed is taken for done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from ...core.plan.wants import Need, RunOnce
from ...core.slots import from_number, to_number
from .kinds import Kind, kinds
from .places import SLOTS_AN_HOUR, Lately, Outlook, Place, Request, Slot, Usual
from .placing import Laid, lay_need, lay_run, window

HORIZON = 200
"""Slots ahead: the two days for which may be asked, and what is left of an hour."""
A_DAY = 24 * SLOTS_AN_HOUR
MARGIN = 3.0
"""So many sigmas are kept free in each slot that is not sure yet."""
NOW = 0.0
RAMP = 0.0
CARRIED = 0.8
"""How much of a slot's error lasts until the next."""
WORTH = 0.0
"""A place is changed for no less than this share of the limit in each of its Wh."""
HASTE = 0.0
"""How much higher a slot may be for who always waited, as a share of the limit by the width of a day."""
LESSON = 0.2
"""How much one place weighs in what is known of a home."""

_NOBODY: frozenset[str] = frozenset()


@dataclass(slots=True)
class Open:
    """A request that is not done, with its place; slots by number."""

    household: int
    request: Request
    first: int
    wh: tuple[int, ...]
    running: bool
    left: int
    """What it has not taken yet, in Wh."""
    share: float = 1.0
    fresh: bool = True

    @property
    def place(self) -> Place:
        """Return its place as it is told."""
        return Place(self.household, self.request.id, from_number(self.first), self.wh)

    @property
    def movable(self) -> bool:
        """Tell whether it may be placed anew: what runs through stays where it began."""
        return not self.running or (isinstance(self.request, Need) and self.request.interruptible)


class Board:
    """What is expected, what is reserved, what usually comes; and who has which place."""

    def __init__(
        self, outlook: Outlook, usual: Iterable[Usual] = (), lately: Mapping[int, Lately] | None = None
    ) -> None:
        self._slot = to_number(outlook.start)
        self._curve = [0] * HORIZON
        """Wh of everything together, from the present slot on; what is below is kept beside it to take it out again."""
        self._reserved = [0] * HORIZON
        self._usual = [0] * HORIZON
        self._base = [0] * HORIZON
        self._open: dict[int, dict[str, Open]] = {}
        self._kinds: list[Kind] = []
        self._off = 0.0
        self.lately: dict[int, Lately] = dict(lately or {})
        """To be kept in the books."""
        self.foresee(outlook)
        self.expect(usual)

    def foresee(self, outlook: Outlook) -> None:
        """Take a new forecast, or a new limit."""
        self._outlook = outlook
        self._off = 0.0
        self._rebase(None)

    def expect(self, usual: Iterable[Usual]) -> None:
        """Take what usually comes."""
        for kind in self._kinds:
            self._add_usual(kind, -1)
        self._kinds = kinds(usual)
        self._lay_kinds()

    def hold(self, household: int, requests: Iterable[tuple[Request, Place, bool]]) -> None:
        """Take requests with the places that they were told, and whether they run: as the books have them."""
        for request, told, running in requests:
            one = self._new(household, request, (0, ()), running=running)
            one.first, one.wh, one.fresh = to_number(told.start), told.wh, False
            self._add(one)

    def ask(
        self, household: int, requests: Sequence[Request], now: datetime, running: AbstractSet[str] = _NOBODY
    ) -> tuple[Place, ...]:
        """Take the whole set of what a household has open, and return the places, in its order.

        The same set again changes nothing. `running` are the ids of those that run, of which the request tells what is
        left.
        """
        self._move(to_number(now))
        known = self._open.get(household, {})
        for id_ in known.keys() - {request.id for request in requests}:
            self._remove(known[id_])
        return tuple(self._placed(household, request, running=request.id in running).place for request in requests)

    def release(self, household: int) -> None:
        """Give back all that a household has: it left, or was paused."""
        for one in list(self._open.get(household, {}).values()):
            self._remove(one)

    def places(self, household: int) -> tuple[Place, ...]:
        """Return the places of a household."""
        return tuple(one.place for one in self._open.get(household, {}).values())

    def replan(
        self, now: datetime, live_w: float | None = None, closed: Mapping[datetime, float] | None = None
    ) -> tuple[Place, ...]:
        """Place anew what may be moved, and return the places that changed.

        `live_w` is what the community draws in this slot, with the loads running as they were placed; where it is not
        known, `closed` tells the Wh of slots that ended. A place whose start passed by a slot and that nobody told to
        be running lapses, and is placed anew.
        """
        slot = to_number(now)
        told = {(one.household, one.request.id): (one.first, one.wh) for one in self._all()}
        self._move(slot)
        for one in list(self._all()):
            self._lapse(one)
        base = None if live_w is None else live_w / SLOTS_AN_HOUR - self._reserved[0]
        self._rebase(base)
        self._lay_kinds()
        movable = sorted((one for one in self._all() if one.movable), key=self._turn)
        fresh = [one for one in movable if one.fresh]
        for one in fresh:
            self._add(one, -1)
        for one in fresh:
            one.first, one.wh = self._lay(one)
            one.fresh = False
            self._add(one)
        for one in movable:
            self._improve(one)
        return tuple(
            one.place for one in self._all() if told.get((one.household, one.request.id)) != (one.first, one.wh)
        )

    def pressure(self) -> tuple[float, ...]:
        """Return how full each slot from the present one on is: 1 at the limit, above it over, 0 in a surplus."""
        limit = max(self._outlook.limit_w, 1.0) / SLOTS_AN_HOUR
        return tuple(max(height, 0) / limit for height in self._curve)

    def curve(self) -> tuple[Slot, ...]:
        """Return the congestion curve from the present slot on; the margin is not in it."""
        limit = round(self._outlook.limit_w)
        return tuple(
            Slot(from_number(self._slot + at), *(wh * SLOTS_AN_HOUR for wh in parts), limit)
            for at, parts in enumerate(zip(self._base, self._reserved, self._usual, strict=True))
        )

    def _placed(self, household: int, request: Request, *, running: bool) -> Open:
        """Keep the place of a request that did not change, but for what it has taken meanwhile."""
        known = self._open.get(household, {}).get(request.id)
        if known is not None:
            if known.request == request and known.running == running:
                return known
            if self._goes_on(known, request, running=running):
                return known
            self._remove(known)
        one = self._new(household, request, (0, ()), running=running)
        one.first, one.wh = self._lay(one)
        self._add(one)
        return one

    def _goes_on(self, known: Open, request: Request, *, running: bool) -> bool:
        """Take what a request tells anew, where its place may stay; tell whether it may."""
        had = known.request
        began = running and (known.first <= self._slot or (isinstance(request, Need) and request.interruptible))
        if not began or had.ready_by != request.ready_by:
            return False
        match had, request:
            case RunOnce(), RunOnce():
                if sum(request.wh) != known.left:
                    return False
            case Need(), Need():
                less = known.left - request.wh
                if less < 0 or (had.max_w, had.min_w) != (request.max_w, request.min_w):
                    return False
                self._cut(known, less)
            case _:
                return False
        known.request, known.running = request, True
        return True

    def _cut(self, one: Open, less: int) -> None:
        """Take away the end of a place."""
        self._add(one, -1)
        wh = list(one.wh)
        one.left -= less
        while less and wh:
            taken = min(less, wh[-1])
            wh[-1] -= taken
            less -= taken
            while wh and not wh[-1]:
                wh.pop()
        one.wh = tuple(wh)
        self._add(one)

    def _new(self, household: int, request: Request, laid: Laid, *, running: bool) -> Open:
        left = sum(request.wh) if isinstance(request, RunOnce) else request.wh
        one = Open(household, request, *laid, running, left)
        self._open.setdefault(household, {})[request.id] = one
        return one

    def _remove(self, one: Open) -> None:
        self._add(one, -1)
        mine = self._open[one.household]
        del mine[one.request.id]
        if not mine:
            del self._open[one.household]

    def _all(self) -> Iterator[Open]:
        return (one for mine in self._open.values() for one in mine.values())

    def _add(self, one: Open, sign: int = 1) -> None:
        self._lift(self._reserved, one.first, one.wh, sign)

    def _add_usual(self, kind: Kind, sign: int = 1) -> None:
        self._lift(self._usual, *kind.laid, sign)

    def _lift(self, part: list[int], first: int, wh: Sequence[int], sign: int) -> None:
        curve, at = self._curve, first - self._slot
        for one in wh:
            if one and 0 <= at < HORIZON:
                part[at] += sign * one
                curve[at] += sign * one
            at += 1

    def _lay(self, one: Open) -> Laid:
        first, end = window(one.request, self._slot)
        end = min(end, HORIZON)
        if one.running:
            first = 0
        match one.request:
            case RunOnce(wh=wh):
                laid = lay_run(wh, first, 0 if one.running else end, self._curve)
            case Need(interruptible=interruptible):
                stays = one.running and not interruptible
                laid = lay_need(one.request, one.left, first, 0 if stays else end, self._curve)
        return self._slot + laid[0], laid[1]

    def _improve(self, one: Open) -> None:
        self._add(one, -1)
        first, wh = self._lay(one)
        if (first, wh) != (one.first, one.wh) and (
            not WORTH or self._gain(one, first, wh) > WORTH * self._outlook.limit_w / SLOTS_AN_HOUR * one.left
        ):
            one.first, one.wh = first, wh
        self._add(one)

    def _gain(self, one: Open, first: int, wh: Sequence[int]) -> float:
        """Return by how much another place weighs less, in Wh on Wh."""
        return self._weight(one.first, one.wh) - self._weight(first, wh)

    def _weight(self, first: int, wh: Sequence[int]) -> int:
        at = first - self._slot
        return sum(part * (2 * height + part) for part, height in zip(wh, self._curve[at:], strict=False)) // 2

    def _turn(self, one: Open) -> tuple[float, int, int, str]:
        """Return in which order requests are placed: who waited lately comes first, else the day decides."""
        lately = self.lately.get(one.household, Lately())
        day = self._slot // A_DAY
        return -lately.waited, (one.household * 2654435761 + day * 40503) % 2**32, one.household, one.request.id

    def _lapse(self, one: Open) -> None:
        """Take what passed for done; who did not begin is placed anew, and who is done is gone."""
        passed = self._slot - one.first
        if passed <= 0:
            return
        if not one.running:
            self._remove(one)
            if to_number(one.request.ready_by) > self._slot:
                self._placed(one.household, one.request, running=False)
            return
        one.left -= sum(one.wh[:passed])
        rest = one.wh[passed:]
        skipped = next((at for at, wh in enumerate(rest) if wh), len(rest))
        one.first, one.wh = self._slot + skipped, rest[skipped:]
        if not one.wh:
            self._remove(one)

    def _move(self, slot: int) -> None:
        """Let slots pass."""
        passed = min(slot - self._slot, HORIZON)
        if passed <= 0:
            return
        for part in (self._curve, self._reserved, self._usual, self._base):
            part[:] = part[passed:] + [0] * passed
        self._slot = slot
        self._off *= CARRIED**passed
        self._rebase(None)

    def _rebase(self, now_wh: float | None) -> None:
        """Expect what was foreseen, corrected by what came."""
        told, sigma = self._outlook.expected_w, self._outlook.sigma_w
        start = self._slot - to_number(self._outlook.start)
        if now_wh is not None:
            self._off = now_wh - told[_within(start, len(told))] / SLOTS_AN_HOUR
        off = self._off
        for at in range(HORIZON):
            index = _within(start + at, len(told))
            expected = told[index] / SLOTS_AN_HOUR + off
            lead = 1.0 - RAMP ** at if at or now_wh is None else 0.0
            expected += (NOW + (MARGIN - NOW) * lead) * sigma[index] / SLOTS_AN_HOUR
            off *= CARRIED
            whole = round(expected)
            self._curve[at] += whole - self._base[at]
            self._base[at] = whole

    def _lay_kinds(self) -> None:
        for kind in self._kinds:
            self._add_usual(kind, -1)
            kind.forget(self._slot)
            kind.lay(self._slot, self._curve)
            self._add_usual(kind)
        self._kinds = [kind for kind in self._kinds if kind.waiting]


def _within(index: int, count: int) -> int:
    """Return an index into what was told; beyond its end its last day comes again."""
    while index >= count:
        index -= A_DAY
    return max(index, 0)
