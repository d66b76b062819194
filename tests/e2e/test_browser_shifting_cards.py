"""The cards of the plan, of the community and of its board in a real browser, and what people do on them."""

import json
import re
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import expect

from custom_components.sceop.frontend import MODULES
from tests.e2e.harness import DESKTOP, PHONE, picture, scrolls_sideways, watched
from tests.e2e.shown import (
    BATTERY,
    CAR,
    CHALLENGE,
    DISHWASHER,
    GAME,
    INVITED,
    SAVED,
    SETTLED,
    WASHER,
    a_board,
    a_community,
    a_plan,
    a_row,
)
from tests.e2e.test_browser_dashboard import is_readable
from tests.e2e.test_browser_forecast import DARK, sheet

__all__ = ["sheet"]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("forecast")]

TEXTS = json.loads((MODULES.parents[1] / "translations" / "en.json").read_text(encoding="utf-8"))["common"]

CARD = """async ([name, told, texts, config, admin, modules]) => {
  await import(`${modules}/cards.js`);
  const card = document.createElement(`sceop-${name}`);
  document.body.replaceChildren(card);
  card.setConfig(config);
  const sites = [{ site: "home", title: "Orchard House", works: true, entities: {}, things: [], loads: [] }];
  Object.assign(window, { asked: [], told });
  const callWS = async ({ type, ...what }) => {
    if (type === "sceop/sites") return { sites };
    if (type === `sceop/${name}`) return window.told;
    window.asked.push([type, what]);
    if (window.refusal) throw new Error(window.refusal);
    window.then?.(window.told);
  };
  const loadBackendTranslation = async () => (key, gaps = {}) =>
    (texts[key.split(".").at(-1)] ?? "").replace(/\\{(\\w+)\\}/g, (hole, name) => gaps[name] ?? hole);
  const locale = { time_format: "24", number_format: "language" };
  card.hass = {
    language: "en", locale, states: {}, entities: {}, connection: {}, callWS, loadBackendTranslation,
    user: { is_admin: admin },
  };
  await new Promise((drawn) => setTimeout(drawn, 50));
}"""


@asynccontextmanager
async def drawn(browser, sheet, name, told, *, size=PHONE, scheme="light", admin=True, **config):
    """Open a page with a card, as it draws what it is told."""
    async with watched(browser, size, scheme) as seen:
        page = seen.page
        await page.goto(sheet)
        if scheme == "dark":
            theme = {f"--{colour}": value for colour, value in DARK.items()}
            await page.evaluate(
                "(theme) => Object.entries(theme).forEach((each) => document.body.style.setProperty(...each))", theme
            )
            await page.evaluate("document.body.style.background = '#111'")
        answer = json.loads(json.dumps(told))
        await page.evaluate(CARD, [name, answer, TEXTS, config, admin, f"{sheet}/www"])
        yield page
        assert seen.complaints == []
        await expect(page.get_by_text(re.compile("NaN|undefined|null"))).to_have_count(0)


async def asked(page):
    return await page.evaluate("asked")


