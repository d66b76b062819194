"""Until when a household may answer an event."""

from datetime import datetime

from ..refusal import Refusal
from .event import Event


def check_answer(event: Event, now: datetime) -> None:
    """Refuse an answer to what is not asked any more."""
    if event.state == "cancelled":
        raise Refusal("event-over", "The event was called off. There is nothing left to answer.")
    if event.state not in {"announced", "running"} or now >= event.end:
        raise Refusal(
            "event-over",
            f"The event ended at {event.end:%Y-%m-%d %H:%M} UTC, and answers count until its end. Its savings are known"
            " within 15 minutes after that.",
        )
