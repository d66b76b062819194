"""Home Assistant's users: believed from one address only, owners by Home Assistant's own word only."""

from ipaddress import ip_network

import pytest
from aiohttp import web

from sceop_hub.auth.ingress import came_through
from sceop_hub.settings import HomeAssistantAt
from sceop_hub.store import visitors
from tests.hub.browsing import account, browser
from tests.hub.harness import running, settings
from tests.hub.playing import home_assistant, user

INGRESS = frozenset({"127.0.0.1"})


@pytest.fixture
async def played():
    """A Home Assistant with an administrator, an owner and a guest."""
    async with home_assistant() as played:
        played.users = [
            user("ada", "system-admin"),
            user("own", is_owner=True),
            user("guest", "system-users"),
            user("gone", "system-admin", is_active=False),
        ]
        yield played


@pytest.fixture
async def hub(tmp_path, played):
    """A hub behind that Home Assistant."""
    told = settings(tmp_path, ingress_from=INGRESS, home_assistant=played.at, local_owner=False)
    async with running(told) as hub:
        yield hub


def named(id_, name=None) -> dict:
    return {"X-Remote-User-Id": id_, "X-Remote-User-Display-Name": name or id_.title(), "X-Ingress-Path": "/api/x"}


async def page_of(hub, path, **headers):
    async with browser(hub, **headers) as visitor:
        return await visitor.open(path)


@pytest.mark.parametrize("id_", ["ada", "own"])
async def test_who_administrates_home_assistant_owns_the_hub(hub, id_):
    assert (await page_of(hub, "/accounts", **named(id_))).status == 200


@pytest.mark.parametrize("id_", ["guest", "gone", "unheard-of"])
async def test_nobody_else_has_a_role_until_one_is_given(hub, id_):
    page = await page_of(hub, "/", **named(id_))
    assert page.status == 403
    assert "Ask an owner" in page.text


async def test_an_owner_gives_a_role_and_takes_it_away(hub):
    await page_of(hub, "/", **named("guest", "The Guest"))
    async with browser(hub, **named("ada")) as ada:
        assert "The Guest" in (await ada.open("/accounts")).text
        await ada.submit("/accounts/ingress/guest/role", "/accounts", role="coordinator")
        assert (await page_of(hub, "/households", **named("guest"))).status == 200
        assert (await page_of(hub, "/accounts", **named("guest"))).status == 403
        await ada.submit("/accounts/ingress/guest/role", "/accounts", role="")
        assert (await page_of(hub, "/", **named("guest"))).status == 403


async def test_an_owner_is_made_by_home_assistant_alone(hub):
    await page_of(hub, "/", **named("guest"))
    async with browser(hub, **named("ada")) as ada:
        for role in ("owner", "king"):
            page = await ada.submit("/accounts/ingress/guest/role", "/accounts", role=role)
            assert page.status == 422
    assert (await page_of(hub, "/accounts", **named("guest"))).status == 403


async def test_home_assistant_is_asked_once_for_many_requests_and_again_after_a_while(hub, played):
    for _ in range(5):
        await page_of(hub, "/account", **named("ada"))
    assert played.asked_for_users == 1
    played.users = [user("ada", "system-users")]
    hub.clock.pass_by(minutes=11)
    assert (await page_of(hub, "/accounts", **named("ada"))).status == 403
    assert played.asked_for_users == 2


async def test_a_user_who_is_new_is_known_within_moments(hub, played):
    await page_of(hub, "/", **named("ada"))
    played.users = [*played.users, user("new", "system-admin")]
    hub.clock.pass_by(seconds=16)
    assert (await page_of(hub, "/accounts", **named("new"))).status == 200


@pytest.mark.parametrize(
    "at",
    [None, HomeAssistantAt("http://127.0.0.1:9", "x"), "wrong token", "silent"],
    ids=["none", "unreachable", "wrong-token", "not-answering"],
)
async def test_where_home_assistant_does_not_say_so_nobody_is_an_owner(tmp_path, played, at):
    if at == "wrong token":
        at = HomeAssistantAt(played.at.url, "another")
    elif at == "silent":
        played.answers, at = False, played.at
    async with running(settings(tmp_path, ingress_from=INGRESS, home_assistant=at, local_owner=True)) as hub:
        page = await page_of(hub, "/accounts", **named("ada"))
        assert page.status == 403
        await hub.hub.store.write(lambda books: visitors.give_role(books, "ada", "viewer"))
        assert (await page_of(hub, "/account", **named("ada"))).status == 200
        assert (await page_of(hub, "/accounts", **named("ada"))).status == 403


