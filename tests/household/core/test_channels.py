"""What is a channel, and what follows from the flows."""

import pytest

from custom_components.sceop.core.channels import consumption, is_channel


@pytest.mark.parametrize("name", ["grid_import", "production", "load.heat_pump", "light.floor_2"])
def test_channels(name):
    assert is_channel(name)


@pytest.mark.parametrize("name", ["consumption", "load.", "light.Floor", "load.a b", "", "load." + "a" * 41])
def test_no_channels(name):
    assert not is_channel(name)


def test_consumption_is_what_the_flows_leave():
    flows = {"grid_import": 500, "grid_export": 0, "production": 900, "battery_charge": 300, "battery_discharge": 0}
    assert consumption(flows) == 1100
    assert consumption({"grid_import": 500, "load.heat_pump": 400}) == 500


def test_missing_is_not_zero():
    assert consumption({"grid_import": 500, "production": None}) is None
    assert consumption({"production": 500}) is None
    assert consumption({}) is None
