"""A home set up in Home Assistant's own dialogs, in a real browser: alone, and as a member of a real hub."""

import re
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession
from playwright.async_api import Page, expect

from demo import check, community
from demo.processes import kept_alive, until
from tests.e2e.harness import DESKTOP, PHONE, Watched, new_demo, picture, scrolls_sideways, watched

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("house")]

BRANDS = "/api/brands/"
"""Pictures of other integrations, which Home Assistant fetches from the internet."""

NOISE = ("Failed to load resource", "disconnected")
"""What the frontend itself says of missing pictures, and when it is reloaded in the middle of something."""


@asynccontextmanager
async def logged_in(browser, house, size):
    async with watched(browser, size) as seen:
        await seen.page.add_init_script(f"localStorage.hassTokens = {house.browser_tokens()!r}")
        yield seen


@pytest.fixture
async def hub(tmp_path):
    """A hub without any member."""
    demo = new_demo(tmp_path, households=1, days=1)
    async with ClientSession() as session, kept_alive(community.hub(demo)) as child:
        await until(community.answers(session, demo.hub_url), child)
        yield demo


async def add_integration(page: Page, house, name: str) -> None:
    """Go where a person goes: Settings, Devices & services, Add integration, SCEOP; and name the home."""
    await page.goto(f"{house.home.url}/config/integrations/dashboard")
    await page.get_by_role("button", name="Add integration").click()
    await page.get_by_placeholder("Search for a brand name").fill("SCEOP")
    await page.get_by_role("button", name="SCEOP", exact=True).click()
    await page.get_by_text("A simulated home or office", exact=True).click()
    await page.locator("input[name=name]").fill(name)
    await page.get_by_text("A home with solar and a battery").click()
    await submit(page)


async def submit(page: Page) -> None:
    await page.get_by_role("button", name="Submit").click()


async def agree(page: Page) -> None:
    """Read what would be sent, and agree to it."""
    await expect(page.get_by_text("What is never sent")).to_be_visible()
    await page.locator("ha-selector-boolean ha-switch").click()
    await submit(page)


async def finish(page: Page) -> None:
    await page.get_by_role("button", name="Skip and finish").click()
    await expect(page.get_by_text("Name and assign")).to_be_hidden()


async def open_device(page: Page, house, name: str) -> None:
    await page.goto(f"{house.home.url}/config/integrations/integration/sceop")
    await page.get_by_text(name, exact=True).last.click()
    await page.wait_for_url("**/config/devices/device/**")


def entity(page: Page, name: str):
    """Return an entity's row on the page of its device."""
    return page.locator("hui-sensor-entity-row, hui-simple-entity-row", has_text=name).first


def is_sound(seen: Watched) -> bool:
    assert [url for url in seen.failed if BRANDS not in url] == []
    assert [text for text in seen.complaints if not text.startswith(NOISE)] == []
    return True


async def test_a_home_joins_a_hub_in_the_dialogs(house, hub, browser):
    async with logged_in(browser, house, DESKTOP) as seen:
        page = seen.page
        await add_integration(page, house, "Garden House")
        await page.get_by_text("Join a community").click()
        await page.locator("input[name=address]").fill(hub.hub_url)
        await page.locator("input[name=code]").fill("AAAA-BBBB")
        await expect(page.locator("input[name=member_name]")).to_have_value("Garden House")
        await submit(page)
        await picture(page, "household-consent")
        await agree(page)
        await expect(page.get_by_text("The hub does not know this invite code.")).to_be_visible()
        await picture(page, "household-invite-unknown")

        await page.locator("input[name=code]").fill((await community.make_invite(hub)).lower())
        await submit(page)
        await agree(page)
        await finish(page)

        await open_device(page, house, "Garden House")
        await expect(entity(page, "Hub connected")).to_contain_text("Connected", timeout=30_000)
        await picture(page, "household-member-desktop")
        assert is_sound(seen)
    async with ClientSession() as session:
        async for now in check.events(session, hub):
            if now["members"]["reporting"]:
                break
    assert now["members"] == {"homes": 1, "organisations": 0, "reporting": 1}


async def test_a_home_alone_lives_on_a_phone(house, browser):
    async with logged_in(browser, house, PHONE) as seen:
        page = seen.page
        await add_integration(page, house, "Boat House")
        await page.get_by_text("Not now").click()
        await finish(page)

        await open_device(page, house, "Boat House")
        for flow in ("Consumption", "Solar production", "Grid import", "Grid export", "Battery charge"):
            await expect(entity(page, f"{flow} power")).to_contain_text(re.compile(r"\d W"))
            await expect(entity(page, f"{flow} energy")).to_contain_text(re.compile(r"\d kWh"))
        await picture(page, "household-alone-phone")
        assert not await scrolls_sideways(page)
        await expect(page.get_by_text("Hub connected")).to_have_count(0)
        assert is_sound(seen)
