"""What sensors write becomes whole numbers, exactly."""

from decimal import Decimal
from fractions import Fraction

import pytest
from homeassistant.const import UnitOfEnergy, UnitOfPower
from homeassistant.util.unit_conversion import EnergyConverter, PowerConverter
from hypothesis import given, strategies as st

from custom_components.sceop.core.quantities import ENERGY_UNITS, POWER_UNITS, mwh_of, number_of, watts_of


@given(st.integers(-(10**15), 10**15))
def test_kwh_are_exact_to_the_last_thousandth_of_a_wh(mwh):
    assert mwh_of(str(Decimal(mwh).scaleb(-6)), "kWh") == mwh
    assert mwh_of(str(Decimal(mwh).scaleb(-3)), "Wh") == mwh


@pytest.mark.parametrize("unit", ENERGY_UNITS)
def test_home_assistant_means_the_same_by_every_unit_of_energy(unit):
    theirs = EnergyConverter.convert(1, unit, UnitOfEnergy.MILLIWATT_HOUR)
    assert float(ENERGY_UNITS[unit]) == pytest.approx(theirs, rel=1e-9)


@pytest.mark.parametrize("unit", POWER_UNITS)
def test_home_assistant_means_the_same_by_every_unit_of_power(unit):
    assert float(POWER_UNITS[unit]) == pytest.approx(PowerConverter.convert(1, unit, UnitOfPower.WATT), rel=1e-9)


def test_joules_are_rounded_down():
    assert mwh_of("3600", "J") == 1000
    assert mwh_of("3599.999", "J") == 999


@given(st.decimals(-(10**12), 10**12, places=4), st.sampled_from(sorted(POWER_UNITS)))
def test_watts_are_the_nearest_ones(number, unit):
    exact, watts = Fraction(number) * POWER_UNITS[unit], watts_of(str(number), unit)
    assert abs(exact) >= 10**10 if watts is None else abs(exact - watts) <= Fraction(1, 2)


def test_watts_are_rounded_to_the_nearest():
    assert [watts_of(text, unit) for text, unit in (("0.4567", "kW"), ("-12.6", "W"), ("1500", "mW"))] == [457, -13, 2]


@pytest.mark.parametrize(
    "text",
    ["", "unavailable", "unknown", "nan", "inf", "-Infinity", "1e400", "1e-400", "12,5", "0x10", "sNaN", "9" * 99],
)
def test_what_is_no_figure_is_none(text):
    assert number_of(text) is None
    assert mwh_of(text, "kWh") is None
    assert watts_of(text, "W") is None


@pytest.mark.parametrize("unit", [None, "", "m³", "kWh/100km", "VA", "W"])
def test_another_unit_is_no_energy(unit):
    assert mwh_of("5", unit) is None
