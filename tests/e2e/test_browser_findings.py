"""The card of what is not normal in a real browser: what it says, and what one may answer."""

import json
import re
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from custom_components.sceop.frontend import MODULES
from tests.e2e.harness import DESKTOP, PHONE, picture, watched
from tests.e2e.test_browser_dashboard import is_readable
from tests.e2e.test_browser_forecast import sheet

__all__ = ["sheet"]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("forecast")]

TEXTS = json.loads((MODULES.parents[1] / "translations" / "en.json").read_text(encoding="utf-8"))["common"]

STUCK = {
    "anomaly": "3f9a0c71d2", "kind": "stuck", "words": "stuck", "what": "Something does not stop",
    "channel": "load.pump", "name": "Garden pump", "since": "2026-11-20T03:00:00+00:00",
    "until": "2026-11-21T13:00:00+00:00", "power_w": 1043, "wh_a_month": 750_000, "cost_a_month": 213.75,
    "currency": "EUR", "sureness": 0.93, "look_at": TEXTS["anomaly_stuck_look"], "state": "open",
    "muted_until": None, "reason": None,
}  # fmt: skip
STANDBY = STUCK | {
    "anomaly": "a11ce5e4f0", "kind": "standby", "words": "standby", "name": "Orchard House", "power_w": 61,
    "wh_a_month": 44_000, "cost_a_month": None, "currency": None, "sureness": 0.7,
}  # fmt: skip
MUTED = STANDBY | {
    "anomaly": "0ddba11000", "state": "muted", "muted_until": "2026-11-28T13:00:00+00:00", "reason": "New aquarium.",
}  # fmt: skip
LOOKED_AT = "2026-11-21T13:04:00+00:00"

CARD = """async ([anomalies, texts, config, modules]) => {
  await import(`${modules}/cards.js`);
  const card = document.createElement("sceop-findings");
  document.body.replaceChildren(card);
  card.setConfig(config);
  const sites = [{ site: "home", title: "Orchard House", works: true, entities: {}, things: [] }];
  window.asked = [];
  const callWS = async ({ type, service, service_data: data }) => {
    if (type === "sceop/sites") return { sites };
    window.asked.push([service, data]);
    if (service === "get_anomalies") return { response: anomalies };
    if (window.refusal) throw new Error(window.refusal);
    const found = anomalies.anomalies.find((each) => each.anomaly === data.anomaly);
    const states = { acknowledge: "acknowledged", mute: "muted", this_was_me: "this_was_me", reopen: "open" };
    found.state = states[data.answer];
    return { context: {} };
  };
  const loadBackendTranslation = async () => (key, gaps = {}) =>
    (texts[key.split(".").at(-1)] ?? "").replace(/\\{(\\w+)\\}/g, (hole, name) => gaps[name] ?? hole);
  const locale = { time_format: "24", number_format: "language" };
  card.hass = {
    language: "en", locale, states: {}, entities: {}, connection: {}, callWS, loadBackendTranslation,
  };
  await new Promise((drawn) => setTimeout(drawn, 50));
}"""


@asynccontextmanager
async def drawn(browser, sheet, *anomalies, looked_at=LOOKED_AT, size=PHONE, **config):
    async with watched(browser, size) as seen:
        await seen.page.goto(sheet)
        answer = {"site": "Orchard House", "looked_at": looked_at, "anomalies": list(anomalies)}
        await seen.page.evaluate(CARD, [answer, TEXTS, config, f"{sheet}/www"])
        yield seen.page
        assert seen.complaints == []


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_each_says_what_since_when_at_what_cost_how_sure_and_what_to_look_at(browser, sheet, size):
    async with drawn(browser, sheet, MUTED, STUCK, size=size) as page:
        first = page.locator("li").first
        for words in (
            "Something does not stop",
            re.compile("^Garden pump: since Fri.* 20.*, 04:00 about 1.0\u00a0kW more than usual"),
            "€213.75 a month",
            "Look for a pump",
            "Sure to 93%.",
        ):
            await expect(first.get_by_text(words)).to_be_visible()
        await picture(page, f"findings-{size['width']}-light")
        assert await is_readable(page)


