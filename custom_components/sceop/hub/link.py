"""The link of an invite: where the hub is, the code and, of a certificate that nobody vouches for, its fingerprint."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qs

from yarl import URL

from .address import AddressError, parse

_FINGERPRINT = re.compile(r"[0-9a-f]{64}")
_PAGE = "/join"
"""The hub's own page for whoever opens the link in a browser; what follows the # never leaves that."""


class LinkError(ValueError):
    """What was pasted begins like the link of an invite and is not whole."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where to knock, and with what; `pin` is the SHA-256 of the one certificate that is believed there."""

    address: URL
    code: str | None = None
    pin: str | None = None


def read(typed: str) -> Door:
    """Read an address as people type it, or a link as they paste it.

    A hub whose certificate is pinned is reached by https only; anything else would not look at the pin.
    """
    text = typed.strip()
    if text.lower().startswith("sceop:"):
        told = _told(text.partition("?")[2])
        return _door(told.get("hub", ""), told)
    address, mark, fragment = text.partition("#")
    trimmed = address.rstrip("/")
    if "://" in address and trimmed.endswith(_PAGE):
        return _door(trimmed.removesuffix(_PAGE), _told(fragment) if mark else {})
    return Door(parse(text))


def _told(query: str) -> dict[str, str]:
    return {name: values[-1].strip() for name, values in parse_qs(query).items()}


def _door(hub: str, told: dict[str, str]) -> Door:
    pin = told.get("sha256", "").replace(":", "").lower() or None
    if not hub or (pin is not None and _FINGERPRINT.fullmatch(pin) is None):
        raise LinkError(hub)
    try:
        address = parse(hub)
    except AddressError as error:
        raise LinkError(hub) from error
    if pin is not None and address.scheme != "https":
        raise LinkError(hub)
    return Door(address, told.get("code") or None, pin)
