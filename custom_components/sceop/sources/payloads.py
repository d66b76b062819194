"""Payloads: the one figure in a message that a meter publishes, found by its path and doubted in every way.

A path names the way through a JSON document: `meter.power`, `ENERGY.Power`, `[0].value`, and for a name that holds a
dot `["1.8.0"]`. Without a path the whole message is the figure.
"""

import json
import re
from typing import Any

from ..core.quantities import number_of

LONGEST = 64 * 1024
"""Bytes; a meter's message has a few hundred."""
_FIGURE = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d{1,3})?", re.ASCII | re.IGNORECASE)
_MOST_DIGITS = 40
_MOST_NAMES = 12
_LONGEST_QUOTE = 60

_STEP = re.compile(
    r"""\[(?P<index>\d{1,6})\] | \[(?P<quote>["'])(?P<quoted>.+?)(?P=quote)\] | (?P<dot>\.?)(?P<name>[^.\[\]"']+)""",
    re.VERBOSE,
)

type Steps = tuple[str | int, ...]
type Payload = str | bytes | bytearray
"""A message as text, or as bytes where somebody else asked for the same topic so."""


class PayloadError(ValueError):
    """A message without the figure: which sentence says why, what fills its gaps, and the sentence itself."""

    def __init__(self, key: str, **gaps: str) -> None:
        super().__init__(_SENTENCES[key].format(**gaps))
        self.key = key
        self.gaps = gaps


_SENTENCES = {
    "too_long": "a message is longer than 64 kilobytes",
    "not_text": "a message is no text",
    "not_json": "a message is no JSON",
    "path_missing": "a message has nothing at {path}; there is: {names}",
    "path_needed": "a message holds several values, so a path is needed; there is: {names}",
    "not_a_number": "a message says {value}, which is no number",
    "negative": "a meter reading of {value} is below zero",
    "too_high": "{value} {unit} is more than any meter can mean",
    "not_percent": "a state of charge of {value} is not between 0 and 100",
}


def steps(path: str) -> Steps | None:
    """Return the way that a path describes, or None if it describes none."""
    rest, found = path.strip().removeprefix("$"), list[str | int]()
    while rest:
        step = _STEP.match(rest)
        if step is None or (step["name"] and found and not step["dot"]):
            return None
        found.append(int(step["index"]) if step["index"] else step["quoted"] or step["name"].strip())
        rest = rest[step.end() :]
    return tuple(found)


def figure_in(payload: Payload, path: str) -> str:
    """Return the figure as it is written; raise PayloadError when there is none."""
    if len(payload) > LONGEST:
        raise PayloadError("too_long")
    try:
        text = payload if isinstance(payload, str) else payload.decode()
    except UnicodeDecodeError as error:
        raise PayloadError("not_text") from error
    way = steps(path)
    if not way:
        if text.lstrip()[:1] in {"{", "["}:
            return _number(_document(text))
        return _number(text)
    value = _document(text)
    for step in way:
        value = _below(value, step, path)
    return _number(value)


def _document(text: str) -> Any:  # noqa: ANN401  # JSON holds anything
    """Read JSON, its figures left as they are written, so that none passes through a float."""
    try:
        return json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except (ValueError, RecursionError) as error:
        raise PayloadError("not_json") from error


def _below(value: Any, step: str | int, path: str) -> Any:  # noqa: ANN401  # likewise
    if isinstance(value, dict) and step in value:
        return value[step]
    if isinstance(value, list) and isinstance(step, int) and step < len(value):
        return value[step]
    raise PayloadError("path_missing", path=path, names=_names(value))


def _names(value: Any) -> str:  # noqa: ANN401  # likewise
    """Return what a person may write at this point of a path."""
    if isinstance(value, list):
        return f"[0] to [{len(value) - 1}]" if value else "-"
    names = list(value) if isinstance(value, dict) else []
    shown = ", ".join(_quote(name) for name in names[:_MOST_NAMES]) or "-"
    return f"{shown}, ..." if len(names) > _MOST_NAMES else shown


def _number(value: Any) -> str:  # noqa: ANN401  # likewise
    if isinstance(value, dict | list):
        raise PayloadError("path_needed", names=_names(value))
    if isinstance(value, str) and _is_figure(text := value.strip()):
        return text
    raise PayloadError("not_a_number", value=_quote(value if isinstance(value, str) else json.dumps(value)))


def _is_figure(text: str) -> bool:
    """Tell whether people and meters write figures like this, and not only Python does."""
    return len(text) <= _MOST_DIGITS and _FIGURE.fullmatch(text) is not None and number_of(text) is not None


def _quote(text: str) -> str:
    """Return a stranger's text as it can be shown: short, and without the halves of characters that JSON allows."""
    return text[:_LONGEST_QUOTE].encode(errors="replace").decode() or '""'
