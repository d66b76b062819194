"""The demo's coordinator: says what a kWh costs and who lives where, then begins to publish; all in the hub's pages."""

import asyncio
import re
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass

from aiohttp import ClientSession

from .books import books_of
from .community import NAME
from .processes import POLL_S
from .state import Demo, Refused

COMMUNITY = {"place": "Seville", "latitude": "37.39", "longitude": "-5.98", "currency": "EUR", "language": "en"}
"""Its name and its time zone stand in the hub's command."""

FACTORS = {"price_per_kwh": "0.21", "feed_in_per_kwh": "0.06", "carbon_g_per_kwh": "170"}
"""What a flat tariff and the grid's yearly mean in Spain come to, near enough for a street that is made up."""

HOLIDAYS = {"country": "ES", "regions_of": "ES", "subdivision": "AN"}
"""Forecasts go by them. A limit is left out: windows are then of the highest slots, whatever the season brings."""

TEAMS = (f"{NAME}, even numbers", f"{NAME}, odd numbers")
"""Two, as each has to hold 15 homes of its own before its sum may be shown."""

WELCOME = {
    "title": f"Welcome to {NAME}",
    "text": "Your coordinator wrote this on the hub's page Alerts. It reaches the Home Assistant of every member, and "
    "there the phones that were chosen for warnings.",
}

_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


async def welcome(session: ClientSession, demo: Demo) -> None:
    """Write to all members before the figures begin: what a message looks like, nobody has to write one to see."""
    if not has_begun(demo):
        pages = await Pages.of(session, demo)
        await pages.send("/alerts/tell", {**WELCOME, "step": "tell"})


async def decide(session: ClientSession, demo: Demo) -> None:
    """Decide what comes before the figures begin; from then on the community belongs to whoever looks at the demo."""
    if not has_begun(demo):
        pages = await Pages.of(session, demo)
        await pages.send("/settings/community", COMMUNITY)
        await pages.send("/settings/factors", FACTORS)
        await pages.send("/settings/forecast", HOLIDAYS)
        await _make_teams(pages)
        await pages.send("/guide/publish", {})


async def trust(session: ClientSession, demo: Demo, *names: str) -> None:
    """Take the weather from members, as soon as they are there; whom the demo's visitor trusts no longer is left so."""
    if not has_begun(demo):
        pages = await Pages.of(session, demo)
        for name in names:
            await pages.send(f"/households/{await _member(demo, name)}/weather", {"trusted": "on"})


async def _member(demo: Demo, name: str) -> str:
    while True:
        with closing(books_of(demo)) as books:
            found = books.execute("SELECT public_id FROM household WHERE name = ?", (name,)).fetchone()
        if found is not None:
            return str(found[0])
        await asyncio.sleep(POLL_S)


async def _make_teams(pages: Pages) -> None:
    """Make the streets and put every home into one; a start that broke off before goes on here."""
    there, _ = _teams_and_homes(pages.demo)
    for team in TEAMS:
        if team not in there:
            await pages.send("/teams", {"name": team, "kind": "street"})
    there, homes = _teams_and_homes(pages.demo)
    for number, home in enumerate(homes):
        await pages.send(f"/households/{home}/team", {"team": str(there[TEAMS[number % len(TEAMS)]])})


def has_begun(demo: Demo) -> bool:
    """Tell whether the hub publishes figures."""
    with closing(books_of(demo)) as books:
        return books.execute("SELECT 1 FROM setting WHERE name = 'published_since'").fetchone() is not None


def _teams_and_homes(demo: Demo) -> tuple[dict[str, int], list[str]]:
    """Return the teams by name, and the homes in the order in which their doors are numbered."""
    with closing(books_of(demo)) as books:
        homes = books.execute("SELECT name, public_id FROM household WHERE kind = 'home'").fetchall()
        teams = dict(books.execute("SELECT name, id FROM team"))
    return teams, [public_id for _, public_id in sorted(homes, key=lambda home: _door(home[0]))]


def _door(name: str) -> tuple[int, str]:
    number = name.removeprefix(f"{NAME} ")
    return (int(number) if number.isdecimal() else 0), name


@dataclass(frozen=True, slots=True)
class Pages:
    """The hub's pages, used as a browser on its own machine does."""

    session: ClientSession
    demo: Demo
    token: str
    """What a form proves its origin with; it holds for every form of a session."""

    @classmethod
    async def of(cls, session: ClientSession, demo: Demo) -> Pages:
        """Open a page, and take from its form what every other needs."""
        async with session.get(f"{demo.hub_url}/households") as page:
            token = _CSRF.search(await page.text())
        if token is None:
            raise Refused(f"The hub's page of households answers with {page.status} and has no form.")
        return cls(session, demo, token[1])

    async def send(self, path: str, fields: Mapping[str, str]) -> None:
        """Send a form."""
        sent = {"csrf": self.token, **fields}
        async with self.session.post(f"{self.demo.hub_url}{path}", data=sent) as answer:
            if not answer.ok:
                raise Refused(f"The hub's page {path} answers with {answer.status}.")
