"""Which forecast tells a figure: the very functions that the hub runs for communities, and a home for itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from ..core.channels import CONSUMPTION, PRODUCTION
from ..core.forecast import home
from ..core.forecast.band import Band
from ..core.forecast.production import production
from ..core.forecast.series import Series
from ..core.forecast.surroundings import Place, Weather
from ..domain.forecast import load
from ..domain.forecast.backtest import Method, before
from ..domain.forecast.net import net
from .meters import FIGURES, Meters
from .published import NET, USED


@dataclass(frozen=True, slots=True, eq=False)
class Tried:
    """A figure's truth, and what forecasts it."""

    figure: str
    truth: Series
    method: Method


def tried(meters: Meters, homes: Sequence[str]) -> list[Tried]:
    """Return the figures that a group of homes has."""
    known = {figure: truth for figure in FIGURES if (truth := meters.together(homes, figure)) is not None}
    drawn = meters.together(homes, USED)
    if drawn is None and not {CONSUMPTION, PRODUCTION} <= known.keys():
        known.pop(NET, None)
    consumed = load.consumption if meters.published or len(homes) > 1 else home.consumption

    def less(past: Series, place: Place, weather: Weather | None, steps: int) -> Band:
        """Net load is forecast of both of its parts, as far as they are known by then."""
        made = before(known[PRODUCTION], past.end) if PRODUCTION in known else None
        return net(before(drawn or known[CONSUMPTION], past.end), made, place, weather, steps)

    methods: dict[str, Method] = {CONSUMPTION: consumed, PRODUCTION: production, NET: less}
    return [Tried(figure, truth, methods[figure]) for figure, truth in known.items()]
