"""A street for benchmarks: homes with a past, in the books of a hub that runs as a process of its own."""

import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path

from benchmarks._process import Server
from sceop_hub.core.slots import slot_of, to_number
from sceop_hub.store import database

CHANNELS = ("grid_import", "grid_export", "production", "load.heat_pump")
PATIENCE_S = 120


def token_of(home: int) -> str:
    """Return a home's token."""
    return f"token-{home}"


def settle(folder: Path, homes: int, days: int) -> None:
    """Let homes join that measured so many days until now."""
    end = to_number(slot_of(datetime.now(UTC)))
    with closing(database.open_for_writing(folder)) as books:
        books.execute("PRAGMA synchronous = OFF")
        books.execute("BEGIN")
        books.execute("INSERT INTO invite (id, code_hash, uses_left, created_at, expires_at) VALUES (1, x'', 0, 0, 0)")
        books.executemany(
            "INSERT INTO household (id, public_id, name, kind, shown, time_zone, client, joined_at, invite, request,"
            " token_hash, token_used) VALUES (?1, ?1, 'Home', 'home', 0, 'UTC', '', 1, 1, ?1, ?2, 1)",
            [(home, sha256(token_of(home).encode()).digest()) for home in range(1, homes + 1)],
        )
        books.executemany(
            "INSERT INTO channel (household, name) VALUES (?, ?)",
            [(home, channel) for home in range(1, homes + 1) for channel in CHANNELS],
        )
        books.execute(
            "INSERT INTO history WITH RECURSIVE"
            " c (channel) AS (SELECT 1 UNION ALL SELECT channel + 1 FROM c WHERE channel < ?),"
            " s (slot) AS (SELECT ? UNION ALL SELECT slot + 1 FROM s WHERE slot < ?)"
            " SELECT channel, slot, (channel * 7 + slot * 13) % 300, 0, 0, 0 FROM c CROSS JOIN s",
            (homes * len(CHANNELS), end - days * 96, end - 1),
        )
        books.execute("INSERT INTO stale SELECT DISTINCT channel, slot / 96 FROM history")
        books.execute("COMMIT")
        books.execute("PRAGMA wal_checkpoint(TRUNCATE)")


class Street(Server):
    """A hub that is asked as its owner at this machine does."""

    __slots__ = ()

    def get(self, path: str) -> tuple[float, int, bytes]:
        """Ask for something; return the seconds, the status and the answer."""
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as connection:
            began = time.perf_counter()
            connection.request("GET", path)
            answer = connection.getresponse()
            body = answer.read()
            return time.perf_counter() - began, answer.status, body

    def begin_publishing(self) -> None:
        """Click, and wait until all of the past is published."""
        _, _, page = self.get("/")
        token = re.search(rb"X-CSRF-Token\W+(?:quot;|#34;)?\W*([0-9a-f]{64})", page)
        assert token is not None
        with closing(HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE_S)) as connection:
            connection.request("POST", "/guide/publish", headers={"X-CSRF-Token": token[1].decode()})
            assert connection.getresponse().status == 303  # noqa: PLR2004 - see other: it has begun


def wait_until_published(folder: Path) -> None:
    """Wait until no day has to be looked at."""
    with closing(database.open_for_reading(folder)) as books:
        while books.execute("SELECT 1 FROM unsettled LIMIT 1").fetchone():
            time.sleep(0.5)


@contextmanager
def hub(folder: Path) -> Iterator[Street]:
    """Serve these books, as whoever runs a hub does."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "sceop_hub", "serve", "--data", str(folder), "--port", str(port)]
    more = ["--local-owner", "--time-zone", "Europe/Amsterdam", "--community", "Benchmark"]
    with subprocess.Popen([*command, *more], stdout=subprocess.DEVNULL) as process:
        server = Street(port, process.pid)
        try:
            _wait_for(server)
            yield server
        finally:
            process.terminate()


def _wait_for(server: Street) -> None:
    until = time.monotonic() + PATIENCE_S
    while True:
        try:
            if server.get("/healthz")[1] == 200:  # noqa: PLR2004 - it answers
                return
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.1)
