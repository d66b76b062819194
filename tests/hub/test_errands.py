"""Errands: one of a kind at a time, with progress, an end that is kept, and sentences for what went wrong."""

import asyncio

import pytest

from sceop_hub.domain.refusal import Refusal
from sceop_hub.jobs.errands import MOST_KEPT, Errands
from tests.hub.harness import Clock


async def test_an_errand_tells_how_far_it_is_and_what_came_of_it():
    errands, half, go_on = Errands(Clock()), asyncio.Event(), asyncio.Event()

    async def work(told):
        told(1, 2)
        half.set()
        await go_on.wait()
        return "a file"

    errand = errands.start("export", work)
    await half.wait()
    assert (errand.done, errand.total, errand.ended) == (1, 2, False)
    with pytest.raises(Refusal) as refused:
        errands.start("export", work)
    assert refused.value.problem == "busy"
    go_on.set()
    await errand.finished()
    assert (errand.result, errand.ended, errand.refused) == ("a file", True, None)
    assert errands.latest("export") is errand


@pytest.mark.parametrize(
    ("error", "sentence"),
    [(Refusal("import", "This is no table."), "This is no table."), (ValueError("x"), "The hub made a mistake")],
)
async def test_what_goes_wrong_becomes_a_sentence(error, sentence):
    async def work(_told):
        raise error

    errand = Errands(Clock()).start("import", work)
    await errand.finished()
    assert sentence in str(errand.refused)


async def test_a_hub_that_stops_stops_its_errands():
    errands, begun, stopped = Errands(Clock()), asyncio.Event(), []

    async def work(_told):
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.append(True)

    errand = errands.start("import", work)
    await begun.wait()
    await errands.close()
    assert stopped
    assert errand.ended


async def test_old_errands_are_forgotten_and_those_that_go_on_are_not():
    errands = Errands(Clock())

    async def endless(_told):
        await asyncio.Event().wait()

    async def short(_told):
        return None

    first = errands.start("import", endless)
    for _ in range(3 * MOST_KEPT):
        await errands.start("export", short).finished()
    assert errands.get(first.id) is first
    assert len(errands._errands) == MOST_KEPT
    await errands.close()
