"""Durability: whatever was acknowledged is there after the hub was killed, once; whatever fails says so."""

import random
import sqlite3
from contextlib import closing

import pytest

from sceop_hub.store import database
from tests.hub.crashing import Notes, check, check_roll_ups, let_join, live_and_die
from tests.hub.harness import block, running, settings

ROUNDS = 3
"""Here; `script/bench durability` kills it a hundred times."""


@pytest.mark.timeout(180)
def test_every_acknowledged_slot_survives_that_the_hub_is_killed_and_none_is_there_twice(tmp_path):
    let_join(tmp_path, 4)
    notes, chance = Notes(), random.Random(20261121)  # noqa: S311 - when it is killed
    for _ in range(ROUNDS):
        live_and_die(tmp_path, notes, 4, chance)
        check(tmp_path, notes)
    assert len(notes.acknowledged) > 100
    check_roll_ups(tmp_path)


async def test_a_full_disk_is_told_and_what_was_refused_comes_in_when_there_is_room(hub):
    token = await hub.join()
    assert (await hub.send(token, block(wh=[1]))).status == 200
    (pages,) = await hub.hub.store.write(lambda books: books.execute("PRAGMA page_count").fetchone())
    await hub.hub.store.write(lambda books: books.execute(f"PRAGMA max_page_count = {pages}").fetchone())
    large = [block(f"load.{number}", start="2026-11-14T00:00:00Z", wh=[5] * 600) for number in range(8)]
    answer = await hub.send(token, *large)
    assert (answer.status, answer.problem) == (507, "storage")
    assert "full" in answer.detail
    assert "send it again" in answer.detail
    assert (await hub.get("/healthz")).status == 200
    await hub.hub.store.write(lambda books: books.execute("PRAGMA max_page_count = 1000000").fetchone())
    assert (await hub.send(token, *large)).body == {"stored": 4800, "unchanged": 0}


async def test_a_database_that_another_process_holds_is_told_and_the_hub_goes_on_after_it(tmp_path, monkeypatch):
    monkeypatch.setattr(database, "BUSY_SECONDS", 0.05)
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        token = await hub.join()
        with closing(sqlite3.connect(tmp_path / database.FILE, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            answer = await hub.send(token, block(wh=[1]))
            assert (answer.status, answer.problem) == (507, "storage")
            assert "locked" in answer.detail
            other.execute("ROLLBACK")
        assert (await hub.send(token, block(wh=[1]))).body == {"stored": 1, "unchanged": 0}
