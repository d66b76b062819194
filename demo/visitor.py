"""Home Assistant spoken to as its own pages do: onboarding, login, requests, commands."""

import asyncio
import contextlib
import json
import time
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from aiohttp import ClientError, ClientSession, ClientWebSocketResponse

from . import state
from .processes import POLL_S
from .state import Demo, Login, Refused

type Json = Any
"""What Home Assistant answers; its API declares no types."""


async def logged_in(session: ClientSession, demo: Demo) -> Api:
    """Wait until a Home Assistant runs whose onboarding is done, and log in."""
    home = HomeAssistant(session, demo.homeassistant_url)
    login = state.login(demo.folder)
    await home.answers()
    await home.onboard(login)
    api = await home.log_in(login)
    await api.runs()
    return api


@dataclass(frozen=True, slots=True)
class HomeAssistant:
    """A running Home Assistant, spoken to as its own pages do."""

    session: ClientSession
    url: str

    async def answers(self) -> None:
        """Wait until it serves its pages."""
        while True:
            try:
                async with self.session.get(f"{self.url}/manifest.json") as answer:
                    if answer.ok:
                        return
            except ClientError:
                pass
            await asyncio.sleep(POLL_S)

    async def onboard(self, login: Login) -> None:
        """Do what is left of the onboarding, which may be nothing."""
        async with self.session.get(f"{self.url}/api/onboarding") as answer:
            steps = await answer.json() if answer.ok else []
        todo = {step["step"] for step in steps if not step["done"]}
        if "user" in todo:
            who = {"name": login.user.title(), "username": login.user, "password": login.password, "language": "en"}
            await self._post("/api/onboarding/users", who)
        if todo:
            api = await self.log_in(login)
            if "analytics" in todo:
                await api.post("/api/onboarding/analytics", {})
            if "integration" in todo:
                back = {"client_id": self.client_id, "redirect_uri": self.client_id}
                await api.post("/api/onboarding/integration", back)

    async def log_in(self, login: Login) -> Api:
        """Log in with name and password, and wait until everything has started."""
        start = {"handler": ["homeassistant", None], "redirect_uri": self.client_id}
        flow = await self._post("/auth/login_flow", start)
        who = {"username": login.user, "password": login.password}
        done = await self._post(f"/auth/login_flow/{flow['flow_id']}", who)
        if "result" not in done:
            raise Refused(f"Home Assistant does not know the login of {login.user} any more; start again with --reset.")
        form = {"client_id": self.client_id, "grant_type": "authorization_code", "code": done["result"]}
        async with self.session.post(f"{self.url}/auth/token", data=form) as answer:
            answer.raise_for_status()
            return Api(self, await answer.json())

    async def _post(self, path: str, data: Mapping[str, object]) -> Json:
        return await _request(self.session, "POST", f"{self.url}{path}", {**data, "client_id": self.client_id}, {})

    @property
    def client_id(self) -> str:
        """The name under which its own page logs in."""
        return f"{self.url}/"


@dataclass(frozen=True, slots=True)
class Api:
    """Home Assistant for somebody who has logged in."""

    home: HomeAssistant
    tokens: dict[str, Any]

    async def get(self, path: str) -> Json:
        """Return what a path answers."""
        return await self._request("GET", path)

    async def post(self, path: str, data: Mapping[str, object]) -> Json:
        """Return what a path answers to data."""
        return await self._request("POST", path, data)

    async def delete(self, path: str) -> None:
        """Delete what a path names."""
        await self._request("DELETE", path)

    async def _request(self, method: str, path: str, data: Mapping[str, object] | None = None) -> Json:
        headers = {"Authorization": f"Bearer {self.tokens['access_token']}"}
        return await _request(self.home.session, method, f"{self.home.url}{path}", data, headers)

    async def command(self, name: str, /, **arguments: object) -> Json:
        """Return what a command of the WebSocket answers."""
        async with self.socket() as socket:
            await socket.send_json({"id": 1, "type": name, **arguments})
            answer = await socket.receive_json()
        if not answer["success"]:
            raise Refused(f"Home Assistant refused {name}: {answer['error']['message']}")
        return answer["result"]

    @contextlib.asynccontextmanager
    async def socket(self) -> AsyncIterator[ClientWebSocketResponse]:
        """Open the WebSocket, ready for commands."""
        async with self.home.session.ws_connect(f"{self.home.url}/api/websocket") as socket:
            await socket.receive_json()
            await socket.send_json({"type": "auth", "access_token": self.tokens["access_token"]})
            await socket.receive_json()
            yield socket

    async def renewed(self) -> Api:
        """Return the same login with a token of its own time, as an app does that was closed for a day."""
        form = {
            "client_id": self.home.client_id,
            "grant_type": "refresh_token",
            "refresh_token": self.tokens["refresh_token"],
        }
        async with self.home.session.post(f"{self.home.url}/auth/token", data=form) as answer:
            answer.raise_for_status()
            return Api(self.home, {**self.tokens, **await answer.json()})

    def browser_tokens(self) -> str:
        """Return what its page keeps in localStorage.hassTokens when somebody has logged in there."""
        expires = int((time.time() + self.tokens["expires_in"]) * 1000)
        return json.dumps(
            {**self.tokens, "hassUrl": self.home.url, "clientId": self.home.client_id, "expires": expires}
        )

    async def runs(self) -> None:
        """Wait until every integration is set up."""
        while True:
            if (await self.get("/api/config"))["state"] == "RUNNING":
                return
            await asyncio.sleep(POLL_S)

    async def states(self) -> dict[str, str]:
        """Return every entity's state."""
        return {state["entity_id"]: state["state"] for state in await self.get("/api/states")}


async def _request(
    session: ClientSession, method: str, url: str, data: Mapping[str, object] | None, headers: Mapping[str, str]
) -> Json:
    try:
        async with session.request(method, url, json=data, headers=headers) as answer:
            if not answer.ok:
                raise Refused(f"Home Assistant refused {method} {url} with {answer.status}: {await answer.text()}")
            return await answer.json(content_type=None)
    except ClientError as error:
        raise Refused(f"Home Assistant broke off at {method} {url}: {error}. Start the demo again.") from error
