"""Beside: long work is one of the hub's own commands, run in a process that takes only the time the server leaves."""

import asyncio
import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass

_TOLD = 4000
"""Signs of what a process complains of that are kept: the end, where the reason stands."""

_LINE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ended:
    """How the process ended; `complaint` is what it told its log."""

    code: int
    complaint: str


async def run(*arguments: str, heard: Callable[[str], None] = lambda _line: None) -> Ended:
    """Run a command and hear its lines as they come; whoever is cancelled ends it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        __package__ or "",
        *arguments,
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LINE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    complaining = asyncio.create_task(process.stderr.read())
    try:
        async for line in process.stdout:
            heard(line.decode(errors="replace").rstrip("\n"))
        complaint = await complaining
        return Ended(await process.wait(), complaint.decode(errors="replace")[-_TOLD:].strip())
    finally:
        if process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            await process.wait()
        complaining.cancel()
