"""Notices: what the coordinator tells all members at once."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from .names import can_be_read
from .refusal import Refusal

LONGEST_TITLE = 80
LONGEST_TEXT = 1000

TOLD_FOR = timedelta(days=7)
"""How long whoever connects is told it again; a household knows it by its id."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A message, by whom and when."""

    id: int
    at: datetime
    who: str
    title: str
    text: str


def checked(title: str, text: str) -> tuple[str, str]:
    """Return a title and a text as they are told, or say what is wrong with them."""
    title, text = " ".join(title.split()), "\n".join(line.rstrip() for line in text.strip().splitlines())
    if not 1 <= len(title) <= LONGEST_TITLE or not can_be_read(title):
        raise Refusal(
            "invalid", "A message has a title of 1 to {most} characters that can be seen.", most=LONGEST_TITLE
        )
    if not 1 <= len(text) <= LONGEST_TEXT or not all(map(can_be_read, text.split())):
        raise Refusal("invalid", "A message has a text of 1 to {most} characters that can be seen.", most=LONGEST_TEXT)
    return title, text
