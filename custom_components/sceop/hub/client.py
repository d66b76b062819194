"""A conversation with a hub over HTTP; knows the wire, and nothing of Home Assistant."""

import gzip
import json
from asyncio import timeout
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from types import MappingProxyType
from typing import Any, Self

from aiohttp import (
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ClientWebSocketResponse,
    Fingerprint,
    WSServerHandshakeError,
    hdrs,
)
from yarl import URL

from ..core.blocks import Block
from ..core.wire import CLOCK_TOLERANCE, HUB_NAME, VERSION
from ..sky import Hours
from . import foreseen, invited, played, wire
from .errors import ClockApart, HubUnreachable, NotAHub, NotHeard, TokenRefused, WrongVersion
from .refusals import json_object, refusal, unreachable

TIMEOUT = ClientTimeout(total=30, connect=10)
EXPORT_TIMEOUT = ClientTimeout(total=None, connect=10, sock_read=60)
"""Years of quarter hours take their time; a hub that says nothing for a minute is gone."""
PIECE = 64 * 1024
HEARTBEAT_S = 30.0
"""A line that is silently cut is noticed within a minute."""

WORTH_PACKING = 1024
"""Bytes; below, gzip saves nothing that a packet would notice."""

LONGEST_NAME = 80
"""Characters of a community's name; a hub allows no more."""

_OK, _REDIRECT, _UNAUTHORIZED, _FORBIDDEN = 200, 300, 401, 403

_STANDINGS: Mapping[str, wire.Standing] = {name: name for name in ("active", "waiting", "paused")}


