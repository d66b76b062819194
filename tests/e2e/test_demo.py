"""script/demo: it starts, stops, resumes, refuses with a sentence, and loses nothing when the hub is killed."""

import asyncio
import os
import re
import signal
import socket
import sqlite3
import sys
from contextlib import asynccontextmanager, closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from aiohttp import ClientSession

from demo import books, check, community, homeassistant, site, state, visitor, weather
from demo.phone import held, register
from demo.processes import POLL_S, GivenUp, Program, end_leftovers, hold, holder, kept_alive, until
from sceop_hub.core.simulate.calendar import week_of
from sceop_hub.core.simulate.community import SEVILLE, community as simulated
from sceop_hub.core.simulate.foretold import BEFORE_MIDNIGHT, foretold
from sceop_hub.core.simulate.meters import SimulatedMeters
from sceop_hub.core.slots import SLOT, Span, from_number
from tests.e2e.harness import free_port, new_demo

ROOT = Path(__file__).parents[2]
SMALL = ("--households", "3", "--days", "2")


@pytest.fixture(autouse=True)
def nothing_left_running(tmp_path):
    """End what a test that failed halfway has left behind."""
    yield
    end_leftovers(tmp_path)


class Told:
    """A demo in a process of its own, as script/demo starts it."""

    def __init__(self, process: asyncio.subprocess.Process, complaints: Path) -> None:
        self.process = process
        self.complaints = complaints
        self.said: list[str] = []

    async def line(self, pattern: str) -> str:
        async for line in self.process.stdout:
            self.said.append(line.decode())
            if re.search(pattern, self.said[-1]):
                return self.said[-1]
        pytest.fail(f"no line with {pattern!r} in:\n{self.complaints.read_text()}{''.join(self.said)}")

    async def end(self) -> int:
        self.said += [line.decode() async for line in self.process.stdout]
        return await self.process.wait()


@asynccontextmanager
async def demo(folder: Path, *arguments: str):
    """Run the demo; what it complains of goes to a file, since what it leaves running would hold a pipe open."""
    complaints = folder.with_suffix(".complaints")
    with complaints.open("wb") as stderr:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "demo", "--folder", str(folder), *arguments),
            cwd=ROOT,
            stdout=asyncio.subprocess.PIPE,
            stderr=stderr,
        )
    told = Told(process, complaints)
    try:
        yield told
    finally:
        if process.returncode is None:
            process.terminate()
        await told.end()


def still_running(folder: Path) -> list[str]:
    return [lock.stem for lock in (folder / "run").glob("*.lock") if holder(lock)]


@pytest.mark.timeout(300)
async def test_the_check_passes(tmp_path):
    async with demo(tmp_path, "--check", "--households", "20", "--days", "3", "--port", str(free_port())) as told:
        assert await told.end() == 0, "".join(told.said)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
async def test_stopping_leaves_no_child_and_a_second_start_resumes(tmp_path, stop):
    async with demo(tmp_path, *SMALL, "--port", str(free_port())) as first:
        login = await first.line("password")
        assert len(still_running(tmp_path)) == 3
        first.process.send_signal(stop)
        assert await first.end() == 0, "".join(first.said)
    assert still_running(tmp_path) == []
    async with demo(tmp_path) as second:
        assert (await second.line("password")).split("user")[1] == login.split("user")[1]
        second.process.send_signal(stop)
        assert await second.end() == 0


@pytest.mark.timeout(300)
async def test_a_demo_whose_port_was_taken_moves_and_its_home_follows(tmp_path):
    port = free_port()
    async with demo(tmp_path, *SMALL, "--port", str(port)) as first:
        await first.line("password")
    with socket.create_server(("127.0.0.1", port)):
        async with demo(tmp_path) as second, ClientSession() as session:
            await second.line("password")
            moved = state.remembered(tmp_path)
            assert moved.hub_port != port
            async for now in check.events(session, moved):
                if now["members"]["reporting"] == moved.members:
                    return
    pytest.fail("the hub ended before the home had followed it")


@pytest.mark.timeout(300)
async def test_what_a_killed_demo_left_running_is_ended_by_the_next(tmp_path):
    async with demo(tmp_path, *SMALL, "--port", str(free_port())) as first:
        await first.line("password")
        first.process.kill()
        await first.process.wait()
        ports = state.remembered(tmp_path)
        left = {name: holder(tmp_path / "run" / f"{name}.lock") for name in still_running(tmp_path)}
    assert len(left) == 3
    async with demo(tmp_path) as second:
        await second.line("password")
        for name, pid in left.items():
            assert holder(tmp_path / "run" / f"{name}.lock") != pid
        assert state.remembered(tmp_path) == ports


async def test_a_taken_port_is_said(tmp_path):
    server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    async with server:
        port = server.sockets[0].getsockname()[1]
        async with demo(tmp_path, "--port", str(port)) as told:
            assert await told.end() == 2
    assert f"Port {port} is taken by another program. Choose another with --port" in told.complaints.read_text()


async def test_a_second_demo_in_the_same_folder_is_refused(tmp_path):
    with hold(tmp_path / "demo.lock"):
        async with demo(tmp_path) as told:
            assert await told.end() == 2
    assert f"already (process {os.getpid()})" in told.complaints.read_text()


async def test_another_size_asks_for_a_reset(tmp_path):
    new_demo(tmp_path, households=3, days=2)
    async with demo(tmp_path, "--households", "5") as told:
        assert await told.end() == 2
    assert "--households 3" in told.complaints.read_text()
    assert "--reset" in told.complaints.read_text()


