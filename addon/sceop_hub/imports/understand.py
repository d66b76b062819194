"""Understanding: a file of any kind that the hub reads becomes slots, or a sentence that says what is in the way."""

from datetime import datetime
from zoneinfo import ZoneInfo

from ..core.slots import to_number
from . import MOST_BYTES
from .csvfile import read_csv
from .greenbutton import is_xml, read_green_button
from .hints import Hints, refused
from .lakefile import MAGIC, read_lake_file
from .understanding import Understanding, settle


def understand(content: bytes, hints: Hints, zone: ZoneInfo, now: datetime) -> Understanding:
    """Read a file; `zone` is the one of its household, for times that name none."""
    if not content:
        raise refused("The file is empty.")
    if len(content) > MOST_BYTES:
        raise refused("The file is larger than {most} MiB: split it, by year for example.", most=MOST_BYTES // 1024**2)
    if content.startswith(MAGIC):
        return read_lake_file(content, hints, to_number(now))
    if is_xml(content):
        return settle(read_green_button(content, hints), now)
    return settle(read_csv(content, hints, zone), now)
