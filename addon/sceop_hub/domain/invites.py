"""Invite codes: short enough to read over a fence, long enough that nobody guesses one."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"
"""No letter that looks like a digit, no vowel pair that spells: 30 signs, so that eight of them make 6.6e11 codes."""

LENGTH = 8
DEFAULT_LIFE = timedelta(days=30)


def make_code(choose: Callable[[str], str]) -> str:
    """Return a new code such as ABCD-EFGH; `choose` picks one sign."""
    signs = "".join(choose(ALPHABET) for _ in range(LENGTH))
    return f"{signs[:4]}-{signs[4:]}"


def normalise(code: str) -> str:
    """Return the code as it is stored, whatever the dashes, spaces and small letters that a person typed."""
    return re.sub(r"[^A-Z0-9]", "", code.upper())


def day_of(instant: datetime) -> str:
    """Write a day as a sentence needs it: 3 November 2026."""
    moment = instant.astimezone(UTC)
    return f"{moment.day} {moment:%B %Y}"


def link(address: str, code: str, sha256: str | None) -> str:
    """Return the invite as a link for Home Assistant; it names the certificate where nobody vouches for that."""
    certificate = "" if sha256 is None else f"&sha256={sha256}"
    return f"sceop://join?hub={quote(address, safe='')}&code={code}{certificate}"


def page(address: str, code: str, sha256: str | None) -> str:
    """Return the invite as the address of a page that a phone's camera opens; what follows the # is sent to nobody."""
    certificate = "" if sha256 is None else f"&sha256={sha256}"
    return f"{address}/join#code={code}{certificate}"
