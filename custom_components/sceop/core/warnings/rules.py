"""Rules: what a person wants to hear of, and when."""

from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from ..forecast.windows import Severity
from .matter import Topic
from .quiet import Quiet

LEAD = timedelta(hours=2)
"""How long before a peak a person hears of it who did not say otherwise: enough to start a machine earlier."""
DIGEST = time(8)


@dataclass(frozen=True, slots=True)
class Rules:
    """Those of one site."""

    zone: ZoneInfo
    topics: frozenset[Topic] = frozenset(Topic) - {Topic.LIGHTS_AFTER_HOURS}
    quiet: Quiet | None = None
    severe_break_quiet: bool = False
    digest: time | None = DIGEST
    """When the mild ones of a day are told together; without it each is told alone."""
    lead: timedelta = LEAD
    hearers: frozenset[str] = frozenset()
    """The phones and other targets that are told."""

    def holds_back(self, severity: Severity) -> Quiet | None:
        """Return the quiet hours that hold for this severity."""
        return None if severity is Severity.SEVERE and self.severe_break_quiet else self.quiet
