"""The leaderboard: homes that chose a name, teams, and how hubs compare, with whom this one exchanges cards."""

import asyncio

from aiohttp import web

from ...auth.access import Permission
from ...auth.people import PERSON
from ...domain.game.levels import Level
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB
from ...playing import leagues
from ...playing.boards import leaderboard_page
from .. import uploads
from ..form import sent
from ..frame import HEADERS, page
from ..go import see

routes = web.RouteTableDef()

MOST_BYTES = 1024 * 1024
"""Of an upload; how large a card may be, its reader says."""

CARD = "sceop-league.json"


@routes.get("/leaderboard")
async def leaderboard(request: web.Request) -> web.Response:
    """Show the board as everybody sees it; to whoever operates the hub, the league's cards beside it."""
    return await _show(request)


@routes.post("/leaderboard/league")
async def publish(request: web.Request) -> web.Response:
    """Tell the league of this hub, or no longer."""
    on = (await sent(request)).text("open") == "yes"
    await leagues.publish(request.app[HUB], request[PERSON].key, on=on)
    raise see(request, "/leaderboard#league", "league_opened" if on else "league_closed")


@routes.get("/leaderboard/card")
async def card(request: web.Request) -> web.Response:
    """Give this hub's card as a file, for hubs that cannot fetch it."""
    headers = {**HEADERS, "Content-Disposition": f'attachment; filename="{CARD}"'}
    body = await leagues.card_file(request.app[HUB])
    return web.Response(body=body, content_type="application/json", charset="utf-8", headers=headers)


@routes.post("/leaderboard/league/file")
async def upload(request: web.Request) -> web.Response:
    """Take another hub's card that was sent as a file."""
    hub, folder = request.app[HUB], request.app[HUB].settings.data
    try:
        arrived = await uploads.receive(request, folder, MOST_BYTES)
        try:
            file = await asyncio.to_thread(arrived.path.read_bytes)
        finally:
            uploads.remove(folder, arrived.id)
        await leagues.add(hub, request[PERSON].key, file)
    except Refusal as refusal:
        return await _show(request, refusal.saying)
    raise see(request, "/leaderboard#league", "league_added")


@routes.post("/leaderboard/league/address")
async def fetch(request: web.Request) -> web.Response:
    """Take another hub's card from its address, the first time or again."""
    address = (await sent(request)).text("address")
    try:
        await leagues.fetch(request.app[HUB], request[PERSON].key, address)
    except Refusal as refusal:
        return await _show(request, refusal.saying, address)
    raise see(request, "/leaderboard#league", "league_added")


@routes.post("/leaderboard/league/{other}/remove")
async def remove(request: web.Request) -> web.Response:
    """Forget another hub and its key."""
    await leagues.remove(request.app[HUB], request[PERSON].key, request.match_info["other"])
    raise see(request, "/leaderboard#league", "removed")


async def _show(request: web.Request, mistake: Saying | None = None, typed: str = "") -> web.Response:
    hub = request.app[HUB]
    found = await leaderboard_page(hub)
    address = hub.profile.address
    return page(
        request,
        "leaderboard",
        found=found,
        board=found.board,
        climbed=_climbed(found.board.level),
        unranked=sum(found.board.why_not.values()),
        card_address=f"{address}/api/v1/league" if address and address.startswith("https:") else None,
        mistake=mistake,
        typed=typed,
        may_decide=request[PERSON].may(Permission.OPERATE, change=True),
        status=200 if mistake is None else 422,
    )


def _climbed(level: Level | None) -> float | None:
    """Return how far the community is on its way to the next level."""
    return None if level is None else min(level.points / level.next, 1.0)
