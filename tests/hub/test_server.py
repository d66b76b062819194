"""The server under strain: crowds, slow visitors, floods, bodies that swell, and a stop in the middle of it all."""

import asyncio
import contextlib
import gzip
import io
import json
import re
import resource
import signal
import socket
import threading
import zlib
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from aiohttp import ClientSession, TCPConnector, web

from sceop_hub import tls
from sceop_hub.api import envelope
from sceop_hub.app import build, utc_now
from sceop_hub.backup.backups import BACKUPS
from sceop_hub.hub import HUB
from sceop_hub.metrics import METRICS
from sceop_hub.server import ListenError, doors_open, serve
from tests.certificates import pair
from tests.hub.harness import Clock, block, settings
from tests.hub.test_command_line import join, process, serving, told


@asynccontextmanager
async def crowded(told_settings, most):
    """A hub with room for few connections."""
    app = build(told_settings, Clock(), pause)
    sock = socket.create_server(("127.0.0.1", 0))
    port = sock.getsockname()[1]
    async with doors_open(app, [sock], most=most):
        yield app, port


async def pause():
    await asyncio.sleep(0.005)


@asynccontextmanager
async def connected(port):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        yield reader, writer
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


HEALTH = b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n"


async def healthy(reader, writer):
    writer.write(HEALTH)
    return await reader.readline() == b"HTTP/1.1 200 OK\r\n"


async def test_a_crowd_of_silent_visitors_shuts_nobody_out(tmp_path):
    async with crowded(settings(tmp_path), most=50) as (_, port), contextlib.AsyncExitStack() as crowd:
        first = await crowd.enter_async_context(connected(port))
        for _ in range(200):
            await crowd.enter_async_context(connected(port))
        async with connected(port) as late:
            assert await healthy(*late)
        assert await first[0].read() == b"", "the first to be silent went first"


