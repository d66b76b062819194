"""Contact with the hub: what is known of it, told once when it is lost and once when it is back."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

from .errors import HubError, NotAdmitted, NotHeard
from .wire import Standing

_LOGGER = logging.getLogger(__name__)

type Lane = Literal["live", "readings"]
"""The two ways to the hub; a proxy may well let one through and not the other."""


@dataclass(slots=True)
class Contact:
    """The state of both lanes; who shows it listens."""

    community: str
    live: bool = False
    standing: Standing = "active"
    """Whether the hub takes anything from this home."""
    _lost: set[Lane] = field(default_factory=set)
    _listeners: list[Callable[[], None]] = field(default_factory=list)

    @property
    def connected(self) -> bool:
        """Whether power goes out at this moment and nothing hinders the readings."""
        return self.live and not self._lost

    def reached(self, lane: Lane) -> None:
        """Note that the hub answered on this lane."""
        was_lost = bool(self._lost)
        self._lost.discard(lane)
        if lane == "live":
            self.live = True
        else:
            self.standing = "active"
        if was_lost and not self._lost:
            _LOGGER.info("The hub of %s is back", self.community)
        self._tell()

    def lost(self, lane: Lane, error: HubError) -> None:
        """Note that the hub did not answer, and say so in the log when it is news."""
        if isinstance(error, NotAdmitted):
            self._shut(error)
        elif not self._lost and not isinstance(error, NotHeard):
            _LOGGER.warning("The hub of %s is away; readings are kept until it is back: %s", self.community, error)
        self._lost.add(lane)
        if lane == "live":
            self.live = False
        self._tell()

    def _shut(self, error: NotAdmitted) -> None:
        """Note that the hub is there and takes nothing for now."""
        if self.standing != error.standing:
            _LOGGER.info("The hub of %s takes nothing from this home for now: %s", self.community, error)
        self.standing = error.standing

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call the listener after every change; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def _tell(self) -> None:
        for listener in list(self._listeners):
            listener()
