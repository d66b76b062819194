"""Live: 2,000 households tell their power every ten seconds, and every open page knows the sum within a second."""

import pickle
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import median, quantiles

from benchmarks._lines import Seen, Watch
from benchmarks._street import Street, hub, settle, wait_until_published
from benchmarks.harness import Figure, at_least, at_most

HOMES, PAGES = 2000, 50
SECONDS = 120
PAST_DAYS = 2


def measure() -> Iterator[Figure]:
    """Let a street live for two minutes, and look at what it costs."""
    with tempfile.TemporaryDirectory() as data:
        folder = Path(data)
        settle(folder, HOMES, PAST_DAYS)
        with hub(folder) as server:
            server.begin_publishing()
            wait_until_published(folder)
            seen, cpu, resident = _watch(server)
    waits = [wait for told in seen.told.values() for wait in told]
    renewals = len(seen.told)
    print(
        f"{renewals} renewals, to a page after {median(waits) * 1000:.0f} ms, p99 {quantiles(waits, n=100)[98]:.3f} s"
    )
    yield at_most("a renewal reaches every page, p99 after its due time", quantiles(waits, n=100)[98], 1, "s")
    yield at_least("of the renewals every page was told", len(waits) / (renewals * PAGES), 1.0)
    yield at_least("homes in the sum, which begins with most of them", seen.homes / HOMES, 0.9)
    yield at_most("households and pages that were cut off", seen.lost, 0)
    yield at_most("of a core", cpu, 0.2)
    yield at_most("resident", resident, 150, "MB")


def _watch(server: Street) -> tuple[Seen, float, float]:
    """Let all of them live in a process of their own; return what pages saw, the share of a core and the memory."""
    wish = pickle.dumps(Watch(server.port, HOMES, PAGES, SECONDS))
    command = [sys.executable, "-c", "from benchmarks._lines import main; main()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as street:
        assert street.stdin is not None
        assert street.stdout is not None
        assert street.stderr is not None
        street.stdin.write(wish)
        street.stdin.close()
        if street.stderr.readline() != b"ready\n":
            raise SystemExit(f"The street does not live: {street.stderr.read().decode()}")
        before = server.cpu_s()
        seen: Seen = pickle.loads(street.stdout.read())  # noqa: S301 - from our own process
        cpu = (server.cpu_s() - before) / SECONDS
        return seen, cpu, server.resident_mb()
