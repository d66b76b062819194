"""Numbers in a message look as people of that language write them."""

from decimal import Decimal

import pytest

from custom_components.sceop.core.warnings.numbers import energy, money, number, power, share


def plain(text):
    """Show spaces that do not break as spaces."""
    return text.replace("\u00a0", " ").replace("\u202f", " ")


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "1,234,567.5"),
        ("en-GB", "1,234,567.5"),
        ("de", "1.234.567,5"),
        ("fr", "1 234 567,5"),
        ("nl", "1.234.567,5"),
        ("es", "1.234.567,5"),
        ("hi", "12,34,567.5"),
        ("sv", "1,234,567.5"),
    ],
)
def test_a_long_number(language, written):
    assert plain(number(Decimal("1234567.5"), language, 1)) == written


@pytest.mark.parametrize(
    ("language", "written"),
    [
        ("en", "€4.20"),
        ("de", "4,20 €"),
        ("fr", "4,20 €"),
        ("nl", "€ 4,20"),
        ("es", "4,20 €"),
        ("hi", "€4.20"),
    ],
)
def test_money(language, written):
    assert plain(money(Decimal("4.2"), "EUR", language)) == written


def test_money_without_a_sign_of_its_own_keeps_its_letters():
    assert plain(money(Decimal(12), "NOK", "en")) == "NOK 12.00"
    assert plain(money(Decimal(12), "JPY", "en")) == "¥12"
    assert plain(money(Decimal(12), "CHF", "de")) == "12,00 CHF"


def test_spanish_puts_four_digits_together():
    assert (number(1234, "es"), number(12345, "es")) == ("1234", "12.345")


def test_power_and_energy_take_the_unit_that_reads_well():
    assert [plain(power(watts, "de")) for watts in (80.4, 999, 1000, 12345)] == ["80 W", "999 W", "1,0 kW", "12,3 kW"]
    assert [plain(energy(wh, "de")) for wh in (80, 9_940, 10_000, 1_234_567)] == [
        "0,1 kWh",
        "9,9 kWh",
        "10 kWh",
        "1.235 kWh",
    ]


def test_shares_and_what_is_below_zero():
    assert [plain(share(0.756, language)) for language in ("en", "de", "hi")] == ["76%", "76 %", "76%"]
    assert [number(-2.5, "de", 1), number(-0.01, "en", 1)] == ["\u22122,5", "0.0"]
