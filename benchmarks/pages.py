"""Pages: every page of 500 homes with a year behind them comes within 300 ms, and Now costs no more than on day one."""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import median
from zoneinfo import ZoneInfo

from benchmarks._street import CHANNELS, Street, hub, settle
from benchmarks.harness import Figure, at_most
from sceop_hub.auth.access import ACCESS, Permission
from sceop_hub.core.slots import slot_of, to_number
from sceop_hub.domain.offsets import stretches
from sceop_hub.domain.privacy import Group
from sceop_hub.store import database, figures, profile

HOMES = 500
YEAR, DAY = 365, 2
"""Days of the past: two, so that one of them is whole."""

TURNS = 7
NOW = ("/", "/now/today", "/now/curve")
ZONE = ZoneInfo("Europe/Amsterdam")

ASKED = (
    "/patterns/data",
    "/patterns/data?from=2021-01-01",
    "/patterns/data?circle=1&figure=production",
    *(f"/api/v1/community/energy?resolution={name}" for name in ("slot", "hour", "day", "month")),
)
"""What pages and programs ask for with more than a path."""

APART = frozenset({"/now/events", "/settings/backups/restore"})
"""A stream, and a page about a backup of which there is none."""

ROLL_UPS = (
    """
    INSERT INTO hour SELECT channel, slot / 4 * 4, SUM(wh), COUNT(*) FROM history
    WHERE slot >= :first AND slot < :end GROUP BY 1, 2
    ON CONFLICT DO UPDATE SET wh = wh + excluded.wh, slots = slots + excluded.slots
    """,
    """
    INSERT INTO day SELECT channel, (slot + :ahead) / 96 + :epoch, SUM(wh), COUNT(*) FROM history
    WHERE slot >= :first AND slot < :end GROUP BY 1, 2
    ON CONFLICT DO UPDATE SET wh = wh + excluded.wh, slots = slots + excluded.slots
    """,
    """
    INSERT INTO month
    SELECT channel, CAST(strftime('%Y', at) AS INTEGER) * 12 + strftime('%m', at) - 1, SUM(wh), SUM(slots)
    FROM (SELECT channel, wh, slots, date((day - :epoch) * 86400, 'unixepoch') AS at FROM day)
    WHERE TRUE GROUP BY 1, 2 ON CONFLICT DO UPDATE SET wh = excluded.wh, slots = excluded.slots
    """,
)

PUBLISHED = """
INSERT INTO published WITH RECURSIVE s (slot) AS (SELECT :first UNION ALL SELECT slot + 1 FROM s WHERE slot < :last)
SELECT :circle, slot, :homes, slot % 9000, slot % 7000, slot % 300, slot % 2000, NULL, NULL FROM s
"""
BEHIND = """
INSERT INTO behind (slot, masks)
WITH RECURSIVE s (slot) AS (SELECT :first UNION ALL SELECT slot + 1 FROM s WHERE slot < :last)
SELECT slot, randomblob(:masks) FROM s
"""


def measure() -> Iterator[Figure]:
    """Look at every page of a young hub and of one of a year."""
    with tempfile.TemporaryDirectory() as data:
        young, old = Path(data) / "young", Path(data) / "old"
        _build(young, DAY)
        _build(old, YEAR)
        size = sum(file.stat().st_size for file in old.iterdir()) / 1e9
        with hub(old) as server:
            idle = server.resident_mb()
            waits = {path: _waits(server, path) for path in _paths()}
            resident = server.resident_mb()
            with hub(young) as other:
                first, later = _costs_of_now(other, server)
    for path, taken in sorted(waits.items(), key=lambda item: -max(item[1])):
        print(f"{path:50} {max(taken) * 1000:7.1f} ms, mostly {median(taken) * 1000:.1f}")
    print(f"{size:.1f} GB of books; Now {first * 1000:.1f} ms on day one, {later * 1000:.1f} ms after a year")
    yield at_most("the slowest page", max(map(max, waits.values())) * 1000, 300, "ms")
    yield at_most("Now after a year over Now on day one", later / first, 1.25, "x")
    yield at_most("resident when it has started", idle, 150, "MB")
    yield at_most("resident when all pages were asked for", resident, 150, "MB")


def _paths() -> list[str]:
    """Return every page that a person with a role may open, by the table of rules."""
    pages = [
        path
        for (method, path), rule in ACCESS.items()
        if method == "GET" and isinstance(rule, Permission) and "{" not in path and path not in APART
    ]
    return [*pages, *ASKED]


def _waits(server: Street, path: str) -> list[float]:
    """Ask for a page some times."""
    taken = []
    for _ in range(TURNS):
        seconds, status, body = server.get(path)
        if status >= 400:  # noqa: PLR2004 - refused, or worse
            raise SystemExit(f"{path} answers with {status}: {body[:300].decode(errors='replace')}")
        taken.append(seconds)
    return taken


def _costs_of_now(*servers: Street) -> list[float]:
    """Return the seconds for all that the page asks for; the hubs take turns, so that a slow moment strikes all."""
    taken: list[list[float]] = [[] for _ in servers]
    for _ in range(100):
        for server, times in zip(servers, taken, strict=True):
            times.append(sum(server.get(path)[0] for path in NOW))
    return [median(times) for times in taken]


def _build(folder: Path, days: int) -> None:
    """Make the books of a community that has published for so many days, with all roll-ups made."""
    settle(folder, HOMES, days)
    end = to_number(slot_of(datetime.now(UTC)))
    first = end - days * 96
    with closing(database.open_for_writing(folder)) as books:
        books.execute("PRAGMA synchronous = OFF")
        books.execute("BEGIN")
        books.execute("DELETE FROM stale")
        books.execute("UPDATE channel SET zone = ?", (ZONE.key,))
        for run in stretches(first, end, ZONE):
            _roll_up(books, run.first, run.end, run.ahead)
        _publish(books, first, end)
        books.execute("COMMIT")
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _roll_up(books: sqlite3.Connection, first: int, end: int, ahead: int) -> None:
    """Sum the slots of a run in which the clocks did not change; days at its edges come out as two."""
    span = {"first": first, "end": end, "ahead": ahead, "epoch": date(1970, 1, 1).toordinal()}
    for statement in ROLL_UPS:
        books.execute(statement, span)


def _publish(books: sqlite3.Connection, first: int, end: int) -> None:
    """Publish every slot, of the community and of a team, with masks as large as real ones."""
    profile.save(books, published_since=datetime.now(UTC) - timedelta(days=1))
    flows = frozenset(CHANNELS[:3])
    group = Group(dict.fromkeys(range(1, HOMES + 1), flows), frozenset(), flows)
    books.execute("INSERT INTO team (id, name, kind) VALUES (1, 'North', 'building')")
    books.execute("UPDATE household SET team = 1 WHERE id <= 100")
    figures.add_standing(books, 0, group, {1: range(1, 101)})
    figures.set_renewed(books, datetime.now(ZONE).toordinal())
    books.execute("UPDATE progress SET upto = ?", (end - 1,))
    span = {"first": first, "last": end - 2}
    for circle, homes in ((0, HOMES), (1, 100)):
        books.execute(PUBLISHED, span | {"circle": circle, "homes": homes})
    books.execute(BEHIND, span | {"masks": HOMES * len(flows) * 2})
