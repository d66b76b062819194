"""Backups where something is in the way: a disk that is full, a file that lies, a database that is not whole."""

import errno
import fcntl
import io
import json
import os
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace

import msgspec
import pytest

from sceop_hub.backup import folder, process, sealed
from sceop_hub.backup.make import BackupError, make
from sceop_hub.backup.restore import RestoreError, finish, stage
from sceop_hub.domain.saying import Saying
from sceop_hub.store import database
from tests.hub.harness import NOON

PASSPHRASE = "four words are easy"


@pytest.fixture
def data(tmp_path):
    """A hub's folder with a database that nobody has written to."""
    place = tmp_path / "data"
    database.open_for_writing(place).close()
    return place


@pytest.fixture
def full(monkeypatch):
    """Say that the disk has a megabyte left."""
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=2**20))


def lying(place, content, **said):
    """Write a file that is sealed as it should be, whatever its header says of its content."""
    real = make(place, "manual", NOON)
    facts = folder.header(NOON, len(content), real.holds)
    facts["holds"] |= {name: value for name, value in said.items() if name in facts["holds"]}
    facts |= {name: value for name, value in said.items() if name in facts}
    file = place.parent / "lying.backup"
    with file.open("wb") as target:
        sealed.write(target, facts, [content], None)
    return file


def refused(file, data):
    """Return why a backup is not restored, having seen that nothing of it was left."""
    with pytest.raises(RestoreError) as error:
        stage(file, data, None)
    assert not (data / "restore").exists()
    return error.value.problem, str(error.value)


def test_a_file_that_is_gone_is_named(data):
    problem, sentence = refused(data / "none.backup", data)
    assert problem == "backup"
    assert sentence == f"The backup can not be unpacked ({data / 'none.backup'}: No such file or directory)."


def test_a_backup_of_a_newer_hub_asks_for_an_update(data):
    file = lying(data, b"", schema=database.newest_schema() + 1)
    assert "Update the hub first" in refused(file, data)[1]


def test_a_backup_that_does_not_fit_on_the_disk_is_not_begun(data, monkeypatch):
    file = make(data, "manual", NOON).path
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=2**20))
    problem, sentence = refused(file, data)
    assert problem == "backup"
    assert "the disk has 1 MB left. Make room first" in sentence


def test_a_backup_that_loses_nothing_is_taken_without_a_question(data):
    made = make(data, "manual", NOON)
    assert stage(made.path, data, None).name == made.name
    done = finish(data)
    assert (done.backup, done.made_at) == (made.name, NOON)


def test_a_present_database_that_can_not_be_compared_is_not_replaced_unseen(data):
    made = make(data, "manual", NOON)
    with closing(sqlite3.connect(data / database.FILE)) as books:
        books.execute("DROP VIEW reading")
        books.execute("CREATE VIEW reading AS SELECT * FROM nowhere")
        books.commit()
    problem, sentence = refused(made.path, data)
    assert problem == "newer"
    assert "can not be compared with the backup" in sentence
    stage(made.path, data, None, even_if_newer=True)
    assert finish(data).backup == made.name


@pytest.mark.parametrize(("bytes_", "sentence"), [(999, "holds more than it says"), (1001, "holds less than it says")])
def test_a_backup_of_another_length_than_it_says_is_damaged(data, bytes_, sentence):
    assert sentence in refused(lying(data, b"x" * 1000, bytes=bytes_), data)[1]


def test_a_backup_in_which_there_is_no_database_is_refused(data):
    sentence = refused(lying(data, b"no database " * 1000), data)[1]
    assert "The database in the backup is damaged (file is not a database)" in sentence


def test_a_backup_whose_database_is_not_whole_is_refused(data):
    _break_a_rule(data)
    content = (data / database.FILE).read_bytes()
    (data / database.FILE).unlink()
    database.open_for_writing(data).close()
    assert "CHECK constraint failed in odd" in refused(lying(data, content), data)[1]


def _break_a_rule(data):
    """Leave a row that the database's own check does not let pass."""
    with closing(sqlite3.connect(data / database.FILE)) as books:
        books.execute("PRAGMA ignore_check_constraints = ON")
        books.execute("CREATE TABLE odd (n INTEGER CHECK (n > 0))")
        books.execute("INSERT INTO odd VALUES (-1)")
        books.commit()
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_file_system_without_links_keeps_what_was_replaced_all_the_same(data, monkeypatch):
    made = make(data, "manual", NOON)
    before = (data / database.FILE).read_bytes()

    def no_links(*_):
        raise PermissionError(errno.EPERM, "Operation not permitted")

    monkeypatch.setattr(os, "link", no_links)
    stage(made.path, data, None)
    finish(data)
    (aside,) = (data / "replaced").glob("*-hub.db")
    assert aside.read_bytes() == before


def test_the_log_of_a_database_that_somebody_still_reads_goes_with_it_and_not_with_the_new_one(data):
    made = make(data, "manual", NOON)
    stage(made.path, data, None)
    with closing(sqlite3.connect(data / database.FILE)) as reader:
        assert reader.execute("SELECT COUNT(*) FROM sqlite_schema").fetchone()[0] > 0
        finish(data)
        assert len(list((data / "replaced").glob("*-hub.db-wal"))) == 1
        assert not (data / f"{database.FILE}-wal").exists()


