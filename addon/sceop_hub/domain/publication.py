"""Publication: the figures of a slot as they were made public, and when they may be made anew.

Whoever keeps an older drawing of a slot can subtract it from a newer one. So with each drawing the hub keeps a mask of
every value behind it, and draws a slot anew only when enough homes changed. A mask is the value, moved along by a
secret of the home's own: it shows whether the value is still the same, and nothing once the secret is gone.

The live sum of a slot's quarter hour can be subtracted as well. It cuts the homes in two: those that were in it, and
the others. So where there was one, homes come in threes and are corrected in threes on either side of this cut, and
none leaves; then every combination of figures holds three homes at least that changed alike, or none.
"""

from array import array
from collections import Counter
from collections.abc import Collection, Mapping, Sequence, Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from hashlib import shake_256
from typing import NamedTuple

from ..core.channels import CONSUMPTION, FLOWS, consumption
from .mirror import LiveHomes, beside
from .offsets import SLOTS_A_DAY
from .privacy import FEWEST_CHANGED, NOBODY, Group, Home, Team, few_by_hand, may_replace, shown_teams

COMMUNITY = 0
"""The circle of all homes; the others are teams."""

type Circle = int
type Wh = Mapping[str, int]
"""Energy by flow, of one home in one slot."""

_MISSING = 0xFFFF


