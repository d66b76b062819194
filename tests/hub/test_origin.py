"""Where a visitor comes from: a proxy that was named is believed, and nobody else."""

from contextlib import asynccontextmanager
from ipaddress import ip_network

import pytest
from aiohttp import ClientSession, web

from sceop_hub.auth.origin import forwarded, remote, scheme
from sceop_hub.hub import HUB
from tests.hub.harness import running, settings


@asynccontextmanager
async def asking(tmp_path, *proxies):
    """A hub that says back where it thinks that a request comes from."""
    told = settings(tmp_path, proxy_from=tuple(ip_network(proxy) for proxy in proxies))
    async with running(told) as hub:
        app = web.Application()
        app[HUB] = hub.hub

        async def say(request):
            return web.json_response([remote(request), scheme(request), forwarded(request)])

        app.router.add_get("/", say)
        runner = web.AppRunner(app)
        await runner.setup()
        try:
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            async with ClientSession(f"http://127.0.0.1:{runner.addresses[0][1]}") as session:

                async def ask(*headers):
                    async with session.get("/", headers=list(headers)) as answer:
                        return await answer.json()

                yield ask
        finally:
            await runner.cleanup()


FOR, PROTO = "X-Forwarded-For", "X-Forwarded-Proto"


async def test_without_named_proxies_nobody_is_believed(tmp_path):
    async with asking(tmp_path) as ask:
        assert await ask() == ["127.0.0.1", "http", False]
        assert await ask((FOR, "203.0.113.9"), (PROTO, "https")) == ["127.0.0.1", "http", True]


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ([], "127.0.0.1"),
        (["203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1, 203.0.113.9"], "203.0.113.9"),
        (["198.51.100.1", "203.0.113.9"], "203.0.113.9"),
        (["203.0.113.9, 10.0.0.7"], "203.0.113.9"),
        (["10.0.0.7"], "10.0.0.7"),
        (["not an address"], "127.0.0.1"),
        (["203.0.113.9, nonsense"], "127.0.0.1"),
        (["2001:db8::1"], "2001:db8::1"),
        ([""], "127.0.0.1"),
    ],
)
async def test_a_named_proxy_is_believed_from_the_last_word_backwards(tmp_path, told, expected):
    async with asking(tmp_path, "127.0.0.1", "10.0.0.0/24") as ask:
        assert (await ask(*((FOR, line) for line in told)))[0] == expected


@pytest.mark.parametrize(
    ("told", "expected"), [("https", "https"), ("HTTPS, http", "https"), ("gopher", "http"), ("", "http")]
)
async def test_a_named_proxy_tells_whether_the_visitors_way_was_private(tmp_path, told, expected):
    async with asking(tmp_path, "127.0.0.1") as ask:
        assert (await ask((PROTO, told)))[1] == expected


@pytest.mark.parametrize("header", ["Forwarded", "X-Forwarded-Host", "X-Real-IP", "Via"])
async def test_what_somebody_passed_on_is_nobodys_at_this_machine(tmp_path, header):
    async with asking(tmp_path) as ask:
        assert (await ask((header, "anything")))[2] is True
