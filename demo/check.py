"""The check: ask the running demo over HTTP what a visitor would see, and compare it with what the books hold."""

import asyncio
import json
import re
import sqlite3
from collections.abc import AsyncIterator, Callable
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any

from aiohttp import ClientError, ClientSession

from sceop_hub.core.channels import CONSUMPTION, FLOWS, consumption
from sceop_hub.core.slots import to_number
from sceop_hub.domain import privacy
from sceop_hub.domain.forecast.kept import MIDNIGHTS
from sceop_hub.store import figures, forecasts, weather

from . import check_home, community, coordinator, site
from .books import books_of, past_of_the_home, runs
from .check_home import Wrong
from .processes import POLL_S
from .running import Running
from .state import Demo, Refused

PATIENCE_S = 90
"""The past is published day by day, and the home in Home Assistant sends its own in blocks."""

PATIENCE_FOR_FORECASTS_S = 300
"""The forecasts of the last midnights are made one after the other, in the time that the others leave."""

PATIENCE_FOR_ALERTS_S = 240
"""Once a minute days are summed up, and once a minute alerts are looked for."""

NOTHING_SETTLED_WITHIN = timedelta(minutes=25)
"""Of a day's begin: a quarter of an hour, and the moments until everybody has sent it."""

DAYS_FOR_A_FAULT = 3
"""The last of them is then over as a whole, at whatever hour the demo began."""

HOMES_FOR_A_FAULT = 2
"""A home without a roof is then among them: at night one with a battery may take nothing, and nothing is no fault."""

HOMES_FOR_STREETS = 40
"""As the demo has without --households: each street then holds 15 homes of which none is too large for its sum."""


async def faults(run: Running, say: Callable[[str], None]) -> AsyncIterator[str]:
    """Examine everything; give a sentence for each fault."""
    for examine in (
        _hub_counts_members,
        _power_is_renewed,
        _history_is_whole,
        _sums_agree,
        _costs_are_told,
        _streets_are_compared,
        _home_lives,
        _forecasts_are_made,
        check_home.home_thinks_ahead,
        check_home.energy_page_expects_sun,
        check_home.calendar_has_tomorrow,
        check_home.phone_is_warned,
        check_home.pump_is_found,
        _frozen_meter_is_told,
    ):
        what = (examine.__doc__ or "").rstrip(".")
        patience_s = PATIENCE_OF.get(examine, PATIENCE_S)
        try:
            async with asyncio.timeout(patience_s):
                say(f"    {what}: {await examine(run)}")
        except (Wrong, Refused, ClientError, sqlite3.Error) as error:
            yield f"{what}: {error}"
        except TimeoutError:
            yield f"{what}: not within {patience_s} seconds"


async def _hub_counts_members(run: Running) -> str:
    """Count the members on the hub's page, all of them reporting."""
    async with run.session.get(f"{run.demo.hub_url}/") as answer:
        page = await answer.text()
        if not answer.ok or 'data-testid="members"' not in page:
            raise Wrong(f"the page answers with {answer.status} and shows no members")
    async for now in events(run.session, run.demo):
        counted = now["members"]
        if counted["reporting"] == run.demo.members:
            break
    if counted["homes"] + counted["organisations"] != run.demo.members or counted["organisations"] != 1:
        raise Wrong(f"it says {counted} instead of {run.demo.members} members, one of them an organisation")
    return f"{counted['homes']} homes and an office"


async def _power_is_renewed(run: Running) -> str:
    """See the community's power renewed by itself."""
    told: dict[str, int] = {}
    async for now in events(run.session, run.demo):
        homes = now["homes"]
        if not homes["shown"] and run.demo.households < privacy.FEWEST_HOMES:
            return f"not shown, and the page says why: {homes['needed']} more homes are needed"
        # A minute's mean, rounded to a hundredth: in a quiet hour it may well stay what it is.
        power = homes["power_w"].get(CONSUMPTION) or homes["power_w"].get("grid_import")
        if power is not None:
            told[now["at"]] = power
        if len(told) > 1:
            break
    return ", then ".join(f"{power} W at {at}" for at, power in told.items())


