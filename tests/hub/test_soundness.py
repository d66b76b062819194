"""What the books say of how sound a household's data are, and the alert that comes of it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import SLOT, local_day, to_number
from sceop_hub.domain.alerts import Kind
from sceop_hub.domain.broken import Day, broken
from sceop_hub.jobs.alerts import WATCH
from sceop_hub.store import readings, soundness
from tests.hub.books import new_books, refresh_all, settle_all
from tests.hub.harness import running, settings

ZONE = ZoneInfo("Europe/Amsterdam")
TODAY = date(2026, 11, 20)


def keep(books, days, channel="grid_import", household=1):
    """Keep days of one value each, the last of which is yesterday; None is a day of which nothing came."""
    for ago, wh in enumerate(reversed(days), 1):
        if wh is not None:
            span = local_day(TODAY - timedelta(days=ago), ZONE)
            values = wh if isinstance(wh, tuple) else tuple(wh + step % 3 * (wh > 0) for step in range(len(span)))
            readings.record(books, household, [Block(channel, span.start, values, "measured", 0)], span.end)
    settle_all(books, to_number(datetime(2026, 11, 20, 12, tzinfo=UTC)))
    refresh_all(books, ZONE)


def found(books):
    return soundness.records(books, TODAY.toordinal(), ZONE)


@pytest.fixture
def books():
    with new_books() as books:
        books.execute("UPDATE household SET state = 'active', client = 'test'")
        yield books


def test_days_come_with_what_was_due_and_the_last_with_its_extremes(books):
    keep(books, [50] * 28 + [None, (7,) * 40, 60])
    (record,) = found(books)
    assert record.days[-3:] == [None, Day(280, 40, 96), Day(96 * 61, 96, 96)]
    assert len(record.days) == soundness.DAYS
    assert Day(50 * 100 + 99, 100, 100) in record.days, "the day on which the clock goes back"
    assert (record.least_wh, record.most_wh, record.slots) == (60, 62, 96)
    assert list(broken([record])) == []


def test_a_meter_that_counts_nothing_any_more_is_found(books):
    keep(books, [50] * 20 + [0] * 3)
    assert [(each.kind, each.detail["fault"]) for each in broken(found(books))] == [(Kind.BROKEN, "zeros")]


def test_with_a_plant_a_home_may_take_nothing(books):
    keep(books, [50] * 20 + [0] * 3)
    keep(books, [500] * 23, "production")
    assert list(broken(found(books))) == []


def test_what_is_still_to_be_summed_up_is_no_gap(books):
    keep(books, [50] * 20)
    late = local_day(TODAY - timedelta(days=1), ZONE)
    readings.record(books, 1, [Block("grid_import", late.start, (1, 2), "measured", 1)], late.end + SLOT)
    settle_all(books, to_number(datetime(2026, 11, 20, 12, tzinfo=UTC)))
    assert found(books) == []


@pytest.mark.parametrize("change", ["state = 'paused'", "client = ''"])
def test_only_who_reports_by_itself_is_looked_at(books, change):
    keep(books, [50] * 20)
    books.execute(f"UPDATE household SET {change}")  # noqa: S608 - written above
    assert found(books) == []


async def test_the_coordinator_hears_of_the_meter_and_not_of_the_energy(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        await hub.join(name="Number 7")
        await hub.hub.store.write(lambda books: keep(books, [50] * 20 + [0] * 3))
        hub.clock.pass_by(hours=1)
        await hub.app[WATCH].look()
        (alert,) = hub.app[WATCH].alerts
        assert (alert.finding.kind, dict(alert.finding.detail)) == (Kind.BROKEN, {"fault": "zeros"})
        async with hub.session.get("/alerts") as answer:
            page = await answer.text()
        assert "Number 7" in page
        assert "its meter counts nothing any more" in page


async def test_a_newcomer_is_looked_into_as_soon_as_its_past_is_summed_up(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        await hub.join(name="Number 7")
        await hub.app[WATCH].look()
        hub.clock.pass_by(minutes=1)
        await hub.hub.store.write(lambda books: keep(books, [50] * 20 + [(7,) * 96]))
        await hub.app[WATCH].look()
        (alert,) = hub.app[WATCH].alerts
        assert (alert.finding.kind, dict(alert.finding.detail)) == (Kind.BROKEN, {"fault": "frozen"})


async def test_who_is_known_is_looked_into_once_an_hour(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        await hub.join(name="Number 7")
        await hub.hub.store.write(lambda books: keep(books, [50] * 20))
        await hub.app[WATCH].look()
        await hub.hub.store.write(lambda books: keep(books, [50] * 19 + [(7,) * 96]))
        hub.clock.pass_by(minutes=1)
        await hub.app[WATCH].look()
        assert hub.app[WATCH].alerts == []
