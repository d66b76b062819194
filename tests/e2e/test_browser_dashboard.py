"""The dashboard that builds itself, in a real browser: what it shows, to whom, in which size, light and language."""

import re
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import pytest_asyncio
from playwright.async_api import Error, expect

from demo import community, site
from demo.site import FLOW
from tests.e2e.harness import DESKTOP, PHONE, PICTURES, picture, scrolls_sideways, watched
from tests.e2e.test_browser_household import entity, hub, is_sound

__all__ = ["hub"]

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("house")]

SUBENTRY_FLOW = "/api/config/config_entries/subentries/flow"
OPTIONS_FLOW = "/api/config/config_entries/options/flow"
MARKUP = "<img src=x onerror=alert(1)> & Co"
"""A name that does harm wherever it is taken for markup."""

FLOWS_SHOWN = (
    "consumption", "solar_production", "grid_import", "grid_export", "battery_charge", "battery_discharge"
)  # fmt: skip

ALONE = {"next_step_id": "not_now"}
OWN = ({"next_step_id": "tariff_none"}, {"next_step_id": "carbon_none"}, ALONE)

# Every text of our cards that can be seen, with its colour and what lies behind it.
FAINT_TEXTS = """() => {
  const faint = [];
  const parse = (colour) => {
    const [r, g, b, a = 1] = colour.match(/[\\d.]+/g).map(Number);
    return colour.startsWith("color(") ? [r * 255, g * 255, b * 255, a] : [r, g, b, a];
  };
  const light = (rgb) => rgb.slice(0, 3)
    .map((part) => part / 255).map((part) => part <= 0.03928 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4)
    .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
  const parent = (element) => element.parentElement ?? element.getRootNode().host;
  const behind = (element) => {
    for (let at = element; at; at = parent(at)) {
      const colour = parse(getComputedStyle(at).backgroundColor);
      if (colour[3] === 1) return colour;
    }
    return [255, 255, 255, 1];
  };
  const walk = (root, isOurs) => {
    for (const element of root.querySelectorAll("*")) {
      const ours = isOurs || /^sceop-/.test(element.localName);
      if (isOurs && [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) {
        const style = getComputedStyle(element);
        const disabled = element.matches(":disabled");
        if (!disabled && element.checkVisibility() && element.localName !== "style") {
          const [one, two] = [light(parse(style.color)), light(behind(element))].sort((a, b) => b - a);
          const contrast = (one + 0.05) / (two + 0.05);
          if (contrast < 4.5) faint.push(`${element.textContent}: ${contrast.toFixed(2)}`);
        }
      }
      if (element.shadowRoot) walk(element.shadowRoot, ours);
    }
  };
  walk(document, false);
  return faint;
}"""

# Buttons without a name, and elements that jump the queue of the tab key.
NAMELESS_OR_PUSHING = """() => {
  const wrong = [];
  const walk = (root, isOurs) => {
    for (const element of root.querySelectorAll("*")) {
      const ours = isOurs || /^sceop-/.test(element.localName);
      if (isOurs && element.tabIndex > 0) wrong.push(element.outerHTML);
      if (isOurs && element.localName === "button" && !(element.ariaLabel ?? element.textContent).trim()) {
        wrong.push(element.outerHTML);
      }
      if (element.shadowRoot) walk(element.shadowRoot, ours);
    }
  };
  walk(document, false);
  return wrong;
}"""

# What a card says of a light that is none of ours; the refusal comes from Home Assistant, with its translation.
REFUSAL = """async () => {
  const card = document.createElement("sceop-zone-hours");
  card.setConfig({ entity: "light.nowhere" });
  card.hass = document.querySelector("home-assistant").hass;
  document.body.append(card);
  const refused = () => card.shadowRoot.querySelector("[role=alert]")?.textContent;
  while (!refused()) await new Promise((frame) => requestAnimationFrame(frame));
  return refused();
}"""

FOCUS_OUTLINE = """() => {
  let element = document.activeElement;
  while (element.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  const style = getComputedStyle(element);
  return [element.className, style.outlineStyle, parseFloat(style.outlineWidth)];
}"""

