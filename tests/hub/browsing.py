"""A person's browser: it keeps cookies, asks for pages, and sends the forms that it finds there."""

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass

from aiohttp import ClientSession, CookieJar

from sceop_hub.auth import programs
from sceop_hub.auth.guards import GUARDS
from sceop_hub.store import accounts

PASSWORD = "four words on paper"
TOKEN_ON_PAGE = re.compile(r'name="csrf" value="([0-9a-f]{64})"|X-CSRF-Token[^0-9a-f]+([0-9a-f]{64})')


@dataclass(frozen=True)
class Page:
    status: int
    text: str
    leads_to: str | None
    headers: dict


@dataclass
class Browser:
    session: ClientSession

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.key: cookie.value for cookie in self.session.cookie_jar}

    async def open(self, path, **headers) -> Page:
        async with self.session.get(path, headers=headers, allow_redirects=False) as answer:
            return await _page(answer)

    async def csrf(self, path) -> str:
        found = TOKEN_ON_PAGE.search((page := await self.open(path)).text)
        assert found, (path, page.status, page.leads_to)
        return found[1] or found[2]

    async def submit(self, path, _on=None, /, **fields) -> Page:
        """Send a form that stands on the page `_on`, or on the one with the form's own address."""
        lists = [
            (name, one) for name, value in fields.items() for one in (value if isinstance(value, list) else [value])
        ]
        data = [("csrf", await self.csrf(_on or path)), *lists]
        async with self.session.post(path, data=data, allow_redirects=False) as answer:
            return await _page(answer)

    async def sign_in(self, name, password=PASSWORD) -> Page:
        return await self.submit("/login", name=name, password=password)


@asynccontextmanager
async def browser(hub, **headers):
    headers = {"Accept": "text/html", "User-Agent": "Browser"} | headers
    async with ClientSession(hub.url, headers=headers, cookie_jar=CookieJar(unsafe=True)) as session:
        yield Browser(session)


async def account(hub, name, role, password=PASSWORD) -> int:
    """Make an account, without waiting for a slow digest more often than needed."""

    kept = await hub.app[GUARDS].passwords.digest(password)
    return await hub.hub.store.write(lambda books: accounts.add(books, name, kept, role, hub.clock()))


async def program(hub, *scopes, name="Dashboard") -> str:
    """Make a token for a program."""

    _, token = await hub.hub.store.write(lambda books: programs.make(books, "test", name, scopes, hub.clock()))
    return token


async def _page(answer) -> Page:
    return Page(answer.status, await answer.text(), answer.headers.get("Location"), dict(answer.headers))
