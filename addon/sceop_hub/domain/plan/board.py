"""The board: the community's plan in memory, in plain Python, so that the server answers within a millisecond.

It is rebuilt after a restart from the books: `Board(outlook, usual, lately)` with the newest forecast, what was asked
in the last seven days (`usual.coming`) and how homes fared lately; then `hold` for each household with the requests
that it has open and the places that were told. Then it goes on as if nothing had been.

A job calls `foresee` with each new forecast, `expect` once a day or oftener, and `replan` at each slot, which gives the
places that it changed. What lies in slots that passed is taken for done. What is expected is the community without what
is planned here.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set as AbstractSet
from datetime import datetime

from ...core.plan.wants import Need, RunOnce
from ...core.slots import from_number, to_number
from .curve import Curve
from .expecting import A_DAY, Expecting
from .fairness import UNKNOWN, fared, haste, kept_word, turn
from .kinds import Kind, kinds
from .opened import Opened, ahead, total
from .places import SLOTS_AN_HOUR, Lately, Outlook, Place, Request, Slot, Usual

WORTH = 0.001
"""A place is changed only where each of its Wh then lies lower by this share of the limit."""

_NOBODY: frozenset[str] = frozenset()


class Board:
    """What is expected, what is reserved, what usually comes; and who has which place."""

    def __init__(
        self, outlook: Outlook, usual: Iterable[Usual] = (), lately: Mapping[int, Lately] | None = None
    ) -> None:
        self._curve = Curve(to_number(outlook.start))
        self._expecting = Expecting(outlook)
        self._open: dict[int, dict[str, Opened]] = {}
        self._kinds: list[Kind] = []
        self.lately: dict[int, Lately] = dict(lately or {})
        """How homes fared, which `replan` and `ask` move; to be kept in the books."""
        self.foresee(outlook)
        self.expect(usual)

    @property
    def start(self) -> datetime:
        """The present slot, with which curve and pressure begin."""
        return from_number(self._curve.slot)

    def foresee(self, outlook: Outlook) -> None:
        """Take a new forecast, or a new limit."""
        self._expecting.foresee(outlook)
        self._limit_wh = max(outlook.limit_w, 1.0) / SLOTS_AN_HOUR
        self._curve.expect(*self._expecting.ahead(self._curve.slot))

    def expect(self, usual: Iterable[Usual]) -> None:
        """Take what usually comes."""
        for kind in self._kinds:
            self._curve.drop(*kind.laid)
        self._kinds = kinds(usual)
        self._lay_kinds()

    def hold(self, household: int, requests: Iterable[tuple[Request, Place, bool]]) -> None:
        """Take requests with the places that they were told, and whether they run: as the books have them."""
        for request, told, running in requests:
            one = self._new(household, request, running=running)
            one.left, one.fresh = sum(told.wh), False
            self._put(one, to_number(told.start), told.wh)

    def ask(
        self, household: int, requests: Sequence[Request], now: datetime, running: AbstractSet[str] = _NOBODY
    ) -> tuple[Place, ...]:
        """Take the whole set of what a household has open, and return the places, in its order.

        The same set again changes nothing. `running` are the ids of those that run, of which the request tells what is
        left.
        """
        self._pass_to(to_number(now))
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
        be running lapses, and is placed anew. The same requests lead to the same plan, in whatever order they came
        since the last call.
        """
        slot = to_number(now)
        told = {(one.household, one.request.id): ahead(one.first, one.wh, slot) for one in self._all()}
        self._pass_to(slot)
        for one in list(self._all()):
            self._go_on(one)
        self._learn(slot, live_w, closed or {})
        movable = sorted((one for one in self._all() if one.movable), key=self._turn)
        fresh = [one for one in movable if one.fresh]
        for one in fresh:
            self._curve.free(one.first, one.counted)
        self._lay_kinds(slot + A_DAY)
        for one in fresh:
            one.fresh = False
            self._put(one, *self._best(one))
        for one in movable:
            if one.pauses:
                self._improve(one)
        return tuple(one.place for one in self._all() if told[one.household, one.request.id] != (one.first, one.wh))

    def pressure(self) -> tuple[float, ...]:
        """Return how full each slot from the present one on is: 1 at the limit, above it over, 0 in a surplus."""
        curve = self._curve
        return tuple(max(wh - margin, 0) / self._limit_wh for wh, margin in zip(curve.whole, curve.margin, strict=True))

    def curve(self) -> tuple[Slot, ...]:
        """Return the congestion curve from the present slot on; the margin is not in it."""
        curve, limit_w = self._curve, round(self._limit_wh * SLOTS_AN_HOUR)
        return tuple(
            Slot(
                from_number(curve.slot + at),
                (base - margin) * SLOTS_AN_HOUR,
                reserved * SLOTS_AN_HOUR,
                usual * SLOTS_AN_HOUR,
                limit_w,
            )
            for at, (base, margin, reserved, usual) in enumerate(
                zip(curve.base, curve.margin, curve.reserved, self._usual(), strict=True)
            )
        )

    def _usual(self) -> list[int]:
        curve = Curve(self._curve.slot)
        for kind in self._kinds:
            curve.lift(*kind.laid)
        return curve.whole

    def _placed(self, household: int, request: Request, *, running: bool) -> Opened:
        """Return a request with its place, which stays where nothing changed but what it has taken meanwhile."""
        known = self._open.get(household, {}).get(request.id)
        if known is not None:
            if known.running == running and known.request == request:
                return known
            if running and not known.running:
                self.lately[household] = kept_word(self._lately(household), kept=True)
            if running and self._goes_on(known, request):
                return known
            self._remove(known)
        one = self._new(household, request, running=running)
        self._put(one, *self._best(one))
        return one

    def _goes_on(self, known: Opened, request: Request) -> bool:
        """Take what a running request tells anew if its place may stay; tell whether it may."""
        had, less = known.request, known.left - total(request)
        if had.ready_by != request.ready_by or (known.first > self._curve.slot and not known.pauses):
            return False
        match had, request:
            case RunOnce(), RunOnce():
                if less or known.wh != request.wh:
                    return False
            case Need(), Need():
                if less < 0 or (had.max_w, had.min_w, had.interruptible) != (
                    request.max_w,
                    request.min_w,
                    request.interruptible,
                ):
                    return False
            case _:
                return False
        self._curve.free(known.first, known.counted)
        known.request, known.running = request, True
        known.shorten(less)
        self._curve.reserve(known.first, known.counted)
        return True

    def _new(self, household: int, request: Request, *, running: bool) -> Opened:
        one = Opened.of(household, request, self._lately(household).kept, running=running)
        self._open.setdefault(household, {})[request.id] = one
        return one

    def _put(self, one: Opened, first: int, wh: tuple[int, ...]) -> None:
        one.lies(first, wh)
        self._curve.reserve(first, one.counted)

    def _remove(self, one: Opened) -> None:
        self._curve.free(one.first, one.counted)
        mine = self._open[one.household]
        del mine[one.request.id]
        if not mine:
            del self._open[one.household]

    def _all(self) -> Iterator[Opened]:
        return (one for mine in self._open.values() for one in mine.values())

    def _lately(self, household: int) -> Lately:
        return self.lately.get(household, UNKNOWN)

    def _turn(self, one: Opened) -> tuple[float, int, int, str]:
        return turn(self._lately(one.household), one.household, one.request.id, self._curve.slot)

    def _best(self, one: Opened) -> tuple[int, tuple[int, ...]]:
        curve = self._curve
        return one.best(curve.slot, curve.whole, haste(self._lately(one.household), self._limit_wh))

    def _improve(self, one: Opened) -> None:
        """Move a place where that is worth it."""
        curve = self._curve
        curve.drop(one.first, one.counted)
        first, wh = self._best(one)
        moves = (first, wh) != (one.first, one.wh) and (
            self._weight(one.first, one.wh) - self._weight(first, wh) > WORTH * self._limit_wh * one.left
        )
        curve.lift(one.first, one.counted)
        if moves:
            curve.free(one.first, one.counted)
            self._put(one, first, wh)

    def _weight(self, first: int, wh: Sequence[int]) -> float:
        """Return how much a place lies on what is high: half of what it adds to the sum of squares."""
        at = first - self._curve.slot
        return sum(part * (height + part / 2) for part, height in zip(wh, self._curve.whole[at:], strict=False))

    def _go_on(self, one: Opened) -> None:
        """Let a request go on to the present slot: who did not begin is placed anew, and who is done is gone."""
        slot = self._curve.slot
        if one.first >= slot:
            return
        if not one.running:
            self.lately[one.household] = kept_word(self._lately(one.household), kept=False)
            self._remove(one)
            if one.closes > slot:
                self._placed(one.household, one.request, running=False)
            return
        end = one.first + len(one.wh)
        one.pass_to(slot)
        if not one.wh:
            waited = one.waited(end)
            if waited is not None:
                self.lately[one.household] = fared(self._lately(one.household), waited)
            self._remove(one)

    def _pass_to(self, slot: int) -> None:
        """Let slots pass."""
        curve = self._curve
        if slot <= curve.slot:
            return
        self._expecting.past.extend(
            (passed, curve.reserved[passed - curve.slot])
            for passed in range(curve.slot, min(slot, curve.slot + len(curve.reserved)))
        )
        curve.pass_to(slot)
        curve.expect(*self._expecting.ahead(slot))

    def _learn(self, slot: int, live_w: float | None, closed: Mapping[datetime, float]) -> None:
        """Correct what is expected by what came."""
        if live_w is not None:
            self._expecting.learn(slot, live_w / SLOTS_AN_HOUR - self._curve.reserved[0])
        else:
            for start in sorted(closed):
                self._expecting.learn_closed(to_number(start), closed[start])
        self._curve.expect(*self._expecting.ahead(slot))

    def _lay_kinds(self, until: int | None = None) -> None:
        """Lay anew what usually comes, all of it or what comes before a slot."""
        curve = self._curve
        for kind in self._kinds:
            if until is not None and kind.comes >= until:
                break
            curve.drop(*kind.laid)
            kind.lay(curve.slot, curve.whole)
            curve.lift(*kind.laid)
        self._kinds = [kind for kind in self._kinds if kind.waiting]
