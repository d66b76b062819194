"""Letting things settle in a Home Assistant whose runs wait for somebody."""

import asyncio

from homeassistant.core import async_get_hass

TURNS = 60


async def settle():
    """Let everybody do what can be done at this moment, threads that read files for them as well.

    Home Assistant's own way would wait for runs as well, which wait for an answer.
    """
    hass = async_get_hass()
    while True:
        for _ in range(TURNS):
            await asyncio.sleep(0)
        await asyncio.wrap_future(hass.import_executor.submit(lambda: None))  # it has one thread
        for _ in range(TURNS):
            await asyncio.sleep(0)
        jobs = [job for job in (*hass._tasks, *hass._background_tasks) if not isinstance(job, asyncio.Task)]
        if not jobs:
            return
        await asyncio.wait(jobs)
