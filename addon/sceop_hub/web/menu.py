"""The menu: which pages there are, in their order, and what a reader must be let do to find each."""

from dataclasses import dataclass

from ..auth.access import Permission


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the menu; its label is the word `menu.<page>`."""

    page: str
    path: str
    permission: Permission


MENU = (Entry("now", "/", Permission.COMMUNITY),)
