"""Placing: where one request fits best into a curve, in whole Wh that add up exactly."""

from collections.abc import Callable

from ...core.plan.wants import Need, RunOnce
from ...core.slots import EPOCH, SLOT, to_number
from .places import SLOTS_AN_HOUR, Request

type Height = Callable[[int], float]
"""How many Wh a slot holds already."""


def place(request: Request, slot: int, height: Height, *, at_once: bool = False) -> tuple[int, tuple[int, ...]]:
    """Return the first slot and the Wh of each; what can not be ready any more runs as soon as possible."""
    first = max(_first(request), slot)
    end = to_number(request.ready_by)
    match request:
        case RunOnce(wh=wh):
            return _block(wh, first, first + len(wh) if at_once else end, height)
        case Need(interruptible=True):
            return _pieces(request, first, end, height)
        case Need():
            wh = full(request)
            return _block(wh, first, first + len(wh) if at_once else end, height)


def full(need: Need) -> tuple[int, ...]:
    """Return what a need takes in each slot at its full power."""
    most = max(need.max_w // SLOTS_AN_HOUR, 1)
    whole, rest = divmod(need.wh, most)
    return (most,) * whole + ((rest,) if rest else ())


def _first(request: Request) -> int:
    """Return the first slot that begins no earlier than the request."""
    return -((EPOCH - request.earliest) // SLOT)


def _block(wh: tuple[int, ...], first: int, end: int, height: Height) -> tuple[int, tuple[int, ...]]:
    """Return the start at which a block weighs least on what is high already, the earliest of equals."""
    starts = range(first, max(end - len(wh), first) + 1)
    return min(starts, key=lambda start: sum(each * height(start + at) for at, each in enumerate(wh))), wh


def _pieces(need: Need, first: int, end: int, height: Height) -> tuple[int, tuple[int, ...]]:
    """Return the lowest slots of the window, at full power; what is left over goes into the highest of them."""
    parts = full(need)
    if end - first <= len(parts):
        return first, parts
    lowest = sorted(range(first, end), key=lambda slot: (height(slot), slot))[: len(parts)]
    given = dict(zip(lowest, parts, strict=True))
    start = min(given)
    return start, tuple(given.get(slot, 0) for slot in range(start, max(given) + 1))
