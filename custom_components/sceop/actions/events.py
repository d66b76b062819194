"""Peak events as responses, this home's answer to one, and how its savings were worked out."""

from collections.abc import Mapping
from typing import Any

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.util import dt as dt_util
from homeassistant.util.json import JsonObjectType

from ..const import DOMAIN
from ..coordinator import SceopConfigEntry
from ..hub.errors import HubError
from ..hub.events import EventOverError, EventUnknownError, SilenceError, facts_of
from ..hub.invited import Answer, By, PeakEvent
from ..hub.together import Together


def together_of(entry: SceopConfigEntry) -> Together:
    """Return what a home does with its community, or say that it has none."""
    if (hub := entry.runtime_data.hub) is None:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="no_community", translation_placeholders={"site": entry.title}
        )
    return hub.together


def events_of(entry: SceopConfigEntry) -> JsonObjectType:
    """Return the events of the last 30 days and to come, and how each stands by the clock of this home."""
    events, now = together_of(entry).events, dt_util.utcnow()
    return {
        "site": entry.title,
        "known": events.known,
        "events": [
            {**facts_of(each), "state": each.stage(now).value, "answer_waits": events.waits(each)}
            for each in events.each
        ],
    }


async def answer(entry: SceopConfigEntry, name: str | None, reply: Answer, by: By) -> None:
    """Answer an event, the first that is open when none is named."""
    events = together_of(entry).events
    event = events.to_answer if name is None else events.find(name)
    if event is None:
        raise _unknown(entry, name)
    try:
        await events.answer(event.id, reply, by)
    except EventUnknownError as error:
        raise _unknown(entry, name) from error
    except EventOverError as error:
        raise ServiceValidationError(
            translation_domain=DOMAIN, translation_key="event_over", translation_placeholders=_placeholders(event)
        ) from error
    except SilenceError as error:
        raise silence(entry) from error
    except HubError as error:
        raise said_no(entry, error) from error


async def savings_of(entry: SceopConfigEntry, data: Mapping[str, Any]) -> JsonObjectType:
    """Return how the savings of an event were worked out, as the hub tells it: the days used and the arithmetic."""
    together = together_of(entry)
    if (event := together.events.find(data["event"])) is None:
        raise _unknown(entry, data["event"])
    try:
        audit = await together.ask_hub(lambda client: client.savings(event.id))
    except SilenceError as error:
        raise silence(entry) from error
    except HubError as error:
        raise said_no(entry, error) from error
    return {"site": entry.title, "event": event.id, "audit": audit}


def silence(entry: SceopConfigEntry) -> ServiceValidationError:
    """Say that this home is paused."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key="sharing_paused", translation_placeholders={"site": entry.title}
    )


def said_no(entry: SceopConfigEntry, error: HubError) -> HomeAssistantError:
    """Say what the hub said."""
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key="hub_said_no",
        translation_placeholders={"site": entry.title, "sentence": error.sentence},
    )


def _unknown(entry: SceopConfigEntry, name: str | None) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key="no_open_event" if name is None else "no_such_event",
        translation_placeholders={"site": entry.title, "event": name or ""},
    )


def _placeholders(event: PeakEvent) -> dict[str, str]:
    return {"event": event.id, "end": f"{dt_util.as_local(event.end):%Y-%m-%d %H:%M}"}
