"""A real hub on a real socket, a clock that tests set, and members that speak the wire."""

import asyncio
import json
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from aiohttp import ClientSession, web

from sceop_hub.app import build
from sceop_hub.core.slots import SLOT, Span
from sceop_hub.domain.invites import DEFAULT_LIFE
from sceop_hub.hub import HUB, Hub
from sceop_hub.settings import Settings
from sceop_hub.store import figures as books_of_figures, invites

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
INVITE = "TEST-CODE"


@dataclass
class Clock:
    """The hub's clock, which stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self):
        return self.now

    def pass_by(self, **time):
        self.now += timedelta(**time)


@dataclass
class Rounds:
    """The hub's looks at the clock. One that is under way when a test moves the clock may see it before and after."""

    ended: dict[asyncio.Task, int] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def pause(self):
        async with self._news:
            task = asyncio.current_task()
            self.ended[task] = self.ended.get(task, 0) + 1
            self._news.notify_all()
        await asyncio.sleep(0.005)

    async def a_whole_one(self):
        """Wait until every one who looks has done so from beginning to end."""
        async with asyncio.timeout(50), self._news:
            enough = {task: ended + 2 for task, ended in self.ended.items()}
            await self._news.wait_for(lambda: all(self.ended[task] >= ended for task, ended in enough.items()))


@dataclass(frozen=True)
class Answer:
    status: int
    body: dict

    @property
    def problem(self):
        return self.body["type"].removeprefix("urn:sceop:problem:")

    @property
    def detail(self):
        return self.body["detail"]


@dataclass
class RunningHub:
    """What a test holds of a hub: the way in from outside, and the books to look at."""

    url: str
    session: ClientSession
    clock: Clock
    app: web.Application
    rounds: Rounds

    @property
    def hub(self) -> Hub:
        return self.app[HUB]

    async def invite(self, code=INVITE, uses=1000, life=DEFAULT_LIFE):
        new = invites.NewInvite(code, uses, life)
        await self.hub.store.write(lambda books: invites.add(books, new, self.clock()))

    async def post(self, path, body, token=None, **more) -> Answer:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.session.post(path, json=body, headers=headers, **more) as answer:
            return Answer(answer.status, await answer.json(content_type=None))

    async def submit(self, path, fields=(), **headers):
        """Send a form as a page of the hub does; return the status and where the browser is sent, or the text."""
        async with self.session.get("/", headers=headers) as page:
            token = re.search("X-CSRF-Token&?[^0-9a-f]+([0-9a-f]{64})", await page.text())
        assert token, page.status
        fields = [("csrf", token[1]), *dict(fields).items()]
        async with self.session.post(path, data=fields, headers=headers, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location") or await answer.text()

    async def get(self, path, **headers) -> Answer:
        async with self.session.get(path, headers=headers) as answer:
            return Answer(answer.status, await answer.json(content_type=None))

    async def ask_to_join(self, **said) -> Answer:
        return await self.post("/api/v1/join", join_request(**said))

    async def join(self, **said) -> str:
        answer = await self.ask_to_join(**said)
        assert answer.status == 201, answer
        return answer.body["token"]

    async def send(self, token, *blocks) -> Answer:
        return await self.post("/api/v1/readings", {"blocks": list(blocks)}, token)

    async def slots(self, household: int, channel: str) -> dict[int, int]:
        query = (
            "SELECT slot, wh FROM reading JOIN channel ON channel.id = reading.channel WHERE household = ? AND name = ?"
        )
        return await self.hub.store.read(lambda books: dict(books.execute(query, (household, channel)).fetchall()))

    @asynccontextmanager
    async def live(self, token):
        async with self.session.ws_connect("/api/v1/live", headers={"Authorization": f"Bearer {token}"}) as socket:
            yield socket

    @asynccontextmanager
    async def drawing(self, token, watts):
        """Stay connected, having told a power that the hub has heard: it answers in order, and to nonsense at once."""
        async with self.live(token) as socket:
            await socket.send_json({"type": "power", "at": "2026-11-20T12:00:00Z", "w": watts})
            await socket.send_str("heard?")
            assert (await socket.receive_json())["type"] == "problem"
            yield socket

    async def publish(self):
        """Begin to publish, as an owner does with a click, and wait until all of the past is published."""
        await self.hub.begin_publishing("test")
        await self.settled()

    async def settled(self):
        """Wait until the hub has looked at every slot that may be published by now."""
        async with asyncio.timeout(50):
            await self.rounds.a_whole_one()
            while self.hub.publishing.behind:
                await self.rounds.a_whole_one()

    async def published(self, start: datetime, slots: int):
        """Return what was published of the community, slot by slot from this one on."""
        span = Span(start, start + SLOT * slots)
        return list((await self.hub.store.read(lambda books: books_of_figures.curve(books, 0, span))).values())

    async def figures(self) -> dict:
        """Return the first figures that pages are told after the next ten seconds have passed."""
        self.clock.pass_by(seconds=10)
        await self.rounds.a_whole_one()
        at = self.clock().strftime("%Y-%m-%dT%H:%M:%SZ")
        async with asyncio.timeout(50), self.session.get("/now/events") as stream:
            async for line in stream.content:
                if line.startswith(b"data: ") and (found := json.loads(line[6:]))["at"] == at:
                    return found
        raise AssertionError("the stream ended")


def join_request(**said) -> dict:
    return {
        "code": INVITE,
        "request": uuid.uuid4().hex,
        "name": "Home",
        "kind": "home",
        "time_zone": "Europe/Amsterdam",
        "client": {"name": "test", "version": "1"},
    } | said


def block(channel="grid_import", start="2026-11-20T10:00:00Z", wh: Sequence[int | None] = (12, 13), **more) -> dict:
    return {"channel": channel, "start": start, "step": 900, "rev": 0, "quality": "measured", "wh": list(wh)} | more


def settings(data: Path, **more) -> Settings:
    given: Mapping = {
        "data": data,
        "host": "127.0.0.1",
        "port": 0,
        "community": "Test community",
        "zone": ZoneInfo("Europe/Amsterdam"),
        "log_level": "info",
        "ingress_from": frozenset(),
        "local_owner": True,
    }
    return Settings(**(given | more))


@asynccontextmanager
async def running(
    told: Settings, clock: Clock | None = None, change: Callable[[web.Application], None] | None = None, **more
):
    """Run a hub; `change` may change the application before it starts."""
    clock = clock or Clock()
    rounds = Rounds()
    app = build(told, clock, rounds.pause, **more)
    if change is not None:
        change(app)
    runner = web.AppRunner(app, shutdown_timeout=1)
    await runner.setup()
    try:
        site = web.TCPSite(runner, told.host, told.port)
        await site.start()
        url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with ClientSession(url) as session:
            hub = RunningHub(url, session, clock, app, rounds)
            yield hub
    finally:
        await runner.cleanup()