async def _history_is_whole(run: Running) -> str:
    """Find every member's history in the hub, without a gap and up to the slot that it knows to be there."""
    known = community.acknowledged(run.demo)
    if known is None:
        raise Wrong("the simulator remembers nothing")
    with closing(books_of(run.demo)) as books:
        for name, until in known.until.items():
            wanted = range(to_number(known.since), to_number(until))
            held = runs(books, name)
            if not held or any(slots.start > wanted.start or slots.stop < wanted.stop for slots in held):
                raise Wrong(f"{name} should have slots {wanted} in every channel, but has {held}")
    home = await past_of_the_home(run.demo)
    days = home / timedelta(days=1)
    return f"{len(known.until)} simulated members with {run.demo.days} days, and {days:.0f} days of {site.NAME}"


async def _sums_agree(run: Running) -> str:
    """Compare the sums that the page shows for today with the books."""
    today = await measured(run.session, run.demo)
    if not any(today["reported"]):
        return "no slot of this day is settled yet"
    compared = 0
    with closing(books_of(run.demo)) as books:
        homes = group_of(books).homes
        for number, instant in enumerate(today["slots"]):
            flows = whole_homes(books, homes, to_number(datetime.fromisoformat(instant)))
            if not flows or today["reported"][number] != len(flows):
                continue
            for figure, curve in today["homes_wh"].items():
                if curve is not None and curve[number] is not None:
                    booked = summed(figure, flows)
                    if curve[number] != booked:
                        raise Wrong(f"{figure} at {instant}: the page shows {curve[number]} Wh, the books {booked} Wh")
                    compared += 1
    if not compared and today["shown"]:
        raise Wrong("not one slot could be compared")
    return f"{compared} sums compared"


async def _costs_are_told(run: Running) -> str:
    """See what today costs and emits, as the coordinator priced it."""
    day = await measured(run.session, run.demo)
    if not any(day["reported"]):
        return "no slot of this day is settled or shown yet"
    async for now in events(run.session, run.demo):
        today = now["today"]
        if today and today["cost"] is not None and today["carbon_g"] is not None:
            break
    return f"{today['cost']} {today['currency']} and {today['carbon_g']} g"


async def _streets_are_compared(run: Running) -> str:
    """Find the streets beside the whole community."""
    async with run.session.get(f"{run.demo.hub_url}/patterns/data") as answer:
        answer.raise_for_status()
        circles = [circle["name"] for circle in (await answer.json())["circles"]]
    if run.demo.households < HOMES_FOR_STREETS:
        return f"{len(circles)} sums, as streets of so few homes may not be shown"
    if not set(coordinator.TEAMS) <= set(circles):
        raise Wrong(f"there are {circles} instead of {', '.join(coordinator.TEAMS)}")
    return " and ".join(coordinator.TEAMS)


async def _home_lives(run: Running) -> str:
    """See the home's entities in Home Assistant, and its figures move."""
    mine = await site.entities(run.api)
    first = await run.api.states()
    dead = sorted(entity for entity in mine.values() if first.get(entity) in {None, "unavailable"})
    if dead or not mine:
        raise Wrong(f"unavailable: {', '.join(dead)}" if dead else "there is none")
    figures = [entity for shows, entity in mine.items() if shows.endswith(("_power", "_energy"))]
    while True:
        now = await run.api.states()
        if moved := sorted(entity for entity in figures if now.get(entity) != first[entity]):
            return f"{len(mine)} entities, of which {', '.join(moved)} moved first"
        await asyncio.sleep(POLL_S)


async def _forecasts_are_made(run: Running) -> str:
    """Read what the community will do, made of published sums, beside the last midnights made afterwards."""
    demo = run.demo
    wanted = min(MIDNIGHTS, demo.days - 1)
    if demo.households < privacy.FEWEST_HOMES or wanted < 1:
        return "none, as too little is published"
    while True:
        told = await _asked(run, "forecast")
        with closing(books_of(demo)) as books:
            scored = forecasts.state(books)
            nights = books.execute("SELECT COUNT(*) FROM forecast WHERE midnight").fetchone()[0]
        if scored is not None and scored.reason == "unpublished":
            return "none, as of so few homes neither consumption nor what is fed in may be shown"
        if told["figures"] and scored is not None:
            break
        await asyncio.sleep(POLL_S)
    with closing(books_of(demo)) as books:
        if not weather.expects(books, datetime.now(UTC)):
            raise Wrong("nobody has told the hub the weather")
    if any(None in figure["mid"] for figure in told["figures"].values()) or nights < wanted:
        raise Wrong(f"{nights} midnights instead of {wanted}, or a forecast with gaps")
    windows = (await _asked(run, "peaks"))["windows"]
    errors = {figure: lately.model.nmae for figure, lately in scored.lately.items()}
    off = ", ".join(f"{figure} off by {error:.0%}" for figure, error in errors.items() if error is not None)
    figures = ", ".join(told["figures"])
    return f"{figures}, with the weather; {nights} midnights, {off or 'none scored'}; {len(windows)} peak windows"


