"""Accounts: what a name and a password must be, and how long somebody waits who tried too often."""

import unicodedata

from .refusal import Refusal

SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200
FEWEST_SIGNS = 5
"""Different ones in a password."""
FREE_TRIES = 5
"""Typing mistakes that cost nothing."""

LONGEST_NAME = 40
_BETWEEN = frozenset(" .@'-_")
"""What may stand between the letters and digits of a name."""


def account_name(typed: str) -> str:
    """Return the name of an account, or say what is wrong with it."""
    name = unicodedata.normalize("NFC", " ".join(typed.split()))
    spelled = all(sign in _BETWEEN or unicodedata.category(sign)[0] in "LMN" for sign in name)
    if not 1 <= len(name) <= LONGEST_NAME or not spelled or name[0] in _BETWEEN or name[-1] in _BETWEEN:
        raise Refusal(
            "invalid", "An account's name has 1 to 40 letters, digits, spaces or any of . @ ' - _ between them."
        )
    return name


def check_password(password: str, name: str) -> None:
    """Refuse what is guessed at once; length is what makes a password good."""
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise Refusal(
            "invalid",
            "A password has {shortest} to {longest} characters. Four words that do not belong together are a good one.",
            shortest=SHORTEST_PASSWORD,
            longest=LONGEST_PASSWORD,
        )
    if len(set(password)) < FEWEST_SIGNS or password.casefold() == name.casefold():
        raise Refusal("invalid", "This password is guessed at once. Take four words that do not belong together.")


def wait_after(failures: int, longest: int) -> int:
    """Return how many seconds somebody waits after so many failures in a row: each one doubles it."""
    if failures < FREE_TRIES:
        return 0
    return min(longest, 1 << min(failures - FREE_TRIES, 30))
