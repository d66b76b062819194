"""Taking files in: exactly once, beside a hub that serves, and with a sentence for everything that is in the way."""

import asyncio
import io
import json
import random
import re
import signal
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path

import pytest
from aiohttp import FormData

from sceop_hub.__main__ import main
from sceop_hub.core.slots import from_number, to_number
from sceop_hub.domain.refusal import Refusal
from sceop_hub.imports import from_pages
from sceop_hub.imports.hints import Hints, Target
from sceop_hub.jobs.errands import ERRANDS
from sceop_hub.lake.export import Wanted, beside_export, export
from sceop_hub.lake.seal import seal
from sceop_hub.store import retention
from tests.hub.harness import block
from tests.hub.imports.sheets import Shape, at, write
from tests.hub.lake.books import NOW, Books, slot_at

FIRST = at("2026-10-20T00:00")

OWNER = from_pages.Importer("local", owns=True)


@pytest.fixture
def books(tmp_path):
    return Books(tmp_path)


@pytest.fixture
def file(tmp_path):
    """Ten days of a home that imports and exports."""
    chance = random.Random(5)  # noqa: S311 - the same figures each time
    series = {name: [chance.randrange(2000) for _ in range(960)] for name in ("grid_import", "grid_export")}
    path = tmp_path / "meter.csv"
    path.write_bytes(write(series, FIRST, 900, Shape(zone="Europe/Amsterdam", offset=True)))
    return path


@dataclass(frozen=True)
class Answer:
    returncode: int
    stdout: str
    stderr: str


def run(books, *arguments):
    """Run a command of the command line, without a process of its own."""
    with redirect_stdout(io.StringIO()) as out, redirect_stderr(io.StringIO()) as complaint:
        code = main([*map(str, arguments), "--data", str(books.data)])
    return Answer(code, out.getvalue(), complaint.getvalue())


def take_in(books, *arguments):
    return run(books, "import", *arguments, "--now", NOW.isoformat())


def totals(books):
    """Return Wh by household and channel."""
    found = {}
    for (home, channel, _), (wh, *_) in books.slots().items():
        found[home, channel] = found.get((home, channel), 0) + wh
    return found


def test_a_dry_run_says_what_it_understood_and_keeps_nothing(books, file):
    home = books.home()
    answer = take_in(books, file, "--household", home.public_id, "--dry-run")
    assert answer.returncode == 0, answer.stderr
    for said in (
        "meter.csv: csv, 1,920 slots, 15 minutes apart",
        "from 2026-10-20T00:00:00Z to 2026-10-30T00:00:00Z",
        "unit kWh",
        "column 'grid_import (kWh)': grid_import",
        "grid_export: 960 slots",
        "2026-10: ",
        "960 of 2980 slots",
    ):
        assert said in answer.stdout
    assert not books.slots()


def test_a_file_is_taken_in_and_the_second_time_changes_nothing(books, file):
    home = books.home()
    first = take_in(books, file, "--household", home.public_id)
    assert "1,920 slots are new or corrected, 0 were there already" in first.stdout
    before = books.slots()
    assert {quality for _, quality, _ in before.values()} == {"imported"}
    second = take_in(books, file, "--household", home.public_id)
    assert "0 slots are new or corrected, 1,920 were there already" in second.stdout
    assert books.slots() == before


def test_what_was_measured_stays(books, file):
    home = books.home()
    books.record(home, "grid_import", to_number(FIRST), [1] * 100)
    take_in(books, file, "--household", home.public_id)
    kept = books.slots()
    assert all(
        kept[home.public_id, "grid_import", to_number(FIRST) + index] == (1, "measured", 0) for index in range(100)
    )


def test_a_household_without_home_assistant_is_made_once(books, file):
    for _ in range(2):
        assert take_in(books, file, "--as-new", "Number 7").returncode == 0
    rows = books.query("SELECT public_id, name, state FROM household")
    assert [(name, state) for _, name, state in rows] == [("Number 7", "active")]
    assert {home for home, *_ in books.slots()} == {rows[0][0]}


def test_who_imported_is_in_the_audit_log_without_names_or_figures(books, file):
    take_in(books, file, "--as-new", "Number 7", "--by", "local")
    rows = books.query("SELECT who, action, subject, detail FROM audit ORDER BY id")
    (home,) = {home for home, *_ in books.slots()}
    assert [(who, action) for who, action, *_ in rows] == [("local", "household.add"), ("local", "import.apply")]
    assert {subject for _, _, subject, _ in rows} == {f"household:{home}"}
    assert "Number 7" not in str(rows)


