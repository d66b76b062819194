"""What people type: numbers with points or commas, addresses with and without a scheme."""

from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st

from sceop_hub.domain.profile import Place
from sceop_hub.web.typed import Typed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("0.29", "0.29"),
        ("0,29", "0.29"),
        (" 1 234,5 ", "1234.5"),
        ("1.234,56", "1234.56"),
        ("1,234.56", "1234.56"),
        ("-3", "-3"),
    ],
)
def test_a_number_may_have_a_comma(typed, meant):
    assert Typed({"price_per_kwh": typed}).number("price_per_kwh") == Decimal(meant)


@given(st.decimals(0, 1000, places=4), st.sampled_from(".,"))
@settings(deadline=None)
def test_every_price_is_read_as_it_is_written(price, comma):
    assert Typed({"price": f"{price:f}".replace(".", comma)}).number("price") == price


@pytest.mark.parametrize("typed", ["cheap", "1.2.3", "0x10", "--1", "٣,,٤"])
def test_what_is_no_number_is_a_mistake_of_its_field(typed):
    form = Typed({"price_per_kwh": typed})
    assert form.number("price_per_kwh") is None
    assert form.mistakes == {"price_per_kwh": "price_per_kwh"}


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("energy.example.org", "https://energy.example.org"),
        ("192.168.1.20", "http://192.168.1.20:8710"),
        ("192.168.1.20:9000", "http://192.168.1.20:9000"),
        ("hub.local/sceop", "http://hub.local:8710/sceop"),
        ("https://energy.example.org:8443/", "https://energy.example.org:8443"),
        ("", None),
    ],
)
def test_an_address_may_lack_its_beginning(typed, meant):
    form = Typed({"address": typed})
    assert form.address("address") == meant
    assert not form.mistakes


def test_an_insecure_address_has_a_sentence_of_its_own():
    form = Typed({"address": "http://energy.example.org"})
    assert form.address("address") is None
    assert form.mistakes == {"address": "address_insecure"}


def test_a_place_is_read_out_of_three_fields():
    assert Typed({"place": "Seville", "latitude": "37,39", "longitude": "-5.99"}).place() == Place(
        "Seville", 37.39, -5.99
    )
    assert Typed({"place": "", "latitude": "", "longitude": " "}).place() is None
    form = Typed({"place": "", "latitude": "37", "longitude": "0"})
    assert form.place() is None
    assert form.mistakes == {"place": "place"}