BOARD = (
    a_row(1, "Otter", "planner", "streak_4"),
    a_row(2, "<img src=x>"),
    a_row(3, "Heron", "first_event", me=True),
    *(a_row(rank, f"Finch {rank}") for rank in range(4, 15)),
)
SHOWN = {
    "plan": a_plan(DISHWASHER, CAR, BATTERY, WASHER),
    "community": a_community(),
    "leaderboard": a_board(*BOARD),
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("name", SHOWN)
async def test_a_card_is_readable_on_every_screen(browser, sheet, name, size, scheme):
    async with drawn(browser, sheet, name, SHOWN[name], size=size, scheme=scheme) as page:
        await expect(page.get_by_role("heading").first).to_be_visible()
        await picture(page, f"{name}-card-{size['width']}-{scheme}")
        assert await is_readable(page)
        assert not await scrolls_sideways(page)
        await expect(page.locator(f"sceop-{name} :is(b b, img, i i)")).to_have_count(0)


async def test_a_plan_says_when_each_load_runs_and_why(browser, sheet):
    async with drawn(browser, sheet, "plan", SHOWN["plan"]) as page:
        for words in (
            "Planned: Tomorrow, 01:30 to 03:00. Ready by Tomorrow, 07:00.",
            "A kilowatt-hour costs €0.10 then, and €0.30 if it starts at once. The community reserved this place",
            "Planned: Tomorrow, 01:00 to 02:00 and Tomorrow, 03:00 to 04:15. Ready by Tomorrow, 07:30.",
            "Charges: Tomorrow, 11:00 to 13:00. Gives: Tomorrow, 17:00 to 19:30.",
            "90% of it is your own solar power",
            "Nothing to run for now.",
            "Together this saves about €2.30",
        ):
            await expect(page.get_by_text(words).first).to_be_visible()
        await expect(page.get_by_role("row")).to_have_count(1 + 48)
        await expect(page.get_by_role("row", name=re.compile("Tomorrow, 01:15"))).to_contain_text("Dishwasher")


async def test_the_arrow_keys_go_through_the_plan_and_each_quarter_hour_is_told(browser, sheet):
    async with drawn(browser, sheet, "plan", SHOWN["plan"]) as page:
        chart = page.get_by_role("slider", name=re.compile("^The plan: prices"))
        await chart.focus()
        await expect(chart).to_have_attribute(
            "aria-valuetext", re.compile("^Today, 16:15: €0.30 a kWh, .*nothing planned")
        )
        for _ in range(10):
            await page.keyboard.press("PageUp")
        await expect(chart).to_have_attribute(
            "aria-valuetext", re.compile(r"^Tomorrow, 02:15: €0.10 a kWh, the community 35% full, runs: Dishwasher\.$")
        )


async def test_without_a_tariff_the_plan_tells_no_money(browser, sheet):
    plan = a_plan(DISHWASHER, CAR, currency=None, prices=None, saving=None, pressure=None, sun=None, windows=[])
    async with drawn(browser, sheet, "plan", plan) as page:
        await expect(page.get_by_text("Electricity costs less then.").first).to_be_visible()
        await expect(page.get_by_text(re.compile("€|saves"))).to_have_count(0)


async def test_a_price_that_never_changes_is_told_once(browser, sheet):
    async with drawn(browser, sheet, "plan", a_plan(CAR, prices=[0.25] * 192)) as page:
        await expect(page.get_by_text("Price of a kWh: €0.25 at all times")).to_be_visible()


@pytest.mark.parametrize("admin", [True, False], ids=["administrator", "member"])
async def test_a_home_without_loads_hears_how_to_add_one(browser, sheet, admin):
    async with drawn(browser, sheet, "plan", a_plan(), admin=admin) as page:
        await expect(page.get_by_text("add a flexible load.")).to_be_visible()
        await expect(page.get_by_role("link", name="Add a flexible load")).to_have_count(1 if admin else 0)
        await expect(page.get_by_role("slider")).to_have_count(0)


async def test_the_keyboard_starts_a_load_now_and_keeps_its_place(browser, sheet):
    async with drawn(browser, sheet, "plan", SHOWN["plan"]) as page:
        running = {**DISHWASHER, "state": "running", "by_hand": True}
        await page.evaluate("(load) => { window.then = (told) => { told.loads[0] = load } }", running)
        await page.get_by_role("button", name="Start now: Dishwasher").focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_text("It runs now, until about Tomorrow, 03:00. You started it.")).to_be_visible()
        call = {"domain": "switch", "service": "turn_on", "service_data": {"entity_id": "switch.dishwasher"}}
        assert await asked(page) == [["call_service", call]]


async def test_a_person_lets_the_plan_act_and_says_that_a_load_is_ready(browser, sheet):
    async with drawn(browser, sheet, "plan", SHOWN["plan"]) as page:
        await page.get_by_role("button", name="Ready: run when best: Washing machine").click()
        switch = page.get_by_role("switch", name="Plan may act: Washing machine")
        await expect(switch).to_have_attribute("aria-checked", "false")
        await page.evaluate("() => { window.then = (told) => { told.loads[3].controls.acts = true } }")
        await switch.focus()
        await page.keyboard.press("Space")
        await expect(switch).to_have_attribute("aria-checked", "true")
        await expect(switch).to_be_focused()
        assert [what["service_data"]["entity_id"] for _, what in await asked(page)] == [
            "button.washer", "switch.washer_plan_may_act",
        ]  # fmt: skip


