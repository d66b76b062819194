"""Being found: the Supervisor is told once and keeps its word, and a hub by itself is seen in the network."""

import asyncio
import errno
import json
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from zeroconf import IPVersion, ServiceStateChange
from zeroconf.asyncio import AsyncServiceBrowser, AsyncServiceInfo, AsyncZeroconf

from sceop_hub import discovery
from sceop_hub.settings import SupervisorAt
from tests.hub.harness import Clock, running, settings

TOKEN = "the app's token"


class Supervisor:
    """It takes announcements of an app that it knows, as the real one does."""

    def __init__(self):
        self.heard = []
        self.answers = []

    async def discovery(self, request):
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"
        self.heard.append(await request.json())
        status = self.answers.pop(0) if self.answers else 200
        return web.json_response({"result": "ok" if status == 200 else "error", "data": {"uuid": "1"}}, status=status)


@asynccontextmanager
async def supervising():
    supervisor = Supervisor()
    app = web.Application()
    app.router.add_post("/discovery", supervisor.discovery)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield supervisor, SupervisorAt(f"http://127.0.0.1:{runner.addresses[0][1]}", TOKEN)
    finally:
        await runner.cleanup()


async def no_pause():
    await asyncio.sleep(0)


async def tell(hub):
    await discovery.keep_telling(hub.hub, 8711, "sceop", no_pause)


async def test_the_supervisor_hears_where_the_hub_is_and_a_code_that_lets_one_home_in(tmp_path):
    async with supervising() as (supervisor, at), running(settings(tmp_path, supervisor=at)) as hub:
        await tell(hub)
        (said,) = supervisor.heard
        assert said["service"] == "sceop"
        config = said["config"]
        assert config.keys() == {"host", "port", "community", "id", "code"}
        assert (config["host"], config["port"], config["id"]) == ("sceop", 8711, hub.hub.id)
        assert (await hub.ask_to_join(code=config["code"])).status == 201
        assert (await hub.ask_to_join(code=config["code"])).problem == "invite-used"


async def test_a_restart_tells_the_same_and_after_the_home_came_in_no_code(tmp_path):
    async with supervising() as (supervisor, at):
        for _ in range(2):
            async with running(settings(tmp_path, supervisor=at)) as hub:
                await tell(hub)
        assert supervisor.heard[0] == supervisor.heard[1]
        async with running(settings(tmp_path, supervisor=at)) as hub:
            await hub.join(code=supervisor.heard[0]["config"]["code"])
            await tell(hub)
    assert "code" not in supervisor.heard[2]["config"]


async def test_a_code_that_expired_is_replaced(tmp_path):
    clock = Clock()
    async with supervising() as (supervisor, at), running(settings(tmp_path, supervisor=at), clock) as hub:
        await tell(hub)
        clock.pass_by(days=8)
        await tell(hub)
        first, second = (said["config"]["code"] for said in supervisor.heard)
        assert first != second
        assert (await hub.ask_to_join(code=second)).status == 201


async def test_a_supervisor_that_is_not_up_yet_is_told_again(tmp_path, caplog):
    async with supervising() as (supervisor, at), running(settings(tmp_path, supervisor=at)) as hub:
        supervisor.answers = [502, 503]
        await tell(hub)
        assert len(supervisor.heard) == 3
        assert supervisor.heard[0] == supervisor.heard[2]


@pytest.mark.parametrize("refusal", [400, 403])
async def test_a_supervisor_that_does_not_want_to_know_is_left_alone(tmp_path, refusal, caplog):
    async with supervising() as (supervisor, at), running(settings(tmp_path, supervisor=at)) as hub:
        supervisor.answers = [refusal]
        await tell(hub)
        assert len(supervisor.heard) == 1
        assert TOKEN not in caplog.text


async def test_the_code_lies_where_no_backup_takes_it_along(tmp_path):
    async with supervising() as (supervisor, at), running(settings(tmp_path, supervisor=at)) as hub:
        await tell(hub)
        code = supervisor.heard[0]["config"]["code"]
    holding = [file.relative_to(tmp_path) for file in tmp_path.rglob("*.json") if code in file.read_text()]
    assert [str(file) for file in holding] == ["keep/announced-code.json"]


async def test_a_hub_by_itself_is_found_in_the_network_and_gone_when_it_stops(tmp_path):
    seen = asyncio.Queue()

    def heard(zeroconf, service_type, name, state_change):
        if hub.hub.id in name:
            seen.put_nowait((name, state_change))

    async with running(settings(tmp_path)) as hub, asyncio.timeout(20):
        network = AsyncZeroconf(interfaces=["127.0.0.1"])
        browser = AsyncServiceBrowser(network.zeroconf, discovery.TYPE, handlers=[heard])
        try:
            async with discovery._in_the_network(discovery.service(hub.hub, 8710, ["127.0.0.1"])):
                name, change = await seen.get()
                assert change is ServiceStateChange.Added
                found = AsyncServiceInfo(discovery.TYPE, name)
                assert await found.async_request(network.zeroconf, 5000)
                assert found.port == 8710
                assert found.parsed_addresses(IPVersion.V4Only) == ["127.0.0.1"]
                assert found.decoded_properties == {
                    "id": hub.hub.id,
                    "tls": "0",
                    "path": "/",
                    "community": "Test community",
                }
            while (await seen.get())[1] is not ServiceStateChange.Removed:
                pass
        finally:
            await browser.async_cancel()
            await network.async_close()


@pytest.mark.parametrize(
    ("host", "found"),
    [("127.0.0.1", []), ("localhost", []), ("::1", []), ("192.168.1.20", ["192.168.1.20"]), ("no-such.invalid", [])],
)
def test_only_what_others_can_reach_is_announced(host, found):
    assert discovery.addresses_of(host) == found


def test_everywhere_is_every_address_but_the_machines_own():
    assert "127.0.0.1" not in discovery.addresses_of("0.0.0.0")


async def test_a_disk_that_fails_for_a_moment_does_not_end_the_telling(tmp_path, monkeypatch):
    async with supervising() as (supervisor, at), running(settings(tmp_path, supervisor=at)) as hub:
        with monkeypatch.context() as full:

            def no_room(*_given):
                full.undo()
                raise OSError(errno.ENOSPC, "No space left on device")

            full.setattr(discovery, "write_json", no_room)
            await tell(hub)
        assert len(supervisor.heard) == 1


async def test_whoever_wants_no_announcement_gets_none(tmp_path):
    async with (
        supervising() as (supervisor, at),
        running(settings(tmp_path, supervisor=at, announce=False)) as hub,
    ):
        before = asyncio.all_tasks()
        async with discovery.announced(hub.hub, 8710):
            assert not [task for task in asyncio.all_tasks() - before if "telling" in repr(task)]
    assert supervisor.heard == []


async def test_whoever_wants_one_has_it_told_for_as_long_as_the_hub_serves(tmp_path):
    async with supervising() as (_, at), running(settings(tmp_path, supervisor=at)) as hub:
        before = asyncio.all_tasks()
        async with discovery.announced(hub.hub, 8710):
            assert [task for task in asyncio.all_tasks() - before if "telling" in repr(task)]
        assert not [task for task in asyncio.all_tasks() - before if "telling" in repr(task)]


async def test_the_announcement_that_the_household_reads_is_json_of_plain_values(tmp_path):
    async with supervising() as (supervisor, at), running(settings(tmp_path, supervisor=at)) as hub:
        await tell(hub)
    assert all(isinstance(value, str | int) for value in supervisor.heard[0]["config"].values())
    assert json.dumps(supervisor.heard)
