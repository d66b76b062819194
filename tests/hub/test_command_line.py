"""The hub as a process: it starts, refuses with a sentence, stops when told, and loses nothing when killed."""

import asyncio
import contextlib
import json
import os
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import uuid
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession

from sceop_hub.__main__ import main
from sceop_hub.core.slots import from_number, to_number
from sceop_hub.store import database
from tests.hub.harness import block, join_request

HUB = [sys.executable, "-m", "sceop_hub"]


@asynccontextmanager
async def process(*arguments):
    child = await asyncio.create_subprocess_exec(
        *HUB, *map(str, arguments), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    try:
        yield child
    finally:
        with contextlib.suppress(ProcessLookupError):
            child.kill()
        await child.wait()


async def told(child, pattern):
    """Read the log until it says this."""
    async with asyncio.timeout(30):
        async for line in child.stderr:
            if found := re.search(pattern, line.decode()):
                return found[1]
    raise AssertionError(f"the hub ended without saying {pattern}")


@asynccontextmanager
async def serving(data, *more):
    async with process("serve", "--data", data, "--port", 0, *more) as child:
        url = await told(child, r"serves (http://[^\s\"]+)")
        async with ClientSession(url) as session:
            yield child, session


def invite(data):
    return subprocess.run([*HUB, "invite", "--data", data, "--uses", "50"], check=True, capture_output=True, text=True)


async def join(session, data):
    code = (await asyncio.to_thread(invite, data)).stdout.strip()
    async with session.post("/api/v1/join", json=join_request(code=code)) as answer:
        assert answer.status == 201
        return {"Authorization": f"Bearer {(await answer.json())['token']}"}


async def test_an_invite_is_made_while_the_hub_runs(tmp_path):
    async with serving(tmp_path) as (_, session):
        assert await join(session, tmp_path)


async def test_it_stops_when_told_with_pages_and_households_connected(tmp_path):
    async with serving(tmp_path) as (child, session):
        headers = await join(session, tmp_path)
        async with session.get("/now/events") as page, session.ws_connect("/api/v1/live", headers=headers):
            await page.content.readline()
            child.send_signal(signal.SIGTERM)
            assert await asyncio.wait_for(child.wait(), 10) == 0


async def test_a_taken_port_is_a_sentence_and_exit_code_two(tmp_path):
    async with (
        serving(tmp_path / "a") as (_, session),
        process("serve", "--data", tmp_path / "b", "--port", session._base_url.port) as second,
    ):
        _, said = await second.communicate()
        assert second.returncode == 2
        assert f"Port {session._base_url.port} is taken" in said.decode()
        assert "Traceback" not in said.decode()


async def test_data_that_can_not_be_opened_is_a_sentence(tmp_path):
    (tmp_path / "hub.db").write_text("this is no database, " * 100)
    async with process("serve", "--data", tmp_path, "--port", 0) as child:
        _, said = await child.communicate()
    assert child.returncode == 2
    assert "can not be used" in said.decode()
    assert "Traceback" not in said.decode()


async def test_a_second_hub_on_the_same_data_is_refused(tmp_path):
    async with serving(tmp_path), process("serve", "--data", tmp_path, "--port", 0) as second:
        _, said = await second.communicate()
    assert second.returncode == 2
    assert "Another hub runs on the data" in said.decode()


@pytest.mark.parametrize("host", ["203.0.113.5", "no-such-host.invalid"])
async def test_an_address_that_is_not_this_machines_is_a_sentence_and_leaves_the_data_alone(tmp_path, host):
    async with process("serve", "--data", tmp_path / "data", "--host", host) as child:
        _, said = await child.communicate()
    assert child.returncode == 2
    assert "can not listen on" in said.decode()
    assert not (tmp_path / "data").exists()


async def test_a_disk_that_is_full_from_the_start_is_a_sentence(tmp_path):
    def no_room():
        _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
        resource.setrlimit(resource.RLIMIT_FSIZE, (40_000, most))

    command = [*HUB, "serve", "--data", tmp_path, "--port", "0"]
    unmeasured = {name: value for name, value in os.environ.items() if not name.startswith("COVERAGE_")}
    said = await asyncio.to_thread(
        subprocess.run,
        command,
        preexec_fn=no_room,
        env=unmeasured,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert said.returncode == 2
    assert "can not be used" in said.stderr
    assert "Traceback" not in said.stderr


def test_an_invite_for_a_folder_without_a_hub_is_refused(tmp_path, capsys):
    assert main(["invite", "--data", str(tmp_path / "typo")]) == 2
    assert "No hub keeps its data" in capsys.readouterr().err
    assert not (tmp_path / "typo").exists()


async def test_a_full_disk_refuses_with_a_sentence_and_takes_up_again(tmp_path):
    async with serving(tmp_path) as (child, session):
        headers = await join(session, tmp_path)
        _, most = resource.prlimit(child.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (1, most))
        async with session.post("/api/v1/readings", json={"blocks": [block()]}, headers=headers) as answer:
            problem = await answer.json(content_type=None)
        assert (answer.status, problem["type"]) == (507, "urn:sceop:problem:storage")
        assert "Nothing of this request was kept" in problem["detail"]
        resource.prlimit(child.pid, resource.RLIMIT_FSIZE, (most, most))
        async with session.post("/api/v1/readings", json={"blocks": [block()]}, headers=headers) as answer:
            assert await answer.json() == {"stored": 2, "unchanged": 0}


async def test_what_was_acknowledged_survives_being_killed(tmp_path):
    first = to_number(from_number(1_980_000))
    acknowledged = []
    for life in range(3):
        async with serving(tmp_path) as (child, session):
            headers = await join(session, tmp_path)

            async def send(number, session=session, headers=headers, life=life):
                slot = first + number
                start = from_number(slot).isoformat().replace("+00:00", "Z")
                body = {"blocks": [block(f"load.life_{life}", start, [number])]}
                async with session.post("/api/v1/readings", json=body, headers=headers) as answer:
                    if answer.status == 200:
                        acknowledged.append((f"load.life_{life}", slot, number))
                        if len(acknowledged) % 40 == 20:
                            child.kill()

            await asyncio.gather(*(send(number) for number in range(200)), return_exceptions=True)
    assert len(acknowledged) >= 60
    with contextlib.closing(sqlite3.connect(tmp_path / "hub.db")) as books:
        rows = books.execute("SELECT name, slot, wh FROM reading JOIN channel ON channel.id = channel").fetchall()
        assert books.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert len(rows) == len(set(rows))
    assert set(acknowledged) <= set(rows)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["serve"], "where the hub keeps its data"),
        (["invite"], "where the hub keeps its data"),
        (["serve", "--data", "d", "--time-zone", "Nowhere"], "no time zone"),
    ],
)
def test_a_mistake_is_a_sentence_and_exit_code_two(arguments, sentence, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize("number", ["0", "-1", "many", "9" * 30])
def test_a_number_that_makes_no_sense_is_refused(capsys, number):
    with pytest.raises(SystemExit):
        main(["invite", "--data", "d", "--uses", number])
    assert "is not a number from 1 to" in capsys.readouterr().err


async def test_what_the_hub_keeps_is_for_its_owner_alone(tmp_path):
    async with serving(tmp_path):
        modes = {file.name: file.stat().st_mode & 0o077 for file in tmp_path.iterdir() if file.is_file()}
    assert modes == dict.fromkeys(("hub.db", "hub.db-wal", "hub.db-shm", "hub.lock"), 0)


def test_an_invite_is_printed_bare_for_scripts(tmp_path, capsys):
    database.open_for_writing(tmp_path).close()
    assert main(["invite", "--data", str(tmp_path), "--days", "7"]) == 0
    printed = capsys.readouterr()
    assert re.fullmatch(r"[A-Z2-9]{4}-[A-Z2-9]{4}\n", printed.out)
    assert "7 days" in printed.err


async def test_the_apps_options_are_read(tmp_path):
    file = tmp_path / "options.json"
    file.write_text(json.dumps({"community": "Mill Street", "time_zone": "Europe/Madrid", "log_level": "info"}))
    async with serving(tmp_path / "data", "--options", file) as (_, session), session.get("/healthz") as answer:
        assert (await answer.json())["community"] == "Mill Street"


async def test_a_join_that_is_repeated_over_a_restart_is_one_household(tmp_path):
    database.open_for_writing(tmp_path).close()
    code = (await asyncio.to_thread(invite, tmp_path)).stdout.strip()
    request = join_request(code=code, request=uuid.uuid4().hex)
    households = set()
    for _ in range(2):
        async with serving(tmp_path) as (child, session):
            async with session.post("/api/v1/join", json=request) as answer:
                households.add((await answer.json())["household"])
            child.kill()
    assert len(households) == 1
