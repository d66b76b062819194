"""What is not normal at a site, as a response, and what a person says of it."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..anomalies import Anomalies
from ..const import DOMAIN
from ..coordinator import SceopConfigEntry
from ..core.warnings.findings import Answer, Finding, State
from ..warnings.words import Words

LONGEST_MUTE_DAYS = 365


async def anomalies_of(
    hass: HomeAssistant, entry: SceopConfigEntry, *, with_what_is_over: bool = False
) -> JsonObjectType:
    """Return what is not normal, the newest first; also what was muted or explained, for it goes on."""
    anomalies, now = entry.runtime_data.anomalies, dt_util.utcnow()
    words = await Words.of(hass, ZoneInfo(entry.data["time_zone"]))
    shown = [
        finding
        for finding in reversed(anomalies.findings.each)
        if with_what_is_over or anomalies.findings.state(finding, now) is not State.OVER
    ]
    return {
        "site": entry.title,
        "looked_at": None if anomalies.looked_at is None else anomalies.looked_at.isoformat(),
        "anomalies": [_told(finding, anomalies, words) for finding in shown],
    }


async def answer_anomaly(entry: SceopConfigEntry, data: Mapping[str, Any]) -> None:
    """Take what a person says of one."""
    anomalies = entry.runtime_data.anomalies
    if (finding := anomalies.findings.find(data["anomaly"])) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN,
            translation_key="no_such_anomaly",
            translation_placeholders={"anomaly": data["anomaly"], "site": entry.title},
        )
    await anomalies.answer(finding, Answer(data["answer"]), data.get("reason", "").strip(), data.get("days"))


def _told(finding: Finding, anomalies: Anomalies, words: Words) -> JsonObjectType:
    anomaly, now = finding.anomaly, dt_util.utcnow()
    cost, mute = anomalies.cost(anomaly), anomalies.findings.mute(anomaly, now)
    return {
        "anomaly": finding.id,
        "kind": anomaly.kind.value,
        "words": anomaly.words,
        "what": words.title_of(anomaly.words),
        "channel": anomaly.channel,
        "name": anomalies.name(anomaly.channel),
        "since": anomaly.since.isoformat(),
        "until": anomaly.until.isoformat(),
        "power_w": anomaly.power_w,
        "wh_a_month": anomaly.wh_a_month,
        "cost_a_month": None if cost is None else float(cost.amount),
        "currency": None if cost is None else cost.currency,
        "sureness": round(anomaly.sureness, 2),
        "look_at": words.look_at(anomaly.words),
        "state": anomalies.findings.state(finding, now).value,
        "muted_until": None if mute is None else mute.until.isoformat(),
        "reason": None if mute is None else mute.reason,
    }
