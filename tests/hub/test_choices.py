"""What forms offer to choose from."""

import pytest

from sceop_hub.web.choices import CURRENCIES, currencies_of_zones, zones


def test_every_currency_that_is_suggested_is_some_time_zones():
    assert set(currencies_of_zones().values()) == set(CURRENCIES)


@pytest.mark.parametrize(
    ("zone", "currency"),
    [
        ("America/Godthab", "DKK"),
        ("America/Indianapolis", "USD"),
        ("Asia/Calcutta", "INR"),
        ("Asia/Shanghai", "CNY"),
        ("Atlantic/Faeroe", "DKK"),
        ("Europe/Amsterdam", "EUR"),
        ("Europe/Kiev", "UAH"),
    ],
)
def test_a_zone_that_a_browser_names_has_its_currency(zone, currency):
    assert zone in zones()
    assert currencies_of_zones()[zone] == currency
