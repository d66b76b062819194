"""The household: a site of 40 things and 200 entities is set up fast, updates fast, and does not grow.

Everything runs in a real Home Assistant in memory; the contenders take turns in one run, and the figures are ratios of
the processor's time, which others on the machine have no part in.
"""

import asyncio
import gc
import tracemalloc
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta
from statistics import median
from time import process_time
from typing import Any
from unittest.mock import patch

from freezegun import freeze_time
from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.sensor import SensorDeviceClass, SensorEntity, SensorStateClass
from homeassistant.config_entries import ConfigEntryState, ConfigSubentryData
from homeassistant.const import UnitOfPower
from homeassistant.core import HomeAssistant
from homeassistant.loader import DATA_CUSTOM_COMPONENTS
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import (  # type: ignore[import-untyped]  # it has no types
    MockConfigEntry,
    MockEntityPlatform,
    async_test_home_assistant,
)

from benchmarks.harness import Figure, at_least, at_most
from custom_components.sceop.const import DOMAIN, READ_EVERY
from custom_components.sceop.things import FLOWS_OF, ThingKind

KINDS = (
    *[ThingKind.GRID_METER] * 18,
    *[ThingKind.PRODUCTION] * 9,
    *[ThingKind.BATTERY] * 12,
    ThingKind.SUBMETER,
)
"""A block of flats: forty things."""

SENSORS = 200
BARE = "sensor.bare_"
ROUNDS = 15
UPDATES = 100
PLACE = {"latitude": 52.09, "longitude": 5.12, "time_zone": "Europe/Amsterdam"}
TERMS = {"currency": "EUR", "tariff": {"kind": "flat", "price": "0.25"}}
POWER = {"device_class": "power", "state_class": "measurement", "unit_of_measurement": "W"}
ENERGY = {"device_class": "energy", "state_class": "total_increasing", "unit_of_measurement": "kWh"}


def measure() -> Sequence[Figure]:
    """Set up a large site beside bare entities, update it beside bare states, and let it live for an hour."""
    return [*asyncio.run(_set_up()), *asyncio.run(_update()), asyncio.run(_grow())]


