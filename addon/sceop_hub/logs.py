"""The log: a line for each event, as text or as JSON, and never so many that one visitor drowns the others.

No secret and nobody's energy stands in it: whoever logs writes what happened, not what was sent.
"""

import json
import logging
import sys
import time
from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import override

REQUEST: ContextVar[str | None] = ContextVar("request", default=None)
"""The id of the request that is being answered; its answer carries it too."""

MOST_A_MINUTE = 20
"""Of the same sentence: enough to see that it goes on."""

MOST_SENTENCES = 1000
LONGEST = 2000
"""Characters of one event: a visitor chooses some of them."""


def start(level: str, form: str) -> None:
    """Let everything that is logged go to standard error."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(AsJson() if form == "json" else AsText())
    handler.addFilter(NoFlood())
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
    logging.getLogger("aiohttp.server").addFilter(garbled)
    for talkative in ("asyncio", "zeroconf"):
        logging.getLogger(talkative).setLevel(max(logging.WARNING, logging.getLogger().level))


def garbled(record: logging.LogRecord) -> bool:
    """Leave out what the web server tells about requests that are none: anybody may send as many as they like."""
    from aiohttp.http_exceptions import HttpProcessingError  # noqa: PLC0415 - commands without a server log as well
    from aiohttp.web import RequestPayloadError  # noqa: PLC0415 - as above

    error = record.exc_info[1] if record.exc_info else None
    return not isinstance(error, HttpProcessingError | RequestPayloadError)


class NoFlood(logging.Filter):
    """Counts the same sentence beyond some a minute instead of writing it, and tells the count later."""

    def __init__(self, most: int = MOST_A_MINUTE, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._most = most
        self._clock = clock
        self._seen: dict[tuple[str, str], tuple[int, int]] = {}

    @override
    def filter(self, record: logging.LogRecord) -> bool | logging.LogRecord:
        if record.levelno <= logging.DEBUG:
            return True  # somebody looks into a problem, and asked for all of it
        key, minute = (record.name, str(record.msg)), int(self._clock() // 60)
        if key not in self._seen and len(self._seen) >= MOST_SENTENCES:
            self._seen = {known: seen for known, seen in self._seen.items() if seen[0] == minute}
            if len(self._seen) >= MOST_SENTENCES:
                return False
        then, count = self._seen.get(key, (minute, 0))
        kept_back = max(0, count - self._most) if then != minute else 0
        count = 1 if then != minute else count + 1
        self._seen[key] = (minute, count)
        if kept_back:
            record.kept_back = kept_back
        return count <= self._most


class AsText(logging.Formatter):
    """For people."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")

    @override
    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:
        return _time(record)

    @override
    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = _one_line(record.message)
        text = super().formatMessage(record)
        if (request := REQUEST.get()) is not None:
            text += f" [{request}]"
        if kept_back := getattr(record, "kept_back", 0):
            text += f" (and {kept_back} times more in the minute before)"
        return text


class AsJson(logging.Formatter):
    """For programs: one line, one object; what a logger gives as `extra={"fields": {...}}` stands in it too."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        event: dict[str, object] = {
            "at": _time(record),
            "level": record.levelname.lower(),
            "from": record.name,
            "event": _one_line(record.getMessage()),
        }
        if (request := REQUEST.get()) is not None:
            event["request"] = request
        if kept_back := getattr(record, "kept_back", 0):
            event["kept_back"] = kept_back
        if record.exc_info:
            event["trace"] = self.formatException(record.exc_info)
        event |= getattr(record, "fields", {})
        return json.dumps(event, default=str)


def _time(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _one_line(text: str) -> str:
    """Keep a visitor's text from beginning a line of its own, and from filling the log."""
    text = text if len(text) <= LONGEST else f"{text[:LONGEST]}..."
    return text if text.isprintable() else text.encode("unicode_escape").decode("ascii")
