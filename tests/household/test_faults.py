"""What breaks in a house: nothing wrong enters the statistics, nothing right is lost, and a person reads why."""

from datetime import UTC, datetime

import pytest

from tests.household.recorded_home import BEGAN, COST, HOUR, MINUTE, OURS, RecordedHome


@pytest.fixture(autouse=True)
def _custom_integrations(recorder_mock, enable_custom_integrations):
    """Begin with the recorder, as Home Assistant does."""


@pytest.fixture
async def home(hass, freezer):
    home = RecordedHome(hass, freezer)
    await home.set_up()
    await home.live(HOUR)
    yield home
    await home.unload()


@pytest.mark.parametrize("replaced", [False, True])
async def test_lost_books_leave_no_step_in_any_statistics(hass_storage, home, replaced):
    if replaced:
        home.offset_wh = 900_000  # the new meter has served elsewhere
        await home.live(40 * MINUTE)
    lost = datetime.now(UTC)
    before = {name: home.value(name) for name in (*OURS, COST)}
    await home.unload()
    hass_storage["sceop.site.books"] = {"cut": "off"}
    home.freezer.tick(4 * MINUTE)
    home.show()
    await home.set_up()
    assert "books_broken" in home.told()
    await home.live(HOUR)
    after = {name: home.value(name) for name in (*OURS, COST)}
    assert all(0 < after[name] - before[name] < 0.7 for name in OURS)
    await home.assert_true_statistics(lost_wh=200)
    money = await home.changes(COST, BEGAN - HOUR, "5minute", "kWh")
    assert min(amount for start, amount in money.items() if start >= lost) >= 0
    assert sum(money.values()) == pytest.approx(after[COST], rel=0.05)


async def test_what_a_day_costs_never_dips_when_a_quarter_hour_ends(hass, home):
    costs = []
    for _ in range(40):
        await home.live(MINUTE)
        costs.append(home.value(COST))
    assert costs == sorted(costs)
