"""A hub to practise with: a real server that keeps the contract, and that can be told to fail as hubs do."""

import asyncio
import json
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from ssl import SSLContext
from typing import Any
from uuid import uuid4

from aiohttp import WSMsgType, web

from custom_components.sceop.const import VERSION
from tests.household.practice_events import PracticeEvents

SLOT = timedelta(minutes=15)
SOON = 10

type Key = tuple[str, str, datetime]


@dataclass
class PracticeHub:
    community: str = "Mill Street"
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    health: dict[str, Any] = field(default_factory=dict)
    invites: set[str] = field(default_factory=lambda: {"ABCD-EFGH"})
    refuse_join: tuple[str, int, str] | None = None
    failures: deque[str] = field(default_factory=deque)
    objection: Callable[[dict[str, Any]], str | None] = lambda _block: None
    most_slots: int | None = None
    households: dict[str, str] = field(default_factory=dict)
    sites: dict[str, str] = field(default_factory=dict)
    joined: list[dict[str, Any]] = field(default_factory=list)
    books: dict[Key, tuple[str, int]] = field(default_factory=dict)
    requests: int = 0
    shown: list[str] = field(default_factory=list)
    """Every token that anybody sent here."""
    state: str = "active"
    fewest_homes: int = 15
    renew_token: bool = False
    client: dict[str, Any] = field(default_factory=lambda: {"name": "sceop-integration", "version": VERSION})
    wishes: dict[str, dict[str, Any]] = field(default_factory=dict)
    """What each household told of its own wishes."""
    renewed: dict[str, str] = field(default_factory=dict)
    """By household, the new token that nobody used yet."""
    refuse_wish: tuple[str, int, str] | None = None
    revisions: dict[Key, int] = field(default_factory=dict)
    foresight: dict[str, dict[str, Any] | str] = field(default_factory=dict)
    """What it answers of what is to come, by the last part of the path; a hub of before answers nothing of it."""
    wants_weather: bool = False
    weather: list[dict[str, Any]] = field(default_factory=list)
    words: list[dict[str, Any]] = field(default_factory=list)
    """What it says on every line as that opens."""
    plans: bool = True
    """Whether it speaks of plans; a hub of before does not."""
    reservations: list[list[dict[str, Any]]] = field(default_factory=list)
    """Every set of requests that was told, the newest last."""
    reserve: Callable[[dict[str, Any]], dict[str, Any] | None] = lambda _request: None
    """Returns the place of a request, if there is one."""
    pressure: list[float] = field(default_factory=list)
    plan_answer: dict[str, Any] | None = None
    """What it answers instead."""
    ssl: SSLContext | None = None
    power: list[dict[str, Any]] = field(default_factory=list)
    lines: set[web.WebSocketResponse] = field(default_factory=set)
    port: int = 0

    def __post_init__(self):
        self._changed = asyncio.Condition()
        self._runner = None
        self.together = PracticeEvents(self, problem)

    @property
    def address(self):
        return f"{'http' if self.ssl is None else 'https'}://127.0.0.1:{self.port}"

    def tokens(self):
        return {token: household for household, token in self.households.items()}

    def slots(self, household=None):
        return {
            (channel, start): wh for (who, channel, start), (_, wh) in self.books.items() if household in (None, who)
        }

    async def open(self):
        app = web.Application(client_max_size=1024**2)
        app.add_routes(
            [
                web.get("/healthz", self._health),
                web.post("/api/v1/join", self._join),
                web.post("/api/v1/readings", self._readings),
                web.get("/api/v1/live", self._live),
                web.get("/api/v1/me", self._me),
                web.put("/api/v1/me", self._wish),
                web.delete("/api/v1/me", self._forget),
                web.post("/api/v1/me/token", self._renew),
                web.get("/api/v1/me/export", self._export),
                web.get("/api/v1/{foreseen:forecast|peaks}", self._foreseen),
                web.put("/api/v1/weather", self._weather),
                *self.together.routes(),
                web.post("/api/v1/plan", self._plan),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True, ssl_context=self.ssl)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def close(self):
        for line in list(self.lines):
            await line.close()
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def until(self, condition):
        async with asyncio.timeout(SOON), self._changed:
            await self._changed.wait_for(condition)

    async def _tell(self):
        async with self._changed:
            self._changed.notify_all()

    async def _health(self, _request):
        answer = {"status": "ok", "name": "sceop-hub", "version": "0.1.0", "wire": 1, "community": self.community}
        told = {"now": self.clock().isoformat(), "fewest_homes": self.fewest_homes}
        return web.json_response(answer | told | self.health)

    async def _join(self, request):
        asked = await request.json()
        self.joined.append(asked)
        if self.refuse_join is not None:
            return problem(*self.refuse_join)
        if asked["code"] not in self.invites:
            return problem("invite-unknown", 404, "No such invite. Ask your coordinator for a new one.")
        household, token = self.sites.setdefault(asked["site"], f"household-{uuid4().hex}"), uuid4().hex
        self.households[household] = token
        return web.json_response({"household": household, "token": token, "community": self.community}, status=201)

    def _who(self, request):
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        self.shown.append(token)
        for household, new in list(self.renewed.items()):
            if token == new:
                self.households[household] = self.renewed.pop(household)
        return self.tokens().get(token)

    async def _me(self, request):
        if (household := self._who(request)) is None:
            return problem("unauthorized", 401, "The hub does not know this token.")
        wishes = {"nickname": None, "agreed_fewest": 15} | self.wishes.get(household, {})
        told = {"state": self.state, "fewest_homes": self.fewest_homes, "renew_token": self.renew_token}
        told["client"] = " ".join(self.client.values())
        told["weather"] = self.wants_weather
        return web.json_response({"household": household} | wishes | told)

    async def _wish(self, request):
        if (household := self._who(request)) is None:
            return problem("unauthorized", 401, "The hub does not know this token.")
        if self.refuse_wish is not None:
            return problem(*self.refuse_wish)
        asked = await request.json()
        self.client = asked.pop("client", self.client)
        if asked:
            self.wishes.setdefault(household, {}).update(asked)
        return await self._me(request)

    async def _forget(self, request):
        if (household := self._who(request)) is None:
            return problem("unauthorized", 401, "The hub does not know this token.")
        del self.households[household]
        self.books = {key: value for key, value in self.books.items() if key[0] != household}
        return web.Response(status=202)

    async def _renew(self, request):
        if (household := self._who(request)) is None:
            return problem("unauthorized", 401, "The hub does not know this token.")
        self.renewed[household], self.renew_token = uuid4().hex, False
        return web.json_response({"token": self.renewed[household]}, status=201)

    async def _export(self, request):
        if (household := self._who(request)) is None:
            return problem("unauthorized", 401, "The hub does not know this token.")
        rows = [f"{channel},{start:%Y-%m-%dT%H:%MZ},{wh}" for (channel, start), wh in self.slots(household).items()]
        return web.Response(text="\n".join(["channel,start,wh", *rows]), content_type="text/csv")

    async def _foreseen(self, request):
        if (shut := self._shut(self._who(request))) is not None:
            return shut
        answer = self.foresight.get(request.match_info["foreseen"])
        if isinstance(answer, str):
            return web.Response(text=answer, content_type="application/json")
        return ANSWERS["not here"]() if answer is None else web.json_response(answer)

    async def _weather(self, request):
        if (shut := self._shut(self._who(request))) is not None:
            return shut
        if not self.wants_weather:
            return problem("weather-not-trusted", 403, "The coordinator has not chosen this household.")
        self.weather.append(await request.json())
        await self._tell()
        return web.json_response({"stored": len(self.weather[-1]["hours"])})

    async def _plan(self, request):
        if (shut := self._shut(self._who(request))) is not None:
            return shut
        if not self.plans:
            return ANSWERS["not here"]()
        asked = (await request.json())["requests"]
        self.reservations.append(asked)
        await self._tell()
        return web.json_response(self.plan_answer or self.plan(asked))

    def plan(self, asked):
        """Return the plan for some requests, as it is answered and as it is said on the line."""
        places = [place for each in asked if (place := self.reserve(each)) is not None]
        now = self.clock()
        start = now - timedelta(minutes=now.minute % 15, seconds=now.second, microseconds=now.microsecond)
        told = {"made": now.isoformat(), "start": start.isoformat(), "step": 900}
        return told | {"places": places, "pressure": self.pressure}

    async def say(self, message):
        """Say something on every line that is open."""
        for line in list(self.lines):
            await line.send_str(message if isinstance(message, str) else json.dumps(message))

    async def _readings(self, request):
        self.requests += 1
        try:
            return await self._take(request)
        finally:
            await self._tell()

    async def _take(self, request):
        failure = self.failures.popleft() if self.failures else None
        household = self._who(request)
        if (shut := self._shut(household if failure != "unauthorized" else None)) is not None:
            return shut
        if failure == "hang up":
            request.transport.close()
            return web.Response()
        if failure in ANSWERS:
            return ANSWERS[failure]()
        blocks = (await request.json())["blocks"]
        if (refusal := self._refusal(blocks)) is not None:
            return problem(*refusal)
        stored = [self._record(household, block) for block in blocks]
        if failure == "answer lost":
            request.transport.close()
        if failure == "nonsense":
            return web.json_response({"fine": True})
        return web.json_response({"stored": sum(stored), "unchanged": 0})

    def _shut(self, household):
        if household is None:
            return problem("unauthorized", 401, "The hub does not know this token.")
        return None if self.state == "active" else problem(self.state, 403, f"This home is {self.state}.")

    def _refusal(self, blocks):
        if self.most_slots is not None and sum(len(block["wh"]) for block in blocks) > self.most_slots:
            return "too-large", 413, f"At most {self.most_slots} slots."
        objections = [sentence for block in blocks if (sentence := self.objection(block)) is not None]
        return ("invalid", 422, objections[0]) if objections else None

    def _record(self, household, block):
        start, before = datetime.fromisoformat(block["start"]), len(self.books)
        for number, wh in enumerate(block["wh"]):
            key = (household, block["channel"], start + number * SLOT)
            if block["rev"] > self.revisions.get(key, -1):
                self.books[key], self.revisions[key] = (block["quality"], wh), block["rev"]
        return len(self.books) - before

    async def _live(self, request):
        if (shut := self._shut(self._who(request))) is not None:
            return shut
        line = web.WebSocketResponse()
        await line.prepare(request)
        self.lines.add(line)
        for word in self.words:
            await line.send_json(word)
        await self._tell()
        try:
            async for message in line:
                if message.type is WSMsgType.TEXT:
                    self.power.append(json.loads(message.data))
                    await self._tell()
        finally:
            self.lines.discard(line)
            await self._tell()
        return line


def problem(slug, status, sentence):
    return web.Response(
        text=json.dumps({"type": f"urn:sceop:problem:{slug}", "title": slug, "status": status, "detail": sentence}),
        status=status,
        content_type="application/problem+json",
    )


ANSWERS = {
    "busy": lambda: problem("busy", 503, "Come back later."),
    "full": lambda: problem("storage", 507, "The disk is full."),
    "clock": lambda: problem("clock", 422, "It is 10:00 here."),
    "broken": lambda: web.Response(text="<html>Bad Gateway</html>", status=502),
    "captive portal": lambda: web.Response(text="<html>Log in</html>", status=403),
    "not here": lambda: problem("not-found", 404, "There is nothing at this address."),
    "no way through": lambda: problem("forbidden", 403, "Not for you."),
    "of another tongue": lambda: web.json_response({"type": "invalid", "detail": "What?"}, status=400),
    "other method": lambda: web.Response(text="405: Method Not Allowed", status=405),
    "proxy's login": lambda: web.Response(text="<html>Log in</html>", status=401),
    "proxy's limit": lambda: web.Response(text="<html>Too large</html>", status=413),
    "elsewhere": lambda: web.json_response({"stored": 1, "unchanged": 0}, status=302, headers={"Location": "/x"}),
    "page": lambda: web.Response(text="<html>Welcome to this router</html>"),
}
