"""Households: who takes part, how well they are heard, and what a coordinator decides about them. No measurements."""

import re
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from ...auth.people import PERSON
from ...core.slots import from_number, local_midnight, to_number
from ...domain.members import Kind, State
from ...domain.names import site_name
from ...domain.refusal import Refusal
from ...domain.saying import Saying
from ...hub import HUB, Hub
from ...jobs.forget import FORGETTING
from ...store import audit, members, own, teams, weather
from ...store.periods import completeness
from ...weather import trust
from ..form import number_in, sent
from ..frame import page
from ..go import see

routes = web.RouteTableDef()

HEARD_WITHIN = timedelta(hours=2)
MEASURED_DAYS = 30
LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class Row:
    """A household as the page shows it; `complete` is the share of the last days' slots that are known."""

    record: members.Record
    last_seen: datetime | None
    heard: bool
    complete: float | None
    team: str | None


@routes.get("/households")
async def households_page(request: web.Request) -> web.Response:
    """Show everybody who takes part."""
    return await _show(request)


@routes.get("/households/{household}")
async def household_page(request: web.Request) -> web.Response:
    """Show one household, and what can be decided about it."""
    hub, public_id = request.app[HUB], request.match_info["household"]
    record = await hub.store.read(lambda books: members.record(books, public_id))
    (row,) = await _rows(hub, [record])
    trusted = await hub.store.read(lambda books: weather.trusts(books, record.household.id))
    known = await hub.store.read(teams.all_)
    return page(request, "household", row=row, teams=known, days=MEASURED_DAYS, trusted=trusted)


@routes.post("/households")
async def add_by_hand(request: web.Request) -> web.StreamResponse:
    """Enter a household that has no Home Assistant."""
    hub, form = request.app[HUB], await sent(request)
    kind: Kind = "organisation" if form.text("kind") == "organisation" else "home"

    def change(books: sqlite3.Connection) -> str:
        name = site_name(form.text("name")[:LONGEST_NAME])
        made = members.add_by_hand(books, name, kind, hub.profile.zone.key, hub.clock())
        audit.note(books, hub.clock(), request[PERSON].key, "household.add", f"household:{made.public_id}", kind=kind)
        return made.public_id

    try:
        public_id = await hub.store.write(change)
    except Refusal as refusal:
        return await _show(request, refusal.saying)
    raise see(request, f"/households/{public_id}", "household_added")


@routes.post("/households/{household}/approve")
async def approve(request: web.Request) -> web.StreamResponse:
    """Let a household take part."""
    return await _decide(request, "approve", "active", among=("waiting",))


@routes.post("/households/{household}/pause")
async def pause(request: web.Request) -> web.StreamResponse:
    """Set a household aside for a while."""
    return await _decide(request, "pause", "paused", among=("active",))


@routes.post("/households/{household}/resume")
async def resume(request: web.Request) -> web.StreamResponse:
    """Let a household take part again."""
    return await _decide(request, "resume", "active", among=("paused",))


@routes.post("/households/{household}/remove")
async def remove(request: web.Request) -> web.StreamResponse:
    """End a household's membership; what it measured stays until it wants to be forgotten, or the time is over."""
    return await _decide(request, "remove", "removed", among=("waiting", "active", "paused"))


@routes.post("/households/{household}/forget")
async def forget(request: web.Request) -> web.StreamResponse:
    """Forget a household that asked for it: who it was, and all that it measured."""
    hub, public_id = request.app[HUB], request.match_info["household"]
    record = await hub.store.read(lambda books: members.record(books, public_id))
    await request.app[FORGETTING].forget(record.household, by=request[PERSON].key)
    raise see(request, "/households", "household_forgotten")


@routes.post("/households/{household}/revoke")
async def revoke(request: web.Request) -> web.StreamResponse:
    """End a household's token, because somebody else may hold it; it joins again with a new invite."""
    hub, public_id = request.app[HUB], request.match_info["household"]

    def change(books: sqlite3.Connection) -> int:
        household = members.record(books, public_id).household.id
        members.revoke_token(books, household)
        audit.note(books, hub.clock(), request[PERSON].key, "household.revoke", f"household:{public_id}")
        return household

    await hub.left(await hub.store.write(change))
    raise see(request, f"/households/{public_id}", "token_revoked")


@routes.post("/households/{household}/team")
async def assign(request: web.Request) -> web.StreamResponse:
    """Put a household into a team, or into none."""
    hub, public_id, form = request.app[HUB], request.match_info["household"], await sent(request)
    team = form.needed("team") if form.text("team") else None

    def change(books: sqlite3.Connection) -> None:
        if team is not None:
            teams.known(books, team)
        members.set_team(books, members.record(books, public_id).household.id, team)
        audit.note(books, hub.clock(), request[PERSON].key, "household.team", f"household:{public_id}", team=team)

    await hub.store.write(change)
    raise see(request, f"/households/{public_id}", "saved")


@routes.post("/households/{household}/weather")
async def believe_weather(request: web.Request) -> web.StreamResponse:
    """Take the weather that a household tells, or no longer."""
    hub, public_id, form = request.app[HUB], request.match_info["household"], await sent(request)
    record = await hub.store.read(lambda books: members.record(books, public_id))
    await trust(hub, request[PERSON].key, record.household, on=form.ticked("trusted"))
    raise see(request, f"/households/{public_id}", "saved")


