"""The hub's pages of shifting in a real browser: the plan, events, and the arithmetic of one; all of one hub."""

from dataclasses import replace

import pytest
import pytest_asyncio
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from tests.e2e.harness import DESKTOP, PHONE, picture, scrolls_sideways, watched
from tests.hub.shifting import proposed, put, shifting_hub

pytestmark = [
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.timeout(240),
    pytest.mark.xdist_group("shifting"),
]

CHARTS = {
    "plan": ("/plan", ("curve-chart", "both-chart")),
    "events": ("/events", ("preview-chart",)),
    "event": ("/events/past2", ("event-chart",)),
}


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def shifting(tmp_path_factory):
    async with shifting_hub(tmp_path_factory.mktemp("shifting")) as hub:
        tonight = replace(proposed(0, 17), id="tonight", severity="serious", text="The transformer is weak.")
        await put(hub, proposed())
        await put(
            hub,
            replace(tonight, state="announced", approved=True, announced=hub.clock()),
            [(household, "yes") for household in range(21, 38)],
        )
        yield hub


@pytest.mark.parametrize(("name", "size", "looked_at"), [("390", PHONE, "light"), ("1280", DESKTOP, "dark")])
@pytest.mark.parametrize("which", CHARTS)
async def test_the_pages_fit_and_are_understood_by_all(shifting, browser, which, name, size, looked_at):
    path, charts = CHARTS[which]
    async with watched(browser, size) as seen:
        await seen.page.goto(f"{shifting.url}{path}")
        for chart in charts:
            await expect(seen.page.get_by_test_id(chart).locator("canvas").first).to_be_visible()
        for scheme in ("light", "dark"):
            await seen.page.emulate_media(color_scheme=scheme)
            await picture(seen.page, f"{which}-{name}-{scheme}")
            if scheme == looked_at:
                violations = (await Axe().run(seen.page)).response["violations"]
                assert [violation["id"] for violation in violations] == []
        assert not await scrolls_sideways(seen.page)
        assert seen.complaints == []
        assert [url for url in seen.asked if not url.startswith((shifting.url, "data:", "blob:"))] == []


async def test_a_chart_is_read_with_the_keyboard_and_as_a_table(shifting, browser):
    async with watched(browser, DESKTOP) as seen:
        await seen.page.goto(f"{shifting.url}/plan")
        chart = seen.page.get_by_test_id("curve-chart")
        await expect(chart.locator("canvas").first).to_be_visible()
        await chart.focus()
        await seen.page.keyboard.press("End")
        await expect(seen.page.locator("#curve-chart + p[aria-live]")).to_contain_text("Expected without the plan")
        await seen.page.get_by_text("The curve in figures").click()
        rows = seen.page.get_by_test_id("curve-table").locator("tbody tr")
        await expect(rows.first).to_be_visible()
        assert await rows.count() > 192
        assert seen.complaints == []


async def test_the_window_of_a_new_event_is_followed_on_the_curve(shifting, browser):
    async with watched(browser, DESKTOP) as seen:
        await seen.page.goto(f"{shifting.url}/events")
        said = seen.page.get_by_test_id("preview-said")
        await expect(said).to_contain_text("are expected then")
        before = await said.text_content()
        await seen.page.get_by_label("From").fill("12:00")
        await seen.page.get_by_label("Until").fill("13:00")
        await expect(said).not_to_have_text(before)
        await seen.page.get_by_label("Day").fill("2026-11-30")
        await expect(said).to_have_text("No forecast reaches that far yet.")
        await seen.page.get_by_label("Day").fill("2026-11-20")
        await seen.page.get_by_label("From").fill("06:00")
        await expect(said).to_have_text("That time has begun already.")
        assert seen.complaints == []


async def test_the_list_renews_itself_and_a_proposal_is_approved(shifting, browser):
    async with watched(browser, PHONE, fingers=True) as seen:
        await seen.page.goto(f"{shifting.url}/events")
        proposal = seen.page.locator('[data-testid="event"][data-state="proposed"]')
        await expect(proposal).to_contain_text("Waits for approval")
        another = replace(proposed(2), id="another", severity="mild")
        await put(shifting, another)
        await seen.page.locator("#events-list").dispatch_event("again")
        await expect(proposal).to_have_count(2)
        await proposal.first.get_by_role("button", name="Approve").click()
        await expect(seen.page.get_by_role("status").first).to_contain_text("Approved")
        await expect(proposal.first).to_contain_text("Approved")
        await seen.page.get_by_role("button", name="Call off").first.click()
        dialog = seen.page.get_by_role("dialog")
        await expect(dialog).to_contain_text("Everybody who knows of it is told")
        await dialog.get_by_role("button", name="Cancel").click()
        await expect(dialog).to_be_hidden()
        assert seen.complaints == []
