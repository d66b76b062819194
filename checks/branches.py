"""Coverage of branches alone, by program: coverage.py's own percentage mixes them with lines.

`python -m checks.branches FILE` reads what `coverage json` wrote.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path

PROGRAMS = ("custom_components/sceop", "addon/sceop_hub")
BAR = 95
"""What CONTRIBUTING.md promises of each program, in percent."""


@dataclass(frozen=True)
class Branches:
    """How many branches a program has, and how many of them the tests took."""

    program: str
    covered: int
    all: int

    @property
    def enough(self) -> bool:
        """Tell whether the promise is kept; of a program that was not measured it is not."""
        return self.all > 0 and 100 * self.covered >= BAR * self.all

    def __str__(self) -> str:
        """Return a line for the terminal, rounded down: what is shown as 95% is that."""
        if not self.all:
            return f"{self.program}: no branch was measured"
        tenths = 1000 * self.covered // self.all
        verdict = "" if self.enough else f": at least {BAR}% are wanted, test what the report above shows as missing"
        return f"{self.program}: {tenths / 10}% of {self.all} branches{verdict}"


def branches(report: str) -> list[Branches]:
    """Return the branches of each program out of coverage.py's JSON."""
    files = json.loads(report)["files"]
    return [
        Branches(program, *(sum(summary[key] for summary in summaries) for key in ("covered_branches", "num_branches")))
        for program in PROGRAMS
        for summaries in [[file["summary"] for path, file in files.items() if path.startswith(f"{program}/")]]
    ]


def main(path: Path) -> int:
    """Return 1 where any program stays below the bar."""
    found = branches(path.read_text())
    for program in found:
        print(f"test: {program}")
    return not all(program.enough for program in found)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