class HubClient:
    """One hub, and this home's token for it once there is one."""

    def __init__(
        self, session: ClientSession, address: URL | str, token: str | None = None, pin: str | None = None
    ) -> None:
        self._session = session
        self._address = URL(address)
        self._trust: Fingerprint | bool = True if pin is None else Fingerprint(bytes.fromhex(pin))
        self._headers = {} if token is None else {hdrs.AUTHORIZATION: f"Bearer {token}"}

    @classmethod
    def of(cls, session: ClientSession, member: wire.Membership) -> Self:
        """Return the way to a member's own hub."""
        return cls(session, member.address, member.token, member.pin)

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
            fewest = int(answer.get("fewest_homes", wire.FEWEST_HOMES))
            return wire.Health(_name(answer), answer["version"], now, None if known is None else str(known), fewest)
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

    async def me(self) -> wire.Me:
        """Ask what the hub knows of this home, in any state; that it does is known then, too."""
        return _me(await self._ask("GET", "api/v1/me"))

    async def tell(self, **said: object) -> wire.Me:
        """Change what the hub keeps of this home's own wishes; what is not said stays."""
        return _me(await self._ask("PUT", "api/v1/me", said))

    async def renew(self) -> str:
        """Change the token for a new one; the old one works until the new one is used."""
        answer = await self._ask("POST", "api/v1/me/token")
        if not (isinstance(token := answer.get("token"), str) and token):
            raise NotAHub("The hub's answer to the wish for a new token makes no sense.")
        return token

    async def forget(self) -> None:
        """Let the hub erase all that this home ever gave it."""
        async with self._asking("DELETE", "api/v1/me"):
            pass

    @asynccontextmanager
    async def export(self) -> AsyncIterator[AsyncIterator[bytes]]:
        """Fetch all that the hub has of this home, piece by piece."""
        async with self._asking("GET", "api/v1/me/export", query={"format": "csv"}, limit=EXPORT_TIMEOUT) as response:
            yield response.content.iter_chunked(PIECE)

    async def send(self, blocks: tuple[Block, ...]) -> wire.Receipt:
        """Hand over readings; once this returns they are safe on the hub's disk."""
        answer = await self._ask("POST", "api/v1/readings", wire.readings(blocks))
        try:
            return wire.Receipt(int(answer["stored"]), int(answer["unchanged"]))
        except (KeyError, TypeError, ValueError) as error:
            raise NotAHub("The hub's answer to the readings makes no sense.") from error

    async def forecast(self, now: datetime) -> foreseen.CommunityForecast | None:
        """Ask what the homes together are expected to do; None before the hub made its first forecast."""
        return foreseen.read_forecast(await self._ask("GET", "api/v1/forecast"), now)

    async def peaks(self, now: datetime) -> foreseen.CommunityPeaks:
        """Ask for the peaks to come."""
        return foreseen.read_peaks(await self._ask("GET", "api/v1/peaks"), now)

    async def reserve(self, requests: list[dict[str, Any]]) -> dict[str, Any]:
        """Tell the whole of what is asked of the community's plan, and return the places that there are for it."""
        return await self._ask("POST", "api/v1/plan", {"requests": requests})

    async def tell_weather(self, hours: Hours) -> None:
        """Tell the weather of the hours to come, if the coordinator wants it from this home."""
        async with self._asking("PUT", "api/v1/weather", foreseen.weather(hours)):
            pass

    async def events(self, now: datetime) -> tuple[invited.PeakEvent, ...]:
        """Ask for the peak events of the last weeks and to come."""
        return invited.read_events(await self._ask("GET", "api/v1/events"), now)

    async def answer_event(self, event: str, answer: invited.Answer, by: invited.By) -> None:
        """Say whether this home takes part; saying it again changes nothing."""
        async with self._asking("PUT", f"api/v1/events/{event}/answer", {"answer": answer.value, "by": by.value}):
            pass

    async def savings(self, event: str) -> dict[str, Any]:
        """Ask how this home's savings in an event were worked out."""
        return await self._ask("GET", f"api/v1/events/{event}/savings")

    async def game(self, now: datetime) -> played.Standing:
        """Ask how this home stands in the game."""
        return played.read_standing(await self._ask("GET", "api/v1/game"), now)

    async def challenges(self) -> tuple[played.Challenge, ...]:
        """Ask for the challenges."""
        return played.read_challenges(await self._ask("GET", "api/v1/challenges"))

    async def take_challenge(self, challenge: str, *, joins: bool) -> None:
        """Take part in a challenge, or not any more."""
        async with self._asking("POST" if joins else "DELETE", f"api/v1/challenges/{challenge}/join"):
            pass

    async def leaderboard(self) -> played.Board:
        """Ask who leads, of those who want to be seen."""
        return played.read_board(await self._ask("GET", "api/v1/leaderboard"))

    async def rewards(self) -> tuple[played.Reward, ...]:
        """Ask what points can be redeemed for."""
        return played.read_rewards(await self._ask("GET", "api/v1/rewards"))

    async def redeem(self, reward: str, request: str) -> dict[str, Any]:
        """Redeem a reward; the same request again redeems nothing more."""
        return await self._ask("POST", f"api/v1/rewards/{reward}/redeem", {"request": request})

    async def show_on_board(self, *, on: bool) -> None:
        """Say whether this home's nickname may stand on the board."""
        async with self._asking("PUT", "api/v1/me/board", {"on": on}):
            pass

    @asynccontextmanager
    async def live(self) -> AsyncIterator[ClientWebSocketResponse]:
        """Open the line on which power goes out and notices come in."""
        try:
            async with timeout(TIMEOUT.total):
                socket = await self._session.ws_connect(
                    self._address / "api/v1/live", headers=self._headers, heartbeat=HEARTBEAT_S, ssl=self._trust
                )
            async with socket:
                yield socket
        except WSServerHandshakeError as error:
            if error.status == _UNAUTHORIZED:
                raise TokenRefused("The hub does not know this home any more.") from error
            if error.status == _FORBIDDEN:
                raise NotHeard("The hub does not listen to this home at the moment.") from error
            raise HubUnreachable(f"The hub does not open the live line (status {error.status}).") from error
        except (ClientError, TimeoutError, OSError) as error:
            raise unreachable(self._address, error) from error

    async def _ask(self, method: str, path: str, body: Mapping[str, object] | None = None) -> dict[str, Any]:
        """Exchange one request for one JSON object."""
        async with self._asking(method, path, body) as response:
            answer = await json_object(response)
        if answer is None:
            raise NotAHub(f"{self._address} answers, but it is no SCEOP hub.")
        return answer

    @asynccontextmanager
    async def _asking(
        self,
        method: str,
        path: str,
        body: Mapping[str, object] | None = None,
        *,
        query: Mapping[str, str] = MappingProxyType({}),
        limit: ClientTimeout = TIMEOUT,
    ) -> AsyncIterator[ClientResponse]:
        """Hold an answer that is a yes; a redirect is not followed, for it would carry the token along."""
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
                method,
                self._address / path % dict(query),
                data=data,
                headers=headers,
                timeout=limit,
                allow_redirects=False,
                ssl=self._trust,
            ) as response:
                if not _OK <= response.status < _REDIRECT:
                    raise refusal(response.status, await json_object(response))
                yield response
        except (ClientError, TimeoutError, OSError) as error:
            raise unreachable(self._address, error) from error


def _me(answer: Mapping[str, Any]) -> wire.Me:
    try:
        nickname = answer.get("nickname")
        return wire.Me(
            standing=_STANDINGS[answer["state"]],
            fewest_homes=int(answer["fewest_homes"]),
            agreed_fewest=int(answer["agreed_fewest"]),
            nickname=None if nickname is None else str(nickname),
            client=str(answer.get("client", "")),
            renew_token=bool(answer.get("renew_token", False)),
            weather=answer.get("weather") is True,
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotAHub("What the hub says of this home makes no sense.") from error


def _name(answer: Mapping[str, Any]) -> str:
    """Return the community's name as one short line: it stands in sentences that a person agrees to."""
    return " ".join(str(answer["community"]).split())[:LONGEST_NAME]
