"""A home with things to shift, as tests of blueprints move it: its clock, its sensors, and hands on its switches."""

from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from homeassistant.components.automation.config import AUTOMATION_BLUEPRINT_SCHEMA
from homeassistant.components.blueprint import models
from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import callback
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util, yaml as yaml_util
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed

from tests.blueprints.settling import settle

FOLDER = Path(__file__).parents[2] / "blueprints/automation/sceop"
STEP, LONG = timedelta(seconds=30), timedelta(hours=1)
SHIFTED = {"input_boolean", "climate", "number", "water_heater", "button", "input_button"}
AUTOMATION = "automation.shift"


def blueprint(name):
    """Read a blueprint as Home Assistant does."""
    return models.Blueprint(
        yaml_util.load_yaml(FOLDER / f"{name}.yaml"),
        expected_domain="automation",
        path=f"sceop/{name}.yaml",
        schema=AUTOMATION_BLUEPRINT_SCHEMA,
    )


class Home:
    """What tests do and see."""

    def __init__(self, hass, clock):
        self.hass, self.clock = hass, clock
        self._calls = async_capture_events(hass, EVENT_CALL_SERVICE)
        self._log = async_capture_events(hass, "logbook_entry")

    async def automate(self, name, **inputs):
        """Set an automation up that is made of the real blueprint."""
        read, load = blueprint(name), models.DomainBlueprints._load_blueprint

        @callback
        def load_ours(blueprints, path):
            return read if path == f"sceop/{name}.yaml" else load(blueprints, path)

        config = {"id": "shift", "alias": "Shift", "use_blueprint": {"path": f"sceop/{name}.yaml", "input": inputs}}
        with patch.object(models.DomainBlueprints, "_load_blueprint", load_ours):
            assert await async_setup_component(self.hass, "automation", {"automation": config})
        await settle()
        assert self.hass.states.get(AUTOMATION).state == "on"

    async def turn(self, state):
        """Turn the automation on or off; what ran is stopped, as by a restart."""
        if self.hass.states.get(AUTOMATION) is not None:
            await self.do(f"automation.turn_{state}", AUTOMATION)

    async def pass_by(self, **time):
        """Let time pass, and every timer ring."""
        end = dt_util.utcnow() + timedelta(**time)
        step = STEP if timedelta(**time) <= LONG else 4 * STEP
        while (now := dt_util.utcnow()) < end:
            self.clock.tick(min(step, end - now))
            async_fire_time_changed(self.hass)
            await settle()

    async def show(self, entity, state, **attributes):
        """Let an entity say something."""
        self.hass.states.async_set(entity, state, attributes)
        await settle()

    async def do(self, action, entity, **data):
        """Do something by hand."""
        domain, service = action.split(".")
        await self.hass.services.async_call(domain, service, {"entity_id": entity, **data}, blocking=True)
        await settle()

    def state(self, entity):
        return self.hass.states.get(entity).state

    def attribute(self, entity, name):
        return self.hass.states.get(entity).attributes.get(name)

    @property
    def done(self):
        """What the automation, or a hand, did to things, in order."""
        calls = (event.data for event in self._calls)
        return [
            (f"{call['domain']}.{call['service']}", entity)
            for call in calls
            if call["domain"] in SHIFTED
            for entity in _named(call["service_data"].get("entity_id"))
        ]

    @property
    def log(self):
        return [event.data["message"] for event in self._log]


def _named(entities):
    return entities if isinstance(entities, list) else [entities]
