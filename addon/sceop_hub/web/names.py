"""The names behind the keys that the books hold: of people, and of households while they are here."""

import re
import sqlite3
from collections.abc import Mapping

from ..store import accounts, members, visitors


def names_of_people(connection: sqlite3.Connection) -> Mapping[str, str]:
    """Return the name of everybody who may change something, by key."""
    return {
        **{f"account:{account.id}": account.name for account in accounts.all_(connection)},
        **{f"ha:{user.id}": user.name for user in visitors.ingress_users(connection)},
        **{f"token:{program.id}": program.name for program in visitors.programs(connection)},
    }


def names_of_households(connection: sqlite3.Connection) -> Mapping[str, str]:
    """Return the name of every household that is still here, by key."""
    return {f"household:{who.public_id}": who.nickname or who.name for who in members.everyone(connection)}


def in_order(name: str) -> list[tuple[int, str]]:
    """Return what names are sorted by: house 2 stands before house 10."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name.casefold())]
