"""What people type as the hub's address, and what they mean."""

import pytest

from custom_components.sceop.hub.address import AddressError, InsecureAddressError, parse


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("192.168.1.5:8710", "http://192.168.1.5:8710"),
        (" 192.168.1.5 ", "http://192.168.1.5:8710"),
        ("http://192.168.1.5", "http://192.168.1.5"),
        ("localhost:9000", "http://localhost:9000"),
        ("127.0.0.1", "http://127.0.0.1:8710"),
        ("homeassistant.local", "http://homeassistant.local:8710"),
        ("local-sceop-hub:8710", "http://local-sceop-hub:8710"),
        ("[fd00::5]:8710", "http://[fd00::5]:8710"),
        ("hub.example.org", "https://hub.example.org"),
        ("hub.example.org:8443", "https://hub.example.org:8443"),
        ("hub.example.org/sceop/", "https://hub.example.org/sceop"),
        ("https://hub.example.org/?a=1#b", "https://hub.example.org"),
        ("https://192.168.1.5:8710/", "https://192.168.1.5:8710"),
    ],
)
def test_it_is_understood(typed, meant):
    assert str(parse(typed)) == meant


@pytest.mark.parametrize(
    "typed", ["http://hub.example.org", "http://8.8.8.8", "http://134744072", "http://[2001:4860::8888]:8710"]
)
def test_plain_http_stays_at_home(typed):
    with pytest.raises(InsecureAddressError):
        parse(typed)


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "ftp://192.168.1.5", "http://", "a b", "http://me:secret@192.168.1.5", "192.168.1.5:port", "[::1"],
)
def test_nonsense_is_none(typed):
    with pytest.raises(AddressError):
        parse(typed)
