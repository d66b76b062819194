"""Measurements in and out by hand: a dry run first, then what was understood, and nothing left behind."""

import csv
import html
import os
import re
from datetime import UTC, datetime
from io import BytesIO, StringIO

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from aiohttp import FormData

from sceop_hub.jobs.errands import ERRANDS
from sceop_hub.web import uploads
from tests.hub.browsing import program
from tests.hub.harness import block, running, settings

TABLE = "\n".join(
    [
        "time;grid_import kWh",
        *(f"2026-11-19 {hour:02}:{minute:02};0,25" for hour in range(24) for minute in (0, 15, 30, 45)),
    ]
).encode()


async def read(hub, path="/settings/data"):
    async with hub.session.get(path) as answer:
        assert answer.status == 200, path
        return html.unescape(await answer.text())


async def send(hub, file, name="meter.csv", token=None, **fields):
    """Send a file as the page does, or as a program that has a token."""
    form = FormData()
    form.add_field("csrf", re.search("X-CSRF-Token[^0-9a-f]+([0-9a-f]{64})", await read(hub, "/"))[1])
    for field, value in fields.items():
        form.add_field(field, value)
    form.add_field("file", BytesIO(file), filename=name)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with hub.session.post("/settings/import", data=form, headers=headers, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location") or html.unescape(await answer.text())


async def ended(hub, kind):
    errand = hub.app[ERRANDS].latest(kind)
    await errand.finished()
    return errand


def kept(hub):
    folder = hub.hub.settings.data / uploads.FOLDER
    return sorted(file.name for file in folder.iterdir()) if folder.exists() else []


async def test_a_table_is_understood_shown_and_only_then_taken_in(hub):
    status, where = await send(hub, TABLE, household="new", new="Number 9")
    assert status == 303
    await ended(hub, "understand")
    page = await read(hub, where)
    assert "Nothing has been kept yet" in page
    assert "Number 9" in page
    assert re.search(r'<data value="96"', page)
    assert await hub.slots(1, "grid_import") == {}

    status, where = await hub.submit(where)
    assert status == 303
    await ended(hub, "import")
    assert "Done: 96 quarter hours are new" in await read(hub, where)
    assert sum((await hub.slots(1, "grid_import")).values()) == 96 * 250
    assert kept(hub) == []


async def test_the_name_of_a_new_household_is_enough(hub):
    _, where = await send(hub, TABLE, household="", new=" Number 9 ")
    await ended(hub, "understand")
    assert "Nothing has been kept yet" in await read(hub, where)


async def test_the_same_file_again_changes_nothing(hub):
    token_less = {"household": "new", "new": "Number 9"}
    for expected in ("96 quarter hours are new, 0 were known", "0 quarter hours are new, 96 were known"):
        _, where = await send(hub, TABLE, **token_less)
        await ended(hub, "understand")
        _, where = await hub.submit(where)
        await ended(hub, "import")
        assert expected in await read(hub, where)


@pytest.mark.parametrize(
    ("file", "name"), [(b"\x89PNG\r\n\x1a\n" + bytes(500), "meter.png"), (b"hello", "a.csv"), (b"\x00", "a.xml")]
)
async def test_what_can_not_be_understood_is_told_in_a_sentence_and_not_kept(hub, file, name):
    _, where = await send(hub, file, name, household="new", new="Number 9")
    errand = await ended(hub, "understand")
    assert str(errand.refused).endswith(".")
    assert str(errand.refused) in await read(hub, where)
    assert kept(hub) == []


async def test_what_was_said_wrongly_about_a_file_is_told_at_once(hub):
    status, page = await send(hub, TABLE, household="new", new="Number 9", channel="nonsense")
    assert (status, "is no channel" in page) == (422, True)
    assert kept(hub) == []


async def test_an_import_can_be_given_up(hub):
    _, where = await send(hub, TABLE, household="new", new="Number 9")
    await ended(hub, "understand")
    assert (await hub.submit(f"{where}/cancel"))[1] == "/settings/data?said=import_cancelled"
    assert kept(hub) == []


async def test_a_files_name_is_only_text(hub):
    name = "<script>alert(1)</script>; --help ../../etc.csv"
    _, where = await send(hub, TABLE, name, household="new", new="Number 9")
    await ended(hub, "understand")
    async with hub.session.get(where) as answer:
        assert "<script>alert" not in await answer.text()


async def test_keeping_slots_for_a_shorter_time_needs_a_second_look(hub):
    status, page = await hub.submit("/settings/retention", {"retention_days": "100"})
    assert (status, "Tick the box" in page) == (422, True)
    await hub.submit("/settings/retention", {"retention_days": "100", "understood": "yes"})
    assert hub.hub.profile.retention_days == 100
    await hub.submit("/settings/retention", {"retention_days": "2000"})
    assert hub.hub.profile.retention_days == 2000
    assert (await hub.submit("/settings/retention", {"retention_days": "5", "understood": "yes"}))[0] == 422


async def test_an_export_is_written_beside_the_server_and_taken_away(hub):
    token = await hub.join()
    await hub.send(token, block(wh=[12, 13]))
    fields = {"first": "2026-11-20", "last": "2026-11-20", "format": "csv"}
    assert (await hub.submit("/settings/export", fields))[1] == "/settings/data#export"
    errand = await ended(hub, "export")
    assert errand.refused is None
    assert "The file is ready" in await read(hub)
    async with hub.session.get(f"/settings/export/{errand.id}") as answer:
        assert answer.status == 200
        assert re.search(r'filename="sceop-\d+T\d+Z.csv"', answer.headers["Content-Disposition"])
        rows = list(csv.DictReader(StringIO(await answer.text())))
    assert [int(row["wh"]) for row in rows] == [12, 13]


async def test_an_export_goes_when_somebody_is_forgotten_who_may_be_in_it(hub):
    token = await hub.join()
    await hub.send(token, block(wh=[12, 13]))
    await hub.submit("/settings/export", {"format": "csv"})
    errand = await ended(hub, "export")
    assert kept(hub) == ["export.csv.upload"]
    async with hub.session.delete("/api/v1/me", headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 204
    assert kept(hub) == []
    async with hub.session.get(f"/settings/export/{errand.id}") as answer:
        assert (answer.status, (await answer.json())["detail"][:27]) == (404, "This file is not kept any m")


async def test_an_export_takes_days_in_their_order_and_a_known_format(hub):
    for fields in (
        {"first": "2026-11-20", "last": "2026-11-19", "format": "csv"},
        {"first": "yesterday", "format": "csv"},
        {"format": "exe"},
    ):
        assert (await hub.submit("/settings/export", fields))[0] == 422
    async with hub.session.get("/settings/export/..%2Fhub.db") as answer:
        assert answer.status == 404


async def test_a_coordinator_imports_for_no_household_that_sends_its_readings_itself(hub, tmp_path):
    await hub.join(name="Number 7")
    here = await hub.hub.store.read(lambda books: books.execute("SELECT public_id FROM household").fetchone())
    start = datetime(2026, 11, 19, tzinfo=UTC)
    rows = {"household": here, "channel": ["grid_import"], "slot_start": [start], "wh": [0], "quality": ["measured"]}
    pq.write_table(pa.table(rows | {"rev": [10**6]}), tmp_path / "zeros.parquet")
    lake = (tmp_path / "zeros.parquet").read_bytes()
    token = await program(hub, "operate", "operate:change")
    for file, said in ((TABLE, {"household": here[0]}), (TABLE, {"household": "Number 7"}), (lake, {})):
        for by, refused in ((token, True), (None, False)):
            _, where = await send(hub, file, token=by, **said)
            await ended(hub, "understand")
            assert ("only an owner of the hub" in await read(hub, where)) == refused


async def test_a_coordinator_imports_for_a_household_that_was_entered_by_hand(hub):
    token = await program(hub, "operate", "operate:change")
    for said in ({"household": "new", "new": "Number 9"}, {"household": "Number 9"}):
        _, where = await send(hub, TABLE, token=token, **said)
        await ended(hub, "understand")
        assert "Nothing has been kept yet" in await read(hub, where)
        await hub.submit(where)
        await ended(hub, "import")
    assert sum((await hub.slots(1, "grid_import")).values()) == 96 * 250


async def test_nothing_of_an_earlier_run_is_left_also_not_what_was_only_begun(tmp_path):
    folder = tmp_path / uploads.FOLDER
    folder.mkdir()
    for name in ("a1.upload", "export.csv.upload", ".export.csv.upload.new"):
        (folder / name).write_text("what a home uses")
    async with running(settings(tmp_path)):
        assert not list(folder.iterdir())


async def test_a_file_that_nobody_came_back_for_goes_after_a_day(tmp_path, monkeypatch):
    monkeypatch.setattr(uploads, "LOOK_EVERY_S", 0)
    async with running(settings(tmp_path)) as hub:
        (tmp_path / uploads.FOLDER).mkdir()
        old, young = (tmp_path / uploads.FOLDER / f"{name}.upload" for name in ("old", "young"))
        for file in (old, young):
            file.write_text("what a home uses")
        os.utime(old, (yesterday := old.stat().st_mtime - uploads.LIFE_S, yesterday))
        await hub.rounds.a_whole_one()
        assert kept(hub) == [young.name]