WORDS = """async (url) => {
  const { WORDS } = await import(url);
  const holes = (text) => (text.match(/\\{\\w+\\}/g) ?? []).sort().join();
  const wrong = [];
  for (const [language, words] of Object.entries(WORDS)) {
    for (const key of Object.keys(WORDS.en)) {
      if (!words[key]) wrong.push(`${language} lacks ${key}`);
      else if (holes(words[key]) !== holes(WORDS.en[key])) wrong.push(`${language} ${key} has other holes`);
    }
    for (const key of Object.keys(words)) if (!(key in WORDS.en)) wrong.push(`${language} has ${key} too many`);
  }
  return { languages: Object.keys(WORDS).sort(), wrong };
}"""


async def make_site(house, *answers):
    """Answer the dialogs of a new site, and return its entry."""
    flow = await house.post(FLOW, {"handler": "sceop"})
    for answer in answers:
        flow = await house.post(f"{FLOW}/{flow['flow_id']}", answer)
    assert flow["type"] == "create_entry", flow
    return flow["result"]["entry_id"]


async def make_dashboard(house, name, **strategy):
    url = f"dashboard-{name}"
    await house.command(
        "lovelace/dashboards/create", url_path=url, title=name.title(), show_in_sidebar=True, require_admin=False
    )
    await house.command("lovelace/config/save", url_path=url, config={"strategy": {"type": "custom:sceop", **strategy}})
    return f"{house.home.url}/{url}"


async def make_silent_site(house):
    """Set up a home whose meter is a sensor that then goes away."""
    flow = await house.post(FLOW, {"handler": "template"})
    flow = await house.post(f"{FLOW}/{flow['flow_id']}", {"next_step_id": "sensor"})
    sensor = {"name": "Hall meter", "state": "{{ 640 }}", "unit_of_measurement": "W", "device_class": "power"}
    flow = await house.post(f"{FLOW}/{flow['flow_id']}", sensor | {"state_class": "measurement"})
    assert flow["type"] == "create_entry", flow
    site = await make_site(house, {"next_step_id": "own"}, {"name": "Town Hall"}, *OWN)
    meter = await house.post(SUBENTRY_FLOW, {"handler": [site, "grid_meter"]})
    meter = await house.post(f"{SUBENTRY_FLOW}/{meter['flow_id']}", {"next_step_id": "entity"})
    chosen = {"name": "Hall meter", "grid_import_power": "sensor.hall_meter"}
    meter = await house.post(f"{SUBENTRY_FLOW}/{meter['flow_id']}", chosen)
    assert meter["type"] == "create_entry", meter
    await house.delete(f"/api/config/config_entries/entry/{flow['result']['entry_id']}")
    return site


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def dashboards(house):
    """Dashboards of a home, of an office, of a home whose meter is silent, of a site that is new, and of all."""
    simulated = {"next_step_id": "simulated"}
    home = await make_site(house, simulated, {"name": "Orchard House", "home": "solar_battery"}, ALONE)
    office = await make_site(house, simulated, {"name": "Harbour Office", "home": "office"}, ALONE)
    plain = await make_site(house, simulated, {"name": "Mill Lane", "home": "plain"}, ALONE)
    silent = await make_silent_site(house)
    new = await make_site(house, {"next_step_id": "own"}, {"name": MARKUP}, *OWN)
    return {
        "home": await make_dashboard(house, "home", site=home),
        "office": await make_dashboard(house, "office", site=office),
        "plain": await make_dashboard(house, "plain", site=plain),
        "plain_site": plain,
        "silent": await make_dashboard(house, "silent", site=silent),
        "new": await make_dashboard(house, "new", site=new),
        "all": await make_dashboard(house, "all"),
        "gone": await make_dashboard(house, "gone", site="gone"),
    }


