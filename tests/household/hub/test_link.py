"""A link is read as it was pasted: whole, or not at all."""

import pytest
from hypothesis import given, strategies as st

from custom_components.sceop.hub.address import AddressError, InsecureAddressError
from custom_components.sceop.hub.link import LinkError, read

PIN = "ab" * 32
COLONS = ":".join(["AB"] * 32)


@pytest.mark.parametrize(
    ("typed", "address", "code", "pin"),
    [
        ("192.168.1.5", "http://192.168.1.5:8710", None, None),
        ("https://hub.example.org", "https://hub.example.org", None, None),
        ("sceop://join?hub=192.168.1.5%3A8710&code=ABCD-EFGH", "http://192.168.1.5:8710", "ABCD-EFGH", None),
        (
            f" sceop://join?hub=https%3A%2F%2F10.0.0.2%3A8710&code=ABCD-EFGH&sha256={PIN}\n",
            "https://10.0.0.2:8710",
            "ABCD-EFGH",
            PIN,
        ),
        (f"SCEOP://join?hub=https://hub.local&sha256={COLONS}", "https://hub.local", None, PIN),
        ("https://hub.example.org/join#code=ABCD-EFGH", "https://hub.example.org", "ABCD-EFGH", None),
        (f"https://hub.local:8710/sceop/join#code=A&sha256={PIN}", "https://hub.local:8710/sceop", "A", PIN),
        ("http://192.168.1.5:8710/join#code=ABCD-EFGH", "http://192.168.1.5:8710", "ABCD-EFGH", None),
        ("https://hub.example.org/join", "https://hub.example.org", None, None),
        ("https://hub.example.org/join/", "https://hub.example.org", None, None),
    ],
)
def test_a_link_is_an_address_a_code_and_a_fingerprint(typed, address, code, pin):
    door = read(typed)
    assert (str(door.address), door.code, door.pin) == (address, code, pin)


@pytest.mark.parametrize(
    "typed",
    [
        "sceop://join",
        "sceop://join?code=ABCD-EFGH",
        "sceop://join?hub=&code=ABCD-EFGH",
        "sceop://join?hub=https://hub.local&sha256=abcd",
        f"sceop://join?hub=https://hub.local&sha256={PIN[:-1]}g",
        f"sceop://join?hub=http://192.168.1.5&sha256={PIN}",
        f"sceop://join?hub=192.168.1.5&sha256={PIN}",
        "sceop://join?hub=ftp://hub.local",
        f"http://192.168.1.5/join#code=A&sha256={PIN}",
        "sceop:nonsense",
    ],
)
def test_a_link_that_is_not_whole_opens_nothing(typed):
    with pytest.raises(LinkError):
        read(typed)


def test_a_link_gives_no_way_around_https():
    with pytest.raises(InsecureAddressError):
        read("sceop://join?hub=http%3A%2F%2Fhub.example.org&code=ABCD-EFGH")
    with pytest.raises(InsecureAddressError):
        read("http://hub.example.org/join#code=ABCD-EFGH")


@given(st.text(max_size=80))
def test_whatever_is_pasted_is_read_or_refused(typed):
    for text in (typed, f"sceop://join?hub={typed}", f"https://hub.local/join#{typed}"):
        try:
            door = read(text)
        except AddressError, InsecureAddressError, LinkError:
            continue
        assert door.address.host
        assert door.pin is None or door.address.scheme == "https"
