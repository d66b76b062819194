"""When the lake is written: by night, beside the server, and at once when somebody is forgotten."""

import subprocess
import sys
from dataclasses import dataclass

import pytest

from sceop_hub.domain.profile import Profile
from sceop_hub.hub import Hub
from sceop_hub.jobs.seal import Sealing
from sceop_hub.lake import files
from sceop_hub.lake.check import check
from sceop_hub.lake.seal import seal
from sceop_hub.processes import Ended
from sceop_hub.store import lake
from sceop_hub.store.store import Store
from tests.hub.harness import Clock, block, settings
from tests.hub.lake.books import ZONE, Books, lake_slots, slot_at, table


class Runs:
    """Stands for the process beside the server, where a test only asks when it runs."""

    def __init__(self, code=0):
        self.commands = []
        self.code = code

    async def __call__(self, *arguments):
        self.commands.append(arguments)
        return Ended(self.code, "no room")


@dataclass
class Night:
    """A hub without a server, whose nights a test lets pass."""

    hub: Hub
    books: Books
    clock: Clock

    def yesterday(self):
        self.books.record(self.books.home(), "grid_import", slot_at("2026-11-19T08:00"), range(96))


@pytest.fixture
def night(tmp_path):
    clock, store = Clock(), Store(tmp_path)
    books = Books(tmp_path)
    yield Night(Hub("id", settings(tmp_path), store, clock, Profile(name="Test", zone=ZONE)), books, clock)
    store.close()


async def test_what_came_in_is_in_the_lake_the_next_night(night):
    night.yesterday()
    night.clock.pass_by(days=1)
    await Sealing(night.hub).once()
    assert len(lake_slots(night.hub.settings.data)) == 96
    assert (night.hub.settings.data / "lake" / files.CHECKSUMS).exists()


async def test_the_lake_is_written_once_a_night_and_only_where_there_is_news(night):
    runs = Runs()
    sealing = Sealing(night.hub, runs)
    with files.held(night.hub.settings.data) as empty:
        empty.save()
    for _ in range(48):
        await sealing.once()
        night.clock.pass_by(hours=1)
    assert runs.commands == []
    night.yesterday()
    for _ in range(48):
        await sealing.once()
        night.clock.pass_by(hours=1)
    assert len(runs.commands) == 2  # no process took the marks away, so the second night has work too


async def test_where_there_is_no_lake_the_next_night_begins_one(night):
    runs = Runs()
    sealing = Sealing(night.hub, runs)
    await sealing.once()
    assert runs.commands == []
    night.clock.pass_by(days=1)
    await sealing.once()
    assert len(runs.commands) == 1


async def test_a_hub_that_was_off_by_night_catches_up_when_it_starts(night):
    night.yesterday()
    runs = Runs()
    await Sealing(night.hub, runs).once()
    assert len(runs.commands) == 1


async def test_a_member_who_leaves_over_the_wire_leaves_the_lake(hub):
    data = hub.hub.settings.data
    tokens = [await hub.join(), await hub.join()]
    for token in tokens:
        await hub.send(token, block(start="2026-11-19T00:00:00Z", wh=range(96)))
    seal(data, hub.clock())
    assert len({home for home, *_ in lake_slots(data)}) == 2
    headers = {"Authorization": f"Bearer {tokens[0]}"}
    async with hub.session.delete("/api/v1/me", headers=headers) as answer:
        assert answer.status == 204
    hub.clock.pass_by(minutes=1)
    while await hub.hub.store.read(lake.forgetting):
        await hub.rounds.a_whole_one()
    (left,) = {home for home, *_ in lake_slots(data)}
    assert left in {row["household"] for row in table(data, "members").to_pylist()}
    assert len(table(data, "members")) == 1
    assert not check(data / files.FOLDER)


async def test_who_is_forgotten_leaves_the_lake_within_a_minute(night):
    runs = Runs()
    sealing = Sealing(night.hub, runs)
    await sealing.once()
    await night.hub.store.write(lambda books: lake.forget(books, "somebody", night.clock()))
    night.clock.pass_by(minutes=1)
    await sealing.once()
    assert [command[:2] for command in runs.commands] == [("lake", "seal")]


async def test_a_failure_is_tried_again_after_an_hour(night, caplog):
    runs = Runs(code=2)
    sealing = Sealing(night.hub, runs)
    await night.hub.store.write(lambda books: lake.forget(books, "somebody", night.clock()))
    for _ in range(61):
        await sealing.once()
        night.clock.pass_by(minutes=1)
    assert len(runs.commands) == 2
    assert "no room" in caplog.text


def test_the_server_itself_never_loads_what_the_lake_is_written_with():
    look = "import sys, sceop_hub.server, sceop_hub.__main__; sys.exit('pyarrow' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", look], check=False).returncode == 0
