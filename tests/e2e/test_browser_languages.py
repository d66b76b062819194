"""Pages in the two languages that ask most of a phone: German with its long words, Hindi with letters of its own."""

import pytest
from playwright.async_api import expect

from sceop_hub.backup.backups import BACKUPS
from sceop_hub.domain.saying import saying
from sceop_hub.store import audit
from sceop_hub.words import speaker
from tests.e2e.harness import PHONE, picture, scrolls_sideways, watched
from tests.hub.browsing import PASSWORD, account, program
from tests.hub.harness import running, settings

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180), pytest.mark.xdist_group("desk")]

PAGES = {
    "accounts": "/accounts",
    "backups": "/settings/backups",
    "data": "/settings/data",
    "settings": "/settings",
    "privacy-rule": "/settings/privacy",
    "checks": "/settings/checks",
    "audit": "/audit",
    "households": "/households",
    "invites": "/invites",
    "alerts": "/alerts",
    "privacy": "/privacy",
    "guide": "/guide/place",
    "patterns": "/patterns",
    "forecast": "/forecast",
    "now": "/",
}
CUT_OFF = """
() => [...document.querySelectorAll("main *")]
  .filter((one) => one.checkVisibility() && !one.closest(".visually-hidden") && one.children.length === 0)
  .filter((one) => one.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map((one) => one.outerHTML.slice(0, 120))
"""
LETTERS = """
async () => {
  await document.fonts.ready;
  return [...document.fonts].filter((font) => font.status === "loaded").map((font) => font.family);
}
"""
"""The fonts of ours that this page had use for."""

DEVANAGARI = "Noto Sans Devanagari"
SHEET = "Start;Wert\n2026-11-01 00:00;5\n2026-11-01 00:15;6\n"

NOTES = [
    ("account:1", "token.make", "token:1", {"scopes": ["admit:change", "operate:change", "community"]}),
    ("local", "profile.change", "fewest_homes, retention_days", {"fewest_homes": 10, "retention_days": 1100}),
    ("local", "user.role", "ha:0123456789abcdef0123456789abcdef", {"role": None}),
    ("local", "backup.download", "nightly-20261120T012000Z.sceop-backup", {}),
]


async def live_in(hub):
    """Leave something on each page."""
    await hub.invite()
    await account(hub, "Ada", "coordinator")
    await program(hub, "community", "admit:change", "operate:change", name="Energiegemeinschaftsanzeigetafel")
    await hub.join(name="Lime Street 12, second floor")

    def note(books):
        for who, action, subject, detail in NOTES:
            audit.note(books, hub.clock(), who, action, subject, **detail)

    await hub.hub.store.write(note)


async def fits(seen, name):
    """The page is as wide as the phone, and nothing on it is wider."""
    await seen.page.wait_for_load_state("load")
    await seen.page.evaluate("document.fonts.ready")
    await picture(seen.page, f"language-{name}")
    return [*(["scrolls sideways"] if await scrolls_sideways(seen.page) else []), *await seen.page.evaluate(CUT_OFF)]


@pytest.mark.parametrize("language", ["de", "hi"])
async def test_a_page_fits_a_phone_in_languages_that_need_room_or_letters_of_their_own(tmp_path, browser, language):
    async with running(settings(tmp_path)) as hub, watched(browser, PHONE, locale=language) as seen:
        await live_in(hub)
        await hub.app[BACKUPS].make()
        faults = {}
        for name, path in PAGES.items():
            await seen.page.goto(f"{hub.url}{path}")
            await expect(seen.page.locator("html")).to_have_attribute("lang", language)
            if found := await fits(seen, f"{name}-{language}"):
                faults[name] = found
            if language == "hi":
                assert DEVANAGARI in await seen.page.evaluate(LETTERS), name
        assert faults == {}
        assert seen.complaints == []


@pytest.mark.parametrize("language", ["de", "hi"])
async def test_what_is_refused_fits_a_phone_in_its_language(tmp_path, browser, language):
    say = speaker(language)
    async with running(settings(tmp_path, local_owner=False)) as hub, watched(browser, PHONE, locale=language) as seen:
        await account(hub, "Ada", "owner")
        await seen.page.goto(f"{hub.url}/login")
        assert await fits(seen, f"login-{language}") == []
        for password in ("another password", PASSWORD):
            await seen.page.get_by_label(say("login.name")).fill("Ada")
            await seen.page.get_by_label(say("login.password")).fill(password)
            await seen.page.get_by_role("button", name=say("login.enter")).click()
            if password != PASSWORD:
                await expect(seen.page.get_by_text(say("login.wrong"))).to_be_visible()
                assert await fits(seen, f"login-wrong-{language}") == []
        await seen.page.goto(f"{hub.url}/no/such/page")
        nowhere = "The hub has nothing at this address. Check it, or start from the first page."
        await expect(seen.page.get_by_text(say(saying(nowhere)))).to_be_visible()
        assert await fits(seen, f"nowhere-{language}") == []
        await seen.page.goto(f"{hub.url}/settings/data")
        file = {"name": "Verbrauchsaufzeichnung.csv", "mimeType": "text/csv", "buffer": SHEET.encode()}
        await seen.page.locator("#import input[type=file]").set_input_files(file)
        await seen.page.get_by_label(say("settings.import.new_name")).fill("Nummer 9")
        await seen.page.get_by_role("button", name=say("settings.import.try")).click()
        unit = "Nothing tells the unit of “{column}”. Name it when you send the file again: kWh or Wh, or W for power"
        refused = saying(f"{unit} (on the command line with --unit).", column="Wert")
        await expect(seen.page.get_by_text(say(refused))).to_be_visible()
        assert await fits(seen, f"import-refused-{language}") == []