def test_an_import_that_is_killed_goes_on_where_it_stopped(books, file):
    home = books.home()
    arguments = ["import", str(file), "--household", home.public_id, "--json", "--now", NOW.isoformat()]
    child = subprocess.Popen(
        [sys.executable, "-m", "sceop_hub", *arguments, "--data", str(books.data)], stdout=subprocess.PIPE, text=True
    )
    while json.loads(child.stdout.readline())["progress"][0] < 1:
        pass
    child.send_signal(signal.SIGKILL)
    child.wait()
    child.stdout.close()
    ((done, bites),) = books.query("SELECT done, bites FROM import_progress")
    assert (done >= 1, bites) == (True, 3)
    again = run(books, *arguments)
    said = [json.loads(line) for line in again.stdout.splitlines()]
    assert said[0]["progress"] == [done % bites, bites]
    assert len(books.slots()) == 1920


@pytest.mark.parametrize("format_", ["csv", "parquet"])
def test_an_export_is_read_again_as_it_was(books, tmp_path, format_):
    homes = [books.home("A"), books.home("B")]
    for number, home in enumerate(homes):
        books.record(home, "grid_import", slot_at("2026-11-01T00:00"), range(number, 500))
        books.record(home, "load.oven", slot_at("2026-11-19T23:00"), [number] * 3, received=NOW)
    out = tmp_path / f"all.{format_}"
    assert run(books, "export", out).returncode == 0
    before = books.slots()
    other = Books(tmp_path / "other")
    for home in homes:
        there = other.home(home.name)
        with other.open() as connection:
            connection.execute("UPDATE household SET public_id = ? WHERE id = ?", (home.public_id, there.id))
    answer = take_in(other, out)
    assert answer.returncode == 0, answer.stderr
    assert {key: wh for key, (wh, *_) in other.slots().items()} == {key: wh for key, (wh, *_) in before.items()}
    if format_ == "parquet":
        assert other.slots() == before
    assert run(other, "export", tmp_path / f"again.{format_}").returncode == 0


def test_the_lakes_own_files_are_taken_in(books, tmp_path):
    home = books.home()
    books.record(home, "grid_import", slot_at("2026-11-18T00:00"), range(192), rev=2, quality="estimated")
    seal(books.data, NOW)
    other = Books(tmp_path / "other")
    parts = sorted((books.data / "lake" / "readings").rglob("*.parquet"))
    assert take_in(other, *parts, "--as-new", "Moved here").returncode == 0
    assert sorted(value for value in other.slots().values()) == sorted(value for value in books.slots().values())


def test_an_export_may_be_of_some_days_and_of_one_household(books, tmp_path):
    homes = [books.home(), books.home()]
    for home in homes:
        books.record(home, "grid_import", slot_at("2026-11-01T00:00"), range(960))
    out = tmp_path / "some.csv"
    wanted = ("--from", "2026-11-03", "--to", "2026-11-04", "--time-zone", "Europe/Amsterdam", "--household")
    assert run(books, "export", out, *wanted, homes[0].public_id).returncode == 0
    rows = out.read_text().splitlines()
    assert len(rows) == 1 + 192
    assert rows[1].startswith(f"{homes[0].public_id},home,grid_import,2026-11-02T23:00:00Z,")
    assert rows[-1].split(",")[3] == "2026-11-04T22:45:00Z"
    assert run(books, "export", out, *wanted, "nobody").stderr.endswith("Its page shows its id.\n")


def test_an_export_that_fails_leaves_the_old_file(books, tmp_path):
    out = tmp_path / "all.csv"
    out.write_text("old")
    with pytest.raises(Exception, match="ends in"):
        export(books.data, out, Wanted(None, None, "xlsx"))
    assert out.read_text() == "old"


def test_slots_older_than_what_the_hub_keeps_are_left_out_and_told(books, file):
    home = books.home()
    books.run(retention.let_go, to_number(FIRST) + 100)
    answer = take_in(books, file, "--household", home.public_id)
    assert "200 slots are older than what this hub keeps" in answer.stdout
    assert min(slot for *_, slot in books.slots()) == to_number(FIRST) + 100
    assert len(books.slots()) == 1720


SENTENCES = {
    "no household “nobody”": ["--household", "nobody"],
    "For whom is the file": [],
    "not both": ["--household", "a", "--as-new", "b"],
    "no time zone": ["--as-new", "b", "--zone", "Mars/Olympus"],
    "is no channel": ["--as-new", "b", "--channel", "attic"],
    "signs that can be seen": ["--as-new", "a\u202eb"],
    "1 to 80 signs": ["--as-new", "x" * 81],
    "unit is one of": ["--as-new", "b", "--unit", "furlongs"],
}


