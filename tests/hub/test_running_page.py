"""The page about running a hub: its commands are run, its files are read, and its settings are those that there are."""

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from sceop_hub.__main__ import _parser
from sceop_hub.settings import load
from tests.hub.harness import block, running, settings

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs/running-a-hub.md").read_text(encoding="utf-8")
FENCES = re.findall(r"^```(\w*)\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)
SERVE = next(action for action in _parser()._actions if action.choices).choices["serve"]


def blocks(kind):
    return [text for found, text in FENCES if found == kind]


@pytest.fixture
def shell(tmp_path):
    """A folder in which `sceop-hub` is the one of this checkout."""
    folder = tmp_path / "bin"
    folder.mkdir()
    command = folder / "sceop-hub"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sceop_hub "$@"\n')
    command.chmod(0o755)
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"

    def run(script):
        return subprocess.run(
            ["sh", "-ec", script],
            cwd=tmp_path,
            env=os.environ | {"PATH": path},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


async def test_the_commands_of_the_page_bring_a_community_back(tmp_path, shell):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "passphrase.txt").write_text("four words are easy\n")
    doctor, plain, locked, bare, over = blocks("sh")
    async with running(settings(tmp_path / "data")) as hub:
        await hub.invite()
        token = await hub.join()
        await hub.send(token, block())
        assert (await asyncio.to_thread(shell, plain)).returncode == 0
        for file in (tmp_path / "elsewhere").iterdir():
            file.unlink()
        made = await asyncio.to_thread(shell, locked)
        assert made.returncode == 0, made.stderr
        assert "Database: Every page" in (await asyncio.to_thread(shell, doctor)).stdout
        await hub.send(token, block(start="2026-11-20T10:30:00Z", wh=[1]))
    back = shell(bare)
    assert back.returncode == 0, back.stderr
    async with running(settings(tmp_path / "new-data")) as hub:
        assert (await hub.send(token, block())).body == {"stored": 0, "unchanged": 2}
    replaced = shell(over)
    assert replaced.returncode == 0, replaced.stderr
    assert "would be lost" in replaced.stderr
    async with running(settings(tmp_path / "data")) as hub:
        assert len(await hub.slots(1, "grid_import")) == 2


def test_the_containers_command_is_one_that_the_hub_understands(tmp_path):
    compose = next(text for text in blocks("yaml") if "services:" in text)
    hub = yaml.safe_load(compose)["services"]["hub"]
    program, *arguments = hub["command"]
    assert program == "sceop-hub"
    told = load(vars(_parser().parse_args(arguments)), {})
    subnet = yaml.safe_load(compose)["networks"]["inside"]["ipam"]["config"][0]["subnet"]
    assert [str(network) for network in told.proxy_from] == [subnet]
    assert (told.host, told.port, str(told.data)) == ("0.0.0.0", 8710, "/data")
    dockerfile = (ROOT / "addon/Dockerfile").read_text(encoding="utf-8")
    assert f"'127.0.0.1', {told.ingress_port}," in dockerfile, "the image's own health check asks there"


def test_every_yaml_of_the_page_can_be_read():
    assert all(yaml.safe_load(text) for text in blocks("yaml"))


def test_every_flag_of_the_table_exists_and_every_flag_stands_in_it():
    known = {option for action in SERVE._actions for option in action.option_strings if option.startswith("--")}
    told = set(re.findall(r"`(--[a-z-]+)`", "\n".join(line for line in PAGE.splitlines() if line.startswith("| `--"))))
    assert told == known - {"--help", "--options", "--local-owner"}
