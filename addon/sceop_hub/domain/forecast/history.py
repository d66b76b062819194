"""The community's past as forecasts learn it: what was published, as if the homes of now had been there all along.

Forecasts learn of published sums alone. A home more or less is no change of behaviour, so every slot is taken for a
home and multiplied by the homes of now. Where at least three homes came or went at once, the mean home may be another
one too: then what was before is moved by how much their mean differs over the same days. Of fewer that would tell what
single homes use, so then their number has to do.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import pairwise
from math import prod
from statistics import median

from ...core.channels import CONSUMPTION, FLOWS, GRID_EXPORT, GRID_IMPORT, PRODUCTION, SIGNS
from ...core.slots import to_number
from ..privacy import FEWEST_CHANGED, Home, MeanWh
from ..publication import Standing
from .kept import Curve, Figure, Forecast

SLOTS_OF_NOW = 96
"""The last published slots, whose number of homes is that of now."""

type Ratios = Mapping[str, float]
"""By how much the mean home of after uses more of each figure than that of before."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A published slot."""

    slot: int
    homes: int
    wh: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Change:
    """From a slot on other homes stand behind the figures: those of before and of after."""

    since: int
    before: frozenset[Home]
    after: frozenset[Home]
    by_hand: frozenset[Home] = frozenset()

    @property
    def tells_of_few(self) -> bool:
        """Whether what changed would tell of fewer than three homes, by hand or not."""
        changed = self.before ^ self.after
        return _few(changed) or _few(changed - self.by_hand)

    def having(self, flow: str, means: Mapping[Home, MeanWh]) -> Change:
        """Return the same of the homes alone that measured a flow."""
        having = {home for home, flows in means.items() if flow in flows}
        return replace(self, before=self.before & having, after=self.after & having)


@dataclass(frozen=True, slots=True)
class History:
    """The past slot by slot from `first` on, in whole Wh of the homes of now.

    `net` is what came from the grid less what went there; `used` is what would have come from it without roofs, so that
    it less the production is net, with batteries or without.
    """

    first: int
    homes: float
    consumption: Curve
    production: Curve
    net: Curve
    used: Curve

    def __len__(self) -> int:
        """Count the slots, those of which nothing is known among them."""
        return len(self.consumption)

    @property
    def end(self) -> int:
        """The first slot after it."""
        return self.first + len(self)


def changes(standings: Sequence[Standing], first: int) -> list[Change]:
    """Return when after a slot other homes came to stand behind the figures."""
    return [
        Change(later.since, earlier.group.homes, later.group.homes, earlier.group.by_hand | later.group.by_hand)
        for earlier, later in pairwise(standings)
        if later.since > first and earlier.group.shown and later.group.shown
        if earlier.group.homes != later.group.homes
    ]


def ratios(change: Change, means: Mapping[Home, MeanWh]) -> dict[str, float]:
    """Return by how much the mean home changed; what each measured is of the same days.

    Of the homes that changed only those tell that measured, and of these each flow but those that have it. Where that
    are fewer than three, the flow has no ratio, and nor has the consumption, from which it would follow.
    """
    known = replace(change, before=change.before & means.keys(), after=change.after & means.keys())
    if change.tells_of_few or known.tells_of_few or not known.before or not known.after:
        return {}
    sound = [flow for flow in FLOWS if not known.having(flow, means).tells_of_few]
    was, now = ([means[home] for home in homes] for homes in (known.before, known.after))
    found = {}
    for figure in [CONSUMPTION, *sound] if len(sound) == len(FLOWS) else sound:
        before, after = (_mean(homes, figure) for homes in (was, now))
        if before > 0 and after > 0:
            found[figure] = float(after / before)
    return found


def homes_of_now(published: Sequence[Slot], standings: Sequence[Standing]) -> float | None:
    """Return how many homes a forecast is for: those that report, with who has come since and without who went.

    Who was forgotten is in no standing any more, and no longer in the last one.
    """
    since = changes(standings, published[0].slot) if published else []
    if not published or not standings:
        return None
    lately = (
        slot.homes + sum(len(change.after) - len(change.before) for change in since if change.since > slot.slot)
        for slot in published[-SLOTS_OF_NOW:]
    )
    return float(min(median(lately), len(standings[-1].group.homes)))


def history(published: Iterable[Slot], changed: Mapping[int, Ratios], end: int, homes: float | None = None) -> History:
    """Put the past together up to a slot, out of what was published and of what changed at which slots.

    It is of so many homes, or of those of the last slots.
    """
    known = [slot for slot in published if slot.slot < end]
    if not known:
        return History(end, 0.0, (), (), (), ())
    homes = homes or median(slot.homes for slot in known[-SLOTS_OF_NOW:])
    first = known[0].slot
    rows: dict[str, list[int | None]] = {name: [None] * (end - first) for name in ("made", "consumed", "net", "used")}
    waiting = sorted(changed.items())
    moved: dict[str, float] = {}
    for slot in reversed(known):
        while waiting and slot.slot < waiting[-1][0]:
            for figure, ratio in waiting.pop()[1].items():
                moved[figure] = moved.get(figure, 1.0) * ratio
        scale = homes / slot.homes
        wh = {figure: value * scale * moved.get(figure, 1.0) for figure, value in slot.wh.items()}
        at = slot.slot - first
        net, made = _net(wh), wh.get(PRODUCTION)
        rows["made"][at] = _whole(made)
        rows["consumed"][at] = _whole(wh.get(CONSUMPTION))
        rows["net"][at] = _whole(net)
        if net is not None and (made is not None or CONSUMPTION in wh):
            rows["used"][at] = round(net) + round(made or 0)
    return History(
        first, float(homes), tuple(rows["consumed"]), tuple(rows["made"]), tuple(rows["net"]), tuple(rows["used"])
    )


def since_then(told: Forecast, figure: Figure, changed: Mapping[int, Ratios], homes: float) -> float:
    """Return what a forecast is multiplied by to stand beside a history of other homes."""
    flow = GRID_IMPORT if figure == "net" else figure
    ratios = (found.get(flow, 1.0) for since, found in changed.items() if since > to_number(told.made))
    return prod(ratios, start=homes / told.homes if told.homes and homes else 1.0)


def _net(wh: Mapping[str, float]) -> float | None:
    """Return import less export. Where consumption stands beside import alone, nobody exports."""
    if GRID_IMPORT not in wh or (GRID_EXPORT not in wh and CONSUMPTION not in wh):
        return None
    return wh[GRID_IMPORT] - wh.get(GRID_EXPORT, 0)


def _mean(homes: Collection[MeanWh], figure: str) -> Fraction:
    return sum((_of(means, figure) for means in homes), Fraction()) / len(homes)


def _of(means: MeanWh, figure: str) -> Fraction:
    if figure != CONSUMPTION:
        return means.get(figure, Fraction())
    return sum((SIGNS[flow] * mean for flow, mean in means.items()), Fraction())


def _whole(wh: float | None) -> int | None:
    return None if wh is None else round(wh)


def _few(homes: Collection[Home]) -> bool:
    return 0 < len(homes) < FEWEST_CHANGED
