"""Where a request comes from, when reverse proxies stand between.

Whoever sends a request can write any header. So the word on the visitor's address is believed only from the proxies
that the settings name, and from the last one backwards: the first address that is none of them is the visitor's.
"""

from ipaddress import ip_address

from aiohttp import web

from ..hub import HUB
from ..values import Networks

_FORWARDING = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Via")


def remote(request: web.Request) -> str:
    """Return the visitor's address."""
    proxies, address = request.app[HUB].settings.proxy_from, request.remote or ""
    if not _is_one_of(proxies, address):
        return address
    told = [part.strip() for line in request.headers.getall("X-Forwarded-For", []) for part in line.split(",")]
    for part in reversed(told):
        if not _is_address(part):
            break
        address = part
        if not _is_one_of(proxies, part):
            break
    return address


def scheme(request: web.Request) -> str:
    """Return `https` where the visitor's side of the way is private, whatever a proxy makes of it."""
    if _is_one_of(request.app[HUB].settings.proxy_from, request.remote or ""):
        told = request.headers.get("X-Forwarded-Proto", "").split(",")[0].strip().lower()
        if told in {"http", "https"}:
            return told
    return request.scheme


def forwarded(request: web.Request) -> bool:
    """Tell whether somebody passed this request on, as they say or as is known; it is then nobody's at this machine."""
    proxies = request.app[HUB].settings.proxy_from
    return _is_one_of(proxies, request.remote or "") or any(name in request.headers for name in _FORWARDING)


def _is_one_of(networks: Networks, address: str) -> bool:
    if not networks or not _is_address(address):
        return False
    found = ip_address(address.partition("%")[0])
    if (inside := getattr(found, "ipv4_mapped", None)) is not None:
        found = inside
    return any(found in network for network in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text.partition("%")[0])
    except ValueError:
        return False
    return True
