"""All that a household gave, written as it is read: a year of it does not fit into a small machine's memory twice."""

import csv
import io
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Literal

import msgspec

from ..core.blocks import wire_time
from ..core.slots import EPOCH, SLOT, from_number
from ..domain.event.event import Answer, Event
from ..domain.event.savings import Savings
from ..domain.members import Household
from ..domain.plan.places import Request
from ..domain.reservation import most_w, wh_of
from ..domain.weather import HOUR
from ..hub import Hub
from ..store import events, game, own, plan, rewards, weather
from ..store.readings import QUALITIES

type Kind = Literal["json", "csv"]
type Of = Literal["slots", "hours", "weather", "events", "requests", "points"]

CONTENT_TYPES: Mapping[Kind, str] = {"json": "application/json; charset=utf-8", "csv": "text/csv; charset=utf-8"}
COLUMNS: Mapping[Of, tuple[str, ...]] = {
    "slots": ("channel", "start", "wh", "quality", "rev", "received"),
    "hours": ("channel", "start", "wh", "slots"),
    "weather": ("start", "temperature_c", "cloud", "wind_ms", "told"),
    "points": ("at", "kind", "ref", "number", "amount"),
    "requests": ("id", "asked", "earliest", "ready_by", "wh", "w", "start"),
    "events": (
        "id",
        "start",
        "end",
        "answer",
        "by",
        "answered",
        "call",
        "low_wh",
        "mid_wh",
        "high_wh",
        "usual_wh",
        "wh",
    ),
}
_QUALITY = {number: name for name, number in QUALITIES.items()}
_MOST_AT_ONCE = 2000

type _Row = tuple[str | float | None, ...]


async def write_export(hub: Hub, household: Household, kind: Kind, of: Of) -> AsyncIterator[bytes]:
    """Give the file piece by piece: the slots of one channel after the other, in the order of time.

    Of hours whose slots are not kept any more, what is left is their sums. `received` is when the hub had the slot, to
    the quarter of an hour. The weather is what a trusted household told of each hour on each day, and when. Requests
    are what it asked the community's plan for lately, with the start of the place of what is still open. Of peak
    events there is what it answered and what was reckoned that it saved; of the game, its ledger.
    """
    if kind == "csv":
        yield _lines([COLUMNS[of]])
        async for rows in _rows(hub, household, of):
            yield _lines(rows)
        return
    columns = {
        "columns": COLUMNS["slots"],
        "columns_of_hours": COLUMNS["hours"],
        "columns_of_weather": COLUMNS["weather"],
        "columns_of_requests": COLUMNS["requests"],
        "columns_of_events": COLUMNS["events"],
        "columns_of_points": COLUMNS["points"],
    }
    head = {"household": household.public_id, "step": int(SLOT.total_seconds()), **columns}
    yield msgspec.json.encode(head)[:-1]
    for part in COLUMNS:
        yield f',"{part}":['.encode()
        separator = b""
        async for rows in _rows(hub, household, part):
            yield separator + msgspec.json.encode(rows)[1:-1]
            separator = b","
        yield b"]"
    yield b"}"


def _rows(hub: Hub, household: Household, of: Of) -> AsyncIterator[list[_Row]]:
    match of:
        case "weather":
            return _weather(hub, household)
        case "requests":
            return _requests(hub, household)
        case "events":
            return _events(hub, household)
        case "points":
            return _points(hub, household)
        case _:
            return _energy(hub, household, of)


async def _energy(hub: Hub, household: Household, of: Of) -> AsyncIterator[list[_Row]]:
    channels = await hub.store.read(lambda books: own.channels_of(books, household.id))
    look: Callable[..., Sequence[own.Slot | own.Hour]] = own.slots_after if of == "slots" else own.hours_after
    for channel, name in channels:
        after = -1
        while rows := await hub.store.read(partial(look, channel=channel, after=after, most=_MOST_AT_ONCE)):
            after = rows[-1].slot
            yield [_row(name, row) for row in rows]


async def _weather(hub: Hub, household: Household) -> AsyncIterator[list[_Row]]:
    after = (-1, -1)
    while told := await hub.store.read(
        partial(weather.of_household, household=household.id, after=after, most=_MOST_AT_ONCE)
    ):
        after = told[-1][0].hour, told[-1][1]
        yield [
            (
                wire_time(EPOCH + hour.hour * HOUR),
                hour.temperature_c,
                hour.cloud,
                hour.wind_ms,
                wire_time(datetime.fromtimestamp(made, UTC)),
            )
            for hour, made in told
        ]


async def _requests(hub: Hub, household: Household) -> AsyncIterator[list[_Row]]:
    asked = await hub.store.read(lambda books: plan.of_household(books, household.id))
    still = await hub.store.read(lambda books: plan.open_of(books, household.id))
    places = {one.request.id: wire_time(one.start) for one in still}
    known = {one.request.id for one in asked}
    rows: list[_Row] = [_request(one.request, wire_time(one.at), places.get(one.request.id)) for one in asked]
    yield rows + [_request(one.request, None, wire_time(one.start)) for one in still if one.request.id not in known]


def _request(want: Request, asked: str | None, start: str | None) -> _Row:
    return want.id, asked, wire_time(want.earliest), wire_time(want.ready_by), wh_of(want), most_w(want), start


async def _events(hub: Hub, household: Household) -> AsyncIterator[list[_Row]]:
    after = 0
    while found := await hub.store.read(
        partial(events.of_household, household=household.id, after=after, most=_MOST_AT_ONCE)
    ):
        after = found[-1][0]
        yield [_event_row(event, said, saved) for _, event, said, saved in found]


def _event_row(event: Event, said: Answer, saved: Savings | None) -> _Row:
    own = saved or Savings("none")
    figures = (own.low_wh, own.mid_wh, own.high_wh, own.baseline_wh, own.actual_wh)
    when = (wire_time(event.start), wire_time(event.end))
    return event.id, *when, said.choice, said.by, wire_time(said.at), None if saved is None else own.call, *figures


async def _points(hub: Hub, household: Household) -> AsyncIterator[list[_Row]]:
    """Give the ledger of the game, the latest row first; what was spent stands there with a minus."""
    earned = await hub.store.read(lambda books: game.ledger(books, household.id))
    bought = await hub.store.read(lambda books: rewards.redemptions(books, household.id))
    spent = [(one, 0 if one.state == "returned" else -one.cost) for one in bought]
    if earned or spent:
        yield [
            *((wire_time(one.at), one.kind, one.ref, one.number, one.amount) for one in earned),
            *((wire_time(one.at), one.state, one.reward, one.id, amount) for one, amount in spent),
        ]


def _row(channel: str, row: own.Slot | own.Hour) -> _Row:
    start = from_number(row.slot)
    if isinstance(row, own.Hour):
        return channel, wire_time(start), row.wh, row.slots
    return channel, wire_time(start), row.wh, _QUALITY[row.quality], row.rev, wire_time(_received(start, row.late))


def _received(start: datetime, late: int) -> datetime:
    return start + SLOT * (1 + late)


def _lines(rows: Sequence[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
