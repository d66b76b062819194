"""Backups: a file that fits together, that tells when it does not, and that comes back."""

import asyncio
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing, suppress
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, strategies as st

from sceop_hub.__main__ import main
from sceop_hub.backup import folder, sealed
from sceop_hub.backup.make import BackupError, make
from sceop_hub.backup.restore import KEEP, RestoreError, finish, restored, stage
from sceop_hub.jobs.backup import due
from sceop_hub.store import database
from tests.hub.harness import NOON, block, running, settings

PASSPHRASE = "four words are easy"
NIGHT = datetime(2026, 11, 20, 1, 20, tzinfo=UTC)


def sealed_file(content, passphrase=None):
    target = io.BytesIO()
    sealed.write(target, {"made_at": "now"}, content, passphrase)
    return target.getvalue()


def opened(file, passphrase=None):
    source = io.BytesIO(file)
    return b"".join(sealed.read(source, sealed.read_header(source), passphrase))


@pytest.mark.parametrize("passphrase", [None, PASSPHRASE])
@pytest.mark.parametrize("size", [0, 1, sealed.PIECE, 3 * sealed.PIECE + 7])
def test_what_was_sealed_comes_out_again(size, passphrase):
    content = os.urandom(size)
    assert opened(sealed_file([content], passphrase), passphrase) == content


@given(st.data())
def test_a_change_of_any_byte_is_noticed(data):
    file = sealed_file([b"a database " * 100])
    where = data.draw(st.integers(0, len(file) - 1))
    other = data.draw(st.integers(1, 255))
    changed = file[:where] + bytes([file[where] ^ other]) + file[where + 1 :]
    with pytest.raises(sealed.DamagedError):
        opened(changed)


@given(st.data())
def test_a_file_that_was_cut_or_grew_is_noticed(data):
    file = sealed_file([os.urandom(2000)])
    end = data.draw(st.integers(0, len(file) - 1))
    with pytest.raises(sealed.DamagedError):
        opened(file[:end])
    with pytest.raises(sealed.DamagedError):
        opened(file + b"x")


def test_parts_that_change_places_are_noticed():
    content = os.urandom(sealed.PIECE * 3)
    file = bytearray(sealed_file([content], PASSPHRASE))
    start = file.index(b"\n", len(sealed.MAGIC)) + 1
    length = 4 + sealed.PIECE + 16
    one, two = file[start : start + length], file[start + length : start + 2 * length]
    file[start : start + 2 * length] = two + one
    with pytest.raises((sealed.DamagedError, sealed.PassphraseError)):
        opened(bytes(file), PASSPHRASE)


def test_a_wrong_passphrase_and_none_are_sentences():
    file = sealed_file([b"private"], PASSPHRASE)
    with pytest.raises(sealed.PassphraseError, match="does not open"):
        opened(file, "another four words")
    with pytest.raises(sealed.PassphraseError, match="is locked"):
        opened(file)


def test_an_encrypted_file_tells_nothing_of_its_content():
    assert b"private" not in sealed_file([b"private" * 1000], PASSPHRASE)


def test_a_changed_header_opens_nothing():
    file = sealed_file([b"private"], PASSPHRASE)
    with pytest.raises(sealed.PassphraseError):
        opened(file.replace(b'"made_at": "now"', b'"made_at": "NOW"'), PASSPHRASE)


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"", "no backup"),
        (b"SQLite format 3\0", "no backup"),
        (b"SCEOP backup 2\n{}\n", "newer version"),
        (b"SCEOP backup 1\n[]\n", "header is damaged"),
        (b"SCEOP backup 1\n" + b"x" * 100_000, "header is damaged"),
        (b'SCEOP backup 1\n{"lock": null}\n' + b"\xff" * 50, "impossible length"),
        (b'SCEOP backup 1\n{"lock": {"kdf": "scrypt", "n": 1073741824, "r": 8, "p": 1, "salt": ""}}\n1234', "Update"),
    ],
)
def test_what_is_no_backup_is_a_sentence(file, sentence):
    with pytest.raises(sealed.DamagedError, match=sentence):
        opened(file, PASSPHRASE)


async def one_home(hub, wh=(12, 13), start="2026-11-20T10:00:00Z"):
    token = await hub.join()
    assert (await hub.send(token, block(start=start, wh=wh))).status == 200
    return token


