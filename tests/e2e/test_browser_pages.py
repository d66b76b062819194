"""Every page of the hub in a real browser: phone and desktop, light and dark, by eye, keyboard and screen reader."""

import asyncio
import re
from dataclasses import dataclass

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from demo import check
from demo.coordinator import TEAMS
from sceop_hub.auth.access import ACCESS
from sceop_hub.core.simulate.community import community
from sceop_hub.web.menu import MENU
from tests.e2e.harness import DESKTOP, PHONE, STREET_HOMES, picture, scrolls_sideways, watched

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("street")]

BESIDE_THE_MENU = {path.strip("/"): path for path in ("/kiosk", "/guide", "/join", "/login", "/setup")}
PAGES = {entry.page: entry.path for entry in MENU} | {
    name: path for name, path in BESIDE_THE_MENU.items() if ("GET", path) in ACCESS
}
STOPS_OF_A_DATE = 4
"""Day, month, year and the calendar; everything else is one stop of the keyboard."""

SIZES = {"phone": PHONE, "desktop": DESKTOP}

REACHABLE = """
() => {
  const kinds = ["a[href]", "button:enabled", "input:enabled:not([type=hidden])", "select:enabled", "textarea:enabled"];
  const seen = (element) => element.checkVisibility({ visibilityProperty: true }) && !element.closest("[inert]");
  const groups = new Set();
  const all = document.querySelectorAll([...kinds, "summary", "[tabindex='0']"].join());
  window.wanted = [...all].filter(seen).filter((element) => {
    const group = element.type === "radio" ? `${element.name}/${element.form?.id}` : element;
    return !groups.has(group) && groups.add(group);
  });
  return window.wanted.length;
}
"""
FOCUSED = """
() => {
  const at = document.activeElement;
  const alike = ({ type, name, form }) => type === "radio" && type === at.type && name === at.name && form === at.form;
  return window.wanted.findIndex((element) => element === at || alike(element));
}
"""
MOVED = """
() => {
  const ending = document.getAnimations().filter((moving) => moving.effect.getTiming().iterations !== Infinity);
  return Promise.allSettled(ending.map(({ finished }) => finished)).then(() => null);
}
"""
SMALLEST_LETTERS = """
() => {
  const texts = [...document.querySelectorAll(".kiosk *")].filter((e) => e.checkVisibility() && e.innerText?.trim());
  return Math.min(...texts.map((element) => parseFloat(getComputedStyle(element).fontSize)));
}
"""
BESIDE_AN_AXIS = """
async (amount) => {
  const { src } = document.querySelector("script[src$='/patterns.js']");
  const { valueAxis } = await import(new URL("chart.js", src));
  return (valueAxis("kWh").axisLabel.formatter ?? Intl.NumberFormat("en").format)(amount);
}
"""
OFFICE = community(seed=2, households=STREET_HOMES)[-1].name


@dataclass(frozen=True)
class Fault:
    where: str
    what: object


async def settled(page: Page) -> None:
    """Wait until the page has drawn all that it shows; its stream of events never ends."""
    await page.wait_for_load_state("load")
    await expect(page.locator("[aria-busy=true]")).to_have_count(0)
    await page.evaluate("document.fonts.ready")
    await page.evaluate(MOVED)


async def complaints_of_axe(page: Page) -> list:
    found = await Axe().run(page)
    return [
        (violation["id"], [node["html"][:200] for node in violation["nodes"]])
        for violation in found.response["violations"]
    ]


