"""What the plan goes by, and what a coordinator sees of it: forecasts, limits, sums of enough homes."""

from datetime import datetime, timedelta

import pytest

from sceop_hub.core.slots import SLOT, from_number, to_number
from sceop_hub.domain.held import Held
from sceop_hub.jobs.plan import PLANNING
from sceop_hub.shifting.page import plan_page
from sceop_hub.shifting.room import SHIFTING
from sceop_hub.store import forecasts, plan as books_of_plan
from tests.hub.forecasting import AT_FIVE_PAST, HOMES, forecast, forecasting_hub, past
from tests.hub.harness import Clock, running, settings
from tests.hub.test_plan import CAR, ask, bearer, instant, placed, request

FEWEST = 15


async def replanned(hub):
    """Replan with what is known by now."""
    await hub.app[SHIFTING].replan()
    return await plan_page(hub.hub, hub.app[SHIFTING])


async def pressure(hub, token) -> list:
    return (await hub.get("/api/v1/plan", **bearer(token))).body["pressure"]


@pytest.fixture
async def foreseeing(tmp_path):
    """Run a hub with a past that is published, a forecast, and a limit."""
    async with forecasting_hub(tmp_path) as hub:
        await hub.hub.change_profile("local", peak_limit_w=12_000)
        await forecast(hub)
        await hub.rounds.a_whole_one()
        yield hub


