"""Rewards: what homes get for their points, how many there are, and who is still to be given one."""

from collections.abc import Mapping
from datetime import timedelta

from aiohttp import web

from ...auth.access import Permission
from ...auth.people import PERSON
from ...core.slots import local_midnight
from ...domain.game.rewards import HIGHEST_COST, KINDS, LARGEST_STOCK, LONGEST_TEXT, LONGEST_TITLE, Reward, RewardKind
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB, Hub
from ...jobs.game import GAME
from ...playing import rewarding
from ...playing.rewarding import Offer
from ...store import rewards as books_of_rewards
from ..days import day, last_day
from ..form import Form, number_in, sent
from ..frame import page
from ..go import see

routes = web.RouteTableDef()

LIMITS = {"cost": HIGHEST_COST, "stock": LARGEST_STOCK, "title": LONGEST_TITLE, "text": LONGEST_TEXT}


@routes.get("/rewards")
async def rewards(request: web.Request) -> web.Response:
    """Show what there is, what waits to be handed over, and the ledger."""
    return await _show(request)


@routes.post("/rewards")
async def add(request: web.Request) -> web.Response:
    """Offer a reward."""
    hub, form = request.app[HUB], await sent(request)
    try:
        await rewarding.add(hub, request[PERSON].key, _offer(hub, form))
    except Refusal as refusal:
        return await _show(request, form.fields, refusal.saying)
    request.app[GAME].ask()
    raise see(request, "/rewards", "reward_added")


@routes.get("/rewards/{reward}")
async def reward(request: web.Request) -> web.Response:
    """Show one reward, and what can be changed of it."""
    return await _one(request)


@routes.post("/rewards/{reward}")
async def edit(request: web.Request) -> web.Response:
    """Change a reward for whoever asks from now on."""
    hub, form, id_ = request.app[HUB], await sent(request), request.match_info["reward"]
    found = await hub.store.read(lambda books: books_of_rewards.find(books, id_))
    try:
        await rewarding.edit(hub, request[PERSON].key, id_, _offer(hub, form, found))
    except Refusal as refusal:
        return await _one(request, form.fields, refusal.saying)
    request.app[GAME].ask()
    raise see(request, "/rewards", "saved")


@routes.post("/rewards/{reward}/remove")
async def remove(request: web.Request) -> web.Response:
    """Take a reward away that nobody ever asked for."""
    try:
        await rewarding.remove(request.app[HUB], request[PERSON].key, request.match_info["reward"])
    except Refusal as refusal:
        if refusal.problem == "not-found":
            raise
        return await _one(request, mistake=refusal.saying)
    raise see(request, "/rewards", "removed")


@routes.post("/rewards/redemptions/{redemption}/hand-over")
async def hand_over(request: web.Request) -> web.Response:
    """Note that a home got its reward."""
    await rewarding.hand_over(request.app[HUB], request[PERSON].key, number_in(request, "redemption"))
    request.app[GAME].ask()
    raise see(request, "/rewards#waiting", "reward_handed")


@routes.post("/rewards/redemptions/{redemption}/give-back")
async def give_back(request: web.Request) -> web.Response:
    """Give a home its points back."""
    await rewarding.give_back(request.app[HUB], request[PERSON].key, number_in(request, "redemption"))
    request.app[GAME].ask()
    raise see(request, "/rewards#waiting", "reward_returned")


async def _show(
    request: web.Request, fields: Mapping[str, str] | None = None, mistake: Saying | None = None
) -> web.Response:
    found = await rewarding.rewards_page(request.app[HUB])
    return page(
        request,
        "rewards",
        found=found,
        waiting=[row for row in reversed(found.ledger) if row.state == "asked"],
        fields=fields or {"kind": KINDS[0], "stock": "1"},
        limits=LIMITS,
        mistake=mistake,
        fewest=request.app[HUB].profile.fewest_homes,
        may_decide=request[PERSON].may(Permission.OPERATE, change=True),
        status=200 if mistake is None else 422,
    )


async def _one(
    request: web.Request, fields: Mapping[str, str] | None = None, mistake: Saying | None = None
) -> web.Response:
    hub, id_ = request.app[HUB], request.match_info["reward"]
    found = await hub.store.read(lambda books: books_of_rewards.find(books, id_))
    return page(
        request,
        "reward",
        reward=found,
        open=found.open(hub.clock()),
        fields=fields or _texts(hub, found),
        kinds=KINDS,
        limits=LIMITS,
        mistake=mistake,
        status=200 if mistake is None else 422,
    )


def _offer(hub: Hub, form: Form, found: Reward | None = None) -> Offer:
    """Return what a form offers. A day on which a reward began already leaves its beginning where it is."""
    zone = hub.profile.zone
    first, last = day(form, "first"), day(form, "last")
    known = None if found is None else found.start.astimezone(zone).date()
    start = None if first in {None, known} or first is None else local_midnight(first, zone)
    end = None if last is None else local_midnight(last + timedelta(days=1), zone)
    text = form.text("text").replace("\r\n", "\n")
    kind = _kind(form.text("kind"))
    return Offer(kind, form.text("title"), text, form.needed("cost"), form.needed("stock"), start, end)


def _kind(text: str) -> RewardKind:
    for kind in KINDS:
        if kind == text:
            return kind
    raise Refusal("invalid", "Choose the kind of reward from the list.")


def _texts(hub: Hub, found: Reward) -> dict[str, str]:
    zone = hub.profile.zone
    return {
        "kind": found.kind,
        "title": found.title,
        "text": found.text,
        "cost": str(found.cost),
        "stock": str(found.stock),
        "first": found.start.astimezone(zone).date().isoformat(),
        "last": "" if found.end is None else last_day(found.end, zone).isoformat(),
    }
