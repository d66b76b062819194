"""Home Assistant's users, who come through its ingress: only Home Assistant can say which of them administrate it.

The Supervisor names the user and says nothing about rights, and users without any may open an ingress session too. So
the hub asks, remembers the answer for a while, and where no answer comes, nobody is an owner by it.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address
from typing import Any

import msgspec
from aiohttp import ClientError, ClientSession, ClientTimeout, ClientWebSocketResponse, web

from ..settings import SUPERVISOR, HomeAssistantAt

_LOGGER = logging.getLogger(__name__)

ANSWER_HOLDS = timedelta(minutes=10)
SILENCE_HOLDS = timedelta(seconds=15)
ANSWER_SECONDS = 5
ADMINISTRATORS = "system-admin"
"""The group, as Home Assistant names it in `auth/const.py`."""


class _NoAnswer(Exception):
    """Home Assistant did not say who its users are, and why."""


@dataclass(slots=True)
class Administrators:
    """Who administrates Home Assistant, as it said when it was asked last."""

    at: HomeAssistantAt | None
    clock: Callable[[], datetime]
    _known: Mapping[str, bool] = field(default_factory=dict)
    _asked: datetime | None = None
    _holds: timedelta = SILENCE_HOLDS
    _asking: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def include(self, user: str) -> bool:
        """Tell whether Home Assistant says that this user administrates it; silence is no."""
        if self.at is None:
            return False
        async with self._asking:
            if self._is_old() or (user not in self._known and self._is_old(SILENCE_HOLDS)):
                await self._ask(self.at)
        return self._known.get(user, False)

    def _is_old(self, holds: timedelta | None = None) -> bool:
        return self._asked is None or abs(self.clock() - self._asked) >= (holds or self._holds)

    async def _ask(self, at: HomeAssistantAt) -> None:
        try:
            self._known, self._holds = await _administrators(at), ANSWER_HOLDS
        except _NoAnswer as error:
            _LOGGER.warning("Home Assistant does not say who administrates it, so nobody is an owner by it: %s", error)
            self._known, self._holds = {}, SILENCE_HOLDS
        self._asked = self.clock()


def came_through(request: web.Request, trusted: frozenset[str]) -> bool:
    """Tell whether the request comes from an address whose headers are believed, whatever any header says of it."""
    peer = None if request.transport is None else request.transport.get_extra_info("peername")
    return peer is not None and _plain(str(peer[0])) in trusted


def _plain(address: str) -> str:
    """Return an address as it is written in the settings, also where IPv4 comes in the clothes of IPv6."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address
    return str((isinstance(found, IPv6Address) and found.ipv4_mapped) or found)


async def _administrators(at: HomeAssistantAt) -> Mapping[str, bool]:
    """Ask Home Assistant for its users, over the WebSocket that it has for this."""
    path = "/websocket" if at.url == SUPERVISOR else "/api/websocket"
    try:
        async with (
            asyncio.timeout(ANSWER_SECONDS),
            ClientSession(timeout=ClientTimeout(total=ANSWER_SECONDS)) as session,
            session.ws_connect(f"{at.url}{path}", max_msg_size=16 * 1024 * 1024) as socket,
        ):
            await _expect(socket, "auth_required")
            await socket.send_json({"type": "auth", "access_token": at.token})
            await _expect(socket, "auth_ok")
            await socket.send_json({"id": 1, "type": "config/auth/list"})
            answer = await _expect(socket, "result")
    except (ClientError, OSError, TimeoutError, TypeError, ValueError) as error:
        raise _NoAnswer(f"{type(error).__name__} {error}") from error
    if answer.get("success") is not True or not isinstance(answer.get("result"), list):
        raise _NoAnswer(f"it answered {answer.get('error')}")
    return {user["id"]: _administrates(user) for user in answer["result"] if isinstance(user, dict) and "id" in user}


def _administrates(user: Mapping[str, Any]) -> bool:
    """Tell it as Home Assistant itself does, in `auth/models.py`."""
    return user.get("is_active") is True and (
        user.get("is_owner") is True or ADMINISTRATORS in (user.get("group_ids") or ())
    )


async def _expect(socket: ClientWebSocketResponse, kind: str) -> Mapping[str, Any]:
    message = await socket.receive_str()
    said = msgspec.json.decode(message)
    if not isinstance(said, dict) or said.get("type") != kind:
        raise _NoAnswer(f"it said {message[:80]!r} where {kind} was due")
    return said
