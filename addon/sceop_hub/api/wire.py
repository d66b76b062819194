"""Wire types: what a request may hold, decoded and checked before anybody looks at it."""

from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from aiohttp import web
from msgspec import Meta, Struct

from ..core.blocks import Block
from ..core.channels import FLOWS, is_channel
from ..core.wire import MOST_BLOCKS, MOST_SLOTS, MOST_WH
from ..domain.members import Kind, Newcomer, State
from ..domain.names import site_name
from ..domain.refusal import Refusal

JSON = "application/json"

CHANNEL = rf"^({'|'.join(FLOWS)}|(load|light)\.[a-z0-9_]{{1,40}})$"
"""As the document tells it; `core.channels` decides."""

type Text = Annotated[str, Meta(min_length=1, max_length=80)]
type Watts = Annotated[int, Meta(ge=0, le=MOST_WH * 4)]
"""A flow has a direction of its own, so none is below zero."""
type Instant = Annotated[datetime, Meta(tz=True)]
type Wh = Annotated[int, Meta(extra_json_schema={"minimum": 0, "maximum": MOST_WH})]
"""Whoever is refused reads which slot of which channel it is: `domain.readings` looks, the document only tells."""
type Secret = Annotated[str, Meta(pattern=r"^[!-~]*$")]


class Ready(Struct, frozen=True):
    """The hub can work."""

    status: Literal["ready"] = "ready"


class Health(Struct, frozen=True):
    """Which hub this is, and what time it thinks it is."""

    status: Literal["ok"]
    id: str
    name: str
    version: str
    wire: int
    community: str
    fewest_homes: int
    """Behind every figure that it shows: whoever joins agrees to that number."""
    now: Instant


class Client(Struct, frozen=True):
    """The program that speaks for a household."""

    name: Text
    version: Text

    def text(self) -> str:
        """Return it as it is kept and shown."""
        return site_name(f"{self.name} {self.version}")


class JoinRequest(Struct, frozen=True):
    """A household at the door. An organisation says with `shown` that it may be shown by name.

    `site` is a secret of the household's own, by which it is the same one when it joins again.
    """

    code: Text
    request: Annotated[Secret, Meta(min_length=16, max_length=64)]
    name: Text
    kind: Literal["home", "organisation"]
    time_zone: Text
    client: Client
    shown: bool = False
    site: Annotated[Secret, Meta(min_length=32, max_length=64)] | None = None

    def newcomer(self) -> Newcomer:
        """Return who is at the door, once the time zone is known to be one."""
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise Refusal("invalid", f"{self.time_zone!r} is no time zone of the IANA list.") from error
        kind: Kind = self.kind
        return Newcomer(
            request=self.request,
            name=site_name(self.name),
            kind=kind,
            shown=self.shown,
            time_zone=self.time_zone,
            client=self.client.text(),
            site=self.site,
        )


class Joined(Struct, frozen=True):
    """The answer to a household that joined; the token is shown this once.

    Who is `waiting` keeps its readings until a coordinator has approved it.
    """

    household: str
    token: str
    community: str
    state: State


class WireBlock(Struct, frozen=True):
    """A run of slots of one channel."""

    channel: Annotated[str, Meta(extra_json_schema={"pattern": CHANNEL})]
    start: Instant
    wh: Annotated[list[Wh | None], Meta(min_length=1, max_length=MOST_SLOTS)]
    step: Literal[900] = 900
    rev: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    quality: Literal["measured", "estimated", "imported"] = "measured"

    def block(self) -> Block:
        """Return the block as the rest of the hub knows it."""
        try:
            start = self.start.astimezone(UTC)
        except OverflowError as error:
            raise Refusal("invalid", f"{self.start} is no instant that a slot can start at.") from error
        return Block(self.channel, start, tuple(self.wh), self.quality, self.rev)


