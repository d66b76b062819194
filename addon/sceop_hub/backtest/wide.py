"""Wide tables: a CSV file with a column a home, as households of their own; the hub itself takes in no such file."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from ..core.channels import GRID_IMPORT
from ..domain.refusal import Refusal
from ..imports.columns import speaks_of
from ..imports.greenbutton import is_xml
from ..imports.hints import Hints
from ..imports.lakefile import MAGIC
from ..imports.layout import a_column_each
from ..imports.sheet import sheet_of
from ..imports.understand import understand
from ..imports.understanding import Understanding


def understand_wide(content: bytes, hints: Hints, zone: ZoneInfo, now: datetime) -> Understanding:
    """Read a file as the hub does; what that cannot take apart, by its columns, each of which is a home."""
    homes = _homes(content, hints)
    if sum(speaks_of("household", home) for home in homes) > 1:
        return _by_column(content, homes, hints, zone, now)
    try:
        return understand(content, hints, zone, now)
    except Refusal:
        if not homes:
            raise
    return _by_column(content, homes, hints, zone, now)


def _homes(content: bytes, hints: Hints) -> list[str]:
    """Return the columns that may be a home each; none, if a person has said what they are."""
    if hints.named() or not content or content.startswith(MAGIC) or is_xml(content):
        return []
    try:
        names = a_column_each(sheet_of(content))
    except Refusal:
        return []
    apart = len({name.casefold() for name in names}) == len(names)
    return names if apart and len(names) > 1 and not any("," in name or "=" in name for name in names) else []


def _by_column(content: bytes, homes: list[str], hints: Hints, zone: ZoneInfo, now: datetime) -> Understanding:
    """Let each column be a load, of which a home may have any number, and call it a home again."""
    loads = {f"load.home_{number}": home for number, home in enumerate(homes)}
    named = ", ".join(f"{home}={load}" for load, home in loads.items())
    found = understand(content, replace(hints, channel=named), zone, now)
    channel = hints.only() or GRID_IMPORT
    series = (replace(each, household=loads[each.channel], channel=channel) for each in found.series)
    steps = {channel: max(found.steps.values(), default=0)}
    return replace(found, series=tuple(series), steps=steps)
