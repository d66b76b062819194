"""Alerts in words: the same sentences on the page and in the message to a phone."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from ..domain.alerts import ABOUT_HOUSEHOLDS, Alert, Kind, Messages
from . import Say

MOST_LINES = 8
PROBLEMS = frozenset({"clock", "invalid", "too-old", "too-large"})
"""Reasons of the wire that a coordinator can do something about; the others are for the household alone."""


def sentence(say: Say, alert: Alert, names: Mapping[str, str], when: Callable[[datetime], str]) -> str:
    """Say what is wrong, in one sentence; `when` writes an instant."""
    finding = alert.finding
    given: dict[str, object] = dict(finding.detail)
    for instant in ("heard", "last", "start"):
        if instant in given:
            given[instant] = when(datetime.fromtimestamp(int(finding.detail[instant]), UTC))
    if finding.kind in ABOUT_HOUSEHOLDS:
        given["name"] = names.get(finding.subject, say("alerts.gone"))
    if finding.kind == Kind.REFUSED:
        known = finding.detail["problem"]
        given["problem"] = say(f"alerts.problem.{known if known in PROBLEMS else 'unknown'}")
    if finding.kind == Kind.BROKEN:
        given["fault"] = say(f"alerts.fault.{finding.detail['fault']}")
    if finding.kind == Kind.SURPRISE:
        return say(f"alerts.kind.surprise.{finding.detail['way']}", **given)
    never = finding.kind == Kind.BACKUP and "last" not in given
    return say(f"alerts.kind.{finding.kind}.{'never' if never else 'what'}", **given)


def marked_up(say: Say, alert: Alert, names: Mapping[str, str]) -> Markup:
    """Say it on a page, where the reader's browser writes the times."""
    subject = alert.finding.subject
    isolated = {subject: Markup("<bdi>{}</bdi>").format(names[subject])} if subject in names else {}
    return Markup(sentence(say, alert, isolated, _element))  # noqa: S704 - our own words, and what is filled in is escaped


def _element(at: datetime) -> Markup:
    return Markup('<time datetime="{:%Y-%m-%dT%H:%M:%SZ}" data-format="datetime">{:%Y-%m-%d %H:%M} UTC</time>').format(
        at, at
    )


def message(say: Say, told: Messages, names: Mapping[str, str], zone: ZoneInfo) -> str:
    """Write one message for everything that is to be told now."""
    parts: list[str] = []
    for word, alerts in (("new", told.new), ("still", told.still), ("over", told.over)):
        if alerts:
            parts += [say(f"alerts.message.{word}"), *_lines(say, alerts, names, zone)]
    return "\n".join(parts)


def _lines(say: Say, alerts: Sequence[Alert], names: Mapping[str, str], zone: ZoneInfo) -> list[str]:
    def when(at: datetime) -> str:
        return at.astimezone(zone).strftime("%Y-%m-%d %H:%M")

    lines = [f"- {sentence(say, alert, names, when)}" for alert in alerts[:MOST_LINES]]
    more = len(alerts) - MOST_LINES
    return lines if more <= 0 else [*lines, say("alerts.message.more", n=more)]
