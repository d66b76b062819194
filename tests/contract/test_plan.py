"""The community's plan, as the integration's own client asks for it and understands the answer."""

import asyncio
from datetime import timedelta

import pytest
from aiohttp import ClientSession

from custom_components.sceop.core.plan.wants import Need, RunOnce
from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.hub.client import HubClient
from custom_components.sceop.hub.errors import HubError
from custom_components.sceop.hub.places import Request, read_places
from tests.hub.harness import NOON

TONIGHT = NOON + timedelta(hours=12)
DISH = RunOnce("d15h", (400, 300, 200, 100), NOON, TONIGHT)
CAR = Need("ca7", 9_000, 1_400, 3_700, interruptible=True, earliest=NOON, ready_by=TONIGHT)


async def reserve(client, *requests):
    return read_places(await client.reserve([request.to_json() for request in requests]), NOON)


async def test_places_are_understood_and_all_of_the_energy_is_in_them(hub):
    async with ClientSession() as session:
        client = HubClient(session, hub.url, await hub.join())
        told = await reserve(client, Request(DISH), Request(CAR))
        assert (told.made, told.start, len(told.pressure)) == (NOON, NOON, 192)
        assert told.places[DISH.id].wh == DISH.wh
        assert sum(told.places[CAR.id].wh) == CAR.wh
        assert all(place.start >= NOON for place in told.places.values())
        assert await reserve(client, Request(CAR), Request(DISH)) == told
        assert (await reserve(client)).places == {}


async def test_a_running_load_and_one_that_is_too_late_are_understood(hub):
    late = RunOnce("1ate", (500, 500), NOON, NOON)
    async with ClientSession() as session:
        client = HubClient(session, hub.url, await hub.join())
        told = await reserve(client, Request(DISH, running=True), Request(late))
        assert told.places[DISH.id].start == NOON
        assert (told.places["1ate"].start, told.places["1ate"].wh) == (NOON, (500, 500))


async def test_the_live_line_tells_the_same(hub):
    async with ClientSession() as session:
        client = HubClient(session, hub.url, await hub.join())
        told = await reserve(client, Request(RunOnce("d15h", (400, 300), NOON, NOON + 12 * SLOT)))
        async with client.live() as socket:
            message = await socket.receive_json()
            assert message["type"] == "plan"
            assert read_places(message, NOON) == told
            hub.clock.pass_by(minutes=16)
            async with asyncio.timeout(20):
                moved = read_places(await socket.receive_json(), hub.clock())
        assert moved.places["d15h"].start > told.places["d15h"].start


async def test_a_refusal_is_a_sentence_for_the_person(hub):
    async with ClientSession() as session:
        client = HubClient(session, hub.url, await hub.join())
        far = RunOnce("far", (400,), NOON, NOON + timedelta(days=3))
        with pytest.raises(HubError) as refused:
            await reserve(client, Request(far))
    assert "48 hours ahead" in refused.value.sentence
