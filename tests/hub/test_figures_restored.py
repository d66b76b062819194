"""A restore takes back what the hub remembers of its figures, and nobody's memory of having seen them."""

import json
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from sceop_hub.core.slots import SLOT, Span, to_number
from sceop_hub.jobs import restored
from sceop_hub.store import database
from tests.hub.test_singling_out import Community

GRID = frozenset({"grid_import"})


@pytest.fixture
async def street(tmp_path):
    street = Community(tmp_path)
    await street.join(GRID, 8, by_hand=False)
    await street.publish()
    yield street
    street.store.close()


def back_up(street):
    with closing(sqlite3.connect(street.folder / database.FILE)) as books:
        return books.serialize()


async def restore(street, backup):
    """Put a backup in the place of the books, as a hub that starts finds it."""
    street.store.close()
    for tail in ("", "-wal", "-shm"):
        (street.folder / f"{database.FILE}{tail}").unlink(missing_ok=True)
    (street.folder / database.FILE).write_bytes(backup)
    (street.folder / "keep").mkdir(exist_ok=True)
    told = {"backup": "a", "made_at": datetime(2026, 11, 2, tzinfo=UTC).isoformat(), "who": "test"}
    (street.folder / "keep" / "restored.json").write_text(json.dumps(told))
    del street.store
    street.restart()
    await restored.take_note(street.store, street.folder, street.now)


async def go_on(street):
    await street.publishing.renew()
    while not await street.publishing.settle():
        pass


async def shown(street, slot):
    drawing, _ = await street.store.read(lambda books: street.published(books, slot))
    return None if drawing is None else drawing.sums


async def test_a_slot_that_was_published_after_the_backup_is_not_published_with_other_homes(street):
    noon = street.at(time(12))
    await street.send(dict.fromkeys(range(1, 8), 200), Span(noon, noon + SLOT))
    backup = back_up(street)
    await street.send({8: 300}, Span(noon, noon + SLOT))
    street.now = noon + timedelta(hours=1)
    await street.look()
    before = await shown(street, to_number(noon))
    assert before[0].homes == 8

    await restore(street, backup)
    await go_on(street)

    after = await shown(street, to_number(noon))
    assert after in (None, before)


async def test_a_slot_that_was_corrected_after_the_backup_is_not_published_a_third_time(street):
    noon = street.at(time(12))
    await street.live(set())
    backup = back_up(street)
    slot = to_number(noon)
    await street.send(dict.fromkeys((1, 2, 3), 500), Span(noon, noon + SLOT))
    await street.look()
    before = await shown(street, slot)

    await restore(street, backup)
    await street.send(dict.fromkeys((1, 2, 3, 4), 500), Span(noon, noon + SLOT))
    await go_on(street)

    assert sum(range(101, 109)) != before[0].wh["consumption"]
    assert (await shown(street, slot))[0].wh["consumption"] == sum(range(101, 109))


async def test_figures_go_on_with_the_quarter_hour_after_a_restore(street):
    await restore(street, back_up(street))
    begun = street.now
    await street.live(set())
    first = to_number(begun) + 1
    assert await shown(street, first - 1) is None
    assert (await shown(street, first))[0].homes == 8


async def test_publishing_that_begins_after_a_restore_shows_nothing_of_before(tmp_path):
    street = Community(tmp_path)
    await street.join(GRID, 8, by_hand=False)
    backup = back_up(street)
    yesterday = to_number(street.noon(1))
    await street.publish()
    assert (await shown(street, yesterday))[0].homes == 8

    street.profile = replace(street.profile, published_since=None)
    await restore(street, backup)
    await street.publish()

    assert await shown(street, yesterday) is None
    street.store.close()