@asynccontextmanager
async def visit(browser, house, url, size=PHONE, scheme="light", language=None, *, fingers=False):
    async with watched(browser, size, scheme, fingers=fingers) as seen:
        tokens = f"localStorage.hassTokens = {house.browser_tokens()!r};"
        chosen = f"localStorage.selectedLanguage = '\"{language}\"';" if language else ""
        await seen.page.add_init_script(tokens + chosen)
        await seen.page.goto(url)
        view = seen.page.locator("hui-sections-view")
        try:
            await view.wait_for(timeout=30_000)
        except Error:  # a browser that needs more than five seconds for its first page gives the strategy up
            seen.complaints.clear()
            await seen.page.reload()
            await view.wait_for(timeout=60_000)
        yield seen


async def is_readable(page):
    assert not await scrolls_sideways(page)
    assert await page.evaluate(FAINT_TEXTS) == []
    assert await page.evaluate(NAMELESS_OR_PUSHING) == []
    return True


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_home_shows_its_power(house, dashboards, browser, size, scheme):
    async with visit(browser, house, f"{dashboards['home']}/overview", size, scheme) as seen:
        page = seen.page
        card = page.locator("sceop-power-flow")
        for part in ("Solar", "Grid", "Battery", "Home"):
            await expect(card.get_by_role("button", name=re.compile(rf"^{part}: [\d.,]+\s"))).to_be_visible()
        await expect(card.get_by_role("img")).to_have_accessible_name(re.compile(r"^The home uses [\d.,]+\sk?W\. "))
        await expect(card.get_by_role("row")).to_have_count(5)
        await expect(page.get_by_text("Today", exact=True)).to_be_visible()
        await picture(page, f"dashboard-home-{size['width']}-{scheme}")
        assert await is_readable(page)
        assert is_sound(seen)


GAUGES = """async () => {
  const strategy = customElements.get("ll-strategy-dashboard-sceop");
  const { views } = await strategy.generate({}, document.querySelector("home-assistant").hass);
  const cards = views.flatMap((view) => view.sections ?? []).flatMap((section) => section.cards ?? []);
  return cards.filter((card) => card.type === "gauge");
}"""


async def test_a_share_that_is_not_known_before_sunrise_is_no_error_on_the_dashboard(house, dashboards, browser):
    async with visit(browser, house, f"{dashboards['home']}/solar") as seen:
        gauges = await seen.page.evaluate(GAUGES)
        assert [gauge["entity"].split(".")[0] for gauge in gauges] == ["sensor", "sensor"]
        for gauge in gauges:
            (known,) = gauge["visibility"]
            assert (known["entity"], "unknown" in known["state_not"]) == (gauge["entity"], True)


async def test_the_keyboard_opens_what_is_behind_a_part(house, dashboards, browser):
    async with visit(browser, house, f"{dashboards['home']}/overview", DESKTOP) as seen:
        page = seen.page
        grid = page.locator("sceop-power-flow").get_by_role("button", name=re.compile("^Solar: "))
        await grid.focus()
        await page.keyboard.press("Shift+Tab")
        await page.keyboard.press("Tab")
        name, style, width = await page.evaluate(FOCUS_OUTLINE)
        assert (name, style) == ("node", "solid")
        assert width >= 2
        await page.keyboard.press("Enter")
        await expect(page.locator("ha-more-info-dialog").get_by_text("Solar production power").first).to_be_visible()


DRAWINGS = """(card) => {
  let drawn = 0;
  const draw = card.draw;
  card.draw = () => { drawn += 1; draw.call(card); };
  const tell = (changes) => {
    card.hass = { ...card.hass, states: { ...card.hass.states, ...changes } };
    return drawn;
  };
  const [used] = card.used;
  const another = { "sun.sun": { state: "below_horizon", attributes: {} } };
  return [tell({}), tell(another), tell({ [used]: { ...card.hass.states[used] } })];
}"""


async def test_a_card_is_drawn_again_only_for_what_it_shows(house, dashboards, browser):
    async with visit(browser, house, f"{dashboards['home']}/overview") as seen:
        card = seen.page.locator("sceop-power-flow")
        await expect(card.get_by_role("button", name=re.compile("^Home: "))).to_be_visible()
        assert await card.evaluate(DRAWINGS) == [0, 0, 1]


