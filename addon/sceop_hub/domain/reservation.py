"""Reservations: what a household has open in the community's plan, as it is asked for, kept and answered."""

from collections import Counter
from collections.abc import Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from ..core.plan.wants import Need
from ..core.slots import SLOT, slot_of, to_number
from .members import Kind
from .plan.places import SLOTS_AN_HOUR, Place, Request
from .refusal import Refusal

MOST_REQUESTS = 20
"""Of one household: more appliances than a home has; a building asks for several as one."""

HORIZON = timedelta(hours=48)
"""How far ahead a request may be ready at the latest."""

LATEST = timedelta(days=1)
"""A load whose ready-by has passed is placed at once; a day later nobody waits for it any more."""

MOST_W: dict[Kind, int] = {"home": 100_000, "organisation": 1_000_000}
"""All that a household may ask for together: what the connection of a large house bears, and that of a factory."""

PLANS_AT_ONCE = 60
PLANS_PER_MINUTE = 6
"""How often one household may ask: it does so at every change, and at least hourly."""

SILENT_AFTER = timedelta(hours=2)
"""A household repeats what it has open every hour; who does not for so long has gone."""


@dataclass(frozen=True, slots=True)
class Reserved:
    """A request with its place: Wh of each slot from `start` on. `running` says that the household began.

    `once` is where the same load would have been, had it begun at once: what there would be without a plan.
    """

    request: Request
    running: bool
    start: datetime
    wh: tuple[int, ...]
    once: datetime
    once_wh: tuple[int, ...]

    @property
    def end(self) -> datetime:
        """The end of its last slot."""
        return self.start + len(self.wh) * SLOT

    def ahead(self, now: datetime) -> dict[int, int]:
        """Return what is still to come of its place, by slot."""
        slots = enumerate(self.wh, to_number(self.start))
        return {slot: wh for slot, wh in slots if wh and slot >= to_number(now)}

    def over(self, now: datetime, *, silent: bool) -> bool:
        """Tell whether nothing more comes of it.

        It has run; or nobody said that it began, and it is too late to place it anew, or nobody is there to hear of it.
        """
        if self.running:
            return self.end <= now
        lapsed = self.start + SLOT <= now
        return lapsed and (silent or self.request.ready_by <= now)


def reserved(
    requests: Sequence[Request],
    running: AbstractSet[str],
    places: Sequence[Place],
    before: Sequence[Reserved],
    now: datetime,
) -> tuple[Reserved, ...]:
    """Put requests beside their places; one that was open before would have begun when it was asked for first."""
    known = {one.request.id: one for one in before}
    return tuple(
        Reserved(request, request.id in running, place.start, place.wh, *_once(request, running, known, now))
        for request, place in zip(requests, places, strict=True)
    )


def kept(after: Sequence[Reserved], before: Sequence[Reserved], now: datetime) -> tuple[Reserved, ...]:
    """Return the same as it was told before, where only its past is told in another way."""
    told = {one.request.id: one for one in before}
    return tuple(
        replace(one, start=known.start, wh=known.wh)
        if (known := told.get(one.request.id)) is not None and known.ahead(now) == one.ahead(now)
        else one
        for one in after
    )


def _once(
    request: Request, running: AbstractSet[str], known: Mapping[str, Reserved], now: datetime
) -> tuple[datetime, tuple[int, ...]]:
    before = known.get(request.id)
    if before is not None and (request.id in running or before.request == request):
        return before.once, before.once_wh
    return slot_of(max(request.earliest, now)), _full(request) if isinstance(request, Need) else request.wh


def _full(need: Need) -> tuple[int, ...]:
    """Return what a need takes in each slot at its full power."""
    most = max(need.max_w // SLOTS_AN_HOUR, 1)
    whole, rest = divmod(need.wh, most)
    return (most,) * whole + ((rest,) if rest else ())


def checked(requests: Sequence[Request], kind: Kind, now: datetime) -> tuple[Request, ...]:
    """Return what a household may have open, in the order of ids, or say what is wrong with it.

    A ready-by that has just passed is no mistake: the load runs as soon as possible, as it would have without a plan.
    """
    counted = Counter(request.id for request in requests)
    if twice := [id_ for id_, times in counted.items() if times > 1]:
        raise Refusal("invalid", f"Two requests have the id {min(twice)!r}. Give each one of its own.")
    for request in requests:
        _check(request, now)
    if (power := sum(map(most_w, requests))) > MOST_W[kind]:
        raise Refusal(
            "invalid",
            f"These requests take up to {power} W together, and the hub plans at most {MOST_W[kind]} W of such a"
            " household. Check their power and their energy.",
        )
    return tuple(sorted(requests, key=lambda request: request.id))


def wh_of(request: Request) -> int:
    """Return the energy that a request takes as a whole."""
    return request.wh if isinstance(request, Need) else sum(request.wh)


def most_w(request: Request) -> int:
    """Return the most power that a request takes."""
    return request.max_w if isinstance(request, Need) else max(request.wh) * SLOTS_AN_HOUR


def _check(request: Request, now: datetime) -> None:
    ready_by = f"{request.ready_by:%Y-%m-%d %H:%M} UTC"
    if request.ready_by < request.earliest:
        raise Refusal("invalid", f"Request {request.id!r} would have to be ready before it may begin. Check its times.")
    if request.ready_by <= now - LATEST:
        raise Refusal(
            "invalid",
            f"Request {request.id!r} had to be ready by {ready_by}, more than a day ago. Leave it out, or ask with a"
            " new time.",
        )
    if isinstance(request, Need) and request.wh > request.max_w * (HORIZON // timedelta(hours=1)):
        raise Refusal(
            "invalid",
            f"Request {request.id!r} wants {request.wh} Wh, which takes more than {HORIZON // timedelta(hours=1)} hours"
            f" at {request.max_w} W. Check its energy and its power.",
        )
    if request.ready_by > now + HORIZON:
        raise Refusal(
            "invalid",
            f"Request {request.id!r} has time until {ready_by}, and the hub plans {HORIZON // timedelta(hours=1)} hours"
            " ahead. Ask when that time is nearer.",
        )
