"""The sensors of what is done together: the next event, what was saved, points, rank, streak, challenge and level."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, override
from zoneinfo import ZoneInfo

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfEnergy, UnitOfRatio
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.util import dt as dt_util

from .coordinator import SceopConfigEntry
from .hub.events import Events
from .hub.game import Game
from .hub.played import Challenge
from .saved import Saved, saved_in_month
from .together_entity import EventsEntity, GameEntity, forget_without_hub, when_known
from .warnings.words import Words


@dataclass(frozen=True, kw_only=True)
class EventSensorDescription(SensorEntityDescription):
    """One figure of the community's events."""


NEXT_EVENT = EventSensorDescription(
    key="next_event", translation_key="next_event", device_class=SensorDeviceClass.TIMESTAMP
)
SAVED_MONTH = EventSensorDescription(
    key="saved_month",
    translation_key="saved_month",
    device_class=SensorDeviceClass.ENERGY,
    native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
    suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
    suggested_display_precision=1,
)

type Explain = Callable[[Game, Words], Mapping[str, Any]]


@dataclass(frozen=True, kw_only=True)
class GameSensorDescription(SensorEntityDescription):
    """One figure of the game, and what explains it."""

    value_fn: Callable[[Game], int | None]
    explain_fn: Explain


def _rank(game: Game, words: Words) -> Mapping[str, Any]:
    """Say among how many, or why there is no rank."""
    standing = game.standing
    if standing is None:
        return {}
    if standing.rank is not None:
        return {"of": standing.of}
    code = standing.why_not or "not_yet"
    known = f"unranked_{code}" in words.texts
    return {"why": code, "reason": words.say(f"unranked_{code}" if known else "unranked_other")}


def _points(game: Game, words: Words) -> Mapping[str, Any]:
    standing = game.standing
    if standing is None:
        return {}
    badges = [words.texts.get(f"badge_{badge.id}", badge.id) for badge in standing.badges]
    return {"balance": standing.balance, "badges": badges}


def _level(game: Game, _words: Words) -> Mapping[str, Any]:
    level = None if game.standing is None else game.standing.level
    return {} if level is None else {"points": level.points, "next": level.next, "title": level.title}


def _progress(game: Game, _words: Words) -> Mapping[str, Any]:
    challenge = game.challenge
    return {} if challenge is None else _of(challenge) | {"challenges": [_of(each) for each in game.challenges]}


def _of(challenge: Challenge) -> dict[str, Any]:
    return {
        "challenge": challenge.id,
        "title": challenge.title,
        "kind": challenge.kind,
        "scope": challenge.scope,
        "state": challenge.state.value,
        "goal": challenge.goal,
        "unit": challenge.unit,
        "progress": challenge.progress,
        "mine": challenge.mine,
        "joined": challenge.joined,
        "end": challenge.end.isoformat(),
    }


def _nothing(_game: Game, _words: Words) -> Mapping[str, Any]:
    return {}


GAME_SENSORS = (
    GameSensorDescription(
        key="points",
        translation_key="points",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda game: None if game.standing is None else game.standing.points,
        explain_fn=_points,
    ),
    GameSensorDescription(
        key="rank",
        translation_key="rank",
        value_fn=lambda game: None if game.standing is None else game.standing.rank,
        explain_fn=_rank,
    ),
    GameSensorDescription(
        key="streak",
        translation_key="streak",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda game: None if game.standing is None else game.standing.streak,
        explain_fn=_nothing,
    ),
    GameSensorDescription(
        key="community_level",
        translation_key="community_level",
        value_fn=lambda game: None if (told := game.standing) is None or told.level is None else told.level.number,
        explain_fn=_level,
    ),
    GameSensorDescription(
        key="challenge_progress",
        translation_key="challenge_progress",
        native_unit_of_measurement=UnitOfRatio.PERCENTAGE,
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=lambda game: None if game.challenge is None else game.challenge.percent,
        explain_fn=_progress,
    ),
)
EVENT_SENSORS = (NEXT_EVENT, SAVED_MONTH)


async def add_together_sensors(
    hass: HomeAssistant, entry: SceopConfigEntry, add: AddConfigEntryEntitiesCallback
) -> None:
    """Add what a member's hub has; a home without one has none of it."""
    forget_without_hub(hass, entry, (*EVENT_SENSORS, *GAME_SENSORS))
    if (hub := entry.runtime_data.hub) is None:
        return
    events, game, zone = hub.together.events, hub.together.game, ZoneInfo(entry.data["time_zone"])
    words = await Words.of(hass, zone)

    def of_events() -> list[Entity]:
        return [NextEvent(entry, NEXT_EVENT, events), SavedThisMonth(entry, events, words, zone)]

    def of_game() -> list[Entity]:
        return [GameSensor(entry, sensor, game, words) for sensor in GAME_SENSORS]

    when_known(add, events, of_events)
    when_known(add, game, of_game)


class NextEvent(EventsEntity, SensorEntity):
    """When the next event begins."""

    @property
    @override
    def native_value(self) -> datetime | None:
        """Return its start."""
        return None if (event := self.events.next) is None else event.start

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        """Say which it is, until when, and what this home answered."""
        if (event := self.events.next) is None:
            return None
        return {
            "event": event.id,
            "until": event.end.isoformat(),
            "target_percent": event.target_percent,
            "severity": event.severity.value,
            "answer": None if event.answer is None else event.answer.value,
            "joined": event.joined,
        }


class SavedThisMonth(EventsEntity, SensorEntity):
    """What the events of this month saved here; unknown for as long as nobody can say that it was anything."""

    def __init__(self, entry: SceopConfigEntry, events: Events, words: Words, zone: ZoneInfo) -> None:
        super().__init__(entry, SAVED_MONTH, events)
        self._words, self._zone = words, zone

    @property
    @override
    def native_value(self) -> int | None:
        """Return the sum, once its whole interval lies on one side of zero."""
        saved = self._saved()
        return saved.mid_wh if saved.called else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return the interval and the events behind it, or why nothing is said."""
        saved = self._saved()
        told: dict[str, Any] = {"events": saved.events, "waiting": saved.waiting}
        if saved.events:
            told |= {"low_wh": saved.low_wh, "mid_wh": saved.mid_wh, "high_wh": saved.high_wh}
        if not saved.called:
            told["reason"] = self._words.say("saved_not_yet" if saved.events else "saved_no_event")
        return told

    def _saved(self) -> Saved:
        return saved_in_month(self.events.each, dt_util.utcnow(), self._zone)


class GameSensor(GameEntity, SensorEntity):
    """A figure of the game."""

    entity_description: GameSensorDescription

    def __init__(self, entry: SceopConfigEntry, description: GameSensorDescription, game: Game, words: Words) -> None:
        super().__init__(entry, description, game)
        self._words = words

    @property
    @override
    def native_value(self) -> int | None:
        """Return the figure."""
        return self.entity_description.value_fn(self.game)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        """Return what explains it."""
        return self.entity_description.explain_fn(self.game, self._words)
