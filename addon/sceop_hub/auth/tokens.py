"""Households are recognised by the bearer token that they were given when they joined."""

from aiohttp import web

from ..api.keys import HUB
from ..domain.members import Household
from ..domain.refusal import Refusal
from ..store import members

HOUSEHOLD = web.RequestKey("household", Household)
"""Set by the doors for every route that households take."""


async def authenticate(request: web.Request) -> Household:
    """Return the household that sends this request."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    household = None
    if scheme.lower() == "bearer" and token:
        household = await request.app[HUB].store.read(lambda books: members.by_token(books, token))
    if household is None:
        raise Refusal("unauthorized", "The hub does not know this household's token. Join again with an invite.")
    return household