async def test_what_ends_at_once_is_given_up_with_its_last_words(tmp_path):
    broken = Program("The broken one", ("/bin/sh", "-c", "echo I lack a part; exit 3"), tmp_path)
    said = []
    async with kept_alive(broken, said.append) as child:
        with pytest.raises(GivenUp, match=r"(?s)3 times in a row \(exit code 3\).*I lack a part"):
            await until(asyncio.Event().wait(), child)
    assert child.starts == 3


async def test_a_killed_hub_serves_again_by_itself(tmp_path):
    street = new_demo(tmp_path, households=3, days=1)
    async with ClientSession() as session, kept_alive(community.hub(street)) as hub:
        await until(community.answers(session, street.hub_url), hub)
        await hub.kill()
        await until(community.answers(session, street.hub_url), hub)


async def test_a_slot_that_closes_while_the_home_sends_its_past_is_no_gap(tmp_path, monkeypatch):
    street = new_demo(tmp_path, households=1, days=1)
    street.hub_data.mkdir(parents=True)
    days = round(books.HOME_PAST / SLOT)
    with closing(sqlite3.connect(street.hub_data / "hub.db", isolation_level=None)) as book:
        book.executescript(
            "CREATE TABLE household (id, name); CREATE TABLE channel (id, household, name);"
            " CREATE TABLE reading (channel, slot, wh); INSERT INTO channel VALUES (1, 1, 'grid_import')"
        )
        book.execute("INSERT INTO household VALUES (1, ?)", (site.NAME,))

        async def the_past_arrives(_seconds):
            book.executemany("INSERT INTO reading VALUES (1, ?, 7)", [(slot,) for slot in range(1, days)])

        book.execute("INSERT INTO reading VALUES (1, 0, 7), (1, ?, 7)", (days,))
        monkeypatch.setattr(asyncio, "sleep", the_past_arrives)
        assert await books.past_of_the_home(street) == books.HOME_PAST + SLOT


@pytest.mark.timeout(180)
async def test_the_phone_hears_again_when_home_assistant_was_away(tmp_path):
    home = new_demo(tmp_path, households=1, days=1)
    homeassistant.configure(home)
    async with ClientSession() as session, kept_alive(homeassistant.program(home)) as child:
        api = await until(visitor.logged_in(session, home), child)
        async with held(api, "Spare phone", await register(api, "Spare phone")) as phone:
            again = child._next_start
            os.kill(child.pid, signal.SIGTERM)  # as its own restart ends: with everything written down
            await until(again.wait(), child)
            api = await until(visitor.logged_in(session, home), child)
            await until(_sent(api, "Are you there?"), child)
            note = await phone.sees(lambda each: each["message"] == "Are you there?")
            assert phone.received == [note]


async def _sent(api, text) -> None:
    while True:
        try:
            await api.post("/api/services/notify/mobile_app_spare_phone", {"message": text})
        except state.Refused:
            await asyncio.sleep(POLL_S)  # its channel is not open again yet
        else:
            return


@pytest.mark.timeout(300)
async def test_ten_kills_of_the_hub_lose_and_double_nothing(tmp_path):
    """The simulator never sends again what was acknowledged: what a kill loses is missing in the end."""
    street = new_demo(tmp_path, households=8, days=60)
    async with ClientSession() as session, kept_alive(community.hub(street), at_once_s=0) as hub:
        await until(community.answers(session, street.hub_url), hub)
        invite = await community.invite(street)
        async with kept_alive(community.simulator(street, invite)) as simulator:
            for _ in range(10):
                await until(_more_is_acknowledged(street), hub, simulator)
                await hub.kill()
            assert not simulator.has_printed(community.HISTORY_COMPLETE), "the kills should hit while it sends"
            await until(simulator.prints(community.HISTORY_COMPLETE), hub, simulator)
    assert (hub.starts, simulator.starts) == (11, 1)
    memory = community.acknowledged(street)
    assert _booked(street) == {
        (site.name, channel, slot.start): slot.wh
        for site in simulated(memory.seed, street.households, frozen=memory.frozen)
        for meters in [SimulatedMeters(site, week_of(memory.since))]
        for channel in meters.channels
        for slot in meters.slots(channel, Span(memory.since, memory.until[site.name]))
    }


def test_the_weather_of_before_is_what_was_said_at_the_midnight_before_it():
    now = datetime(2026, 10, 26, 9, 20, tzinfo=UTC)
    hours = weather.said_before(now)
    assert [hour.start for hour in hours] == [hours[0].start + n * weather.HOUR for n in range(len(hours))]
    assert (hours[-1].start, now - hours[0].start >= weather.PAST) == (datetime(2026, 10, 26, 8, tzinfo=UTC), True)
    longest = datetime(2026, 10, 24, 22, tzinfo=UTC)  # a day of 25 hours
    said = foretold(SEVILLE, longest - BEFORE_MIDNIGHT)
    assert [hour for hour in said if longest <= hour.start < longest + timedelta(hours=25)] == [
        hour for hour in hours if longest <= hour.start < longest + timedelta(hours=25)
    ]


async def _more_is_acknowledged(street) -> None:
    before = community.acknowledged(street)
    while True:
        if community.acknowledged(street) != before:
            return
        await asyncio.sleep(0.02)


def _booked(street) -> dict[tuple[str, str, datetime], int]:
    """Return every slot in the books; a member who joined twice or a slot that came twice would be one too many."""
    with closing(sqlite3.connect(f"file:{street.hub_data / 'hub.db'}?mode=ro", uri=True)) as books:
        rows = books.execute(
            "SELECT household.name, channel.name, slot, wh FROM reading JOIN channel ON channel.id = reading.channel"
            " JOIN household ON household.id = channel.household"
        ).fetchall()
        assert books.execute("SELECT COUNT(*) FROM household").fetchone() == (street.households + 1,)
    booked = {(home, channel, from_number(slot)): wh for home, channel, slot, wh in rows}
    assert len(booked) == len(rows)
    return booked
