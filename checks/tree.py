"""The checkout as checks see it, and the faults they find in it."""

import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path


@dataclass(frozen=True)
class Fault:
    """One broken rule: where it is, and a sentence that says what to do."""

    path: str
    line: int
    sentence: str

    def __str__(self) -> str:
        """Return the fault as compilers print theirs, so that editors can jump to it."""
        return f"{self.path}:{self.line}: {self.sentence}"


@dataclass(frozen=True)
class Tree:
    """The files that are committed, or would be: what git ignores is nobody's business."""

    root: Path

    @cached_property
    def paths(self) -> tuple[str, ...]:
        """Return every file that git knows or would add, relative to the root."""
        command = ("git", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
        listed = subprocess.run(command, cwd=self.root, check=True, capture_output=True, text=True).stdout  # noqa: S603 - no argument comes from outside
        return tuple(sorted({path for path in listed.split("\0") if path and (self.root / path).is_file()}))

    @cached_property
    def texts(self) -> dict[str, str]:
        """Return the content of every text file; pictures and the like are left out."""
        contents = ((path, (self.root / path).read_bytes()) for path in self.paths)
        return {path: content.decode(errors="replace") for path, content in contents if b"\0" not in content}

    def below(self, folder: str) -> tuple[str, ...]:
        """Return the files of a folder, by their paths in the tree."""
        return tuple(path for path in self.paths if path.startswith(f"{folder}/"))

    def python(self, folder: str) -> tuple[str, ...]:
        """Return the Python files of a folder, by their paths in the tree."""
        return tuple(path for path in self.below(folder) if path.endswith(".py"))

    def lines(self) -> Iterator[tuple[str, int, str]]:
        """Return every line of every text file, with its path and number."""
        for path, text in self.texts.items():
            for number, line in enumerate(text.splitlines(), 1):
                yield path, number, line

    def line_of(self, path: str, part: str) -> int:
        """Return the number of the first line that holds a part, or 1."""
        return next((number for number, line in enumerate(self.texts[path].splitlines(), 1) if part in line), 1)

    def missing(self, path: str) -> Iterator[Fault]:
        """Return a fault where a file or a folder is absent: a rule that finds nothing to judge is not kept."""
        if path not in self.paths and not self.below(path):
            yield Fault(path, 1, "This is missing, and a check reads it: bring it back, or change the check.")
