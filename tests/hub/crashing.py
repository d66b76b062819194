"""A hub that is killed at random while households send, and the notes of what it acknowledged.

The hub is a process of its own, as `sceop-hub serve` starts it; households are threads of this one. Nothing waits for
the clock: the hub dies at a random acknowledgement.
"""

import json
import random
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from zoneinfo import ZoneInfo

from sceop_hub.core.slots import from_number, slot_of, to_number
from sceop_hub.domain.offsets import day_of
from sceop_hub.secrets import digest
from sceop_hub.store import database
from tests.hub.books import add_households, names, refresh_all, settle_all

ZONE = "Europe/Amsterdam"
CHANNELS = ("grid_import", "production")
WIDTHS = (1, 1, 1, 2, 7, 8, 40, 96)


@dataclass
class Notes:
    """What was acknowledged, and how many acknowledgements the hub has left to live."""

    acknowledged: dict[tuple[int, str, int], tuple[int, int]] = field(default_factory=dict)
    sent: dict[tuple[int, str, int], set[tuple[int, int]]] = field(default_factory=dict)
    left: int = 0
    due: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def sending(self, rows):
        with self.lock:
            for key, value in rows:
                self.sent.setdefault(key, set()).add(value)

    def acknowledge(self, rows):
        with self.lock:
            for key, (wh, rev) in rows:
                known = self.acknowledged.get(key)
                if known is None or known[1] < rev:
                    self.acknowledged[key] = (wh, rev)
            self.left -= 1
            if self.left <= 0:
                self.due.set()


class Household(threading.Thread):
    """Sends until the hub is gone: fresh quarters, whole days, corrections, and what it sent before."""

    def __init__(self, number, port, notes, seed):
        super().__init__()
        self._number, self._port, self._notes = number, port, notes
        self._random = random.Random(seed)  # noqa: S311 - what is sent, not who may send

    def run(self):
        connection = HTTPConnection("127.0.0.1", self._port, timeout=30)
        headers = {"Authorization": f"Bearer household-{self._number}", "Content-Type": "application/json"}
        now = to_number(slot_of(datetime.now(UTC)))
        try:
            while True:
                body, rows = self._batch(now)
                self._notes.sending(rows)
                connection.request("POST", "/api/v1/readings", body, headers)
                answer = connection.getresponse()
                text = answer.read()
                assert answer.status == 200, text
                self._notes.acknowledge(rows)
        except OSError, HTTPException:
            pass  # the hub is gone
        finally:
            connection.close()

    def _batch(self, now):
        """Make blocks whose values follow from slot and revision, so that equal revisions are equal."""
        blocks, rows = [], []
        for channel in CHANNELS:
            width, rev = self._random.choice(WIDTHS), self._random.choice((0, 0, 0, 1, 2))
            first = now - width - self._random.randrange(500)
            wh = [(slot * 7 + rev * 1000 + self._number) % 9973 for slot in range(first, first + width)]
            blocks.append({"channel": channel, "start": from_number(first).isoformat(), "rev": rev, "wh": wh})
            rows += [((self._number, channel, slot), (value, rev)) for slot, value in enumerate(wh, first)]
        return json.dumps({"blocks": blocks}), rows


@contextmanager
def hub(data: Path):
    """Run a hub; what still runs at the end is killed."""
    command = [sys.executable, "-m", "sceop_hub", "serve", "--data", str(data), "--port", "0", "--time-zone", ZONE]
    with subprocess.Popen([*command, "--no-announce"], stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stderr is not None
            told = [""]
            for line in process.stderr:
                told.append(line)
                if " serves http" in line:
                    break
            assert " serves http" in told[-1], "".join(told)
            reading = threading.Thread(target=process.stderr.read)
            reading.start()
            yield process, int(told[-1].rsplit(":", 1)[1])
        finally:
            process.kill()
            process.wait()
            reading.join()


def let_join(data: Path, count: int):
    with closing(database.open_for_writing(data)) as books, books:
        add_households(books, count)
        for number in range(1, count + 1):
            books.execute("UPDATE household SET token_hash = ? WHERE id = ?", (digest(f"household-{number}"), number))


def live_and_die(data: Path, notes: Notes, households: int, chance: random.Random):
    """Let households send until the hub has acknowledged a random number of requests; then kill it."""
    with hub(data) as (process, port):
        notes.left = chance.randrange(1, 60)
        notes.due.clear()
        threads = [Household(number, port, notes, chance.random()) for number in range(1, households + 1)]
        for thread in threads:
            thread.start()
        assert notes.due.wait(50), "the hub acknowledged nothing for a long time"
        process.kill()
        for thread in threads:
            thread.join()


def check(data: Path, notes: Notes):
    """Look whether every acknowledged slot is there, none twice, and nothing that nobody sent."""
    with closing(sqlite3.connect(data / database.FILE)) as books:
        known = names(books)
        found = {}
        for channel, slot, wh, rev in books.execute("SELECT channel, slot, wh, rev FROM reading"):
            key = (*known[channel], slot)
            assert key not in found, f"{key} is there twice"
            found[key] = (wh, rev)
        assert books.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    for key, (wh, rev) in notes.acknowledged.items():
        assert key in found, f"{key} was acknowledged and is gone"
        assert found[key] == (wh, rev) or found[key][1] > rev, (
            f"{key} is {found[key]}, and {(wh, rev)} was acknowledged"
        )
    for key, value in found.items():
        assert value in notes.sent[key], f"{key} holds {value}, which nobody sent"
    return len(found)


def check_roll_ups(data: Path):
    """Look whether the sums of the days come out right after all that was cut short."""
    zone = ZoneInfo(ZONE)
    with closing(sqlite3.connect(data / database.FILE, isolation_level=None)) as books:
        settle_all(books, to_number(datetime.now(UTC) + timedelta(days=1)))
        refresh_all(books, zone)
        wanted = {}
        for channel, slot, wh in books.execute("SELECT channel, slot, wh FROM reading"):
            key = (channel, day_of(slot, zone))
            before = wanted.get(key, (0, 0))
            wanted[key] = (before[0] + wh, before[1] + 1)
        found = {(channel, day): sums for channel, day, *sums in books.execute("SELECT * FROM day")}
        assert {key: tuple(sums) for key, sums in found.items()} == wanted
