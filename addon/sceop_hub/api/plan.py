"""The plan on the wire: a household tells what it has open, and gets the slots in which there is room."""

from datetime import UTC, datetime
from typing import Annotated, Literal

from aiohttp import web
from msgspec import UNSET, Meta, Struct, UnsetType

from ..auth.guards import GUARDS
from ..auth.tokens import HOUSEHOLD
from ..core.plan.wants import Need, RunOnce
from ..core.wire import MOST_WH
from ..domain.plan.places import Request
from ..domain.refusal import Refusal
from ..domain.reservation import MOST_REQUESTS, checked
from ..shifting.room import SHIFTING, Answer, Shifting
from .limits import MOST_PROFILE
from .wire import Instant, decode, reply, write

routes = web.RouteTableDef()

type Id = Annotated[str, Meta(pattern=r"^[a-z0-9]{1,40}$")]
type Wh = Annotated[int, Meta(ge=0, le=MOST_WH)]
type Energy = Annotated[int, Meta(ge=0, le=MOST_WH * 192)]
type Watts = Annotated[int, Meta(ge=0, le=MOST_WH * 4)]


class PlanRequest(Struct, frozen=True):
    """Something that may run later: a run of slots as its `profile` tells, or `wh` at `min_w` to `max_w`.

    The id is the household's own, made by chance; it tells nothing of the appliance. A request that is `running` gives
    what is left of it.
    """

    id: Id
    earliest: Instant
    ready_by: Instant
    profile: Annotated[list[Wh], Meta(min_length=1, max_length=MOST_PROFILE)] | UnsetType = UNSET
    wh: Energy | UnsetType = UNSET
    min_w: Watts | UnsetType = UNSET
    max_w: Watts | UnsetType = UNSET
    interruptible: bool | UnsetType = UNSET
    running: bool = False

    def request(self) -> Request | None:
        """Return what is asked for; None where nothing is left of it."""
        wanted = self._run() if self.profile is not UNSET else self._need()
        if wanted is None and not self.running:
            raise Refusal("invalid", f"Request {self.id!r} asks for no energy. Leave it out.")
        return wanted

    def _run(self) -> RunOnce | None:
        if any(part is not UNSET for part in (self.wh, self.min_w, self.max_w, self.interruptible)):
            raise Refusal(
                "invalid", f"Request {self.id!r} has a profile, which tells its energy and its power already."
            )
        profile = () if self.profile is UNSET else tuple(self.profile)
        if not any(profile):
            return None
        return RunOnce(self.id, profile, self._instant(self.earliest), self._instant(self.ready_by))

    def _need(self) -> Need | None:
        if self.wh is UNSET or self.min_w is UNSET or self.max_w is UNSET or self.interruptible is UNSET:
            raise Refusal("invalid", f"Request {self.id!r} needs a profile, or wh, min_w, max_w and interruptible.")
        if self.min_w > self.max_w or not self.max_w:
            raise Refusal("invalid", f"Request {self.id!r} takes {self.min_w} to {self.max_w} W. Check its power.")
        if not self.wh:
            return None
        first, last = self._instant(self.earliest), self._instant(self.ready_by)
        return Need(self.id, self.wh, self.min_w, self.max_w, self.interruptible, first, last)

    def _instant(self, told: datetime) -> datetime:
        try:
            return told.astimezone(UTC).replace(microsecond=0)
        except OverflowError as error:
            raise Refusal("invalid", f"{told} is no instant of request {self.id!r}.") from error


class PlanRequests(Struct, frozen=True):
    """All that a household has open: what is missing from it is released, and none releases all."""

    requests: Annotated[list[PlanRequest], Meta(max_length=MOST_REQUESTS)]


class PlanPlace(Struct, frozen=True):
    """Where a request lies: Wh of each slot from `start` on, 0 where it pauses."""

    id: str
    start: datetime
    wh: tuple[int, ...]


class PlanAnswer(Struct, frozen=True):
    """The places of a household, and how hard the community presses.

    `pressure` is told of each slot from `start` on, in twentieths: 0 is room, 1 the limit, above it is over. It holds
    what others reserved only as far as enough homes did. `forecast` says when the forecast behind it was made; where it
    is null, the plan goes by requests alone.
    """

    made: datetime
    places: tuple[PlanPlace, ...]
    start: datetime
    pressure: tuple[float, ...]
    forecast: datetime | None
    step: Literal[900] = 900


class PlanMessage(PlanAnswer, frozen=True, tag="plan"):
    """The same on the live line: when it opens, when places changed, and when the pressure changed much."""


@routes.get("/api/v1/plan")
async def get_plan(request: web.Request) -> web.Response:
    """Tell a household which places it has."""
    return reply(_told(request.app[SHIFTING].answer(request[HOUSEHOLD].id), PlanAnswer))


@routes.post("/api/v1/plan")
async def post_plan(request: web.Request) -> web.Response:
    """Take all that a household has open, and give it its places; what is answered with 200 is on disk."""
    household, shifting = request[HOUSEHOLD], request.app[SHIFTING]
    request.app[GUARDS].plans.take(household.public_id)
    asked = (await decode(request, PlanRequests)).requests
    wanted = [want for told in asked if (want := told.request()) is not None]
    requests = checked(wanted, household.kind, shifting.hub.clock())
    running = {told.id for told in asked if told.running}
    return reply(_told(await shifting.ask(household, requests, running), PlanAnswer))


def plan_message(shifting: Shifting, household: int) -> str:
    """Write a household's places as the live line tells them."""
    return write(_told(shifting.answer(household), PlanMessage))


def _told[T: PlanAnswer](answer: Answer, kind: type[T]) -> T:
    places = tuple(PlanPlace(one.request.id, one.start, one.wh) for one in answer.places)
    return kind(answer.made, places, answer.start, answer.pressure, answer.forecast)
