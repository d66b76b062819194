"""The community as its coordinator sees it: the power of now, and the curve of today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from ..core.channels import CONSUMPTION, FLOWS, consumption
from ..core.slots import Span
from .members import Household

FIGURES = (CONSUMPTION, *FLOWS)

type Power = Mapping[str, int | None]
"""Watts by figure or channel; None where nobody knows or nobody may know."""

type Curve = tuple[int | None, ...]
"""Wh by slot; None where it is missing or may not be shown."""


@dataclass(frozen=True, slots=True)
class Members:
    """How many belong to the community, and how many of them report at this moment."""

    homes: int
    organisations: int
    reporting: int


@dataclass(frozen=True, slots=True)
class HomesNow:
    """The homes together: `counted` stand behind the figures, and `reporting` of these do so now.

    `waiting` join later, at least `together` of them at once. While there are no figures, `counted` are measured and
    `needed` are missing; `by_hand` were entered by hand, and are none of either.
    `published` says whether anybody has begun to publish, and `gathering` that a hub that just started still waits for
    most homes to report.
    """

    published: bool
    shown: bool
    needed: int
    waiting: int
    together: int
    by_hand: int
    counted: int
    reporting: int
    gathering: bool
    left_out: int
    power_w: Power


@dataclass(frozen=True, slots=True)
class SoFar:
    """What the homes used of the running day, of which `slots` were published, beside a typical day up to there.

    `known` says in how many of them each figure was. The solar share is what their roofs made of what they used in the
    same quarter hours. Money and carbon follow from the coordinator's factors.
    """

    day: date
    slots: int
    of: int
    wh: Mapping[str, int | None]
    known: Mapping[str, int]
    typical_wh: int | None
    typical_days: int
    solar_share: float | None
    currency: str
    cost: Decimal | None
    earned: Decimal | None
    carbon_g: int | None


@dataclass(frozen=True, slots=True)
class OrganisationNow:
    """An office or the common parts of a building, shown by name because it agreed."""

    id: str
    name: str
    reporting: bool
    power_w: Power
    zones_w: Power


@dataclass(frozen=True, slots=True)
class Now:
    """The community at this moment."""

    at: datetime
    community: str
    time_zone: str
    members: Members
    homes: HomesNow
    today: SoFar | None
    organisations: tuple[OrganisationNow, ...]


@dataclass(frozen=True, slots=True)
class OrganisationToday:
    """What an organisation used today, slot by slot."""

    id: str
    name: str
    consumption_wh: Curve


@dataclass(frozen=True, slots=True)
class Today:
    """A local day, slot by slot; `reported` says how many homes each slot holds, `typical_wh` what is usual."""

    day: date
    time_zone: str
    slots: tuple[datetime, ...]
    published: bool
    shown: bool
    needed: int
    homes: int
    homes_wh: Mapping[str, Curve | None]
    reported: tuple[int, ...]
    typical_wh: Mapping[str, Curve]
    typical_days: int
    organisations: tuple[OrganisationToday, ...]


@dataclass(frozen=True, slots=True)
class SlotSum:
    """One flow in one slot over all homes whose every flow is known there."""

    slot: datetime
    flow: str
    wh: int
    having: int
    """How many homes have this flow."""
    homes: int
    """How many homes the slot holds in all."""


def organisations_now(organisations: Iterable[Household], power: Mapping[int, Power]) -> tuple[OrganisationNow, ...]:
    """Show each organisation that agreed, with its light zones."""
    return tuple(
        OrganisationNow(
            who.public_id,
            who.name,
            who.id in power,
            {CONSUMPTION: consumption(watts), **{flow: watts.get(flow) for flow in FLOWS}},
            {channel: value for channel, value in sorted(watts.items()) if channel.startswith("light.")},
        )
        for who in organisations
        if who.shown
        for watts in (power.get(who.id, {}),)
    )


def consumption_curve(span: Span, sums: Iterable[SlotSum]) -> Curve:
    """Return what one organisation used, slot by slot."""
    flows: dict[datetime, dict[str, int]] = {}
    for part in sums:
        flows.setdefault(part.slot, {})[part.flow] = part.wh
    return tuple(consumption(flows.get(slot, {})) for slot in span)