async def test_without_a_tariff_energy_is_told_and_no_money(browser, sheet):
    async with drawn(browser, sheet, STANDBY) as page:
        await expect(page.get_by_text("If it goes on: 44.0\u00a0kWh a month.")).to_be_visible()
        await expect(page.get_by_text(re.compile("NaN|null|undefined|€"))).to_have_count(0)


async def test_what_was_answered_stands_below_with_the_answer_and_can_be_opened_again(browser, sheet):
    async with drawn(browser, sheet, MUTED, STUCK) as page:
        last = page.locator("li").last
        await expect(last.get_by_text(re.compile("^Muted until .* New aquarium\\.$"))).to_be_visible()
        await last.get_by_role("button", name=re.compile("^Open again")).click()
        await expect(page.get_by_role("button", name=re.compile("^I know"))).to_have_count(2)
        assert ["answer_anomaly", {"config_entry_id": "home", "anomaly": MUTED["anomaly"], "answer": "reopen"}] in (
            await page.evaluate("asked")
        )


async def test_the_keyboard_answers_and_hears_that_it_was_taken(browser, sheet):
    async with drawn(browser, sheet, STUCK) as page:
        await page.get_by_role("button", name="This was me: Something does not stop").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("You said that this was you.")).to_be_visible()
        await expect(page.locator("[aria-live]")).to_have_text("Noted.")


async def test_who_mutes_may_say_why_and_what_is_typed_outlives_a_new_drawing(browser, sheet):
    async with drawn(browser, sheet, STUCK, STANDBY) as page:
        first = page.locator("li").first
        await first.get_by_role("button", name=re.compile("^Mute")).click()
        why = page.get_by_role("textbox", name="Why? You may leave it empty.")
        await expect(why).to_be_focused()
        await page.keyboard.type("The cellar is wet")
        await page.evaluate("document.querySelector('sceop-findings').renew()")
        await expect(why).to_have_value("The cellar is wet")
        await expect(why).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(why).to_have_count(0)
        sent = {"config_entry_id": "home", "anomaly": STUCK["anomaly"], "answer": "mute", "reason": "The cellar is wet"}
        assert ["answer_anomaly", sent] in await page.evaluate("asked")


async def test_who_changes_his_mind_mutes_nothing(browser, sheet):
    async with drawn(browser, sheet, STUCK) as page:
        mute = page.get_by_role("button", name=re.compile("^Mute"))
        await mute.click()
        await page.get_by_role("button", name="Cancel").click()
        await expect(page.get_by_role("textbox")).to_have_count(0)
        await expect(mute).to_be_focused()
        assert [service for service, _ in await page.evaluate("asked")] == ["get_anomalies"]


async def test_a_refused_answer_says_why_and_can_be_given_again(browser, sheet):
    async with drawn(browser, sheet, STUCK) as page:
        await page.evaluate("window.refusal = 'There is no anomaly 3f9a0c71d2 at Orchard House.'")
        button = page.get_by_role("button", name=re.compile("^I know"))
        await button.click()
        await expect(page.get_by_text("There is no anomaly 3f9a0c71d2 at Orchard House.")).to_be_visible()
        await expect(button).to_be_enabled()


@pytest.mark.parametrize(
    ("looked_at", "sentence"),
    [(LOOKED_AT, "Nothing is out of the ordinary. Last looked at"), (None, "Nobody has looked yet.")],
)
async def test_nothing_found_is_told_apart_from_nobody_having_looked(browser, sheet, looked_at, sentence):
    async with drawn(browser, sheet, looked_at=looked_at) as page:
        await expect(page.get_by_text(sentence)).to_be_visible()


async def test_a_name_is_no_markup(browser, sheet):
    async with drawn(browser, sheet, STUCK | {"name": "<img src=x onerror=alert(1)>"}) as page:
        await expect(page.get_by_text("<img src=x onerror=alert(1)>")).to_be_visible()
        assert await page.locator("sceop-findings img").count() == 0