async def test_nothing_moves_for_who_wants_that(house, dashboards, browser):
    async with visit(browser, house, f"{dashboards['home']}/overview") as seen:
        await seen.page.emulate_media(reduced_motion="reduce")
        moving = seen.page.locator("sceop-power-flow .moving").first
        await moving.wait_for(state="attached")
        assert await moving.evaluate("element => getComputedStyle(element).animationName") == "none"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
async def test_a_home_shows_what_is_to_come(house, dashboards, browser, size, scheme):
    async with visit(browser, house, f"{dashboards['home']}/forecast", size, scheme) as seen:
        page = seen.page
        card = page.locator("sceop-forecast")
        await expect(card.locator("path.actual")).to_have_attribute("d", re.compile("^M"), timeout=120_000)
        await expect(card.locator("path.band")).to_have_attribute("d", re.compile("^M"))
        await expect(card.get_by_text(re.compile("^(Learned|A plain forecast)"))).to_be_visible()
        await expect(page.locator("hui-calendar-card ha-full-calendar")).to_be_visible()
        await expect(entity(page, "Consumption forecast tomorrow")).to_contain_text("kWh")
        await card.get_by_role("button", name="Production").click()
        await expect(card.get_by_role("slider", name=re.compile("^Production"))).to_be_visible()
        await card.get_by_role("button", name="Consumption").click()
        await picture(page, f"dashboard-forecast-{size['width']}-{scheme}")
        await card.screenshot(path=PICTURES / f"forecast-card-{size['width']}-{scheme}-at-home.png")
        assert await is_readable(page)
        assert is_sound(seen)


async def test_a_load_is_planned_and_started_on_the_dashboard(house, dashboards, browser):
    async with visit(browser, house, f"{dashboards['plain']}/plan") as seen:
        await expect(seen.page.get_by_role("link", name="Add a flexible load")).to_be_visible()
    async with visit(browser, house, f"{dashboards['home']}/plan", DESKTOP) as seen:
        card = seen.page.locator("sceop-plan")
        await card.get_by_role("button", name="Ready: run when best: Dishwasher").click()
        await expect(card.get_by_text(re.compile("^(Best time|It may run)"))).not_to_have_count(0)
        await card.get_by_role("switch", name="Plan may act: Dishwasher").click()
        await expect(card.get_by_role("switch", name="Plan may act: Dishwasher", checked=True)).to_be_visible()
        await picture(seen.page, "dashboard-plan-1280-light")
        await card.get_by_role("button", name="Start now: Dishwasher").click()
        await expect(card.get_by_text("You started it.")).to_be_visible()
        assert await is_readable(seen.page)
        assert is_sound(seen)


async def test_a_peak_to_come_stands_in_the_card_and_in_the_calendar(house, dashboards, browser):
    flow = await house.post(OPTIONS_FLOW, {"handler": dashboards["plain_site"]})
    for answer in ({"next_step_id": "forecast"}, {"limit_kw": 0.6}):
        flow = await house.post(f"{OPTIONS_FLOW}/{flow['flow_id']}", answer)
    assert flow["type"] == "create_entry", flow
    async with visit(browser, house, f"{dashboards['plain']}/forecast", DESKTOP) as seen:
        page = seen.page
        card, calendar = page.locator("sceop-forecast"), page.locator("hui-calendar-card")
        await expect(card.locator("line.limit")).to_have_count(1, timeout=120_000)
        told = card.get_by_text(re.compile("^Tomorrow, .* peak of about .* from the grid is"))
        await expect(told.first).to_be_visible()
        await expect(card.locator(".chart i.hot").first).to_be_visible()
        await expect(calendar.get_by_text(re.compile("^Home: .* peak$")).first).to_be_visible()
        await expect(page.get_by_text("Peaks of today and tomorrow")).to_be_visible()  # one of them may have been
        await picture(page, "dashboard-peaks-1280-light")
        await calendar.screenshot(path=PICTURES / "peak-calendar.png")
        assert await is_readable(page)
        assert is_sound(seen)


