"""The brakes at the door to the community: nobody tries codes until one fits."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from ..domain.refusal import Refusal
from .guards import GUARDS, neighbourhood
from .origin import remote

EVERYBODY = "everybody"


@asynccontextmanager
async def one_try(request: web.Request) -> AsyncIterator[None]:
    """Hold up whoever tried wrong codes, and count another."""
    guards, address = request.app[GUARDS], neighbourhood(remote(request))
    guards.joins.take(address)
    guards.codes.check(address)
    guards.wrong_codes.check(EVERYBODY)
    try:
        yield
    except Refusal as refusal:
        if refusal.problem == "invite-unknown":
            guards.codes.failed(address)
            guards.wrong_codes.take(EVERYBODY)
        raise
