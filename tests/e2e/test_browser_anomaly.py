"""A home whose pump does not stop, in a real Home Assistant and browser: its card says so and takes every answer."""

import re
from contextlib import asynccontextmanager

import pytest
import pytest_asyncio
from playwright.async_api import expect

from tests.e2e.harness import DESKTOP, PHONE, PICTURES, picture
from tests.e2e.test_browser_dashboard import ALONE, is_readable, make_dashboard, make_site, visit
from tests.e2e.test_browser_household import is_sound

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("house")]

WHAT = "Something does not stop"
FINGERTIP = 44


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def cottage(house):
    """A home of the kind that the demo has, with a dashboard of its own; both are gone afterwards."""
    chosen = {"name": "Rose Cottage", "home": "pump_left_on"}
    entry = await make_site(house, {"next_step_id": "simulated"}, chosen, ALONE)
    yield await make_dashboard(house, "cottage", site=entry)
    boards = await house.command("lovelace/dashboards/list")
    (board,) = (each["id"] for each in boards if each["url_path"] == "dashboard-cottage")
    await house.command("lovelace/dashboards/delete", dashboard_id=board)
    await house.delete(f"/api/config/config_entries/entry/{entry}")


@asynccontextmanager
async def the_card(browser, house, cottage, size=PHONE, scheme="light", *, fingers=False):
    async with visit(browser, house, f"{cottage}/forecast", size, scheme, fingers=fingers) as seen:
        card = seen.page.locator("sceop-findings")
        await expect(card.get_by_role("heading", name=WHAT)).to_be_visible(timeout=60_000)
        await card.scroll_into_view_if_needed()
        yield seen, card


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_the_first_look_at_a_new_home_finds_what_does_not_stop(house, cottage, browser, size, scheme):
    async with the_card(browser, house, cottage, size, scheme) as (seen, card):
        for words in (
            re.compile(r"^Rose Cottage: since .* about \d+\sW more than usual"),
            re.compile(r"^If it goes on: €\d+\.\d\d a month\.$"),
            "Look for a pump, a heater or a device that was left on.",
            re.compile(r"^Sure to \d\d%\.$"),
        ):
            await expect(card.get_by_text(words)).to_be_visible()
        await card.screenshot(path=PICTURES / f"not-normal-{size['width']}-{scheme}.png")
        await seen.page.evaluate("scrollTo(0, 0)")
        await picture(seen.page, f"dashboard-anomaly-{size['width']}-{scheme}")
        assert await is_readable(seen.page)
        assert is_sound(seen)


async def test_a_finger_gives_every_answer_and_takes_it_back(house, cottage, browser):
    async with the_card(browser, house, cottage, fingers=True) as (seen, card):
        for button in await card.get_by_role("button").all():
            assert (await button.bounding_box())["height"] >= FINGERTIP

        async def press(name):
            await card.get_by_role("button", name=f"{name}: {WHAT}").tap()

        await press("I know")
        await expect(card.get_by_text("You know of it.")).to_be_visible()
        await press("Open again")
        await press("Mute for a week")
        why = card.get_by_role("textbox", name="Why? You may leave it empty.")
        await why.fill("The cellar is wet.")
        assert (await why.bounding_box())["height"] >= FINGERTIP
        await picture(seen.page, "dashboard-anomaly-why-390-light")
        assert await is_readable(seen.page)
        await press("Mute for a week")
        await expect(card.get_by_text(re.compile(r"^Muted until .*\. The cellar is wet\.$"))).to_be_visible()
        await picture(seen.page, "dashboard-anomaly-muted-390-light")
        await press("Open again")
        await press("This was me")
        await expect(card.get_by_text("You said that this was you.")).to_be_visible()
        await press("Open again")
        await expect(card.get_by_role("button", name=f"I know: {WHAT}")).to_be_visible()
        assert is_sound(seen)
