"""Pictures of what an event came to: the hub's pages and the home's dashboard, as wide as a phone and as a desk."""

from collections.abc import AsyncIterator, Callable

from .running import Running
from .site import DASHBOARD

SIZES = {"phone": {"width": 390, "height": 844}, "desk": {"width": 1280, "height": 900}}
PAGES = ("plan", "events", "challenges", "leaderboard", "rewards")
VIEWS = ("overview", "forecast", "plan", "community")
SETTLES_MS = 3_000
"""Curves grow for a moment, and the dashboard loads its cards one after the other."""

FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")


async def taken(run: Running, say: Callable[[str], None]) -> AsyncIterator[str]:
    """Take them into the demo's folder; give a sentence for each page that is not there."""
    try:
        from playwright.async_api import Error, async_playwright  # noqa: PLC0415 - the demo runs without it, too
    except ImportError:
        say("    No pictures: script/setup --tests brings what takes them.")
        return
    folder = run.demo.folder / "pictures"
    folder.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        try:
            browser = await playwright.chromium.launch(args=FLAGS)
        except Error:
            say("    No pictures: script/setup --tests brings the browser that takes them.")
            return
        for width, size in SIZES.items():
            page = await browser.new_page(viewport=size, locale="en-GB", timezone_id="Europe/Madrid")  # type: ignore[arg-type] # two numbers
            for name in PAGES:
                answer = await page.goto(f"{run.demo.hub_url}/{name}")
                if answer is None or not answer.ok:
                    yield f"The hub's page {name} is not there"
                    continue
                await page.wait_for_timeout(SETTLES_MS)
                await page.screenshot(path=folder / f"hub-{name}-{width}.png", full_page=True)
            await page.close()
        tokens = run.api.browser_tokens()
        for width, size in SIZES.items():
            context = await browser.new_context(viewport=size, locale="en-GB", timezone_id="Europe/Madrid")  # type: ignore[arg-type] # as above
            await context.add_init_script(f"localStorage.setItem('hassTokens', {tokens!r})")
            page = await context.new_page()
            for view in VIEWS:
                await page.goto(f"{run.demo.homeassistant_url}/{DASHBOARD}/{view}")
                await page.wait_for_timeout(2 * SETTLES_MS)
                await page.screenshot(path=folder / f"dashboard-{view}-{width}.png", full_page=True)
            await context.close()
        await browser.close()
    say(f"    Pictures are in {folder}")
