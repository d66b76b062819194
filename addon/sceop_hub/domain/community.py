"""The community as its coordinator sees it: the power of now, and the curve of today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from ..core.channels import CONSUMPTION, FLOWS, consumption
from ..core.slots import Span
from . import privacy
from .members import Household
from .privacy import Group

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
    """The homes together. `counted` stand behind the figures, of which `reporting` do so now."""

    shown: bool
    needed: int
    counted: int
    reporting: int
    left_out: int
    power_w: Power


@dataclass(frozen=True, slots=True)
class OrganisationNow:
    """An office or the common parts of a building, shown by name because it agreed."""

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
    organisations: tuple[OrganisationNow, ...]


@dataclass(frozen=True, slots=True)
class Today:
    """A local day, slot by slot; `reported` says how many homes each slot holds."""

    day: date
    time_zone: str
    slots: tuple[datetime, ...]
    shown: bool
    needed: int
    homes: int
    homes_wh: Mapping[str, Curve | None]
    reported: tuple[int, ...]
    organisations_wh: Mapping[str, Curve]


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


def homes_now(group: Group, power: Mapping[int, Power]) -> HomesNow:
    """Sum the power of the group's homes; `power` holds whoever reported lately.

    A home that does not know one of its flows stays out of every sum, so that the figures fit each other.
    """
    reporting = [watts for home, watts in power.items() if home in group.homes and consumption(watts) is not None]
    sums: dict[str, int | None] = dict.fromkeys(FIGURES)
    for flow in FLOWS:
        values = [value for watts in reporting if (value := watts.get(flow)) is not None]
        if flow in group.figures and privacy.enough(len(values)):
            sums[flow] = sum(values)
    if CONSUMPTION in group.figures and privacy.enough(len(reporting)):
        sums[CONSUMPTION] = sum(consumption(watts) or 0 for watts in reporting)
    return HomesNow(group.shown, group.needed, len(group.homes), len(reporting), len(group.left_out), sums)


def organisations_now(organisations: Iterable[Household], power: Mapping[int, Power]) -> tuple[OrganisationNow, ...]:
    """Show each organisation that agreed, with its light zones."""
    return tuple(
        OrganisationNow(
            who.name,
            who.id in power,
            {CONSUMPTION: consumption(watts), **{flow: watts.get(flow) for flow in FLOWS}},
            {channel: value for channel, value in sorted(watts.items()) if channel.startswith("light.")},
        )
        for who in organisations
        if who.shown
        for watts in (power.get(who.id, {}),)
    )


def homes_curves(group: Group, span: Span, sums: Iterable[SlotSum]) -> tuple[dict[str, Curve | None], tuple[int, ...]]:
    """Turn sums by slot and flow into a curve a figure, with the count of homes behind each slot."""
    flows: dict[datetime, dict[str, int]] = {}
    behind: dict[datetime, int] = {}
    hidden: set[tuple[datetime, str]] = set()
    for part in sums:
        flows.setdefault(part.slot, {})[part.flow] = part.wh
        behind[part.slot] = part.homes
        if not privacy.enough(part.having):
            hidden.add((part.slot, part.flow))

    def value(slot: datetime, figure: str) -> int | None:
        if slot not in flows or not privacy.enough(behind[slot]):
            return None
        if figure == CONSUMPTION:
            return consumption(flows[slot]) if not any((slot, flow) in hidden for flow in FLOWS) else None
        return None if (slot, figure) in hidden else flows[slot].get(figure)

    curves = {
        figure: tuple(value(slot, figure) for slot in span) if figure in group.figures else None for figure in FIGURES
    }
    return curves, tuple(behind.get(slot, 0) for slot in span)


def consumption_curve(span: Span, sums: Iterable[SlotSum]) -> Curve:
    """Return what one organisation used, slot by slot."""
    flows: dict[datetime, dict[str, int]] = {}
    for part in sums:
        flows.setdefault(part.slot, {})[part.flow] = part.wh
    return tuple(consumption(flows.get(slot, {})) for slot in span)
