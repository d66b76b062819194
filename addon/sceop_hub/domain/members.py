"""Members: who takes part, as the hub knows them."""

from dataclasses import dataclass
from typing import Literal

from .privacy import FEWEST_HOMES

type Kind = Literal["home", "organisation"]
type State = Literal["waiting", "active", "paused", "removed"]
"""Waiting for a coordinator's word; taking part; set aside for a while; gone."""


@dataclass(frozen=True, slots=True)
class Household:
    """One site that joined. `shown` is an organisation's consent to be shown by name; a home never is.

    `team` is the building, street or team that it belongs to. `agreed_fewest` is the fewest homes behind a figure that
    this member agreed to.
    """

    id: int
    public_id: str
    name: str
    kind: Kind
    shown: bool
    state: State = "active"
    nickname: str | None = None
    team: int | None = None
    agreed_fewest: int = FEWEST_HOMES


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody at the door: what a household says of itself when it joins.

    `request` names this attempt, so that sending it again after a lost answer does not use a second place. `site` is an
    identity that only the site knows; joining again with it makes no second household.
    """

    request: str
    name: str
    kind: Kind
    shown: bool
    time_zone: str
    client: str
    site: str | None
