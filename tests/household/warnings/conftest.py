"""A home, a phone that is registered as the app registers it, and a server that pushes to it."""

from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events, async_fire_time_changed

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.core.forecast.windows import Severity, Window
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import Span, slot_of
from custom_components.sceop.peak_windows import Whose
from custom_components.sceop.simulated_site import SIMULATED_TERMS
from tests.household.conftest import PLACE, SITE_ID, TITLES

MORNING = datetime(2026, 6, 10, 10, tzinfo=UTC)
"""A Wednesday, noon in Amsterdam."""
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
STEP = timedelta(minutes=5)
SHIFT, REMIND, NOT_TODAY = "Shift now", "Remind me", "Not today"


@pytest.fixture
def clock(freezer):
    freezer.move_to(MORNING)
    return freezer


class PushServer:
    """What carries notifications to a phone that is out."""

    def __init__(self):
        self.sent = []
        self._runner = None

    async def open(self):
        app = web.Application()
        app.router.add_post("/push", self._take)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/push"

    async def _take(self, request):
        self.sent.append(await request.json())
        return web.json_response({}, status=201)

    async def close(self):
        await self._runner.cleanup()


@pytest.fixture
async def push(socket_enabled):
    server = PushServer()
    await server.open()
    yield server
    await server.close()


class Phone:
    """A phone, in the words of whoever holds it."""

    def __init__(self, hass, client, server, name):
        self.hass, self._client, self._server, self.name = hass, client, server, name

    async def register(self):
        app = {
            "device_id": f"device of {self.name}",
            "app_id": "io.homeassistant.example",
            "app_name": "Example",
            "app_version": "1",
            "device_name": self.name,
            "manufacturer": "Example",
            "model": "Example",
            "os_name": "Example",
            "os_version": "1",
            "supports_encryption": False,
            "app_data": {"push_url": self._server.url, "push_token": self.name},
        }
        answer = await (await self._client.post("/api/mobile_app/registrations", json=app)).json()
        self.webhook = answer["webhook_id"]
        await self.hass.async_block_till_done()
        (self.entry,) = (
            each for each in self.hass.config_entries.async_entries("mobile_app") if each.title == self.name
        )
        return self

    @property
    def target(self):
        return {"target": f"phone:{self.entry.entry_id}", "name": self.name}

    @property
    def received(self):
        """Everything that the phone was sent, also what takes something away."""
        return [note for note in self._server.sent if note["push_token"] == self.name]

    @property
    def notes(self):
        return [note for note in self.received if note["message"] != "clear_notification"]

    @property
    def shown(self):
        """What stands on the screen: of a tag the newest, unless it was taken away."""
        screen = {}
        for note in self.received:
            screen.pop(note["data"]["tag"], None)
            if note["message"] != "clear_notification":
                screen[note["data"]["tag"]] = note
        return list(screen.values())

    @property
    def buttons(self):
        return [action["title"] for action in self.notes[-1]["data"].get("actions", [])]

    async def press(self, title, note=None):
        actions = {each["title"]: each["action"] for each in (note or self.notes[-1])["data"]["actions"]}
        await self.send(actions[title])

    async def send(self, action):
        """Send what the app sends when a button is pressed, or what somebody made up."""
        data = {"event_type": "mobile_app_notification_action", "event_data": {"action": action}}
        sent = await self._client.post(f"/api/webhook/{self.webhook}", json={"type": "fire_event", "data": data})
        assert sent.status == 200
        await self.hass.async_block_till_done()


@pytest.fixture
async def make_phone(hass, clock, push, hass_client):
    for component in (
        "repairs",
        "notify",
        "mobile_app",
        "lovelace",
    ):  # before the server begins, which takes no more routes then
        assert await async_setup_component(hass, component, {})
    client = await hass_client()

    async def make(name="Kim's phone"):
        return await Phone(hass, client, push, name).register()

    return make


@pytest.fixture
async def phone(make_phone):
    return await make_phone()


class Home:
    """A home with a grid meter, whose days the tests write."""

    def __init__(self, hass, clock, entry):
        self.hass, self._clock, self.entry = hass, clock, entry
        self.shifted = async_capture_events(hass, "sceop_shift_now")

    async def open(self):
        assert await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()
        return self

    async def restart(self):
        assert await self.hass.config_entries.async_reload(self.entry.entry_id)
        await self.hass.async_block_till_done()

    @property
    def runtime(self):
        return self.entry.runtime_data

    @property
    def event(self):
        return self.hass.states.get("event.my_home_warning")

    async def expect(self, *windows):
        """Let the community expect peaks."""
        self.runtime.forecast._expect(Whose.COMMUNITY, windows)
        self.runtime.forecast.async_update_listeners()
        await self.hass.async_block_till_done()

    async def live(self, days, watts):
        """Let the meter have told this power, a function of the instant, for so many days up to now."""
        end = slot_of(dt_util.utcnow())
        span = Span(end - timedelta(days=days), end)
        slots = [ClosedSlot(start, round(watts(start) / 4), "measured") for start in span]
        await self.runtime.archive.take({"grid_import": slots})
        await self.runtime.anomalies.look()
        await self.hass.async_block_till_done()

    async def pass_by(self, **time):
        end = dt_util.utcnow() + timedelta(**time)
        while (now := dt_util.utcnow()) < end:
            self._clock.tick(min(STEP, end - now))
            async_fire_time_changed(self.hass)
            await self.hass.async_block_till_done()


@pytest.fixture
def make_home(hass, clock):
    async def make(*targets, hub=None, options=None, **warnings):
        grid = {"source": {"type": "simulated"}, "flows": ["grid_import"]}
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="My home",
            unique_id=SITE_ID,
            entry_id="site",
            data=PLACE
            | {"simulated": {"kind": "plain", "since": (MORNING - HOUR).isoformat()}}
            | ({} if hub is None else {"hub": hub}),
            options=SIMULATED_TERMS
            | {"currency": "EUR", "warnings": {"targets": [each.target for each in targets], **warnings}}
            | (options or {}),
            subentries_data=[
                {
                    "subentry_id": "grid_meter",
                    "subentry_type": "grid_meter",
                    "title": TITLES["grid_meter"],
                    "unique_id": None,
                    "data": grid,
                }
            ],
        )
        entry.add_to_hass(hass)
        return await Home(hass, clock, entry).open()

    return make


def peak(start=18, end=20, severity=Severity.SERIOUS, day=10, power_w=6400):
    """Return a peak between two hours of the clock in Amsterdam, which is two hours ahead in June."""
    begin = datetime(2026, 6, day, tzinfo=UTC) - 2 * HOUR
    return Window(begin + start * HOUR, begin + end * HOUR, power_w, 5000, 0.8, severity)
