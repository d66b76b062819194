"""The demo's command line."""

import argparse
import asyncio
import contextlib
import signal
import sys
from collections.abc import Coroutine, Iterator
from functools import partial
from pathlib import Path

from . import check, event, pictures, state
from .processes import GivenUp, end_leftovers, hold, holder, until
from .running import Running, running
from .state import Demo, Refused

FOLDER = Path(__file__).parents[1] / ".demo"

FAILED = 1
REFUSED = 2

say = partial(print, flush=True)


def main() -> int:
    """Run the demo until Ctrl-C; a wish that can not be fulfilled is a sentence and exit code 2."""
    wishes = _arguments().parse_args()
    apart = wishes.check or wishes.event
    folder: Path = (state.check_folder(wishes.folder) if apart else wishes.folder).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with _only_one(folder):
            end_leftovers(folder)
            if wishes.reset or apart:
                state.forget(folder)
            demo = state.open_demo(folder, households=wishes.households, days=wishes.days, port=wishes.port)
            work = _walk(demo) if wishes.event else _check(demo) if wishes.check else _show(demo)
            return asyncio.run(_until_told_to_stop(work))
    except Refused as refusal:
        sys.stderr.write(f"demo: {refusal}\n")
        return REFUSED
    except GivenUp as end:
        sys.stderr.write(f"demo: {end}\n")
        return FAILED


async def _show(demo: Demo) -> int:
    async with running(demo, say) as run:
        say(_welcome(run))
        await until(_tell_what_rings(run), *run.children)
    return 0


async def _tell_what_rings(run: Running) -> None:
    """Print what reaches the demo's phone, which has no other screen."""
    async for note in run.phone.notes():
        say(f"{run.phone.name}: {note['title']}\n    {note['message']}")


async def _check(demo: Demo) -> int:
    async with running(demo, say) as run:
        faults = [fault async for fault in check.faults(run, say)]
    for fault in faults:
        say(f"WRONG: {fault}")
    if faults:
        say(f"The check failed; the logs are in {demo.folder / 'log'}.")
        return FAILED
    state.forget(demo.folder)
    say("The check passed.")
    return 0


async def _walk(demo: Demo) -> int:
    """Walk the path of one event in real time; what was made for it stays, to be looked at."""
    async with running(demo, say) as run:
        say("The path of one event, which takes about half an hour:")
        faults = [fault async for fault in event.faults(run, say)]
        faults += [fault async for fault in pictures.taken(run, say)]
    for fault in faults:
        say(f"WRONG: {fault}")
    if faults:
        say(f"The event's path does not hold; the logs are in {demo.folder / 'log'}.")
        return FAILED
    say("The event's path holds.")
    return 0


def _welcome(run: Running) -> str:
    demo, login = run.demo, run.login
    return f"""
The demo runs: {demo.households} homes and an office of one street, and one home more in a Home Assistant of its own.

    The hub          {demo.hub_url}   (no login from this computer)
    Home Assistant   {demo.homeassistant_url}   user {login.user}, password {login.password}

Home Assistant warns a phone of the demo's own: what it is sent is printed here.
Ctrl-C stops it, script/demo goes on where it stopped. All that it keeps is in {demo.folder}, logs in its log/.
"""


async def _until_told_to_stop(work: Coroutine[None, None, int]) -> int:
    """Turn the first Ctrl-C, SIGTERM or closed terminal into an orderly end, and let nothing disturb that."""
    task = asyncio.ensure_future(work)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, lambda: None)
        say("\nStopping")
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        loop.add_signal_handler(number, stop)
    try:
        return await task
    except asyncio.CancelledError:
        return 0


@contextlib.contextmanager
def _only_one(folder: Path) -> Iterator[None]:
    lock = state.lock(folder)
    held = hold(lock)
    if held is None:
        raise Refused(f"A demo runs in {folder} already (process {holder(lock)}). Stop it there with Ctrl-C first.")
    with held:
        yield


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "script/demo", description="SCEOP on this computer: a hub with a simulated street, and a real Home Assistant."
    )
    parser.add_argument(
        "--households", type=partial(_count, most=1000), help="homes of the street, beside its office: 1 to 1000 (40)"
    )
    parser.add_argument("--days", type=partial(_count, most=400), help="days of history: 1 to 400 (60)")
    parser.add_argument("--port", type=_port, help=f"the hub's port ({state.HUB_PORT}, or the next that is free)")
    parser.add_argument("--reset", action="store_true", help="forget the demo that is there and make a new one")
    parser.add_argument("--check", action="store_true", help="start a separate demo, examine it over HTTP, and stop")
    parser.add_argument("--event", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the demo keeps its state (.demo)")
    return parser


def _port(text: str) -> int:
    number = int(text)
    if not 1 <= number <= state.LAST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 1 to {state.LAST_PORT}")
    return number


def _count(text: str, *, most: int) -> int:
    if not text.isdecimal() or not 1 <= int(text[:9]) <= most:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 1 to {most}")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
