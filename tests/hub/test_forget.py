"""Forgetting: who it was goes at once, all that was measured follows, and nothing brings it back."""

import asyncio
import json
from datetime import timedelta

import pytest

from sceop_hub.backup.make import make
from sceop_hub.backup.restore import finish, stage
from sceop_hub.jobs import forget
from sceop_hub.lake import parquet
from sceop_hub.lake.seal import seal
from sceop_hub.secrets import digest
from sceop_hub.store import forgetting
from sceop_hub.store.writer import StorageError
from tests.hub.browsing import browser
from tests.hub.harness import NOON, block, running, settings
from tests.hub.test_now import TODAY, live_there

NAME = "The house with the blue door"
SITE = "a-secret-of-the-site-itself-of-its-own"
DAY = "2026-11-18T23:00:00Z"


def bearer(token) -> dict:
    return {"Authorization": f"Bearer {token}"}


async def forget_me(hub, token) -> int:
    async with hub.session.delete("/api/v1/me", headers=bearer(token)) as answer:
        return answer.status


async def forgotten(hub):
    """Wait until nothing is left of whom the hub forgets."""
    async with asyncio.timeout(20):
        while await hub.hub.store.read(forgetting.waiting):
            await hub.rounds.a_whole_one()


async def a_life(hub) -> tuple[str, str]:
    """Let a household leave traces everywhere; return its token and its public id."""
    answer = await hub.ask_to_join(name=NAME, site=SITE)
    token, public_id = answer.body["token"], answer.body["household"]
    await hub.send(token, block(start=DAY, wh=[123] * 96), block("load.boiler", start=DAY, wh=[7] * 96))
    await hub.send(token, block(start="2026-11-20T11:30:00Z", wh=[5]))
    async with hub.session.put("/api/v1/me", json={"nickname": "Blue door"}, headers=bearer(token)) as said:
        assert said.status == 200
    return token, public_id


