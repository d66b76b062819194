"""The hub's address, as people type it."""

from contextlib import suppress
from ipaddress import IPv4Address, IPv4Network, IPv6Address, ip_address
from socket import inet_aton

from yarl import URL

from ..core.wire import PORT

AT_HOME = (".local", ".localhost", ".internal", ".home.arpa", ".lan", ".fritz.box")
"""Names that the internet does not give out, and those that a home's own router gives."""

OVERLAY = IPv4Network("100.64.0.0/10")
"""Addresses inside a provider's network (RFC 6598); private networks over the internet, which encrypt, use them too."""


class AddressError(ValueError):
    """What was typed can not be the address of a hub."""


class InsecureAddressError(ValueError):
    """A token and a home's consumption would cross the internet for everybody to read."""


def parse(typed: str) -> URL:
    """Return the hub's address without a slash at its end.

    Without a scheme, a hub at home is meant over http and any other over https. Plain http is taken only where it does
    not leave the building.
    """
    try:
        url = _url(typed.strip())
    except ValueError as error:  # also what is found in a host only when it is written in the letters of the internet
        raise AddressError(typed) from error
    if url.scheme == "http" and not stays_at_home(url.host or ""):
        raise InsecureAddressError(typed)
    return URL(str(url.with_query(None).with_fragment(None)).rstrip("/"))


def _url(text: str) -> URL:
    bare = "://" not in text
    url = URL(f"//{text}" if bare else text)
    host, port = url.host, url.explicit_port
    if not host or url.user or url.password or (not bare and url.scheme not in {"http", "https"}) or " " in text:
        raise AddressError(text)
    if not bare:
        return url
    scheme = "http" if stays_at_home(host) else "https"
    return URL.build(scheme=scheme, host=host, port=port or (PORT if scheme == "http" else None), path=url.path)


def stays_at_home(host: str) -> bool:
    """Tell whether the host is this machine or on the local network.

    A name without a dot belongs to the local network, because no such name exists on the internet; apps of Home
    Assistant have one.

    A name is judged as it is written. Where it leads is up to the network's own name server, which plain http has to
    trust anyway: whoever runs that could as well read along.
    """
    if (address := _literal(host)) is not None:
        return address.is_private or address.is_loopback or address.is_link_local or address in OVERLAY
    name = host.removesuffix(".").lower()
    return "." not in name or f".{name}".endswith(AT_HOME)


def _literal(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that a host is, also in the disguises of old: 134744072, 0x8080808 and 8.526344 are one."""
    with suppress(ValueError):
        return ip_address(host.partition("%")[0])
    with suppress(OSError):
        return ip_address(inet_aton(host))
    return None
