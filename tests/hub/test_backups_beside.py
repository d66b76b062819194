"""Backups while the hub serves: from pages, by night, and what a restore leaves behind."""

import asyncio
import errno
from datetime import UTC, datetime, timedelta

import pytest

from sceop_hub.backup import folder, restore, sealed
from sceop_hub.backup.backups import BACKUPS
from sceop_hub.backup.make import make
from sceop_hub.domain.refusal import Refusal
from sceop_hub.store import audit
from tests.hub.harness import NOON, Clock, block, running, settings

PASSPHRASE = "four words are easy"


@pytest.fixture
async def backups(hub):
    return hub.app[BACKUPS]


async def test_a_page_makes_one_lists_it_gives_it_and_removes_it(hub, backups):
    made = await backups.make()
    assert [one.name for one in backups.listed()] == [made.name]
    assert (made.kind, made.made_at, made.encrypted, made.holds.hub) == ("manual", NOON, False, hub.hub.id)
    assert backups.path(made.name).read_bytes()[: len(sealed.MAGIC)] == sealed.MAGIC
    backups.remove(made.name)
    assert backups.listed() == []
    with pytest.raises(Refusal, match="no such backup"):
        backups.path(made.name)


@pytest.mark.parametrize("name", ["../hub.db", "/etc/passwd", "", ".", "..", "hub.db", "x.backup", "\0"])
async def test_a_name_that_is_no_backups_opens_no_file(backups, name):
    await backups.make()
    with pytest.raises(Refusal, match="no such backup"):
        backups.path(name)


async def test_two_at_once_are_refused_with_a_sentence(backups):
    first = asyncio.create_task(backups.make())
    await asyncio.sleep(0)
    assert backups.busy == "make"
    with pytest.raises(Refusal, match="under way already") as refused:
        backups.start()
    assert refused.value.problem == "busy"
    await first
    assert (backups.busy, backups.failed) == (None, None)


async def test_one_that_fails_says_why_until_one_succeeds(hub, backups, tmp_path):
    await backups.make()
    (place := tmp_path / folder.FOLDER).rename(tmp_path / "elsewhere")
    place.write_text("a file in the folder's place")
    with pytest.raises(Refusal) as refused:
        await backups.make()
    assert backups.failed == refused.value.saying
    place.unlink()
    await backups.make()
    assert backups.failed is None


async def test_a_passphrase_from_a_page_encrypts_from_then_on_and_is_in_no_backup(hub, backups, tmp_path):
    with pytest.raises(Refusal, match="at least 12"):
        backups.keep_passphrase("short")
    backups.keep_passphrase(PASSPHRASE)
    assert (backups.passphrase_kept, backups.passphrase_told) == (True, False)
    made = await backups.make()
    assert made.encrypted
    with pytest.raises(Refusal) as refused:
        await backups.stage(made.path, "another passphrase", even_if_newer=True, who="local")
    assert refused.value.problem == "passphrase"
    await backups.stage(made.path, PASSPHRASE, even_if_newer=True, who="local")
    backups.keep_passphrase(None)
    hub.clock.pass_by(minutes=1)
    assert not (await backups.make()).encrypted


async def test_a_passphrase_from_the_settings_weighs_more(tmp_path):
    async with running(settings(tmp_path, backup_passphrase=PASSPHRASE)) as hub:
        assert hub.app[BACKUPS].passphrase_told
        assert (await hub.app[BACKUPS].make()).encrypted


async def test_a_restore_over_newer_data_is_refused_until_it_is_meant(hub, backups):
    made = await backups.make()
    await hub.send(await hub.join(), block())
    with pytest.raises(Refusal, match="That would be lost") as refused:
        await backups.stage(made.path, None, even_if_newer=False, who="local")
    assert refused.value.problem == "newer"
    await backups.stage(made.path, None, even_if_newer=True, who="local")


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04", sealed.MAGIC + b"{}\n"])
async def test_an_upload_that_is_no_backup_is_a_sentence_and_changes_nothing(backups, tmp_path, content):
    upload = tmp_path / "upload"
    upload.write_bytes(content)
    with pytest.raises(Refusal) as refused:
        await backups.stage(upload, None, even_if_newer=True, who="local")
    assert refused.value.problem == "backup"
    assert restore.finish(tmp_path) is None


async def test_a_restore_is_written_down_and_everybody_signs_in_anew(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.hub.store.write(
            lambda books: (
                books.execute(
                    "INSERT INTO account (id, name, password, role, created_at) VALUES (1, 'a', 'x', 'owner', 0)"
                ).rowcount
            )
        )
        made = await asyncio.to_thread(make, tmp_path, "manual", NOON)
        await hub.app[BACKUPS].stage(made.path, None, even_if_newer=True, who="account:1")
    restore.finish(tmp_path)
    async with running(settings(tmp_path)) as hub:
        notes = await hub.hub.store.read(lambda books: audit.notes(books, audit.Filter(), 10))
        (note,) = [one for one in notes if one.action == "backup.restore"]
        assert (note.who, note.subject) == ("account:1", f"backup:{made.name}")
    async with running(settings(tmp_path)) as hub:
        notes = await hub.hub.store.read(lambda books: audit.notes(books, audit.Filter(), 10))
        assert len([one for one in notes if one.action == "backup.restore"]) == 1, "a second start writes it down again"


async def until(hub, holds):
    async with asyncio.timeout(30):
        while not holds():
            await hub.rounds.a_whole_one()


async def test_each_night_brings_a_backup_and_a_missed_one_is_made_up_for(tmp_path):
    clock = Clock(datetime(2026, 11, 20, 20, 0, tzinfo=UTC))
    async with running(settings(tmp_path), clock) as hub:
        await hub.rounds.a_whole_one()
        assert hub.app[BACKUPS].listed() == []
        clock.pass_by(hours=6)  # 03:00 in Amsterdam
        await until(hub, hub.app[BACKUPS].listed)
        assert hub.app[BACKUPS].latest().kind == "nightly"
        assert not hub.app[BACKUPS].overdue(clock() + timedelta(hours=35))
        assert hub.app[BACKUPS].overdue(clock() + timedelta(hours=37))
    clock.pass_by(days=3)
    async with running(settings(tmp_path), clock) as hub:
        await until(hub, lambda: len(hub.app[BACKUPS].listed()) == 2)
        assert hub.app[BACKUPS].latest().made_at == clock()


async def test_a_night_on_which_no_process_could_be_started_does_not_end_all_nights(tmp_path, monkeypatch, caplog):
    clock = Clock(datetime(2026, 11, 20, 20, 0, tzinfo=UTC))

    async def no_memory(*_given, **_more):
        raise OSError(errno.ENOMEM, "Cannot allocate memory")

    async with running(settings(tmp_path), clock) as hub:
        await hub.rounds.a_whole_one()
        with monkeypatch.context() as crowded:
            crowded.setattr(asyncio, "create_subprocess_exec", no_memory)
            clock.pass_by(hours=6)
            await until(hub, lambda: "backup was not made" in caplog.text)
        assert hub.app[BACKUPS].listed() == []
        clock.pass_by(hours=1)
        await until(hub, hub.app[BACKUPS].listed)
