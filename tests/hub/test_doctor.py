"""The doctor finds what is wrong, says what to do, and finds nothing in a healthy hub."""

import asyncio
import os
import socket
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from sceop_hub import doctor, listening, reach, tls
from sceop_hub.app import build
from sceop_hub.backup.make import make
from sceop_hub.hub import HUB
from sceop_hub.server import doors_open
from sceop_hub.store import database
from sceop_hub.words import speaker, words
from tests.certificates import pair
from tests.hub.harness import NOON, Clock, block, running, settings
from tests.hub.test_command_line import process, told
from tests.hub.test_server import pause

say = speaker("en")


@pytest.fixture(autouse=True)
def _as_the_hub_writes():
    """Let files be the owner's alone, as the command line does."""
    before = os.umask(0o077)
    yield
    os.umask(before)


def verdicts(findings):
    for one in findings:
        assert say(one.title)
        assert say(one.sentence, **one.facts)
    return {one.check: (one.verdict, one.word) for one in findings}


async def healthy(data, hub):
    await hub.invite()
    token = await hub.join()
    await hub.send(token, block())
    make(data, "nightly", NOON)
    return settings(data, port=int(hub.url.rpartition(":")[2]))


async def examined(told, at=NOON):
    return verdicts(await asyncio.to_thread(doctor.examine, told, at))


async def test_a_healthy_hub_has_nothing(tmp_path):
    async with running(settings(tmp_path)) as hub:
        found = await examined(await healthy(tmp_path, hub))
    assert {verdict for verdict, _ in found.values()} == {"ok"}
    assert found["port"] == ("ok", "fine")
    assert found["backup"] == ("ok", "open")


async def test_it_finds_a_damaged_database(tmp_path):
    async with running(settings(tmp_path)) as hub:
        told = await healthy(tmp_path, hub)
    file = tmp_path / database.FILE
    content = bytearray(file.read_bytes())
    content[4096 * 3 : 4096 * 9] = b"\x55" * 4096 * 6
    file.write_bytes(content)
    assert (await examined(told))["integrity"] == ("wrong", "damaged")


async def test_it_finds_a_clock_that_went_back_or_was_never_set(tmp_path):
    async with running(settings(tmp_path)) as hub:
        told = await healthy(tmp_path, hub)
        assert (await examined(told, NOON - timedelta(days=1)))["clock"] == ("wrong", "back")
        assert (await examined(told, datetime(1970, 1, 1, tzinfo=UTC)))["clock"] == ("wrong", "unset")


async def test_it_finds_an_overdue_backup_and_a_missing_one(tmp_path):
    async with running(settings(tmp_path)) as hub:
        told = await healthy(tmp_path, hub)
        assert (await examined(told, NOON + timedelta(hours=37)))["backup"] == ("warning", "overdue")
        for file in (tmp_path / "backups").glob("*.backup"):
            file.unlink()
        assert (await examined(told))["backup"] == ("warning", "none")


async def test_it_finds_files_that_others_can_read(tmp_path):
    async with running(settings(tmp_path)) as hub:
        told = await healthy(tmp_path, hub)
        copy = tmp_path / "copy of hub.db"
        copy.write_bytes(b"")
        copy.chmod(0o644)
        assert (await examined(told))["private"] == ("warning", "open")


OTHERS = [b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}", b"SSH-2.0-other\r\n"]


@pytest.mark.parametrize("said", OTHERS, ids=["another server", "no server of pages"])
async def test_it_finds_who_else_sits_on_the_port(tmp_path, said):
    async with running(settings(tmp_path)) as hub:
        told = await healthy(tmp_path, hub)
    assert (await examined(told))["port"] == ("warning", "silent")
    with socket.create_server(("127.0.0.1", 0)) as other:
        other.settimeout(5)

        def answer():
            visitor, _ = other.accept()
            with visitor:
                visitor.recv(1000)
                visitor.sendall(said)

        answering = threading.Thread(target=answer)
        answering.start()
        strange = settings(tmp_path, port=other.getsockname()[1])
        assert (await examined(strange))["port"] == ("wrong", "strange")
        answering.join()


@pytest.mark.parametrize(
    ("days", "expected"), [(90, ("ok", "pinned")), (5, ("warning", "soon")), (-1, ("wrong", "ended"))]
)
async def test_it_looks_at_the_certificate(tmp_path, days, expected):
    certificate, key = pair(tmp_path, days=days)
    told = settings(tmp_path, tls_certificate=certificate, tls_key=key)
    assert (await examined(told, datetime.now(UTC)))["certificate"] == expected