@pytest.mark.parametrize("name", PAGES)
async def test_a_page_fits_is_understood_by_all_and_keeps_to_itself(street, browser, name):
    await check.measured(street.session, street.demo)
    faults: list[Fault] = []
    for size_name, size in SIZES.items():
        async with watched(browser, size) as seen:
            await seen.page.goto(street.demo.hub_url + PAGES[name])
            for scheme in ("light", "dark"):
                await seen.page.emulate_media(color_scheme=scheme)
                await settled(seen.page)
                where = f"{size_name} {scheme}"
                if await scrolls_sideways(seen.page):
                    faults.append(Fault(where, "scrolls sideways"))
                faults += [Fault(where, violation) for violation in await complaints_of_axe(seen.page)]
                await picture(seen.page, f"{name}-{size_name}-{scheme}")
            faults += [Fault(size_name, complaint) for complaint in seen.complaints]
            elsewhere = (url for url in seen.asked if not url.startswith((street.demo.hub_url, "data:", "blob:")))
            faults += [Fault(size_name, f"asked {url}") for url in elsewhere]
    assert faults == []


@pytest.mark.parametrize("name", PAGES)
async def test_the_keyboard_reaches_everything_that_can_be_pressed(street, browser, name):
    async with watched(browser, DESKTOP) as seen:
        await seen.page.goto(street.demo.hub_url + PAGES[name])
        await settled(seen.page)
        there = await seen.page.evaluate(REACHABLE)
        missed = set(range(there))
        for _ in range(there * STOPS_OF_A_DATE):
            await seen.page.keyboard.press("Tab")
            missed.discard(await seen.page.evaluate(FOCUSED))
            if not missed:
                break
        assert await seen.page.evaluate("places => places.map(place => wanted[place].outerHTML)", [*missed]) == []


async def test_the_menu_of_a_phone_opens_by_keyboard_and_leads_on(street, browser):
    async with watched(browser, PHONE) as seen:
        await seen.page.goto(street.demo.hub_url)
        button = seen.page.get_by_role("button", name="Menu")
        await button.focus()
        await seen.page.keyboard.press("Enter")
        link = seen.page.get_by_role("link", name="Privacy")
        await expect(link).to_be_visible()
        await seen.page.keyboard.press("Escape")
        await expect(link).to_be_hidden()
        await button.click()
        await link.click()
        await expect(seen.page.get_by_role("heading", level=1)).to_have_text("Privacy")


async def test_a_chart_is_read_with_the_arrow_keys(street, browser):
    await check.measured(street.session, street.demo)
    async with watched(browser, DESKTOP) as seen:
        await seen.page.goto(street.demo.hub_url)
        chart = seen.page.get_by_test_id("today-chart")
        await expect(chart.locator("canvas").first).to_be_visible()
        await chart.focus()
        await seen.page.keyboard.press("Home")
        await expect(seen.page.locator("[data-testid=today-chart] + [aria-live]")).to_contain_text("W")
        await seen.page.keyboard.press("ArrowRight")
        await expect(seen.page.locator("[data-testid=today-chart] + [aria-live]")).to_contain_text("00:15")


async def test_a_reader_who_wants_no_motion_gets_none(street, browser):
    async with watched(browser, DESKTOP) as seen:
        await seen.page.emulate_media(reduced_motion="reduce")
        for path in PAGES.values():
            await seen.page.goto(street.demo.hub_url + path)
            await settled(seen.page)
            moving = "document.getAnimations().filter(moving => moving.playState === 'running').length"
            assert await seen.page.evaluate(moving) == 0, path


async def test_the_screen_in_the_lobby_turns_by_itself_and_shows_no_single_home_or_office(street, browser):
    await check.measured(street.session, street.demo)
    async with watched(browser, {"width": 1920, "height": 1080}) as seen:
        await seen.page.clock.install()
        async with seen.page.expect_response("**/now/today"):
            await seen.page.goto(f"{street.demo.hub_url}/kiosk")
        shown = seen.page.locator("[data-scene]:visible")
        await expect(shown).to_have_attribute("data-scene", "power")
        await seen.page.clock.fast_forward(20_000)
        await expect(shown).to_have_attribute("data-scene", "day")
        await expect(shown.locator("canvas").first).to_be_visible()
        await settled(seen.page)
        await picture(seen.page, "kiosk-lobby")
        smallest = await seen.page.evaluate(SMALLEST_LETTERS)
        assert smallest >= 1080 * 0.026
        assert OFFICE not in await seen.page.content()
        assert seen.complaints == []


