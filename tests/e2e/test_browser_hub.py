"""The hub's page in a real browser, behind a proxy that does to it what Home Assistant's ingress does."""

import asyncio
import re
from contextlib import asynccontextmanager, closing
from datetime import datetime

import pytest
from aiohttp import ClientError, web
from playwright.async_api import expect

from demo import check
from demo.books import books_of
from demo.state import HOST
from sceop_hub.core.simulate.community import community
from sceop_hub.core.slots import to_number
from tests.e2e.harness import DESKTOP, PHONE, STREET_HOMES, picture, scrolls_sideways, session_of_ingress, watched

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("street")]

INGRESS_PATH = "/api/hassio_ingress/Zk3pT0kEn_of-a-session"

OFFICE = community(seed=2, households=STREET_HOMES)[-1].name

LABELS = {
    "Used": "consumption",
    "Made by the sun": "production",
    "From the grid": "grid_import",
    "To the grid": "grid_export",
    "From batteries": "battery_discharge",
    "To batteries": "battery_charge",
}


@asynccontextmanager
async def ingress(street):
    """Pass requests below the ingress path on to the hub, streams included; give the page's address."""

    async def passed_on(request: web.Request) -> web.StreamResponse:
        address = f"{street.demo.hub_url}/{request.match_info['path']}"
        async with session.get(address, params=request.query, headers={"X-Ingress-Path": INGRESS_PATH}) as answer:
            kept = {
                name: answer.headers[name]
                for name in ("Content-Type", "Content-Security-Policy", "Cache-Control")
                if name in answer.headers
            }
            through = web.StreamResponse(status=answer.status, headers=kept)
            await through.prepare(request)
            try:
                async for part in answer.content.iter_any():
                    await through.write(part)
            except ClientError, ConnectionResetError:
                return through
            return through

    app = web.Application()
    app.router.add_get(INGRESS_PATH + "/{path:.*}", passed_on)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    async with session_of_ingress() as session:
        await runner.setup()
        try:
            await web.TCPSite(runner, HOST, 0).start()
            yield f"http://{HOST}:{runner.addresses[0][1]}{INGRESS_PATH}/"
        finally:
            await runner.cleanup()


@pytest.mark.parametrize(
    ("name", "size", "scheme"),
    [("phone", PHONE, "light"), ("desktop", DESKTOP, "light"), ("phone-dark", PHONE, "dark")],
)
async def test_the_page_counts_the_members_and_its_figure_is_renewed_by_itself(street, browser, name, size, scheme):
    await check.measured(street.session, street.demo)
    async with ingress(street) as address, watched(browser, size, scheme) as seen:
        await seen.page.goto(address)
        members = seen.page.get_by_test_id("members")
        await expect(members).to_contain_text(f"{STREET_HOMES} homes, 1 organisation")
        await expect(members).to_contain_text(f"{STREET_HOMES + 1} of {STREET_HOMES + 1} report", timeout=30_000)
        await expect(seen.page.get_by_test_id("organisation")).to_contain_text(OFFICE)

        power = seen.page.get_by_test_id("power-now")
        await expect(power).to_have_attribute("data-watts", re.compile(r"\d+"))
        renewed = seen.page.get_by_test_id("connection")
        before = await renewed.inner_text()
        await expect(renewed).not_to_have_text(before, timeout=90_000)

        await expect(seen.page.get_by_test_id("today-chart").locator("canvas, svg").first).to_be_visible()
        await picture(seen.page, f"hub-{name}")
        assert not await scrolls_sideways(seen.page)
        assert seen.complaints == []
        assert [url for url in seen.asked if not url.startswith((address, "data:", "blob:"))] == []


async def test_the_sums_on_the_page_are_those_of_the_books(street, browser):
    today = await check.measured(street.session, street.demo)
    assert any(today["reported"])
    async with ingress(street) as address, watched(browser, DESKTOP) as seen:
        await seen.page.goto(address)
        await seen.page.get_by_text("The day in figures").click()
        table = seen.page.get_by_test_id("today-table")
        await expect(table).to_be_visible()
        heads = await table.locator("thead th").all_inner_texts()
        texts = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        rows = await table.locator("tbody tr").evaluate_all(texts)
    compared = 0
    with closing(books_of(street.demo)) as books:
        homes = check.group_of(books).homes
        for instant, row in zip(today["slots"], rows, strict=False):
            flows = check.whole_homes(books, homes, to_number(datetime.fromisoformat(instant)))
            for head, text in zip(heads, row, strict=True):
                if head in LABELS and text:
                    assert int(re.sub(r"\D", "", text)) == check.summed(LABELS[head], flows), (instant, head)
                    compared += 1
    assert compared >= sum(map(bool, today["reported"]))


async def test_the_page_says_that_the_hub_is_away_and_recovers_by_itself(street, browser):
    async with ingress(street) as address, watched(browser, PHONE) as seen:
        await seen.page.goto(address)
        connection = seen.page.get_by_test_id("connection")
        await expect(connection).to_have_attribute("data-state", "live", timeout=30_000)
        lost = asyncio.ensure_future(expect(connection).to_have_attribute("data-state", "lost", timeout=30_000))
        await street.hub.kill()
        await lost
        await expect(connection).to_have_attribute("data-state", "live", timeout=60_000)