async def everything(hub) -> str:
    """Return all that the books hold, as one text."""

    def look(books):
        tables = [name for (name,) in books.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return {table: [list(map(repr, row)) for row in books.execute(f"SELECT * FROM {table}")] for table in tables}  # noqa: S608 - names from the schema

    return json.dumps(await hub.hub.store.read(look))


async def test_nothing_that_names_a_household_is_left(hub, tmp_path):
    token, public_id = await a_life(hub)
    before = await everything(hub)
    traces = [NAME, "Blue door", repr(digest(token)), repr(digest(SITE))]
    assert all(trace in before or json.dumps(trace)[1:-1] in before for trace in [*traces, public_id])
    assert await forget_me(hub, token) == 204
    await forgotten(hub)
    after = await everything(hub)
    assert not [trace for trace in traces if trace in after or json.dumps(trace)[1:-1] in after]
    assert after.count(public_id) == 1  # the lake's own mark, until its files are written without
    assert (await hub.get("/api/v1/me", **bearer(token))).status == 401
    database = (tmp_path / "hub.db").read_bytes()
    assert NAME.encode() not in database


async def test_all_that_it_measured_goes_and_nobody_elses(hub):
    token, _ = await a_life(hub)
    other = await hub.join(name="Other")
    await hub.send(other, block(start=DAY, wh=[9] * 96))
    await forget_me(hub, token)
    await forgotten(hub)
    rest = await hub.hub.store.read(
        lambda books: {
            table: {channel for (channel,) in books.execute(f"SELECT DISTINCT channel FROM {table}")}  # noqa: S608 - names from below
            for table in ("history", "fresh", "hour", "day", "month", "stale")
        }
    )
    others = {
        id_ for (id_,) in await hub.hub.store.read(lambda books: books.execute("SELECT id FROM channel").fetchall())
    }
    assert all(channels <= others for channels in rest.values())
    assert len(await hub.slots(2, "grid_import")) == 96


async def test_it_goes_in_bites_that_hold_nobody_up(hub, monkeypatch):
    monkeypatch.setattr(forgetting, "MOST_AT_ONCE", 10)
    bites = []
    bite = forgetting.bite

    def counting(books, household):
        before = books.total_changes
        done = bite(books, household)
        bites.append(books.total_changes - before)
        return done

    monkeypatch.setattr("sceop_hub.jobs.forget.forgetting.bite", counting)
    token, _ = await a_life(hub)
    await forget_me(hub, token)
    await forgotten(hub)
    assert max(bites) <= 20
    assert len(bites) > 20


async def test_what_a_crash_left_is_finished_by_the_next_start(tmp_path, monkeypatch):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        token, _ = await a_life(hub)

        def power_cut(_books, household):
            raise StorageError(f"no power for {household}")

        monkeypatch.setattr("sceop_hub.jobs.forget.forgetting.bite", power_cut)
        await forget_me(hub, token)
        assert await hub.hub.store.read(forgetting.waiting) == [1]
    monkeypatch.undo()
    async with running(settings(tmp_path)) as hub:
        await forgotten(hub)
        assert await hub.slots(1, "grid_import") == {}


async def test_a_mistake_while_slots_are_taken_away_does_not_keep_them(hub, monkeypatch, caplog):
    bite, tried = forgetting.bite, []

    def mistaken(books, household):
        tried.append(household)
        if len(tried) == 1:
            raise ValueError("a mistake")
        return bite(books, household)

    monkeypatch.setattr("sceop_hub.jobs.forget.forgetting.bite", mistaken)
    monkeypatch.setattr("sceop_hub.jobs.forget._AGAIN_SECONDS", 0)
    token, _ = await a_life(hub)
    await forget_me(hub, token)
    await forgotten(hub)
    assert await hub.slots(1, "grid_import") == {}
    assert "tries again" in caplog.text


async def test_a_restored_backup_does_not_bring_it_back(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        token, _ = await a_life(hub)
        stays = await hub.join(name="Stays")
        made = make(tmp_path, "manual", NOON)
        await forget_me(hub, token)
        await forgotten(hub)
    stage(made.path, tmp_path, None, even_if_newer=True)
    assert finish(tmp_path)
    async with running(settings(tmp_path)) as hub:
        assert (await hub.get("/api/v1/me", **bearer(token))).status == 401
        assert (await hub.get("/api/v1/me", **bearer(stays))).status == 200
        await forgotten(hub)
        assert await hub.slots(1, "grid_import") == {}
        assert NAME not in await everything(hub)


async def test_what_is_kept_of_it_finds_nobody(hub, tmp_path):
    token, public_id = await a_life(hub)
    await forget_me(hub, token)
    kept = (tmp_path / "keep" / "forgotten").read_text()
    assert public_id not in kept
    assert len(kept.split()) == 1


async def test_a_household_that_comes_back_is_a_new_one_and_is_not_forgotten_again(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        token, public_id = await a_life(hub)
        await forget_me(hub, token)
        token, fresh = await a_life(hub)
        assert fresh != public_id
        await forgotten(hub)
    async with running(settings(tmp_path)) as hub:
        assert (await hub.get("/api/v1/me", **bearer(token))).status == 200
        assert len(await hub.slots(2, "grid_import")) == 97


async def test_the_lake_is_written_without_it(hub, tmp_path):
    token, public_id = await a_life(hub)
    other = (await hub.ask_to_join(name="Other")).body
    await hub.send(other["token"], block(start=DAY, wh=[9] * 96))
    at = NOON + timedelta(days=1)
    await asyncio.to_thread(seal, tmp_path, at)
    files = [*(tmp_path / "lake").rglob("*.parquet")]
    assert any(parquet.holds(file, public_id) for file in files if "readings" in str(file))
    await forget_me(hub, token)
    await forgotten(hub)
    await asyncio.to_thread(seal, tmp_path, at)
    files = [*(tmp_path / "lake").rglob("*.parquet")]
    readings = [file for file in files if "readings" in str(file)]
    assert readings
    assert not any(public_id.encode() in file.read_bytes() for file in files)
    assert any(parquet.holds(file, other["household"]) for file in readings)
    assert public_id not in await everything(hub)


async def test_published_sums_stay_and_later_ones_are_without_it(hub):
    tokens = await live_there(hub, 20)
    published = await hub.published(TODAY, 8)
    assert await forget_me(hub, tokens[0]) == 204
    await forgotten(hub)
    hub.clock.now = NOON + timedelta(minutes=21)
    for token in tokens[1:]:
        assert (await hub.send(token, block(start="2026-11-20T12:00:00Z", wh=[10]))).status == 200
    hub.clock.pass_by(minutes=15)
    await hub.figures()
    await hub.settled()
    assert await hub.published(TODAY, 8) == published
    (slot,) = await hub.published(NOON, 1)
    assert (slot.homes, slot.wh["consumption"]) == (19, 190)


async def test_its_open_line_ends(hub):
    token = await hub.join()
    async with hub.live(token) as line:
        await forget_me(hub, token)
        assert (await line.receive()).type.name in {"CLOSE", "CLOSING", "CLOSED"}


async def test_the_log_says_that_somebody_was_forgotten_and_not_who(hub):
    token, public_id = await a_life(hub)
    async with browser(hub) as owner:
        await owner.submit(f"/households/{public_id}/pause", f"/households/{public_id}")
        await forget_me(hub, token)
        text = (await owner.open("/audit")).text
    assert "household.forget" in text
    assert "household.pause" in text
    assert "A forgotten household" in text
    assert public_id not in text
    assert NAME not in text


async def test_a_coordinator_forgets_a_household_that_asks_on_paper(hub):
    token, public_id = await a_life(hub)
    async with browser(hub) as owner:
        page = await owner.submit(f"/households/{public_id}/forget", f"/households/{public_id}")
        assert page.leads_to == "/households?said=household_forgotten"
        assert (await owner.open(f"/households/{public_id}")).status == 404
    assert (await hub.get("/api/v1/me", **bearer(token))).status == 401


@pytest.mark.parametrize("state", ["waiting", "paused"])
async def test_who_waits_or_is_paused_may_leave_as_well(hub, state):
    token = await hub.join()
    await hub.hub.store.write(lambda books: books.execute("UPDATE household SET state = ?", (state,)))
    assert await forget_me(hub, token) == 204


async def test_a_disk_that_keeps_no_mark_forgets_nobody(hub, monkeypatch):
    token = await hub.join()

    def full(*_given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(forget, "remember", full)
    assert await forget_me(hub, token) == 507
    assert (await hub.get("/api/v1/me", **bearer(token))).status == 200
