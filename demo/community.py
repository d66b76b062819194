"""The hub and the simulated community that fills it."""

import asyncio
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiohttp import ClientError, ClientSession

from sceop_hub.core.simulate.community import SEVILLE

from .processes import POLL_S, Program, command
from .state import HOST, Demo, Refused

NAME = "Mill Street"
WEATHER_FROM = "Mill House"
"""The street's office, which tells the hub what a weather service says."""
ZONE = SEVILLE.zone.key
"""The simulated street stands in Seville, and so then does the home in Home Assistant."""
HISTORY_COMPLETE = "history complete"


def hub(demo: Demo) -> Program:
    """Return the hub as a program of the demo."""
    where = ("--data", str(demo.hub_data), "--host", HOST, "--port", str(demo.hub_port))
    who = ("--community", NAME, "--time-zone", ZONE)
    return Program("The hub", (command("sceop-hub"), "serve", *where, *who, "--local-owner"), demo.folder)


def simulator(demo: Demo, invite: str) -> Program:
    """Return the simulated households as a program of the demo."""
    where = ("--hub", demo.hub_url, "--state", str(demo.simulator_state), "--invite", invite)
    size = ("--households", str(demo.households), "--days", str(demo.days))
    arguments = ("simulate", *where, *size, "--frozen-meter")
    return Program("The simulator", (command("sceop-hub"), *arguments), demo.folder, shows_progress=True)


async def invite(demo: Demo) -> str:
    """Return the code with which every simulated household and the office join."""
    path = demo.folder / "invite.txt"
    if not path.exists():
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT, 0o600), "w", encoding="utf-8") as file:
            file.write(await make_invite(demo, uses=demo.members - 1))
    return path.read_text(encoding="utf-8")


async def make_invite(demo: Demo, uses: int = 1) -> str:
    """Ask the hub for a new code, as its coordinator would."""
    arguments = ("invite", "--data", str(demo.hub_data), "--uses", str(uses))
    process = await asyncio.create_subprocess_exec(
        command("sceop-hub"), *arguments, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    code, complaint = await process.communicate()
    if process.returncode:
        raise Refused(f"The hub makes no invite: {complaint.decode(errors='replace').strip()}")
    return code.decode().strip()


async def answers(session: ClientSession, url: str) -> dict[str, Any]:
    """Wait until a hub answers; return what it says of itself."""
    while True:
        try:
            async with session.get(f"{url}/healthz") as answer:
                if answer.ok:
                    said: dict[str, Any] = await answer.json()
                    return said
        except ClientError:
            pass
        await asyncio.sleep(POLL_S)


@dataclass(frozen=True, slots=True)
class Acknowledged:
    """What the simulated members know to be in the hub's books: from `since` until each one's own instant."""

    seed: int
    since: datetime
    frozen: datetime | None
    """When the meter of the last home froze."""
    until: Mapping[str, datetime]


def acknowledged(demo: Demo) -> Acknowledged | None:
    """Read the simulator's memory; it is None until there is one."""
    memory = demo.simulator_state / "community.json"
    if not memory.exists():
        return None
    known = json.loads(memory.read_text(encoding="utf-8"))
    until = {name: datetime.fromisoformat(member["acknowledged"]) for name, member in known["members"].items()}
    frozen = known.get("frozen")
    return Acknowledged(
        known["seed"],
        datetime.fromisoformat(known["since"]),
        None if frozen is None else datetime.fromisoformat(frozen),
        until,
    )
