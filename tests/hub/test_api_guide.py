"""The page about the API says what is true: its examples run against a hub, its numbers are the hub's."""

import asyncio
import os
import re
import sys
from pathlib import Path

import pytest

from sceop_hub.api.limits import LIMITS
from sceop_hub.api.operations import OPERATIONS
from sceop_hub.auth import programs
from tests.hub.harness import INVITE, block, running, settings

PAGE = (Path(__file__).parents[2] / "docs" / "api.md").read_text()
COMMANDS = re.findall(r"curl (?:[^\n]*\\\n)*[^\n]*", "\n".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL)))
SCRIPTS = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
OWN = re.compile(r"/api/v1/(me|events|game|leaderboard|challenges|rewards)\b")
"""What a household alone is told."""


@pytest.fixture
async def hub(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub:
        await hub.invite()
        yield hub


@pytest.fixture
async def run(hub):
    """Run one of the page's examples as whoever reads it would."""

    async def run(*command, **environment):
        process = await asyncio.create_subprocess_exec(
            *command,
            env={"PATH": os.environ["PATH"], "HUB": hub.url, **environment},
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        out, err = await asyncio.wait_for(process.communicate(), 30)
        assert (process.returncode, err.decode()) == (0, ""), command
        return out.decode()

    return run


@pytest.fixture
async def program(hub):
    def make(books):
        return programs.make(books, "test", "Reader", {"community"}, hub.clock())[1]

    return await hub.hub.store.write(make)


def test_the_page_has_examples_of_both_kinds():
    assert len(COMMANDS) >= 6
    assert len(SCRIPTS) == 4


async def test_every_command_is_answered(hub, run, program):
    household = await hub.join()
    await hub.send(household, block())
    for command in COMMANDS:
        told = await run("sh", "-euc", command, TOKEN=household if OWN.search(command) else program)
        household = told.split('"')[3] if "/me/token" in command else household
        if "export" in command:
            assert told.splitlines()[1].startswith("grid_import,2026-11-20T10:00:00Z,12,")
        elif "slots.csv" in command:
            assert told.startswith("start,consumption_wh,production_wh,net_wh,zone,")
        elif "energy" in command:
            assert '"resolution":"day"' in told
        elif "DELETE" not in command:
            assert told.startswith("{")
    assert (await hub.get("/api/v1/me", Authorization=f"Bearer {household}")).status == 401


async def test_the_table_of_energy_is_written(run, program):
    lines = (await run(sys.executable, "-c", SCRIPTS[0], TOKEN=program)).splitlines()
    assert len(lines) == 20
    assert lines[0].endswith("nothing known 0 of 96 quarter hours")


async def test_a_refusal_is_told_in_words(run):
    kind, sentence = (await run(sys.executable, "-c", SCRIPTS[1])).splitlines()
    assert kind == "urn:sceop:problem:unauthorized"
    assert sentence.endswith(".")


async def test_a_household_of_ones_own_sends_corrects_and_names_itself(hub, run):
    told = (await run(sys.executable, "-c", SCRIPTS[2], CODE=INVITE)).splitlines()
    assert told == [
        "{'stored': 3, 'unchanged': 0}",
        "{'stored': 0, 'unchanged': 3}",
        "{'stored': 1, 'unchanged': 0}",
        "active",
        "The hedgehogs",
    ]
    assert sorted((await hub.slots(1, "grid_import")).values()) == [95, 101, 125]


async def test_a_household_asks_for_places_and_gives_them_back(hub, run):
    told = (await run(sys.executable, "-c", SCRIPTS[3], TOKEN=await hub.join())).splitlines()
    places = [line.split() for line in told[:2]]
    assert [(id_, wh) for id_, _, wh, _ in places] == [("k3f9", "1100"), ("x81p", "7000")]
    assert told[2:] == ["192 quarter hours of pressure", "0 places left"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("blocks_per_request", "64 blocks"),
        ("slots_per_block", "672 slots"),
        ("oldest_slot_days", "400 days old"),
        ("named_channels_per_household", "64 of them"),
        ("plan_requests_per_household", "20 requests open"),
        ("plans_at_once", "60 times at once"),
        ("plans_per_minute", "6 times a minute"),
    ],
)
def test_the_limits_on_the_page_are_the_hubs(name, said):
    assert said in " ".join(PAGE.split())
    assert said.startswith(str(LIMITS[name]))


def test_every_address_on_the_page_exists():
    described = {path.split("?")[0] for path in re.findall(r"/api/v1/[\w./]*\w", PAGE)}
    assert described <= {operation.path for operation in OPERATIONS}
