"""The menu: which pages there are, in their order, and what a reader must be let do to find each."""

from collections.abc import Callable
from dataclasses import dataclass

from ..auth.access import Permission
from ..hub import Hub


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the menu; its label is the word `menu.<page>`. `waiting` counts what wants to be looked at there."""

    page: str
    path: str
    permission: Permission
    waiting: Callable[[Hub], int] | None = None


MENU = (
    Entry("now", "/", Permission.COMMUNITY),
    Entry("patterns", "/patterns", Permission.COMMUNITY),
    Entry("forecast", "/forecast", Permission.COMMUNITY),
    Entry("plan", "/plan", Permission.COMMUNITY),
    Entry("events", "/events", Permission.COMMUNITY, waiting=lambda hub: hub.events_waiting),
    Entry("challenges", "/challenges", Permission.COMMUNITY),
    Entry("leaderboard", "/leaderboard", Permission.COMMUNITY),
    Entry("rewards", "/rewards", Permission.MEMBERS, waiting=lambda hub: hub.rewards_waiting),
    Entry("households", "/households", Permission.MEMBERS, waiting=lambda hub: hub.households_waiting),
    Entry("invites", "/invites", Permission.ADMIT),
    Entry("alerts", "/alerts", Permission.OPERATE, waiting=lambda hub: hub.alerts_waiting),
    Entry("settings", "/settings", Permission.OPERATE),
    Entry("accounts", "/accounts", Permission.OWN),
    Entry("audit", "/audit", Permission.AUDIT),
    Entry("privacy", "/privacy", Permission.COMMUNITY),
)
