"""Every way in, tried by everybody: the table of rules is all that decides, and it forgets no route."""

import re
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from sceop_hub.auth import csrf
from sceop_hub.auth.access import ACCESS, CHANGE, ROLES, SCOPES, Door, Either, Permission
from sceop_hub.store import members, visitors
from tests.hub.browsing import account, browser, program
from tests.hub.harness import running, settings
from tests.hub.playing import home_assistant, user

INSIDE = 299
"""What the innermost middleware answers in place of every handler: whoever gets it was let in."""

INGRESS = frozenset({"127.0.0.1"})
SAFE = {"GET", "HEAD"}


class Inside:
    """The innermost middleware; once it is switched on, no handler runs any more."""

    def __init__(self):
        self.on = False

    def __call__(self, app):
        app.middlewares.append(self.middleware)

    @property
    def middleware(self):
        @web.middleware
        async def answer(request, handler):
            return web.Response(status=INSIDE, text=csrf.token(request)) if self.on else await handler(request)

        return answer


@dataclass
class Visitor:
    """Somebody at the doors, and what the table says about them."""

    name: str
    headers: dict = field(default_factory=dict)
    reads: frozenset = frozenset()
    changes: frozenset = frozenset()
    household: str | None = None
    signed_in: bool = False
    sends_token: bool = False
    browser: object = None

    def may(self, rule, method) -> bool:
        match rule:
            case Door.ANYBODY | Door.VISITOR:
                return True
            case Door.PERSON:
                return self.signed_in
            case Door.HOUSEHOLD:
                return self.household == "active"
            case Door.SELF:
                return self.household is not None
            case Either(door=door, permission=permission):
                return self.may(door, method) or self.may(permission, method)
            case permission:
                return permission in (self.reads if method in SAFE else self.changes)


def path_of(route) -> str:
    return re.sub(r"{\w+}", "1", route)


def person(name, role, **headers) -> Visitor:
    permissions = ROLES.get(role, frozenset())
    return Visitor(name, headers, permissions, permissions, signed_in=True)


def holder_of(scope, token) -> Visitor:
    permission, change = scope.removesuffix(CHANGE), scope.endswith(CHANGE)
    only = frozenset({Permission(permission)})
    reads, changes = (frozenset(), only) if change else (only, frozenset())
    headers = {"Authorization": f"Bearer {token}"}
    return Visitor(f"a program with {scope}", headers, reads, changes, sends_token=True)


async def households(hub):
    for state in ("active", "waiting", "paused", "removed"):
        token = await hub.join(name=state)
        (id_,) = [who.id for who in await hub.hub.store.read(members.everyone) if who.name == state]
        await hub.hub.store.write(lambda books, id_=id_, state=state: members.set_state(books, id_, state))
        yield Visitor(
            f"a household that is {state}",
            {"Authorization": f"Bearer {token}"},
            household=None if state == "removed" else state,
            sends_token=True,
        )


@asynccontextmanager
async def stand_alone(tmp_path):
    """A hub of its own, with everybody who may come to it."""
    async with AsyncExitStack() as stack:
        inside = Inside()
        hub = await stack.enter_async_context(running(settings(tmp_path, local_owner=False), change=inside))
        await hub.invite()
        visitors_ = [Visitor("a stranger"), Visitor("one who claims ingress", {"X-Remote-User-Id": "owner"})]
        visitors_ += [visitor async for visitor in households(hub)]
        for scope in sorted(SCOPES):
            visitors_.append(holder_of(scope, await program(hub, scope)))
        visitors_.append(Visitor("one with a token nobody has", {"Authorization": f"Bearer sceop_{'x' * 43}"}))
        for visitor in visitors_:
            visitor.browser = await stack.enter_async_context(browser(hub, Accept="*/*"))
        for role in ROLES:
            visitor = person(f"{role} with an account", role)
            visitor.browser = await stack.enter_async_context(browser(hub, Accept="*/*"))
            await account(hub, role, role)
            assert (await visitor.browser.sign_in(role)).status == 303
            visitors_.append(visitor)
        screen = Visitor("the screen in the lobby", reads=frozenset({Permission.COMMUNITY}))
        screen.browser = await stack.enter_async_context(browser(hub))
        key = await program(hub, *sorted(SCOPES), name="Lobby")
        assert (await screen.browser.open(f"/kiosk/enter?key={key}")).leads_to == "/kiosk"
        visitors_.append(screen)
        inside.on = True
        yield hub, visitors_