@pytest.mark.parametrize(("size", "scheme"), [(PHONE, "light"), (DESKTOP, "dark")], ids=["phone", "desktop"])
async def test_an_office_shows_the_hours_of_its_lights(house, dashboards, browser, size, scheme):
    async with visit(browser, house, f"{dashboards['office']}/lights", size, scheme) as seen:
        page = seen.page
        cards = page.locator("sceop-zone-hours")
        await expect(cards).to_have_count(4)
        lobby = cards.first
        await lobby.get_by_role("button", name="Week before").focus()
        await page.keyboard.press("Enter")
        await expect(lobby.get_by_text(re.compile(r"^Lit for \d+"))).to_be_visible()
        await expect(lobby.get_by_role("button", name="Week after")).to_be_enabled()
        bars = lobby.locator(".bar")
        await expect(lobby.locator('.bar[tabindex="0"]')).to_have_count(1)
        await bars.first.focus()
        await page.keyboard.press("ArrowRight")
        told = await bars.nth(1).get_attribute("aria-label")
        assert re.search(r"lit for .* (in contracted hours|after hours|in cleaning time)\. ", told)
        await expect(lobby.locator(".told")).to_have_text(told)
        await expect(lobby.locator("tbody tr")).to_have_count(7)
        await picture(page, f"dashboard-lights-{size['width']}-{scheme}")
        assert await is_readable(page)
        assert is_sound(seen)


async def test_a_silent_meter_is_told_and_its_power_is_no_zero(house, dashboards, browser):
    async with visit(browser, house, f"{dashboards['silent']}/overview") as seen:
        card = seen.page.locator("sceop-power-flow")
        await expect(card.get_by_text("Hall meter does not answer.")).to_be_visible(timeout=30_000)
        await expect(card.get_by_role("button", name="Grid: not known")).to_be_visible()
        await expect(card.get_by_role("img")).to_have_accessible_name(re.compile("^It is not known what the home uses"))
        await expect(card.get_by_text(re.compile(r"\b0\s?W"))).to_have_count(0)
        await picture(seen.page, "dashboard-silent-390-light")
        assert await is_readable(seen.page)


async def test_a_new_site_says_what_to_do_and_its_name_is_no_markup(house, dashboards, browser):
    async with visit(browser, house, dashboards["new"]) as seen:
        page = seen.page
        await expect(page.get_by_role("heading", name=f"{MARKUP} measures nothing yet")).to_be_visible()
        await picture(page, "dashboard-new-390-light")
        assert await is_readable(page)
        assert await page.locator("sceop-hint img").count() == 0
        await page.get_by_role("link", name="Add a meter").click()
        await page.wait_for_url("**/config/integrations/integration/sceop")


async def test_several_sites_have_a_tab_each_and_their_views_are_behind_it(house, dashboards, browser):
    async with visit(browser, house, dashboards["all"], DESKTOP) as seen:
        page = seen.page
        await page.get_by_role("tab", name="Harbour Office").click()
        await expect(page.locator("sceop-power-flow").get_by_text("Largest loads")).to_be_visible()
        await page.locator("hui-heading-card").get_by_text("Lights").last.click()
        await expect(page.locator("sceop-zone-hours")).to_have_count(4)


async def test_a_site_that_is_gone_is_a_sentence(house, dashboards, browser):
    async with visit(browser, house, dashboards["gone"]) as seen:
        await expect(seen.page.get_by_text("This site does not exist any more")).to_be_visible()