async def test_it_finds_a_disk_without_room(tmp_path, monkeypatch):
    database.open_for_writing(tmp_path).close()
    for free, expected in ((50 * 2**20, ("wrong", "full")), (100 * 2**20, ("warning", "low")), (2**33, ("ok", "fine"))):
        monkeypatch.setattr("shutil.disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        assert (await examined(settings(tmp_path)))["space"] == expected


async def test_it_finds_a_database_from_another_version(tmp_path):
    database.open_for_writing(tmp_path).close()
    known = database.newest_schema()
    for schema, expected in ((known + 1, ("wrong", "newer")), (known - 1, ("warning", "older"))):
        with closing(sqlite3.connect(tmp_path / database.FILE)) as books:
            books.execute(f"PRAGMA user_version = {schema}")
        assert (await examined(settings(tmp_path)))["schema"] == expected


async def test_a_folder_that_is_not_there(tmp_path):
    assert await examined(settings(tmp_path / "none")) == {"folder": ("wrong", "missing")}


def test_the_command_prints_a_line_for_each_and_fails_when_something_is_wrong(tmp_path):
    database.open_for_writing(tmp_path).close()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sceop_hub", "doctor", "--data", tmp_path, "--port", str(port)]
    said = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert "Database: Every page of the database is in order." in said.stdout
    assert f"Nobody answers at port {port}" in said.stdout
    (tmp_path / database.FILE).write_bytes(b"no database" * 1000)
    assert subprocess.run(command, capture_output=True, check=False).returncode == 1


async def test_it_asks_the_running_hub_wherever_that_listens(tmp_path):
    certificate, key = pair(tmp_path)
    flags = ("--tls-certificate", certificate, "--tls-key", key)
    async with process("serve", "--data", tmp_path, "--host", "0.0.0.0", "--port", 0, *flags) as child:
        port = await told(child, r"serves https://.*:([0-9]+)")
        async with process("doctor", "--data", tmp_path) as doctors:
            said, _ = await doctors.communicate()
        assert f"A hub answers at port {port}." in said.decode()
        child.terminate()
        assert await child.wait() == 0
    assert listening.where(tmp_path) is None


def test_every_sentence_of_the_doctor_is_one_that_somebody_says():
    families = {key for key in words("en") if key.startswith(("doctor.", "reach.")) and not key.endswith(".title")}
    for module in (doctor, reach):
        source = Path(module.__file__).read_text(encoding="utf-8")
        family = module.__name__.rpartition(".")[2]
        for key in families:
            if key.startswith(f"{family}.") and not key.startswith("doctor.verdict."):
                word = key.removesuffix(".one").removesuffix(".other").rpartition(".")[2]
                assert f'"{word}"' in source, key


async def test_a_hub_reaches_itself(tmp_path):
    async with running(settings(tmp_path)) as hub:
        found = verdicts(await reach.reach(hub.url, hub.hub.id))
        assert found == {"name": ("warning", "alone"), "hub": ("ok", "fine")}
        assert verdicts(await reach.reach(hub.url, "another"))["hub"] == ("wrong", "another")
    assert verdicts(await reach.reach(hub.url, hub.hub.id))["hub"] == ("wrong", "silent")


@pytest.mark.parametrize(
    ("address", "expected"), [("127.0.0.1", "alone"), ("[::1]", "alone"), ("192.168.1.20", "fine")]
)
async def test_an_address_that_no_other_machine_reaches_is_told(address, expected):
    assert verdicts(await reach.reach(f"http://{address}:1", "id"))["name"][1] == expected


@pytest.mark.parametrize(
    ("address", "check", "expected"),
    [
        ("hub.example.org", "name", "nonsense"),
        ("http://[broken", "name", "nonsense"),
        ("http://no-such-name.invalid", "name", "unknown"),
        ("http://93.184.215.14", "certificate", "plain"),
        ("https://127.0.0.1:1", "certificate", "closed"),
    ],
)
async def test_an_address_that_leads_nowhere_is_told(address, check, expected):
    assert verdicts(await reach.reach(address, "id"))[check] == ("wrong", expected)


async def test_it_reaches_itself_by_the_certificate_that_invites_carry_and_no_other(tmp_path):
    certificate, key = pair(tmp_path)
    told = settings(tmp_path / "data", tls_certificate=certificate, tls_key=key)
    app = build(told, Clock(), pause)
    sock = socket.create_server(("127.0.0.1", 0))
    address = f"https://127.0.0.1:{sock.getsockname()[1]}"
    async with doors_open(app, [sock], tls.context(told, datetime.now(UTC))):
        hub_id, pinned = app[HUB].id, tls.certificate_sha256(told)
        assert verdicts(await reach.reach(address, hub_id, pinned)) == {
            "name": ("warning", "alone"),
            "certificate": ("ok", "pinned"),
            "hub": ("ok", "fine"),
        }
        assert verdicts(await reach.reach(address, hub_id))["certificate"] == ("wrong", "refused")
        assert verdicts(await reach.reach(address, hub_id, "00" * 32))["certificate"] == ("wrong", "another")


async def test_plain_http_where_tls_was_promised_is_told(tmp_path):
    async with running(settings(tmp_path)) as hub:
        address = hub.url.replace("http:", "https:")
        assert verdicts(await reach.reach(address, hub.hub.id))["certificate"] == ("wrong", "no_tls")
