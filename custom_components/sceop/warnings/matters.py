"""Matters of a site: what its forecasts, its past, its lights and its community give reason to tell."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from ..anomalies import Anomalies
from ..core.anomaly.anomaly import Kind
from ..core.channels import PRODUCTION
from ..core.forecast.windows import Severity
from ..core.warnings.findings import Finding
from ..core.warnings.matter import Facts, Matter, Topic
from ..hub.events import Events
from ..hub.foreseen import Notice
from ..hub.game import Game
from ..hub.invited import Answer, By, Call, PeakEvent, Savings
from ..zones import Zone
from .kept import CURRENT

LIT_FOR = timedelta(minutes=15)
"""How long lights may burn after hours before somebody hears of it: long enough to find a coat."""
NEWS = timedelta(days=1)
"""A message of the hub that is older can wait for the digest."""


def topic_of(finding: Finding) -> Topic:
    """Return what an anomaly is about: everything that happens to production is the plant's."""
    solar = finding.anomaly.kind is Kind.LOW_PRODUCTION or finding.anomaly.channel == PRODUCTION
    return Topic.SOLAR_FAULT if solar else Topic.UNUSUAL_CONSUMPTION


def of_anomalies(anomalies: Anomalies) -> Iterator[Matter]:
    """Return what is not normal, and open."""
    for finding in anomalies.open:
        yield Matter(topic_of(finding), finding.id, finding.severity, finding.found, facts=facts_of(finding, anomalies))


def facts_of(finding: Finding, anomalies: Anomalies) -> Facts:
    """Return what automations and words need to know of an anomaly."""
    anomaly, cost = finding.anomaly, anomalies.cost(finding.anomaly)
    return {
        "anomaly": finding.id,
        "kind": anomaly.kind.value,
        "words": anomaly.words,
        "channel": anomaly.channel,
        "name": anomalies.name(anomaly.channel),
        "since": anomaly.since.isoformat(),
        "power_w": anomaly.power_w,
        "wh_a_month": anomaly.wh_a_month,
        "cost_a_month": None if cost is None else float(cost.amount),
        "currency": None if cost is None else cost.currency,
        "sureness": round(anomaly.sureness, 2),
    }


def of_zones(zones: Iterable[Zone]) -> Iterator[Matter]:
    """Return the zones that burn after hours, unless something is set up to turn them off."""
    for zone in zones:
        if (since := zone.after_hours_since) is not None and not zone.after_hours_control:
            yield Matter(
                Topic.LIGHTS_AFTER_HOURS,
                f"lights {zone.id} {since.isoformat()}",
                Severity.SERIOUS,
                since + LIT_FOR,
                facts={"zone": zone.title, "zone_id": zone.id, "since": since.isoformat()},
            )


def of_notices(notices: Iterable[Notice], now: datetime) -> Iterator[Matter]:
    """Return what the coordinator wrote."""
    for notice in notices:
        yield Matter(
            Topic.HUB_MESSAGE,
            f"notice {notice.id}",
            Severity.SERIOUS if now - notice.at < NEWS else Severity.MILD,
            notice.at,
            end=notice.at + CURRENT,
            facts={"id": notice.id, "at": notice.at.isoformat(), "title": notice.title, "text": notice.text},
        )


def of_events(events: Events, now: datetime) -> Iterator[Matter]:
    """Return what the community invites to, what was joined by itself, and what an event brought; bad news are none."""
    for event in events.each:
        facts = _of_event(event)
        if event.open(now) and event.answer is None and events.consent.asks:
            if not events.consent.holds_for(event):
                yield _event("asked", event, Severity.SERIOUS, event.announced, facts)
        elif event.open(now) and event.answer is Answer.YES and event.by is By.STANDING:
            yield _event("joined", event, Severity.MILD, event.announced, facts)
        if event.answer is Answer.YES and event.savings is not None and event.savings.call is not Call.MORE:
            yield _proof(event, event.savings, facts, at_once=events.consent.cheer_at_once)
    for name, declined in events.declined.items():
        if (meant := events.find(name)) is not None and declined.by is By.NOTIFICATION:
            facts = {**_of_event(meant), "said": "declined", "sentence": declined.sentence}
            until = declined.at + NEWS
            yield Matter(Topic.PEAK_EVENT, f"declined {name}", Severity.SERIOUS, declined.at, end=until, facts=facts)


def of_game(game: Game, *, at_once: bool) -> Iterator[Matter]:
    """Return the good news of the game."""
    for cheer in () if game.standing is None else game.standing.cheers:
        yield Matter(
            Topic.CHEER,
            f"cheer {cheer.id} {round(cheer.at.timestamp())}",
            Severity.SERIOUS if at_once else Severity.MILD,
            cheer.at,
            end=cheer.at + CURRENT,
            facts={**cheer.facts, "kind": cheer.kind},
        )


def _event(said: str, event: PeakEvent, severity: Severity, due: datetime, facts: Facts) -> Matter:
    return Matter(
        Topic.PEAK_EVENT, f"event {event.id} {said}", severity, due, event.start, event.end, {**facts, "said": said}
    )


def _proof(event: PeakEvent, savings: Savings, facts: Facts, *, at_once: bool) -> Matter:
    """Tell what was saved, or that one evening says nothing yet; never told as a failure."""
    saved = savings.call is Call.SAVED
    return Matter(
        Topic.CHEER,
        f"saved {event.id}",
        Severity.SERIOUS if saved and at_once else Severity.MILD,
        event.end,
        end=event.end + CURRENT,
        facts={
            **facts,
            "kind": "saved" if saved else "took_part",
            "low_wh": savings.low_wh,
            "mid_wh": savings.mid_wh,
            "high_wh": savings.high_wh,
        },
    )


def _of_event(event: PeakEvent) -> dict[str, str | int | float | None]:
    return {
        "event": event.id,
        "start": event.start.isoformat(),
        "end": event.end.isoformat(),
        "target_percent": event.target_percent,
        "text": event.text,
    }