async def test_the_charts_of_the_energy_dashboard_come_as_soon_as_it_knows_the_site(house, dashboards, browser):
    overview = f"{dashboards['home']}/energy"
    async with visit(browser, house, overview, DESKTOP) as seen:
        await expect(seen.page.get_by_text("The last 30 days")).to_be_visible()
        await expect(seen.page.get_by_role("link", name="Set up the Energy dashboard")).to_be_visible()
    grid = {
        "type": "grid",
        "stat_energy_from": "sensor.orchard_house_grid_import_energy",
        "stat_energy_to": "sensor.orchard_house_grid_export_energy",
        "stat_cost": None,
        "stat_compensation": None,
        "cost_adjustment_day": 0,
    }
    solar = {"type": "solar", "stat_energy_from": "sensor.orchard_house_solar_production_energy"}
    await house.command("energy/save_prefs", energy_sources=[grid, solar])
    async with visit(browser, house, overview, DESKTOP) as seen:
        for card in ("energy-distribution", "energy-usage-graph", "energy-sources-table"):
            await expect(seen.page.locator(f"hui-{card}-card")).to_be_visible()
        await expect(seen.page.get_by_role("link", name="Set up the Energy dashboard")).to_have_count(0)
        await expect(seen.page.locator("hui-energy-usage-graph-card canvas").first).to_be_visible()
        widths = [
            (await seen.page.locator(f"hui-energy-{card}-card").bounding_box())["width"]
            for card in ("usage-graph", "sources-table")
        ]
        assert widths[1] > 2 * widths[0], "the table's last column, the cost, needs both columns of the page"
        await picture(seen.page, "dashboard-energy-1280-light")
        assert is_sound(seen)


async def test_it_speaks_the_language_of_the_page(house, dashboards, browser):
    async with visit(browser, house, f"{dashboards['home']}/overview", language="de") as seen:
        card = seen.page.locator("sceop-power-flow")
        await expect(card.get_by_role("heading", name="Leistung jetzt")).to_be_visible()
        await expect(card.get_by_role("button", name=re.compile("^Speicher: "))).to_be_visible()


WEEK_IN_A_CARD = """async (told) => {
  const card = document.createElement("sceop-zone-hours");
  card.style.width = "400px";
  document.body.append(card);
  card.setConfig({ entity: "light.lobby" });
  const locale = { time_format: "24" };
  card.hass = { language: "en", locale, states: {}, entities: {}, callWS: async () => told };
  await new Promise((drawn) => setTimeout(drawn));
  const width = (element) => element.getBoundingClientRect().width;
  const days = [...card.shadowRoot.querySelectorAll(".day")];
  return {
    tracks: days.map((day) => width(day.querySelector(".track"))),
    bars: days.map((day) => [...day.querySelectorAll(".bar")].map(width)),
    dates: [...card.shadowRoot.querySelectorAll(".date")].map((date) => date.textContent),
    time: card.shadowRoot.querySelector(".bar").ariaLabel,
    note: [...card.shadowRoot.querySelectorAll("p")].map((line) => line.textContent).find((text) => text.includes("*")),
  };
}"""


def in_amsterdam(day, hour):
    return datetime.combine(day, time(hour), ZoneInfo("Europe/Amsterdam")).astimezone(UTC).isoformat()


def day_without_light(day):
    return {
        "date": day.isoformat(), "start": in_amsterdam(day, 0), "end": in_amsterdam(day + timedelta(days=1), 0),
        "marks": [{"hour": hour, "at": in_amsterdam(day, hour)} for hour in (0, 6, 12, 18)],
        "contracted": [], "cleaning": [], "lit": [],
    }  # fmt: skip


