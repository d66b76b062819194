"""The table of figures: every sensor has its words, its icon, and a kind that Home Assistant accepts."""

import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from homeassistant.components.sensor import DEVICE_CLASS_STATE_CLASSES, DEVICE_CLASS_UNITS

from custom_components.sceop.core.figures import RunningSlot, running
from custom_components.sceop.core.ledger import Ledger, Rules, advance
from custom_components.sceop.core.meter import ClosedSlot
from custom_components.sceop.core.slots import SLOT
from custom_components.sceop.site_sensors import FIGURE_SENSORS

FOLDER = Path(__file__).parents[2] / "custom_components/sceop"
MIDNIGHT = datetime(2026, 6, 9, 22, tzinfo=UTC)
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BY_KEY = {sensor.key: sensor for sensor in FIGURE_SENSORS}
FLOWS = frozenset({"grid_import", "grid_export", "production"})


def rules(flows=FLOWS, price="0.30", export="0.10", carbon="400", demand="5"):
    def flat(text):
        return None if text is None else lambda _slot: Decimal(text)

    return Rules(
        AMSTERDAM,
        frozenset(flows),
        flat(price),
        flat(export),
        flat(carbon),
        None if demand is None else Decimal(demand),
    )


def shown():
    known = rules()
    closed = {"grid_import": 500, "grid_export": 100, "production": 1000}
    slots = {flow: [ClosedSlot(MIDNIGHT, wh, "measured")] for flow, wh in closed.items()}
    ledger = advance(Ledger(), slots, known, MIDNIGHT + SLOT)
    moving = {"grid_import": RunningSlot(MIDNIGHT + SLOT, 20), "grid_export": RunningSlot(MIDNIGHT + SLOT, 0)}
    return running(ledger, moving, known, MIDNIGHT + SLOT + timedelta(minutes=5))


def test_every_figure_has_its_value():
    figures = shown()
    assert {key: sensor.value_fn(figures) for key, sensor in BY_KEY.items()} == {
        "grid_import_cost": Decimal("0.156"),
        "grid_export_compensation": Decimal("0.01"),
        "savings_today": Decimal("0.28"),
        "demand_charge": 10,
        "import_price": Decimal("0.30"),
        "export_price": Decimal("0.10"),
        "self_consumption": 90,
        "self_sufficiency": pytest.approx(100 * 900 / 1400),
        "slot_import_energy": 20,
        "slot_export_energy": 0,
        "slot_average_power": 240,
        "month_highest_slot": 2000,
        "standby_load": None,
        "carbon_today": 208,
        "carbon_intensity": 400,
    }
    assert BY_KEY["month_highest_slot"].attributes_fn(figures) == {"at": MIDNIGHT.isoformat()}
    assert BY_KEY["grid_import_cost"].attributes_fn(figures) == {
        "unpriced_import_wh": 0,
        "unpriced_export_wh": 0,
        "waiting_for_prices_since": None,
    }
    assert BY_KEY["savings_today"].last_reset_fn(figures) == BY_KEY["carbon_today"].last_reset_fn(figures) == MIDNIGHT
    assert BY_KEY["demand_charge"].last_reset_fn(figures) == datetime(2026, 5, 31, 22, tzinfo=UTC)


def test_a_figure_that_is_not_known_is_none():
    figures = running(Ledger(), {}, rules(), MIDNIGHT)
    unknown = {key for key, sensor in BY_KEY.items() if sensor.value_fn(figures) is None}
    assert unknown == {
        "carbon_today",
        "demand_charge",
        "month_highest_slot",
        "self_consumption",
        "self_sufficiency",
        "slot_average_power",
        "slot_export_energy",
        "slot_import_energy",
        "standby_load",
    }
    assert BY_KEY["month_highest_slot"].attributes_fn(figures) == {"at": None}


@pytest.mark.parametrize(
    ("site", "missing"),
    [
        (rules(), set()),
        (
            rules(price=None, export=None),
            {"grid_import_cost", "savings_today", "import_price", "grid_export_compensation", "export_price"},
        ),
        (rules(demand=None), {"demand_charge"}),
        (rules(carbon=None), {"carbon_today", "carbon_intensity"}),
        (
            rules(flows={"grid_import"}),
            {"grid_export_compensation", "export_price", "self_consumption", "self_sufficiency", "slot_export_energy"},
        ),
        (rules(flows={"production"}), set(BY_KEY)),
    ],
)
def test_a_site_has_the_figures_that_it_is_able_to_show(site, missing):
    assert {key for key, sensor in BY_KEY.items() if not sensor.exists(site)} == missing


@pytest.mark.parametrize("sensor", FIGURE_SENSORS, ids=lambda sensor: sensor.key)
def test_home_assistant_accepts_it(sensor):
    if sensor.device_class is not None and sensor.state_class is not None:
        assert sensor.state_class in DEVICE_CLASS_STATE_CLASSES[sensor.device_class]
    unit = sensor.unit("EUR")
    assert unit is not None
    assert unit.startswith("EUR") is sensor.is_money
    if sensor.device_class in DEVICE_CLASS_UNITS:
        assert unit in DEVICE_CLASS_UNITS[sensor.device_class]
    for file in ("icons.json", "translations/en.json"):
        assert sensor.translation_key in json.loads((FOLDER / file).read_text())["entity"]["sensor"]
