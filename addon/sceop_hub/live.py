"""Live power: what every member draws at this moment, in memory only."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from .domain.community import Power

SILENT_AFTER = timedelta(seconds=90)
"""Members report every 5 to 60 seconds; who misses one report and a half is silent, which is not zero."""


@dataclass(frozen=True, slots=True)
class _Report:
    at: datetime
    watts: Power


@dataclass(slots=True)
class LiveBoard:
    """The last report of every member."""

    _reports: dict[int, _Report] = field(default_factory=dict)

    def report(self, household: int, watts: Power, now: datetime) -> None:
        """Take what a member says it draws."""
        self._reports[household] = _Report(now, watts)

    def power(self, now: datetime) -> Mapping[int, Power]:
        """Return the power of all members that are not silent."""
        return {who: report.watts for who, report in self._reports.items() if abs(now - report.at) <= SILENT_AFTER}
