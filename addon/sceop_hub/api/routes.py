"""The wire's handlers: who, what, where, answer."""

import sqlite3
from datetime import timedelta

from aiohttp import web

from .. import __version__, figures
from ..auth.joining import one_try
from ..auth.tokens import HOUSEHOLD
from ..broadcast import BROADCAST
from ..core.wire import HUB_NAME, VERSION
from ..domain.members import State
from ..domain.readings import Receipt, check
from ..hub import HUB
from ..store import audit, members, readings
from ..store.recorder import Recording
from . import openapi
from .limits import check_named_channels
from .live import live
from .probes import count_slots
from .wire import EnergyQuery, Health, Joined, JoinRequest, ReadingsRequest, decode, query, reply

ENERGY_SPANS = {
    "slot": (timedelta(days=1), timedelta(days=31)),
    "hour": (timedelta(days=7), timedelta(days=400)),
    "day": (timedelta(days=31), timedelta(days=3660)),
    "month": (timedelta(days=366), timedelta(days=3660)),
}
"""What is told when no first day is asked for, and the most at once."""

routes = web.RouteTableDef()


@routes.get("/healthz")
async def health(request: web.Request) -> web.Response:
    """Tell that the hub is here, which one, and what time it thinks it is."""
    hub = request.app[HUB]
    now = hub.clock().replace(microsecond=0)
    about = hub.profile
    return reply(Health("ok", hub.id, HUB_NAME, __version__, VERSION, about.name, about.fewest_homes, now))


@routes.post("/api/v1/join")
async def join(request: web.Request) -> web.Response:
    """Let a household in; whoever asks again with the same request gets a fresh token, not a second place."""
    hub = request.app[HUB]
    asked = await decode(request, JoinRequest)
    newcomer = asked.newcomer()
    state: State = "waiting" if hub.profile.approval else "active"

    def join(books: sqlite3.Connection) -> members.Welcome:
        welcome = members.join(books, asked.code, newcomer, hub.clock(), state)
        who = f"household:{welcome.household.public_id}"
        audit.note(books, hub.clock(), who, "household.join", who, state=welcome.household.state)
        return welcome

    async with one_try(request):
        welcome = await hub.store.write(join)
    who = welcome.household
    return reply(Joined(who.public_id, welcome.token, hub.profile.name, who.state), status=201)


@routes.post("/api/v1/readings")
async def post_readings(request: web.Request) -> web.Response:
    """Take what a household sends; what is answered with 200 is on disk."""
    hub = request.app[HUB]
    household = request[HOUSEHOLD]
    batch = [block.block() for block in (await decode(request, ReadingsRequest)).blocks]
    now = hub.clock()
    check(batch, now)
    hub.seen[household.id] = now

    def record(books: sqlite3.Connection) -> Receipt:
        return readings.record(books, household.id, batch, now, check_named_channels)

    receipt = await hub.store.record(Recording(household.id, batch, now), record)
    count_slots(request, receipt)
    return reply(receipt)


@routes.get("/api/v1/community")
async def community(request: web.Request) -> web.Response:
    """Tell a member what the community does at this moment."""
    return reply(request.app[BROADCAST].now)


@routes.get("/api/v1/community/energy")
async def energy(request: web.Request) -> web.Response:
    """Tell the community's published energy, period by period."""
    hub = request.app[HUB]
    asked = query(request, EnergyQuery)
    start, end = asked.days(hub.day(), *ENERGY_SPANS[asked.resolution])
    return reply(await figures.energy(hub, asked.circle, start, end, asked.resolution))


@routes.get("/api/v1/openapi.json")
async def description(_request: web.Request) -> web.Response:
    """Describe the wire to programs."""
    return reply(openapi.document())


routes.get("/api/v1/live")(live)
