"""What people type: numbers with points or commas, addresses with and without a scheme."""

from decimal import Decimal

import pytest
from hypothesis import given, settings, strategies as st
from multidict import MultiDict

from sceop_hub.domain.profile import Place
from sceop_hub.domain.refusal import Refusal
from sceop_hub.web.form import Form


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
    assert Form({"price_per_kwh": typed}).number("price_per_kwh") == Decimal(meant)


@given(st.decimals(0, 1000, places=4), st.sampled_from(".,"))
@settings(deadline=None)
def test_every_price_is_read_as_it_is_written(price, comma):
    assert Form({"price": f"{price:f}".replace(".", comma)}).number("price") == price


@pytest.mark.parametrize("typed", ["cheap", "1.2.3", "0x10", "--1", "٣,,٤", "nan", "sNaN", "-inf"])
def test_what_is_no_number_is_a_mistake_of_its_field(typed):
    form = Form({"price_per_kwh": typed})
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
    form = Form({"address": typed})
    assert form.address("address") == meant
    assert not form.mistakes


def test_an_insecure_address_has_a_sentence_of_its_own():
    form = Form({"address": "http://energy.example.org"})
    assert form.address("address") is None
    assert form.mistakes == {"address": "address_insecure"}


def test_a_place_is_read_out_of_three_fields():
    assert Form({"place": "Seville", "latitude": "37,39", "longitude": "-5.99"}).place() == Place(
        "Seville", 37.39, -5.99
    )
    assert Form({"place": "", "latitude": "", "longitude": " "}).place() is None
    form = Form({"place": "", "latitude": "37", "longitude": "0"})
    assert form.place() is None
    assert form.mistakes == {"place": "place"}


@pytest.mark.parametrize(
    ("latitude", "longitude", "mistakes"),
    [
        ("123", "-5.99", {"latitude": "position"}),
        ("37.39", "-181", {"latitude": "position"}),
        ("37.39", "", {"latitude": "position"}),
        ("37.39", "west", {"longitude": "longitude"}),
    ],
)
def test_a_place_that_is_nowhere_on_earth_is_no_mistake_of_its_name(latitude, longitude, mistakes):
    form = Form({"place": "Seville", "latitude": latitude, "longitude": longitude})
    assert form.place() is None
    assert form.mistakes == mistakes


@pytest.mark.parametrize("typed", ["many", "-3", "1.5", "1_000", "9" * 13])
def test_what_is_no_whole_number_is_a_mistake_of_its_field(typed):
    form = Form({"uses": typed})
    assert form.whole("uses") is None
    assert form.mistakes == {"uses": "uses"}
    with pytest.raises(Refusal, match="no whole number"):
        form.needed("uses")


def test_a_field_that_is_sent_several_times_has_all_its_values():
    form = Form(MultiDict([("scopes", "community"), ("scopes", "own"), ("name", " Lobby ")]))
    assert form.texts("scopes") == ["community", "own"]
    assert form.text("scopes") == "community"
    assert (form.text("name"), form.secret("name")) == ("Lobby", " Lobby ")
