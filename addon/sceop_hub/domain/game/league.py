"""The league: how hubs compare, by figures that tell of no home.

A hub's score of a month is what a hundred of its ranked homes earned on the mean, so size does not count; how many
homes stand behind it is told as a band. Below the fewest homes there is no score.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from ..names import can_be_read, key as looks
from ..refusal import Refusal

BANDS = (5, 15, 30, 60, 120, 250, 500, 1000, 2500, 5000, 10_000)
"""Where one ends and the next begins."""

MOST_MONTHS = 24
MOST_HUBS = 200
MOST_BYTES = 64 * 1024
HIGHEST_SCORE = 1_000_000
LONGEST_NAME = 80

_MONTH = re.compile(r"20[0-9]{2}-(0[1-9]|1[0-2])")
_BAND = re.compile(r"([0-9]{1,6}-[0-9]{1,6}|[0-9]{1,6}\+)")
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, slots=True)
class Score:
    """What a hub came to in a local month."""

    month: str
    score: int
    homes: str


@dataclass(frozen=True, slots=True)
class Card:
    """What a hub tells the league: who it is, and its scores. `made` is in UTC."""

    hub: str
    name: str
    made: datetime
    scores: tuple[Score, ...]

    def text(self) -> bytes:
        """Return what is signed: the same bytes wherever it is written."""
        body = {
            "hub": self.hub,
            "name": self.name,
            "made": self.made.isoformat(),
            "league": 1,
            "scores": [asdict(score) for score in self.scores],
        }
        return json.dumps(body, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


@dataclass(frozen=True, slots=True)
class LeaguePlace:
    """A hub's rank in a month."""

    rank: int
    name: str
    score: int
    homes: str
    month: str
    mine: bool


def band(homes: int) -> str:
    """Tell a number of homes as a band."""
    low = max((edge for edge in BANDS if edge <= homes), default=0)
    above = [edge for edge in BANDS if edge > homes]
    return f"{low}-{above[0] - 1}" if above else f"{low}+"


def score(points: Iterable[int], fewest: int, month: str) -> Score | None:
    """Return a month's score from what each ranked home earned in it; None of too few homes."""
    earned = list(points)
    if len(earned) < max(fewest, 1):
        return None
    return Score(month, max(0, min(round(100 * sum(earned) / len(earned)), HIGHEST_SCORE)), band(len(earned)))


def read(text: bytes) -> Card:
    """Read what another hub tells, or refuse what none would write."""
    try:
        told = json.loads(text.decode())
    except (ValueError, RecursionError) as error:
        raise _not_one() from error
    if not isinstance(told, dict) or told.get("league") != 1:
        raise _not_one()
    try:
        made = datetime.fromisoformat(told["made"])
        card = Card(_text(told, "hub"), _text(told, "name"), made, tuple(_score(one) for one in told["scores"]))
    except (KeyError, TypeError, ValueError) as error:
        raise _not_one() from error
    sound = (
        made.utcoffset() is not None
        and _ID.fullmatch(card.hub) is not None
        and 1 <= len(card.name) <= LONGEST_NAME
        and can_be_read(card.name)
        and len(card.scores) <= MOST_MONTHS
        and len({one.month for one in card.scores}) == len(card.scores)
    )
    if not sound or card.text() != text:
        raise _not_one()
    return card


def table(cards: Iterable[Card], own: str, running: str) -> tuple[LeaguePlace, ...]:
    """Rank the hubs by the latest month that more than one of them tells; equals share a rank, in order of names.

    Months from the `running` one on are not over: who tells of one is wrong, and hides nobody by it.
    """
    told: dict[str, list[tuple[Score, Card]]] = {}
    for card in cards:
        for one in card.scores:
            told.setdefault(one.month, []).append((one, card))
    month = max((month for month, scores in told.items() if len(scores) > 1 and month < running), default=None)
    if month is None:
        return ()
    order = sorted(told[month], key=lambda pair: (-pair[0].score, looks(pair[1].name), pair[1].hub))
    places: list[LeaguePlace] = []
    for position, (one, card) in enumerate(order, start=1):
        rank = places[-1].rank if places and places[-1].score == one.score else position
        places.append(LeaguePlace(rank, card.name, one.score, one.homes, month, card.hub == own))
    return tuple(places)


def _score(told: Mapping[str, Any]) -> Score:
    number: object = told["score"]
    if not isinstance(number, int) or isinstance(number, bool) or not 0 <= number <= HIGHEST_SCORE:
        raise TypeError("score")
    found = Score(_text(told, "month"), number, _text(told, "homes"))
    if _MONTH.fullmatch(found.month) is None or _BAND.fullmatch(found.homes) is None:
        raise ValueError("no month, or no band")
    return found


def _text(told: Mapping[str, Any], name: str) -> str:
    value = told[name]
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _not_one() -> Refusal:
    return Refusal("league", "This is no league file of a hub, or it was changed on the way. Ask for a fresh one.")
