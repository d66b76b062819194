"""The running demo: the hub first, then Home Assistant and the simulated community; ended in the opposite order."""

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path

from aiohttp import ClientSession

from . import books, community, coordinator, homeassistant, site, state, visitor, weather
from .phone import Phone, held, register
from .processes import Child, kept_alive, until
from .state import Demo
from .visitor import Api

PHONE = "Demo phone"


@dataclass(frozen=True, slots=True)
class Running:
    """A demo that serves: its three programs, and Home Assistant as its user sees it."""

    demo: Demo
    hub: Child
    homeassistant: Child
    simulator: Child
    session: ClientSession
    api: Api
    phone: Phone

    @property
    def children(self) -> tuple[Child, ...]:
        """The programs in the order of their start."""
        return self.hub, self.homeassistant, self.simulator

    @property
    def login(self) -> state.Login:
        """The login of Home Assistant."""
        return state.login(self.demo.folder)


@contextlib.asynccontextmanager
async def running(demo: Demo, say: Callable[[str], None]) -> AsyncIterator[Running]:
    """Start the demo, until the whole history lies in the hub, the home's too, and is shown."""
    async with contextlib.AsyncExitStack() as stack:
        session = await stack.enter_async_context(ClientSession())

        say(f"Starting the hub at {demo.hub_url}")
        hub = await stack.enter_async_context(kept_alive(community.hub(demo), say))
        await until(community.answers(session, demo.hub_url), hub)
        invite = await community.invite(demo)

        say(f"Starting Home Assistant at {demo.homeassistant_url}")
        homeassistant.configure(demo)
        home = await stack.enter_async_context(kept_alive(homeassistant.program(demo), say))

        say(f"Filling the hub: {demo.households} homes and an office, {demo.days} days")
        simulator = await stack.enter_async_context(kept_alive(community.simulator(demo, invite), say))

        children = hub, home, simulator
        api = await until(visitor.logged_in(session, demo), *children)
        await until(_home_joined(api, demo), *children)
        await until(coordinator.trust(session, demo, site.NAME, community.WEATHER_FROM), *children)
        await until(weather.told(api), *children)
        await until(weather.chosen(api), *children)
        await stack.enter_async_context(_beside(weather.kept_up(api)))
        webhook = await until(_phone_registered(api, demo), *children)
        phone = await stack.enter_async_context(held(api, PHONE, webhook))
        await until(_phone_chosen(api, demo, webhook), *children)
        await until(coordinator.welcome(session, demo), *children)
        await until(simulator.prints(community.HISTORY_COMPLETE), *children)
        await until(books.past_of_the_home(demo), *children)
        if not coordinator.has_begun(demo):
            await until(weather.known_to_hub(demo), *children)
        await until(coordinator.decide(session, demo), *children)
        yield Running(demo, hub, home, simulator, session, api, phone)


@contextlib.asynccontextmanager
async def _beside(work: Coroutine[None, None, None]) -> AsyncIterator[None]:
    """Do something beside everything else."""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait([task])


async def _home_joined(api: Api, demo: Demo) -> None:
    """Set the home up at the first start; later, see to it that it finds the hub."""
    if known := await site.sites(api):
        for entry in known:
            await site.follow_hub(api, entry, demo.hub_url)
    else:
        await site.set_up(api, demo.hub_url, await community.make_invite(demo))


async def _phone_registered(api: Api, demo: Demo) -> str:
    """Register a phone, unless Home Assistant knows it already; return its webhook."""
    file = _webhook_file(demo)
    known = await api.get("/api/config/config_entries/entry?domain=mobile_app")
    if file.exists() and PHONE in {entry["title"] for entry in known}:
        return file.read_text(encoding="utf-8")
    file.unlink(missing_ok=True)
    return await register(api, PHONE)


async def _phone_chosen(api: Api, demo: Demo, webhook: str) -> None:
    """Choose a new phone for the home's warnings, once it listens: what is told at once reaches it as well."""
    file = _webhook_file(demo)
    if file.exists():
        return
    for entry in await site.sites(api):
        await site.warn(api, entry, PHONE)
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as kept:
        kept.write(webhook)


def _webhook_file(demo: Demo) -> Path:
    return demo.folder / "phone.txt"
