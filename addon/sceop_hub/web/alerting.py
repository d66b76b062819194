"""Alerts in words: the same sentences on the page and in the message to a phone."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from ..domain.alerts import ABOUT_HOUSEHOLDS, Alert, Messages
from .words import Say

MOST_LINES = 8


def sentence(say: Say, alert: Alert, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """Say what is wrong, in one sentence."""
    finding = alert.finding
    given: dict[str, object] = dict(finding.detail)
    for instant in ("heard", "last"):
        if instant in given:
            at = datetime.fromtimestamp(int(finding.detail[instant]), UTC).astimezone(zone)
            given[instant] = at.strftime("%Y-%m-%d %H:%M")
    if finding.kind in ABOUT_HOUSEHOLDS:
        given["name"] = names.get(finding.subject, say("alerts.gone"))
    never = finding.kind == "backup" and "last" not in given
    return say(f"alerts.kind.{finding.kind}.{'never' if never else 'what'}", **given)


def message(say: Say, told: Messages, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """Write one message for everything that is to be told now."""
    parts: list[str] = []
    for word, alerts in (("new", told.new), ("still", told.still), ("over", told.over)):
        if alerts:
            parts += [say(f"alerts.message.{word}"), *_lines(say, alerts, names, zone)]
    return "\n".join(parts)


def _lines(say: Say, alerts: Sequence[Alert], names: Mapping[str, str], zone: ZoneInfo) -> list[str]:
    lines = [f"- {sentence(say, alert, names, zone)}" for alert in alerts[:MOST_LINES]]
    more = len(alerts) - MOST_LINES
    return lines if more <= 0 else [*lines, say("alerts.message.more", n=more)]
