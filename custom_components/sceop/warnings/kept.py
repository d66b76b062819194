"""What a site remembers of its warnings over a restart: what was found, what was told and what a person said."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any, Self

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..core.warnings.findings import Findings
from ..core.warnings.memory import Memory
from ..hub.foreseen import Notice
from ..storage import Held, StrictStore, take_up

CURRENT = timedelta(days=7)
"""How long a message of the hub concerns anybody."""


def warnings_store(hass: HomeAssistant, entry_id: str) -> StrictStore:
    """Return where the warnings of a site are kept."""
    return StrictStore(hass, f"{DOMAIN}.{entry_id}.warnings")


@dataclass(frozen=True, slots=True)
class _Read:
    """What a file held."""

    findings: Findings = field(default_factory=Findings)
    memory: Memory = field(default_factory=Memory)
    notices: tuple[Notice, ...] = ()


class Kept:
    """One small file, written when something in it has changed."""

    def __init__(self, store: StrictStore, read: _Read) -> None:
        self._store = store
        self.findings = read.findings
        self.memory = read.memory
        self.notices = read.notices
        """What the hub said of late: it says each message once, and quiet hours may outlive this process."""

    @classmethod
    async def of(cls, hass: HomeAssistant, entry_id: str) -> Self:
        """Take up what was left; a file that cannot be read is set aside, and things may be told once more."""
        store = warnings_store(hass, entry_id)
        return cls(store, await take_up(store, Held.WARNINGS, entry_id, _read) or _Read())

    def take(self, notice: Notice, now: datetime) -> None:
        """Keep a message for as long as it is current."""
        others = (each for each in self.notices if each.id != notice.id and now - each.at < CURRENT)
        self.notices = (*others, notice)

    async def save(self) -> None:
        """Write it; of a disk that is full the store tells, and warnings go on."""
        with suppress(OSError):
            await self._store.async_save(
                {
                    "findings": self.findings.to_json(),
                    "memory": self.memory.to_json(),
                    "notices": [asdict(notice) | {"at": notice.at.isoformat()} for notice in self.notices],
                }
            )


def _read(kept: Mapping[str, Any]) -> _Read:
    notices = (Notice(**notice | {"at": datetime.fromisoformat(notice["at"])}) for notice in kept["notices"])
    return _Read(Findings.from_json(kept["findings"]), Memory.from_json(kept["memory"]), tuple(notices))
