"""The path of one peak event, in real time: predicted, announced, asked on the phone, joined, run, measured, told."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from aiohttp import ClientError

from sceop_hub.core.slots import SLOT, slot_of
from sceop_hub.store import forecasts

from . import community, coordinator, homeassistant, site
from .books import books_of
from .check_home import Wrong
from .processes import POLL_S
from .running import Running
from .state import Refused

ZONE = ZoneInfo(community.ZONE)
NOTICE = timedelta(minutes=3)
"""At least so long before its slot the event is announced, or the next slot is taken: people need a minute."""

SAVED_WITHIN = timedelta(minutes=15)
"""Of the end."""

PATIENCE = timedelta(minutes=7)
"""With what follows at once: a home asks its hub for events within five minutes of its start."""

LIMIT_SHARE = 0.5
"""Of what is expected in the next slot, the limit is set to so much: then a peak is predicted, whatever the hour."""

LOAD = homeassistant.LOAD
TARGET = "20"
NEEDED = {"peak_event", "next_event", "points", "rank"}


@dataclass(slots=True)
class Path:
    """What one event came to, step by step."""

    run: Running
    say: Callable[[str], None]
    mine: dict[str, str] = field(default_factory=dict)
    event: dict[str, Any] = field(default_factory=dict)
    start: datetime = field(default_factory=lambda: datetime.now(UTC))
    end: datetime = field(default_factory=lambda: datetime.now(UTC))


async def faults(run: Running, say: Callable[[str], None]) -> AsyncIterator[str]:
    """Walk the path; give a sentence for the step that failed, after which no other can be judged."""
    path = Path(run, say)
    for step in STEPS:
        what = (step.__doc__ or "").rstrip(".")
        until = datetime.now(UTC) + PATIENCE
        if step in AFTER_THE_START:
            until = path.start + PATIENCE
        if step in AFTER_THE_END:
            until = path.end + SAVED_WITHIN
        try:
            async with asyncio.timeout(max((until - datetime.now(UTC)).total_seconds(), 1)):
                say(f"    {datetime.now(ZONE):%H:%M:%S} {what}: {await step(path)}")
        except (Wrong, Refused, ClientError) as error:
            yield f"{what}: {error}"
            return
        except TimeoutError:
            yield f"{what}: not before {until.astimezone(ZONE):%H:%M:%S}"
            return


async def _home_is_ready(path: Path) -> str:
    """Let the plan act, load the dishwasher, and stand on the board."""
    api = path.run.api
    (home,) = await site.sites(api)
    while not path.mine.keys() >= NEEDED:  # which come once the hub was heard to have events
        path.mine = await site.entities(api)
        await asyncio.sleep(1)
    await site.automate(api, homeassistant.BLUEPRINT, LOAD)
    states = await api.states()
    for switch in (each for each in states if each.startswith("switch.") and each.endswith("_plan_may_act")):
        await api.post("/api/services/switch/turn_on", {"entity_id": switch})
    await api.post("/api/services/input_boolean/turn_on", {"entity_id": LOAD})
    await api.post("/api/services/button/press", {"entity_id": "button.dishwasher_start_when_best"})
    await site.choose(api, home, "together", {"joining": "ask", "on_board": True})
    while True:
        planned = (await api.states())["sensor.dishwasher_next_start"]
        if planned not in {"unknown", "unavailable"}:
            return f"the dishwasher is to start at {_clock(planned)}, and {LOAD} is on"
        await asyncio.sleep(POLL_S)


async def _peak_is_predicted(path: Path) -> str:
    """Predict a peak in the next slot."""
    path.start = slot_of(datetime.now(UTC) + NOTICE) + SLOT
    path.end = path.start + SLOT
    with closing(books_of(path.run.demo)) as books:
        newest = forecasts.latest(books, datetime.now(UTC))
    if newest is None or newest.peaks.figure is None:
        raise Wrong("the hub made no forecast")
    curve = newest.figures[newest.peaks.figure].mid
    expected_w = 4 * (curve[(path.start - newest.start) // SLOT] or 0)
    limit_w = max(round(LIMIT_SHARE * expected_w), 1)
    pages = await coordinator.Pages.of(path.run.session, path.run.demo)
    await pages.send("/settings/forecast", coordinator.HOLIDAYS | {"peak_limit_w": f"{limit_w / 1000:.3f}"})
    while True:
        if (window := await _window_at(path)) is not None:
            return f"{window['power_w']} W over {limit_w} W, with a probability of {window['probability']:.0%}"
        await asyncio.sleep(1)


async def _window_at(path: Path) -> dict[str, Any] | None:
    async with path.run.session.get(f"{path.run.demo.hub_url}/api/v1/peaks") as answer:
        answer.raise_for_status()
        windows = (await answer.json())["windows"]
    holds = (
        each
        for each in windows
        if datetime.fromisoformat(each["start"]) <= path.start < datetime.fromisoformat(each["end"])
    )
    return next(holds, None)


async def _event_is_announced(path: Path) -> str:
    """Make an event of one slot of it."""
    local = [edge.astimezone(ZONE) for edge in (path.start, path.end)]
    pages = await coordinator.Pages.of(path.run.session, path.run.demo)
    begin, finish = (f"{each:%H:%M}" for each in local)
    fields = {"day": f"{local[0]:%Y-%m-%d}", "begin": begin, "finish": finish, "target_percent": TARGET}
    await pages.send("/events", {**fields, "severity": "serious", "text": ""})
    path.event = await _told(path, lambda each: datetime.fromisoformat(each["start"]) == path.start)
    return f"from {begin} to {finish}, {TARGET}% less"


async def _phone_is_asked(path: Path) -> str:
    """Ask on the phone, and press Join there."""
    note = await path.run.phone.sees(lambda each: str(each.get("title", "")).startswith("Join in"))
    await path.run.phone.press(note, "Join")
    path.event = await _told(path, lambda each: _is_same(path, each) and each["answer"] == "yes")
    if path.event["by"] != "notification":
        raise Wrong(f"it was answered by {path.event['by']}")
    return str(note["message"])


async def _plan_makes_room(path: Path) -> str:
    """Plan around the event."""
    while True:
        state = await path.run.api.get("/api/states/sensor.dishwasher_next_start")
        begin, finish = state["state"], state["attributes"].get("end")
        if finish and not (datetime.fromisoformat(begin) < path.end and path.start < datetime.fromisoformat(finish)):
            return f"the dishwasher is to run from {_clock(begin)} to {_clock(finish)}: {state['attributes']['why']}"
        await asyncio.sleep(POLL_S)


async def _blueprint_acts(path: Path) -> str:
    """Turn the load off at the beginning, by the blueprint."""
    await _until(path, "on", path.mine["peak_event"])
    await _until(path, "off", LOAD)
    return f"{LOAD} is off"


async def _blueprint_restores(path: Path) -> str:
    """Turn the load on again at the end."""
    await _until(path, "off", path.mine["peak_event"])
    await _until(path, "on", LOAD)
    return f"{LOAD} is on"


async def _savings_are_told(path: Path) -> str:
    """Tell the home what it saved."""
    told = await _told(path, lambda each: _is_same(path, each) and each["savings"] is not None)
    saved = told["savings"]
    if saved["mid_wh"] is None:
        return f"no call, as {saved['why']}; {told['joined']} joined"
    called = f"between {saved['low_wh']} and {saved['high_wh']} Wh, called {saved['call']}"
    return f"{saved['mid_wh']} Wh, {called}; {told['joined']} joined"


async def _points_are_told(path: Path) -> str:
    """Show points and rank as sensors."""
    while True:
        states = await path.run.api.states()
        points, rank = (states[path.mine[each]] for each in ("points", "rank"))
        if points not in {"unknown", "unavailable"} and rank not in {"unknown", "unavailable"}:
            return f"{points} points, rank {rank}"
        await asyncio.sleep(1)


async def _board_shows_it(path: Path) -> str:
    """Find the home on the leaderboard, and the event with its savings on the hub's page."""
    (home,) = await site.sites(path.run.api)
    service = "/api/services/sceop/get_leaderboard?return_response"
    while True:
        told = (await path.run.api.post(service, {"config_entry_id": home}))["service_response"]
        if mine := [row for row in told["rows"] if row["me"]]:
            break
        await asyncio.sleep(5)
    async with path.run.session.get(f"{path.run.demo.hub_url}/events/{quote(path.event['event'])}") as answer:
        page = await answer.text()
    if not answer.ok:
        raise Wrong(f"the event's page answers with {answer.status}")
    kwh = re.search(r"-?[\d.]+\s*kWh", page)
    return f"{mine[0]['name']} with {mine[0]['points']} points; the page says {kwh[0] if kwh else 'no call'}"


