"""Backups as whoever runs the app has them: without a shell."""

import asyncio
import html
import re
from io import BytesIO
from types import SimpleNamespace

from aiohttp import FormData

from sceop_hub.backup.backups import BACKUPS
from sceop_hub.domain.refusal import Refusal
from sceop_hub.jobs.errands import ERRANDS
from sceop_hub.web import uploads
from tests.hub.harness import block, running, settings


async def read(hub, path="/settings/backups"):
    async with hub.session.get(path) as answer:
        return html.unescape(await answer.text())


async def made(hub):
    await hub.submit("/settings/backups/make")
    await hub.app[BACKUPS]._task
    assert hub.app[BACKUPS].failed is None
    return hub.app[BACKUPS].listed()[0].name


async def begun(hub, fields):
    """Let a restore be checked to its end; return the page that tells of it."""
    status, where = await hub.submit("/settings/backups/restore", fields)
    assert (status, where.rpartition("/")[0]) == (303, "/settings/backups/restore")
    await hub.app[ERRANDS].get(where.rpartition("/")[2]).finished()
    return where


async def send(hub, path, file, **fields):
    """Send a file as a page of the hub does."""
    page = await read(hub, "/")
    form = FormData()
    form.add_field("csrf", re.search("X-CSRF-Token[^0-9a-f]+([0-9a-f]{64})", page)[1])
    for name, value in fields.items():
        form.add_field(name, value)
    form.add_field("file", BytesIO(file), filename="taken-away.backup" if file else "")
    async with hub.session.post(path, data=form, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location") or html.unescape(await answer.text())


async def test_a_backup_is_made_listed_taken_away_and_removed(hub):
    name = await made(hub)
    page = await read(hub)
    assert name in page
    assert "By hand" in page
    async with hub.session.get(f"/settings/backups/file/{name}") as answer:
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert await answer.read() == hub.app[BACKUPS].path(name).read_bytes()
    assert await hub.submit("/settings/backups/remove", {"name": name}) == (303, "/settings/backups?said=removed")
    assert "There is no backup yet" in await read(hub)


async def test_only_what_lies_among_the_backups_can_be_taken_away(hub):
    for name in ("..%2Fhub.db", "hub.db", "%2e%2e"):
        async with hub.session.get(f"/settings/backups/file/{name}") as answer:
            assert answer.status == 404


async def test_a_passphrase_is_typed_twice_kept_and_cleared(hub):
    path = "/settings/backups/passphrase"
    for typed in (
        {},
        {"passphrase": "short", "again": "short"},
        {"passphrase": "long enough, this", "again": "another"},
    ):
        status, page = await hub.submit(path, typed)
        assert status == 422
        assert "long enough" not in page
    await hub.submit(path, {"passphrase": "long enough, this", "again": "long enough, this"})
    assert "New backups are encrypted" in await read(hub)
    await made(hub)
    assert "Encrypted" in await read(hub)
    await hub.submit(path, {"clear": "yes"})
    assert "New backups are not encrypted" in await read(hub)


async def test_the_hub_goes_back_to_a_backup_once_somebody_knows_what_is_lost(tmp_path):
    restarted = asyncio.Event()
    async with running(settings(tmp_path), restart=restarted.set) as hub:
        await hub.invite()
        token = await hub.join()
        name = await made(hub)
        assert (await hub.send(token, block())).status == 200
        page = await read(hub, f"/settings/backups/restore?name={name}")
        assert "Restore this backup?" in page
        assert "I know that this is lost" not in page

        where = await begun(hub, {"name": name})
        async with hub.session.get(where) as answer:
            page = html.unescape(await answer.text())
        assert answer.status == 422
        assert "readings until 2026-11-20 10:30 UTC where the backup has none" in page
        assert "I know that this is lost" in page
        assert not (tmp_path / "restore").exists()
        where = await begun(hub, {"name": name, "even_if_newer": "yes"})
        assert "starts again" in await read(hub, where)
        async with asyncio.timeout(10):
            await restarted.wait()
        assert (tmp_path / "restore" / "ready.json").exists()


async def test_a_page_looks_on_while_a_backup_is_checked(hub, monkeypatch):
    go_on = asyncio.Event()

    async def refused_at_last(*_args, **_more):
        await go_on.wait()
        raise Refusal("backup", "This backup is damaged.")

    name = await made(hub)
    monkeypatch.setattr(hub.app[BACKUPS], "stage", refused_at_last)
    _, where = await hub.submit("/settings/backups/restore", {"name": name})
    assert '<div data-while="restarting" hidden>' in await read(hub, where)
    assert await read(hub, f"{where}/state") == '{"state":"checking"}'
    go_on.set()
    await hub.app[ERRANDS].latest("restore").finished()
    assert await read(hub, f"{where}/state") == '{"state":"refused"}'
    assert "This backup is damaged." in await read(hub, where)


async def test_a_restore_that_the_hub_knows_nothing_of_any_more_is_over(hub):
    assert await read(hub, "/settings/backups/restore/abcdef/state") == '{"state":"over"}'
    async with hub.session.get("/settings/backups/restore/abcdef", allow_redirects=False) as answer:
        assert (answer.status, answer.headers["Location"]) == (303, "/settings/backups")


async def test_a_backup_that_was_kept_elsewhere_comes_back_after_a_look(hub):
    name = await made(hub)
    content = hub.app[BACKUPS].path(name).read_bytes()
    status, where = await send(hub, "/settings/backups/upload", content)
    assert status == 303
    assert where.startswith("/settings/backups/restore?upload=")
    assert "Restore this backup?" in await read(hub, where)


async def test_a_file_that_is_no_backup_is_told_apart_and_not_kept(hub):
    _, where = await send(hub, "/settings/backups/upload", b"holiday pictures")
    assert "This file is no backup" in await read(hub, where)
    assert list((hub.hub.settings.data / uploads.FOLDER).iterdir()) == []


async def test_an_upload_without_a_file_says_so(hub):
    status, page = await send(hub, "/settings/backups/upload", b"")
    assert (status, "No file was chosen" in page) == (422, True)


async def test_an_upload_beyond_the_limit_is_refused_and_leaves_nothing(hub, monkeypatch):
    monkeypatch.setattr("sceop_hub.web.views.backups.MOST_BYTES", 1024**2)
    status, page = await send(hub, "/settings/backups/upload", bytes(1024**2 + 1))
    assert (status, "A file holds at most 1 MB" in page) == (413, True)
    assert list((hub.hub.settings.data / uploads.FOLDER).iterdir()) == []


async def test_what_an_earlier_run_left_behind_is_let_go(tmp_path):
    (tmp_path / uploads.FOLDER).mkdir()
    (tmp_path / uploads.FOLDER / "abc.upload").write_bytes(b"half a file")
    async with running(settings(tmp_path)):
        assert list((tmp_path / uploads.FOLDER).iterdir()) == []


async def test_an_upload_that_would_fill_the_disk_is_refused_before_it_is_taken(hub, monkeypatch):
    monkeypatch.setattr("sceop_hub.web.uploads.shutil.disk_usage", lambda _path: SimpleNamespace(free=257 * 1024**2))
    status, page = await send(hub, "/settings/backups/upload", bytes(1024**2 + 1))
    assert (status, "There is room for 1 MB only" in page) == (507, True)
    assert list((hub.hub.settings.data / uploads.FOLDER).iterdir()) == []
