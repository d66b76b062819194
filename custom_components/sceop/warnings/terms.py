"""Terms of warnings: who hears of what, and when, as a site's options say it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any, Final, Self
from zoneinfo import ZoneInfo

from ..core.warnings.matter import Topic
from ..core.warnings.quiet import Quiet
from ..core.warnings.rules import DIGEST, LEAD, Rules

CONF_WARNINGS: Final = "warnings"
CONF_TARGETS: Final = "targets"
CONF_TOPICS: Final = "topics"
CONF_OFFERED: Final = "offered"
CONF_QUIET_FROM: Final = "quiet_from"
CONF_QUIET_TO: Final = "quiet_to"
CONF_SEVERE_BREAK_QUIET: Final = "severe_break_quiet"
CONF_ONE_DIGEST: Final = "one_digest"
CONF_DIGEST_AT: Final = "digest_at"
CONF_LEAD_MINUTES: Final = "lead_minutes"
CONF_RATED_KW: Final = "rated_kw"
CONF_TARGET: Final = "target"
CONF_NAME: Final = "name"

DEFAULT_TOPICS: Final = [topic.value for topic in Topic if topic is not Topic.LIGHTS_AFTER_HOURS]
"""Lights have a blueprint that asks before it turns them off; who wants to be told only, chooses so."""
LATER: Final = frozenset({Topic.PEAK_EVENT, Topic.CHEER})
"""Whoever chose among the topics before there were these never said no to them."""


def topics_of(kept: Mapping[str, Any]) -> list[str]:
    """Return the topics that somebody wants to hear of, and those that nobody was asked about yet."""
    if CONF_TOPICS not in kept:
        return DEFAULT_TOPICS
    return [*kept[CONF_TOPICS], *sorted(LATER.difference(kept.get(CONF_OFFERED, ()), kept[CONF_TOPICS]))]


@dataclass(frozen=True, slots=True)
class Target:
    """Where a warning goes: a phone by its registration, a notify entity or a notify action."""

    id: str
    name: str


@dataclass(frozen=True, slots=True)
class WarningTerms:
    """What was chosen."""

    rules: Rules
    targets: tuple[Target, ...]
    rated_w: int | None = None
    """The peak power of the site's solar plant, without which one that was never sound cannot be told."""

    @classmethod
    def from_options(cls, options: Mapping[str, Any], zone: ZoneInfo) -> Self:
        """Read the options of a site's entry; who never chose gets no notifications, and events as they come."""
        kept = options.get(CONF_WARNINGS, {})
        quiet = None
        if kept.get(CONF_QUIET_FROM) and kept.get(CONF_QUIET_TO):
            quiet = Quiet(time.fromisoformat(kept[CONF_QUIET_FROM]), time.fromisoformat(kept[CONF_QUIET_TO]), zone)
        digest = time.fromisoformat(kept.get(CONF_DIGEST_AT, DIGEST.isoformat()))
        targets = tuple(Target(each[CONF_TARGET], each[CONF_NAME]) for each in kept.get(CONF_TARGETS, ()))
        # What nobody could hear was not told: whoever is chosen later hears of what then goes on.
        topics = topics_of(kept) if targets else []
        rules = Rules(
            zone,
            topics=frozenset(Topic(topic) for topic in topics),
            quiet=quiet,
            severe_break_quiet=kept.get(CONF_SEVERE_BREAK_QUIET, False),
            digest=digest if kept.get(CONF_ONE_DIGEST, True) else None,
            lead=timedelta(minutes=kept.get(CONF_LEAD_MINUTES, LEAD // timedelta(minutes=1))),
            hearers=frozenset(target.id for target in targets),
        )
        rated_kw = kept.get(CONF_RATED_KW)
        return cls(rules, targets, None if rated_kw is None else round(rated_kw * 1000))
