"""A recorder that compiles statistics as time passes, for tests that stop the clock."""

from datetime import UTC, datetime, timedelta

from homeassistant.components.recorder.statistics import statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.helpers.recorder import get_instance
from pytest_homeassistant_custom_component.components.recorder.common import (
    async_wait_recording_done,
    do_adhoc_statistics,
)

from custom_components.sceop.own_history import _drained

PERIOD = timedelta(minutes=5)
ENERGY = {"device_class": "energy", "state_class": "total_increasing", "unit_of_measurement": "kWh"}
MONEY = {"device_class": "monetary", "state_class": "total", "unit_of_measurement": "EUR"}
DAILY = {"device_class": "energy", "state_class": "total", "unit_of_measurement": "kWh"}
POWER = {"device_class": "power", "state_class": "measurement", "unit_of_measurement": "W"}


class RecordedSensors:
    """Sensors that show a function of time, recorded and compiled every five minutes."""

    def __init__(self, hass: HomeAssistant, freezer) -> None:
        self.hass, self.freezer, self.sensors = hass, freezer, {}

    def add(self, name, attributes, value):
        self.sensors[name] = attributes, value

    def show(self, now=None):
        now = now or datetime.now(UTC)
        for name, (attributes, value) in self.sensors.items():
            shown = value(now)
            more = {}
            if isinstance(shown, tuple):
                shown, reset = shown
                more = {"last_reset": reset.isoformat()}
            self.hass.states.async_set(name, str(shown), attributes | more)

    async def until(self, end, step=timedelta(minutes=1)):
        """Let time pass; statistics are compiled ten seconds after each period, as the recorder does."""
        now = datetime.now(UTC)
        while now < end:
            following = min(now + step, end, _period(now) + PERIOD)
            self.freezer.move_to(following - timedelta(milliseconds=1))  # what is told on the edge is the next period's
            self.show(following)
            self.freezer.move_to(following)
            await self.passed()
            if following == _period(following):
                await async_wait_recording_done(self.hass)
                do_adhoc_statistics(self.hass, start=following - PERIOD)
                await _drained(self.hass)
            now = following

    async def passed(self):
        """Do what happens at the end of each step; here nothing does."""

    async def changes(self, name, start, period="hour", unit="Wh"):
        """Return the change of each row, as the energy dashboard asks for it."""
        rows = await get_instance(self.hass).async_add_executor_job(
            statistics_during_period, self.hass, start, None, {name}, period, {"energy": unit}, {"change"}
        )
        return {datetime.fromtimestamp(row["start"], UTC): round(row["change"], 6) for row in rows.get(name, ())}


def _period(instant):
    return instant.replace(minute=instant.minute - instant.minute % 5, second=0, microsecond=0)
