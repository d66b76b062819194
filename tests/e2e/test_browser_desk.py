"""The coordinator's desk in a real browser: an empty hub set up by clicks, settings kept, alerts looked after."""

import re
from contextlib import asynccontextmanager

import pytest
from aiohttp import ClientSession
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from demo import community
from demo.processes import kept_alive, until
from sceop_hub.backup.backups import BACKUPS
from sceop_hub.jobs.alerts import WATCH
from tests.e2e.harness import DESKTOP, PHONE, new_demo, picture, scrolls_sideways, watched
from tests.hub.harness import running, settings
from tests.hub.playing import home_assistant

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("desk")]

SIZES = pytest.mark.parametrize(("name", "size", "scheme"), [("phone", PHONE, "light"), ("desktop", DESKTOP, "dark")])


@asynccontextmanager
async def desk(folder, **more):
    """A hub that nobody has set up, beside a Home Assistant."""
    async with home_assistant() as played:
        told = settings(folder, community=None, zone=None, home_assistant=played.at, **more)
        async with running(told) as hub:
            yield hub, played


async def is_in_order(seen, name):
    """The page fits its width, complained of nothing, and a screen reader finds its way."""
    await seen.page.wait_for_function("!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    assert not await scrolls_sideways(seen.page), name
    found = await Axe().run(seen.page)
    assert found.violations_count == 0, found.generate_report()
    assert seen.complaints == []
    await picture(seen.page, f"desk-{name}")


@SIZES
async def test_settings_are_kept_by_clicks(tmp_path, browser, name, size, scheme):
    async with desk(tmp_path) as (hub, _), watched(browser, size, scheme) as seen:
        page = seen.page
        await page.goto(f"{hub.url}/settings")
        await page.get_by_label("Name", exact=True).fill("Mill Street")
        await page.get_by_label("Time zone").select_option("Europe/Madrid")
        await page.get_by_label("Latitude").fill("north")
        await page.locator("#community").get_by_role("button", name="Save").click()
        await expect(page.get_by_text("A latitude is a number such as 52.37.")).to_be_visible()
        await expect(page.get_by_label("Name", exact=True)).to_have_value("Mill Street")
        seen.complaints.clear()  # the browser's own line about the answer 422
        await is_in_order(seen, f"settings-mistake-{name}")
        await page.get_by_label("Latitude").fill("")
        await page.locator("#community").get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved.")).to_be_visible()
        assert hub.hub.profile.name == "Mill Street"
        await expect(page.locator("#notify-targets option")).to_have_count(2)
        await is_in_order(seen, f"settings-{name}")


@SIZES
async def test_a_backup_is_made_while_the_page_looks_on(tmp_path, browser, name, size, scheme):
    async with desk(tmp_path) as (hub, _), watched(browser, size, scheme) as seen:
        page = seen.page
        await page.goto(f"{hub.url}/settings/backups")
        await page.get_by_role("button", name="Make one now").click()
        await expect(page.get_by_test_id("backup")).to_be_visible(timeout=30_000)
        await expect(page.locator("[hx-trigger^=every]")).to_have_count(0)
        await is_in_order(seen, f"backups-{name}")
        async with page.expect_download() as coming:
            await page.get_by_role("link", name="Download").click()
        download = await coming.value
        assert download.suggested_filename == hub.app[BACKUPS].latest().name
        await page.get_by_role("button", name="Remove").click()
        await expect(page.get_by_role("dialog")).to_have_css("text-align", "start")
        await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        await expect(page.get_by_text("There is no backup yet.")).to_be_visible()


@SIZES
async def test_an_alert_is_looked_after(tmp_path, browser, name, size, scheme):
    async with desk(tmp_path) as (hub, _), watched(browser, size, scheme) as seen:
        await hub.invite()
        await hub.join(name="Number 7")
        hub.clock.pass_by(hours=25)
        await hub.app[WATCH].look()
        page = seen.page
        await page.goto(f"{hub.url}/alerts")
        alert = page.get_by_test_id("alert")
        await expect(alert).to_contain_text(re.compile("Number 7 has not been heard since .*2026"))
        await is_in_order(seen, f"alerts-{name}")
        await alert.get_by_role("button", name="I know").click()
        await expect(alert).to_contain_text("Somebody knows")
        await alert.get_by_role("button", name="Never tell me").click()
        await expect(page.get_by_role("heading", name="Muted")).to_be_visible()
        await page.get_by_role("button", name="Tell me again").click()
        await expect(page.get_by_text("You will hear of this again.")).to_be_visible()


@SIZES
async def test_an_empty_hub_is_set_up_by_clicks_to_the_first_invite_and_figure(tmp_path, browser, name, size, scheme):
    async with desk(tmp_path) as (hub, _), watched(browser, size, scheme) as seen:
        page = seen.page
        await page.goto(hub.url)
        await expect(page.get_by_role("heading", name="What is your community called?")).to_be_visible()
        await is_in_order(seen, f"guide-name-{name}")
        await page.get_by_label("Name").fill("Mill Street")
        await page.get_by_role("button", name="Next").click()

        await expect(page.get_by_text("Filled in as Home Assistant knows it.")).to_be_visible()
        await expect(page.get_by_label("Time zone")).to_have_value("Europe/Madrid")
        await page.get_by_label("Place", exact=True).fill("Seville")
        await is_in_order(seen, f"guide-place-{name}")
        await page.get_by_role("button", name="Next").click()

        await expect(page.get_by_role("heading", name="How do members reach this hub?")).to_be_visible()
        await page.get_by_label("Address", exact=True).fill(hub.url)
        await page.get_by_role("button", name="Test the address").click()
        await expect(page.get_by_text(f"This hub answers at {hub.url}.")).to_be_visible()
        await is_in_order(seen, f"guide-address-{name}")
        await page.get_by_role("button", name="Next").click()

        await page.get_by_label("For how many households?").fill("12")
        await page.get_by_role("button", name="Make an invite").click()
        code = await page.get_by_test_id("code").inner_text()
        await expect(page.get_by_test_id("page")).to_contain_text(f"/join#code={code}")
        await is_in_order(seen, f"guide-invite-{name}")
        assert (await hub.ask_to_join(code=code)).status == 201
        await page.get_by_role("button", name="Next").click()

        await expect(page.get_by_test_id("homes")).to_contain_text("1 home has joined.")
        await is_in_order(seen, f"guide-publish-{name}")
        await page.get_by_role("button", name="Show the figures").click()
        await expect(page.get_by_text("figures are being shown from now on")).to_be_visible()
        assert hub.hub.profile.published_since is not None


async def test_the_browser_suggests_its_own_zone_and_the_currency_of_the_zone_where_nobody_knows_better(
    tmp_path, browser
):
    told = settings(tmp_path, community=None, zone=None)
    async with running(told) as hub, watched(browser, PHONE) as seen:
        await seen.page.goto(f"{hub.url}/guide/place")
        await expect(seen.page.get_by_label("Time zone")).to_have_value("Europe/Madrid")
        currency = seen.page.get_by_label("Currency")
        await expect(currency).to_have_value("EUR")
        await seen.page.get_by_label("Time zone").select_option("Europe/London")
        await expect(currency).to_have_value("GBP")
        await currency.fill("usd")
        await seen.page.get_by_label("Time zone").select_option("Europe/Warsaw")
        await expect(currency).to_have_value("usd")
        assert seen.complaints == []


@SIZES
async def test_a_file_is_tried_and_taken_in_while_the_page_looks_on(tmp_path, browser, name, size, scheme):
    hours = [f"2026-11-19 {hour:02}:{minute:02};0,25" for hour in range(24) for minute in (0, 15, 30, 45)]
    table = "\n".join(["time;grid_import kWh", *hours, "2026-11-20 00:00;much"]).encode()
    async with desk(tmp_path) as (hub, _), watched(browser, size, scheme) as seen:
        page = seen.page
        await page.goto(f"{hub.url}/settings/data")
        await is_in_order(seen, f"data-{name}")
        await page.get_by_label("Household", exact=True).select_option("new")
        await page.get_by_label("Name of the new household").fill("Number 9")
        await page.get_by_label("File", exact=True).set_input_files(
            {"name": "meter.csv", "mimeType": "text/csv", "buffer": table}
        )
        await page.get_by_role("button", name="Read it and show").click()
        await expect(page.get_by_text("This was understood.")).to_be_visible(timeout=30_000)
        await expect(page.get_by_text("1 row can not be used")).to_be_visible()
        await is_in_order(seen, f"import-{name}")
        await page.get_by_role("button", name="Take it in").click()
        await expect(page.get_by_text("Done: 96 quarter hours are new")).to_be_visible(timeout=30_000)
        assert sum((await hub.slots(1, "grid_import")).values()) == 96 * 250


@SIZES
async def test_a_check_up_shows_what_it_found(tmp_path, browser, name, size, scheme):
    async with desk(tmp_path) as (hub, _), watched(browser, size, scheme) as seen:
        page = seen.page
        await page.goto(f"{hub.url}/settings/checks")
        await page.get_by_role("button", name="Check now").click()
        await expect(page.get_by_text("The hub can write in")).to_be_visible(timeout=30_000)
        await page.get_by_label("Address").fill(hub.url)
        await page.get_by_role("button", name="Test the address").click()
        await expect(page.get_by_text(f"This hub answers at {hub.url}.")).to_be_visible()
        await is_in_order(seen, f"checks-{name}")


async def test_the_hub_goes_back_to_a_backup_and_the_page_goes_on_by_itself(tmp_path, browser):
    demo = new_demo(tmp_path, households=1, days=1)
    async with ClientSession() as session, kept_alive(community.hub(demo)) as child, watched(browser, PHONE) as seen:
        await until(community.answers(session, demo.hub_url), child)
        page = seen.page
        await page.goto(f"{demo.hub_url}/settings/backups")
        await page.get_by_role("button", name="Make one now").click()
        await expect(page.get_by_test_id("backup")).to_be_visible(timeout=30_000)
        await page.goto(f"{demo.hub_url}/settings")
        await page.get_by_label("Price of a kWh from the grid").fill("0.31")
        await page.locator("#factors").get_by_role("button", name="Save").click()
        await expect(page.get_by_text("Saved.")).to_be_visible()

        await page.goto(f"{demo.hub_url}/settings/backups")
        await page.get_by_role("link", name="Restore").click()
        await page.get_by_role("button", name="Restore").click()
        await page.get_by_label("I know that this is lost").check(timeout=30_000)
        await page.get_by_role("button", name="Restore").click()
        await expect(page.get_by_text("The hub is back, with the backup in place.")).to_be_visible(timeout=60_000)
        await page.goto(f"{demo.hub_url}/settings")
        await expect(page.get_by_label("Price of a kWh from the grid")).to_have_value("")


@SIZES
async def test_the_quieter_pages_of_the_desk_are_in_order_too(tmp_path, browser, name, size, scheme):
    async with desk(tmp_path) as (hub, _), watched(browser, size, scheme) as seen:
        page = seen.page
        await page.goto(f"{hub.url}/settings/privacy")
        await page.get_by_label("At least").select_option("8")
        await page.get_by_label("I lower it").check()
        await page.get_by_role("button", name="Save").click()
        await expect(page.get_by_test_id("agreed")).to_contain_text("0 of 0 homes agreed")
        await is_in_order(seen, f"privacy-rule-{name}")

        await page.goto(f"{hub.url}/settings")
        await page.get_by_role("button", name="Make a link for a screen").click()
        await expect(page.get_by_test_id("kiosk-link")).to_contain_text("/kiosk/enter?key=")
        await is_in_order(seen, f"kiosk-link-{name}")

        made = await hub.app[BACKUPS].make()
        await page.goto(f"{hub.url}/settings/backups/restore?name={made.name}")
        await expect(page.get_by_role("heading", name="Restore this backup?")).to_be_visible()
        await is_in_order(seen, f"restore-{name}")
