"""What a community does together, for the cards that show it: the event, what was saved, points, challenges, board."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

import probatio
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import Unauthorized
from homeassistant.helpers.service import async_get_config_entry
from homeassistant.util import dt as dt_util

from ..actions.events import answer
from ..actions.game import board_of, challenge_told, take_challenge
from ..const import CONF_HUB, DOMAIN
from ..coordinator import SceopConfigEntry
from ..hub.consent import CONF_ON_BOARD, CONF_TOGETHER
from ..hub.events import Events, facts_of
from ..hub.game import Game
from ..hub.invited import IDENT, Answer, By, PeakEvent, Stage
from ..hub.played import Course, Standing
from ..saved import saved_in_month
from .sites import MayRead, entities_of, master, reader

MOST_ROWS: Final = 100
"""Rows of a board that a card is told; who is looked for further down stands below them."""
_JOIN: Final = "join_event"
"""The button that answers: who may press it may answer here."""

_ident = probatio.All(str, probatio.Match(rf"{IDENT.pattern}\Z"))
_PARTS = ("next_event", "saved_month", "points", "challenge_progress", "rank")


@dataclass(frozen=True, slots=True)
class _Guest:
    """A user, as far as what the community does is concerned; who may see or do everything needs no entity."""

    sees: Callable[[str], bool]
    acts: bool

    @classmethod
    def of(cls, hass: HomeAssistant, entry: SceopConfigEntry, connection: ActiveConnection) -> _Guest:
        permissions = connection.user.permissions
        everything = permissions.access_all_entities(POLICY_READ)
        readable = _own(hass, entry, reader(connection.user))
        acts = permissions.access_all_entities(POLICY_CONTROL) or _JOIN in _own(hass, entry, master(connection.user))
        guest = cls(lambda part: everything or part in readable, acts)
        if not any(guest.sees(part) for part in _PARTS):
            raise Unauthorized
        return guest


def _own(hass: HomeAssistant, entry: SceopConfigEntry, may: MayRead) -> frozenset[str]:
    """Return which of a site's own entities a user may read, or act on."""
    return frozenset(entities_of(hass, entry, may).get(None, {}))


@websocket_command({probatio.Required("type"): f"{DOMAIN}/community", probatio.Required("site"): str})
@callback
def answer_community(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Tell of events and of the game, as far as the user may read the sensors of the same."""
    entry: SceopConfigEntry = async_get_config_entry(hass, DOMAIN, msg["site"])
    guest = _Guest.of(hass, entry, connection)
    zone, now = ZoneInfo(entry.data["time_zone"]), dt_util.utcnow()
    told = {"time_zone": zone.key, "now": now.isoformat(), "joined": CONF_HUB in entry.data, "acts": guest.acts}
    if (hub := entry.runtime_data.hub) is None:
        connection.send_result(msg["id"], told | {"events": None, "saved": None, "game": None, "challenges": None})
        return
    events, game = hub.together.events, hub.together.game
    connection.send_result(
        msg["id"],
        told
        | {
            "events": _events(events, now) if guest.sees("next_event") and events.known else None,
            "saved": _saved(events, now, zone) if guest.sees("saved_month") and events.known else None,
            "game": _standing(game.standing) if guest.sees("points") and game.standing is not None else None,
            "challenges": _challenges(game) if guest.sees("challenge_progress") and game.known else None,
        },
    )


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/answer_event",
        probatio.Required("site"): str,
        probatio.Required("event"): _ident,
        probatio.Required("answer"): probatio.In([each.value for each in Answer]),
    }
)
@async_response
async def take_answer(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Take a person's word about an event."""
    entry = _to_act_on(hass, connection, msg["site"])
    await answer(entry, msg["event"], Answer(msg["answer"]), By.DASHBOARD)
    connection.send_result(msg["id"])


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/take_challenge",
        probatio.Required("site"): str,
        probatio.Required("challenge"): _ident,
        probatio.Required("joins"): bool,
    }
)
@async_response
async def take_part(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Take part in a challenge, or not any more."""
    entry = _to_act_on(hass, connection, msg["site"])
    await take_challenge(entry, {"challenge": msg["challenge"], "leave": not msg["joins"]})
    connection.send_result(msg["id"])


@websocket_command({probatio.Required("type"): f"{DOMAIN}/leaderboard", probatio.Required("site"): str})
@async_response
async def answer_leaderboard(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Ask the hub for the board, and tell the rows that anybody looks at."""
    entry: SceopConfigEntry = async_get_config_entry(hass, DOMAIN, msg["site"])
    if not _Guest.of(hass, entry, connection).sees("rank"):
        raise Unauthorized
    told = {
        "now": dt_util.utcnow().isoformat(),
        "time_zone": entry.data["time_zone"],
        "joined": CONF_HUB in entry.data,
        "on_board": entry.options.get(CONF_TOGETHER, {}).get(CONF_ON_BOARD, False),
    }
    if (hub := entry.runtime_data.hub) is None or not hub.together.game.known:
        connection.send_result(msg["id"], told | {"board": None})
        return
    board: dict[str, Any] = dict(await board_of(entry))
    board |= {part: shown_rows(board[part]) for part in ("rows", "groups", "league")}
    connection.send_result(msg["id"], told | {"board": board})


def shown_rows(rows: list[dict[str, Any]], most: int = MOST_ROWS) -> list[dict[str, Any]]:
    """Return the first rows, and those around the one of this home."""
    mine = {number + near for number, row in enumerate(rows) if row["me"] for near in (-1, 0, 1)}
    return [row for number, row in enumerate(rows) if number < most or number in mine]


def _to_act_on(hass: HomeAssistant, connection: ActiveConnection, site: str) -> SceopConfigEntry:
    entry: SceopConfigEntry = async_get_config_entry(hass, DOMAIN, site)
    if not _Guest.of(hass, entry, connection).acts:
        raise Unauthorized
    return entry


def _events(events: Events, now: datetime) -> list[dict[str, Any]]:
    """Return the events to come, and the last that this home took part in."""
    to_come = [each for each in events.each if each.open(now)]
    over = [
        each for each in events.each if each.answer is Answer.YES and each.stage(now) in {Stage.OVER, Stage.SETTLED}
    ]
    return [_event(events, each, now) for each in (*to_come, *over[-1:])]


def _event(events: Events, event: PeakEvent, now: datetime) -> dict[str, Any]:
    declined = events.declined.get(event.id)
    return facts_of(event) | {
        "state": event.stage(now).value,
        "answer_waits": events.waits(event),
        "declined": None if declined is None else declined.sentence,
    }


def _saved(events: Events, now: datetime, zone: ZoneInfo) -> dict[str, Any]:
    saved = saved_in_month(events.each, now, zone)
    return {
        "low_wh": saved.low_wh,
        "mid_wh": saved.mid_wh,
        "high_wh": saved.high_wh,
        "events": saved.events,
        "waiting": saved.waiting,
        "called": saved.called,
    }


def _standing(standing: Standing) -> dict[str, Any]:
    level = standing.level
    return {
        "points": standing.points,
        "rank": standing.rank,
        "of": standing.of,
        "streak": standing.streak,
        "balance": standing.balance,
        "badges": [badge.id for badge in standing.badges],
        "why_not": standing.why_not,
        "level": None
        if level is None
        else {"number": level.number, "points": level.points, "next": level.next, "title": level.title},
    }


def _challenges(game: Game) -> list[dict[str, Any]]:
    return [challenge_told(each) for each in game.challenges if each.state in {Course.RUNNING, Course.PLANNED}]
