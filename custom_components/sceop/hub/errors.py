"""What can go wrong on the way to a hub, each with a sentence that a person can act upon."""

from datetime import timedelta
from typing import Literal

type InviteProblem = Literal["invite-unknown", "invite-used", "invite-expired"]


class HubError(Exception):
    """Something went wrong between this home and its hub. The sentence is the hub's own where it gave one."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class HubUnreachable(HubError):
    """Nobody answers at the address."""


class NotAHub(HubError):
    """Something answers, and it is no SCEOP hub."""


class WrongVersion(HubError):
    """The hub speaks another version of the wire."""


class HubBusy(HubError):
    """The hub asks to come back later."""


class HubStorageFull(HubError):
    """The hub can not keep anything more until somebody makes room."""


class TokenRefused(HubError):
    """The hub does not know this home any more."""


class Refused(HubError):
    """The hub understood this and will not take it, now or later."""


class TooLarge(Refused):
    """The hub would take this in smaller pieces."""


class ClockRefused(HubError):
    """The hub finds readings in its future and leaves them here."""


class ClockApart(HubError):
    """The two clocks do not agree; readings would land in the wrong slot. This one is ahead, or behind if negative."""

    def __init__(self, sentence: str, apart: timedelta) -> None:
        super().__init__(sentence)
        self.apart = apart


class InviteRefused(HubError):
    """The invite code opens no door."""

    def __init__(self, sentence: str, problem: InviteProblem) -> None:
        super().__init__(sentence)
        self.problem: InviteProblem = problem