async def test_places_lie_where_the_forecast_has_room(foreseeing):
    token = await foreseeing.join()
    now = AT_FIVE_PAST
    (place,) = await placed(foreseeing, token, request("a", now, 23, profile=[900, 900]))
    newest = await foreseeing.hub.store.read(lambda books: forecasts.latest(books, now))
    net = dict(enumerate(newest.figures["net"].mid, to_number(newest.start)))
    first = to_number(instant(place["start"]))
    taken = sum(net[slot] for slot in (first, first + 1))
    evening = to_number(now + timedelta(hours=18))
    assert taken < sum(net[slot] for slot in (evening, evening + 1))
    within = [net[slot] + net[slot + 1] for slot in range(to_number(now) + 1, to_number(now) + 90)]
    assert taken <= sorted(within)[len(within) // 4]


async def test_pressure_is_the_forecast_beside_the_limit(foreseeing):
    token = await foreseeing.join()
    answer = (await foreseeing.get("/api/v1/plan", **bearer(token))).body
    newest = await foreseeing.hub.store.read(lambda books: forecasts.latest(books, AT_FIVE_PAST))
    assert instant(answer["forecast"]) == newest.made
    net = dict(enumerate(newest.figures["net"].mid, to_number(newest.start)))
    for slot, told in enumerate(answer["pressure"], to_number(instant(answer["start"]))):
        assert told == pytest.approx(max(net[slot], 0) * 4 / 12_000, abs=0.026)


async def test_a_limit_below_the_base_load_still_gives_places_and_tells_that_it_is_over(foreseeing):
    token = await foreseeing.join()
    await foreseeing.hub.change_profile("local", peak_limit_w=100)
    (place,) = await placed(foreseeing, token, request("a", AT_FIVE_PAST, 12, **CAR))
    assert sum(place["wh"]) == CAR["wh"]
    assert (await replanned(foreseeing)).limit_w == 100
    assert max(await pressure(foreseeing, token)) == 10.0


async def test_where_no_limit_is_set_it_is_the_highest_slot_of_the_last_weeks(tmp_path):
    async with forecasting_hub(tmp_path) as hub:
        await forecast(hub)
        page = await replanned(hub)
        highest = max(one.wh["grid_import"] - one.wh["grid_export"] for one in past(4).values())
        assert (page.limit_w, page.limit_is_set) == (highest * 4, False)


async def test_without_a_forecast_the_plan_goes_by_requests_and_says_so(tmp_path):
    async with forecasting_hub(tmp_path) as hub:
        tokens = [await hub.join() for _ in range(FEWEST)]
        now = AT_FIVE_PAST
        for token in tokens:
            answer = await ask(hub, token, request("a", now, 6, profile=[500]))
            assert (answer.status, answer.body["forecast"]) == (200, None)
        page = await replanned(hub)
        assert (page.forecast, page.reason) == (None, "pending")
        assert (page.homes, set(page.expected), set(page.shifted)) == (FEWEST, {None}, {None, *_w(page.came)})
        assert sum(w for w in page.reserved if w) == FEWEST * 500 * 4


def _w(curve):
    return {w for w in curve if w is not None}


async def test_an_old_forecast_is_none(foreseeing):
    token = await foreseeing.join()
    foreseeing.clock.pass_by(hours=25)
    page = await replanned(foreseeing)
    assert (page.forecast, page.reason) == (None, "stale")
    assert (await ask(foreseeing, token)).body["forecast"] is None


async def test_reservations_of_fewer_than_the_fewest_homes_show_nowhere(foreseeing):
    now = AT_FIVE_PAST
    watcher = await foreseeing.join()
    before = await replanned(foreseeing), await pressure(foreseeing, watcher)
    tokens = [await foreseeing.join() for _ in range(FEWEST)]
    for token in tokens[1:]:
        await placed(foreseeing, token, request("a", now, 6, profile=[700, 700]))
    page = await replanned(foreseeing)
    assert page.homes is None
    assert (page.reserved, page.shifted, page.expected) == (before[0].reserved, before[0].shifted, before[0].expected)
    assert await pressure(foreseeing, watcher) == before[1]
    await placed(foreseeing, tokens[0], request("a", now, 6, profile=[700, 700]))
    page = await replanned(foreseeing)
    assert page.homes == FEWEST
    assert await pressure(foreseeing, watcher) != before[1]
    ahead = [
        (reserved, expected, shifted, once)
        for reserved, expected, shifted, once in zip(
            page.reserved, page.expected, page.shifted, page.at_once, strict=True
        )
        if expected is not None
    ]
    assert sum(reserved for reserved, *_ in ahead) == FEWEST * 1400 * 4
    assert all(shifted == expected + reserved for reserved, expected, shifted, _ in ahead)
    assert sum(once - expected for _, expected, _, once in ahead) == FEWEST * 1400 * 4
    assert [once - expected for _, expected, _, once in ahead][:2] == [FEWEST * 700 * 4] * 2


async def test_one_home_more_or_less_changes_nothing_that_is_shown(foreseeing):
    now = AT_FIVE_PAST
    tokens = [await foreseeing.join() for _ in range(FEWEST + 1)]
    for token in tokens[1:]:
        await placed(foreseeing, token, request("a", now, 6, profile=[700, 700]))
    before = await replanned(foreseeing), await pressure(foreseeing, tokens[0])
    await placed(foreseeing, tokens[0], request("a", now, 6, profile=[700, 700]))
    assert (await plan_page(foreseeing.hub, foreseeing.app[SHIFTING])).reserved == before[0].reserved
    assert await pressure(foreseeing, tokens[0]) == before[1]


async def test_an_office_is_in_no_sum_of_homes(foreseeing):
    now = AT_FIVE_PAST
    for _ in range(FEWEST):
        await placed(foreseeing, await foreseeing.join(), request("a", now, 6, profile=[700]))
    office = await foreseeing.join(kind="organisation", name="Office")
    await placed(foreseeing, office, request("a", now, 6, profile=[9000]))
    page = await replanned(foreseeing)
    assert (page.homes, sum(w or 0 for w in page.reserved)) == (FEWEST, FEWEST * 700 * 4)


async def test_before_anything_is_published_no_reservation_shows(tmp_path):
    async with running(settings(tmp_path), Clock(AT_FIVE_PAST)) as hub:
        await hub.invite()
        for _ in range(FEWEST):
            await placed(hub, await hub.join(), request("a", AT_FIVE_PAST, 6, profile=[700]))
        page = await replanned(hub)
        assert (page.published, page.homes, _w(page.reserved), page.reason) == (False, None, set(), "unpublished")


async def test_what_places_held_is_noted_as_slots_pass_and_taken_out_of_what_is_expected(foreseeing):
    now = AT_FIVE_PAST
    tokens = [await foreseeing.join() for _ in range(FEWEST)]
    for token in tokens:
        await placed(
            foreseeing, token, request("a", now - timedelta(hours=1), 2, profile=[400] * 4) | {"running": True}
        )
    page = await replanned(foreseeing)
    foreseeing.clock.pass_by(minutes=30)
    await foreseeing.rounds.a_whole_one()
    slot = to_number(now)
    held = await foreseeing.hub.store.read(lambda books: books_of_plan.held(books, slot, slot + 4))
    assert held == dict.fromkeys((slot, slot + 1), Held(FEWEST * 400, FEWEST * 400))
    expected = dict(enumerate(page.expected, to_number(page.start)))
    later = await replanned(foreseeing)
    less = dict(enumerate(later.expected, to_number(later.start)))
    tomorrow = slot + 96
    assert less[tomorrow] == pytest.approx(expected[tomorrow] - FEWEST * 400 * 4 / 7, abs=1)
    assert less[tomorrow + 8] == expected[tomorrow + 8]


async def test_a_new_forecast_is_planned_by_at_once(foreseeing):
    known = foreseeing.app[SHIFTING].known.forecast
    foreseeing.clock.pass_by(hours=1)
    await forecast(foreseeing)
    await foreseeing.app[PLANNING].once()
    assert foreseeing.app[SHIFTING].known.forecast == known + timedelta(hours=1)


async def test_the_page_tells_the_day_and_two_days_ahead(foreseeing):
    foreseeing.clock.pass_by(hours=2)
    page = await replanned(foreseeing)
    curves = (page.came, page.expected, page.reserved, page.usual, page.shifted, page.at_once)
    assert {len(curve) for curve in curves} == {len(page.came)}
    passed = (foreseeing.clock() - page.start) // SLOT
    assert all(w is None for w in page.came[passed:])
    assert all(w is not None for w in page.expected[passed:])
    assert from_number(to_number(page.start)) == page.start < foreseeing.clock()
    assert isinstance(page.now, datetime)
    assert page.fewest <= HOMES
