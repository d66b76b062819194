"""The part of a practice hub in which homes act together: events, answers, challenges, points and rewards."""

from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

HOUR = timedelta(hours=1)


def wire(at):
    return at.isoformat().replace("+00:00", "Z")


class PracticeEvents:
    """What it has to say; a hub of before has none of this, and says so."""

    def __init__(self, hub, problem):
        self._hub, self._problem = hub, problem
        self.plays = False
        self.events: dict[str, dict[str, Any]] = {}
        self.answers: list[tuple[str, str, str]] = []
        """Every answer that came, also again."""
        self.nonsense: dict[str, Any] = {}
        """What it answers instead, by the last part of the path."""
        self.audits: dict[str, dict[str, Any]] = {}
        self.standing = {
            "points": 120,
            "rank": 3,
            "of": 20,
            "streak": 4,
            "badges": [{"id": "first_event", "earned": "2026-06-01T18:00:00Z"}],
            "level": {"number": 2, "points": 640, "next": 1000, "title": None},
            "balance": 80,
            "why_not": None,
            "cheers": [],
        }
        self.challenges: dict[str, dict[str, Any]] = {}
        self.board = {
            "made": "2026-06-10T06:00:00Z",
            "since": "2026-01-01T00:00:00Z",
            "rows": [
                {"rank": 1, "name": "Otter", "points": 300, "badges": ["planner"], "me": False},
                {"rank": 3, "name": "Heron", "points": 120, "badges": [], "me": True},
            ],
            "groups": [],
            "league": [],
            "unranked": 4,
            "why_not": None,
        }
        self.rewards = [
            {
                "id": "tree1",
                "kind": "tree",
                "title": "A tree",
                "text": "In the park.",
                "cost": 50,
                "left": 3,
                "start": "2026-06-01T00:00:00Z",
                "end": None,
            }
        ]
        self.redeemed: dict[str, str] = {}
        """By request, the reward; the same request counts once."""
        self.requests: list[str] = []
        self.on_board: bool | None = None
        self.lose_answers = 0
        """How many answers get lost after the hub did what was asked."""

    def routes(self):
        return [
            web.get("/api/v1/events", self._events),
            web.put("/api/v1/events/{id}/answer", self._answer),
            web.get("/api/v1/events/{id}/savings", self._savings),
            web.get("/api/v1/game", self._told("game", lambda: self.standing)),
            web.get(
                "/api/v1/challenges",
                self._told("challenges", lambda: {"challenges": list(self.challenges.values())}),
            ),
            web.post("/api/v1/challenges/{id}/join", self._join),
            web.delete("/api/v1/challenges/{id}/join", self._join),
            web.get("/api/v1/leaderboard", self._told("leaderboard", lambda: self.board)),
            web.get("/api/v1/rewards", self._told("rewards", lambda: {"rewards": self.rewards})),
            web.post("/api/v1/rewards/{id}/redeem", self._redeem),
            web.put("/api/v1/me/board", self._show),
        ]

    def plan(self, name="e1", *, start, end=None, **kinds):
        """Announce an event."""
        self.plays = True
        now = self._hub.clock()
        self.events[name] = {
            "id": name,
            "start": wire(start),
            "end": wire(end or start + 2 * HOUR),
            "announced": wire(min(now, start)),
            "state": "announced",
            "severity": "serious",
            "target_percent": 20,
            "answer": None,
            "by": None,
            "joined": None,
            "savings": None,
        } | kinds
        return self.events[name]

    def challenge(self, name="c1", **kinds):
        """Begin a challenge."""
        self.plays = True
        self.challenges[name] = {
            "id": name,
            "kind": "save_together",
            "title": "Five percent in June",
            "text": "All of us.",
            "start": "2026-06-01T00:00:00Z",
            "end": "2026-07-01T00:00:00Z",
            "state": "running",
            "scope": "community",
            "goal": 5,
            "unit": "percent",
            "progress": 2.0,
            "joined": True,
            "mine": None,
        } | kinds
        return self.challenges[name]

    async def tell(self, name="e1", **change):
        """Say on the line how an event stands now."""
        self.events[name].update(change)
        await self._hub.say({"type": "event", **self.events[name]})

    def settle(self, *, low=200, mid=800, high=1400, call="saved", revision=0, final=False):
        return {
            "state": "settled",
            "savings": {
                "low_wh": low,
                "mid_wh": mid,
                "high_wh": high,
                "percent": 21.5,
                "call": call,
                "revision": revision,
                "final": final,
            },
        }

    def _shut(self, request):
        if (shut := self._hub._shut(self._hub._who(request))) is not None:
            return shut
        if not self.plays:
            return self._problem("not-found", 404, "There is nothing at this address.")
        if self._hub.failures:
            from tests.household.practice_hub import ANSWERS  # noqa: PLC0415 - it is made of this module

            return ANSWERS[self._hub.failures.popleft()]()
        return None

    def _told(self, name, answer):
        async def tell(request):
            if (shut := self._shut(request)) is not None:
                return shut
            return web.json_response(self.nonsense.get(name, answer()))

        return tell

    async def _events(self, request):
        return await self._told("events", lambda: {"events": list(self.events.values())})(request)

    async def _answer(self, request):
        if (shut := self._shut(request)) is not None:
            return shut
        name, asked = request.match_info["id"], await request.json()
        if name not in self.events:
            return self._problem("event-unknown", 404, "There is no such event.")
        self.answers.append((name, asked["answer"], asked["by"]))
        event = self.events[name]
        try:
            if event["state"] == "cancelled":
                return self._problem("event-over", 409, "The event was called off, so it needs no answer any more.")
            if self._hub.clock() >= datetime.fromisoformat(event["end"]):
                return self._problem("event-over", 409, "The event is over, so it takes no answer any more.")
            event.update(answer=asked["answer"], by=asked["by"])
            if self.lose_answers:
                self.lose_answers -= 1
                return web.Response(status=502)
            return web.json_response(event)
        finally:
            await self._hub._tell()

    async def _savings(self, request):
        if (shut := self._shut(request)) is not None:
            return shut
        audit = self.audits.get(request.match_info["id"])
        return self._problem("not-settled", 404, "It is not known yet.") if audit is None else web.json_response(audit)

    async def _join(self, request):
        if (shut := self._shut(request)) is not None:
            return shut
        if (challenge := self.challenges.get(request.match_info["id"])) is None:
            return self._problem("challenge-unknown", 404, "There is no such challenge.")
        challenge["joined"] = request.method == "POST"
        return web.json_response(challenge)

    async def _redeem(self, request):
        if (shut := self._shut(request)) is not None:
            return shut
        asked = (await request.json())["request"]
        self.requests.append(asked)
        reward = next(each for each in self.rewards if each["id"] == request.match_info["id"])
        if asked not in self.redeemed:
            if self.standing["balance"] < reward["cost"]:
                return self._problem("too-few-points", 409, "This reward costs more points than you have.")
            self.redeemed[asked] = reward["id"]
            self.standing["balance"] -= reward["cost"]
        if self.lose_answers:
            self.lose_answers -= 1
            return web.Response(status=502)
        return web.json_response({"state": "asked", "balance": self.standing["balance"]})

    async def _show(self, request):
        if (shut := self._shut(request)) is not None:
            return shut
        self.on_board = (await request.json())["on"]
        return web.json_response({"on": self.on_board})
