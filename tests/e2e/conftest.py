"""A street behind a hub, a real Home Assistant and a real browser, each started once for all tests that ask."""

import os
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from aiohttp import ClientSession
from playwright.async_api import async_playwright, expect

from demo import community, coordinator, homeassistant, visitor
from demo.processes import kept_alive, until
from tests.e2e.harness import (
    FLAGS,
    INGRESS_FROM,
    STREET_DAYS,
    STREET_HOMES,
    Street,
    chromium,
    let_the_coordinator_in,
    new_demo,
)

expect.set_options(timeout=30_000)  # two cores that also run other tests may take this long for a dialog


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def street(tmp_path_factory):
    demo = new_demo(tmp_path_factory.mktemp("street"), households=STREET_HOMES, days=STREET_DAYS)
    async with AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession())
        program = community.hub(demo)
        program = replace(
            program,
            command=(*program.command, "--ingress-from", INGRESS_FROM, "--time-zone", _zone_of_a_day_under_way()),
        )
        hub = await stack.enter_async_context(kept_alive(program))
        await until(community.answers(session, demo.hub_url), hub)
        invite = await community.invite(demo)
        simulator = await stack.enter_async_context(kept_alive(community.simulator(demo, invite)))
        await until(simulator.prints(community.HISTORY_COMPLETE), hub, simulator)
        street = Street(demo, session, hub, simulator)
        await let_the_coordinator_in(street)
        await until(coordinator.decide(session, demo), hub, simulator)
        yield street


def _zone_of_a_day_under_way() -> str:
    """Return a place where the day is old enough to have settled slots."""
    return next(zone for zone in ("Europe/Madrid", "Asia/Tokyo") if datetime.now(ZoneInfo(zone)).time() > time(hour=1))


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(tmp_path_factory):
    """A real Home Assistant, onboarded, without any site."""
    demo = new_demo(tmp_path_factory.mktemp("house"), households=1, days=1)
    homeassistant.configure(demo)
    async with ClientSession() as session, kept_alive(homeassistant.program(demo)) as child:
        yield await until(visitor.logged_in(session, demo), child)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser():
    async with async_playwright() as playwright:
        executable = chromium(playwright)
        if executable is None:
            complaint = "No browser is installed; script/setup --tests brings one."
            if os.environ.get("CI") == "true":
                pytest.fail(complaint)
            pytest.skip(complaint)
        browser = await playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        await browser.close()
