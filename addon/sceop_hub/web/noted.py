"""Notes of the audit log as people read them: who, what and of what by name, and details in the page's own words.

What has no word, because an older or a newer hub wrote it, is shown as it stands in the books.
"""

import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

from ..domain.saying import BETWEEN
from ..store import challenges, rewards, teams
from ..store.audit import Note
from ..words import Say
from .choices import NAMES_OF_LANGUAGES
from .names import names_of_households, names_of_people

LABELS: Mapping[str, str] = {
    "address": "settings.address.label",
    "agreed_fewest": "households.agreed",
    "approval": "settings.admission.approval",
    "carbon_g_per_kwh": "settings.factors.carbon",
    "country": "audit.setting.country",
    "cost": "audit.game.cost",
    "currency": "settings.community.currency",
    "days": "invites.days",
    "event_ahead_h": "audit.setting.event_ahead_h",
    "event_notice_min": "audit.setting.event_notice_min",
    "event_quiet_from": "audit.setting.event_quiet_from",
    "event_quiet_to": "audit.setting.event_quiet_to",
    "event_severity": "audit.setting.event_severity",
    "event_target_percent": "audit.setting.event_target_percent",
    "events": "audit.setting.events",
    "events_a_day": "audit.setting.events_a_day",
    "events_a_week": "audit.setting.events_a_week",
    "feed_in_per_kwh": "settings.factors.feed_in",
    "fewest_homes": "settings.rule.title",
    "format": "settings.export.format",
    "from": "settings.export.first",
    "goal": "audit.game.goal",
    "language": "settings.community.language",
    "made_at": "settings.backups.made",
    "name": "settings.community.name",
    "nickname": "households.nickname",
    "notify": "settings.notify.label",
    "peak_limit_w": "audit.setting.peak_limit_w",
    "place": "settings.community.place",
    "points": "audit.game.points",
    "price_per_kwh": "settings.factors.price",
    "published_since": "privacy.since",
    "redemption": "audit.game.redemption",
    "retention_days": "settings.retention.label",
    "role": "accounts.role",
    "scope": "audit.game.scope",
    "scopes": "accounts.scopes",
    "shown": "audit.shown",
    "severity": "audit.setting.event_severity",
    "state": "households.column.state",
    "stock": "audit.game.stock",
    "subdivision": "audit.setting.subdivision",
    "target_percent": "audit.setting.event_target_percent",
    "team": "households.column.team",
    "to": "settings.export.last",
    "uses": "invites.uses",
    "weather_entity": "audit.setting.weather_entity",
    "why": "audit.why.label",
    "zone": "settings.community.zone",
}
"""What a detail is called where it is decided; `kind` depends on what it is the kind of."""

KINDS: Mapping[str, tuple[str, str | None]] = {
    "household": ("households.kind.label", "households.kind.{}"),
    "team": ("households.team_kind", "households.team_kinds.{}"),
    "alert": ("menu.alerts", "alerts.kind.{}.title"),
    "import": ("settings.import.file", None),
    "challenge": ("audit.game.kind", "challenges.kind.{}.title"),
    "reward": ("audit.game.reward_kind", "rewards.kind_{}"),
}
"""What the kind of a thing is called, and how its values are, by the first part of the action."""

VALUES: Mapping[str, str] = {
    "role": "roles.{}",
    "scope": "challenges.scope.{}",
    "scopes": "scopes.{}",
    "events": "audit.events.{}",
    "event_severity": "audit.severity.{}",
    "severity": "audit.severity.{}",
    "state": "households.state.{}",
    "why": "audit.why.{}",
}

NOTHING: Mapping[str, str] = {"role": "roles.none", "team": "households.no_team"}
"""What it means that there is none."""

THINGS = {"account", "backup", "challenge", "event", "ha", "household", "invite", "notice", "reward", "team", "token"}
"""What a subject may be one of, when nobody knows its name any more: its number says which."""

BY_THEMSELVES = {"backup", "slots", "set", "cleared"}
"""Subjects that are what they say."""

