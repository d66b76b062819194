"""Ingest: a year of the past comes in as fast as into bare SQLite, and 2,000 homes a second wait for milliseconds."""

import gzip
import json
import pickle
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from statistics import median, quantiles

from benchmarks._hub import EMPTY, ROLL_UP, SETTLE
from benchmarks._load import Load, Result
from benchmarks._process import Server
from benchmarks.harness import Figure, at_least, at_most, seconds
from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import SLOT, slot_of, to_number
from sceop_hub.store import database

CHANNELS = ("grid_import", "grid_export", "production", "load.heat_pump")
HOMES = 1000
RATE = 2000
WINDOWS, WINDOW_S = 5, 10
IN_FLIGHT = 32
PAST_HOMES, PAST_DAYS = 48, 28
"""Whose past is sent: 516,096 slots."""
MANY = 20_000_000


def measure() -> Iterator[Figure]:
    """Measure one after the other; nothing else runs meanwhile."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        yield from _past(root / "past")
        yield from _small(root / "empty", "on an empty table", p99_ms=25)
        _fill(root / "full")
        yield from _small(root / "full", f"on {MANY // 1_000_000} million rows", p99_ms=50)
        yield from _one_by_one(root / "slow")


def _past(folder: Path) -> Iterator[Figure]:
    """Send the past of many homes in days and in weeks, then the same again."""
    for name, slots, bar in (("a day", 96, 0.5), ("a week", 672, 1.0)):
        rows = PAST_HOMES * len(CHANNELS) * PAST_DAYS * 96
        plain, sent, again, rolled, took = [], [], [], [], []
        for turn in range(3):
            where = folder / f"{slots}-{turn}"
            tokens = _community(where, PAST_HOMES)
            plain.append(rows / _bare(where))
            with _hub(where) as server:
                requests = _past_requests(tokens, slots)
                cpu = server.cpu_s()
                first = _well(send(Load(server.port, requests, IN_FLIGHT))).seconds
                took.append((server.cpu_s() - cpu) / len(requests))
                sent.append(rows / first)
                rolled.append(rows / (first + _ask(server, ROLL_UP)))
                again.append(rows / _well(send(Load(server.port, requests, IN_FLIGHT))).seconds)
            shutil.rmtree(where)
        bare, fresh, known, summed = map(median, (plain, sent, again, rolled))
        print(
            f"{name}: bare {bare:,.0f} rows/s, sent {fresh:,.0f}, with roll-ups {summed:,.0f}, again {known:,.0f};"
            f" server's CPU a request {median(took) * 1e6:,.0f} us, a row of it bare {1e6 / bare:.2f} us"
        )
        yield at_least(f"back-fill of {name} a request over bare SQLite", fresh / bare, bar, "x")
        if slots == 672:  # noqa: PLR2004 - a week: with roll-ups it is held to half
            yield at_least(f"back-fill of {name} with roll-ups over bare SQLite", summed / bare, 0.5, "x")
        yield at_least(f"known blocks of {name} over new ones", known / fresh, 1.0, "x")


def _small(folder: Path, where: str, p99_ms: float) -> Iterator[Figure]:
    """Let a thousand homes send their quarter of an hour, at a rate and as fast as they can."""
    tokens = _community(folder, HOMES)
    slots = RATE * WINDOW_S // HOMES
    with _hub(folder) as server:
        _well(send(Load(server.port, _quarters(tokens, 200, 1), HOMES, RATE)))
        idle = send(Load(server.port, [_request(EMPTY, "")] * RATE, HOMES, RATE)).waits
        print(f"{where}, empty posts at {RATE} a second: p99 {_p99_ms(idle):.1f} ms, which is what the machine takes")
        waits, took, wrote = [], [], []
        for window in range(WINDOWS):
            requests = _quarters(tokens, 100 - window * slots, slots)
            cpu, written = server.cpu_s(), server.written()
            result = _well(send(Load(server.port, requests, HOMES, RATE)))
            took.append((server.cpu_s() - cpu) / len(requests))
            wrote.append((server.written() - written) / len(requests) / len(CHANNELS))
            waits.append(_p99_ms(result.waits))
            print(
                f"{where}, window {window + 1}: p50 {median(result.waits) * 1000:.1f} ms, p99 {waits[-1]:.1f} ms,"
                f" server {took[-1] * 1e6:.0f} us a post, {wrote[-1]:.0f} B a slot"
            )
        yield at_most(f"p99 at {RATE} a second {where}", min(waits), p99_ms, "ms")
        print(f"{where}: server's CPU {median(took) * 1e6:.0f} us a post")
        yield at_most(f"written a slot at {RATE} a second {where}", median(wrote), 3072, "B")
        yield at_least(f"posts in flight over empty ones {where}", _over_empty(server, tokens), 0.5, "x")


def _over_empty(server: Server, tokens: Sequence[str]) -> float:
    """Compare the rate of posts with that of empty ones, in turns, as many in flight."""
    ratios = []
    for turn in range(5):
        posts = _quarters(tokens, 300 - turn * 8, 8)
        empty = len(posts) / send(Load(server.port, [_request(EMPTY, "")] * len(posts), IN_FLIGHT)).seconds
        full = len(posts) / _well(send(Load(server.port, posts, IN_FLIGHT))).seconds
        print(f"{IN_FLIGHT} in flight: {full:,.0f} posts/s, {empty:,.0f} empty/s")
        ratios.append(full / empty)
    return median(ratios)


def _one_by_one(folder: Path) -> Iterator[Figure]:
    """Let homes send their day's quarters one after the other, each on its own commit, and end the day."""
    tokens = _community(folder, 100)
    with _hub(folder) as server:
        written = server.written()
        requests = _quarters(tokens, 96, 96)
        _well(send(Load(server.port, requests, 1)))
        sent = server.written() - written
        _ask(server, SETTLE)
        _ask(server, ROLL_UP)
        slots = len(requests) * len(CHANNELS)
        print(
            f"one by one: {sent / slots:.0f} B a slot sent, {(server.written() - written) / slots:.0f} B with the night"
        )
        yield at_most(
            "written a slot, each post on its own, with settling and roll-ups",
            (server.written() - written) / slots,
            3072,
            "B",
        )


