"""Members and accounts in a real browser: from an empty hub without Home Assistant to a neighbour who joined."""

import re
from urllib.parse import parse_qs, urlsplit

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import expect

from sceop_hub.auth.guards import GUARDS
from tests.e2e.harness import DESKTOP, PHONE, picture, scrolls_sideways, watched
from tests.hub.browsing import PASSWORD
from tests.hub.harness import running, settings

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("desk")]

SIZES = pytest.mark.parametrize(("name", "size", "scheme"), [("phone", PHONE, "dark"), ("desktop", DESKTOP, "light")])


async def is_in_order(seen, name):
    """The page fits its width, complained of nothing, and a screen reader finds its way."""
    assert not await scrolls_sideways(seen.page), name
    found = await Axe().run(seen.page)
    assert found.violations_count == 0, found.generate_report()
    assert seen.complaints == []
    await picture(seen.page, f"people-{name}")


async def press(page, name):
    await page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


async def own_the_hub(hub, seen, name):
    """Make the first account, at the second try."""
    page = seen.page
    await page.goto(f"{hub.url}/households")
    await expect(page).to_have_url(f"{hub.url}/setup")
    await is_in_order(seen, f"setup-{name}")
    for code in ("AAAA-AAAA", hub.app[GUARDS].setup_code):
        await page.get_by_label("Set-up code").fill(code)
        await page.get_by_label("Name").fill("Ada")
        await page.get_by_label("Password").fill(PASSWORD)
        await press(page, "Make the account")
        if code == "AAAA-AAAA":
            await expect(page.get_by_text("Each start makes a new one.")).to_be_visible()
            seen.complaints.clear()  # the browser's own line about the answer 403


@SIZES
async def test_a_neighbour_is_invited_joins_and_is_approved(tmp_path, browser, name, size, scheme):
    told = settings(tmp_path, local_owner=False)
    async with running(told) as hub, watched(browser, size, scheme) as seen, watched(browser, PHONE, scheme) as phone:
        await hub.hub.change_profile("test", approval=True)
        await own_the_hub(hub, seen, name)
        page = seen.page
        await page.goto(f"{hub.url}/invites")
        await page.get_by_label("For whom").fill("Number 12")
        await press(page, "Make an invite")
        await expect(page.get_by_test_id("invite-page")).to_be_visible()
        await is_in_order(seen, f"invite-{name}")
        code = await page.get_by_test_id("invite-code").text_content()

        await phone.page.goto(await page.get_by_test_id("invite-page").text_content())
        await expect(phone.page.get_by_text(code)).to_be_visible()
        link = await phone.page.locator("[data-invite-link]").get_attribute("data-copy")
        assert parse_qs(urlsplit(link).query) == {"hub": [hub.url], "code": [code]}
        assert link == await page.get_by_test_id("invite-link").text_content()
        assert not any(code in asked for asked in phone.asked if "#" not in asked)
        await is_in_order(phone, f"join-{name}")

        await hub.ask_to_join(code=code, name="Number 12 ☀️ שמש")
        await page.goto(f"{hub.url}/households")
        await page.get_by_role("link", name=re.compile("Number 12")).click()
        await press(page, "Approve")
        await expect(page.get_by_text("Saved.")).to_be_visible()
        await is_in_order(seen, f"household-{name}")
        await press(page, "Remove")
        await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
        await expect(page.get_by_text("Nobody takes part yet.")).to_be_visible()
        await is_in_order(seen, f"households-{name}")


@SIZES
async def test_accounts_and_tokens_are_made_and_one_signs_out(tmp_path, browser, name, size, scheme):
    told = settings(tmp_path, local_owner=False)
    async with running(told) as hub, watched(browser, size, scheme) as seen:
        await own_the_hub(hub, seen, name)
        page = seen.page
        await page.goto(f"{hub.url}/accounts")
        await page.locator("#new-name").fill("Ben")
        await page.locator("#new-password").fill(PASSWORD)
        await press(page, "Make the account")
        await expect(page.get_by_test_id("account")).to_have_count(2)
        await page.locator("#token-name").fill("Dashboard")
        await page.get_by_label("Read the community's figures").check()
        await press(page, "Make the token")
        token = await page.get_by_test_id("token").text_content()
        assert (await hub.get("/api/v1/community", Authorization=f"Bearer {token}")).status == 200
        await is_in_order(seen, f"accounts-{name}")
        await page.goto(f"{hub.url}/audit")
        await expect(page.get_by_test_id("note")).to_have_count(4)
        await is_in_order(seen, f"audit-{name}")
        await page.get_by_role("link", name="Your account: Ada").click()
        await is_in_order(seen, f"account-{name}")
        await press(page, "Sign out")
        await expect(page).to_have_url(f"{hub.url}/login")
        await is_in_order(seen, f"login-{name}")
        await page.get_by_label("Name").fill("Ada")
        await page.get_by_label("Password").fill("not the password")
        await press(page, "Sign in")
        await expect(page.get_by_text("do not fit together")).to_be_visible()
        seen.complaints.clear()  # the browser's own line about the answer 403
        await page.get_by_label("Password").fill(PASSWORD)
        await press(page, "Sign in")
        await expect(page).to_have_url(f"{hub.url}/guide/name")  # the first page of a hub that nobody has set up
