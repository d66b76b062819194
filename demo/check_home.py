"""The check of what the demo's home expects, and tells its phone."""

import asyncio
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from sceop_hub.core.channels import CONSUMPTION, PRODUCTION
from sceop_hub.core.slots import SLOT, local_midnight

from . import community, coordinator, site
from .processes import POLL_S
from .running import Running
from .visitor import Json

ZONE = ZoneInfo(community.ZONE)
NOTHING = "nothing"
"""The model of a forecast of which no past is known."""


class Wrong(Exception):
    """Something that is not as it should be, in a sentence."""


async def home_thinks_ahead(run: Running) -> str:
    """See what the home will use, produce and draw tomorrow, each with its band, and by the weather."""
    mine, told = await site.entities(run.api), []
    begin, end = (local_midnight(each, ZONE) for each in _tomorrow())
    for figure in (CONSUMPTION, PRODUCTION):
        entity = mine[f"{figure}_forecast_tomorrow"]
        state = await _state(run, entity)
        while state["attributes"].get("model", NOTHING) == NOTHING or not state["attributes"]["weather"]:
            await asyncio.sleep(POLL_S)
            state = await _state(run, entity)
        steps = state["attributes"]["curve"]
        if len(steps) != (end - begin) // SLOT:
            raise Wrong(f"{entity} has a curve of {len(steps)} quarter hours")
        if broken := [step for step in steps if not _is_band(step)]:
            raise Wrong(f"{entity} has no band at {broken[0]['start']}: {broken[0]}")
        told.append(f"{state['state']} {state['attributes']['unit_of_measurement']} of {figure}")
    peak_w, at = await _peak(run, mine)
    if not begin <= at < end:
        raise Wrong(f"tomorrow's peak comes at {at}")
    return f"{', '.join(told)}, and about {peak_w:.0f} W from the grid at the highest, {at.astimezone(ZONE):%H:%M}"


async def _peak(run: Running, mine: Mapping[str, str]) -> tuple[float, datetime]:
    """Return how high tomorrow's peak comes, and when."""
    power, at = [(await _state(run, mine[f"peak_{each}_tomorrow"]))["state"] for each in ("power", "time")]
    try:
        return float(power), datetime.fromisoformat(at)
    except ValueError as error:
        raise Wrong(f"tomorrow's peak is {power} W at {at}") from error


async def _state(run: Running, entity: str) -> Json:
    return await run.api.get(f"/api/states/{entity}")


def _tomorrow() -> tuple[date, date]:
    """Return tomorrow, and the day after."""
    today = datetime.now(ZONE).date()
    return today + timedelta(days=1), today + timedelta(days=2)


def _is_band(step: dict[str, Any]) -> bool:
    edges = [step[f"{edge}_w"] for edge in ("low", "mid", "high")]
    return None not in edges and edges == sorted(edges)


async def energy_page_expects_sun(run: Running) -> str:
    """Ask what Home Assistant's own energy page expects of the sun, as the page asks it."""
    told = await run.api.command("energy/solar_forecast")
    hours = {at: wh for each in told.values() for at, wh in each["wh_hours"].items()}
    if not any(hours.values()):
        raise Wrong(f"the energy page expects nothing of the sun in {len(hours)} hours")
    return f"{sum(hours.values()) / 1000:.1f} kWh today and tomorrow"


async def calendar_has_tomorrow(run: Running) -> str:
    """Find tomorrow's windows of the community in the home's calendar, beside what windows it has of its own."""
    calendar = (await site.entities(run.api))["peak_windows"]
    begin, end = (local_midnight(each, ZONE) for each in _tomorrow())
    path = f"/api/calendars/{calendar}?start={quote(begin.isoformat())}&end={quote(end.isoformat())}"
    while True:
        told = await run.api.get(path)
        wanted = {f"community-{start:%Y%m%dT%H%M}" for start in await _windows_of_community(run, begin, end)}
        if wanted <= {each["uid"] for each in told}:
            return ", ".join(f"{each['summary']} from {each['start']['dateTime']}" for each in told) or "none expected"
        await asyncio.sleep(POLL_S)


async def _windows_of_community(run: Running, begin: datetime, end: datetime) -> list[datetime]:
    """Return when the community's windows of a day begin, as the hub tells them."""
    async with run.session.get(f"{run.demo.hub_url}/api/v1/peaks") as answer:
        answer.raise_for_status()
        windows = (await answer.json())["windows"]
    starts = [datetime.fromisoformat(window["start"]) for window in windows]
    return [start for start in starts if begin <= start < end]


async def phone_is_warned(run: Running) -> str:
    """See on the phone, through its push channel, what the coordinator told everybody."""
    told = coordinator.WELCOME
    note = await run.phone.sees(lambda each: told["text"] in each["message"])
    event = (await site.entities(run.api))["warning"]
    if (await run.api.states())[event] == "unknown":
        raise Wrong(f"{event} heard of nothing")
    return str(note["title"])


async def pump_is_found(run: Running) -> str:
    """Find what does not stop in the home, open for an answer, and on the phone with a link to where it stands."""
    (home,) = await site.sites(run.api)
    found = await _stuck(run, home)
    lasts = datetime.fromisoformat(found["until"]) - datetime.fromisoformat(found["since"])
    if found["state"] != "open" or found["cost_a_month"] is None:
        raise Wrong(f"it is {found['state']} and costs {found['cost_a_month']}")
    note = await run.phone.sees(lambda each: each.get("title") == found["what"])
    if note["data"].get("url") != (link := f"/{site.DASHBOARD}/forecast"):
        raise Wrong(f"the notification opens {note['data'].get('url')} instead of {link}")
    buttons = ", ".join(each["title"] for each in note["data"]["actions"])
    return f"{found['power_w']} W for {lasts / timedelta(hours=1):.0f} hours, {note['message']} [{buttons}]"


async def _stuck(run: Running, home: str) -> Json:
    """Return what runs on and on, once a look has found it."""
    path = "/api/services/sceop/get_anomalies?return_response"
    while True:
        told = (await run.api.post(path, {"config_entry_id": home}))["service_response"]
        if found := [each for each in told["anomalies"] if each["kind"] == "stuck"]:
            return found[-1]
        await asyncio.sleep(POLL_S)