async def test_the_screen_in_the_lobby_begins_anew_when_the_hub_was_renewed(street, browser):
    async with watched(browser, DESKTOP) as seen:
        await seen.page.clock.install()
        await seen.page.goto(f"{street.demo.hub_url}/kiosk")
        await expect(seen.page.get_by_test_id("connection")).to_have_attribute("data-state", "live")
        answered = asyncio.Event()

        async def newer(route):
            answered.set()
            await route.fulfill(json={"version": "99.0.0"})

        await seen.page.route("**/healthz", newer)
        async with seen.page.expect_navigation():
            await seen.page.clock.fast_forward(301_000)
        assert answered.is_set()


async def test_what_patterns_shows_stands_in_its_address_and_in_its_file(street, browser):
    await check.measured(street.session, street.demo)
    async with watched(browser, DESKTOP) as seen:
        await seen.page.goto(f"{street.demo.hub_url}/patterns?span=month&per=home")
        await expect(seen.page.get_by_test_id("heat-chart").locator("canvas").first).to_be_visible()
        await expect(seen.page.get_by_label("One home on average")).to_be_checked()
        await seen.page.get_by_text("3 months").click()
        await expect(seen.page).to_have_url(re.compile("span=quarter&per=home"))
        await seen.page.get_by_text("The week in figures").click()
        table = seen.page.get_by_test_id("heat-table")
        texts = "rows => rows.map(row => [...row.cells].map(cell => cell.textContent))"
        cells = await table.locator("tbody tr").evaluate_all(texts)
        async with seen.page.expect_download() as download:
            await seen.page.locator("[data-csv-of=heat-table]").click()
        lines = (await (await download.value).path()).read_text("utf-8-sig").splitlines()
        assert len(lines) == 1 + 24
        of_monday = [line.split(",")[1] for line in lines[1:]]
        assert of_monday == [row[1].replace(",", "") for row in cells]
        assert seen.complaints == []


async def test_patterns_begin_with_a_flow_that_may_be_shown_where_consumption_may_not(street, browser):
    await check.measured(street.session, street.demo)

    async def without_consumption(route):
        answer = await route.fetch()
        data = await answer.json() | {"figures": ["grid_import"]}
        if data["figure"] == "consumption":
            data["heat"] = {name: [[None] * 24] * 7 for name in data["heat"]}
        await route.fulfill(response=answer, json=data)

    async with watched(browser, DESKTOP) as seen:
        await seen.page.route("**/patterns/data*", without_consumption)
        await seen.page.goto(f"{street.demo.hub_url}/patterns")
        await expect(seen.page.get_by_label("Which flow")).to_have_value("grid_import")
        await expect(seen.page.locator("#heat-finding")).to_contain_text("on average")
        assert seen.complaints == []


async def test_numbers_beside_a_chart_are_written_as_its_reader_writes_them(street, browser):
    context = await browser.new_context(locale="de-DE")
    page = await context.new_page()
    await page.goto(f"{street.demo.hub_url}/patterns")
    assert await page.evaluate(BESIDE_AN_AXIS, 4000) == "4.000"
    await context.close()


async def test_groups_stand_side_by_side_and_the_day_beside_a_typical_one(street, browser):
    await check.measured(street.session, street.demo)
    async with watched(browser, DESKTOP) as seen:
        await seen.page.goto(f"{street.demo.hub_url}/patterns")
        groups = seen.page.get_by_test_id("teams").get_by_role("heading")
        await expect(groups).to_have_text(["The whole community", *sorted(TEAMS)])
        await seen.page.goto(street.demo.hub_url)
        await expect(seen.page.get_by_test_id("tile-used")).to_contain_text("typical")
        await expect(seen.page.get_by_test_id("tile-cost")).to_contain_text("€")
        await expect(seen.page.get_by_test_id("tile-carbon")).to_contain_text("kg")
        assert seen.complaints == []
