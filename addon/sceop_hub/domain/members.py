"""Members: who takes part, as the hub knows them."""

from dataclasses import dataclass
from typing import Literal

type Kind = Literal["home", "organisation"]


@dataclass(frozen=True, slots=True)
class Household:
    """One site that joined. `shown` is an organisation's consent to be shown by name; a home never is."""

    id: int
    public_id: str
    name: str
    kind: Kind
    shown: bool


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
