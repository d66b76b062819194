"""Processes that are kept alive, as the Supervisor keeps an app: started again when they die, ended in order."""

import asyncio
import contextlib
import fcntl
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import IO

AT_ONCE_S = 5.0
"""A program that ends sooner after its start did not do its work."""

TRIES = 3
"""So often in a row a program may end at once before it is given up: what is broken stays broken."""

RESTART_AFTER_S = 0.5
STOP_WITHIN_S = 30.0
"""Home Assistant writes its last states when asked to stop; what takes longer than this hangs."""

POLL_S = 0.1
LAST_WORDS = 6


class GivenUp(Exception):
    """A program that ends at once, every time it is started."""


@dataclass(frozen=True, slots=True)
class Program:
    """What is run: its name in sentences, its command, where it is at home, and the demo's folder for its traces."""

    name: str
    command: tuple[str, ...]
    folder: Path
    shows_progress: bool = False

    @property
    def log(self) -> Path:
        """The file that takes what the program prints."""
        return self.folder / "log" / f"{self._file_name}.log"

    @property
    def lock(self) -> Path:
        """The file that the running program holds, with its process id inside."""
        return self.folder / "run" / f"{self._file_name}.lock"

    @property
    def _file_name(self) -> str:
        return self.name.lower().replace(" ", "_")


class Child:
    """One running program; made by `kept_alive`."""

    def __init__(self, program: Program, say: Callable[[str], None], at_once_s: float) -> None:
        """Prepare to run a program; nothing starts yet."""
        self.program = program
        self._at_once_s = at_once_s
        self.starts = 0
        self.pid = 0
        self._say = say
        self._log_begins = 0
        self._next_start = asyncio.Event()
        self._keeping: asyncio.Task[None] | None = None

    @property
    def keeping(self) -> asyncio.Task[None]:
        """The task that keeps the program alive."""
        if self._keeping is None:
            raise RuntimeError(f"{self.program.name} was not started yet")
        return self._keeping

    async def prints(self, line: str) -> None:
        """Wait until the program has printed this line since the demo started it."""
        while True:
            if self.has_printed(line):
                return
            await asyncio.sleep(POLL_S)

    def has_printed(self, line: str) -> bool:
        """Tell whether the program has printed this line since the demo started it."""
        return line in self._printed().splitlines()

    def _printed(self) -> str:
        with self.program.log.open("rb") as log:
            log.seek(self._log_begins)
            return log.read().decode(errors="replace")

    async def kill(self) -> None:
        """Kill the program as a power cut would, and wait until it is started again."""
        again = self._next_start
        os.kill(self.pid, signal.SIGKILL)
        await again.wait()

    def begin(self) -> None:
        """Start the program and go on starting it."""
        self.program.log.parent.mkdir(parents=True, exist_ok=True)
        self.program.log.touch()
        self._log_begins = self.program.log.stat().st_size
        self._keeping = asyncio.create_task(self._keep())

    async def end(self) -> None:
        """Ask the program to end, and see to it that it does."""
        self.keeping.cancel()
        with contextlib.suppress(asyncio.CancelledError, GivenUp):
            await self.keeping

    async def _keep(self) -> None:
        tries = 0
        while True:
            started = time.monotonic()
            code = await self._run_once()
            tries = tries + 1 if time.monotonic() - started < self._at_once_s else 0
            if tries == TRIES:
                raise GivenUp(self._last_words(code))
            self._say(f"{self.program.name} ended ({_reason(code)}) and is started again.")
            await asyncio.sleep(RESTART_AFTER_S)

    async def _run_once(self) -> int:
        spawning = asyncio.ensure_future(self._spawn())
        try:
            process = await asyncio.shield(spawning)
            self.pid, self.starts = process.pid, self.starts + 1
            self._next_start.set()
            self._next_start = asyncio.Event()
            return await process.wait()
        except asyncio.CancelledError:
            await _stop(await spawning)
            raise

    async def _spawn(self) -> asyncio.subprocess.Process:
        """Start the program in a session of its own, so that Ctrl-C reaches the demo alone and the order is kept."""
        held = hold(self.program.lock)
        if held is None:
            raise GivenUp(f"{self.program.name} runs already: {self.program.lock} is held by another process.")
        with held, self.program.log.open("ab") as log:
            process = await asyncio.create_subprocess_exec(
                *self.program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=None if self.program.shows_progress else log,
                start_new_session=True,
                pass_fds=(held.fileno(),),
            )
            _write_pid(held, process.pid)
        return process

    def _last_words(self, code: int) -> str:
        said = "".join(f"\n    {line}" for line in self._printed().splitlines()[-LAST_WORDS:])
        return (
            f"{self.program.name} ended at once {TRIES} times in a row ({_reason(code)}), so it is not started again. "
            f"Its last words, from {self.program.log}:{said}"
        )


@contextlib.asynccontextmanager
async def kept_alive(
    program: Program, say: Callable[[str], None] = print, at_once_s: float = AT_ONCE_S
) -> AsyncIterator[Child]:
    """Run a program, start it again whenever it dies, and end it on leaving."""
    child = Child(program, say, at_once_s)
    child.begin()
    try:
        yield child
    finally:
        await child.end()


async def until[T](event: Awaitable[T], *children: Child) -> T:
    """Wait for what the children bring about together; raise GivenUp should one of them never get there."""
    waiting = asyncio.ensure_future(event)
    try:
        await asyncio.wait((waiting, *(child.keeping for child in children)), return_when=asyncio.FIRST_COMPLETED)
        for child in children:
            if child.keeping.done():
                child.keeping.result()
        return await waiting
    finally:
        waiting.cancel()


def hold(path: Path) -> IO[str] | None:
    """Take a lock that lasts as long as any process that has it open, or return None while another has it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    file = path.open("a+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    _write_pid(file, os.getpid())
    return file


def holder(path: Path) -> int | None:
    """Return the process that holds a lock, or None when nobody does."""
    if not path.exists():
        return None
    held = hold(path)
    if held is None:
        return int(path.read_text() or 0)
    held.close()
    return None


def end_leftovers(folder: Path) -> None:
    """End what runs on from a demo that was itself killed: a held lock tells that the process is its own."""
    for lock in (folder / "run").glob("*.lock"):
        patience = time.monotonic() + STOP_WITHIN_S
        while pid := holder(lock):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGTERM if time.monotonic() < patience else signal.SIGKILL)
            time.sleep(POLL_S)


def _write_pid(file: IO[str], pid: int) -> None:
    file.seek(0)
    file.truncate()
    file.write(str(pid))
    file.flush()


async def _stop(process: asyncio.subprocess.Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
        try:
            async with asyncio.timeout(STOP_WITHIN_S):
                await process.wait()
        except TimeoutError:
            process.kill()
            await process.wait()


def _reason(code: int) -> str:
    return f"exit code {code}" if code >= 0 else f"signal {-code}"


def command(name: str) -> str:
    """Return the path of a command of the environment that runs the demo."""
    return str(Path(sys.executable).with_name(name))
