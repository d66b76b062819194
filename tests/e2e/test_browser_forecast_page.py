"""The hub's page of forecasts in a real browser: the band, the figures that are chosen, the nights that lie back."""

import asyncio

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from demo import check
from demo.processes import POLL_S
from tests.e2e.harness import DESKTOP, PHONE, picture, scrolls_sideways, watched

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240), pytest.mark.xdist_group("street")]

TEXTS = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def told(street):
    """What the page's curves are made of, once the hub has made its first forecasts and looked back on them."""
    await check.measured(street.session, street.demo)
    return await _looked_back(street)


async def _looked_back(street):
    """Ask as often as the demo itself does: the hub tells nobody when it has looked back."""
    while True:
        async with street.session.get(f"{street.demo.hub_url}/forecast/data") as answer:
            data = await answer.json()
        if data["figures"] and all(one["lately"] for one in data["figures"].values()):
            return data
        await asyncio.sleep(POLL_S)


@pytest.mark.parametrize(("name", "size"), [("phone", PHONE), ("desktop", DESKTOP)])
async def test_the_page_with_its_curves_fits_and_is_understood_by_all(street, told, browser, name, size):
    async with watched(browser, size) as seen:
        await seen.page.goto(f"{street.demo.hub_url}/forecast")
        for chart in ("band-chart", "errors-chart"):
            await expect(seen.page.get_by_test_id(chart).locator("canvas").first).to_be_visible()
        for scheme in ("light", "dark"):
            await seen.page.emulate_media(color_scheme=scheme)
            violations = (await Axe().run(seen.page)).response["violations"]
            assert [violation["id"] for violation in violations] == []
            await picture(seen.page, f"forecast-{name}-{scheme}")
        assert not await scrolls_sideways(seen.page)
        assert seen.complaints == []
        assert [url for url in seen.asked if not url.startswith((street.demo.hub_url, "data:", "blob:"))] == []


async def test_the_table_holds_the_curves_and_follows_the_figure_that_is_chosen(street, told, browser):
    async with watched(browser, DESKTOP) as seen:
        await seen.page.goto(f"{street.demo.hub_url}/forecast")
        await seen.page.get_by_text("The forecast in figures").click()
        rows = seen.page.get_by_test_id("band-table").locator("tbody tr")
        await expect(rows.first).to_be_visible()
        before = await rows.evaluate_all(TEXTS)
        assert len(before) >= 192
        await seen.page.get_by_role("radio", name="Made by the sun").check()
        await expect(seen.page).to_have_url(f"{street.demo.hub_url}/forecast?figure=production")
        await expect(seen.page.get_by_test_id("scores-production")).to_be_visible()
        await expect(seen.page.get_by_test_id("scores-consumption")).to_be_hidden()
        assert await rows.evaluate_all(TEXTS) != before
        assert seen.complaints == []


async def test_a_night_that_lies_back_is_shown_beside_what_came(street, told, browser):
    nights = told["figures"]["consumption"]["nights"]
    assert nights
    async with watched(browser, DESKTOP) as seen:
        await seen.page.goto(f"{street.demo.hub_url}/forecast?figure=consumption")
        await seen.page.get_by_label("Which forecast").select_option(nights[-1]["day"])
        await seen.page.get_by_text("The forecast in figures").click()
        rows = await seen.page.get_by_test_id("band-table").locator("tbody tr").evaluate_all(TEXTS)
        assert len(rows) == len(nights[-1]["band"]["mid"])
        assert all(row[1] and row[3] for row in rows)
        assert seen.complaints == []


async def test_the_past_can_be_taken_along(street, told, browser):
    async with watched(browser, DESKTOP) as seen:
        await seen.page.goto(f"{street.demo.hub_url}/forecast")
        async with seen.page.expect_download() as download:
            await seen.page.get_by_role("link", name="Download the past as CSV").click()
        lines = (await (await download.value).path()).read_text().splitlines()
        assert lines[0].startswith("start,consumption_wh,production_wh,net_wh,")
        assert len(lines) > 96 * len(told["figures"]["consumption"]["nights"])
