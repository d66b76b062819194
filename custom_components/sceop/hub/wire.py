"""Version 1 of the wire: what is said to the hub and what it answers, as typed values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, Self

from ..core.blocks import Block, wire_time
from .sharing import Sharing

BLOCKS_A_REQUEST = 16
"""A quarter of what the hub takes. Ten thousand slots are 60 kB: written in a moment, and never near its 1 MiB."""

FEWEST_HOMES = 15
"""Behind every figure of a community, unless its owner lowered that and its members agreed."""

CLIENT = "sceop-integration"

type Standing = Literal["active", "waiting", "paused"]


@dataclass(frozen=True, slots=True)
class Health:
    """What a hub says about itself."""

    community: str
    version: str
    now: datetime
    hub_id: str | None = None
    """What stays the same wherever the hub moves; a hub may have none."""
    fewest_homes: int = FEWEST_HOMES
    """How many homes stand behind every figure that it shows."""


@dataclass(frozen=True, slots=True)
class Joining:
    """One attempt to join.

    `request` is made once for it, so that sending it again makes no second household. `site` is for life: who comes
    back is given the household of before, or the same past would be counted twice.
    """

    code: str
    request: str
    site: str
    name: str
    time_zone: str
    version: str

    def to_json(self) -> dict[str, object]:
        """Return what is sent."""
        return {
            "code": self.code,
            "request": self.request,
            "site": self.site,
            "name": self.name,
            "kind": "home",
            "time_zone": self.time_zone,
            "client": client(self.version),
        }


@dataclass(frozen=True, slots=True)
class Membership:
    """A place in a community, as this home keeps it."""

    address: str
    household: str
    token: str
    community: str
    joined_at: datetime
    hub_id: str | None = None
    pin: str | None = None
    """The SHA-256 of the only certificate that is believed; without it, what every browser believes."""
    renewed_at: datetime | None = None
    """When the token was changed for a new one."""
    sharing: Sharing = field(default_factory=Sharing)

    def to_json(self) -> dict[str, Any]:
        """Return the form in which the config entry keeps it."""
        return {
            "address": self.address,
            "household": self.household,
            "token": self.token,
            "community": self.community,
            "joined_at": self.joined_at.isoformat(),
            "hub_id": self.hub_id,
            "pin": self.pin,
            "renewed_at": self.renewed_at and self.renewed_at.isoformat(),
            **self.sharing.to_json(),
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """Read it back."""
        return cls(
            address=kept["address"],
            household=kept["household"],
            token=kept["token"],
            community=kept["community"],
            joined_at=datetime.fromisoformat(kept["joined_at"]),
            hub_id=kept.get("hub_id"),
            pin=kept.get("pin"),
            renewed_at=None if (at := kept.get("renewed_at")) is None else datetime.fromisoformat(at),
            sharing=Sharing.from_json(kept),
        )


@dataclass(frozen=True, slots=True)
class Me:
    """What the hub says of this home, as far as this home has something to do about it."""

    standing: Standing
    fewest_homes: int
    """Behind every figure that the hub shows."""
    agreed_fewest: int
    """The least that this home agreed to; while it is more, its energy is in no figure."""
    nickname: str | None
    client: str
    """The program that speaks for this home, as the hub knows it."""
    renew_token: bool
    """Whether the hub asks for a change of the token before its time."""
    weather: bool = False
    """Whether the coordinator takes the weather from this home."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the hub made of a request's readings."""

    stored: int
    unchanged: int


def client(version: str) -> dict[str, str]:
    """Return the program that speaks for this home."""
    return {"name": CLIENT, "version": version}


def readings(blocks: tuple[Block, ...]) -> dict[str, object]:
    """Return blocks as a request carries them."""
    return {"blocks": [block.to_json() for block in blocks]}


def power(at: datetime, watts: Mapping[str, int | None]) -> dict[str, object]:
    """Return the power of this moment, with null for a flow that is not known: missing is not zero."""
    return {"type": "power", "at": wire_time(at), "w": dict(watts)}
