"""Households are recognised by the bearer token that they were given when they joined."""

from aiohttp import web

from ..domain.members import Household
from ..domain.refusal import Refusal
from ..hub import HUB
from ..store import members
from .programs import bearer

HOUSEHOLD = web.RequestKey("household", Household)
"""Set by the doors for every route that households take."""


async def authenticate(request: web.Request, *, any_state: bool = False) -> Household:
    """Return the household that sends this request; who waits or is paused is let through where any state will do."""
    hub, token = request.app[HUB], bearer(request)
    found = None
    if token is not None:
        now = hub.clock()
        found = await hub.store.tokens.find(token, lambda books: members.by_token(books, token), now)
    if found is None or token is None:
        raise Refusal("unauthorized", "The hub does not know this household's token. Join again with an invite.")
    if found.first_use:
        await hub.store.write(lambda books: members.note_use(books, token))
    if not any_state:
        _check_state(found.household)
    return found.household


def _check_state(household: Household) -> None:
    if household.state == "waiting":
        raise Refusal(
            "waiting", "A coordinator has not approved this household yet. Keep its readings and send them later."
        )
    if household.state != "active":
        raise Refusal(
            "paused", "A coordinator paused this household. Keep its readings and send them when it is resumed."
        )
