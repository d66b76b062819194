"""The page "Plan": what it says while little is known, and that its figures are those that anybody comes to."""

import html
import re
from dataclasses import replace
from datetime import timedelta

import pytest
import pytest_asyncio

from sceop_hub.core.channels import CONSUMPTION
from sceop_hub.core.slots import from_number, to_number
from sceop_hub.domain.potential import Day, potential
from sceop_hub.shifting.looked_back import DAYS, looked_back
from sceop_hub.store import plan as books_of_plan
from tests.hub.forecasting import HOMES, TODAY, ZONE, forecasting_hub, past
from tests.hub.harness import running, settings
from tests.hub.shifting import held, settled, shifting_hub

KNOWN = 10
"""Days that were published before today."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shifting(tmp_path_factory):
    async with shifting_hub(tmp_path_factory.mktemp("shifting"), days=KNOWN) as hub:
        yield hub


async def read(hub, path="/plan"):
    async with hub.session.get(path) as answer:
        assert answer.status == 200
        return re.sub(r"\s+", " ", html.unescape(await answer.text()))


def inside(page: str, testid: str) -> str:
    """Return the text of the element with a test id, and what follows it."""
    return re.sub(r"<[^>]*>", " ", page.partition(f'data-testid="{testid}"')[2].partition(">")[2])


def figures(page: str, testid: str) -> list[float]:
    """Return the figures in an element, and in what follows it."""
    return [
        float(value) for value in re.findall(r'<data value="([^"]+)"', page.partition(f'data-testid="{testid}"')[2])
    ]


async def test_before_anything_is_published_the_page_says_what_it_waits_for(tmp_path):
    async with running(settings(tmp_path)) as hub:
        page = await read(hub)
        assert "It begins once the community's figures are published" in page
        assert 'href="/guide"' in page
        assert "curve-chart" not in page


async def test_without_a_forecast_or_reservations_each_part_says_so(tmp_path):
    async with forecasting_hub(
        tmp_path, days=0, published={to_number(TODAY) - 1: past(1)[to_number(TODAY) - 1]}
    ) as hub:
        page = await read(hub)
    assert "The first forecast is about to be made" in page
    assert "In the last week it was 15 homes fewer" in inside(page, "homes")
    assert inside(page, "no-both").startswith("Both curves are drawn once there is a forecast.")
    assert inside(page, "no-could").startswith("No day of the last four weeks is wholly known yet.")
    assert inside(page, "no-did").startswith("There is no day yet on which enough homes had places")
    assert inside(page, "no-events").startswith("No event of which a sum may be told")


@pytest.mark.asyncio(loop_scope="module")
async def test_the_page_tells_how_many_reserve_and_the_highest_with_and_without_the_plan(shifting):
    page = await read(shifting)
    assert inside(page, "homes").startswith("20 homes have reserved something.")
    async with shifting.session.get("/plan/data") as answer:
        data = await answer.json()
    ahead = (shifting.clock() - TODAY) // timedelta(minutes=15)
    highest = [max(w for w in data[curve][ahead:] if w is not None) for curve in ("shifted", "at_once")]
    assert figures(page, "highest")[:2] == highest
    assert highest[0] < highest[1]
    assert len(data["came"]) == len(data["expected"]) == len(data["usual"])


@pytest.mark.asyncio(loop_scope="module")
async def test_what_could_have_been_saved_is_the_potential_of_the_published_days(shifting):
    back = await looked_back(shifting.hub)
    assert (back.peak.days, back.peak.of_days) == (KNOWN, DAYS)
    published = await shifting.published(from_number(to_number(TODAY) - 96 * KNOWN), 96 * KNOWN)
    days = [
        Day([one.wh[CONSUMPTION] for one in day], [one.wh[CONSUMPTION] - _net(one) for one in day], co2_g=[280.0] * 96)
        for day in (published[at : at + 96] for at in range(0, len(published), 96))
    ]
    assert back.peak == replace(potential(days, back.shares), of_days=DAYS)
    page = await read(shifting)
    kwh = figures(page, "could")[3:6]
    assert kwh == [round(one.wh) for one in (back.peak.low, back.peak.mid, back.peak.high)]
    assert kwh[0] < kwh[1] < kwh[2]
    assert "Own sun used, and not given away" in page
    assert "Money saved with it" in page


def _net(one) -> int:
    return one.wh["grid_import"] - one.wh["grid_export"]


@pytest.mark.asyncio(loop_scope="module")
async def test_the_lowest_share_is_what_was_reserved_in_the_last_week(shifting):
    back = await looked_back(shifting.hub)
    first = to_number(TODAY) - 96 * 7
    used = sum(one.wh[CONSUMPTION] for one in await shifting.published(from_number(first), 96 * 7))
    assert back.shares.low == pytest.approx(7 * 16 * 300 / used)
    assert (back.shares.mid, back.shares.high) == (0.1, 0.3)
    assert used / 7 / HOMES / 1000 > 1, "homes of some kWh a day"


@pytest.mark.asyncio(loop_scope="module")
async def test_what_the_plan_moved_is_told_beside_the_same_begun_at_once(shifting):
    back = await looked_back(shifting.hub)
    assert back.plan.days == 9
    assert back.plan.moved.wh == 9 * 4 * 1200
    assert figures(await read(shifting), "did")[:2] == [9 * 4 * 1200, round(back.plan.moved.peak_w)]


@pytest.mark.asyncio(loop_scope="module")
async def test_events_add_up_with_one_interval_and_those_without_a_sum_are_counted(shifting):
    told = (await looked_back(shifting.hub)).events
    assert (told.events, told.left_out) == (3, 1)
    sums = [settled(*of)[1].savings for of in ((2, 0.24), (5, 0.02), (13, -0.2))]
    assert told.mid_wh == sum(one.mid_wh for one in sums)
    assert told.high_wh - told.low_wh < sum(one.high_wh - one.low_wh for one in sums)
    page = await read(shifting)
    assert figures(page, "by-events")[:3] == [told.mid_wh, told.low_wh, told.high_wh]
    assert "No call" in inside(page, "by-events")
    assert "One more event is not in it" in page


async def test_a_day_with_a_gap_and_one_that_the_clock_made_longer_are_what_they_are(tmp_path):
    published = past(DAYS + 1)
    del published[to_number(TODAY) - 50]
    async with forecasting_hub(tmp_path, published=published) as hub:
        back = await looked_back(hub.hub)
        assert (back.peak.days, back.first) == (DAYS - 1, (TODAY.astimezone(ZONE) - timedelta(days=DAYS)).date())
        assert back.plan.days == 0
        await hub.hub.store.write(lambda books: books_of_plan.hold(books, held(TODAY)))
        assert (await looked_back(hub.hub)).plan.days == 8, "a day with a gap is in no figure"


async def test_where_no_sun_is_fed_in_nothing_is_said_of_it(tmp_path):
    async with forecasting_hub(tmp_path, days=3) as hub:
        back = await looked_back(hub.hub)
        page = await read(hub)
    assert back.sun is None
    assert "Own sun" not in inside(page, "could").partition("The truth")[0]
    assert "What one home's roof makes" not in page


async def test_what_spoils_a_day_spoils_no_figure(tmp_path):
    async with forecasting_hub(tmp_path, days=3) as hub:
        first = to_number(TODAY) - 96

        def doubt(books):
            books.execute("INSERT INTO doubtful (first, end) VALUES (?, ?)", (first, first + 4))

        await hub.hub.store.write(doubt)
        assert (await looked_back(hub.hub)).peak.days == 2
