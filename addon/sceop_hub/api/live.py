"""The live wire: a household tells its power every few seconds."""

import asyncio
from dataclasses import dataclass

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from ..auth.tokens import HOUSEHOLD
from ..domain.refusal import Refusal
from ..hub import HUB
from .limits import IDLE_SECONDS, MESSAGES_AT_ONCE, MESSAGES_PER_SECOND, MOST_MESSAGE_BYTES
from .wire import Complaint, Power, write

GOODBYE_SECONDS = 1.0

CONNECTIONS = web.AppKey("connections", dict[int, web.WebSocketResponse])
"""The line of each household; who opens a second one has left the first."""

_DECODER = msgspec.json.Decoder(Power)


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
            await before.close(code=WSCloseCode.POLICY_VIOLATION, message=b"The household opened another line")
        await _hear(request, socket)
    except TimeoutError:
        await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"Nothing was heard for too long")
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
            await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"Too many messages")
        elif message.type is WSMsgType.TEXT:
            try:
                power = _DECODER.decode(message.data)
            except (msgspec.MsgspecError, RecursionError) as error:
                await socket.send_str(write(Complaint(f"The message was not understood: {error}.")))
            else:
                now = hub.clock()
                hub.seen[household.id] = now
                hub.live.report(household.id, power.watts(), now)


async def hang_up(app: web.Application, household: int) -> None:
    """Close the line of a household that does not take part any more."""
    if (socket := app[CONNECTIONS].pop(household, None)) is not None:
        await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"The household does not take part")


async def say_goodbye(app: web.Application) -> None:
    """Close what is open, so that households connect again at once when the hub is back."""
    lines = list(app[CONNECTIONS].values())
    going = [socket.close(code=WSCloseCode.GOING_AWAY, message=b"The hub is going away") for socket in lines]
    await asyncio.gather(*going)
