"""A household about itself: what the hub knows of it, what it decides, and that it wants to be forgotten."""

import sqlite3
from datetime import datetime
from typing import Annotated, Literal

from aiohttp import web
from msgspec import UNSET, Meta, Struct, UnsetType

from ..auth.programs import bearer
from ..auth.tokens import HOUSEHOLD
from ..domain.members import Household, Kind, State
from ..domain.names import nickname
from ..domain.privacy import FEWEST_HOMES
from ..domain.profile import LOWEST_FEWEST
from ..hub import HUB, Hub
from ..jobs.forget import FORGETTING
from ..store import audit, members, teams, weather
from .export import CONTENT_TYPES, Kind as FileKind, write_export
from .wire import Client, decode, query, reply

routes = web.RouteTableDef()


class Me(Struct, frozen=True):
    """What the hub knows of a household, beside its readings.

    `fewest_homes` is the fewest homes that stand behind a figure here, `agreed_fewest` the fewest that this household
    agreed to; while the first is the smaller one, it stands behind no figure. `weather` says that the coordinator takes
    the weather from it.
    """

    household: str
    name: str
    kind: Kind
    shown: bool
    state: State
    nickname: str | None
    team: str | None
    joined_at: datetime
    last_seen: datetime | None
    client: str
    time_zone: str
    community: str
    approval: bool
    fewest_homes: int
    agreed_fewest: int
    in_figures: bool
    weather: bool


class Changes(Struct, frozen=True):
    """What a household decides about itself; what is not said stays as it is."""

    nickname: Annotated[str, Meta(max_length=200)] | UnsetType | None = UNSET
    agreed_fewest: Annotated[int, Meta(ge=LOWEST_FEWEST, le=FEWEST_HOMES)] | UnsetType = UNSET
    shown: bool | UnsetType = UNSET
    client: Client | UnsetType = UNSET


class Wanted(Struct, frozen=True):
    """Which file a household wants."""

    format: Literal["json", "csv"] = "json"
    of: Literal["slots", "hours", "weather", "events", "requests", "points"] = "slots"


class Export(Struct, frozen=True):
    """Everything that a household gave, each slot as `columns` says.

    `hours` are sums over so many slots that are not kept any more, each as `columns_of_hours` says. `weather` is what
    it told of each hour, as `columns_of_weather` says, `events` what it answered to peak events and saved in them, and
    `requests` what it asked the community's plan for lately; `points` is its ledger of the game.
    """

    household: str
    step: int
    columns: tuple[str, ...]
    columns_of_hours: tuple[str, ...]
    columns_of_weather: tuple[str, ...]
    columns_of_events: tuple[str, ...]
    columns_of_requests: tuple[str, ...]
    columns_of_points: tuple[str, ...]
    slots: tuple[tuple[str | int, ...], ...]
    hours: tuple[tuple[str | int, ...], ...]
    weather: tuple[tuple[str | float | None, ...], ...]
    events: tuple[tuple[str | int | None, ...], ...]
    requests: tuple[tuple[str | int | None, ...], ...]
    points: tuple[tuple[str | int, ...], ...]


class Token(Struct, frozen=True):
    """A fresh token, shown this once; the one before works until this one is used."""

    token: str


@routes.get("/api/v1/me")
async def get_me(request: web.Request) -> web.Response:
    """Tell a household what the hub knows of it."""
    return reply(await _me(request.app[HUB], request[HOUSEHOLD]))


@routes.put("/api/v1/me")
async def put_me(request: web.Request) -> web.Response:
    """Take what a household decides about itself."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    asked = await decode(request, Changes)
    chosen = nickname(asked.nickname) if isinstance(asked.nickname, str) else asked.nickname

    def change(books: sqlite3.Connection) -> None:
        said: dict[str, object] = {}
        if chosen is not UNSET:
            members.set_nickname(books, household.id, chosen)
            said["nickname"] = chosen is not None
        if asked.agreed_fewest is not UNSET:
            members.set_agreed(books, household.id, asked.agreed_fewest)
            said["agreed_fewest"] = asked.agreed_fewest
        if asked.shown is not UNSET:
            members.set_shown(books, household.id, shown=asked.shown)
            said["shown"] = asked.shown
        if asked.client is not UNSET:
            members.set_client(books, household.id, asked.client.text())
        if said:
            who = f"household:{household.public_id}"
            audit.note(books, hub.clock(), who, "household.decide", who, **said)

    await hub.store.write(change)
    return reply(await _me(hub, household))


@routes.delete("/api/v1/me")
async def forget_me(request: web.Request) -> web.Response:
    """Forget a household: who it was at once, its slots within minutes."""
    await request.app[FORGETTING].forget(request[HOUSEHOLD], by="household:forgotten")
    return web.Response(status=204)


@routes.get("/api/v1/me/export")
async def export_me(request: web.Request) -> web.StreamResponse:
    """Give a household all that it gave, as it stands in the books."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    wanted = query(request, Wanted)
    kind: FileKind = wanted.format
    answer = web.StreamResponse(
        headers={
            "Content-Type": CONTENT_TYPES[kind],
            "Content-Disposition": f'attachment; filename="sceop-{household.public_id}.{kind}"',
            "Cache-Control": "no-store",
        }
    )
    answer.enable_compression()
    await answer.prepare(request)
    async for part in write_export(hub, household, kind, wanted.of):
        await answer.write(part)
    return answer


@routes.post("/api/v1/me/token")
async def renew_token(request: web.Request) -> web.Response:
    """Give a household a fresh token."""
    hub, household = request.app[HUB], request[HOUSEHOLD]
    held = bearer(request) or ""

    def change(books: sqlite3.Connection) -> str:
        who = f"household:{household.public_id}"
        audit.note(books, hub.clock(), who, "household.renew_token", who)
        return members.renew_token(books, household.id, held)

    return reply(Token(await hub.store.write(change)))


async def _me(hub: Hub, household: Household) -> Me:
    def look(books: sqlite3.Connection) -> tuple[members.Record, str | None, bool]:
        record = members.record(books, household.public_id)
        mine = record.household.team
        team = next((team.name for team in teams.all_(books) if team.id == mine), None)
        return record, team, weather.trusts(books, household.id)

    record, team, trusted = await hub.store.read(look)
    who, fewest = record.household, hub.profile.fewest_homes
    return Me(
        household=who.public_id,
        name=who.name,
        kind=who.kind,
        shown=who.shown,
        state=who.state,
        nickname=who.nickname,
        team=team,
        joined_at=record.joined_at,
        last_seen=record.last_seen,
        client=record.client,
        time_zone=record.time_zone,
        community=hub.profile.name,
        approval=hub.profile.approval,
        fewest_homes=fewest,
        agreed_fewest=who.agreed_fewest,
        in_figures=who.state == "active" and who.agreed_fewest <= fewest,
        weather=trusted,
    )