class Site:
    """A site whose 40 things are read through sensors, and those sensors."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.entry = MockConfigEntry(
            domain=DOMAIN,
            title="Block",
            unique_id="6f1c2d3e-4b5a-4c6d-8e7f-112233445566",
            data=PLACE,
            options=TERMS,
            subentries_data=[_thing(number, kind) for number, kind in enumerate(KINDS)],
        )
        self.entry.add_to_hass(hass)
        self._shown = 0

    def show(self) -> None:
        """Let every sensor show something new, as far on as a load of some hundred watts comes between two readings."""
        self._shown += 1
        now = dt_util.utcnow().timestamp()
        for number, kind in enumerate(KINDS):
            for flow in FLOWS_OF[kind]:
                watts, wh = 700 + number + self._shown % 7, 2 * self._shown
                power, energy = (_sensor(number, flow, what) for what in ("power", "energy"))
                self.hass.states.async_set(power, str(watts), POWER, timestamp=now)
                self.hass.states.async_set(energy, f"{wh / 1000:.3f}", ENERGY, timestamp=now)

    async def set_up(self) -> None:
        """Set the entry up, with everything that belongs to it."""
        await self.hass.config_entries.async_setup(self.entry.entry_id)
        await self.hass.async_block_till_done()
        if self.entry.state is not ConfigEntryState.LOADED:
            raise RuntimeError(f"The site was not set up: {self.entry.state} {self.entry.reason}")

    async def update(self) -> None:
        """Read all things, and let everything show what they read."""
        await self.entry.runtime_data.coordinator.async_refresh()

    @property
    def entities(self) -> int:
        """How many entities of the site show a state."""
        return sum(state.entity_id not in self._sources for state in self.hass.states.async_all())

    @property
    def _sources(self) -> frozenset[str]:
        return frozenset(
            _sensor(number, flow, what)
            for number, kind in enumerate(KINDS)
            for flow in FLOWS_OF[kind]
            for what in ("power", "energy")
        )


class Bare(SensorEntity):
    """A sensor of power with nothing behind it: no device, no coordinator, no source.

    Its class and its unit are a third of what it costs. Over entities without them the set-up comes to 4.4x, which is
    more than the bar: what Home Assistant does for a sensor of power or energy is counted on both sides here.
    """

    _attr_device_class = SensorDeviceClass.POWER
    _attr_has_entity_name = True
    _attr_native_unit_of_measurement = UnitOfPower.WATT
    _attr_should_poll = False
    _attr_state_class = SensorStateClass.MEASUREMENT

    def __init__(self, number: int) -> None:
        self._attr_unique_id = f"bare {number}"
        self._attr_name = f"Bare {number}"
        self._attr_native_value = number


async def _set_up() -> list[Figure]:
    """Compare the set-up of the entry with adding as many bare entities."""
    ours, bare, entities = [], [], 0
    for _ in range(ROUNDS):
        async with _home_assistant() as hass:
            site = Site(hass)
            site.show()
            ours.append(await _seconds(site.set_up()))
            entities = site.entities
        async with _home_assistant() as hass:
            await async_setup_component(hass, "sensor", {})
            platform = MockEntityPlatform(hass, domain="sensor", platform_name="bare")
            platform.config_entry = MockConfigEntry(domain="bare")
            platform.config_entry.add_to_hass(hass)
            bare.append(await _seconds(platform.async_add_entities([Bare(number) for number in range(SENSORS)])))
    return [
        at_least("entities of the site", entities, SENSORS),
        at_most("set-up of the site, over adding 200 bare sensors", _ratio(ours, bare), 3, "x"),
    ]


async def _update() -> list[Figure]:
    """Compare an update of all things, each of which has moved in all its figures, with writing as many states bare."""
    ours, bare, states = [], [], 0
    async with _home_assistant() as hass:
        site = Site(hass)
        site.show()
        await site.set_up()
        with _passing() as wait:
            for number in range(UPDATES):
                wait()
                site.show()
                await hass.async_block_till_done()
                before = {state.entity_id: state for state in hass.states.async_all()}
                ours.append(await _seconds(site.update()))
                states = sum(before.get(state.entity_id) is not state for state in hass.states.async_all())
                bare.append(await _seconds(_write(hass, states, number)))
    return [
        at_least("states that an update of all things writes", states, SENSORS / 2),
        at_most("an update of all things, over writing its states bare", _ratio(ours, bare), 5, "x"),
    ]


@contextmanager
def _passing() -> Iterator[Callable[[], None]]:
    """Offer a step of ten seconds. A frozen clock would make every look at it slow."""
    skipped = timedelta()

    def skip() -> None:
        nonlocal skipped
        skipped += READ_EVERY

    with patch("homeassistant.util.dt.utcnow", lambda: datetime.now(UTC) + skipped):
        yield skip


async def _write(hass: HomeAssistant, states: int, number: int) -> None:
    for state in range(states):
        hass.states.async_set(f"{BARE}{state}", str(number), POWER)


async def _grow() -> Figure:
    """Live through an hour of updates, and return what its last 50 minutes left in memory."""
    with freeze_time("2026-06-10T10:00:00Z", tick=False) as clock:
        assert isinstance(clock, FrozenDateTimeFactory)
        async with _home_assistant() as hass:
            site = Site(hass)
            site.show()
            await site.set_up()
            tracemalloc.start()
            await _live(site, clock, timedelta(minutes=10))
            before = _traced()
            await _live(site, clock, timedelta(minutes=50))
            grown = _traced() - before
            tracemalloc.stop()
    return at_most("memory that 50 minutes of updates add", grown / 1e6, 1, "MB")


async def _live(site: Site, clock: FrozenDateTimeFactory, time: timedelta) -> None:
    for _ in range(time // READ_EVERY):
        clock.tick(READ_EVERY)
        site.show()
        await site.update()
        await site.hass.async_block_till_done()


def _ratio(ours: Sequence[float], bare: Sequence[float]) -> float:
    """Return the usual ratio of two that were measured side by side."""
    return median(mine / its for mine, its in zip(ours, bare, strict=True))


def _traced() -> int:
    gc.collect()
    return tracemalloc.get_traced_memory()[0]


async def _seconds(work: Coroutine[Any, Any, None]) -> float:
    gc.collect()
    gc.disable()
    try:
        started = process_time()
        await work
        return process_time() - started
    finally:
        gc.enable()


@asynccontextmanager
async def _home_assistant() -> AsyncIterator[HomeAssistant]:
    """Start a Home Assistant that keeps nothing on disk, and finds this integration."""
    async with async_test_home_assistant() as hass:
        hass.data.pop(DATA_CUSTOM_COMPONENTS, None)
        with patch("homeassistant.helpers.storage.Store._async_write_data"):
            yield hass
            await hass.async_stop(force=True)


def _thing(number: int, kind: ThingKind) -> ConfigSubentryData:
    flows = FLOWS_OF[kind]
    source = {
        "type": "entity",
        "energy": {flow: [_sensor(number, flow, "energy")] for flow in flows},
        "power": {flow: _sensor(number, flow, "power") for flow in flows},
    }
    return ConfigSubentryData(
        subentry_type=kind, title=f"Thing {number}", unique_id=None, data={"source": source, "flows": list(flows)}
    )


def _sensor(number: int, flow: str, what: str) -> str:
    return f"sensor.source_{number}_{flow}_{what}"
