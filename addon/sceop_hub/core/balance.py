"""The balance of a site: what its things show together at one instant."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from .channels import CONSUMPTION, FLOWS, SIGNS, consumption
from .tally import Part, Tally, count


@dataclass(frozen=True, slots=True)
class Shown:
    """One flow of one thing as it stands: power, total, and what the running slot holds; None is not known."""

    thing: str
    channel: str
    watts: int | None
    total_mwh: int | None
    running_wh: int | None


@dataclass(frozen=True, slots=True)
class Balance:
    """What a site shows at one instant; None is a value that is not known."""

    at: datetime = field(compare=False)
    watts: Mapping[str, int | None]
    energy_wh: Mapping[str, int | None]
    running_wh: Mapping[str, int | None]
    """By flow, what the running slot holds so far."""
    consumption_w: int | None
    consumption_wh: int | None
    silent: Mapping[str, tuple[str, ...]]
    """By flow, the things whose part is not known now; their sum goes on without them, and says so."""


type Tallies = Mapping[str, Tally]
"""By flow, and one for the consumption."""


def balance(tallies: Tallies, at: datetime, shown: Iterable[Shown]) -> tuple[Tallies, Balance]:
    """Sum up a site. Power is that of the things that answer; energy never runs back; consumption wants them all.

    What a flow came to outlives its last thing: its sensor's statistics go on where they were when another is added.
    """
    by_flow: dict[str, list[Shown]] = {}
    for each in shown:
        by_flow.setdefault(each.channel, []).append(each)
    flows = {flow: by_flow[flow] for flow in FLOWS if flow in by_flow}
    new = {name: replace(tally, counted_mwh={}) for name, tally in tallies.items() if name not in flows}
    new |= {flow: count(tallies.get(flow, Tally()), _parts(parts), only_whole=False) for flow, parts in flows.items()}
    everything = {name: part for flow, parts in flows.items() for name, part in _parts(parts, SIGNS[flow]).items()}
    new[CONSUMPTION] = count(tallies.get(CONSUMPTION, Tally()), everything, only_whole=True)
    whole_watts = {flow: _sum(part.watts for part in parts) for flow, parts in flows.items()}
    used = consumption(whole_watts)
    return new, Balance(
        at=at,
        watts={channel: _known(part.watts for part in parts) for channel, parts in by_flow.items()},
        energy_wh={flow: _gathered_wh(new[flow], any(_are_known(parts))) for flow, parts in flows.items()},
        running_wh={flow: _sum(part.running_wh for part in parts) for flow, parts in flows.items()},
        consumption_w=None if used is None else max(used, 0),
        consumption_wh=_gathered_wh(new[CONSUMPTION], all(_are_known(part for row in flows.values() for part in row))),
        silent={
            flow: tuple(sorted(part.thing for part in parts if part.watts is None and part.total_mwh is None))
            for flow, parts in flows.items()
        },
    )


def _are_known(shown: Iterable[Shown]) -> Iterable[bool]:
    return (each.total_mwh is not None for each in shown)


def _gathered_wh(tally: Tally, known: bool) -> int | None:  # noqa: FBT001 - the question that the name asks
    return tally.highest_mwh // 1000 if known and tally.counted_mwh else None


def _parts(shown: Iterable[Shown], sign: int = 1) -> dict[str, Part]:
    return {f"{each.thing} {each.channel}": Part(sign, each.total_mwh) for each in shown}


def _sum(values: Iterable[int | None]) -> int | None:
    """Add up what is known as a whole, or not at all."""
    total = 0
    for value in values:
        if value is None:
            return None
        total += value
    return total


def _known(values: Iterable[int | None]) -> int | None:
    """Add up what is known; only where nothing is, there is nothing."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