@routes.post("/teams")
async def add_team(request: web.Request) -> web.StreamResponse:
    """Make a team."""
    hub, form = request.app[HUB], await sent(request)
    name, kind = " ".join(form.text("name").split()), form.text("kind")

    def change(books: sqlite3.Connection) -> None:
        team = teams.add(books, name, kind)
        audit.note(books, hub.clock(), request[PERSON].key, "team.make", f"team:{team}", name=name, kind=kind)

    try:
        await hub.store.write(change)
    except Refusal as refusal:
        return await _show(request, refusal.saying)
    raise see(request, "/households#teams", "saved")


@routes.post("/teams/{team}/rename")
async def rename_team(request: web.Request) -> web.StreamResponse:
    """Give a team another name."""
    hub, team, form = request.app[HUB], number_in(request, "team"), await sent(request)
    name = " ".join(form.text("name").split())

    def change(books: sqlite3.Connection) -> None:
        teams.rename(books, team, name)
        audit.note(books, hub.clock(), request[PERSON].key, "team.rename", f"team:{team}", name=name)

    try:
        await hub.store.write(change)
    except Refusal as refusal:
        return await _show(request, refusal.saying)
    raise see(request, "/households#teams", "saved")


@routes.post("/teams/{team}/delete")
async def delete_team(request: web.Request) -> web.StreamResponse:
    """Take a team apart; its households stay."""
    hub, team = request.app[HUB], number_in(request, "team")

    def change(books: sqlite3.Connection) -> None:
        teams.delete(books, team)
        audit.note(books, hub.clock(), request[PERSON].key, "team.delete", f"team:{team}")

    await hub.store.write(change)
    raise see(request, "/households#teams", "saved")


async def _decide(request: web.Request, action: str, state: State, among: tuple[State, ...]) -> web.StreamResponse:
    """Bring a household from one of these states into another; who was faster is not overruled."""
    hub, public_id = request.app[HUB], request.match_info["household"]

    def change(books: sqlite3.Connection) -> int | None:
        household = members.record(books, public_id).household
        if household.state not in among:
            return None
        members.set_state(books, household.id, state)
        audit.note(books, hub.clock(), request[PERSON].key, f"household.{action}", f"household:{public_id}")
        return household.id

    changed = await hub.store.write(change)
    if changed is not None and state != "active":
        await hub.left(changed)
    if state == "removed":
        raise see(request, "/households", "household_removed")
    raise see(request, f"/households/{public_id}", "saved")


async def _show(request: web.Request, mistake: Saying | None = None) -> web.Response:
    hub = request.app[HUB]
    rows = sorted(await _rows(hub, await hub.store.read(members.records)), key=_place)
    return page(
        request,
        "households",
        status=200 if mistake is None else 422,
        rows=rows,
        waiting=sum(row.record.household.state == "waiting" for row in rows),
        teams=await hub.store.read(teams.all_),
        kinds=teams.KINDS,
        days=MEASURED_DAYS,
        mistake=mistake,
    )


async def _rows(hub: Hub, records: list[members.Record]) -> list[Row]:
    complete = await _complete(hub, [record.household.id for record in records])
    names: Mapping[int, str] = {team.id: team.name for team in await hub.store.read(teams.all_)}
    return [_row(hub, record, complete.get(record.household.id), names) for record in records]


async def _complete(hub: Hub, households: list[int]) -> Mapping[int, float]:
    """Return how complete each household's readings are since its first one, over the last days."""
    zone, today = hub.profile.zone, hub.day()
    days = [today - timedelta(days=ago) for ago in range(1, MEASURED_DAYS + 1)]
    first = await hub.store.read(own.first_slots)
    shares = await hub.store.read(lambda books: completeness(books, households, days, zone))
    begin, end = (to_number(local_midnight(day, zone)) for day in (days[-1], today))
    began = {
        who: to_number(local_midnight(from_number(slot).astimezone(zone).date(), zone)) for who, slot in first.items()
    }
    return {
        who: min(1.0, share * (end - begin) / (end - max(begin, began[who])))
        for who, share in shares.items()
        if began.get(who, end) < end
    }


def _row(hub: Hub, record: members.Record, complete: float | None, names: Mapping[int, str]) -> Row:
    seen = hub.seen.get(record.household.id, record.last_seen)
    heard = seen is not None and abs(hub.clock() - seen) < HEARD_WITHIN
    team = record.household.team
    return Row(record, seen, heard, complete, None if team is None else names.get(team))


def _place(row: Row) -> tuple[bool, bool, list[tuple[bool, int, str]]]:
    """Put first who needs a look, and then names as people count: number 2 comes before number 10."""
    who = row.record.household
    parts = re.findall(r"[0-9]+|[^0-9]+", (who.nickname or who.name).casefold())
    counted = [(False, int(part), "") if part.isdecimal() else (True, 0, part) for part in parts]
    return who.state != "waiting", who.state != "active" or row.heard, counted