class Column(NamedTuple):
    """A value whose mask is kept. Of a home that was forgotten only its team is known: that one's sum it changes."""

    home: Home | None
    flow: str
    team: Team | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """Who stands behind the figures from a slot on.

    `columns` names the values whose masks are kept, in their order. `teams` holds the homes of each team that may be
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


NOT_YET = Standing(0, NOBODY, (), {})


def draw(
    standing: Standing,
    slot: int,
    reported: Mapping[Home, Wh],
    secrets: Mapping[Home, bytes],
    before: Sequence[bytes] = (),
    live: LiveHomes | None = None,
) -> Drawing | None:
    """Draw a slot from what homes reported, or return None where nothing of it may be shown.

    A home counts only with just the flows that it was measured in, so that the figures fit each other. A slot that was
    published `before` is cut into the same teams again: where a team of five is shown once four of it came to the one
    who had been in the sum of all, that one is what remains. `live` are the homes in the live sum shown during it.
    """
    group = standing.group
    whole = {
        home: wh
        for home, wh in reported.items()
        if home in group.flows and wh.keys() == group.flows[home] and home in secrets
    }
    while few := few_by_hand(whole, group.by_hand):
        whole = {home: wh for home, wh in whole.items() if home not in few}
    if live is not None:
        fitting = beside(live, group, whole.keys(), standing.teams, _matters(group), secrets)
        if fitting is None:
            return None
        whole = {home: wh for home, wh in whole.items() if home in fitting}
    figures = group.figures_of(whole)
    if not figures:
        return None
    totals = {flow: sum(wh.get(flow, 0) for wh in whole.values()) for flow in FLOWS}
    sums = {COMMUNITY: Sum(len(whole), {figure: _figure(totals, figure) for figure in figures})}
    teams = frozenset(standing.teams) if not before else _teams_in(standing, before[0], live)
    shown = _shown(standing, whole, teams, live)
    if before and shown != teams:
        return None
    for team in shown:
        part = standing.teams[team] & whole.keys()
        sums[team] = Sum(len(part), {CONSUMPTION: sum(_figure(whole[home], CONSUMPTION) for home in part)})
    return Drawing(slot, sums, _masks(standing, slot, whole, secrets))


def _shown(
    standing: Standing,
    whole: Mapping[Home, Collection[str]],
    teams: AbstractSet[Team],
    live: LiveHomes | None,
) -> frozenset[Team]:
    """Choose which of some teams stand beside the sum of homes that reported these flows.

    The live sum less all other parts is what a part has in it: one or two homes of a part are not alone in it.
    """
    group = standing.group

    def sound(homes: AbstractSet[Home]) -> bool:
        return group.enough(homes) and (live is None or not 0 < len(homes & live.flows.keys()) < FEWEST_CHANGED)

    if not teams or CONSUMPTION not in group.figures_of(whole):
        return frozenset()
    parts = {team: standing.teams[team] & whole.keys() for team in teams}
    return shown_teams(parts, whole.keys(), sound)


def _teams_in(standing: Standing, masks: bytes, live: LiveHomes | None) -> frozenset[Team]:
    """Return the teams that a first drawing showed: they follow from who is in it."""
    whole: dict[Home, set[str]] = {}
    for column, value in zip(standing.columns, _values(masks), strict=True):
        if column.home is not None and value != _MISSING:
            whole.setdefault(column.home, set()).add(column.flow)
    return _shown(standing, whole, standing.teams.keys(), live)


def may_follow(standing: Standing, before: Sequence[bytes], masks: bytes, live: LiveHomes | None = None) -> bool:
    """Tell whether a drawing may be published after others of its slot, of each of which the masks were kept in order.

    It is held against all of them. No value may come back that was left: of four drawings between which some homes go
    back and forth, and one only to, this one is what remains. What holds a forgotten home stays for good: drawn anew it
    would lack that home, and tell what it used. Where homes were `live` in it, it is held against their sum too: no
    home leaves, and those that come and those that are corrected are counted apart, in the sum and beside it.
    """
    if _returns(before, masks) or any(_holds_forgotten(standing, earlier) for earlier in before):
        return False
    if live is None:
        return all(may_replace(_changed(standing, earlier, masks)) for earlier in before)
    return not _leaves(before[-1], masks) and may_replace(_changed_beside(live, standing, before[-1], masks))


def _returns(before: Sequence[bytes], after: bytes) -> bool:
    """Tell whether some value is again what it was before it changed."""
    *earlier, last = map(_values, before)
    return any(
        new not in {was, _MISSING} and any(drawing[column] == new for drawing in earlier)
        for column, (was, new) in enumerate(zip(last, _values(after), strict=True))
    )


def _leaves(before: bytes, after: bytes) -> bool:
    pairs = zip(_values(before), _values(after), strict=True)
    return any(new == _MISSING != old for old, new in pairs)


def _holds_forgotten(standing: Standing, masks: bytes) -> bool:
    return any(
        column.home is None and value != _MISSING
        for column, value in zip(standing.columns, _values(masks), strict=True)
    )


def _changed(standing: Standing, before: bytes, after: bytes) -> Collection[int]:
    """Count the homes that differ, for each team with the rest as one more, and in it for each flow that matters.

    Those that speak for themselves are counted again without the others.
    """
    matters = _matters(standing.group)
    changed: Counter[tuple[Team | None, str, bool]] = Counter()
    for (home, flow, team), old, new in zip(standing.columns, _values(before), _values(after), strict=True):
        if old != new and flow in matters:
            changed[team, flow, False] += 1
            changed[team, flow, True] += home not in standing.group.by_hand
    return changed.values()


def _changed_beside(live: LiveHomes, standing: Standing, before: bytes, after: bytes) -> Collection[int]:
    """Count the homes that came, and those that were corrected, for each team and flow as `_changed` does.

    Those that were in the live sum, those that were not and those entered by hand are counted each by themselves.
    """
    matters, by_hand = _matters(standing.group), standing.group.by_hand
    changed: Counter[tuple[Team | None, str, bool, bool, bool]] = Counter()
    for (home, flow, team), old, new in zip(standing.columns, _values(before), _values(after), strict=True):
        if old != new and flow in matters:
            changed[team, flow, home in live.flows, home in by_hand, old == _MISSING] += 1
    return changed.values()


def _matters(group: Group) -> Collection[str]:
    """Return the flows that figures are made of."""
    return FLOWS if CONSUMPTION in group.figures else group.figures


def _figure(wh: Wh, figure: str) -> int:
    return (consumption(wh) or 0) if figure == CONSUMPTION else wh.get(figure, 0)


def _values(masks: bytes) -> memoryview:
    return memoryview(masks).cast("H")


def _masks(standing: Standing, slot: int, whole: Mapping[Home, Wh], secrets: Mapping[Home, bytes]) -> bytes:
    day, offset = divmod(slot, SLOTS_A_DAY)
    masks = array("H")
    for home, flow, _ in standing.columns:
        if home is None or home not in whole:
            masks.append(_MISSING)
        else:
            masks.append((whole[home][flow] + _shifts(secrets[home], flow, day)[offset]) % _MISSING)
    return masks.tobytes()


@lru_cache(maxsize=4096)
def _shifts(secret: bytes, flow: str, day: int) -> memoryview:
    """Return how far the home's secret moves the values of a day."""
    return memoryview(shake_256(secret + f"{flow} {day}".encode()).digest(2 * SLOTS_A_DAY)).cast("H")
