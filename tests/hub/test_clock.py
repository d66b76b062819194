"""The machine's clock steps: the hub goes on, takes what it may, says what it does not, and keeps what it has."""

import asyncio
from datetime import timedelta

from sceop_hub.backup.backups import BACKUPS
from sceop_hub.store import figures as books_of_figures
from tests.hub.harness import NOON, Clock, block, running, settings
from tests.hub.test_now import HISTORY, SLOTS, TODAY, live_there, midnight


async def test_after_a_step_back_readings_of_the_true_time_wait_and_none_is_lost(hub):
    token = await hub.join()
    assert (await hub.send(token, block(start="2026-11-20T11:30:00Z", wh=[1]))).status == 200
    hub.clock.pass_by(hours=-2)
    refused = await hub.send(token, block(start="2026-11-20T11:45:00Z", wh=[2]))
    assert (refused.status, refused.problem) == (422, "clock")
    assert "10:00:00 UTC" in refused.detail
    hub.clock.pass_by(hours=2)
    assert (await hub.send(token, block(start="2026-11-20T11:45:00Z", wh=[2]))).body["stored"] == 1
    assert len(await hub.slots(1, "grid_import")) == 2


async def test_after_a_step_of_years_and_back_the_hub_still_answers_and_keeps_its_readings(hub):
    token = await hub.join()
    await hub.send(token, block())
    for step in (timedelta(days=3), timedelta(days=-6), timedelta(days=3)):
        hub.clock.now += step
        await hub.rounds.a_whole_one()
        assert (await hub.get("/readyz")).status == 200
        assert (await hub.get("/healthz")).body["now"].startswith(f"{hub.clock():%Y-%m-%dT%H}")
    assert hub.clock() == NOON
    assert len(await hub.slots(1, "grid_import")) == 2
    assert (await hub.send(token, block())).body == {"stored": 0, "unchanged": 2}


async def test_a_clock_that_was_ahead_keeps_nobody_out_of_the_figures(hub):
    await live_there(hub, 20)
    years = timedelta(days=5 * 365)
    hub.clock.now += years
    await hub.figures()
    hub.clock.now -= years
    assert (await hub.figures())["homes"]["counted"] == 20
    for number in range(3):
        token = await hub.join(name=f"Newcomer {number}")
        await hub.send(token, block("grid_import", HISTORY, [100] * SLOTS))
    await midnight(hub)
    assert (await hub.figures())["homes"]["counted"] == 23


async def test_a_clock_that_is_behind_for_a_while_changes_nothing_of_who_stands_behind_the_figures(hub):
    await live_there(hub, 20)
    before = await hub.hub.store.read(books_of_figures.standings), await hub.published(TODAY, 8)
    years = timedelta(days=30 * 365)
    hub.clock.now -= years
    await hub.figures()
    hub.clock.now += years
    await hub.figures()
    assert (await hub.hub.store.read(books_of_figures.standings), await hub.published(TODAY, 8)) == before


async def test_the_curve_of_minutes_goes_on_after_the_clock_went_back(hub):
    await hub.figures()
    hub.clock.pass_by(days=300)
    await hub.figures()
    hub.clock.pass_by(days=-300)
    at = (await hub.figures())["at"]
    assert (await hub.get("/now/curve")).body["start"] <= at


async def test_the_sum_of_now_goes_on_after_the_clock_went_back(hub):
    await hub.figures()
    hub.clock.pass_by(hours=-1)
    assert (await hub.figures())["at"] == f"{hub.clock():%Y-%m-%dT%H:%M:%SZ}"


async def test_a_wrong_night_makes_one_backup_and_the_right_ones_follow(tmp_path):
    clock = Clock()
    async with running(settings(tmp_path), clock) as hub:
        backups = hub.app[BACKUPS]

        async def made(count):
            async with asyncio.timeout(30):
                while len(backups.listed()) != count or backups.busy:
                    await hub.rounds.a_whole_one()

        clock.pass_by(days=400)
        await made(1)
        clock.pass_by(days=-400)
        await hub.rounds.a_whole_one()
        clock.pass_by(days=1)
        await made(2)