@asynccontextmanager
async def through_ingress(tmp_path):
    """A hub behind Home Assistant, with users of each role."""
    async with AsyncExitStack() as stack:
        played = await stack.enter_async_context(home_assistant())
        played.users = [user("owner", "system-admin"), *(user(role) for role in ("coordinator", "viewer", "guest"))]
        told = settings(tmp_path, local_owner=False, ingress_from=INGRESS, home_assistant=played.at)
        inside = Inside()
        hub = await stack.enter_async_context(running(told, change=inside))
        visitors_ = []
        for role in (*ROLES, "guest"):
            visitor = person(f"{role} through ingress", role, **{"X-Remote-User-Id": role, "X-Remote-User-Name": role})
            visitor.browser = await stack.enter_async_context(browser(hub, Accept="*/*"))
            await visitor.browser.open("/account", **visitor.headers)
            visitors_.append(visitor)
        for role in ROLES:
            if role != "owner":
                await hub.hub.store.write(lambda books, role=role: visitors.give_role(books, role, role))
        nobody = Visitor("one whom the Supervisor does not name")
        nobody.browser = await stack.enter_async_context(browser(hub, Accept="*/*"))
        inside.on = True
        yield hub, [*visitors_, nobody]


@pytest.mark.parametrize("way", [stand_alone, through_ingress])
async def test_every_route_lets_in_just_whom_the_table_names(tmp_path, way):
    async with way(tmp_path) as (_, visitors_):
        wrong = [
            f"{visitor.name}: {method} {route} gave {status}"
            for visitor in visitors_
            for (method, route), rule in ACCESS.items()
            if ((status := await tried(visitor, method, route)) == INSIDE) != visitor.may(rule, method)
        ]
    assert wrong == []


async def tried(visitor, method, route, **more) -> int:
    """Return with what a visitor is answered who sends all that belongs to a change."""
    headers = visitor.headers | more
    at_the_door = ACCESS[method, route] is Door.VISITOR
    if method not in SAFE and (at_the_door or not visitor.sends_token):
        for page in ("/account", "/login"):
            found = await visitor.browser.open(page, **visitor.headers)
            if found.status == INSIDE:
                headers[csrf.HEADER] = found.text
                break
    async with visitor.browser.session.request(
        method, path_of(route), headers=headers, allow_redirects=False
    ) as answer:
        return answer.status


def _is_of_pages(rule):
    return rule is Door.VISITOR or rule is Door.PERSON or isinstance(rule, Permission)


PAGES_CHANGE = [route for (method, route), rule in ACCESS.items() if method not in SAFE and _is_of_pages(rule)]


def notes(books):
    """Return how much was written into the audit log."""
    return books.execute("SELECT COUNT(*) FROM audit").fetchone()


@pytest.mark.parametrize("way", [stand_alone, through_ingress])
async def test_no_change_is_made_without_the_pages_own_token(tmp_path, way):
    async with way(tmp_path) as (_, visitors_):
        wrong = []
        for visitor in visitors_:
            for (method, route), rule in ACCESS.items():
                if method in SAFE or not _is_of_pages(rule) or visitor.sends_token or not visitor.may(rule, method):
                    continue
                async with visitor.browser.session.request(method, path_of(route), headers=visitor.headers) as answer:
                    if answer.status != 403:
                        wrong.append(f"{visitor.name}: {method} {route} gave {answer.status}")
    assert wrong == []


@pytest.mark.parametrize("way", [stand_alone, through_ingress])
async def test_no_change_is_made_from_a_foreign_page_even_with_the_token(tmp_path, way):
    async with way(tmp_path) as (hub, visitors_):
        noted = await hub.hub.store.read(notes)
        found = {
            f"{visitor.name}: {method} {route}": await tried(visitor, method, route, **{"Sec-Fetch-Site": "cross-site"})
            for visitor in visitors_
            for (method, route), rule in ACCESS.items()
            if method not in SAFE and _is_of_pages(rule) and not visitor.sends_token and visitor.may(rule, method)
        }
        assert await hub.hub.store.read(notes) == noted
    assert len(found) >= len(PAGES_CHANGE)
    assert {what: status for what, status in found.items() if status != 403} == {}


async def test_the_table_names_every_route_and_no_other(tmp_path):
    async with running(settings(tmp_path)) as hub:
        routes = {
            (route.method, route.resource.canonical) for route in hub.app.router.routes() if route.method != "HEAD"
        }
    assert routes - ACCESS.keys() == set()
    assert ACCESS.keys() - routes == set()


async def test_a_route_that_the_table_does_not_name_is_shut_to_owners_too(tmp_path):
    async def anything(_request):
        return web.Response(text="open")

    async with running(settings(tmp_path), change=lambda app: app.router.add_get("/new", anything)) as hub:
        assert (await hub.get("/new")).problem == "forbidden"


async def test_nothing_changes_by_asking(tmp_path):
    async with running(settings(tmp_path)) as hub:
        resources = {route.resource.canonical for route in hub.app.router.routes() if route.method == "GET"}
    assert {"/logout", "/setup", "/accounts"} & resources == {"/setup", "/accounts"}


def test_a_role_is_a_row_and_owners_may_do_everything():
    assert ROLES["owner"] == frozenset(Permission)
    assert not any(Permission.OWN in may for role, may in ROLES.items() if role != "owner")


def test_no_scope_gives_away_what_is_an_owners():
    assert not any(scope.startswith(Permission.OWN) for scope in SCOPES)
