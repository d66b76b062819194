"""List the benchmarks, or run one and hold it to its bars."""

import ast
import sys
from importlib import import_module
from pathlib import Path

from .harness import report

FOLDER = Path(__file__).parent
NAMES = sorted(path.stem for path in FOLDER.glob("*.py") if not path.stem.startswith("_") and path.stem != "harness")


def claim(name: str) -> str:
    """Return a benchmark's first line, without running it."""
    docstring = ast.get_docstring(ast.parse((FOLDER / f"{name}.py").read_text())) or ""
    return docstring.partition("\n")[0]


def main(names: list[str]) -> int:
    """Return 0 where every figure reaches its bar."""
    match names:
        case []:
            for name in NAMES:
                print(f"{name:24} {claim(name)}")
            return 0
        case [name] if name in NAMES:
            print(claim(name))
            return 0 if report(name, list(import_module(f"benchmarks.{name}").measure())) else 1
        case _:
            print(f"There is no benchmark {' '.join(names)}. There are: {', '.join(NAMES)}.", file=sys.stderr)
            return 2


sys.exit(main(sys.argv[1:]))