async def _frozen_meter_is_told(run: Running) -> str:
    """Read on the hub's page Alerts whose meter has frozen."""
    known = community.acknowledged(run.demo)
    if known is None or known.frozen is None:
        raise Wrong("the simulator froze no meter")
    if run.demo.households < HOMES_FOR_A_FAULT or run.demo.days < DAYS_FOR_A_FAULT:
        return "nobody's yet, as this community is too small or too young"
    name = f"{community.NAME} {run.demo.households}"
    while True:
        async with run.session.get(f"{run.demo.hub_url}/alerts") as answer:
            answer.raise_for_status()
            alerts = re.findall(r'data-kind="broken".*?</h3>', await answer.text(), re.DOTALL)
        if told := [" ".join(re.sub(r"<[^>]+>", " ", alert.partition(">")[2]).split()) for alert in alerts]:
            break
        await asyncio.sleep(POLL_S)
    if len(told) > 1 or name not in told[0]:
        raise Wrong(f"instead of {name} alone it tells: {'; '.join(told)}")
    return told[0]


PATIENCE_OF = {_forecasts_are_made: PATIENCE_FOR_FORECASTS_S, _frozen_meter_is_told: PATIENCE_FOR_ALERTS_S}


async def _asked(run: Running, what: str) -> dict[str, Any]:
    async with run.session.get(f"{run.demo.hub_url}/api/v1/{what}") as answer:
        answer.raise_for_status()
        told: dict[str, Any] = await answer.json()
        return told


async def events(session: ClientSession, demo: Demo) -> AsyncIterator[dict[str, Any]]:
    """Follow what the hub tells its open pages."""
    async with session.get(f"{demo.hub_url}/now/events") as answer:
        answer.raise_for_status()
        async for line in answer.content:
            if line.startswith(b"data: "):
                yield json.loads(line.removeprefix(b"data: "))


async def measured(session: ClientSession, demo: Demo) -> dict[str, Any]:
    """Return the day's curve once it is published as far as it has settled."""
    while True:
        async with session.get(f"{demo.hub_url}/now/today") as answer:
            answer.raise_for_status()
            today: dict[str, Any] = await answer.json()
        if today and today["published"]:
            began = datetime.fromisoformat(today["slots"][0])
            young = datetime.now(UTC) - began < NOTHING_SETTLED_WITHIN
            if any(today["reported"]) or young or demo.households < privacy.FEWEST_HOMES:
                return today
        await asyncio.sleep(POLL_S)


def group_of(books: sqlite3.Connection) -> privacy.Group:
    """Return who stands behind the figures, as the hub decided it: the sums are what is checked."""
    return figures.standings(books)[-1].group


def whole_homes(books: sqlite3.Connection, homes: frozenset[int], slot: int) -> list[dict[str, int]]:
    """Return the flows of every home that knows all of its flows in this slot."""
    found: dict[int, dict[str, int | None]] = {}
    for home, flow, wh in books.execute(
        "SELECT household, name, wh FROM channel LEFT JOIN reading ON reading.channel = channel.id AND slot = ?",
        (slot,),
    ):
        if home in homes and flow in FLOWS:
            found.setdefault(home, {})[flow] = wh
    return [flows for flows in found.values() if None not in flows.values()]  # type: ignore[misc]  # just ruled out


def summed(figure: str, homes: list[dict[str, int]]) -> int:
    """Add a figure up over homes."""
    if figure == CONSUMPTION:
        return sum(consumption(flows) or 0 for flows in homes)
    return sum(flows.get(figure, 0) for flows in homes)
