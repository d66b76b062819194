"""Diagnostics: what a maintainer needs to see, without who it is and where."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from . import issues
from .const import VERSION
from .coordinator import SceopConfigEntry, SiteRuntime
from .core.registers import Register
from .forecasting import ForecastCoordinator
from .hub.connection import HubConnection
from .hub.together import Together
from .thing import ThingCoordinator
from .zones.book import KEPT

SHOWN = frozenset(
    {
        "amount",
        "created_at",
        "currency",
        "digest_at",
        "disabled_by",
        "domain",
        "flows",
        "from",
        "joining",
        "joined_at",
        "kind",
        "modified_at",
        "purpose",
        "not_from",
        "not_until",
        "offered",
        "quiet_from",
        "quiet_to",
        "ready_by",
        "since",
        "source",
        "subentry_type",
        "time_zone",
        "to",
        "topics",
        "type",
        "weekdays",
        "when",
    }
)
"""Under these names stand words of ours. Every other text of an entry somebody typed, or it is a name or a key."""

_PLACE = frozenset({"latitude", "longitude"})

_TELLING = re.compile(r"\S*\w[.:/@_]\w\S*|\w*\d{4}\w*")
"""Addresses, names of entities and files, and serial numbers in a sentence."""


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: SceopConfigEntry) -> dict[str, Any]:
    """Return the state of a site."""
    runtime = entry.runtime_data
    coordinator = runtime.coordinator
    balance, books = coordinator.data, coordinator.kept()
    secrets = sorted(set(_texts(_entry(entry))), key=len, reverse=True)
    names, now = _names(runtime), dt_util.utcnow()
    return {
        "version": VERSION,
        "entry": _shown(_entry(entry)),
        "balance": {
            "at": balance.at.isoformat(),
            "watts": {_channel(channel, names): watts for channel, watts in balance.watts.items()},
            "energy_wh": dict(balance.energy_wh),
            "consumption_w": balance.consumption_w,
            "consumption_wh": balance.consumption_wh,
            "last_read_worked": coordinator.last_update_success,
        },
        "things": {names[thing.thing.id]: _thing(thing, secrets) for thing in runtime.things.values()},
        "books": {
            "tallies": {name: tally["highest_mwh"] for name, tally in books["tallies"].items()},
            "slots_waiting_for_others": len(books["slots"]),
            "slots_in_ledger": len(books["ledger"]["entries"]),
            "imported": sorted(names.get(thing, "removed") for thing in books["imported"]),
        },
        "prices": {
            "problem": _scrubbed(coordinator.prices.problem, secrets),
            "waiting_since": _iso(coordinator.figures.unpriced_since),
        },
        "zones": {
            names[zone.id]: {"lit": zone.lit, "sessions": len(zone.sessions(now - KEPT, now))}
            for zone in runtime.zones.values()
        },
        "loads": _loads(runtime),
        "warnings": _warnings(runtime, names),
        "issues": sorted(issue.translation_key or "" for issue in issues.of(hass, entry.entry_id)),
        "forecast": _forecast(runtime.forecast),
        "hub": None if runtime.hub is None else _hub(runtime.hub),
    }


def _thing(thing: ThingCoordinator, secrets: list[str]) -> dict[str, Any]:
    silence = thing.silence
    return {
        "last_reading": _iso(thing.last_reading),
        "last_read_worked": thing.last_update_success,
        "silent": silence and {"since": _iso(silence.since), "sentence": _scrubbed(silence.sentence, secrets)},
        "facts": {} if thing.last_reading is None else dict(thing.data.facts),
        "registers": {flow: _register(register) for flow, register in thing.registers.items()},
    }


def _register(register: Register) -> dict[str, Any]:
    doubt = register.doubt
    return {
        "at": _iso(register.meter.at),
        "counter_mwh": register.meter.counter_mwh,
        "running_wh": register.meter.running_wh,
        "carried_mwh": register.carried_mwh,
        "replaced_at": _iso(register.replaced_at),
        "doubt": doubt and {"since": _iso(doubt.since), "counter_mwh": doubt.counter_mwh},
    }


def _warnings(runtime: SiteRuntime, names: Mapping[str, str]) -> dict[str, Any]:
    """Show what was found, and how much was told; what the hub wrote is nobody's but the home's."""
    anomalies, told, now = runtime.anomalies, runtime.desk.memory.told.values(), dt_util.utcnow()
    return {
        "looked_at": _iso(anomalies.looked_at),
        "anomalies": [
            {
                "kind": finding.anomaly.words,
                "channel": _channel(finding.anomaly.channel, names),
                "since": _iso(finding.anomaly.since),
                "state": anomalies.findings.state(finding, now).value,
            }
            for finding in anomalies.findings.each
        ],
        "told": dict(Counter(one.topic.value for one in told if one.rung is not None)),
        "on_phones": sum(one.shown for one in told),
    }


def _loads(runtime: SiteRuntime) -> dict[str, Any]:
    """Say how each flexible load stands, under its kind and a number; when people used it stays at home."""
    seen = Counter[str]()
    shown = {}
    for load in runtime.planning.loads.values():
        seen[load.kind] += 1
        memory = load.memory
        shown[f"{load.kind} {seen[load.kind]}"] = {
            "state": memory.told.value,
            "may_act": memory.may_act,
            "run_by": None if load.hand is None else load.hand.domain,
            "seen": load.available,
            "place": memory.place and {"start": _iso(memory.place.start), "reasons": list(memory.place.reasons)},
            "reserved": memory.reserved,
            "runs_learned": len(memory.runs),
            "slots_learned": len(memory.traces),
        }
    return shown


def _forecast(forecast: ForecastCoordinator) -> dict[str, Any]:
    """Say how forecasts are made and how far they reach, without the figures."""
    outlook = forecast.data
    bands = {} if outlook is None else outlook.bands
    return {
        "made": None if outlook is None else _iso(outlook.made),
        "models": {name: {"model": band.model.value, "days": round(band.days, 1)} for name, band in bands.items()},
        "weather": outlook is not None and outlook.uses_weather,
        "limited": forecast.options.limit_w is not None,
        "windows": dict(Counter(each.whose.value for each in forecast.windows)),
    }


def _hub(hub: HubConnection) -> dict[str, Any]:
    return {
        "connected": hub.contact.connected,
        "paused": hub.paused,
        "membership": hub.contact.standing,
        "last_sent": _iso(hub.outbox.last_sent),
        "slots_waiting": hub.outbox.waiting,
        "forecast_made": None if hub.foresight.forecast is None else _iso(hub.foresight.forecast.made),
        "past": hub.outbox.past and hub.outbox.past.to_json(),
        "together": _together(hub.together),
    }


def _together(together: Together) -> dict[str, Any]:
    """Count what is done together; what this home answered, saved and earned is nobody's but its own."""
    events, game, now = together.events, together.game, dt_util.utcnow()
    return {
        "events": events.known,
        "stages": dict(Counter(each.stage(now).value for each in events.each)),
        "answers_waiting": sum(events.waits(each) for each in events.each),
        "answers_declined": len(events.declined),
        "game": game.known,
        "ranked": game.standing is not None and game.standing.rank is not None,
        "challenges": len(game.challenges),
    }


