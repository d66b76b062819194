"""Publication: the figures of a slot as they were made public, and when they may be made anew.

Whoever keeps an older drawing of a slot can subtract it from a newer one. So with each drawing the hub keeps a mask of
every value behind it, and draws a slot anew only when enough homes changed. A mask is the value, moved along by a
secret of the home's own: it shows whether the value is still the same, and nothing once the secret is gone.
"""

from array import array
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import shake_256

from ..core.channels import CONSUMPTION, FLOWS, consumption
from .offsets import SLOTS_A_DAY
from .privacy import NOBODY, Group, Home, Team, may_replace, shown_teams

COMMUNITY = 0
"""The circle of all homes; the others are teams."""

type Circle = int
type Wh = Mapping[str, int]
"""Energy by flow, of one home in one slot."""

_MISSING = 0xFFFF


@dataclass(frozen=True, slots=True)
class Column:
    """A value of which a mask is kept: whose, and in which part of the community; a home that was forgotten is None."""

    home: Home | None
    flow: str
    team: Team | None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands behind the figures from a slot on.

    `columns` are the values whose masks are kept, in their order. `teams` holds the homes of each team that may be
    shown beside the community.
    """

    since: int
    group: Group
    columns: tuple[Column, ...]
    teams: Mapping[Team, frozenset[Home]]


@dataclass(frozen=True, slots=True)
class Sum:
    """One circle's figures of one slot; a figure that may not be shown is not in it."""

    homes: int
    wh: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Drawing:
    """All that is published of one slot, with the masks of the values behind it."""

    slot: int
    sums: Mapping[Circle, Sum]
    masks: bytes


type Shape = Mapping[Circle, frozenset[str]]
"""Which figures of which circles are shown of a slot."""

NOT_YET = Standing(0, NOBODY, (), {})


def draw(standing: Standing, slot: int, reported: Mapping[Home, Wh], secrets: Mapping[Home, bytes]) -> Drawing | None:
    """Draw a slot from what homes reported, or return None where nothing of it may be shown.

    A home counts only with just the flows that it was measured in, so that the figures fit each other.
    """
    group = standing.group
    whole = {
        home: wh
        for home, wh in reported.items()
        if home in group.flows and wh.keys() == group.flows[home] and home in secrets
    }
    having = {flow: sum(flow in wh for wh in whole.values()) for flow in FLOWS}
    figures = group.figures_of(len(whole), having)
    if not figures:
        return None
    totals = {flow: sum(wh.get(flow, 0) for wh in whole.values()) for flow in FLOWS}
    sums = {COMMUNITY: Sum(len(whole), {figure: _figure(totals, figure) for figure in figures})}
    if CONSUMPTION in figures and standing.teams:
        parts = {team: homes & whole.keys() for team, homes in standing.teams.items()}
        for team in shown_teams(parts, whole.keys(), lambda homes: len(homes) >= group.fewest):
            used = sum(_figure(whole[home], CONSUMPTION) for home in parts[team])
            sums[team] = Sum(len(parts[team]), {CONSUMPTION: used})
    return Drawing(slot, sums, _masks(standing, slot, whole, secrets))


def like(drawing: Drawing, shape: Shape) -> Drawing | None:
    """Return the drawing with just the figures that were published of its slot, or None where one may not be shown.

    A team that is shown in only one of two drawings would tell of its homes in the other, however few they were.
    """
    if any(
        circle not in drawing.sums or not figures <= drawing.sums[circle].wh.keys() for circle, figures in shape.items()
    ):
        return None
    sums = {
        circle: Sum(drawing.sums[circle].homes, {figure: drawing.sums[circle].wh[figure] for figure in figures})
        for circle, figures in shape.items()
    }
    return replace(drawing, sums=sums)


def may_follow(standing: Standing, before: Sequence[bytes], masks: bytes) -> bool:
    """Tell whether a drawing may be published after others of its slot, of each of which the masks were kept in order.

    It is held against all of them. No value may come back that was left: four drawings in which most homes go to and
    fro, and one only fro, tell of this one. And what holds a forgotten home stays for good: drawn anew it would lack
    that home, and tell what it used.
    """
    return (
        not _returns(before, masks)
        and not any(_holds_forgotten(standing, earlier) for earlier in before)
        and all(may_replace(_changed(standing, earlier, masks)) for earlier in before)
    )


def _holds_forgotten(standing: Standing, masks: bytes) -> bool:
    return any(
        column.home is None and value != _MISSING
        for column, value in zip(standing.columns, _values(masks), strict=True)
    )


def _returns(before: Sequence[bytes], after: bytes) -> bool:
    """Tell whether some value is again what it was before it changed."""
    *earlier, last = map(_values, before)
    return any(
        new not in {was, _MISSING} and any(drawing[column] == new for drawing in earlier)
        for column, (was, new) in enumerate(zip(last, _values(after), strict=True))
    )


def _changed(standing: Standing, before: bytes, after: bytes) -> Collection[int]:
    """Count the homes that differ, for each team with the rest as one more, and in it for each flow that matters."""
    figures = standing.group.figures
    matters = FLOWS if CONSUMPTION in figures else figures
    changed: dict[tuple[Team | None, str], int] = {}
    for column, old, new in zip(standing.columns, _values(before), _values(after), strict=True):
        if old != new and column.flow in matters:
            part = column.team, column.flow
            changed[part] = changed.get(part, 0) + 1
    return changed.values()


def _figure(wh: Wh, figure: str) -> int:
    return (consumption(wh) or 0) if figure == CONSUMPTION else wh.get(figure, 0)


def _values(masks: bytes) -> memoryview:
    return memoryview(masks).cast("H")


def _masks(standing: Standing, slot: int, whole: Mapping[Home, Wh], secrets: Mapping[Home, bytes]) -> bytes:
    day, offset = divmod(slot, SLOTS_A_DAY)
    masks = array("H")
    for column in standing.columns:
        home, flow = column.home, column.flow
        if home is None or home not in whole:
            masks.append(_MISSING)
        else:
            masks.append((whole[home][flow] + _shifts(secrets[home], flow, day)[offset]) % _MISSING)
    return masks.tobytes()


@lru_cache(maxsize=4096)
def _shifts(secret: bytes, flow: str, day: int) -> memoryview:
    """Return how far the home's secret moves the values of a day."""
    return memoryview(shake_256(secret + f"{flow} {day}".encode()).digest(2 * SLOTS_A_DAY)).cast("H")
