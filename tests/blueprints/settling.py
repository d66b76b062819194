"""Letting things settle in a Home Assistant whose runs wait for somebody."""

import asyncio


async def settle():
    """Let everybody do what can be done at this moment.

    Home Assistant's own way would wait for runs as well, which wait for an answer.
    """
    for _ in range(60):
        await asyncio.sleep(0)
