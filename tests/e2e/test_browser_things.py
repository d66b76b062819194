"""A real home in a real browser: a smart meter, an inverter and lights, each found through its own dialog."""

import asyncio
from contextlib import asynccontextmanager
from itertools import count

import pytest
from playwright.async_api import Page, expect

from tests.e2e.harness import DESKTOP, PHONE, free_port, picture, scrolls_sideways
from tests.e2e.test_browser_dashboard import make_dashboard
from tests.e2e.test_browser_household import entity, finish, is_sound, logged_in, submit
from tests.household.sources.reader import PracticeReader, telegram
from tests.household.sources.sunspec_device import common, inverter, practice_device

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("house")]

FLOW = "/api/config/config_entries/flow"
LAMPS = ("Desk lamp", "Ceiling")


@asynccontextmanager
async def smart_meter():
    """A reader that passes a telegram on to whoever has just connected."""
    reader = PracticeReader()
    await reader.open()

    async def speak():
        for times in count(1):
            await reader.connected(times)
            await reader.send(telegram("dsmr_5"))

    speaking = asyncio.create_task(speak())
    yield reader
    speaking.cancel()
    await reader.close()


async def lamps(house):
    """Put lamps into Home Assistant, as helpers that a person makes."""
    for name in LAMPS:
        relay = await house.command("input_boolean/create", name=name)
        target = {"target": {"entity_id": f"input_boolean.{relay['id']}"}}
        flow = await house.post(FLOW, {"handler": "template"})
        await house.post(f"{FLOW}/{flow['flow_id']}", {"next_step_id": "light"})
        light = {
            "name": name,
            "state": f"{{{{ is_state('input_boolean.{relay['id']}', 'on') }}}}",
            "turn_on": [{"action": "input_boolean.turn_on", **target}],
            "turn_off": [{"action": "input_boolean.turn_off", **target}],
        }
        end = await house.post(f"{FLOW}/{flow['flow_id']}", light)
        assert end["type"] == "create_entry", end


async def add(page: Page, house, kind: str) -> None:
    """Open the dialog of a new thing from the site's own menu: there may be other sites."""
    await page.goto(f"{house.home.url}/config/integrations/integration/sceop")
    site = page.locator("ha-config-entry-row", has_text="Corner House")
    await site.get_by_role("button", name="Menu").first.click()
    await site.locator(f"[value=subentry_{kind}]").click()


async def open_thing(page: Page, house, name: str) -> None:
    await page.goto(f"{house.home.url}/config/integrations/integration/sceop")
    await page.locator("ha-config-entry-row", has_text="Corner House").get_by_text(name, exact=True).last.click()
    await page.wait_for_url("**/config/devices/device/**")


async def connect(page: Page, source: str, port: int) -> None:
    await page.get_by_text(source).click()
    await page.locator("input[name=host]").fill("127.0.0.1")
    await page.locator("input[type=number]").first.fill(str(port))
    await submit(page)


async def done(page: Page) -> None:
    await page.get_by_role("button", name="Finish").click()
    await expect(page.get_by_text("Created configuration for")).to_be_hidden()


async def set_up_site(page: Page, house) -> None:
    """Answer what electricity costs, and stay alone."""
    await page.goto(f"{house.home.url}/config/integrations/dashboard")
    await page.get_by_role("button", name="Add integration").click()
    await page.get_by_placeholder("Search for a brand name").fill("SCEOP")
    await page.get_by_role("button", name="SCEOP", exact=True).click()
    await page.get_by_text("My own meters", exact=True).click()
    await page.locator("input[name=name]").fill("Corner House")
    await submit(page)
    await page.get_by_text("The same price at all times").click()
    await page.locator("input[type=number]").first.fill("0.3")
    await submit(page)
    await page.get_by_text("As much as import costs").click()
    await page.get_by_text("Leave it out").click()
    await page.get_by_text("Not now").click()
    await finish(page)


async def test_a_meter_an_inverter_and_lights_through_the_dialogs(house, browser):
    await lamps(house)
    async with (
        smart_meter() as reader,
        practice_device(common(), inverter(watts=1500)) as device,
        logged_in(browser, house, DESKTOP) as seen,
    ):
        page = seen.page
        await set_up_site(page, house)

        await add(page, house, "grid_meter")
        await connect(page, "Smart meter's customer port (P1)", free_port())
        await expect(page.get_by_text("Nothing answers at 127.0.0.1")).to_be_visible()
        await page.locator("input[type=number]").first.fill(str(reader.port))
        await submit(page)
        await done(page)

        await add(page, house, "production")
        await connect(page, "Modbus (SunSpec)", device.port)
        await done(page)

        await add(page, house, "light_zone")
        await page.locator("input[name=name]").fill("Study")
        await page.get_by_text("Select an entity").first.click()
        await page.get_by_text("Desk lamp").last.click()
        await expect(page.get_by_role("button", name="Add entity")).to_be_visible()
        await page.locator("input[type=number]").first.fill("60")
        await picture(page, "dialog-light-zone-desktop")
        await submit(page)
        await done(page)

        await page.goto(f"{house.home.url}/config/integrations/integration/sceop")
        for thing in ("Grid meter", "Solar", "Study"):
            await expect(page.get_by_text(thing, exact=True).first).to_be_visible()
        await picture(page, "integration-desktop")
        await house.post("/api/services/light/turn_on", {"entity_id": "light.study"})
        assert (await house.states())["light.desk_lamp"] == "on"
        await open_thing(page, house, "Study")
        await expect(entity(page, "Power")).to_contain_text("60 W", timeout=20_000)
        await open_thing(page, house, "Solar")
        await expect(entity(page, "Solar production power")).to_contain_text("1,500 W")
        assert is_sound(seen)
        await open_dashboard(page, house)


async def open_dashboard(page: Page, house) -> None:
    """Look at the dashboard that the site gets, at both widths: what was just set up is on it."""
    entries = await house.get("/api/config/config_entries/entry?domain=sceop")
    site = next(entry["entry_id"] for entry in entries if entry["title"] == "Corner House")
    url = await make_dashboard(house, "corner", site=site)
    for name, size in (("1280", DESKTOP), ("390", PHONE)):
        await page.set_viewport_size(size)
        await page.goto(f"{url}/overview")
        await expect(page.get_by_role("heading", name="Power now")).to_be_visible(timeout=60_000)
        await expect(page.get_by_text("1,500 W").or_(page.get_by_text("1.50 kW")).first).to_be_visible()
        await picture(page, f"things-overview-{name}")
        await page.goto(f"{url}/lights")
        await expect(page.get_by_text("Contracted hours").first).to_be_visible(timeout=60_000)
        await picture(page, f"things-lights-{name}")
        assert not await scrolls_sideways(page)