async def test_what_cannot_be_done_is_told_where_it_was_tried(browser, sheet):
    async with drawn(browser, sheet, "plan", SHOWN["plan"]) as page:
        await page.evaluate("window.refusal = 'The plug does not answer.'")
        await page.get_by_role("button", name="Start now: Dishwasher").click()
        await expect(page.get_by_role("alert")).to_have_text("The plug does not answer.")
        await expect(page.get_by_role("button", name="Start now: Dishwasher")).to_be_enabled()


async def test_an_event_is_joined_with_a_button(browser, sheet):
    async with drawn(browser, sheet, "community", a_community()) as page:
        await expect(page.get_by_text("use about 20% less than usual")).to_be_visible()
        await expect(page.get_by_text("Soup <i>together</i> in the yard.")).to_be_visible()
        await page.evaluate(
            "() => { window.then = (told) => Object.assign(told.events[0], { answer: 'yes', by: 'dashboard' }) }"
        )
        await page.get_by_role("button", name=re.compile("^Join: Tomorrow, 18:00 to 20:00")).click()
        await expect(page.get_by_text("You take part.").first).to_be_visible()
        assert await asked(page) == [["sceop/answer_event", {"site": "home", "event": "e1", "answer": "yes"}]]
        await expect(page.get_by_role("button", name=re.compile("^Join: Tomorrow"))).to_have_count(0)
        await expect(page.get_by_role("button", name=re.compile("^Not this time: Tomorrow"))).to_be_visible()


async def test_no_call_is_said_kindly_and_claims_nothing(browser, sheet):
    async with drawn(browser, sheet, "community", a_community()) as page:
        await expect(
            page.get_by_text(re.compile("^Event of Fri.*: no call yet. One evening rarely shows"))
        ).to_be_visible()
        words = "This month: no call yet over 3 events (between \u2212200\u00a0Wh and 2.0\u00a0kWh)."
        await expect(page.get_by_text(words)).to_be_visible()
        await expect(page.get_by_text("saved about")).to_have_count(0)


async def test_what_was_saved_is_told_with_its_interval_once_it_is_certain(browser, sheet):
    certain = {"low_wh": 400, "mid_wh": 900, "high_wh": 1400}
    settled = {**SETTLED, "savings": SETTLED["savings"] | certain | {"call": "saved"}}
    told = a_community(events=[settled], saved=SAVED | certain | {"called": True})
    async with drawn(browser, sheet, "community", told) as page:
        await expect(
            page.get_by_text("you saved about 900\u00a0Wh (between 400\u00a0Wh and 1.4\u00a0kWh).")
        ).to_be_visible()
        await expect(page.get_by_text("This month: about 900\u00a0Wh saved over 3 events")).to_be_visible()
        await expect(page.get_by_text("No peak event is planned.")).to_be_visible()


async def test_more_than_usual_is_told_without_a_sign(browser, sheet):
    more = {"low_wh": -1400, "mid_wh": -900, "high_wh": -400}
    settled = {**SETTLED, "savings": SETTLED["savings"] | more | {"call": "more"}}
    told = a_community(events=[settled], saved=SAVED | more | {"called": True})
    async with drawn(browser, sheet, "community", told) as page:
        words = "about 900\u00a0Wh more than usual (between 400\u00a0Wh and 1.4\u00a0kWh)"
        await expect(page.get_by_text(words)).to_be_visible()
        await expect(page.get_by_text("\u2212")).to_have_count(0)


