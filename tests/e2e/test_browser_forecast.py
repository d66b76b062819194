"""The card of the forecast in a real browser, drawn from what Home Assistant would tell it."""

import json
import re
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest
import pytest_asyncio
from aiohttp import web
from playwright.async_api import expect

from custom_components.sceop.core.forecast.band import Band, Model
from custom_components.sceop.core.forecast.peak_of_day import PeakOfDay
from custom_components.sceop.core.forecast.series import Series
from custom_components.sceop.core.forecast.windows import Severity, Window
from custom_components.sceop.core.slots import SLOT, slot_of
from custom_components.sceop.frontend import MODULES
from custom_components.sceop.frontend.forecast import told
from custom_components.sceop.frontend.two_days import Expected, figure, two_days, whole
from tests.e2e.harness import DESKTOP, PHONE, picture, watched
from tests.e2e.test_browser_dashboard import is_readable

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("forecast")]

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
HOUR = timedelta(hours=1)
AFTERNOON = datetime(2026, 11, 21, 13, 20, tzinfo=UTC)
EVENING = 18.5
"""By the clock; what follows is a day with a quiet night, and this as its height."""

DARK = {
    "primary-text-color": "#e1e1e1", "secondary-text-color": "#9b9b9b", "card-background-color": "#1c1c1c",
    "divider-color": "#333", "secondary-background-color": "#282828", "ha-card-border-color": "#333",
}  # fmt: skip

PAGE = """<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width">
<link rel="icon" href="data:,"><title>Forecast</title></head><body style="margin: 8px"></body></html>"""

CARD = """async ([told, config, language, modules]) => {
  await import(`${modules}/cards.js`);
  const card = document.createElement("sceop-forecast");
  document.body.replaceChildren(card);
  card.setConfig(config);
  const sites = [{ site: "home", title: "Orchard House", works: true, entities: {}, things: [] }];
  const callWS = async ({ type }) => (type === "sceop/sites" ? { sites } : told);
  const locale = { time_format: "24", number_format: "language" };
  card.hass = { language, locale, states: {}, entities: {}, connection: {}, callWS };
  await new Promise((drawn) => setTimeout(drawn, 50));
}"""

PIECES = """(look) => {
  const card = document.querySelector("sceop-forecast").shadowRoot;
  return card.querySelector(`path.${look}`).getAttribute("d").split("M").length - 1;
}"""

PLACES = """() => {
  const card = document.querySelector("sceop-forecast").shadowRoot;
  const [left, width] = (({ left, width }) => [left, width])(card.querySelector(".chart").getBoundingClientRect());
  const share = (at) => (at - left) / width;
  return Object.fromEntries(["midnight", "now", "hot"].map((look) => [
    look, [...card.querySelectorAll(`.chart i.${look}`)].map((line) => {
      const box = line.getBoundingClientRect();
      return [share(box.left), share(box.right)];
    }),
  ]));
}"""


def usual(instant):
    """Return the Wh of a quarter hour that begins then."""
    at = instant.astimezone(AMSTERDAM)
    hour = at.hour + at.minute / 60
    return 80 + 420 * np.exp(-(((hour - EVENING) / 1.6) ** 2))


