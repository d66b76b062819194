"""`sceop-hub simulate`: a whole street moves in, brings its past, and stays until it is told to stop."""

import asyncio
import signal
import sys
from collections.abc import Coroutine, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from aiohttp import ClientSession, TCPConnector

from ..core.simulate.calendar import week_of
from ..core.simulate.community import SEVILLE, community
from ..core.simulate.meters import SimulatedMeters
from ..core.slots import Span, local_midnight, slot_of
from ..progress import Progress
from .client import RefusedByHubError
from .member import Member
from .state import State, StateError, recall

AT_ONCE = 4
"""Members that send their past beside each other: enough to keep the hub's writer busy, few enough for two cores."""

FROZE = timedelta(hours=3)
"""Of a local day: while everybody slept, so that the meter repeats what a home uses then."""

DAYS_FROZEN = 3
"""Whoever looks finds the last day that is over frozen as a whole."""


class SimulationError(Exception):
    """The community can not move in, and why."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was asked for on the command line."""

    hub: str
    state: Path
    invite: str | None
    households: int
    days: int
    seed: int
    live: bool
    frozen_meter: bool = False


async def run(plan: Plan) -> None:
    """Live until SIGTERM or Ctrl-C; everything acknowledged by then is remembered."""
    if not plan.hub.startswith(("http://", "https://")):
        raise SimulationError(f"The hub's address begins with http:// or https://, unlike {plan.hub}.")
    living = asyncio.current_task()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, living.cancel)  # type: ignore[union-attr] # a coroutine runs in a task
    try:
        await _live(plan)
    except asyncio.CancelledError:
        sys.stderr.write("The simulated community stops.\n")
    except (StateError, RefusedByHubError, OSError) as error:
        raise SimulationError(str(error)) from error


async def _live(plan: Plan) -> None:
    since = slot_of(_now()) - timedelta(days=plan.days)
    names = [site.name for site in community(plan.seed, plan.households)]
    state = recall(plan.state, plan.seed, names, since, _froze() if plan.frozen_meter else None)
    sites = community(plan.seed, plan.households, frozen=state.frozen)
    async with ClientSession(plan.hub, connector=TCPConnector(limit=0)) as session:
        members = [
            Member(SimulatedMeters(site, week_of(state.since)), state, session, _now, Random(site.seed))  # noqa: S311 - chance that spreads load, no secret
            for site in sites
        ]
        await _join(members, state, plan.invite)
        await _send_history(members)
        sys.stdout.write("history complete\n")
        sys.stdout.flush()
        if plan.live:
            await _together(member.live() for member in members)


async def _join(members: list[Member], state: State, invite: str | None) -> None:
    newcomers = [member for member in members if state.members[member.meters.site.name].token is None]
    if newcomers and invite is None:
        raise SimulationError("An invite code is needed for those who have not joined yet: --invite CODE.")
    progress = Progress(f"{len(newcomers)} members join   ", len(newcomers), sys.stderr)
    for member in newcomers:
        await member.join(invite or "")
        progress.advance()


async def _send_history(members: list[Member]) -> None:
    """Send what is outstanding, a few members beside each other."""
    parts: list[tuple[Member, list[Span]]] = [(member, member.outstanding()) for member in members]
    progress = Progress("Their history is sent", sum(len(spans) for _, spans in parts), sys.stderr)
    turn = asyncio.Semaphore(AT_ONCE)

    async def send(member: Member, spans: list[Span]) -> None:
        async with turn:
            for span in spans:
                await member.send(span)
                progress.advance()

    await _together(send(member, spans) for member, spans in parts)


async def _together(works: Iterable[Coroutine[None, None, None]]) -> None:
    """Do everything beside each other; the first refusal ends it all and is raised alone."""
    try:
        async with asyncio.TaskGroup() as everybody:
            for work in works:
                everybody.create_task(work)
    except* RefusedByHubError as refusals:
        first: BaseException = refusals
        while isinstance(first, BaseExceptionGroup):
            first = first.exceptions[0]
        raise first from refusals


def _froze() -> datetime:
    """Return when a meter stopped that has been frozen for some days."""
    zone = SEVILLE.zone
    return local_midnight(_now().astimezone(zone).date() - timedelta(days=DAYS_FROZEN), zone) + FROZE


def _now() -> datetime:
    return datetime.now(UTC)
