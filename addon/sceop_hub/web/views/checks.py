"""Settings, check-up: whether the hub is well, and whether members can reach it."""

from aiohttp import web

from ... import doctor, reach, tls
from ...hub import HUB
from ...jobs.errands import ERRANDS, Told
from ...words import language_of, speaker
from ..form import sent
from ..frame import page
from ..go import see
from .settings import settings_page

routes = web.RouteTableDef()

ERRAND = "checks"


@routes.get("/settings/checks")
async def checks(request: web.Request) -> web.Response:
    """Show what the last check-up found."""
    errand = request.app[ERRANDS].latest(ERRAND)
    return settings_page(request, "checks", errand=errand, address=request.app[HUB].profile.address)


@routes.post("/settings/checks")
async def examine(request: web.Request) -> web.Response:
    """Begin a check-up: reading a large database through takes a while."""
    hub = request.app[HUB]

    async def work(_told: Told) -> object:
        return await doctor.examine_beside(hub.settings, hub.clock())

    request.app[ERRANDS].start(ERRAND, work)
    raise see(request, "/settings/checks")


@routes.get("/settings/checks/state")
async def state(request: web.Request) -> web.Response:
    """Give what is known by now."""
    return page(request, "settings/checks_state", errand=request.app[ERRANDS].latest(ERRAND))


@routes.post("/settings/reach")
async def reachable(request: web.Request) -> web.Response:
    """Call the hub by an address, as a member would."""
    hub, form = request.app[HUB], await sent(request)
    where = form.address("address") or hub.profile.address
    say = speaker(language_of(request))
    if form.mistakes or where is None:
        return page(
            request, "settings/reach", findings=[], mistake=say(f"mistakes.{form.mistakes.get('address', 'address')}")
        )
    found = await reach.reach(where, hub.id, tls.certificate_sha256(hub.settings))
    return page(request, "settings/reach", findings=found, mistake=None, address=where)
