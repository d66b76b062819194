"""The one gate in front of every handler: it looks the route up in the table and lets nobody else through."""

from collections.abc import Callable
from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Handler

from ..domain.refusal import Refusal
from ..settings import Settings
from . import csrf, sessions
from .access import ACCESS, Door, Either, Permission, Rule
from .guards import GUARDS, guards
from .people import PERSON, Person, came_through_ingress, recognise
from .programs import PREFIX, bearer
from .tokens import HOUSEHOLD, authenticate


def hang_doors(app: web.Application, settings: Settings, clock: Callable[[], datetime]) -> None:
    """Give the application what the doors need."""
    app[csrf.KEY] = csrf.new_key()
    app[GUARDS] = guards(settings, clock)
    app.on_response_prepare.extend((csrf.send_cookie, sessions.send_cookie))


@web.middleware
async def doors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Let the request through where the table says so; a route that it does not name is shut."""
    rule = rule_of(request)
    if rule is None and request.match_info.http_exception is None:
        raise Refusal("forbidden", "This way is shut: no rule says who may take it.")
    if isinstance(rule, Permission):
        await _let_in(request, rule)
    elif isinstance(rule, Either):
        await _let_either_in(request, rule)
    elif rule is not None:
        await _open(request, rule)
    return await handler(request)


def rule_of(request: web.Request) -> Rule | None:
    """Return the table's rule for the request's route."""
    resource = request.match_info.route.resource
    return None if resource is None else ACCESS.get((request.method.replace("HEAD", "GET"), resource.canonical))


async def _open(request: web.Request, door: Door) -> None:
    """Open a door that asks for no permission."""
    match door:
        case Door.ANYBODY:
            pass
        case Door.HOUSEHOLD:
            request[HOUSEHOLD] = await authenticate(request)
        case Door.SELF:
            request[HOUSEHOLD] = await authenticate(request, any_state=True)
        case Door.VISITOR:
            if (person := await recognise(request)) is not None:
                request[PERSON] = person
            await csrf.check(request)
        case Door.PERSON:
            await _let_in(request, None)


async def _let_either_in(request: web.Request, rule: Either) -> None:
    """Open by a household's token, or for a person or program with the permission."""
    if (token := bearer(request)) is not None and not token.startswith(PREFIX):
        await _open(request, rule.door)
    else:
        await _let_in(request, rule.permission)


async def _let_in(request: web.Request, permission: Permission | None) -> None:
    """Let a person in who may do this, or a program; without a permission, any person."""
    person = await recognise(request)
    if person is None:
        raise _stranger(request)
    request[PERSON] = person
    if permission is None and person.scopes is None:
        await csrf.check(request)
    elif permission is None or not person.may(permission, change=request.method not in csrf.SAFE):
        raise _without(person)
    elif bearer(request) is None:
        await csrf.check(request)


def _stranger(request: web.Request) -> Refusal:
    if bearer(request) is not None:
        return Refusal("unauthorized", "The hub does not know this token. Ask an owner for a new one.")
    if came_through_ingress(request):
        return Refusal("sign-in", "Home Assistant did not say who you are. Open the hub through its sidebar again.")
    return Refusal("sign-in", "Sign in first, or open the hub through Home Assistant's sidebar.")


def _without(person: Person) -> Refusal:
    if person.scopes is not None:
        return Refusal("forbidden", "This token is not good for that. Ask an owner for one with the scope it needs.")
    if not person.role:
        return Refusal(
            "forbidden",
            "You have no role here yet, {name}. Ask an owner of the hub to give you one under"
            " Accounts. If you administrate Home Assistant, try again in a minute: it did not say"
            " so just now.",
            name=person.name,
        )
    return Refusal("forbidden", "Your role here does not include this. Ask an owner for it.")
