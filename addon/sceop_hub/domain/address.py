"""The address at which members reach the hub: a secret crosses it, so plain http may not leave the building."""

import re
from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from urllib.parse import urlsplit

LONGEST = 200

AT_HOME = (".local", ".localhost", ".internal", ".home.arpa", ".lan", ".fritz.box")
"""Names that the internet does not give out, and those that a home's own router gives."""

OVERLAY = IPv4Network("100.64.0.0/10")
"""Addresses inside a provider's network (RFC 6598); private networks over the internet, which encrypt, use them too."""


class AddressError(ValueError):
    """This can not be the address of a hub."""


class InsecureAddressError(ValueError):
    """A token and a home's consumption would cross the internet for everybody to read."""


def address(typed: str) -> str:
    """Return an address as invites tell it, without a slash at its end; the household reads it by the same rule."""
    text = typed.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise AddressError(text) from error
    plain = text.isascii() and text.isprintable() and " " not in text and len(text) <= LONGEST
    if not plain or not host or parts.scheme not in {"http", "https"} or "@" in parts.netloc or port == 0:
        raise AddressError(text)
    if parts.query or parts.fragment:
        raise AddressError(text)
    if parts.scheme == "http" and not stays_at_home(host):
        raise InsecureAddressError(text)
    return f"{parts.scheme}://{parts.netloc.lower()}{parts.path.rstrip('/')}"


def stays_at_home(host: str) -> bool:
    """Tell whether the host, judged as it is written, is this machine or on the local network."""
    if (literal := _literal(host)) is not None:
        overlay = isinstance(literal, IPv4Address) and literal in OVERLAY
        return literal.is_private or literal.is_loopback or literal.is_link_local or overlay
    name = host.removesuffix(".").lower()
    # A name whose last part is a number is an address in one of its old disguises: 8.526344, 0x8080808.
    if re.fullmatch(r"\d+|0x[0-9a-f]*", name.rpartition(".")[2]):
        return False
    return "." not in name or f".{name}".endswith(AT_HOME)


def is_this_machine(host: str) -> bool:
    """Tell whether the host is found on the machine itself only: no member comes in that way."""
    literal = _literal(host)
    return host == "localhost" if literal is None else literal.is_loopback or literal.is_unspecified


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    with suppress(ValueError):
        return ip_address(host.partition("%")[0])
    return None
