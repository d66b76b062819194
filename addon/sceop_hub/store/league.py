"""The league in the books: this hub's own key, and the cards of the hubs that it knows, each with its first key."""

import sqlite3
from dataclasses import dataclass
from datetime import UTC, datetime

from ..domain.game.league import MOST_HUBS, MOST_MONTHS, Card, Score, read
from ..domain.refusal import Refusal


@dataclass(frozen=True, slots=True)
class Known:
    """Another hub: what it told last, and where a newer card is found."""

    card: Card
    url: str | None
    at: datetime


def seed(connection: sqlite3.Connection) -> bytes:
    """Return the seed of this hub's key, which it has once it told of itself."""
    (kept,) = connection.execute("SELECT seed FROM league_own").fetchone()
    return bytes(kept)


def is_open(connection: sqlite3.Connection) -> bool:
    """Tell whether this hub tells the league of itself."""
    return connection.execute("SELECT 1 FROM league_own WHERE open").fetchone() is not None


def set_open(connection: sqlite3.Connection, fresh: bytes, *, on: bool) -> None:
    """Tell the league of this hub from now on, or no longer; the first time the fresh seed becomes that of its key."""
    connection.execute("INSERT INTO league_own VALUES (1, ?, 0) ON CONFLICT DO NOTHING", (fresh,))
    connection.execute("UPDATE league_own SET open = ?", (on,))


def pin(connection: sqlite3.Connection, card: Card, key: bytes, url: str | None, now: datetime) -> None:
    """Keep another hub's card; it comes with the key of the first time, and is newer than what is known."""
    row = connection.execute("SELECT key, card, url FROM league_hub WHERE hub = ?", (card.hub,)).fetchone()
    if row is not None:
        if bytes(row[0]) != key:
            raise Refusal(
                "league",
                "“{name}” signs with another key than before. Ask its coordinator: if that is so, remove it from the"
                " league and add it anew.",
                name=card.name,
            )
        if read(bytes(row[1])).made > card.made:
            raise Refusal("league", "A newer card of “{name}” is known already.", name=card.name)
        url = url or row[2]
    elif connection.execute("SELECT COUNT(*) FROM league_hub").fetchone()[0] >= MOST_HUBS:
        raise Refusal("league", "A league holds at most {most} hubs. Remove one first.", most=MOST_HUBS)
    connection.execute(
        "INSERT OR REPLACE INTO league_hub (hub, key, card, url, at) VALUES (?, ?, ?, ?, ?)",
        (card.hub, key, card.text(), url, int(now.timestamp())),
    )


def known(connection: sqlite3.Connection) -> list[Known]:
    """Return the hubs that are known, by their ids."""
    rows = connection.execute("SELECT card, url, at FROM league_hub ORDER BY hub")
    return [Known(read(bytes(card)), url, datetime.fromtimestamp(at, UTC)) for card, url, at in rows]


def remove(connection: sqlite3.Connection, hub: str) -> None:
    """Forget another hub and its key."""
    if connection.execute("DELETE FROM league_hub WHERE hub = ?", (hub,)).rowcount == 0:
        raise Refusal("not-found", "There is no such hub in the league any more. Load the page again.")


def told(connection: sqlite3.Connection, month: str) -> bool:
    """Tell whether what a month came to is written down."""
    return connection.execute("SELECT 1 FROM league_score WHERE month = ?", (month,)).fetchone() is not None


def tell(connection: sqlite3.Connection, found: Score) -> None:
    """Write down what a month came to, once."""
    connection.execute(
        "INSERT INTO league_score VALUES (?, ?, ?) ON CONFLICT DO NOTHING", (found.month, found.score, found.homes)
    )


def own_scores(connection: sqlite3.Connection) -> tuple[Score, ...]:
    """Return what this hub's latest months came to, the oldest first."""
    rows = connection.execute(
        "SELECT month, score, homes FROM league_score ORDER BY month DESC LIMIT ?", (MOST_MONTHS,)
    )
    return tuple(Score(*row) for row in reversed(rows.fetchall()))
