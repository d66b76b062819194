"""Names that people choose for themselves: any script and emoji, and nothing that plays with the reader's eye."""

import unicodedata

from .refusal import Refusal

LONGEST = 40
_JOINERS = frozenset("\u200c\u200d")
"""They join letters of some scripts, and emoji."""
_MOST_MARKS = 4
"""Marks on one letter: real scripts pile up three."""


def can_be_read(text: str) -> bool:
    """Tell whether all of a text can be seen, but for what joins it: Hindi and Persian are not written without."""
    return "".join(sign for sign in text if sign not in _JOINERS).isprintable() and (not text or bool(key(text)))


def site_name(typed: str) -> str:
    """Return the name that a household gives itself towards its coordinator, or say what is wrong with it."""
    name = " ".join(typed.split())
    if not name or not can_be_read(name):
        raise Refusal("invalid", "A name needs at least one sign that can be seen, and none that can not.")
    return name


def nickname(typed: str) -> str:
    """Return a nickname as it is kept, or say what is wrong with it."""
    text = unicodedata.normalize("NFC", " ".join(typed.split()))
    if not 1 <= len(text) <= LONGEST:
        raise Refusal("invalid", "A nickname has 1 to {longest} characters.", longest=LONGEST)
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        if category in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"} and sign not in _JOINERS:
            raise Refusal(
                "invalid",
                "A nickname holds no signs that are invisible or that turn the direction of writing. Type it anew"
                " instead of pasting it.",
            )
        marks = marks + 1 if category.startswith("M") else 0
        if marks > _MOST_MARKS:
            raise Refusal("invalid", "A nickname holds no piled up marks. Choose a plainer one.")
    if not key(text):
        raise Refusal("invalid", "A nickname needs at least one sign that can be seen.")
    return text


def key(name: str) -> str:
    """Return what two names share that look the same: capitals, widths, joiners and spaces do not count."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return "".join(
        sign
        for sign in folded
        if not sign.isspace() and unicodedata.category(sign) != "Cf" and not "\ufe00" <= sign <= "\ufe0f"
    )
