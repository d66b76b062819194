"""The game: a year of 500 homes is reckoned in a second, whatever the order, and pays for saving alone.

Evenings of one home are off by 41% of their use on the mean (`script/bench baseline`), in both directions and with
heavy tails. So chance is drawn here: 500 homes, 60 events of two hours in a year that ask for 20%, and places on every
day.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from random import Random
from statistics import fmean
from zoneinfo import ZoneInfo

from benchmarks.harness import Figure, at_least, at_most, seconds
from sceop_hub.domain.game.outcome import WHOLE, Outcome, Saved
from sceop_hub.domain.game.points import Placed
from sceop_hub.domain.game.reckoning import proven_shares, rows_due, streaks
from sceop_hub.domain.game.standing import Place, Player, ranked, ranked_teams

SEED = 7
HOMES = 500
EVENTS = 60
DAYS = 365
TARGET = 0.2
MEAN_ERROR = 0.41
HALF_WIDTH = 1.0
"""Of one evening's interval, in shares of its use: it is about twice the load wide."""

ZONE = ZoneInfo("Europe/Amsterdam")
FIRST = date(2026, 1, 1)
TODAY = date(2026, 12, 31)

type Plays = Callable[[float, Random], tuple[float, bool] | None]
"""What becomes of an evening that would have shown a share by chance: what it shows, and whether the baseline seems
raised; None where the home left."""


def measure() -> Sequence[Figure]:
    """Reckon a year, then the same in another order, then the years of those who try it on."""
    chance = Random(SEED)  # noqa: S311 - for believable evenings
    outcomes = [one for home in range(HOMES) for one in _year(home, _saver(0.3 * home / HOMES), chance)]
    placed = [
        Placed(home, FIRST + timedelta(days=day), 5000, chance.randrange(3000, 5001))
        for home in range(HOMES)
        for day in range(DAYS)
    ]
    places: list[list[Place]] = []
    taken = min(seconds(lambda: places.append(_reckon(outcomes, placed))) for _ in range(5))
    orders = [_reckon(_shuffled(outcomes, chance), _shuffled(placed, chance)) for _ in range(3)]
    return [
        at_most("a year of 500 homes", taken, 1, "s"),
        at_most("ranks that depend on the order", sum(order != places[0] for order in orders), 0),
        at_least("saves the target: of all there is", _paid(_saver(TARGET)), 0.75),
        at_most("joins all and does nothing", _paid(_saver(0)), 0.15),
        at_most("raises the baseline by 20%, found out each time", _paid(_raiser), 0.01),
        at_most("leaves when the meter looks bad", _paid(_leaver), 0.15),
        at_most(
            "saves the target in a flat of a tenth: differs", abs(_paid(_saver(TARGET), 0.1) - _paid(_saver(TARGET))), 0
        ),
        at_most("proves savings without any", _proven(_saver(0)), 0.06),
        at_least("proves 30% of saving in a year", _proven(_saver(0.3)), 0.9),
    ]


def _reckon(outcomes: list[Outcome], placed: list[Placed]) -> list[Place]:
    points: dict[int, int] = dict.fromkeys(range(HOMES), 0)
    for row, _ in rows_due(outcomes, placed, {}, ZONE):
        points[row.key.household] += row.amount
    streaks(outcomes, ZONE, TODAY)
    proven_shares(outcomes)
    places = ranked(Player(home, points[home], f"Home {home % 7}", home % 20, None) for home in range(HOMES))
    ranked_teams(places, {team: f"Team {team}" for team in range(20)}, 15)
    return places


def _year(home: int, plays: Plays, chance: Random, usual_wh: float = 1000.0) -> list[Outcome]:
    found = []
    for number in range(EVENTS):
        shown = plays(chance.choice((-1, 1)) * chance.expovariate(1 / MEAN_ERROR), chance)
        start = datetime(2026, 1, 3, 17, tzinfo=UTC) + timedelta(days=6 * number)
        saved = None
        if shown is not None:
            share, raised = shown
            saved = Saved(usual_wh, share * usual_wh, HALF_WIDTH * usual_wh, "none", 1.0, raised=raised)
        found.append(Outcome(home, f"{number}", start, WHOLE, TARGET, "left" if shown is None else "kept", saved))
    return found


def _saver(true: float) -> Plays:
    return lambda error, _: (true + error * (1 - true), False)


def _raiser(error: float, _: Random) -> tuple[float, bool]:
    return 0.2 + error, True


def _leaver(error: float, _: Random) -> tuple[float, bool] | None:
    return (error, False) if error > 0 else None


def _paid(plays: Plays, usual: float = 1.0) -> float:
    """Return which part of all that events pay somebody earns who plays like this, on the mean of many homes."""
    chance = Random(SEED)  # noqa: S311 - as above
    most = 10 * EVENTS
    return fmean(
        sum(
            row.amount
            for row, _ in rows_due(_year(home, plays, chance, 1000 * usual), [], {}, ZONE)
            if row.key.kind == "kept"
        )
        / most
        for home in range(HOMES)
    )


def _proven(plays: Plays) -> float:
    """Return which part of the homes has proven savings after a year."""
    chance = Random(SEED)  # noqa: S311 - as above
    return fmean(bool(proven_shares(_year(home, plays, chance))) for home in range(HOMES))


def _shuffled[T](things: list[T], chance: Random) -> list[T]:
    return chance.sample(things, len(things))
