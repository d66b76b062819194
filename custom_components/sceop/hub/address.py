"""The hub's address, as people type it."""

from ipaddress import ip_address

from yarl import URL

from ..core.wire import PORT


class AddressError(ValueError):
    """What was typed can not be the address of a hub."""


class InsecureAddressError(ValueError):
    """A token and a home's consumption would cross the internet for everybody to read."""


def parse(typed: str) -> URL:
    """Return the hub's address without a slash at its end.

    Without a scheme, a hub at home is meant over http and any other over https. Plain http is taken only where it does
    not leave the building.
    """
    text = typed.strip()
    bare = "://" not in text
    try:
        url = URL(f"//{text}" if bare else text)
        host, port = url.host, url.explicit_port
    except ValueError as error:
        raise AddressError(typed) from error
    if not host or url.user or url.password or (not bare and url.scheme not in {"http", "https"}) or " " in text:
        raise AddressError(typed)
    if bare:
        scheme = "http" if stays_at_home(host) else "https"
        url = URL.build(scheme=scheme, host=host, port=port or (PORT if scheme == "http" else None), path=url.path)
    if url.scheme == "http" and not stays_at_home(host):
        raise InsecureAddressError(typed)
    return URL(str(url.with_query(None).with_fragment(None)).rstrip("/"))


def stays_at_home(host: str) -> bool:
    """Tell whether the host is this machine or on the local network.

    A name without a dot belongs to the local network, because no such name exists on the internet; apps of Home
    Assistant have one. A bare number is no name: it is an address in disguise.
    """
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return ("." not in host and not host.isdecimal()) or host.endswith((".local", ".localhost", ".home.arpa"))
    return address.is_private or address.is_loopback or address.is_link_local
