"""Writing so that it is there after a power cut."""

import json
import os
from pathlib import Path


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