async def test_who_is_being_answered_is_not_sent_away_for_others(tmp_path):
    async with crowded(settings(tmp_path), most=20) as (_, port), contextlib.AsyncExitStack() as crowd:
        streams = [await crowd.enter_async_context(connected(port)) for _ in range(5)]
        for reader, writer in streams:
            writer.write(b"GET /now/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        for _ in range(60):
            await crowd.enter_async_context(connected(port))
        for reader, _ in streams:
            assert not reader.at_eof()


async def test_when_all_are_being_answered_a_newcomer_is_told_to_come_again(tmp_path):
    async with crowded(settings(tmp_path), most=16) as (_, port), contextlib.AsyncExitStack() as crowd:
        for _ in range(16):
            reader, writer = await crowd.enter_async_context(connected(port))
            writer.write(b"GET /now/events HTTP/1.1\r\nHost: localhost\r\n\r\n")
            assert await reader.readline() == b"HTTP/1.1 200 OK\r\n"
        async with connected(port) as (reader, _):
            answer = await reader.read()
        assert answer.startswith(b"HTTP/1.1 503 ")
        assert b"Retry-After: 60" in answer


async def test_a_thousand_connections_to_a_real_hub_and_it_answers(tmp_path):
    async with serving(tmp_path) as (_, session), contextlib.AsyncExitStack() as crowd:
        port = session._base_url.port
        for _ in range(20):
            await asyncio.gather(*(crowd.enter_async_context(connected(port)) for _ in range(50)))
        async with connected(port) as late:
            assert await healthy(*late)


async def test_a_hub_that_may_open_few_files_still_answers_a_crowd(tmp_path):
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    async with process("serve", "--data", tmp_path, "--port", 0) as child:
        resource.prlimit(child.pid, resource.RLIMIT_NOFILE, (300, 300))
        port = int(await told(child, r"serves http://\S+:(\d+)"))
        async with contextlib.AsyncExitStack() as crowd:
            for _ in range(400):
                await crowd.enter_async_context(connected(port))
            async with connected(port) as late:
                assert await healthy(*late)
    assert resource.getrlimit(resource.RLIMIT_NOFILE) == (soft, hard)


async def test_a_body_that_trickles_in_is_given_up_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(envelope, "LOOK_EVERY_SECONDS", 0.1)
    async with crowded(settings(tmp_path), most=50) as (_, port), connected(port) as (reader, writer):
        writer.write(
            b"POST /api/v1/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{"
        )
        async with asyncio.timeout(10):
            answer = await reader.readuntil(b"}")
        assert answer.startswith(b"HTTP/1.1 408 ")
        assert b"came too slowly" in answer


async def test_a_body_that_comes_slowly_but_comes_is_taken(tmp_path, monkeypatch):
    monkeypatch.setattr(envelope, "LOOK_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(envelope, "SLOWEST", 20)
    looks: asyncio.Queue[None] = asyncio.Queue()

    class Watch(envelope._Watch):
        def __init__(self, request):
            super().__init__(request)
            looks.put_nowait(None)

        def _look(self):
            super()._look()
            looks.put_nowait(None)

    monkeypatch.setattr(envelope, "_Watch", Watch)
    async with crowded(settings(tmp_path), most=50) as (_, port), connected(port) as (reader, writer):
        body = b'{"code": "' + b"x" * 200 + b'"}'
        head = f"POST /api/v1/join HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(body)}"
        writer.write(f"{head}\r\n\r\n".encode())
        async with asyncio.timeout(20):
            for start in range(0, 160, 40):
                await looks.get()
                writer.write(body[start : start + 40])
            writer.write(body[160:])
            assert (await reader.readline()).startswith(b"HTTP/1.1 422 ")


def bomb(size):
    packing = zlib.compressobj(9, wbits=31)
    packed = b"".join(packing.compress(b" " * 2**20) for _ in range(size // 2**20))
    return packed + packing.flush()


def memory(child):
    status = Path(f"/proc/{child.pid}/status").read_text(encoding="utf-8")
    return int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024


@pytest.mark.parametrize("packed", [True, False], ids=["a gzip bomb", "plain"])
async def test_a_body_of_many_megabytes_is_refused_and_never_held(tmp_path, packed):
    async with serving(tmp_path) as (child, session):
        headers = await join(session, tmp_path)
        before = memory(child)
        body = bomb(256 * 2**20) if packed else b" " * (50 * 2**20)
        more = {"Content-Encoding": "gzip"} if packed else {}
        headers |= {"Content-Type": "application/json"} | more
        async with session.post("/api/v1/readings", data=io.BytesIO(body), headers=headers) as answer:
            assert answer.status == 413
            assert "at most 1048576 bytes, unpacked" in (await answer.json(content_type=None))["detail"]
        assert memory(child) - before < 20 * 2**20
        async with session.get("/healthz") as answer:
            assert answer.ok


async def test_garbage_leaves_no_trace_in_the_log(tmp_path):
    async with serving(tmp_path) as (child, session):
        headers = await join(session, tmp_path)
        headers |= {"Content-Encoding": "gzip", "Content-Type": "application/json"}
        for body in (b"no gzip", gzip.compress(b"{}" * 1000)[:50], b"\x1f\x8b"):
            async with session.post("/api/v1/readings", data=body, headers=headers) as answer:
                assert answer.status == 422
        for garbage in (
            b"\x16\x03\x01\x02\x00\x01",
            b"GET / HTTP/9.9\r\n\r\n",
            b"\0" * 100,
            b"A" * 20_000 + b"\r\n\r\n",
        ):
            async with connected(session._base_url.port) as (reader, writer):
                writer.write(garbage)
                writer.write_eof()
                with contextlib.suppress(OSError):
                    await reader.read()
        async with session.get("/healthz") as answer:
            assert answer.ok
        child.send_signal(signal.SIGTERM)
        said = (await child.stderr.read()).decode()
    assert "The hub stops" in said
    assert [line for line in said.splitlines() if "The hub stops" not in line] == []


async def test_a_flood_of_refusals_does_not_flood_the_log(tmp_path):
    async with serving(tmp_path) as (child, session):
        for number in range(300):
            async with session.get(f"/nothing/{number}") as answer:
                assert answer.status == 404
        child.send_signal(signal.SIGTERM)
        said = (await child.stderr.read()).decode()
    assert len(said.splitlines()) < 5


async def test_whoever_looks_into_a_problem_is_told_of_each_request_and_no_secret(tmp_path):
    async with serving(tmp_path, "--log-level", "debug", "--log-format", "json") as (child, session):
        headers = await join(session, tmp_path)
        async with session.post("/api/v1/readings", json={"blocks": [block(wh=[7654])]}, headers=headers) as answer:
            name = answer.headers["X-Request-Id"]
        child.send_signal(signal.SIGTERM)
        said = (await child.stderr.read()).decode()
    (event,) = [one for line in said.splitlines() if (one := json.loads(line)).get("request") == name]
    assert (event["route"], event["method"], event["status"]) == ("/api/v1/readings", "POST", 200)
    assert headers["Authorization"].split()[1] not in said
    assert "7654" not in said


async def test_every_answer_has_a_name_of_its_own_and_says_no_version(tmp_path):
    async with crowded(settings(tmp_path), most=50) as (_, port), ClientSession(f"http://127.0.0.1:{port}") as session:
        names = set()
        for path in ("/healthz", "/nothing", "/api/v1/community", "/static/x"):
            async with session.get(path) as answer:
                names.add(answer.headers["X-Request-Id"])
                assert answer.headers["Server"] == "sceop-hub"
        assert len(names) == 4


async def test_a_trick_with_the_path_finds_no_file(tmp_path):
    async with crowded(settings(tmp_path), most=50) as (_, port):
        for path in (
            "/static/../settings.py",
            "/static/..%2f..%2fsettings.py",
            "/static/%2e%2e/%2e%2e/settings.py",
            "/static//etc/passwd",
            "/static/....//settings.py",
            "/static/sceop.css%00.py",
            "/../../etc/passwd",
        ):
            async with connected(port) as (reader, writer):
                writer.write(f"GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
                answer = await reader.read()
            assert answer.split()[1] in {b"404", b"403", b"400"}, path
            assert b"SettingsError" not in answer
            assert b"root:" not in answer


async def test_what_was_accepted_is_answered_and_all_let_go_when_it_stops(tmp_path):
    async with serving(tmp_path) as (child, session), contextlib.AsyncExitStack() as held:
        headers = await join(session, tmp_path)
        port = session._base_url.port
        page = await held.enter_async_context(session.get("/now/events"))
        await page.content.readline()
        line = await held.enter_async_context(session.ws_connect("/api/v1/live", headers=headers))
        slow = await held.enter_async_context(connected(port))
        slow[1].write(b"POST /api/v1/join HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{")
        silent = await held.enter_async_context(connected(port))
        posts = [asyncio.create_task(answered(session, headers, f"load.n{number}")) for number in range(50)]
        assert (await posts[0])[0] == 200
        child.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(child.wait(), 30) == 0
        assert (await line.receive()).type in {web.WSMsgType.CLOSE, web.WSMsgType.CLOSED}
        assert await silent[0].read() == b""
        kept = {name for status, name in await asyncio.gather(*posts) if status == 200}
    async with serving(tmp_path) as (_, session):
        for name in kept:
            again = await answered(session, headers, name)
            assert again == (200, name)


async def answered(session, headers, name):
    try:
        async with session.post("/api/v1/readings", json={"blocks": [block(name)]}, headers=headers) as answer:
            return answer.status, name
    except OSError:
        return 0, name


async def test_it_serves_tls_and_keeps_a_plain_way_for_ingress(tmp_path):
    certificate, key = pair(tmp_path)
    more = ("--tls-certificate", certificate, "--tls-key", key, "--ingress-port", 0)
    async with process("serve", "--data", tmp_path / "data", "--port", 0, *more) as child:
        secure = await told(child, r"serves (https://\S+)")
        async with (
            ClientSession(connector=TCPConnector(ssl=False)) as session,
            session.get(f"{secure}/healthz") as answer,
        ):
            assert answer.ok


async def test_both_ports_are_the_same_hub(tmp_path):
    certificate, key = pair(tmp_path)
    say = settings(tmp_path / "data", tls_certificate=certificate, tls_key=key)
    app = build(say, Clock(), pause)
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
    secure, plain = (sock.getsockname()[1] for sock in sockets)
    async with doors_open(app, sockets, tls.context(say, utc_now())) as names, ClientSession() as session:
        assert [name.partition(":")[0] for name in names] == ["https", "http"]
        ids = set()
        for url in (f"https://127.0.0.1:{secure}", f"http://127.0.0.1:{plain}"):
            async with session.get(f"{url}/healthz", ssl=False) as answer:
                ids.add((await answer.json())["id"])
        assert ids == {app[HUB].id}


@pytest.mark.parametrize("said", [["--tls-certificate", "none.pem", "--tls-key", "none.pem"]])
async def test_a_certificate_that_is_not_there_is_a_sentence_and_exit_code_two(tmp_path, said):
    async with process("serve", "--data", tmp_path / "data", "--port", 0, *said) as child:
        _, complaint = await child.communicate()
    assert child.returncode == 2
    assert "The certificate none.pem can not be read" in complaint.decode()
    assert not (tmp_path / "data").exists()


async def test_an_unknown_option_is_told_at_the_start(tmp_path):
    file = tmp_path / "options.json"
    file.write_text(json.dumps({"color": "Typo"}))
    async with process("serve", "--data", tmp_path / "data", "--port", 0, "--options", file) as child:
        assert await told(child, r"The option ('color')")


async def test_a_log_for_programs_is_json_line_by_line(tmp_path):
    async with process("serve", "--data", tmp_path, "--port", 0, "--log-format", "json") as child:
        await told(child, r"(serves)")
        child.send_signal(signal.SIGTERM)
        lines = (await child.stderr.read()).decode().splitlines()
    assert [json.loads(line)["event"] for line in lines] == ["The hub stops"]


async def test_a_hub_restores_a_backup_by_starting_again_on_the_same_port(tmp_path, monkeypatch):
    built, lives = [], asyncio.Queue()

    def building(*given, **more):
        app = build(*given, **more)
        app.on_startup.append(started)
        built.append(more["restart"])
        return app

    async def started(app):
        lives.put_nowait(app)

    monkeypatch.setattr("sceop_hub.server.build", building)
    port = free_port()
    serving_it = asyncio.create_task(serve(settings(tmp_path, port=port)))
    async with asyncio.timeout(30), ClientSession(f"http://127.0.0.1:{port}") as session:
        first = await lives.get()
        made = await first[BACKUPS].make()
        await first[HUB].store.write(lambda books: books.execute("CREATE TABLE after_the_backup (x)"))
        await first[BACKUPS].stage(made.path, None, even_if_newer=True, who="somebody")
        built[0]()
        second = await lives.get()
        async with session.get("/readyz") as answer:
            assert answer.ok
        tables = await second[HUB].store.read(
            lambda books: books.execute("SELECT name FROM sqlite_schema WHERE name = 'after_the_backup'").fetchall()
        )
        assert tables == []
        assert second[HUB].id == first[HUB].id
        signal.raise_signal(signal.SIGTERM)
        await serving_it


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


async def test_a_taken_ingress_port_is_a_sentence(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        say = settings(tmp_path, ingress_port=taken.getsockname()[1])
        with pytest.raises(ListenError, match="is taken"):
            await serve(say)


async def test_metrics_count_what_was_asked_and_tell_nothing_of_a_home(tmp_path):
    async with (
        crowded(settings(tmp_path), most=50) as (app, port),
        ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        for _ in range(3):
            async with session.get("/healthz") as answer:
                assert answer.ok
        async with session.get("/metrics") as answer:
            assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
            text = await answer.text()
        assert 'sceop_requests_total{method="GET",route="/healthz",status="200"} 3\n' in text
        assert 'sceop_request_seconds_count{method="GET",route="/healthz"} 3\n' in text
        assert re.search(r"^sceop_commit_seconds_count [1-9]", text, re.MULTILINE)
        assert 'sceop_requests_under_way{route="/metrics"} 1\n' in text
        assert re.search(r"^sceop_disk_free_bytes \d+$", text, re.MULTILINE)
        assert "sceop_backup_age_seconds " not in text.replace("# HELP sceop_backup_age_seconds ", "").replace(
            "# TYPE sceop_backup_age_seconds ", ""
        )
        assert app[METRICS].text().endswith("\n")


async def test_a_path_that_a_visitor_makes_up_is_no_label(tmp_path):
    async with (
        crowded(settings(tmp_path), most=50) as (app, port),
        ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        for number in range(20):
            async with session.get(f"/made-up-{number}") as answer:
                assert answer.status == 404
        assert "made-up" not in app[METRICS].text()
        assert 'route="none",status="404"} 20' in app[METRICS].text()


async def test_a_store_that_does_not_answer_is_not_ready(tmp_path, monkeypatch):
    monkeypatch.setattr("sceop_hub.api.probes.PATIENCE_SECONDS", 0.05)
    async with (
        crowded(settings(tmp_path), most=50) as (app, port),
        ClientSession(f"http://127.0.0.1:{port}") as session,
    ):
        async with session.get("/readyz") as answer:
            assert (answer.status, await answer.json()) == (200, {"status": "ready"})
        held = threading.Event()
        busy = asyncio.create_task(app[HUB].store.write(lambda _: held.wait(20)))
        try:
            async with session.get("/readyz") as answer:
                assert answer.status == 503
                assert "does not answer" in (await answer.json(content_type=None))["detail"]
        finally:
            held.set()
            await busy
