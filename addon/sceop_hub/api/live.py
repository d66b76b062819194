"""The live wire: a household tells its power every few seconds."""

import asyncio
import contextlib
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from ..auth.tokens import HOUSEHOLD
from ..domain.event.event import Event
from ..domain.forecast.kept import Forecast
from ..domain.notices import Notice
from ..domain.refusal import Refusal
from ..hub import HUB
from ..shifting.room import SHIFTING
from ..store import events as books_of_events
from . import events
from .foresight import notice_message, peaks_message, words
from .game import game_message
from .limits import IDLE_SECONDS, MESSAGES_AT_ONCE, MESSAGES_PER_SECOND, MOST_MESSAGE_BYTES
from .plan import plan_message
from .wire import Complaint, Power, write

GOODBYE_SECONDS = 1.0
TELLING_SECONDS = 5.0
"""For a household whose line takes nothing more."""

CONNECTIONS = web.AppKey("connections", dict[int, web.WebSocketResponse])
"""The line of each household; who opens a second one has left the first."""

TOLD_OF_GAME = web.AppKey("told_of_game", dict[int, str])
"""What each household that is there was told of the game last."""

_DECODER = msgspec.json.Decoder(Power)


class _Deaf(Exception):
    """A household takes nothing of what it is told."""


@dataclass(slots=True)
class _Patience:
    """How many messages a household may still send: some at once, then so many a second."""

    at: float
    left: float = MESSAGES_AT_ONCE

    def bears(self, now: float) -> bool:
        """Count a message, and tell whether it is one too many."""
        self.left = min(self.left + (now - self.at) * MESSAGES_PER_SECOND, MESSAGES_AT_ONCE) - 1
        self.at = now
        return self.left >= 0


async def live(request: web.Request) -> web.WebSocketResponse:
    """Hear one household for as long as it stays."""
    household = request[HOUSEHOLD]
    if not web.WebSocketResponse().can_prepare(request):
        raise Refusal("upgrade", "Here is the live line, which is a WebSocket: ask for it with the headers of one.")
    # A compressor for each line would take a quarter of a megabyte, for messages of a hundred bytes.
    socket = web.WebSocketResponse(
        timeout=GOODBYE_SECONDS, receive_timeout=IDLE_SECONDS, max_msg_size=MOST_MESSAGE_BYTES, compress=False
    )
    await socket.prepare(request)
    connections = request.app[CONNECTIONS]
    before = connections.get(household.id)
    connections[household.id] = socket
    try:
        if before is not None:
            await _end(before, WSCloseCode.POLICY_VIOLATION, b"The household opened another line")
        with contextlib.suppress(ConnectionError):  # gone already: what is heard of it next is the end
            hub = request.app[HUB]
            told = await hub.store.read(lambda books: events.messages(hub, books, household.id))
            for message in [*await words(hub), *_places(request.app, household.id), *told]:
                await _say(socket, message)
        await _hear(request, socket)
    except _Deaf:
        if request.transport is not None:
            request.transport.abort()  # whoever takes nothing would not take a goodbye either
    except TimeoutError:
        await _end(socket, WSCloseCode.POLICY_VIOLATION, b"Nothing was heard for too long")
    finally:
        if connections.get(household.id) is socket:
            del connections[household.id]
    return socket


async def _hear(request: web.Request, socket: web.WebSocketResponse) -> None:
    hub, household = request.app[HUB], request[HOUSEHOLD]
    tell_time = asyncio.get_running_loop().time
    patience = _Patience(tell_time())
    async for message in socket:
        if not patience.bears(tell_time()):
            await _end(socket, WSCloseCode.POLICY_VIOLATION, b"Too many messages")
        elif message.type is WSMsgType.TEXT:
            try:
                power = _DECODER.decode(message.data)
            except (msgspec.MsgspecError, RecursionError) as error:
                await _say(socket, write(Complaint(f"The message was not understood: {error}.")))
            else:
                now = hub.clock()
                hub.seen[household.id] = now
                hub.live.report(household.id, power.watts(), now)


async def _say(socket: web.WebSocketResponse, message: str) -> None:
    """Say something to a household that listens."""
    try:
        async with asyncio.timeout(TELLING_SECONDS):
            await socket.send_str(message)
    except TimeoutError as error:
        raise _Deaf from error


async def _end(socket: web.WebSocketResponse, code: WSCloseCode, message: bytes) -> None:
    """Close a line, also one that takes nothing more."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(TELLING_SECONDS):
            await socket.close(code=code, message=message)


async def tell_all(app: web.Application, message: str) -> None:
    """Tell every household that is there; who is slow or gone hears of it when it connects again."""
    lines = [socket for socket in app[CONNECTIONS].values() if not socket.closed]
    await asyncio.gather(*(_say(socket, message) for socket in lines), return_exceptions=True)


async def tell_peaks(app: web.Application, newest: Forecast) -> None:
    """Tell every household that is there of the peaks to come."""
    await tell_all(app, peaks_message(app[HUB], newest))


async def tell_places(app: web.Application, households: AbstractSet[int] | None) -> None:
    """Tell households that are there of their places and of the pressure; all of them where none are named."""
    shifting = app[SHIFTING]
    there = [(who, line) for who, line in app[CONNECTIONS].items() if not line.closed]
    told = (_say(line, plan_message(shifting, who)) for who, line in there if households is None or who in households)
    await asyncio.gather(*told, return_exceptions=True)


async def tell_game(app: web.Application) -> None:
    """Tell every home that is there what changed for it in the game."""
    hub, before = app[HUB], app[TOLD_OF_GAME]
    there = {who: line for who, line in app[CONNECTIONS].items() if not line.closed}
    told = await hub.store.read(lambda books: {who: game_message(books, hub, who) for who in there})
    changed = [_say(line, told[who]) for who, line in there.items() if told[who] != before.get(who)]
    before.clear()
    before.update(told)
    await asyncio.gather(*changed, return_exceptions=True)


async def tell_notice(app: web.Application, notice: Notice) -> None:
    """Pass a message of the coordinator's on to every household that is there."""
    await tell_all(app, notice_message(notice))


def _places(app: web.Application, household: int) -> list[str]:
    """Return what a household hears of its places when its line opens, if it has any."""
    shifting = app[SHIFTING]
    return [plan_message(shifting, household)] if shifting.places(household) else []


async def tell_event(app: web.Application, event: Event) -> None:
    """Tell every household that is there of an event that changed, each with its own answer and savings."""
    hub = app[HUB]
    answers, saved = await hub.store.read(
        lambda books: (books_of_events.answers(books, event.id), books_of_events.all_savings(books, event.id))
    )
    lines = [(household, socket) for household, socket in app[CONNECTIONS].items() if not socket.closed]
    told = (_say(socket, events.message(hub, event, answers, saved, household)) for household, socket in lines)
    await asyncio.gather(*told, return_exceptions=True)


async def hang_up(app: web.Application, household: int) -> None:
    """Close the line of a household that does not take part any more."""
    if (socket := app[CONNECTIONS].pop(household, None)) is not None:
        await _end(socket, WSCloseCode.POLICY_VIOLATION, b"The household does not take part")


async def say_goodbye(app: web.Application) -> None:
    """Close what is open, so that households connect again at once when the hub is back."""
    lines = list(app[CONNECTIONS].values())
    await asyncio.gather(*(_end(socket, WSCloseCode.GOING_AWAY, b"The hub is going away") for socket in lines))
