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
from sceop_hub.settings import _TOLD_BY_OPTIONS, load
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


class Asked(dict):
    """An environment that says nothing, and knows what it was asked for."""

    def __init__(self):
        super().__init__()
        self.names = set()

    def get(self, name, default=None):
        self.names.add(name)
        return default


SUPERVISORS = "SUPERVISOR_TOKEN"
"""The Supervisor gives it to an app by itself; nobody else sets it."""


def test_the_table_names_each_setting_once_and_no_other(tmp_path):
    asked = Asked()
    load({"data": tmp_path}, asked)
    there = {name.removeprefix("SCEOP_").lower() for name in asked.names - {SUPERVISORS}}
    options = _TOLD_BY_OPTIONS - there
    flags = {option: action.dest for action in SERVE._actions for option in action.option_strings}
    rows = re.findall(r"^\| (`.*?) \|", PAGE.partition("## Settings")[2].partition("\n## ")[0], re.MULTILINE)
    told = [name for row in rows for name in re.findall("`([^`=]+)[^`]*`", row)]
    assert [name for name in told if name.startswith("--") and name not in flags] == []
    assert {name for name in flags if name.startswith("--")} - {"--help"} == {name for name in told if name in flags}
    named = {flags.get(name, name.removeprefix("SCEOP_").lower()) for name in told}
    assert named == there | options | {"options"}
    assert len(set(told)) == len(told)


def test_a_file_of_options_may_say_all_that_the_environment_may(tmp_path):
    asked = Asked()
    load({"data": tmp_path}, asked)
    folders_of_the_app = {SUPERVISORS, "SCEOP_CERTIFICATES"}
    assert {name.removeprefix("SCEOP_").lower() for name in asked.names - folders_of_the_app} <= _TOLD_BY_OPTIONS
