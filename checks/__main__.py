"""Run every check on this checkout and print all faults."""

import sys
from pathlib import Path

from . import CHECKS
from .tree import Tree


def main() -> int:
    """Return 1 where any check found a fault."""
    tree = Tree(Path(__file__).parent.parent)
    faults = [fault for check in CHECKS for fault in check(tree)]
    for fault in sorted(faults, key=lambda fault: (fault.path, fault.line)):
        print(fault)
    print(f"{len(CHECKS)} checks, {len(faults)} faults")
    return bool(faults)


sys.exit(main())
