"""The client's words for what a hub does, each with the hub's own sentence."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import ClientSession, web

from custom_components.sceop.core.blocks import Block
from custom_components.sceop.hub import errors
from custom_components.sceop.hub.client import HubClient
from custom_components.sceop.hub.wire import Joining, Receipt
from tests.household.hub.certificates import self_signed
from tests.household.practice_hub import problem

START = datetime(2026, 6, 10, tzinfo=UTC)
ME = {"state": "active", "fewest_homes": 15, "agreed_fewest": 15, "nickname": None}
SMALL = (Block("grid_import", START, (12, None, 13)),)
LARGE = (Block("grid_import", START, (12,) * 672),)


@pytest.fixture
async def session(socket_enabled):
    async with ClientSession() as session:
        yield session


@pytest.fixture
async def server(socket_enabled):
    """Answer every request as the test says, and keep what was asked."""
    servers = []

    async def serve(answer):
        async def handler(request):
            request["body"] = await request.read()
            handler.asked = request
            return answer(request) if callable(answer) else answer

        app = web.Application()
        app.router.add_route("*", "/{path:.*}", handler)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        servers.append(runner)
        handler.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        return handler

    yield serve
    for runner in servers:
        await runner.cleanup()


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: problem("unauthorized", 401, "Who?"), errors.TokenRefused),
        (lambda: problem("storage", 507, "Full."), errors.HubStorageFull),
        (lambda: problem("clock", 422, "Late."), errors.ClockRefused),
        (lambda: problem("busy", 503, "Busy."), errors.HubBusy),
        (lambda: problem("slow-down", 429, "Slower."), errors.HubBusy),
        (lambda: problem("waiting", 403, "Not yet."), errors.NotAdmitted),
        (lambda: problem("paused", 403, "Not now."), errors.NotAdmitted),
        (lambda: problem("too-many", 429, "Slower."), errors.HubBusy),
        (lambda: problem("too-many-channels", 422, "Fewer."), errors.Refused),
        (lambda: problem("too-old", 422, "Old."), errors.Refused),
        (lambda: problem("invalid", 422, "Wrong."), errors.Refused),
        (lambda: problem("too-large", 413, "Large."), errors.TooLarge),
        (lambda: problem("not-found", 404, "Nothing here."), errors.Declined),
        (lambda: problem("forbidden", 403, "No."), errors.Declined),
        (lambda: web.json_response({"type": "invalid", "detail": "Not our word."}, status=400), errors.NotAHub),
        (lambda: web.Response(text="<html>", status=401), errors.NotAHub),
        (lambda: web.Response(text="<html>", status=413), errors.NotAHub),
        (lambda: web.Response(text="<html>", status=502), errors.HubBusy),
        (lambda: web.Response(text="<html>", status=404), errors.NotAHub),
        (lambda: web.Response(text="[]"), errors.NotAHub),
        (lambda: web.Response(text="hello"), errors.NotAHub),
        (lambda: web.json_response({"stored": "many"}), errors.NotAHub),
        (lambda: web.json_response({"stored": 2, "unchanged": 0}, status=302), errors.NotAHub),
    ],
)
async def test_each_failure_has_its_name(session, server, answer, error):
    hub = await server(lambda _request: answer())
    with pytest.raises(errors.HubError) as caught:
        await HubClient(session, hub.address, "secret").send(SMALL)
    assert type(caught.value) is error
    assert caught.value.sentence


async def test_readings_are_sent_as_the_wire_has_them(session, server):
    hub = await server(lambda _request: web.json_response({"stored": 2, "unchanged": 0}))
    assert await HubClient(session, hub.address, "secret").send(SMALL) == Receipt(2, 0)
    assert hub.asked.headers["Authorization"] == "Bearer secret"
    assert hub.asked["body"] == (
        b'{"blocks":[{"channel":"grid_import","start":"2026-06-10T00:00:00Z","step":900,"rev":0,'
        b'"quality":"measured","wh":[12,null,13]}]}'
    )
    assert hub.asked.path == "/api/v1/readings"


async def test_long_requests_are_packed(session, server):
    hub = await server(lambda _request: web.json_response({"stored": 672, "unchanged": 0}))
    await HubClient(session, hub.address, "secret").send(LARGE)
    assert hub.asked.headers["Content-Encoding"] == "gzip"
    assert int(hub.asked.headers["Content-Length"]) < 200


async def test_a_hub_behind_a_path_is_found(session, server):
    hub = await server(lambda _request: web.json_response(ME))
    assert (await HubClient(session, f"{hub.address}/sceop", "secret").me()).standing == "active"
    assert hub.asked.path == "/sceop/api/v1/me"


@pytest.mark.parametrize(
    "nonsense", [{}, ME | {"state": "asleep"}, ME | {"fewest_homes": "some"}, ME | {"agreed_fewest": None}]
)
async def test_a_nonsense_standing_is_no_standing(session, server, nonsense):
    hub = await server(lambda _request: web.json_response(nonsense))
    with pytest.raises(errors.NotAHub):
        await HubClient(session, hub.address, "secret").me()


@pytest.mark.parametrize("nonsense", [{}, {"token": ""}, {"token": 5}])
async def test_a_nonsense_token_is_no_token(session, server, nonsense):
    hub = await server(lambda _request: web.json_response(nonsense))
    with pytest.raises(errors.NotAHub):
        await HubClient(session, hub.address, "secret").renew()


async def test_nobody_there(session):
    with pytest.raises(errors.HubUnreachable, match=r"127\.0\.0\.1"):
        await HubClient(session, "http://127.0.0.1:1").health()


async def test_a_nonsense_welcome_is_no_membership(session, server):
    hub = await server(lambda _request: web.json_response({"household": "1"}))
    with pytest.raises(errors.NotAHub):
        await HubClient(session, hub.address).join(Joining("A", "b", "c", "d", "UTC", "0.1.0"), START)


async def test_clocks_two_minutes_apart_are_fine(session, hub):
    hub.clock = lambda: START
    client = HubClient(session, hub.address)
    for apart in (timedelta(minutes=2), timedelta(minutes=-2)):
        assert (await client.check(START + apart)).community == "Mill Street"
    for apart in (timedelta(seconds=121), timedelta(hours=-1)):
        with pytest.raises(errors.ClockApart) as caught:
            await client.check(START + apart)
        assert caught.value.apart == apart


async def test_the_live_line_tells_why_it_does_not_open(session, server, hub):
    with pytest.raises(errors.TokenRefused):
        async with HubClient(session, hub.address, "wrong").live():
            pass
    elsewhere = await server(lambda _request: web.Response(status=404))
    with pytest.raises(errors.HubUnreachable, match="404"):
        async with HubClient(session, elsewhere.address, "secret").live():
            pass
    with pytest.raises(errors.HubUnreachable):
        async with HubClient(session, "http://127.0.0.1:1", "secret").live():
            pass


async def test_a_community_is_called_by_one_short_line(session, hub):
    hub.community = "Mill\n\n**Street**\t" + "x" * 100
    hub.health = {"id": 7}
    hub.invites = {"A"}
    client = HubClient(session, hub.address)
    health = await client.health()
    assert health.community == "Mill **Street** " + "x" * 64
    assert health.hub_id == "7"
    joined = await client.join(Joining("A", "b", "c", "d", "UTC", "0.1.0"), START)
    assert joined.community == health.community


async def test_a_certificate_is_believed_by_its_fingerprint_alone(session, hub, tmp_path):
    await hub.close()
    hub.ssl, pin = self_signed(tmp_path)
    await hub.open()
    assert (await HubClient(session, hub.address, pin=pin).health()).community == "Mill Street"
    with pytest.raises(errors.CertificateChanged):
        await HubClient(session, hub.address, pin="ab" * 32).health()
    with pytest.raises(errors.CertificateChanged):
        async with HubClient(session, hub.address, "secret", "ab" * 32).live():
            pass