@pytest.mark.parametrize(
    "answer",
    [
        "nonsense",
        '{"type": "auth_ok"}',
        "[]",
        '{"type": "auth_required"} ',
    ],
)
async def test_an_answer_that_is_none_makes_no_owner(tmp_path, answer):
    async def websocket(request):
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(answer)
        return socket

    app = web.Application()
    app.router.add_get("/api/websocket", websocket)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    at = HomeAssistantAt(f"http://127.0.0.1:{runner.addresses[0][1]}", "x")
    async with running(settings(tmp_path, ingress_from=INGRESS, home_assistant=at)) as hub:
        assert (await page_of(hub, "/accounts", **named("ada"))).status == 403
    await runner.cleanup()


async def test_headers_from_anywhere_else_are_words_of_a_stranger(tmp_path, played):
    told = settings(tmp_path, ingress_from=frozenset({"172.30.32.2"}), home_assistant=played.at, local_owner=False)
    async with running(told) as hub:
        await account(hub, "Ada", "owner")
        forged = named("ada") | {
            "X-Forwarded-For": "172.30.32.2",
            "X-Real-IP": "172.30.32.2",
            "Forwarded": "for=172.30.32.2",
        }
        page = await page_of(hub, "/accounts", **forged)
        assert page.leads_to == "/login?to=%2Faccounts"
        assert await hub.hub.store.read(visitors.ingress_users) == []
    assert played.asked_for_users == 0


async def test_not_even_a_named_proxy_speaks_for_home_assistant(tmp_path, played):

    told = settings(
        tmp_path,
        ingress_from=frozenset({"172.30.32.2"}),
        proxy_from=(ip_network("127.0.0.1"),),
        home_assistant=played.at,
        local_owner=False,
    )
    async with running(told) as hub:
        forged = named("ada") | {"X-Forwarded-For": "172.30.32.2"}
        assert (await page_of(hub, "/accounts", **forged)).status == 303


@pytest.mark.parametrize("id_", ["", "a b", "x" * 65, "'; DROP TABLE ingress_user; --", "<script>"])
async def test_a_user_without_a_proper_name_is_nobody(hub, id_):
    page = await page_of(hub, "/accounts", **{"X-Remote-User-Id": id_})
    assert page.status == 401
    assert await hub.hub.store.read(visitors.ingress_users) == []


async def test_a_name_is_shown_as_text(hub):
    await page_of(hub, "/", **named("guest", "<b>Guest</b>\u202e"))
    async with browser(hub, **named("ada")) as ada:
        text = (await ada.open("/accounts")).text
    assert "&lt;b&gt;Guest&lt;/b&gt;" in text
    assert "\u202e" not in text


async def test_a_local_account_means_nothing_behind_ingress(hub):
    await account(hub, "Ada", "owner")
    async with browser(hub, **named("guest")) as guest:
        token = await guest.csrf("/login")
        await guest.session.post("/login", data={"csrf": token, "name": "Ada", "password": "four words on paper"})
        assert (await guest.open("/accounts")).status == 403


class _Peer:
    def __init__(self, address):
        self.transport = self
        self._address = address

    def get_extra_info(self, _what):
        return self._address


@pytest.mark.parametrize(
    ("peer", "believed"),
    [
        (("172.30.32.2", 1), True),
        (("::ffff:172.30.32.2", 1, 0, 0), True),
        (("172.30.32.3", 1), False),
        (("::1", 1, 0, 0), False),
        (("fe80::1%eth0", 1, 0, 0), False),
        (None, False),
    ],
)
def test_it_is_the_peer_that_counts(peer, believed):
    assert came_through(_Peer(peer), frozenset({"172.30.32.2"})) is believed
