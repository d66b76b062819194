"""What the sun has left is used, without a flicker, and never against a hand."""

import pytest
from homeassistant.setup import async_setup_component

from tests.blueprints.home import blueprint
from tests.household.lights.conftest import MORNING

LOAD, MARK, READY = "input_boolean.heater", "input_boolean.mark", "input_boolean.cold"
EXPORT, IMPORT = "sensor.my_home_grid_export_power", "sensor.my_home_grid_import_power"
ON, OFF = ("input_boolean.turn_on", LOAD), ("input_boolean.turn_off", LOAD)


def test_it_is_a_whole_blueprint():
    told = blueprint("solar_surplus")
    assert told.validate() is None
    assert told.metadata["source_url"].endswith("/blueprints/automation/sceop/solar_surplus.yaml")
    assert told.metadata["homeassistant"]["min_version"] == "2026.10.0"


class Roof:
    """A roof whose sun the tests make, and a heater of 1.5 kW in its home."""

    def __init__(self, home):
        self.home = home

    async def shine(self, watts, unit="W"):
        """Give so much to the grid, or take it."""
        for entity, power in ((EXPORT, max(watts, 0)), (IMPORT, max(-watts, 0))):
            await self.home.show(entity, str(power / (1000 if unit == "kW" else 1)), unit_of_measurement=unit)

    @property
    def runs(self):
        return self.home.state(LOAD) == "on"

    @property
    def done(self):
        return [call for call in self.home.done if call[1] == LOAD]


@pytest.fixture
async def roof(home, hass, clock):
    clock.move_to(MORNING)
    booleans = {"heater": None, "mark": None, "cold": {"initial": True}}
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": booleans})
    roof = Roof(home)
    await roof.shine(0)
    return roof


@pytest.fixture
def begin(roof):
    async def begin(watts=2000, **inputs):
        given = {"load": LOAD, "need": 1500, "export": EXPORT, "import": IMPORT}
        await roof.home.automate("solar_surplus", **given | inputs)
        await roof.shine(watts)
        return roof

    return begin


async def test_it_runs_while_the_sun_has_enough_left(begin):
    roof = await begin()
    await roof.home.pass_by(minutes=4)
    assert not roof.runs
    await roof.home.pass_by(minutes=2)
    assert roof.runs
    assert roof.home.log == ["turned on, for the sun has 2000 W left."]
    await roof.shine(500)
    await roof.home.pass_by(minutes=60)
    assert roof.runs
    await roof.shine(-300)
    await roof.home.pass_by(minutes=4)
    assert roof.runs
    await roof.home.pass_by(minutes=3)
    assert not roof.runs
    assert roof.done == [ON, OFF]
    assert roof.home.log[-1] == "turned off, for the sun has too little left."


async def test_a_little_from_the_grid_stops_nothing(begin):
    roof = await begin()
    await roof.home.pass_by(minutes=6)
    await roof.shine(-90)
    await roof.home.pass_by(minutes=60)
    assert roof.runs


async def test_a_cloud_stops_nothing_and_a_gap_in_the_clouds_starts_nothing(begin):
    roof = await begin()
    await roof.home.pass_by(minutes=3)
    await roof.shine(100)
    await roof.home.pass_by(minutes=1)
    await roof.shine(2000)
    await roof.home.pass_by(minutes=3)
    assert not roof.runs
    await roof.home.pass_by(minutes=3)
    assert roof.runs
    await roof.home.pass_by(minutes=30)
    for _ in range(3):
        await roof.shine(-500)
        await roof.home.pass_by(minutes=3)
        await roof.shine(300)
        await roof.home.pass_by(minutes=2)
    assert roof.done == [ON]


async def test_it_stays_on_and_off_for_as_long_as_it_must(begin):
    roof = await begin(steady=1, least_on=20, least_off=15)
    await roof.home.pass_by(minutes=2)
    await roof.shine(-1000)
    await roof.home.pass_by(minutes=17)
    assert roof.runs
    await roof.home.pass_by(minutes=3)
    assert not roof.runs
    await roof.shine(2000)
    await roof.home.pass_by(minutes=12)
    assert not roof.runs
    await roof.home.pass_by(minutes=4)
    assert roof.runs


async def test_it_starts_no_more_often_than_it_may(begin):
    roof = await begin(steady=1, least_on=1, least_off=1, most=2)
    for _ in range(4):
        await roof.shine(2000)
        await roof.home.pass_by(minutes=4)
        await roof.shine(-500)
        await roof.home.pass_by(minutes=4)
    assert roof.done == [ON, OFF, ON, OFF]


async def test_what_somebody_turned_off_is_left_off_for_hours(begin):
    roof = await begin(hands_off=1)
    await roof.home.pass_by(minutes=6)
    await roof.home.do("input_boolean.turn_off", LOAD)
    await roof.home.pass_by(minutes=58)
    assert not roof.runs
    assert roof.home.log[-1] == "left off for 1 hours, for somebody turned it off."
    await roof.home.pass_by(minutes=8)
    assert roof.runs


async def test_what_somebody_turned_on_is_left_on(begin):
    roof = await begin()
    await roof.home.do("input_boolean.turn_on", LOAD)
    await roof.shine(-2000)
    await roof.home.pass_by(minutes=60)
    assert roof.runs
    assert OFF not in roof.done


async def test_it_runs_only_while_it_may(begin):
    roof = await begin(ready=READY)
    await roof.home.pass_by(minutes=6)
    assert roof.runs
    await roof.home.do("input_boolean.turn_off", READY)
    assert not roof.runs
    await roof.home.pass_by(minutes=30)
    assert not roof.runs


@pytest.mark.parametrize("state", ["unavailable", "unknown"])
async def test_what_nobody_can_see_is_no_surplus(begin, state):
    roof = await begin()
    await roof.home.pass_by(minutes=6)
    await roof.home.show(IMPORT, state)
    await roof.home.pass_by(minutes=13)
    assert roof.runs
    await roof.home.pass_by(minutes=10)
    assert not roof.runs
    await roof.home.pass_by(minutes=30)
    assert roof.done == [ON, OFF]


async def test_one_meter_for_both_ways_in_kilowatts_will_do(begin, roof):
    await begin(**{"import": ""})
    await roof.home.show(EXPORT, "1.6", unit_of_measurement="kW")
    await roof.home.pass_by(minutes=6)
    assert roof.runs
    await roof.home.show(EXPORT, "-0.2", unit_of_measurement="kW")
    await roof.home.pass_by(minutes=22)
    assert not roof.runs


async def test_after_a_restart_the_mark_tells_whose_it_is(begin):
    roof = await begin(mark=MARK)
    await roof.home.pass_by(minutes=6)
    assert roof.home.state(MARK) == "on"
    await roof.home.turn("off")
    await roof.shine(-1000)
    await roof.home.turn("on")
    await roof.home.pass_by(minutes=40)
    assert not roof.runs
    assert roof.home.state(MARK) == "off"


async def test_without_a_mark_what_is_on_after_a_restart_is_left_on(begin):
    roof = await begin()
    await roof.home.pass_by(minutes=6)
    await roof.home.turn("off")
    await roof.shine(-1000)
    await roof.home.turn("on")
    await roof.home.pass_by(minutes=40)
    assert roof.runs