def home(now, *, model=Model.LEARNED, gap=(20, 26), **more):
    """Return what is expected of a home that was measured since midnight, but for a gap in the morning."""
    within = whole(two_days(now, AMSTERDAM))
    start = slot_of(now)
    wh = np.array([usual(within[0] + slot * SLOT) for slot in range((start - within[0]) // SLOT)])
    wh[slice(*gap)] = np.nan
    mid = np.array([usual(start + slot * SLOT) for slot in range(192)])
    band = Band(start, SLOT, 0.6 * mid, mid, 1.5 * mid, model, 41.3)
    return Expected("site", (figure("consumption", Series(within[0], wh), [band], within),), **more)


def window(day, first, last, severity=Severity.SERIOUS):
    start, end = (datetime.combine(day, at, AMSTERDAM).astimezone(UTC) for at in (first, last))
    return Window(start, end, 2010, 1700, 0.7, severity)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def sheet():
    """Serve the modules, and an empty page that may load them."""

    async def page(_request):
        return web.Response(text=PAGE, content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    app.router.add_static("/www", MODULES)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    yield f"http://{host}:{port}"
    await runner.cleanup()


@asynccontextmanager
async def drawn(browser, sheet, expected, *, now=AFTERNOON, size=PHONE, scheme="light", language="en", **config):
    """Open a page with the card, as it draws what is expected."""
    async with watched(browser, size, scheme) as seen:
        await seen.page.goto(sheet)
        theme = {f"--{name}": colour for name, colour in DARK.items()} if scheme == "dark" else {}
        await seen.page.evaluate(
            "(theme) => Object.entries(theme).forEach((each) => document.body.style.setProperty(...each))", theme
        )
        if scheme == "dark":
            await seen.page.evaluate("document.body.style.background = '#111'")
        parties = {each.whose for each in expected}
        answer = told(now, AMSTERDAM, expected) | {"joined": "community" in parties or config.pop("joined", False)}
        await seen.page.evaluate(CARD, [json.loads(json.dumps(answer)), config, language, f"{sheet}/www"])
        yield seen
        assert seen.complaints == []


TOMORROW = date(2026, 11, 22)
WARM = window(TOMORROW, time(17, 30), time(20, 15))
HIGHEST = PeakOfDay(TOMORROW, 1500, 2150, 2900, datetime(2026, 11, 22, 18, tzinfo=UTC))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_home_sees_what_was_what_is_expected_and_when_it_runs_hot(browser, sheet, size, scheme):
    expected = [home(AFTERNOON, windows=(WARM,), peaks=(HIGHEST,))]
    async with drawn(browser, sheet, expected, size=size, scheme=scheme) as seen:
        page = seen.page
        await expect(page.get_by_role("heading", name="Forecast")).to_be_visible()
        for words in (
            "Tomorrow, 17:30 to 20:15: a serious peak of about 2.0 kW from the grid is 70% likely.",
            "Tomorrow: the highest quarter hour takes about 2.2 kW (1.5 kW to 2.9 kW) from the grid",
            "Learned from 41 days.",
        ):
            await expect(page.get_by_text(words.replace(" kW", "\u00a0kW"))).to_be_visible()
        await expect(page.get_by_role("row")).to_have_count(1 + 48)
        await picture(page, f"forecast-card-{size['width']}-{scheme}")
        assert await is_readable(page)


async def test_a_peak_that_has_been_is_told_as_such(browser, sheet):
    morning = PeakOfDay(date(2026, 11, 21), 2150, 2150, 2150, datetime(2026, 11, 21, 7, tzinfo=UTC))
    async with drawn(browser, sheet, [home(AFTERNOON, peaks=(morning,))]) as seen:
        words = "Today: the highest quarter hour was at 08:00, with about 2.2\u00a0kW from the grid."
        await expect(seen.page.get_by_text(words)).to_be_visible()


async def test_a_gap_in_what_was_measured_stays_open(browser, sheet):
    async with drawn(browser, sheet, [home(AFTERNOON)]) as seen:
        assert await seen.page.evaluate(PIECES, "actual") == 2
        assert await seen.page.evaluate(PIECES, "band") == 1
        row = seen.page.get_by_role("row", name=re.compile("Today, 05:00"))
        await expect(row.get_by_role("cell").first).to_have_text("not known")


@pytest.mark.parametrize(("day", "share"), [(date(2026, 10, 24), 24 / 49), (date(2026, 3, 28), 24 / 47)])
async def test_tomorrow_is_as_wide_as_it_is_long(browser, sheet, day, share):
    now = datetime.combine(day, time(12), AMSTERDAM).astimezone(UTC)
    tomorrow = window(day + timedelta(days=1), time(), time(6))
    async with drawn(browser, sheet, [home(now, windows=(tomorrow,))], now=now) as seen:
        places = await seen.page.evaluate(PLACES)
        hours = 24 / share
        assert places["midnight"][0][0] == pytest.approx(share, abs=0.01)
        assert places["now"][0][0] == pytest.approx(12 / hours, abs=0.01)
        six = 7 if hours > 48 else 5
        assert places["hot"] == [[pytest.approx(share, abs=0.01), pytest.approx(share + six / hours, abs=0.01)]]


async def test_the_arrow_keys_go_through_the_quarter_hours_and_each_is_told(browser, sheet):
    async with drawn(browser, sheet, [home(AFTERNOON)]) as seen:
        page = seen.page
        chart = page.get_by_role("slider", name=re.compile("^Consumption: measured and expected"))
        await chart.focus()
        await expect(chart).to_have_attribute("aria-valuetext", re.compile("^Today, 14:15: about .* four times out of"))
        await page.keyboard.press("ArrowLeft")
        await expect(chart).to_have_attribute("aria-valuetext", re.compile(r"^Today, 14:00: .*W measured\.$"))
        await page.keyboard.press("Home")
        for _ in range(5):
            await page.keyboard.press("PageUp")
        await expect(chart).to_have_attribute("aria-valuetext", "Today, 05:00: not known.")
        await page.keyboard.press("End")
        await expect(chart).to_have_attribute("aria-valuetext", re.compile("^Tomorrow, 23:45: about"))
        await expect(chart).to_have_attribute("aria-valuenow", "191")
        await page.keyboard.press("ArrowRight")
        await expect(chart).to_have_attribute("aria-valuenow", "191")
        box = await chart.bounding_box()
        await page.mouse.move(box["x"] + box["width"] / 4, box["y"] + 20)
        await expect(page.get_by_text(re.compile(r"^Today, 1[12]:\d\d: .* measured"))).to_be_visible()


async def test_what_is_chosen_is_drawn_and_stays_chosen(browser, sheet):
    within = whole(two_days(AFTERNOON, AMSTERDAM))
    flat = np.full(192, 20_000.0)
    band = Band(slot_of(AFTERNOON), SLOT, flat / 2, flat, flat * 2, Model.LEARNED, 90.0)
    street = Expected("community", (figure("consumption", None, [band], within),), (WARM,))
    async with drawn(browser, sheet, [home(AFTERNOON), street]) as seen:
        page = seen.page
        await expect(page.get_by_text("Tomorrow, 17:30 to 20:15: a serious peak of the community")).to_be_visible()
        button = page.get_by_role("group", name="Whose").get_by_role("button", name="Community")
        await button.focus()
        await page.keyboard.press("Enter")
        await expect(button).to_be_focused()
        await expect(button).to_have_attribute("aria-pressed", "true")
        await expect(page.get_by_text("Learned from 90 days.")).to_be_visible()
        await expect(page.locator("sceop-forecast path.actual")).to_have_count(0)
        await page.get_by_role("button", name="Tomorrow", exact=True).click()
        await expect(page.get_by_role("row")).to_have_count(1 + 24)
        await expect(page.get_by_role("group", name="What")).to_have_count(0)


NOTHING = np.full(192, np.nan)


@pytest.mark.parametrize(
    ("model", "sentence"),
    [
        (Model.NOTHING, "There is no forecast yet: of its past nothing is known."),
        (Model.LEVEL, "A plain forecast: less than a day is known"),
        (Model.YESTERDAY, "A plain forecast: few days are known, so yesterday comes again."),
        (Model.WEEK, "A plain forecast: the usual day, learned from 41 days."),
    ],
)
async def test_a_plain_forecast_says_why_it_is_plain(browser, sheet, model, sentence):
    async with drawn(browser, sheet, [home(AFTERNOON, model=model)]) as seen:
        await expect(seen.page.get_by_text(sentence)).to_be_visible()


async def test_of_nothing_no_curve_is_drawn_and_no_number_told(browser, sheet):
    within = whole(two_days(AFTERNOON, AMSTERDAM))
    band = Band(slot_of(AFTERNOON), SLOT, NOTHING, NOTHING, NOTHING, Model.NOTHING, 0.0)
    past = Series(within[0], np.empty(0))
    async with drawn(browser, sheet, [Expected("site", (figure("consumption", past, [band], within),))]) as seen:
        assert await seen.page.evaluate(PIECES, "mid") == 0
        await expect(seen.page.get_by_text(re.compile("NaN|undefined|null"))).to_have_count(0)
        await expect(seen.page.get_by_text("No peak is expected.")).to_have_count(0)


async def test_before_the_first_forecast_and_without_the_communitys_there_is_a_sentence(browser, sheet):
    async with drawn(browser, sheet, [], joined=True) as seen:
        page = seen.page
        await expect(page.get_by_text("There is no forecast yet. The first is made as soon as")).to_be_visible()
        await page.get_by_role("button", name="Community").click()
        await expect(page.get_by_text("The hub of your community has no forecast to show yet.")).to_be_visible()
        await expect(page.get_by_role("slider")).to_have_count(0)


async def test_numbers_are_written_as_this_user_reads_them(browser, sheet):
    async with drawn(browser, sheet, [home(AFTERNOON, windows=(WARM,))], language="de") as seen:
        await expect(seen.page.get_by_text("ernste Spitze von etwa 2,0\u00a0kW aus dem Netz")).to_be_visible()
        await expect(seen.page.get_by_text("Heute · Sa., 21. Nov.")).to_be_visible()


REFUSED = """async ([modules, config]) => {
  await import(`${modules}/cards.js`);
  try { document.createElement("sceop-forecast").setConfig(config) } catch (error) { return error.message }
}"""


async def test_settings_that_mean_nothing_are_refused_with_a_sentence(browser, sheet):
    async with watched(browser, PHONE) as seen:
        await seen.page.goto(sheet)
        for config, sentence in (
            ({"day": "yesterday"}, "“day” is one of today, tomorrow, both."),
            ({"figure": 5}, "“figure” must be a text."),
            ({}, None),
        ):
            assert await seen.page.evaluate(REFUSED, [f"{sheet}/www", config]) == sentence