def test_of_what_was_replaced_the_last_two_are_kept(data):
    replaced = data / "replaced"
    replaced.mkdir()
    for year in (2020, 2021, 2022):
        for tail in ("", "-wal"):
            (replaced / f"{year}0101T000000Z-hub.db{tail}").write_bytes(b"old")
    stage(make(data, "manual", NOON).path, data, None)
    finish(data)
    kept = sorted(file.name for file in replaced.iterdir())
    assert kept[:2] == ["20220101T000000Z-hub.db", "20220101T000000Z-hub.db-wal"]
    assert len(kept) == 3


def test_a_disk_that_fills_up_is_a_sentence_and_leaves_no_half_backup(data, monkeypatch):
    def no_room(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", no_room)
    with pytest.raises(BackupError, match=r"can not be written: No space left on device"):
        make(data, "manual", NOON)
    assert {file.name for file in (data / "backups").iterdir()} == {".lock"}


def test_a_damaged_database_is_not_backed_up(data):
    _break_a_rule(data)
    with pytest.raises(BackupError, match=r"is damaged \(CHECK constraint failed in odd\).* Restore the last one"):
        make(data, "nightly", NOON)
    assert folder.listed(data) == []


@pytest.mark.usefixtures("full")
def test_a_backup_without_room_is_not_begun(data):
    with pytest.raises(BackupError, match=r"and the disk has 1 MB left. Make room"):
        make(data, "manual", NOON)


def test_the_disk_catches_up_while_a_large_backup_is_written(data, monkeypatch):
    with closing(sqlite3.connect(data / database.FILE)) as books:
        books.execute("CREATE TABLE large (content BLOB)")
        books.execute("INSERT INTO large VALUES (randomblob(6000000))")
        books.commit()
    flushed, real = [], os.fdatasync

    def flush(file):
        if Path(f"/proc/self/fd/{file}").readlink().suffix == ".part":
            flushed.append(os.fstat(file).st_size)
        real(file)

    monkeypatch.setattr(os, "fdatasync", flush)
    made = make(data, "manual", NOON)
    assert len(flushed) >= 3
    steps = [later - sooner for sooner, later in zip([0, *flushed], flushed, strict=False)]
    assert max(steps) < 4 * 2**20 < made.size


def test_a_backup_is_written_under_the_name_that_was_asked_for(data, tmp_path):
    made = make(data, "manual", NOON, target=tmp_path / "mine.backup")
    assert made.path == tmp_path / "mine.backup"
    assert folder.listed(data) == []


def test_two_backups_at_once_are_refused(data):
    make(data, "manual", NOON)
    with (data / "backups" / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(BackupError, match=r"is being made already. Wait"):
            make(data, "manual", NOON + timedelta(hours=1))


def opened(file, passphrase=None):
    source = io.BytesIO(file)
    return b"".join(sealed.read(source, sealed.read_header(source), passphrase))


def sealed_file(content, passphrase=None):
    target = io.BytesIO()
    sealed.write(target, {"made_at": "now"}, content, passphrase)
    return target.getvalue()


def test_a_sealed_file_whose_content_was_never_packed_is_damaged(monkeypatch):
    monkeypatch.setattr(sealed, "_packed", iter)
    file = sealed_file([b"not packed at all"])
    with pytest.raises(sealed.DamagedError, match="can not be unpacked"):
        opened(file)


def test_damage_behind_the_beginning_of_a_locked_file_is_not_taken_for_a_wrong_passphrase():
    file = bytearray(sealed_file([os.urandom(2 * sealed.PIECE)], PASSPHRASE))
    file[-1] ^= 1
    with pytest.raises(sealed.DamagedError, match="damaged in its part 3"):
        opened(bytes(file), PASSPHRASE)


def test_a_locked_file_with_an_impossible_salt_has_a_damaged_header():
    magic, header, rest = sealed_file([b"private"], PASSPHRASE).split(b"\n", 2)
    told = json.loads(header)
    told["lock"]["salt"] = "no salt"
    with pytest.raises(sealed.DamagedError, match="header is damaged"):
        opened(b"\n".join([magic, json.dumps(told).encode(), rest]), PASSPHRASE)


def test_what_was_packed_very_small_comes_out_in_bites():
    content = bytes(5 * sealed.PIECE)
    file = sealed_file([content])
    assert len(file) < sealed.PIECE
    source = io.BytesIO(file)
    bites = list(sealed.read(source, sealed.read_header(source), None))
    assert b"".join(bites) == content
    assert max(map(len, bites)) <= sealed.PIECE


def test_a_backup_that_does_not_say_in_which_zone_it_was_made_is_passed_over(data):
    made = make(data, "manual", NOON)
    file = lying(data, b"", made_at="2026-11-20T12:00:00")
    with pytest.raises(sealed.DamagedError, match="header is damaged"):
        folder.look_at(file)
    file.rename(data / "backups" / "manual-0.backup")
    assert folder.listed(data) == [made]


@pytest.mark.parametrize("work", ["make", "stage"])
def test_a_refusal_of_the_process_for_backups_is_an_answer(tmp_path, monkeypatch, capsys, work):
    monkeypatch.setattr(process, "be_gentle", lambda: None)
    monkeypatch.setattr(os, "umask", lambda _: 0o077)
    asked = {"work": work, "data": str(tmp_path), "passphrase": None, "kind": "manual", "at": NOON.isoformat()}
    asked |= {"file": str(tmp_path / "none.backup"), "even_if_newer": False, "who": "test"}
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(asked)))
    assert process.main() == 0
    answer = json.loads(capsys.readouterr().out)
    assert answer["problem"] == "backup"
    sentence = str(msgspec.convert(answer["saying"], Saying))
    assert {"make": "No hub keeps its data", "stage": "No such file"}[work] in sentence
