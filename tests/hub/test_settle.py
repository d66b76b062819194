"""Upkeep: what was fresh settles in the night, roll-ups follow, and nobody waits long for either."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import SLOT, to_number
from sceop_hub.hub import HUB
from sceop_hub.jobs.upkeep import Upkeep
from sceop_hub.store import readings, settle
from tests.hub.books import new_books, settle_all
from tests.hub.harness import block, running, settings

START = datetime(2026, 11, 20, tzinfo=UTC)
COUNTS = "SELECT (SELECT COUNT(*) FROM fresh), (SELECT COUNT(*) FROM history), (SELECT COUNT(*) FROM stale)"


async def counts(hub):
    return (await hub.hub.store.read(lambda books: books.execute(COUNTS).fetchone()))[:3]


async def kept_up(hub):
    """Do what is due at this moment as the hub's own upkeep does it, from its first look on."""
    await Upkeep(hub.hub, breath_s=0).once()


async def test_slots_of_a_day_settle_two_hours_after_its_midnight(hub):
    token = await hub.join()
    await hub.send(token, block(start="2026-11-20T11:30:00Z", wh=[1, 2]))
    hub.clock.now = datetime(2026, 11, 21, 0, 59, tzinfo=UTC)
    await kept_up(hub)
    assert await counts(hub) == (2, 0, 0)
    hub.clock.now = datetime(2026, 11, 21, 1, 0, tzinfo=UTC)
    await kept_up(hub)
    assert await counts(hub) == (0, 2, 0)
    found = await hub.hub.store.read(lambda books: books.execute("SELECT wh, slots FROM day").fetchall())
    assert found == [(3, 2)]


async def test_the_running_hub_does_so_by_itself(hub):
    token = await hub.join()
    await hub.send(token, block(wh=[1, 2]))
    before = await hub.slots(1, "grid_import")
    hub.clock.now += timedelta(days=1)
    async with asyncio.timeout(40):
        while await counts(hub) != (0, 2, 0):
            await hub.rounds.a_whole_one()
    assert await hub.slots(1, "grid_import") == before
    assert sorted(before.values()) == [1, 2]


async def test_a_day_at_once_is_rolled_up_within_a_minute(hub):
    token = await hub.join()
    await hub.send(token, block(start="2026-11-18T23:00:00Z", wh=[1] * 96))
    hub.clock.pass_by(minutes=1)
    await kept_up(hub)
    found = await hub.hub.store.read(lambda books: books.execute("SELECT wh, slots FROM day").fetchall())
    assert found == [(96, 96)]


async def test_another_zone_cuts_the_days_anew(tmp_path):
    async with running(settings(tmp_path, zone=None)) as hub:
        await hub.invite()
        token = await hub.join()
        await hub.send(token, block(start="2026-11-18T23:00:00Z", wh=[1] * 96))
        days = {}
        for zone in ("UTC", "Europe/Amsterdam"):
            await hub.hub.change_profile("test", zone=ZoneInfo(zone))
            hub.clock.pass_by(minutes=1)
            await kept_up(hub)
            query = "SELECT wh FROM day ORDER BY day"
            days[zone] = await hub.hub.store.read(lambda books, query=query: books.execute(query).fetchall())
    assert days == {"UTC": [(4,), (92,)], "Europe/Amsterdam": [(96,)]}


async def test_when_a_household_was_last_heard_survives_a_restart(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        token = await hub.join()
        hub.clock.pass_by(minutes=7)
        await hub.send(token, block())
        heard = hub.clock.now
    async with running(settings(tmp_path)) as hub:
        query = "SELECT last_seen FROM household"
        found = await hub.hub.store.read(lambda books: books.execute(query).fetchone())
    assert found == (int(heard.timestamp()),)


async def test_upkeep_that_fails_says_so_once_and_goes_on_when_it_can(hub, caplog):
    store = hub.app[HUB].store
    await store.write(lambda books: books.execute("ALTER TABLE stale RENAME TO hidden"))
    hub.clock.pass_by(minutes=1)
    for _ in range(3):
        await hub.rounds.a_whole_one()
    token = await hub.join()
    await store.write(lambda books: books.execute("ALTER TABLE hidden RENAME TO stale"))
    await hub.send(token, block(start="2026-11-18T23:00:00Z", wh=[1] * 96))
    hub.clock.pass_by(minutes=1)
    async with asyncio.timeout(40):
        while await counts(hub) != (0, 96, 0):
            await hub.rounds.a_whole_one()
    assert caplog.text.count("could not be kept up") == 1


def test_a_bite_moves_few_slots_and_all_bites_move_all():
    with new_books(households=200) as books:
        for household in range(1, 201):
            for slot in range(40):
                readings.record(books, household, [Block("grid_import", START + SLOT * slot, (slot,))], START)
        settle.settle(books, to_number(START) + 1000)
        assert 0 < books.execute("SELECT COUNT(*) FROM history").fetchone()[0] <= settle.ROWS_AT_ONCE
        settle_all(books, to_number(START) + 1000)
        assert books.execute("SELECT COUNT(*), SUM(wh) FROM history").fetchone() == (8000, 200 * 780)