@pytest.mark.parametrize(("sentence", "flags"), SENTENCES.items(), ids=SENTENCES)
def test_a_mistake_is_a_sentence(books, file, sentence, flags):
    answer = take_in(books, file, *flags)
    assert answer.returncode == 2
    assert sentence in answer.stderr
    assert not books.slots()


def test_a_name_that_two_have_is_asked_about(books, file):
    books.home("Home")
    books.home("Home")
    assert "Several households are called “Home”" in take_in(books, file, "--household", "Home").stderr


def test_a_file_that_is_not_there_is_told(books):
    assert "nothing.csv can not be read" in take_in(books, "nothing.csv", "--as-new", "x").stderr


def test_a_folder_without_a_hub_is_told(books, tmp_path, file):
    books.data = tmp_path / "none"
    assert "No hub keeps its data" in take_in(books, file, "--as-new", "x").stderr


async def test_a_page_reads_and_takes_in_beside_the_server(hub, file):
    data: Path = hub.hub.settings.data
    await hub.join(name="Home")
    target, heard = Target(household="Home"), []
    report = await from_pages.understand(data, file, "my meter.csv", Hints(), target, OWNER)
    assert (report.file, report.household, report.slots, report.refused_count) == ("my meter.csv", "Home", 1920, 0)
    assert [(series.channel, series.slots) for series in report.series] == [("grid_import", 960), ("grid_export", 960)]
    outcome = await from_pages.apply(data, file, "my meter.csv", Hints(), target, OWNER, lambda *at: heard.append(at))
    assert (outcome.stored, outcome.unchanged, outcome.households) == (1920, 0, 1)
    assert heard[-1] == (3, 3)
    assert len(await hub.slots(1, "grid_import")) == 960


async def test_a_coordinator_takes_a_file_in_on_the_page(hub, file):
    async def send(path, **fields):
        async with hub.session.get("/") as page:
            token = re.search("X-CSRF-Token&?[^0-9a-f]+([0-9a-f]{64})", await page.text())[1]
        form = FormData(fields)
        if "new" in fields:
            form.add_field("file", file.read_bytes(), filename="Zähler\u202e.csv")
        headers = {"X-CSRF-Token": token}
        async with hub.session.post(path, data=form, headers=headers, allow_redirects=False) as answer:
            assert answer.status == 303, await answer.text()
            return answer.headers["Location"]

    async def ended(place):
        await hub.app[ERRANDS].get(place.rpartition("/")[2]).finished()
        async with hub.session.get(place) as page:
            return await page.text()

    place = await send("/settings/import", household="new", new="Number 7")
    assert "grid_export" in await ended(place)
    assert not await hub.slots(1, "grid_import")
    assert "1920" in await ended(await send(place, sure="yes"))
    assert len(await hub.slots(1, "grid_import")) == 960
    assert not list((hub.hub.settings.data / "uploads").iterdir())


async def test_households_are_served_while_a_file_comes_in(hub, file):
    token = await hub.join(name="Home")
    taking = asyncio.create_task(
        from_pages.apply(hub.hub.settings.data, file, "f", Hints(), Target(new="By hand"), OWNER, lambda *_: None)
    )
    start, answers = from_number(to_number(hub.clock()) - 1), []
    while not taking.done():
        answers.append(
            await hub.send(token, block(start=start.strftime("%Y-%m-%dT%H:%M:%SZ"), wh=[5], rev=len(answers)))
        )
    assert (await taking).stored == 1920
    assert {answer.status for answer in answers} == {200}


async def test_a_page_is_told_why_not(hub, tmp_path):
    file = tmp_path / "bad.csv"
    file.write_text("hello")
    with pytest.raises(Refusal, match="no columns in common") as refusal:
        await from_pages.understand(hub.hub.settings.data, file, "bad.csv", Hints(), Target(new="x"), OWNER)
    assert refusal.value.problem == "import"


async def test_a_page_exports_beside_the_server(hub, tmp_path):
    token = await hub.join()
    await hub.send(token, block(start="2026-11-20T00:00:00Z", wh=range(20)))
    out = tmp_path / "export.csv.upload"
    await beside_export(hub.hub.settings.data, out, None, None, "csv")
    assert len(out.read_text().splitlines()) == 21
    with pytest.raises(Refusal, match="comes after"):
        await beside_export(hub.hub.settings.data, out, from_number(200).date(), from_number(0).date(), "csv")