async def test_a_challenge_is_joined_and_its_goal_is_a_bar(browser, sheet):
    async with drawn(browser, sheet, "community", a_community()) as page:
        bar = page.get_by_role("progressbar", name=CHALLENGE["title"])
        await expect(bar).to_have_attribute("aria-valuenow", "40")
        await expect(page.get_by_text("2% of 5%")).to_be_visible()
        await page.evaluate("() => { window.then = (told) => { told.challenges[0].joined = true } }")
        await page.get_by_role("button", name=f"Join: {CHALLENGE['title']}").click()
        await expect(page.get_by_role("button", name=f"Leave: {CHALLENGE['title']}")).to_be_visible()
        assert await asked(page) == [["sceop/take_challenge", {"site": "home", "challenge": "c1", "joins": True}]]


async def test_whoever_may_only_look_is_offered_no_button(browser, sheet):
    async with drawn(browser, sheet, "community", a_community(acts=False)) as page:
        await expect(page.get_by_role("heading", name=re.compile("^Peak event"))).to_be_visible()
        await expect(page.get_by_role("button")).to_have_count(0)


async def test_without_a_rank_it_says_why(browser, sheet):
    told = a_community(game=GAME | {"rank": None, "why_not": "incomplete", "level": None}, events=[INVITED])
    async with drawn(browser, sheet, "community", told) as page:
        await expect(page.get_by_text("Too many quarter hours of this home are missing")).to_be_visible()
        await expect(page.get_by_text("Rank", exact=True)).to_have_count(0)


@pytest.mark.parametrize(
    ("joined", "sentence"), [(True, "plans no events and plays no game yet"), (False, "belongs to no community yet")]
)
async def test_without_anything_to_do_together_there_is_a_sentence(browser, sheet, joined, sentence):
    nothing = a_community(joined=joined, events=None, saved=None, game=None, challenges=None)
    async with drawn(browser, sheet, "community", nothing) as page:
        await expect(page.get_by_text(sentence)).to_be_visible()
    async with drawn(browser, sheet, "leaderboard", a_board() | {"board": None, "joined": joined}) as page:
        await expect(page.get_by_text("no board yet" if joined else sentence)).to_be_visible()


async def test_the_board_marks_this_home_also_far_down(browser, sheet):
    rows = [a_row(rank, f"Finch {rank}", me=rank == 40) for rank in range(1, 61)]
    async with drawn(browser, sheet, "leaderboard", a_board(*rows), rows=5) as page:
        await expect(page.get_by_role("row")).to_have_count(1 + 5 + 3)
        mine = page.locator("tr[aria-current=true]")
        await expect(mine).to_contain_text("Finch 40 (you)")
        await expect(page.get_by_text("Not ranked, because too little is known of them: 4.")).to_be_visible()


async def test_the_board_hints_how_to_stand_on_it_and_shows_groups(browser, sheet):
    told = a_board(
        a_row(1, "Otter"), why_not="not_on_board", groups=[a_row(1, "North stairs", me=True)], on_board=False
    )
    async with drawn(browser, sheet, "leaderboard", told) as page:
        await expect(page.get_by_text("Your points count, and your home is not named.")).to_be_visible()
        await expect(page.get_by_role("link", name="Open the page of the integration")).to_be_visible()
        await page.get_by_role("button", name="Groups").click()
        await expect(page.get_by_role("button", name="Groups")).to_be_focused()
        await expect(page.get_by_role("row", name=re.compile("North stairs"))).to_be_visible()


REFUSED = """async ([modules, name, config]) => {
  await import(`${modules}/cards.js`);
  try { document.createElement(`sceop-${name}`).setConfig(config) } catch (error) { return error.message }
}"""


async def test_settings_that_mean_nothing_are_refused_with_a_sentence(browser, sheet):
    async with watched(browser, PHONE) as seen:
        await seen.page.goto(sheet)
        for name, config, sentence in (
            ("plan", {"title": 5}, "“title” must be a text."),
            ("leaderboard", {"rows": 1}, "“rows” must be a whole number from 3 to 50."),
            ("leaderboard", {"rows": 5}, None),
            ("community", {}, None),
        ):
            assert await seen.page.evaluate(REFUSED, [f"{sheet}/www", name, config]) == sentence
