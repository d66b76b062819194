"""A conversation with a hub over HTTP; knows the wire, and nothing of Home Assistant."""

import gzip
import json
from asyncio import timeout
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, cast

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    WSServerHandshakeError,
    hdrs,
)
from yarl import URL

from ..core.blocks import Block
from ..core.wire import CLOCK_TOLERANCE, HUB_NAME, VERSION
from . import wire
from .errors import (
    ClockApart,
    ClockRefused,
    HubBusy,
    HubError,
    HubStorageFull,
    HubUnreachable,
    InviteProblem,
    InviteRefused,
    NotAHub,
    Refused,
    TokenRefused,
    TooLarge,
    WrongVersion,
)

TIMEOUT = ClientTimeout(total=30, connect=10)
HEARTBEAT_S = 30.0
"""A line that is silently cut is noticed within a minute."""

WORTH_PACKING = 1024
"""Bytes; below, gzip saves nothing that a packet would notice."""

LONGEST_NAME = 80
"""Characters of a community's name; a hub allows no more."""

_INVITES: Mapping[str, InviteProblem] = {name: name for name in ("invite-unknown", "invite-used", "invite-expired")}
_PROBLEMS: Mapping[str, type[HubError]] = {
    "unauthorized": TokenRefused,
    "clock": ClockRefused,
    "invalid": Refused,
    "too-old": Refused,
    "too-large": TooLarge,
}
_PROBLEM = "urn:sceop:problem:"
_OK, _REDIRECT, _UNAUTHORIZED, _TOO_MANY, _SERVER_ERROR, _STORAGE_FULL = 200, 300, 401, 429, 500, 507


class HubClient:
    """One hub, and this home's token for it once there is one."""

    def __init__(self, session: ClientSession, address: URL | str, token: str | None = None) -> None:
        self._session = session
        self._address = URL(address)
        self._headers = {} if token is None else {hdrs.AUTHORIZATION: f"Bearer {token}"}

    async def health(self) -> wire.Health:
        """Ask who is there; what answers must be a hub that speaks our version."""
        answer = await self._ask("GET", "healthz")
        try:
            if answer["name"] != HUB_NAME:
                raise NotAHub(f"{self._address} answers, but it is no SCEOP hub.")
            if answer["wire"] != VERSION:
                raise WrongVersion(f"The hub speaks version {answer['wire']} of the wire, this home {VERSION}.")
            now = datetime.fromisoformat(answer["now"])
            known = answer.get("id")
            return wire.Health(_name(answer), answer["version"], now, None if known is None else str(known))
        except (KeyError, TypeError, ValueError) as error:
            raise NotAHub(f"{self._address} answers, but it is no SCEOP hub.") from error

    async def check(self, now: datetime) -> wire.Health:
        """Ask who is there and what time it is; clocks that disagree would put energy into the wrong slot."""
        health = await self.health()
        try:
            apart = now - health.now
        except TypeError as error:
            raise NotAHub("The hub's time has no time zone.") from error
        if abs(apart) > CLOCK_TOLERANCE:
            raise ClockApart(f"It is {now:%H:%M:%S} UTC here and {health.now:%H:%M:%S} at the hub.", apart)
        return health

    async def join(self, joining: wire.Joining, now: datetime) -> wire.Membership:
        """Turn an invite code into a membership."""
        answer = await self._ask("POST", "api/v1/join", joining.to_json())
        try:
            return wire.Membership(
                str(self._address), answer["household"], answer["token"], _name(answer), joined_at=now
            )
        except (KeyError, TypeError) as error:
            raise NotAHub("The hub's answer to the invite makes no sense.") from error

    async def confirm(self) -> None:
        """Make sure that the hub still knows this home."""
        await self._ask("GET", "api/v1/community")

    async def send(self, blocks: tuple[Block, ...]) -> wire.Receipt:
        """Hand over readings; once this returns they are safe on the hub's disk."""
        answer = await self._ask("POST", "api/v1/readings", wire.readings(blocks))
        try:
            return wire.Receipt(int(answer["stored"]), int(answer["unchanged"]))
        except (KeyError, TypeError, ValueError) as error:
            raise NotAHub("The hub's answer to the readings makes no sense.") from error

    @asynccontextmanager
    async def live(self) -> AsyncIterator[ClientWebSocketResponse]:
        """Open the line on which power goes out and notices come in."""
        try:
            async with timeout(TIMEOUT.total):
                socket = await self._session.ws_connect(
                    self._address / "api/v1/live", headers=self._headers, heartbeat=HEARTBEAT_S
                )
            async with socket:
                yield socket
        except WSServerHandshakeError as error:
            if error.status == _UNAUTHORIZED:
                raise TokenRefused("The hub does not know this home any more.") from error
            raise HubUnreachable(f"The hub does not open the live line (status {error.status}).") from error
        except (ClientError, TimeoutError, OSError) as error:
            raise self._unreachable(error) from error

    async def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Exchange one request for one JSON object; a redirect is not followed, for it would carry the token along."""
        headers = dict(self._headers)
        data = None
        if body is not None:
            data = json.dumps(body, separators=(",", ":")).encode()
            headers[hdrs.CONTENT_TYPE] = "application/json"
            if len(data) > WORTH_PACKING:
                data = gzip.compress(data, compresslevel=5)
                headers[hdrs.CONTENT_ENCODING] = "gzip"
        try:
            async with self._session.request(
                method, self._address / path, data=data, headers=headers, timeout=TIMEOUT, allow_redirects=False
            ) as response:
                answer = await _json(response)
                if not _OK <= response.status < _REDIRECT:
                    raise _problem(response.status, answer)
        except (ClientError, TimeoutError, OSError) as error:
            raise self._unreachable(error) from error
        if answer is None:
            raise NotAHub(f"{self._address} answers, but it is no SCEOP hub.")
        return answer

    def _unreachable(self, error: Exception) -> HubUnreachable:
        return HubUnreachable(f"{self._address} does not answer ({str(error) or type(error).__name__}).")


def _name(answer: Mapping[str, Any]) -> str:
    """Return the community's name as one short line: it stands in sentences that a person agrees to."""
    return " ".join(str(answer["community"]).split())[:LONGEST_NAME]


async def _json(response: ClientResponse) -> dict[str, Any] | None:
    """Return the answer's JSON object, or None where it is anything else."""
    try:
        answer = json.loads(await response.read())
    except ValueError:
        return None
    return cast("dict[str, Any]", answer) if isinstance(answer, dict) else None


def _problem(status: int, answer: dict[str, Any] | None) -> HubError:
    """Turn a refusal into the exception that it names.

    Only a problem that this version knows may cost a home its readings. Whatever else stands on the way, a proxy or a
    hub of another version, is an error that passes.
    """
    named = str((answer or {}).get("type", ""))
    slug = named.removeprefix(_PROBLEM) if named.startswith(_PROBLEM) else ""
    sentence = str((answer or {}).get("detail") or f"It answers with status {status}.")
    if slug in _INVITES:
        return InviteRefused(sentence, _INVITES[slug])
    if slug in _PROBLEMS:
        return _PROBLEMS[slug](sentence)
    if status == _STORAGE_FULL:
        return HubStorageFull(sentence)
    if status >= _SERVER_ERROR or status == _TOO_MANY:
        return HubBusy(sentence)
    return HubError(sentence) if slug else NotAHub(sentence)
