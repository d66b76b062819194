"""The hub's page Alerts in a real browser, of a street in which one meter has frozen."""

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from demo import community
from tests.e2e.harness import DESKTOP, PHONE, STREET_HOMES, picture, scrolls_sideways, watched

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300), pytest.mark.xdist_group("street")]

FROZEN = f"{community.NAME} {STREET_HOMES}"
SUMMED_AND_LOOKED_S = 200
"""Once a minute days are summed up, and once a minute alerts are looked for."""


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desktop", DESKTOP)])
async def test_a_meter_that_froze_is_told_with_the_way_to_the_households(street, browser, name, size):
    async with watched(browser, size) as seen:
        page, address = seen.page, f"{street.demo.hub_url}/alerts"
        await page.goto(address)
        told = page.locator("[data-kind=broken]")
        for _ in range(SUMMED_AND_LOOKED_S):
            if await told.count():
                break
            await page.wait_for_timeout(1000)
            await page.goto(address)
        await expect(told).to_have_count(1)
        await expect(told.get_by_role("heading")).to_have_text(
            f"The data of {FROZEN} are not right: its meter shows the same value all day."
        )
        for scheme in ("light", "dark"):
            await page.emulate_media(color_scheme=scheme)
            assert [each["id"] for each in (await Axe().run(page)).response["violations"]] == []
            await picture(page, f"street-alerts-{name}-{scheme}")
        assert not await scrolls_sideways(page)
        await told.get_by_role("link").click()
        await expect(page).to_have_url(f"{street.demo.hub_url}/households")
        await expect(page.get_by_text(FROZEN, exact=True).first).to_be_visible()
        assert seen.complaints == []
