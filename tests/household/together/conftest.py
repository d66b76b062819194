"""A home that belongs to a community which plans events and plays, and a phone in it."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.sceop.hub import client
from custom_components.sceop.hub.together import SIGNAL
from tests.household.hub.test_foresight import until
from tests.household.warnings import conftest as warnings

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
WORK = ("sceop events", "sceop together", "sceop readings", "sceop foresight")
STEP = 15 * MINUTE
EVENING = datetime(2026, 6, 10, 14, tzinfo=UTC)
"""Four in the afternoon in Amsterdam."""

clock, push, make_phone, phone = warnings.clock, warnings.push, warnings.make_phone, warnings.phone
make_home = warnings.make_home


@pytest.fixture
def hub(hub, monkeypatch):
    # The test clock fires every timer of the loop, also the one that waits for an answer to a heartbeat.
    monkeypatch.setattr(client, "HEARTBEAT_S", None)
    hub.clock = dt_util.utcnow
    return hub


class Member:
    """A home in its community, in the words of whoever lives there."""

    def __init__(self, hass, clock, hub, home):
        self.hass, self._clock, self.hub, self._home = hass, clock, hub, home
        self.happened = []
        """What automations heard of, also after a restart."""
        async_dispatcher_connect(hass, SIGNAL, lambda _site, kind, facts: self.happened.append((kind, facts["event"])))

    @property
    def entry(self):
        return self._home.entry

    @property
    def runtime(self):
        return self.entry.runtime_data

    @property
    def together(self):
        return self.runtime.hub.together

    @property
    def events(self):
        return self.together.events

    @property
    def game(self):
        return self.together.game

    def state(self, entity):
        return self.hass.states.get(entity)

    async def ask(self):
        await self.together.ask()
        await self.settle()

    async def settle(self):
        """Let everything be done that can be done at this moment; the live line alone goes on."""
        await self.hass.async_block_till_done()
        while work := [task for task in self.entry._background_tasks if task.get_name().startswith(WORK)]:
            await asyncio.wait(work)
            await self.hass.async_block_till_done()

    async def until(self, condition):
        await until(self.hass, condition)
        await self.hass.async_block_till_done()

    async def pass_by(self, **time):
        """Let time pass, in steps; what is asked of the hub is answered before the next, or its patience would end."""
        end = dt_util.utcnow() + timedelta(**time)
        while (now := dt_util.utcnow()) < end:
            self._clock.tick(min(STEP, end - now))
            async_fire_time_changed(self.hass)
            await self.settle()

    async def restart(self):
        await self._home.restart()

    async def press(self, entity):
        await self.hass.services.async_call("button", "press", {"entity_id": entity}, blocking=True)

    async def do(self, action, **data):
        return await self.hass.services.async_call(
            "sceop", action, data, blocking=True, return_response=action.startswith("get_") or None
        )


@pytest.fixture
def make_member(hass, clock, hub, membership, make_home):
    practice = hub

    async def make(*phones, joining=None, hub=membership, **warnings):
        options = {} if joining is None else {"together": joining}
        home = await make_home(*phones, hub=hub, options=options, **warnings)
        await practice.until(lambda: practice.lines)
        return Member(hass, clock, practice, home)

    return make


@pytest.fixture
async def member(make_member):
    return await make_member()
