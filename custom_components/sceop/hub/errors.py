"""What can go wrong on the way to a hub, each with a sentence that a person can act upon."""

from datetime import timedelta
from typing import Literal

type Shut = Literal["waiting", "paused"]
"""Why a hub takes nothing from a member: nobody approved it yet, or its coordinator set it aside."""
type InviteProblem = Literal["invite-unknown", "invite-used", "invite-expired"]


class HubError(Exception):
    """Something went wrong between this home and its hub. The sentence is the hub's own where it gave one."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class HubUnreachable(HubError):
    """Nobody answers at the address."""


class CertificateUnknown(HubError):
    """The hub shows a certificate that nobody vouches for, and this home was not told to believe it."""


class CertificateChanged(HubError):
    """Who answers shows another certificate than the one that this home was invited with."""


class AnotherHub(HubError):
    """A hub answers where this home's own was, and it is another one."""


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


class NotHeard(HubError):
    """The hub does not listen to this home's power, for a reason that it gives to whoever sends readings."""


class NotAdmitted(HubError):
    """The hub knows this home and takes nothing from it yet, or for now."""

    def __init__(self, sentence: str, standing: Shut) -> None:
        super().__init__(sentence)
        self.standing: Shut = standing


class Refused(HubError):
    """The hub understood this and will not take it, now or later."""


class Declined(HubError):
    """The hub understood this and says no, for a reason that needs no knowing to be shown to a person."""


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
