"""Imports that a page asks for: the command reads and writes, in a process of its own."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from ..domain.saying import Saying
from ..processes import run
from .hints import Hints, Target, refused
from .report import Outcome, Report

_LOGGER = logging.getLogger(__name__)

type Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Importer:
    """Who takes a file in. Only an owner does for households that send their readings themselves."""

    key: str
    owns: bool


async def understand(data: Path, file: Path, name: str, hints: Hints, target: Target, by: Importer) -> Report:
    """Say what is understood of a file, and keep nothing."""
    answer = await _ask(data, file, name, hints, target, by, "--dry-run")
    return msgspec.convert(answer["report"], Report)


async def apply(data: Path, file: Path, name: str, hints: Hints, target: Target, by: Importer, told: Told) -> Outcome:
    """Take a file in; given up in the middle, it goes on there when it is asked for again."""
    answer = await _ask(data, file, name, hints, target, by, told=told)
    return msgspec.convert(answer["outcome"], Outcome)


async def _ask(
    data: Path, file: Path, name: str, hints: Hints, target: Target, by: Importer, *more: str, told: Told | None = None
) -> dict[str, Any]:
    answer: dict[str, Any] = {}

    def heard(line: str) -> None:
        said = msgspec.json.decode(line)
        if told is not None and "progress" in said:
            told(*said["progress"])
        answer.update(said)

    flags = {field: getattr(hints, field) for field in Hints.__dataclass_fields__}
    flags |= {"household": target.household, "as-new": target.new}
    seen = "".join(filter(str.isprintable, name))
    said = [f"--{flag}={value}" for flag, value in flags.items() if value is not None] + [f"--by={by.key}"]
    said += [] if by.owns else ["--by-hand-only"]
    ended = await run(
        "import", str(file), "--data", str(data), f"--named={seen}", "--json", "--gently", *said, *more, heard=heard
    )
    if "refused" in answer:
        raise refused(msgspec.convert(answer["refused"], Saying))
    if ended.code:
        _LOGGER.error("A process for an import ended with %s: %s", ended.code, ended.complaint)
        raise refused("The file could not be read: the hub's log tells more.")
    return answer