class ReadingsRequest(Struct, frozen=True):
    """Closed slots of a household."""

    blocks: Annotated[list[WireBlock], Meta(min_length=1, extra_json_schema={"maxItems": MOST_BLOCKS})]


class Power(Struct, frozen=True, tag="power"):
    """What a household draws at this moment; null for a flow that it has and does not know."""

    at: Instant
    w: dict[str, Watts | None]

    def watts(self) -> dict[str, int | None]:
        """Return the power by channel, without what is no channel."""
        return {channel: value for channel, value in self.w.items() if is_channel(channel)}


class Complaint(Struct, frozen=True, tag="problem"):
    """What the hub says on the live line of a message that it could not use; the talk goes on."""

    detail: str


type Figure = Literal["consumption", "grid_import", "grid_export", "production", "battery_discharge", "battery_charge"]


class Days(Struct, frozen=True, kw_only=True, rename={"start": "from", "end": "to"}):
    """A span of local days: `to` is not one of them, and tomorrow unless it is said."""

    start: date | None = None
    end: date | None = None

    def days(self, today: date, usual: timedelta, longest: timedelta) -> tuple[date, date]:
        """Return the first day and the one after the last, or say what is wrong with them."""
        try:
            end = self.end or today + timedelta(days=1)
            start = self.start or end - usual
        except OverflowError as error:
            raise Refusal("invalid", f"{self.end} is no day from which one can count back.") from error
        if not date(1971, 1, 1) <= start < end <= date(2999, 1, 1):
            raise Refusal("invalid", f"A span begins before it ends, in this age; not from {start} to {end}.")
        if end - start > longest:
            raise Refusal("invalid", f"Such a span has at most {longest.days} days, not {(end - start).days}.")
        return start, end


class PatternsQuery(Days, frozen=True, kw_only=True):
    """What the page of patterns asks for."""

    circle: Annotated[int, Meta(ge=0, le=2**31)] = 0
    figure: Figure = "consumption"


class EnergyQuery(Days, frozen=True, kw_only=True):
    """Which of the community's energy is asked for; circle 0 is the community, the others are its teams."""

    circle: Annotated[int, Meta(ge=0, le=2**31)] = 0
    resolution: Literal["slot", "hour", "day", "month"] = "day"


async def decode[T: Struct](request: web.Request, kind: type[T]) -> T:
    """Read a request's body, or say what is wrong with it and where."""
    if request.content_type != JSON:
        raise Refusal("unsupported", f"Send JSON, with the header Content-Type: {JSON}; not {request.content_type}.")
    try:
        return msgspec.json.decode(await request.read(), type=kind)
    except web.RequestPayloadError as error:
        raise Refusal("invalid", "The body is not packed as its Content-Encoding says.") from error
    except (msgspec.MsgspecError, RecursionError, UnicodeDecodeError) as error:
        raise Refusal("invalid", f"The request is not as version 1 of the wire has it: {error}.") from error


def query[T: Struct](request: web.Request, kind: type[T]) -> T:
    """Read what stands behind the question mark; a word that the address does not have is a mistake, not a wish."""
    try:
        given = dict(request.query)
        if len(given) < len(request.query):
            raise Refusal("invalid", "Each parameter may stand in the address once.")
        known = {field.encode_name for field in msgspec.structs.fields(kind)}
        if strange := given.keys() - known:
            asked_for, words = min(strange)[:60], ", ".join(sorted(known))
            raise Refusal("invalid", f"There is no parameter {asked_for!r} here; there are {words}.")
        return msgspec.convert(given, kind, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise Refusal("invalid", f"The address is not as version 1 of the wire has it: {error}.") from error


def write(answer: object) -> str:
    """Write a message of the live line."""
    return msgspec.json.encode(answer).decode()


def reply(answer: object, status: int = 200) -> web.Response:
    """Write an answer as JSON."""
    return web.Response(body=msgspec.json.encode(answer), status=status, content_type=JSON, charset="utf-8")
