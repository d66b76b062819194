"""Writing so that it is there after a power cut, and so that others hardly notice."""

import json
import os
import time
from pathlib import Path

_gentle = False


def be_gentle() -> None:
    """Let this process take the machine's idle time only; the hub calls it in processes of long work."""
    global _gentle  # noqa: PLW0603 - a property of the process, like its priority
    os.nice(15)
    _gentle = True


def gently(worked_seconds: float) -> None:
    """Rest for as long as was worked, in a process that is to be gentle."""
    if _gentle:
        time.sleep(min(worked_seconds, 0.5))


def flush_folder(folder: Path) -> None:
    """Make the names in a folder survive a power cut, as `fsync` does for what the files hold."""
    opened = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(opened)
    finally:
        os.close(opened)


def write_json(path: Path, said: object) -> None:
    """Replace a small file as a whole."""
    fresh = path.with_name(f".{path.name}.new")
    with fresh.open("w", encoding="utf-8") as file:
        json.dump(said, file)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
    flush_folder(path.parent)
