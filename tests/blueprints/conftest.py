"""The real blueprint in a real Home Assistant: lamps, phones, and a clock that the tests move."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import pytest
from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint import models
from homeassistant.core import Context, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util, yaml as yaml_util
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    async_capture_events,
    async_fire_time_changed,
    async_mock_service,
)

from tests.blueprints.home import Home
from tests.blueprints.settling import settle
from tests.household.lights import conftest as lights
from tests.household.lights.conftest import LAMPS

FILE = Path(__file__).parents[2] / "blueprints/automation/sceop/after_hours_lighting.yaml"
PATH = "sceop/after_hours_lighting.yaml"
EVENING = datetime(2026, 6, 10, 17, tzinfo=UTC)
"""A Wednesday, seven in the evening in Amsterdam."""
STEP = timedelta(seconds=30)
LONG = timedelta(hours=1)


clock, lamps, make_site = lights.clock, lights.lamps, lights.make_site


@pytest.fixture(autouse=True)
def _custom_integrations(enable_custom_integrations):
    """Let Home Assistant find the integration in this checkout."""


@pytest.fixture
def blueprint():
    return models.Blueprint(
        yaml_util.load_yaml(FILE), expected_domain="automation", path=PATH, schema=AUTOMATION_BLUEPRINT_SCHEMA
    )


@pytest.fixture
async def phone(hass):
    """A phone that gathers what it is sent."""
    entry = MockConfigEntry(domain="mobile_app")
    entry.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(
        config_entry_id=entry.entry_id, identifiers={("mobile_app", "phone")}, name="Kim's phone"
    )
    return Phone(hass, device.id, async_mock_service(hass, "notify", "mobile_app_kim_s_phone"))


class Phone:
    def __init__(self, hass, device_id, calls):
        self.hass, self.id, self._calls = hass, device_id, calls

    @property
    def messages(self):
        return [call.data["message"] for call in self._calls]

    @property
    def answers(self):
        return [action["title"] for action in self._calls[-1].data["data"].get("actions", [])]

    async def answer(self, title):
        """Press a button of the newest notification."""
        actions = {action["title"]: action["action"] for action in self._calls[-1].data["data"]["actions"]}
        self.hass.bus.async_fire("mobile_app_notification_action", {"action": actions[title]})
        await settle()


KEEP, STAY, OFF, AGAIN = "Keep on for 30 min", "Until I leave", "Turn off now", "Turn on again"


class Evening:
    """What the tests do and see, in the words of somebody who works late."""

    def __init__(self, hass, clock, blueprint):
        self.hass, self._clock, self._blueprint = hass, clock, blueprint
        self._log = async_capture_events(hass, "logbook_entry")

    async def automate(self, **inputs):
        """Set the automation up; the time zone is the place's."""
        await self.hass.config.async_set_time_zone("Europe/Amsterdam")
        load = models.DomainBlueprints._load_blueprint

        @callback
        def load_ours(blueprints, path):
            return self._blueprint if path == PATH else load(blueprints, path)

        config = {"id": "late", "alias": "Late", "use_blueprint": {"path": PATH, "input": inputs}}
        with patch.object(models.DomainBlueprints, "_load_blueprint", load_ours):
            assert await async_setup_component(self.hass, "automation", {"automation": config})
        await settle()
        assert self.hass.states.get("automation.late").state == "on"

    async def turn(self, state):
        """Turn the automation on or off; what ran is stopped."""
        if self.hass.states.get("automation.late") is not None:
            await self.hass.services.async_call(
                "automation", f"turn_{state}", {"entity_id": "automation.late"}, blocking=True
            )
            await settle()

    async def pass_by(self, **time):
        end = dt_util.utcnow() + timedelta(**time)
        step = STEP if timedelta(**time) < LONG else 4 * STEP
        while (now := dt_util.utcnow()) < end:
            self._clock.tick(min(step, end - now))
            async_fire_time_changed(self.hass)
            await settle()

    async def light(self, *which, **how):
        await self._switch("on", which, how)

    async def light_by_an_automation(self, **how):
        await self._switch("on", (), how, Context(parent_id="an automation's"))

    async def put_out(self, *which):
        await self._switch("off", which, {})

    async def _switch(self, state, which, how, context=None):
        data = {"entity_id": list(which or LAMPS), **how}
        await self.hass.services.async_call("light", f"turn_{state}", data, blocking=True, context=context or Context())
        await settle()

    def show(self, entity, state):
        self.hass.states.async_set(entity, state)

    @property
    def burning(self):
        return [lamp for lamp in LAMPS if self.hass.states.get(lamp).state == "on"]

    @property
    def levels(self):
        return [self.hass.states.get(lamp).attributes.get("brightness") for lamp in LAMPS]

    @property
    def log(self):
        return [event.data["message"].partition(": ")[2] for event in self._log]


@pytest.fixture
async def evening(hass, clock, blueprint, lamps):
    assert await async_setup_component(hass, "homeassistant", {})
    clock.move_to(EVENING)
    evening = Evening(hass, clock, blueprint)
    yield evening
    await evening.turn("off")
    await hass.async_block_till_done()


@pytest.fixture
async def home(hass, clock):
    """A home in Amsterdam, at seven in the evening."""
    assert await async_setup_component(hass, "homeassistant", {})
    await hass.config.async_set_time_zone("Europe/Amsterdam")
    clock.move_to(EVENING)
    home = Home(hass, clock)
    yield home
    await home.turn("off")
    await hass.async_block_till_done()
