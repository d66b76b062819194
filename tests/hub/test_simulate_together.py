"""Simulated homes among their neighbours: they answer, save and reserve through the wire, and their meters show it."""

from datetime import timedelta
from random import Random

import pytest
from aiohttp import ClientSession

from sceop_hub import events
from sceop_hub.core.channels import GRID_IMPORT
from sceop_hub.core.meter import ClosedSlot
from sceop_hub.core.simulate.community import community
from sceop_hub.core.simulate.sites import Home
from sceop_hub.core.slots import SLOT
from sceop_hub.simulate.together import DISHES, SAVED_SHARE, Temper, Together
from tests.hub.eventing import bearer
from tests.hub.harness import NOON, running, settings

START = NOON + timedelta(hours=6)
STREET = [site for site in community(2, 60) if isinstance(site, Home)]


@pytest.fixture
async def hub(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        yield hub


@pytest.fixture
async def make(hub):
    async with ClientSession(hub.url) as session:

        async def make(home):
            return Together(home, await hub.join(), session, hub.clock, Random(7))  # noqa: S311 - the same each time

        yield make


def of_temper(temper):
    return next(home for home in STREET if Together(home, None, None, None, None).temper is temper)


@pytest.mark.parametrize(
    ("temper", "answer", "saves"),
    [
        (Temper.KEEPS, "yes", True),
        (Temper.FORGETS, "yes", False),
        (Temper.DECLINES, "no", False),
        (Temper.SILENT, None, False),
    ],
)
async def test_a_home_answers_and_saves_as_it_is(hub, make, temper, answer, saves):
    await events.create(hub.hub, "local", START, START + 2 * SLOT, 20, "")
    home = await make(of_temper(temper))
    for _ in range(2):
        await home.look()
    (told,) = (await hub.get("/api/v1/events", **bearer(home.token))).body["events"]
    assert told["answer"] == answer
    before = [ClosedSlot(START + n * SLOT, 100, "measured") for n in range(-1, 3)]
    less = round(100 * (1 - SAVED_SHARE)) if saves else 100
    assert [slot.wh for slot in home.metered(GRID_IMPORT, before)] == [100, less, less, 100]
    assert home.metered("production", before) == before
    assert home.watts({GRID_IMPORT: 100}, START + SLOT) == {GRID_IMPORT: less}


async def test_what_is_reserved_runs_in_its_place_and_on_the_meter(hub, make):
    home = await make(next(each for each in STREET if not each.car_w))
    await home.look()
    assert home.waiting is None  # it is noon, and nothing is loaded yet
    hub.clock.pass_by(hours=6)
    await home.look()
    waiting = home.waiting
    waiting.forgotten = False
    assert (sum(waiting.wh), waiting.running) == (sum(DISHES), False)
    hub.clock.now = waiting.start
    await home.look()
    assert waiting.running
    slots = [ClosedSlot(waiting.start + n * SLOT, 50, "measured") for n in range(5)]
    assert [slot.wh for slot in home.metered(GRID_IMPORT, slots)] == [*(50 + wh for wh in waiting.wh), 50]
    hub.clock.now = waiting.end
    await home.look()
    assert home.waiting is None


async def test_who_forgets_a_place_is_given_another_until_the_morning(hub, make):
    home = await make(next(each for each in STREET if each.car_w))
    hub.clock.pass_by(hours=6)
    await home.look()
    waiting = home.waiting
    waiting.forgotten = True
    first = waiting.start
    hub.clock.now = first + 2 * SLOT
    await home.look()
    assert waiting.start > first
    assert not home.ran
