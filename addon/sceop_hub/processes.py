"""Long work goes on beside the server, in a process of the hub's own programs that takes only the time that is left.

What it has to know goes in as arguments, and as text where nobody else on the machine may read it; what it says comes
back line by line while it works.
"""

import asyncio
import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass

PROGRAM = __package__ or ""
"""The hub's command line."""

_SAYS = "sceop-hub: "
"""Stands before what a command says at its end, after the lines that told how far it was."""

_TOLD = 4000
"""Signs of what a process complains of that are kept: the end, where the reason stands."""

_LINE = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Ended:
    """How the process ended; `complaint` is what it told its log."""

    code: int
    complaint: str

    @property
    def reason(self) -> str:
        """Return the sentence with which a command gave up; none where it broke off, of which its log tells."""
        before, said, sentence = self.complaint.rpartition(_SAYS)
        return sentence if said and before[-1:] in {"", "\n"} else ""


async def run(
    *arguments: str, program: str = PROGRAM, given: str = "", heard: Callable[[str], None] = lambda _line: None
) -> Ended:
    """Run a program and hear its lines as they come; whoever is cancelled ends it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        program,
        *arguments,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        limit=_LINE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    complaining = asyncio.create_task(process.stderr.read())
    try:
        with contextlib.suppress(ConnectionError):  # where it ended without listening, its complaint says why
            process.stdin.write(given.encode())
            await process.stdin.drain()
        process.stdin.close()
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