type Kind = Literal["word", "name", "code"]


@dataclass(frozen=True, slots=True)
class Named:
    """Who or what: in our words, by the name that somebody gave it, or as the books have it."""

    text: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Row:
    """A note as the page shows it; an instant among the details is written by the reader's browser."""

    at: datetime
    action: str
    subject: Named
    who: Named
    detail: list[tuple[str, str | datetime]]


class Reader:
    """Reads notes in one language; `names` are those of whoever and whatever is still here."""

    def __init__(self, say: Say, names: Mapping[str, str]) -> None:
        self._say = say
        self._names = names

    def row(self, note: Note) -> Row:
        """Read one note."""
        return Row(
            note.at, self.action(note.action), self.named(note.subject), self.named(note.who), list(self._detail(note))
        )

    def action(self, action: str) -> str:
        """Say what was done."""
        return self._say(f"audit.did.{action.replace('.', '_')}", default=action)

    def named(self, key: str) -> Named:
        """Say who or what a key stands for."""
        if key in self._names:
            return Named(self._names[key], "name")
        thing, _, which = key.partition(":")
        if thing == "alert":
            return self._alert(which)
        if thing in THINGS and which and key != "household:forgotten":
            return Named(self._say(f"audit.thing.{thing}", which=which), "word")
        if key in BY_THEMSELVES:
            return Named(self._say(f"audit.by_itself.{key}"), "word")
        if key in LABELS or ", " in key:
            return Named(", ".join(self._label("profile", field) for field in key.split(", ")), "word")
        text = self._say(f"audit.key.{key.replace(':', '_')}", default=key)
        return Named(text, "code" if text == key else "word")

    def _alert(self, key: str) -> Named:
        kind, _, subject = key.partition(":")
        title = self._say(f"alerts.kind.{kind}.title", default=kind)
        return Named(": ".join(filter(None, (title, self._names.get(f"household:{subject}")))), "word")

    def _detail(self, note: Note) -> Iterator[tuple[str, str | datetime]]:
        about = note.action.partition(".")[0]
        for key, value in note.detail.items():
            if key in {"made_at", "published_since"} and isinstance(value, str):
                yield self._label(about, key), datetime.fromisoformat(value).astimezone(UTC)
            else:
                yield self._label(about, key), self._value(about, key, value)

    def _label(self, about: str, key: str) -> str:
        if key == "kind" and about in KINDS:
            return self._say(KINDS[about][0])
        return self._say(LABELS[key]) if key in LABELS else key

    def _value(self, about: str, key: str, value: object) -> str:
        if isinstance(value, list):
            return BETWEEN.join(self._value(about, key, one) for one in value)
        if value is None or value == "":
            return self._say(NOTHING.get(key, "privacy.no"))
        if isinstance(value, bool):
            return self._say("audit.yes" if value else "audit.no")
        return self._known(about, key, value)

    def _known(self, about: str, key: str, value: object) -> str:
        match key, value:
            case "place", {"name": name, "latitude": latitude, "longitude": longitude}:
                return str(name) if latitude is None else f"{name} ({latitude}, {longitude})"
            case "team", _:
                return self.named(f"team:{value}").text
            case "language", str():
                return NAMES_OF_LANGUAGES.get(value, value)
        pattern = KINDS[about][1] if key == "kind" and about in KINDS else VALUES.get(key)
        if pattern is None:
            return str(value)
        return self._say(pattern.format(str(value).replace(":", "_").replace(" ", "_")), default=value)


def names(connection: sqlite3.Connection) -> Mapping[str, str]:
    """Return the name of everybody and everything that a note may speak of and that is still here, by key."""
    return {
        **names_of_people(connection),
        **names_of_households(connection),
        **{f"team:{team.id}": team.name for team in teams.all_(connection)},
        **{f"challenge:{one.id}": one.title for one in challenges.all_(connection)},
        **{f"reward:{one.id}": one.title for one in rewards.all_(connection)},
    }
