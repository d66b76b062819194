"""What the tests of the whole share beside fixtures: demos on ports of their own, and pages that are watched."""

import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

from aiohttp import ClientSession, TCPConnector
from playwright.async_api import Browser, Page, Playwright

from demo import state
from demo.coordinator import Pages
from demo.processes import Child
from demo.state import Demo

PICTURES = Path(__file__).parent / "pictures"
PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}

FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
    " --disable-component-update --disable-sync"
).split()

INGRESS_FROM = "127.0.0.2"
"""Also this machine: who comes from here is believed to be Home Assistant's ingress; 127.0.0.1 is not."""

USER = {"X-Remote-User-Id": "f00d", "X-Remote-User-Name": "coordinator", "X-Remote-User-Display-Name": "Coordinator"}

STREET_HOMES = 40
"""Enough roofs and batteries among them that every flow may be shown."""

STREET_DAYS = 22
"""Three of each weekday, so that a typical one is known."""


def free_port() -> int:
    """Return a port that nobody listens on, apart from those that demos look for."""
    with socket.socket() as probe:
        probe.bind((state.HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def new_demo(folder: Path, *, households: int, days: int) -> Demo:
    folder.mkdir(parents=True, exist_ok=True)
    return state.open_demo(folder, households=households, days=days, port=free_port())


@dataclass(frozen=True)
class Street:
    """A hub with a simulated street that reports to it."""

    demo: Demo
    session: ClientSession
    hub: Child
    simulator: Child


def chromium(playwright: Playwright) -> str | None:
    if chromium := shutil.which("chromium"):
        return chromium
    own = playwright.chromium.executable_path
    return own if Path(own).exists() else None


@asynccontextmanager
async def session_of_ingress() -> AsyncIterator[ClientSession]:
    """Open a session whose requests come from where the hub expects Home Assistant's ingress."""
    async with ClientSession(connector=TCPConnector(local_addr=(INGRESS_FROM, 0)), headers=USER) as session:
        yield session


async def let_the_coordinator_in(street: Street) -> None:
    """Give Home Assistant's user a role, as an owner does after their first visit."""
    async with session_of_ingress() as session, session.get(street.demo.hub_url) as answer:
        assert answer.status == HTTPStatus.FORBIDDEN, await answer.text()
    pages = await Pages.of(street.session, street.demo)
    await pages.send(f"/accounts/ingress/{USER['X-Remote-User-Id']}/role", {"role": "coordinator"})


@dataclass
class Watched:
    """A page together with everything it did that nobody wants."""

    page: Page
    complaints: list[str]
    asked: list[str]
    failed: list[str]


@asynccontextmanager
async def watched(
    browser: Browser, size: dict[str, int], scheme: str = "light", locale: str = "en-GB", *, fingers: bool = False
) -> AsyncIterator[Watched]:
    """Open an empty page of a browser of its own that notes what goes wrong."""
    context = await browser.new_context(
        viewport=size, locale=locale, timezone_id="Europe/Madrid", color_scheme=scheme, has_touch=fingers
    )
    page = await context.new_page()
    seen = Watched(page, [], [], [])
    page.on("console", lambda message: message.type == "error" and seen.complaints.append(message.text))
    page.on("pageerror", lambda error: seen.complaints.append(str(error)))
    page.on("request", lambda request: seen.asked.append(request.url))
    page.on("response", lambda answer: answer.status >= 400 and seen.failed.append(answer.url))
    yield seen
    await context.close()


async def scrolls_sideways(page: Page) -> bool:
    return await page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")


async def picture(page: Page, name: str) -> None:
    PICTURES.mkdir(exist_ok=True)
    (PICTURES / ".gitignore").write_text("*\n")
    await page.screenshot(path=PICTURES / f"{name}.png", full_page=True)
