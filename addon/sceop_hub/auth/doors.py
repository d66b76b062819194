"""The one gate in front of every handler: it looks the route up in the table and lets nobody else through."""

from aiohttp import web
from aiohttp.typedefs import Handler

from ..domain.refusal import Refusal
from . import csrf
from .access import ACCESS, Door, Rule
from .people import PERSON, recognise
from .tokens import HOUSEHOLD, authenticate


@web.middleware
async def doors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the request through where the table says so; a route that it does not name is shut."""
    match rule_of(request):
        case Door.ANYBODY:
            return await handler(request)
        case Door.HOUSEHOLD:
            request[HOUSEHOLD] = await authenticate(request)
            return await handler(request)
        case None:
            if request.match_info.http_exception is not None:
                return await handler(request)
            raise Refusal("forbidden", "This way is shut: no rule says who may take it.")
        case permission:
            person = await recognise(request)
            if person is None:
                raise Refusal(
                    "forbidden",
                    "The hub's pages open through Home Assistant's sidebar, or on the machine that the hub runs on.",
                )
            if not person.may(permission):
                raise Refusal(
                    "forbidden", f"Your role here, {person.role}, does not include this. Ask an owner for it."
                )
            request[PERSON] = person
            await csrf.check(request)
            return await handler(request)


def rule_of(request: web.Request) -> Rule | None:
    """Return the table's rule for the request's route."""
    resource = request.match_info.route.resource
    return None if resource is None else ACCESS.get((request.method.replace("HEAD", "GET"), resource.canonical))
