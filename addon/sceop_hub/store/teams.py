"""Teams in the books: the buildings, streets and teams that households belong to."""

import sqlite3
from dataclasses import dataclass
from typing import Literal, get_args

from ..domain.names import can_be_read
from ..domain.refusal import Refusal

type TeamKind = Literal["building", "street", "team"]
KINDS: tuple[TeamKind, ...] = get_args(TeamKind.__value__)
LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class Team:
    """A building, a street or a team."""

    id: int
    name: str
    kind: TeamKind


def all_(connection: sqlite3.Connection) -> list[Team]:
    """Return every team."""
    return [Team(*row) for row in connection.execute("SELECT id, name, kind FROM team ORDER BY name COLLATE NOCASE")]


def add(connection: sqlite3.Connection, name: str, kind: str) -> int:
    """Make a team; its name is its own."""
    if kind not in KINDS:
        raise Refusal("invalid", "Choose the kind of team from the list.")
    _check(connection, name, 0)
    (id_,) = connection.execute("INSERT INTO team (name, kind) VALUES (?, ?) RETURNING id", (name, kind)).fetchone()
    return int(id_)


def rename(connection: sqlite3.Connection, team: int, name: str) -> None:
    """Give a team another name."""
    known(connection, team)
    _check(connection, name, team)
    connection.execute("UPDATE team SET name = ? WHERE id = ?", (name, team))


def delete(connection: sqlite3.Connection, team: int) -> None:
    """Take a team apart; its households stay."""
    known(connection, team)
    connection.execute("UPDATE household SET team = NULL WHERE team = ?", (team,))
    connection.execute("DELETE FROM team WHERE id = ?", (team,))


def known(connection: sqlite3.Connection, team: int) -> None:
    """Refuse a team that is not there."""
    if connection.execute("SELECT 1 FROM team WHERE id = ?", (team,)).fetchone() is None:
        raise Refusal("not-found", "There is no such team any more. Load the page again.")


def _check(connection: sqlite3.Connection, name: str, team: int) -> None:
    if not 1 <= len(name) <= LONGEST_NAME or not can_be_read(name):
        raise Refusal("invalid", "A team's name has 1 to {longest} characters that can be seen.", longest=LONGEST_NAME)
    if connection.execute("SELECT 1 FROM team WHERE name = ? AND id <> ?", (name, team)).fetchone() is not None:
        raise Refusal("invalid", "There is a team “{name}” already. Choose another name.", name=name)
