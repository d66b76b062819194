"""Matters of a site: what its forecasts, its past, its lights and its community give reason to tell."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from ..anomalies import Anomalies
from ..core.anomaly.anomaly import Kind
from ..core.channels import PRODUCTION
from ..core.forecast.windows import Severity
from ..core.warnings.findings import Finding
from ..core.warnings.matter import Facts, Matter, Topic
from ..hub.foreseen import Notice
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
