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
        ("hub.lan", "http://hub.lan:8710"),
        ("Hub.Fritz.Box", "http://hub.fritz.box:8710"),
        ("fritz.box", "http://fritz.box:8710"),
        ("hub.home.arpa", "http://hub.home.arpa:8710"),
        ("hub.internal", "http://hub.internal:8710"),
        ("homeassistant.local.:8710", "http://homeassistant.local.:8710"),
        ("100.64.0.1", "http://100.64.0.1:8710"),
        ("100.127.255.254", "http://100.127.255.254:8710"),
        ("169.254.7.7", "http://169.254.7.7:8710"),
        ("[fe80::5]", "http://[fe80::5]:8710"),
        ("[::ffff:192.168.1.5]:8710", "http://[::ffff:192.168.1.5]:8710"),
        ("hub.example.org", "https://hub.example.org"),
        ("hub.notfritz.box", "https://hub.notfritz.box"),
        ("hub.plan", "https://hub.plan"),
        ("hub.example.org:8443", "https://hub.example.org:8443"),
        ("hub.example.org/sceop/", "https://hub.example.org/sceop"),
        ("https://hub.example.org/?a=1#b", "https://hub.example.org"),
        ("https://192.168.1.5:8710/", "https://192.168.1.5:8710"),
    ],
)
def test_it_is_understood(typed, meant):
    assert str(parse(typed)) == meant


@pytest.mark.parametrize(
    "typed",
    [
        "http://hub.example.org",
        "http://hub.lan.example.org",
        "http://8.8.8.8",
        "http://100.63.255.255",
        "http://100.128.0.0",
        "http://134744072",
        "http://0x8080808",
        "http://8.526344",
        "http://[2001:4860::8888]:8710",
        "http://[::ffff:8.8.8.8]:8710",
        "http://[64:ff9b::808:808]",
    ],
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
