"""The live wire: a household tells its power every few seconds."""

import asyncio

import msgspec
from aiohttp import WSCloseCode, WSMsgType, web

from ..auth.tokens import HOUSEHOLD
from ..domain.refusal import Refusal
from .keys import HUB
from .limits import MOST_MESSAGE_BYTES
from .wire import Complaint, Power, write

HEARTBEAT_SECONDS = 30
GOODBYE_SECONDS = 1.0

CONNECTIONS = web.AppKey("connections", dict[int, web.WebSocketResponse])
"""The open line of each household; it has one."""

_DECODER = msgspec.json.Decoder(Power)


async def live(request: web.Request) -> web.WebSocketResponse:
    """Hear one household for as long as it stays."""
    hub = request.app[HUB]
    household = request[HOUSEHOLD]
    if not web.WebSocketResponse().can_prepare(request):
        raise Refusal("upgrade", "Here is the live line, which is a WebSocket: ask for it with the headers of one.")
    socket = web.WebSocketResponse(
        timeout=GOODBYE_SECONDS, heartbeat=HEARTBEAT_SECONDS, max_msg_size=MOST_MESSAGE_BYTES
    )
    await socket.prepare(request)
    lines = request.app[CONNECTIONS]
    former, lines[household.id] = lines.get(household.id), socket
    if former is not None:
        await former.close(code=WSCloseCode.POLICY_VIOLATION, message=b"The household opened another line")
    try:
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                try:
                    power = _DECODER.decode(message.data)
                except (msgspec.MsgspecError, RecursionError) as error:
                    await socket.send_str(write(Complaint(f"The message was not understood: {error}.")))
                else:
                    now = hub.clock()
                    hub.seen[household.id] = now
                    hub.live.report(household.id, power.watts(), now)
    finally:
        if lines.get(household.id) is socket:
            del lines[household.id]
    return socket


async def hang_up(app: web.Application, household: int) -> None:
    """Close the line of a household that does not take part any more."""
    if (socket := app[CONNECTIONS].pop(household, None)) is not None:
        await socket.close(code=WSCloseCode.POLICY_VIOLATION, message=b"The household does not take part")


async def say_goodbye(app: web.Application) -> None:
    """Close what is open, so that households connect again at once when the hub is back."""
    lines = list(app[CONNECTIONS].values())
    going = [socket.close(code=WSCloseCode.GOING_AWAY, message=b"The hub is going away") for socket in lines]
    await asyncio.gather(*going)
