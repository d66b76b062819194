"""Whose weather the coordinator believes: decided household by household, and noted."""

import sqlite3

from .domain.members import Household
from .hub import Hub
from .store import audit, weather


async def trust(hub: Hub, who: str, household: Household, *, on: bool) -> None:
    """Take the weather from a household, or no longer. Deciding the same again changes nothing."""

    def keep(books: sqlite3.Connection) -> None:
        if weather.trust(books, household.id, on=on):
            action = "household.trust_weather" if on else "household.distrust_weather"
            audit.note(books, hub.clock(), who, action, f"household:{household.public_id}")

    await hub.store.write(keep)
