"""Long work in processes beside the server: heard while it works, told what nobody else may read, and ended."""

import asyncio
import json

import pytest

from sceop_hub.backup import backups as requests
from sceop_hub.backup.backups import BACKUPS
from sceop_hub.domain.refusal import Refusal
from sceop_hub.processes import run
from tests.hub.harness import NOON


async def test_a_process_that_is_given_up_is_ended(tmp_path):
    came, went = asyncio.Event(), asyncio.Event()

    async def answer(reader, writer):
        came.set()
        await reader.read()
        went.set()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server, asyncio.timeout(30):
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        flags = ("--state", str(tmp_path), "--invite", "CODE", "--households", "1")
        working = asyncio.create_task(run("simulate", "--hub", url, *flags))
        await came.wait()
        working.cancel()
        with pytest.raises(asyncio.CancelledError):
            await working
        await went.wait()


async def test_a_command_that_can_not_says_why(tmp_path):
    ended = await run("lake", "seal", "--data", str(tmp_path / "nowhere"))
    assert (ended.code, "No hub keeps its data" in ended.complaint) == (2, True)


async def test_lines_are_heard_as_they_come():
    heard = []
    ended = await run("--version", heard=heard.append)
    assert (ended.code, len(heard)) == (0, 1)


async def test_what_is_given_as_text_is_in_no_list_of_processes(tmp_path):
    asked = {"work": "make", "data": str(tmp_path), "kind": "manual", "at": NOON.isoformat(), "passphrase": None}
    heard = []
    ended = await run(program="sceop_hub.backup.process", given=json.dumps(asked), heard=heard.append)
    assert ended.code == 0
    assert json.loads("".join(heard))["problem"] == "backup", "there is nothing to back up in an empty folder"


async def test_a_program_that_does_not_listen_ends_as_it_would_have():
    ended = await run("--version", given="x" * 1_000_000)
    assert (ended.code, ended.complaint) == (0, "")


async def test_a_process_for_backups_that_gives_no_answer_is_a_refusal_and_its_trace_is_in_the_log(
    hub, monkeypatch, caplog
):
    monkeypatch.setattr(requests, "_PROGRAM", "sceop_hub.backup.nowhere")
    with pytest.raises(Refusal, match="without an answer"):
        await hub.app[BACKUPS].make()
    assert "No module named sceop_hub.backup.nowhere" in caplog.text