@pytest.mark.parametrize(("monday", "hours"), [(date(2026, 3, 23), 23), (date(2026, 10, 19), 25)])
async def test_the_day_on_which_the_clocks_change_is_drawn_as_long_as_it_was(house, dashboards, browser, monday, hours):
    sunday = monday + timedelta(days=6)
    midnight = in_amsterdam(sunday, 0)
    lit = {"session": midnight, "share": "after_hours", "start": midnight, "end": in_amsterdam(sunday, 6)}
    told = {
        "title": "Lobby", "occupant": "", "time_zone": "Europe/Amsterdam", "now": "2026-11-21T12:00:00+00:00",
        "monday": monday.isoformat(), "days": [day_without_light(monday + timedelta(days=day)) for day in range(7)],
        "sessions": {midnight: {"start": midnight, "end": lit["end"], "runs": False, "cause": "unknown"}},
        "seconds": {"contracted": 0, "cleaning": 0, "after_hours": 6 * 3600}, "energy_wh": {"after_hours": 0},
        "estimated": False,
    }  # fmt: skip
    told["days"][6]["lit"] = [lit]
    async with visit(browser, house, f"{dashboards['office']}/lights") as seen:
        await seen.page.locator("sceop-zone-hours").first.wait_for()
        drawn = await seen.page.evaluate(WEEK_IN_A_CARD, told)
    an_hour = max(drawn["tracks"]) / max(24, hours)
    assert drawn["tracks"] == pytest.approx([24 * an_hour] * 6 + [hours * an_hour], abs=0.1)
    assert drawn["bars"] == [[]] * 6 + [[pytest.approx((hours - 18) * an_hour, abs=0.1)]]
    assert [name.endswith("*") for name in drawn["dates"]] == [False] * 6 + [True]
    assert "00:00 to 06:00" in drawn["time"]
    assert drawn["note"] == f"* The clocks change: this day has {hours} hours."


async def test_the_demo_has_the_dashboard_and_its_home_tells_what_it_shares(house, dashboards, browser, hub):
    before = await site.sites(house)
    await site.set_up(house, hub.hub_url, await community.make_invite(hub))
    (member,) = set(await site.sites(house)) - set(before)
    home = await house.command("frontend/get_system_data", key="home")
    assert home["value"]["favorite_entities"] == [f"sensor.mill_cottage_{flow}_power" for flow in FLOWS_SHOWN]
    async with visit(browser, house, f"{house.home.url}/{site.DASHBOARD}", DESKTOP) as seen:
        page = seen.page
        await page.get_by_role("tab", name=site.NAME).click()
        await page.locator("hui-heading-card").get_by_text("Community").click()
        await expect(page.get_by_role("heading", name="What is shared")).to_be_visible()
        await expect(entity(page, "Hub connected")).to_be_visible()
        await expect(page.locator("sceop-community").get_by_role("heading", name="Together")).to_be_visible()
        await picture(page, "dashboard-community-1280-light")

        flow = await house.post(OPTIONS_FLOW, {"handler": member})
        for answer in ({"next_step_id": "sharing"}, {"next_step_id": "pause"}, {}):
            flow = await house.post(f"{OPTIONS_FLOW}/{flow['flow_id']}", answer)
        await expect(page.get_by_role("heading", name="Sharing is paused")).to_be_visible(timeout=30_000)


async def test_every_language_has_all_the_words(house, dashboards, browser):
    async with visit(browser, house, dashboards["home"]) as seen:
        page = seen.page
        await page.locator("sceop-power-flow").wait_for()
        loaded = next(url for url in seen.asked if url.endswith("/words.js"))
        assert await page.evaluate(WORDS, loaded) == {"languages": ["de", "en", "es", "fr", "hi", "nl"], "wrong": []}


TOGETHER = ["sceop-plan", "sceop-community", "sceop-leaderboard"]


async def test_cards_and_dashboard_are_offered_where_people_add_them(house, dashboards, browser):
    async with visit(browser, house, dashboards["home"]) as seen:
        page = seen.page
        await page.locator("sceop-power-flow").wait_for()
        cards = ["sceop-power-flow", "sceop-zone-hours", "sceop-forecast", "sceop-findings", *TOGETHER]
        assert await page.evaluate("customCards.map((card) => card.type)") == cards
        assert await page.evaluate("customStrategies.map((each) => each.type)") == ["sceop"]
        assert await page.evaluate(REFUSAL) == (
            "light.nowhere belongs to no light zone. Choose the light of a zone in the settings of this card."
        )
        refuse = """(config) => {
          try { document.createElement("sceop-zone-hours").setConfig(config) } catch (error) { return error.message }
        }"""
        assert await page.evaluate(refuse, {}) == "Choose the light of a zone as “entity”."
        assert await page.evaluate(refuse, {"entity": 5}) == "“entity” must be a text."
