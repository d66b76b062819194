"""The live wire: a household's power, in order, and nonsense answered rather than obeyed."""

import asyncio
import socket as sockets

import pytest
from aiohttp import ClientSession, WSCloseCode, WSMsgType, WSServerHandshakeError, web
from yarl import URL

from sceop_hub.api import live
from sceop_hub.api.limits import MESSAGES_AT_ONCE
from sceop_hub.api.live import CONNECTIONS
from sceop_hub.store import notices
from tests.hub.harness import running, settings


async def test_without_a_token_nobody_talks(hub):
    with pytest.raises(WSServerHandshakeError) as refused:
        async with hub.live("wrong"):
            pass
    assert refused.value.status == 401


@pytest.mark.parametrize(
    "nonsense",
    ["{", "[]", '{"type":"shout"}', '{"type":"power","at":"2026-11-20T12:00:00Z","w":{"grid_import":"much"}}'],
)
async def test_nonsense_is_answered_and_the_talk_goes_on(hub, nonsense):
    token = await hub.join()
    async with hub.live(token) as socket:
        await socket.send_str(nonsense)
        answer = await socket.receive_json()
        assert answer["type"] == "problem"
        assert "not understood" in answer["detail"]
    async with hub.drawing(token, {"grid_import": 5}):
        assert (await hub.figures())["members"]["reporting"] == 1


async def test_a_message_that_is_too_long_ends_the_talk(hub):
    token = await hub.join()
    async with hub.live(token) as socket:
        await socket.send_str("x" * 20_000)
        assert (await socket.receive()).type in {WSMsgType.CLOSE, WSMsgType.CLOSED, WSMsgType.ERROR}


async def test_a_household_has_one_line_and_a_second_takes_its_place(hub):
    token = await hub.join()
    async with hub.live(token) as first, hub.drawing(token, {"grid_import": 5}):
        message = await first.receive()
        assert (message.type, message.data) == (WSMsgType.CLOSE, WSCloseCode.POLICY_VIOLATION)
        assert (await hub.figures())["members"]["reporting"] == 1
        assert len(hub.app[CONNECTIONS]) == 1


async def test_who_talks_without_end_is_cut_off(hub):
    async with hub.live(await hub.join()) as socket:
        for _ in range(MESSAGES_AT_ONCE + 5):
            await socket.send_json({"type": "power", "at": "2026-11-20T12:00:00Z", "w": {"grid_import": 5}})
        message = await socket.receive()
        assert (message.type, message.data) == (WSMsgType.CLOSE, WSCloseCode.POLICY_VIOLATION)


async def test_a_line_on_which_nothing_is_said_is_closed(hub, monkeypatch):
    monkeypatch.setattr(live, "IDLE_SECONDS", 0.05)
    async with hub.live(await hub.join()) as socket:
        message = await socket.receive(timeout=10)
        assert (message.type, message.data) == (WSMsgType.CLOSE, WSCloseCode.POLICY_VIOLATION)


async def test_a_hub_that_goes_says_goodbye(tmp_path):
    async with ClientSession() as household:
        async with running(settings(tmp_path)) as hub:
            await hub.invite()
            headers = {"Authorization": f"Bearer {await hub.join()}"}
            socket = await household.ws_connect(f"{hub.url}/api/v1/live", headers=headers)
        message = await socket.receive()
        assert (message.type, message.data) == (WSMsgType.CLOSE, 1001)


async def test_who_takes_nothing_of_what_it_is_told_is_let_go_of(tmp_path, monkeypatch):
    monkeypatch.setattr(live, "TELLING_SECONDS", 0.05)
    monkeypatch.setattr(live, "IDLE_SECONDS", 0.05)
    ended = asyncio.Event()

    @web.middleware
    async def watched(request, handler):
        try:
            return await handler(request)
        finally:
            if request.path == "/api/v1/live":
                ended.set()

    async def narrow(request, _response):
        line = request.transport.get_extra_info("socket")
        line.setsockopt(sockets.SOL_SOCKET, sockets.SO_SNDBUF, 2048)
        request.transport.set_write_buffer_limits(2048)

    def change(app):
        app.middlewares.append(watched)
        app.on_response_prepare.append(narrow)

    async with running(settings(tmp_path), change=change) as hub:
        await hub.invite()
        token = await hub.join()
        for _ in range(20):
            text = "\N{OCTOPUS}" * 1000
            await hub.hub.store.write(lambda books, text=text: notices.add(books, hub.clock(), "test", "Works", text))
        url = URL(hub.url)
        with sockets.socket() as deaf:
            deaf.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 2048)
            deaf.connect((url.host, url.port))
            deaf.sendall(
                f"GET /api/v1/live HTTP/1.1\r\nHost: {url.host}\r\nAuthorization: Bearer {token}\r\n"
                "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
            )
            async with asyncio.timeout(20):
                await ended.wait()
            assert not hub.app[CONNECTIONS]