def send(load: Load) -> Result:
    """Send a load from a process of its own."""
    command = [sys.executable, "-c", "from benchmarks._load import main; main()"]
    done = subprocess.run(command, input=pickle.dumps(load), stdout=subprocess.PIPE, check=True)
    result: Result = pickle.loads(done.stdout)  # noqa: S301 - from our own process
    return result


@contextmanager
def _hub(folder: Path) -> Iterator[Server]:
    command = [sys.executable, "-m", "benchmarks._hub", str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        yield Server(int(process.stdout.readline()), process.pid)


def _ask(server: Server, path: str) -> float:
    """Ask for something once; return the seconds it took."""
    return send(Load(server.port, [_request(path, "")], 1)).seconds


def _p99_ms(waits: Sequence[float]) -> float:
    return quantiles(waits, n=100)[98] * 1000


def _well(result: Result) -> Result:
    if result.refused:
        raise SystemExit(f"{result.refused} requests were refused: nothing was measured.")
    return result


def _community(folder: Path, homes: int) -> list[str]:
    """Let homes join, and return their tokens. Their channels are there, as they are after a household's first post."""
    tokens = [f"token-{number}" for number in range(homes)]
    with closing(database.open_for_writing(folder)) as books:
        books.execute("BEGIN")
        books.execute("INSERT INTO invite (id, code_hash, uses_left, created_at, expires_at) VALUES (1, x'', 0, 0, 0)")
        books.executemany(
            "INSERT INTO household (id, public_id, name, kind, shown, time_zone, client, joined_at, invite, request,"
            " token_hash, token_used) VALUES (?1, ?1, 'Home', 'home', 0, 'UTC', '', 1, 1, ?1, ?2, 1)",
            [(number, sha256(token.encode()).digest()) for number, token in enumerate(tokens, 1)],
        )
        books.executemany(
            "INSERT INTO channel (household, name) VALUES (?, ?)",
            [(number, channel) for number in range(1, homes + 1) for channel in CHANNELS],
        )
        books.execute("COMMIT")
    return tokens


def _bare(folder: Path) -> float:
    """Insert as many rows into the same table by themselves, sorted; return the seconds, and take them out again."""
    first = to_number(_days_ago(PAST_DAYS))
    rows = [
        (channel, slot, slot % 300, 0, 0, first + PAST_DAYS * 96 - slot)
        for channel in range(1, PAST_HOMES * len(CHANNELS) + 1)
        for slot in range(first, first + PAST_DAYS * 96)
    ]

    def insert() -> None:
        books.execute("BEGIN IMMEDIATE")
        books.executemany("INSERT INTO history (channel, slot, wh, rev, quality, late) VALUES (?, ?, ?, ?, ?, ?)", rows)
        books.execute("COMMIT")

    with closing(database.open_for_writing(folder)) as books:
        taken = seconds(insert)
        books.execute("DELETE FROM history")
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        books.execute("VACUUM")
    return taken


def _fill(folder: Path) -> None:
    """Give a thousand homes a past of twenty million slots."""
    slots = MANY // (HOMES * len(CHANNELS))
    with closing(database.open_for_writing(folder)) as books:
        books.execute(
            "INSERT INTO history WITH RECURSIVE"
            " c (channel) AS (SELECT 1 UNION ALL SELECT channel + 1 FROM c WHERE channel < ?),"
            " s (slot) AS (SELECT ? UNION ALL SELECT slot + 1 FROM s WHERE slot < ?)"
            " SELECT channel, slot, (channel * 7 + slot * 13) % 300, 0, 0, 0 FROM c CROSS JOIN s",
            (HOMES * len(CHANNELS), (end := to_number(_days_ago(4))) - slots + 1, end),
        )
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _past_requests(tokens: Sequence[str], slots: int) -> list[bytes]:
    """Return the past of all homes, who send at once, each from its oldest slot on, packed as a household packs it."""
    first = _days_ago(PAST_DAYS)
    return [
        _request(
            "/api/v1/readings",
            token,
            gzip.compress(_body([Block(channel, first + SLOT * start, wh) for channel in CHANNELS]), 6),
            "Content-Encoding: gzip\r\n",
        )
        for start in range(0, PAST_DAYS * 96, slots)
        for token in tokens
        for wh in [tuple((start + slot) % 300 for slot in range(slots))]
    ]


def _quarters(tokens: Sequence[str], ago: int, count: int) -> list[bytes]:
    """Return what all homes send in some quarters of an hour, the oldest of which began so many ago."""
    newest = slot_of(datetime.now(UTC)) - SLOT
    return [
        _request(
            "/api/v1/readings", token, _body([Block(channel, newest - SLOT * back, (123,)) for channel in CHANNELS])
        )
        for back in range(ago - 1, ago - 1 - count, -1)
        for token in tokens
    ]


def _days_ago(days: int) -> datetime:
    return slot_of(datetime.now(UTC)).replace(hour=0, minute=0) - timedelta(days=days)


def _body(blocks: Sequence[Block]) -> bytes:
    return json.dumps({"blocks": [block.to_json() for block in blocks]}, separators=(",", ":")).encode()


def _request(path: str, token: str, body: bytes = b"", more: str = "") -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Length: {len(body)}\r\n"
    )
    return f"{head}Content-Type: application/json\r\n{more}\r\n".encode() + body