async def test_a_backup_made_while_the_hub_is_written_to_holds_one_moment(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        token = await one_home(hub)
        stop = asyncio.Event()

        async def keep_sending():
            number = 0
            while not stop.is_set():
                start = (NOON - timedelta(days=1, minutes=15 * number)).isoformat()
                assert (await hub.send(token, block(start=start, wh=[1]))).status == 200
                number += 1
            return number

        sending = asyncio.create_task(keep_sending())
        made = await asyncio.to_thread(make, tmp_path, "manual", NOON)
        stop.set()
        assert await sending > 0
        assert made.holds.hub == hub.hub.id
    target = tmp_path / "elsewhere"
    stage(made.path, target, None)
    finish(target)
    with closing(sqlite3.connect(target / database.FILE)) as books:
        assert books.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert books.execute("SELECT COUNT(*) FROM reading").fetchone() == (made.holds.readings,)
    assert made.newest == datetime(2026, 11, 20, 10, 30, tzinfo=UTC)


async def test_last_nights_backup_comes_back_in_a_bare_folder_and_the_home_goes_on(tmp_path):
    async with running(settings(tmp_path / "old")) as hub:
        await hub.invite()
        token = await one_home(hub)
        identity = hub.hub.id
        made = make(tmp_path / "old", "nightly", NIGHT, PASSPHRASE)
    assert made.encrypted
    passphrase = tmp_path / "passphrase.txt"
    passphrase.write_text(f"{PASSPHRASE}\n")
    bare = tmp_path / "new"
    arguments = ["restore", str(made.path), "--data", str(bare), "--passphrase-file", str(passphrase)]
    assert await asyncio.to_thread(main, arguments) == 0
    async with running(settings(bare)) as hub:
        assert hub.hub.id == identity
        assert await hub.slots(1, "grid_import")
        assert (await hub.send(token, block(wh=(12, 13)))).body == {"stored": 0, "unchanged": 2}


async def test_a_restore_refuses_to_lose_newer_data_unless_told_and_keeps_them_aside(tmp_path, capsys):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        token = await one_home(hub)
        made = make(tmp_path, "nightly", NIGHT)
        await hub.send(token, block(start="2026-11-20T10:30:00Z", wh=[14]))
    arguments = ["restore", str(made.path), "--data", str(tmp_path)]
    assert main(arguments) == 2
    said = capsys.readouterr().err
    assert "readings until 2026-11-20 10:45 UTC where the backup has readings until 2026-11-20 10:30" in said
    assert "--even-if-newer" in said
    assert main([*arguments, "--even-if-newer"]) == 0
    async with running(settings(tmp_path)) as hub:
        assert len(await hub.slots(1, "grid_import")) == 2
    (aside,) = (tmp_path / "replaced").glob("*.db")
    with closing(sqlite3.connect(aside)) as books:
        assert books.execute("SELECT COUNT(*) FROM reading").fetchone() == (3,)


async def test_late_readings_of_the_past_are_newer_data_too(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        token = await one_home(hub)
        made = make(tmp_path, "nightly", NIGHT)
        await hub.send(token, block(start="2026-11-10T10:30:00Z", wh=[14]))
    with pytest.raises(RestoreError, match="1 readings more") as refused:
        stage(made.path, tmp_path, None)
    assert refused.value.problem == "newer"


async def test_another_communitys_backup_is_refused_unless_told(tmp_path):
    for name in ("one", "other"):
        async with running(settings(tmp_path / name)):
            pass
    made = make(tmp_path / "one", "manual", NOON)
    with pytest.raises(RestoreError, match="another community's"):
        stage(made.path, tmp_path / "other", None)
    assert not (tmp_path / "other" / "restore").exists()


async def test_a_damaged_database_is_no_reason_to_refuse_and_none_to_back_up(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        await one_home(hub)
        made = make(tmp_path, "manual", NOON)
    (tmp_path / database.FILE).write_bytes(b"no database " * 1000)
    with pytest.raises(BackupError, match="can not be read"):
        make(tmp_path, "manual", NOON + timedelta(hours=1))
    stage(made.path, tmp_path, None)
    assert finish(tmp_path)
    async with running(settings(tmp_path)) as hub:
        assert len(await hub.slots(1, "grid_import")) == 2


async def test_a_restore_beside_a_running_hub_is_refused(tmp_path, capsys):
    async with running(settings(tmp_path)):
        made = make(tmp_path, "manual", NOON)
        with closing(database.take(tmp_path)):
            assert main(["restore", str(made.path), "--data", str(tmp_path)]) == 2
    assert "Stop it first" in capsys.readouterr().err


async def test_a_restore_that_is_killed_anywhere_leaves_the_old_data_or_the_new(tmp_path, monkeypatch):
    async with running(settings(tmp_path / "template")) as hub:
        await hub.invite()
        token = await one_home(hub)
        made = make(tmp_path / "template", "manual", NOON)
        await hub.send(token, block(start="2026-11-20T10:30:00Z", wh=[14]))

    class KilledError(BaseException):
        pass

    def tried(step):
        """Restore, and die at this step of those that change the disk."""
        data = tmp_path / f"at-{step}"
        shutil.copytree(tmp_path / "template", data)
        left = [step]

        def dying(name, real):
            def act(*given, **more):
                if left[0] == 0:
                    raise KilledError
                left[0] -= 1
                return real(*given, **more)

            return act

        with monkeypatch.context() as patched:
            for place, name in ((os, "link"), (os, "fsync"), (os, "unlink"), (os, "replace"), (os, "rename")):
                patched.setattr(place, name, dying(name, getattr(place, name)))
            with suppress(KilledError):
                stage(made.path, data, None, even_if_newer=True)
                finish(data)
        return data, left[0] == 0

    died, step, seen = True, 0, set()
    while died:
        data, died = tried(step)
        done = finish(data)  # what every start begins with
        with closing(sqlite3.connect(data / database.FILE)) as books:
            assert books.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            count = books.execute("SELECT COUNT(*) FROM reading").fetchone()[0]
        assert count in {2, 3}
        if count == 2:
            assert done or restored(data)
            (aside,) = (data / "replaced").glob("*.db")
            with closing(sqlite3.connect(aside)) as books:
                assert books.execute("SELECT COUNT(*) FROM reading").fetchone() == (3,)
        seen.add(count)
        step += 1
    assert seen == {2, 3}
    assert step > 8


async def test_a_backup_that_is_killed_leaves_no_half_one_and_the_next_one_works(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        await one_home(hub, [1] * 600, "2026-11-10T10:00:00Z")
    asked = {"work": "make", "data": str(tmp_path), "kind": "manual", "at": NOON.isoformat(), "passphrase": None}
    child = subprocess.Popen(  # noqa: ASYNC220 - nothing else runs on this loop
        [sys.executable, "-c", _SLOW_CHILD], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    with child:
        child.stdin.write(json.dumps(asked))
        child.stdin.close()
        assert child.stdout.readline() == "copied\n"
        child.send_signal(signal.SIGKILL)
    assert folder.listed(tmp_path) == []
    made = make(tmp_path, "manual", NOON)
    assert {file.name for file in (tmp_path / "backups").iterdir()} == {made.name, ".lock"}


_SLOW_CHILD = """
import signal, sys
from sceop_hub.backup import make, process, sealed
def write(*given):
    print("copied", flush=True)
    signal.pause()
sealed.write = write
process.main()
"""


async def test_seven_nights_are_kept_and_what_people_made_beside_them(tmp_path):
    async with running(settings(tmp_path)):
        pass
    manual = make(tmp_path, "manual", NIGHT)
    for night in range(9):
        make(tmp_path, "nightly", NIGHT + timedelta(days=night))
    found = folder.listed(tmp_path)
    assert [one.made_at for one in found if one.kind == "nightly"] == [
        NIGHT + timedelta(days=night) for night in range(8, 1, -1)
    ]
    assert manual.path.exists()
    assert folder.latest(tmp_path, NIGHT + timedelta(days=9)).made_at == NIGHT + timedelta(days=8)


async def test_what_lies_in_keep_is_in_no_backup(tmp_path):
    async with running(settings(tmp_path)):
        pass
    (tmp_path / KEEP).mkdir(exist_ok=True)
    (tmp_path / KEEP / "forgotten").write_text("a hashed id\n")
    made = make(tmp_path, "manual", NOON)
    stage(made.path, tmp_path / "bare", None)
    finish(tmp_path / "bare")
    assert not (tmp_path / "bare" / KEEP / "forgotten").exists()
    stage(made.path, tmp_path, None, even_if_newer=True)
    finish(tmp_path)
    assert (tmp_path / KEEP / "forgotten").read_text() == "a hashed id\n"


def test_the_command_writes_where_it_is_told_and_says_where(tmp_path, capsys):
    database.open_for_writing(tmp_path / "data").close()
    target = tmp_path / "stick"
    target.mkdir()
    assert main(["backup", "--data", str(tmp_path / "data"), "--to", str(target)]) == 0
    printed = capsys.readouterr()
    assert folder.look_at(next(target.iterdir())).path.name in printed.out
    assert "not encrypted" in printed.err
    assert main(["backup", "--data", str(tmp_path / "data"), "--to", str(tmp_path / "none" / "x.backup")]) == 2
    assert "There is no folder" in capsys.readouterr().err
    assert main(["backup", "--data", str(tmp_path / "typo")]) == 2
    assert "No hub keeps its data" in capsys.readouterr().err


MADRID = ZoneInfo("Europe/Madrid")


@given(
    st.integers(1_767_222_000, 1_798_758_000).map(lambda second: datetime.fromtimestamp(second, UTC)),
    st.timedeltas(timedelta(0), timedelta(days=30)),
)
def test_a_night_never_goes_by_without_a_backup_and_never_has_two(start, running_for):
    class At:
        def __init__(self, made_at):
            self.made_at = made_at

    now = start + running_for
    if due(now.astimezone(MADRID), None, start):
        assert now - start > timedelta(0)
        assert not due(now.astimezone(MADRID), At(now), start), "it was just made"
    else:
        assert now - start <= timedelta(hours=25)
    assert due((now + timedelta(hours=25)).astimezone(MADRID), At(now), start)


async def test_backups_of_a_wrong_clock_push_no_right_one_out(tmp_path):
    async with running(settings(tmp_path)):
        pass
    for night in range(8):
        make(tmp_path, "nightly", NIGHT + timedelta(days=365 + night))
    made = make(tmp_path, "nightly", NIGHT)
    assert made.path.exists()
    assert folder.latest(tmp_path, NIGHT + timedelta(hours=1)) == made
    assert len(folder.listed(tmp_path)) == 7
