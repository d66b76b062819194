"""The hub's own counters, in the text that Prometheus reads. They tell of the machine, never of a home's energy."""

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator
from itertools import accumulate

from aiohttp import web

type Labels = tuple[tuple[str, str], ...]

SECONDS = (0.005, 0.025, 0.1, 0.3, 1.0, 5.0)
"""Where a page or a post is quick, noticed, slow; a page promises 0.3."""


class Counter:
    """A number that only grows, for each combination of labels."""

    kind = "counter"

    def __init__(self) -> None:
        self._values: dict[Labels, float] = {}

    def add(self, amount: float, /, **labels: str) -> None:
        """Count."""
        key = tuple(labels.items())
        self._values[key] = self._values.get(key, 0) + amount

    def lines(self, name: str) -> Iterator[str]:
        """Write what was counted."""
        for labels, value in sorted(self._values.items()):
            yield f"{name}{_written(labels)} {_number(value)}"


class Histogram:
    """How often something took up to how long, or was up to how large."""

    kind = "histogram"

    def __init__(self, bounds: tuple[float, ...] = SECONDS) -> None:
        self._bounds = bounds
        self._counts: dict[Labels, list[int]] = {}
        self._sums: dict[Labels, float] = {}

    def add(self, value: float, /, **labels: str) -> None:
        """Take note of one."""
        key = tuple(labels.items())
        if key not in self._counts:
            self._counts[key] = [0] * (len(self._bounds) + 1)
            self._sums[key] = 0.0
        self._counts[key][bisect_left(self._bounds, value)] += 1
        self._sums[key] += value

    def lines(self, name: str) -> Iterator[str]:
        """Write what was noted."""
        for labels, counts in sorted(self._counts.items()):
            for bound, count in zip((*self._bounds, math.inf), accumulate(counts), strict=True):
                yield f"{name}_bucket{_written((*labels, ('le', _number(bound))))} {count}"
            yield f"{name}_sum{_written(labels)} {_number(self._sums[labels])}"
            yield f"{name}_count{_written(labels)} {sum(counts)}"


class Gauge:
    """What something is at the moment of asking; None leaves it out."""

    kind = "gauge"

    def __init__(self, look: Callable[[], float | dict[str, float] | None], label: str = "") -> None:
        self._look = look
        self._label = label

    def lines(self, name: str) -> Iterator[str]:
        """Look, and write what was seen."""
        seen = self._look()
        if isinstance(seen, dict):
            for value, number in sorted(seen.items()):
                yield f"{name}{_written(((self._label, value),))} {_number(number)}"
        elif seen is not None:
            yield f"{name} {_number(seen)}"


class Metrics:
    """All that is counted, by name."""

    def __init__(self) -> None:
        self._all: dict[str, tuple[str, Counter | Histogram | Gauge]] = {}

    def counter(self, name: str, about: str) -> Counter:
        """Count something under this name."""
        return self._keep(name, about, Counter())

    def histogram(self, name: str, about: str, bounds: tuple[float, ...] = SECONDS) -> Histogram:
        """Spread something out under this name."""
        return self._keep(name, about, Histogram(bounds))

    def gauge(
        self, name: str, about: str, look: Callable[[], float | dict[str, float] | None], label: str = ""
    ) -> None:
        """Look at something whenever somebody asks."""
        self._keep(name, about, Gauge(look, label))

    def text(self) -> str:
        """Write everything, in the exposition format 0.0.4."""
        lines: list[str] = []
        for name, (about, metric) in self._all.items():
            lines += [f"# HELP {name} {about}", f"# TYPE {name} {metric.kind}", *metric.lines(name)]
        return "\n".join(lines) + "\n"

    def _keep[M: (Counter, Histogram, Gauge)](self, name: str, about: str, metric: M) -> M:
        if name in self._all:
            raise ValueError(f"{name} is counted already")
        self._all[name] = (about, metric)
        return metric


METRICS = web.AppKey("metrics", Metrics)


def _written(labels: Labels) -> str:
    if not labels:
        return ""
    inside = ",".join(f'{name}="{_escaped(value)}"' for name, value in labels)
    return f"{{{inside}}}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')


def _number(value: float) -> str:
    if math.isinf(value):
        return "+Inf"
    return str(int(value)) if float(value).is_integer() else repr(float(value))
