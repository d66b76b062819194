"""A warning on its whole way: chosen in the dialog, told by a real forecast or hub, on a real phone, and answered."""

import re
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from demo import community, site
from demo.phone import CLEAR, held, register
from demo.site import OPTIONS_FLOW
from tests.e2e.harness import DESKTOP, PHONE, picture, watched
from tests.e2e.test_browser_dashboard import make_dashboard, make_site, visit
from tests.e2e.test_browser_household import hub, is_sound, logged_in, submit

__all__ = ["hub"]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240), pytest.mark.xdist_group("house")]

SIMULATED = {"next_step_id": "simulated"}
HALF_A_DAY = 720
"""Minutes before a peak: with a limit that a home's standby alone exceeds, one begins within them on every day."""


@asynccontextmanager
async def phone_of(house, name):
    async with held(house, name, await register(house, name)) as phone:
        yield phone


@asynccontextmanager
async def heard(house, kind):
    """Hear of an event of Home Assistant, as an automation does; what comes next is what `receive` waits for."""
    async with house.socket() as socket:
        await socket.send_json({"id": 1, "type": "subscribe_events", "event_type": kind})
        assert (await socket.receive_json())["success"]

        async def receive():
            return (await socket.receive_json())["event"]["data"]

        yield receive


async def choose_phone(seen, house, home, phone, *, minutes=None):
    """Open a site's options by its cogwheel, and choose who hears of its warnings, as a person does."""
    page = seen.page
    await page.goto(f"{house.home.url}/config/integrations/integration/sceop")
    await page.locator("ha-config-entry-row", has_text=home).get_by_role("button", name="Configure").first.click()
    await page.get_by_text("Warnings", exact=True).click()
    form = page.locator("step-flow-form")
    picker = form.locator("ha-generic-picker ha-button").first
    await picker.wait_for()
    if minutes is not None:
        await form.locator("input[type=number]").first.fill(str(minutes))
    await picker.click()
    await page.get_by_text(phone, exact=True).last.click()
    await expect(form.get_by_text(phone)).to_be_visible()
    await picture(page, "warnings-dialog")
    await submit(page)
    await expect(page.get_by_text("Options successfully saved")).to_be_visible()
    await page.get_by_role("button", name="Finish").click()
    assert is_sound(seen)


async def kept(house, entry, name):
    """Return what the dialog of warnings shows as chosen."""
    flow = await house.post(OPTIONS_FLOW, {"handler": entry})
    form = await house.post(f"{OPTIONS_FLOW}/{flow['flow_id']}", {"next_step_id": "warnings"})
    await house.delete(f"{OPTIONS_FLOW}/{flow['flow_id']}")
    return next(each["description"]["suggested_value"] for each in form["data_schema"] if each["name"] == name)


async def newest(house, entity):
    return (await house.get(f"/api/states/{entity}"))["attributes"]


async def test_a_peak_rings_and_shift_now_reaches_automations(house, browser):
    entry = await make_site(house, SIMULATED, {"name": "Ferry House", "home": "plain"}, {"next_step_id": "not_now"})
    await make_dashboard(house, "ferry", site=entry)
    async with (
        phone_of(house, "Kim's phone") as phone,
        heard(house, "sceop_shift_now") as shifted,
        logged_in(browser, house, DESKTOP) as seen,
    ):
        await choose_phone(seen, house, "Ferry House", "Kim's phone", minutes=HALF_A_DAY)
        assert await kept(house, entry, "lead_minutes") == HALF_A_DAY
        await site.choose(house, entry, "forecast", {"limit_kw": 0.1})
        note = await phone.sees(lambda note: note.get("title", "").startswith("Peak"))
        assert re.search(
            r"your home may draw about [\d.]+\sk?W, and with a probability of \d+% more than 100\sW", note["message"]
        )
        assert [each["title"] for each in note["data"]["actions"]] == ["Shift now", "Remind me", "Not today"]
        assert (await newest(house, "event.ferry_house_warning"))["event_type"] == "upcoming_peak"

        await phone.press(note, "Shift now")
        told = await shifted()
        assert (told["config_entry_id"], told["limit_w"]) == (entry, 100)
        event = await newest(house, "event.ferry_house_warning")
        assert (event["event_type"], event["start"]) == ("shift_now", told["start"])
        await phone.sees(lambda each: each["message"] == CLEAR and each["data"]["tag"] == note["data"]["tag"])
    async with visit(browser, house, f"{house.home.url}{note['data']['url']}", PHONE) as seen:
        await expect(seen.page.locator("sceop-forecast path.band")).to_have_attribute("d", re.compile("^M"))
        await picture(seen.page, "warning-link-390-light")


async def test_what_the_coordinator_tells_everybody_reaches_a_phone(house, hub, browser):
    invite = await community.make_invite(hub)
    entry = await make_site(
        house,
        SIMULATED,
        {"name": "Lock House", "home": "plain"},
        {"next_step_id": "hub"},
        {"address": hub.hub_url, "code": invite, "member_name": "Lock House"},
        {"agree": True},
    )
    async with phone_of(house, "Alex's phone") as phone:
        await site.warn(house, entry, "Alex's phone")
        async with watched(browser, DESKTOP) as seen:
            page = seen.page
            await page.goto(f"{hub.hub_url}/alerts")
            await page.get_by_role("textbox", name="Title").fill("No power on Thursday")
            await page.get_by_role("textbox", name="Message").fill("From 9 to 11 the street's cable is renewed.")
            await page.get_by_role("button", name="Preview").click()
            await expect(page.get_by_test_id("message-preview")).to_contain_text("No power on Thursday")
            await page.get_by_role("button", name="Tell everybody").click()
            await expect(page.get_by_test_id("told")).to_contain_text("No power on Thursday")
            assert seen.complaints == []
        note = await phone.sees(lambda each: "cable" in each["message"])
        assert "No power on Thursday" in note["title"]
        assert "actions" not in note["data"]
        event = await newest(house, "event.lock_house_warning")
        assert (event["event_type"], event["text"]) == ("hub_message", "From 9 to 11 the street's cable is renewed.")