STEPS = (
    _home_is_ready,
    _peak_is_predicted,
    _event_is_announced,
    _phone_is_asked,
    _plan_makes_room,
    _blueprint_acts,
    _blueprint_restores,
    _savings_are_told,
    _points_are_told,
    _board_shows_it,
)
AFTER_THE_START = (_blueprint_acts,)
AFTER_THE_END = (_blueprint_restores, _savings_are_told, _points_are_told, _board_shows_it)


async def _told(path: Path, holds: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
    """Return an event as the home tells it, once one is so."""
    (home,) = await site.sites(path.run.api)
    while True:
        service = "/api/services/sceop/get_events?return_response"
        told = (await path.run.api.post(service, {"config_entry_id": home}))["service_response"]
        found: dict[str, Any] | None = next((each for each in told["events"] if holds(each)), None)
        if found is not None:
            return found
        await asyncio.sleep(1)


def _is_same(path: Path, each: dict[str, Any]) -> bool:
    return bool(each["event"] == path.event["event"])


async def _until(path: Path, wanted: str, entity: str) -> None:
    while True:
        if (await path.run.api.states()).get(entity) == wanted:
            return
        await asyncio.sleep(1)


def _clock(told: str) -> str:
    return f"{datetime.fromisoformat(told).astimezone(ZONE):%H:%M}"
