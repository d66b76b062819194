"""Retention: slots go when their time is over, roll-ups stay, and what comes too late can not spoil them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import SLOT, to_number
from sceop_hub.domain.refusal import Refusal
from sceop_hub.jobs.upkeep import Upkeep
from sceop_hub.store import readings, retention
from tests.hub.books import new_books, refresh_all
from tests.hub.harness import block

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
FIRST = datetime(2026, 10, 1, 22, tzinfo=UTC)
"""A local midnight."""
GONE = to_number(FIRST + timedelta(days=2))
NOW = FIRST + timedelta(days=60)


@pytest.fixture
def books():
    with new_books() as books:
        readings.record(books, 1, [Block("grid_import", FIRST, (1,) * 384)], NOW)
        yield books


def remove_all(books):
    while retention.remove(books):
        pass


def slots(books):
    return books.execute("SELECT MIN(slot), COUNT(*) FROM history").fetchone()


def days(books):
    return books.execute("SELECT wh, slots FROM day ORDER BY day").fetchall()


def test_slots_go_and_their_roll_ups_stay(books):
    refresh_all(books, AMSTERDAM)
    assert retention.let_go(books, GONE)
    remove_all(books)
    assert slots(books) == (GONE, 192)
    assert days(books) == [(96, 96)] * 4


def test_nothing_goes_before_its_roll_up_is_made(books):
    assert not retention.let_go(books, GONE)
    remove_all(books)
    assert slots(books)[1] == 384


def test_nothing_goes_while_some_of_it_is_fresh(books):
    readings.record(books, 1, [Block("production", FIRST, (1,))], NOW)
    refresh_all(books, AMSTERDAM)
    assert not retention.let_go(books, GONE)


def test_what_comes_for_a_time_that_is_gone_is_refused(books):
    refresh_all(books, AMSTERDAM)
    retention.let_go(books, GONE)
    with pytest.raises(Refusal, match="keeps slots from 2026-10-03 22:00 UTC on; 2026-10-03 21:45 UTC is older"):
        readings.record(books, 1, [Block("grid_import", FIRST + timedelta(days=2) - SLOT, (9, 9), rev=3)], NOW)
    readings.record(books, 1, [Block("grid_import", FIRST + timedelta(days=2), (9,) * 8, rev=3)], NOW)
    refresh_all(books, AMSTERDAM)
    assert days(books) == [(96, 96), (96, 96), (160, 96), (96, 96)]


def test_another_zone_leaves_the_days_alone_whose_slots_are_gone(books):
    refresh_all(books, AMSTERDAM)
    retention.let_go(books, GONE)
    remove_all(books)
    refresh_all(books, ZoneInfo("UTC"))
    assert days(books)[:3] == [(96, 96)] * 3
    assert sum(wh for wh, _ in days(books)) == sum(wh for (wh,) in books.execute("SELECT wh FROM month"))


def test_a_day_in_utc_that_loses_some_slots_is_sealed_anew(books):
    refresh_all(books, AMSTERDAM)
    books.execute("DELETE FROM unsealed")
    retention.let_go(books, GONE)
    assert books.execute("SELECT utc_day FROM unsealed").fetchall() == [(GONE // 96,)]


async def test_the_hub_lets_go_what_is_older_than_the_coordinator_wants(hub):
    token = await hub.join()
    for ago in (40, 36, 35, 0):
        start = f"{hub.clock.now - timedelta(days=ago):%Y-%m-%dT10:00:00Z}"
        assert (await hub.send(token, block(start=start, wh=[1] * 8))).status == 200
    await hub.hub.change_profile("test", retention_days=35)
    await Upkeep(hub.hub, breath_s=0).once()
    query = "SELECT (SELECT COUNT(*) FROM reading), (SELECT SUM(slots) FROM month)"
    assert await hub.hub.store.read(lambda books: books.execute(query).fetchone()) == (16, 32)
    answer = await hub.send(token, block(start="2026-10-01T11:00:00Z", wh=[1] * 8))
    assert (answer.status, answer.problem) == (422, "too-old")


async def test_a_clock_that_is_wrong_for_a_night_takes_nothing_along(hub):
    token = await hub.join()
    await hub.send(token, block(start="2026-10-20T10:00:00Z", wh=[1] * 8), block(wh=[1]))
    for years in (30, -30):
        right = hub.clock.now
        hub.clock.now = right.replace(year=right.year + years)
        await Upkeep(hub.hub, breath_s=0).once()
        hub.clock.now = right
    assert len(await hub.slots(1, "grid_import")) == 9
    assert await hub.hub.store.read(retention.kept_from) <= to_number(hub.clock.now - timedelta(days=1099))


def test_the_newest_slot_is_found_whether_it_is_fresh_or_not(books):
    newest = to_number(FIRST) + 383
    assert retention.newest(books) == newest
    readings.record(books, 2, [Block("grid_import", FIRST + SLOT * 400, (1,))], NOW)
    assert retention.newest(books) == newest + 17
    with new_books() as empty:
        assert retention.newest(empty) == 0