def _names(runtime: SiteRuntime) -> dict[str, str]:
    """Name things by what they are, and number those of a kind; their titles are people's own."""
    seen = Counter[str]()
    names = {}
    for thing in runtime.things.values():
        seen[thing.thing.kind] += 1
        names[thing.thing.id] = f"{thing.thing.kind} {seen[thing.thing.kind]}"
    return names


def _channel(channel: str, names: Mapping[str, str]) -> str:
    """Write a channel that carries the id of its thing with the thing's name."""
    flow, _, owner = channel.partition(".")
    return next((f"{flow} of {name}" for thing, name in names.items() if thing.lower() == owner), channel)


def _entry(entry: SceopConfigEntry) -> dict[str, Any]:
    """Return what the entry holds, without the subentries' ids, under which nothing else is shown."""
    whole = entry.as_dict()
    whole["subentries"] = [
        {name: value for name, value in subentry.items() if name != "subentry_id"} for subentry in whole["subentries"]
    ]
    return whole


def _shown(value: Any, name: str = "") -> Any:  # noqa: ANN401  # what an entry holds
    """Keep the structure, whole numbers and words of ours."""
    if isinstance(value, Mapping):
        return {key: _shown(each, key) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_shown(each, name) for each in value]
    if value is None or isinstance(value, bool) or (isinstance(value, int) and name not in _PLACE):
        return value
    return value if name in SHOWN and isinstance(value, str) else REDACTED


def _texts(value: Any, name: str = "") -> Iterator[str]:  # noqa: ANN401  # likewise
    """Return every text of an entry that is not shown."""
    if isinstance(value, Mapping):
        for key, each in value.items():
            yield from _texts(each, key)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each, name)
    elif isinstance(value, str) and value and name not in SHOWN:
        yield value


def _scrubbed(sentence: str | None, secrets: Sequence[str]) -> str | None:
    """Take out of a sentence what an entry holds, and what looks like an address, an entity or a number of a device."""
    if sentence is None:
        return None
    for secret in secrets:
        sentence = re.sub(rf"(?<!\w){re.escape(secret)}(?!\w)", REDACTED, sentence)
    return _TELLING.sub(REDACTED, sentence)


def _iso(instant: datetime | None) -> str | None:
    return None if instant is None else instant.isoformat()
