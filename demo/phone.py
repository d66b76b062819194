"""A phone with Home Assistant's app, as far as warnings go: registered, reached by push, answering over its webhook."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from itertools import count

from aiohttp import ClientError

from .processes import POLL_S
from .state import Refused
from .visitor import Api, Json

CLEAR = "clear_notification"
"""A notification of this text takes that of its tag off the screen."""


@dataclass(slots=True)
class Phone:
    """A phone that shows what it is sent, in the words of whoever holds it."""

    api: Api
    name: str
    webhook: str
    received: list[Json] = field(default_factory=list)
    """Everything that came, also what takes something away."""
    arrived: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def sees(self, holds: Callable[[Json], bool]) -> Json:
        """Wait until something has come that is so; return it."""
        async with self.arrived:
            while True:
                if (note := next((note for note in self.received if holds(note)), None)) is not None:
                    return note
                await self.arrived.wait()

    async def notes(self) -> AsyncIterator[Json]:
        """Return what is shown, one after the other as it comes."""
        for number in count():
            async with self.arrived:
                while len(self.received) <= number:
                    await self.arrived.wait()
            if self.received[number]["message"] != CLEAR:
                yield self.received[number]

    async def press(self, note: Json, title: str) -> None:
        """Press a button of a notification."""
        buttons = {each["title"]: each["action"] for each in note["data"].get("actions", ())}
        if title not in buttons:
            raise Refused(f"The notification has no button {title}, but {', '.join(buttons) or 'none'}.")
        event = {"event_type": "mobile_app_notification_action", "event_data": {"action": buttons[title]}}
        await self.api.post(f"/api/webhook/{self.webhook}", {"type": "fire_event", "data": event})

    async def take(self, note: Json) -> None:
        """Show what has come."""
        async with self.arrived:
            self.received.append(note)
            self.arrived.notify_all()


async def register(api: Api, name: str) -> str:
    """Register a phone as the app does after its login; return its webhook."""
    app = {
        "device_id": name,
        "app_id": "io.homeassistant.example",
        "app_name": "Example",
        "app_version": "1",
        "device_name": name,
        "manufacturer": "Example",
        "model": "Example",
        "os_name": "Example",
        "os_version": "1",
        "supports_encryption": False,
        "app_data": {"push_websocket_channel": True},
    }
    webhook: str = (await api.post("/api/mobile_app/registrations", app))["webhook_id"]
    return webhook


@contextlib.asynccontextmanager
async def held(api: Api, name: str, webhook: str) -> AsyncIterator[Phone]:
    """Hold a phone whose push channel is open, and is opened again whenever Home Assistant was away."""
    phone, opened = Phone(api, name, webhook), asyncio.Event()
    listening = asyncio.create_task(_listen(phone, opened))
    waiting = asyncio.create_task(opened.wait())
    try:
        await asyncio.wait({listening, waiting}, return_when=asyncio.FIRST_COMPLETED)
        if listening.done():
            await listening
        yield phone
    finally:
        waiting.cancel()
        listening.cancel()
        await asyncio.wait({waiting, listening})


async def _listen(phone: Phone, opened: asyncio.Event) -> None:
    """Keep the channel open; what is wrong when it opens first is nothing that waiting would mend."""
    while True:
        try:
            await _hear(phone, opened)
        except ClientError, TypeError, Refused:
            if not opened.is_set():
                raise
        await asyncio.sleep(POLL_S)


async def _hear(phone: Phone, opened: asyncio.Event) -> None:
    """Take what comes, and confirm it: what is not confirmed Home Assistant would send on through the internet."""
    phone.api = await phone.api.renewed()
    async with phone.api.socket() as socket:
        numbers = count(1)
        channel = {"type": "mobile_app/push_notification_channel", "webhook_id": phone.webhook}
        await socket.send_json({"id": next(numbers), **channel, "support_confirm": True})
        async for message in socket:
            told = message.json()
            if told["type"] == "event":
                note = told["event"]
                confirm = {"webhook_id": phone.webhook, "confirm_id": note.pop("hass_confirm_id")}
                await socket.send_json({"id": next(numbers), "type": "mobile_app/push_notification_confirm", **confirm})
                await phone.take(note)
            elif not told["success"]:
                raise Refused(f"Home Assistant refused {phone.name}: {told['error']['message']}")
            opened.set()
