"""The community as its coordinator sees it: the power of now, and the curve of today."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from ..core.channels import CONSUMPTION, FLOWS, consumption
from ..core.slots import Span
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
    organisations: tuple[OrganisationNow, ...]


@dataclass(frozen=True, slots=True)
class OrganisationToday:
    """What an organisation used today, slot by slot."""

    id: str
    name: str
    consumption_wh: Curve


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


def homes_now(group: Group, power: Mapping[int, Power]) -> HomesNow:
    """Sum the power of the group's homes; `power` holds whoever reported lately.

    A home counts only while it reports just the flows that it was measured in, and knows them all; so the figures fit
    each other, and nobody can put into a sum what was never measured.
    """
    flows = {home: _flows(power[home]) for home in group.flows if home in power}
    whole = [
        known for home, watts in flows.items() if (known := _known(watts)).keys() == watts.keys() == group.flows[home]
    ]
    having = {flow: sum(flow in watts for watts in whole) for flow in FLOWS}
    sums: dict[str, int | None] = dict.fromkeys(FIGURES)
    for figure in group.figures_of(len(whole), having):
        sums[figure] = sum(_figure(watts, figure) for watts in whole)
    return HomesNow(group.shown, group.needed, len(group.flows), len(whole), len(group.left_out), sums)


def _flows(watts: Power) -> Power:
    return {flow: watts[flow] for flow in FLOWS if flow in watts}


def _known(watts: Power) -> dict[str, int]:
    return {flow: value for flow, value in watts.items() if value is not None}


def _figure(watts: Mapping[str, int], figure: str) -> int:
    return (consumption(watts) or 0) if figure == CONSUMPTION else watts.get(figure, 0)


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


def homes_curves(group: Group, span: Span, sums: Iterable[SlotSum]) -> tuple[dict[str, Curve | None], tuple[int, ...]]:
    """Turn sums by slot and flow into a curve a figure, with the count of homes behind each slot."""
    slots: dict[datetime, dict[str, SlotSum]] = {}
    for part in sums:
        slots.setdefault(part.slot, {})[part.flow] = part
    behind = {slot: next(iter(parts.values())).homes for slot, parts in slots.items()}
    figures = {
        slot: group.figures_of(behind[slot], {flow: part.having for flow, part in parts.items()})
        for slot, parts in slots.items()
    }

    def value(slot: datetime, figure: str) -> int | None:
        if figure not in figures.get(slot, ()):
            return None
        flows = {flow: part.wh for flow, part in slots[slot].items()}
        return consumption(flows) if figure == CONSUMPTION else flows.get(figure)

    curves = {
        figure: tuple(value(slot, figure) for slot in span) if figure in group.figures else None for figure in FIGURES
    }
    return curves, tuple(behind.get(slot, 0) for slot in span)


FEWEST_CHANGED = 3
"""Homes that must have come to a slot before it is drawn anew: two drawings must not differ by one home."""


def keep_published(published: Today, drawn: Today) -> Today:
    """Return the new drawing of a day, with every slot as it was published unless enough homes came to it."""
    kept = [
        before > 0
        and any(curve is not None and curve[slot] is not None for curve in published.homes_wh.values())
        and now - before < FEWEST_CHANGED
        for slot, (before, now) in enumerate(zip(published.reported, drawn.reported, strict=True))
    ]

    def choose[T](old: tuple[T, ...], new: tuple[T, ...]) -> tuple[T, ...]:
        return tuple(was if keep else now for keep, was, now in zip(kept, old, new, strict=True))

    curves = {
        figure: choose(old, new) if (old := published.homes_wh[figure]) is not None and new is not None else new
        for figure, new in drawn.homes_wh.items()
    }
    return replace(drawn, homes_wh=curves, reported=choose(published.reported, drawn.reported))


def consumption_curve(span: Span, sums: Iterable[SlotSum]) -> Curve:
    """Return what one organisation used, slot by slot."""
    flows: dict[datetime, dict[str, int]] = {}
    for part in sums:
        flows.setdefault(part.slot, {})[part.flow] = part.wh
    return tuple(consumption(flows.get(slot, {})) for slot in span)
