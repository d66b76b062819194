"""Measurements in and out by hand: a dry run first, then what was understood, and nothing left behind."""

import csv
import html
import re
from io import BytesIO, StringIO

import pytest
from aiohttp import FormData

from sceop_hub.api.keys import ERRANDS
from sceop_hub.web import uploads
from tests.hub.harness import block

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


async def send(hub, file, name="meter.csv", **fields):
    """Send a file as the page does."""
    form = FormData()
    form.add_field("csrf", re.search("X-CSRF-Token[^0-9a-f]+([0-9a-f]{64})", await read(hub, "/"))[1])
    for field, value in fields.items():
        form.add_field(field, value)
    form.add_field("file", BytesIO(file), filename=name)
    async with hub.session.post("/settings/import", data=form, allow_redirects=False) as answer:
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
    assert errand.refused.endswith(".")
    assert errand.refused in await read(hub, where)
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


async def test_an_export_takes_days_in_their_order_and_a_known_format(hub):
    for fields in (
        {"first": "2026-11-20", "last": "2026-11-19", "format": "csv"},
        {"first": "yesterday", "format": "csv"},
        {"format": "exe"},
    ):
        assert (await hub.submit("/settings/export", fields))[0] == 422
    async with hub.session.get("/settings/export/..%2Fhub.db") as answer:
        assert answer.status == 404
