"""What benchmarks share: figures with their bars, and clocks that are fair to all contenders.

A benchmark is a module beside this one: its docstring's first line states the claim, its `measure()` returns figures.
"""

import gc
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Literal


@dataclass(frozen=True, slots=True)
class Figure:
    """A measured value and the bar it must reach."""

    name: str
    value: float
    bar: float
    side: Literal["at most", "at least"]
    unit: str = ""

    @property
    def holds(self) -> bool:
        """Tell whether the value reaches its bar; what is not a number never does."""
        return self.value <= self.bar if self.side == "at most" else self.value >= self.bar


def at_most(name: str, value: float, bar: float, unit: str = "") -> Figure:
    """Return a figure that is better the smaller it is."""
    return Figure(name, value, bar, "at most", unit)


def at_least(name: str, value: float, bar: float, unit: str = "") -> Figure:
    """Return a figure that is better the larger it is."""
    return Figure(name, value, bar, "at least", unit)


def seconds(work: Callable[[], object]) -> float:
    """Return how long one call takes, undisturbed by the garbage of others."""
    gc.collect()
    gc.disable()
    try:
        started = perf_counter()
        work()
        return perf_counter() - started
    finally:
        gc.enable()


def alternately(rounds: int, **contenders: Callable[[], object]) -> dict[str, float]:
    """Return each contender's median seconds; they take turns, so that a slow moment of the machine strikes all."""
    taken: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(rounds):
        for name, work in contenders.items():
            taken[name].append(seconds(work))
    return {name: median(times) for name, times in taken.items()}


def report(bench: str, figures: Sequence[Figure]) -> bool:
    """Print figures for people, then in the last line for programs; tell whether all hold."""
    width = max((len(figure.name) for figure in figures), default=0)
    for figure in figures:
        verdict = "holds" if figure.holds else "FAILS"
        print(
            f"{figure.name:{width}}  {figure.value:>14,.6g} {figure.side} {figure.bar:,.6g} {figure.unit:8}  {verdict}"
        )
    holds = bool(figures) and all(figure.holds for figure in figures)
    values = {figure.name: figure.value for figure in figures}
    print(json.dumps({"bench": bench, "figures": values, "holds": holds}))
    return holds
