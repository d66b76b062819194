"""Beside the server: while a file comes in, the lake is sealed or a backup made, a post waits at most twice as long."""

import random
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median, quantiles

from benchmarks._load import Load
from benchmarks.harness import Figure, at_most
from benchmarks.ingest import _community as community, _hub as hub, _quarters as quarters, send
from sceop_hub.core.slots import from_number, to_number
from sceop_hub.store import database, lake

HOMES, DAYS = 500, 7
RATE, WINDOW_S, ROUNDS = 200, 8, 5
"""Posts a second: ten times what 500 homes send, and far from what the server can."""

FILE_DAYS = 100


def measure() -> Iterator[Figure]:
    """Send posts alone; while files come in, while everybody's week is sealed, while it is backed up, over and over."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder) / "data"
        tokens = community(data, HOMES)
        first = _fill(data)
        file = _file(Path(folder) / "meter.csv")

        def import_() -> None:
            _run("import", str(file), f"--as-new={random.random()}", "--json", data=data)  # noqa: S311 - a name that nobody has

        def seal() -> None:
            with closing(database.open_for_writing(data)) as books:
                lake.mark_days(books, range(first, first + DAYS))
            _run("lake", "seal", data=data)

        def backup() -> None:
            _run("backup", f"--to={Path(folder) / 'taken.backup'}", data=data)

        works = {"alone": None, "import": import_, "seal": seal, "backup": backup}
        with hub(data) as server:
            waits: dict[str, list[float]] = {name: [] for name in works}
            number = 0
            for turn in range(ROUNDS + 1):
                for name, work in works.items():
                    number += 1
                    p99 = _p99(server.port, quarters(tokens, 300 - 4 * number, 4), work)
                    if turn:  # the first round warms up
                        waits[name].append(p99)
                        print(f"round {turn}, {name}: p99 {p99:.1f} ms")
        alone = median(waits["alone"])
        for name, what in (
            ("import", "while a file comes in"),
            ("seal", "while the lake is sealed"),
            ("backup", "while a backup is made"),
        ):
            yield at_most(f"p99 of posts {what}, over that without", median(waits[name]) / alone, 2, "x")


def _p99(port: int, requests: Sequence[bytes], work: Callable[[], None] | None) -> float:
    """Return what the slowest of a hundred posts waited for, in milliseconds, with some work going on all the time."""
    over = threading.Event()

    def go_on() -> None:
        while work is not None and not over.is_set():
            work()

    working = threading.Thread(target=go_on)
    working.start()
    try:
        result = send(Load(port, requests, connections=50, rate=RATE, seconds=WINDOW_S))
    finally:
        over.set()
        working.join()
    if result.refused:
        raise SystemExit(f"{result.refused} requests were refused: nothing was measured.")
    return quantiles(result.waits, n=100)[98] * 1000


def _run(*command: str, data: Path) -> None:
    subprocess.run(
        [sys.executable, "-m", "sceop_hub", *command, "--gently", "--data", str(data)],
        check=True,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _fill(data: Path) -> int:
    """Give all homes a past of some days; return the first of them."""
    first = to_number(datetime.now(UTC)) // 96 - DAYS - 5
    with closing(database.open_for_writing(data)) as books:
        books.execute(
            "INSERT INTO history WITH RECURSIVE s (slot) AS (SELECT ? UNION ALL SELECT slot + 1 FROM s WHERE slot < ?)"
            " SELECT id, slot, (id * 7 + slot * 13) % 300, 0, 0, 0 FROM channel CROSS JOIN s ORDER BY 1, 2",
            (first * 96, (first + DAYS) * 96 - 1),
        )
    return first


def _file(path: Path) -> Path:
    """Write some months of a meter, a quarter of an hour a line."""
    start = to_number(datetime.now(UTC) - timedelta(days=FILE_DAYS + 2))
    lines = [
        f"{from_number(start + index):%Y-%m-%dT%H:%MZ};{index % 400};{index % 90}" for index in range(FILE_DAYS * 96)
    ]
    path.write_text("\n".join(["start;grid_import (Wh);grid_export (Wh)", *lines]), encoding="utf-8")
    return path
