"""An absolute path of the machine something was written on means nothing anywhere else."""

import re
from collections.abc import Iterator

from .tree import Fault, Tree

# Their paths are a container's, which is the same everywhere.
CONTAINER = ("addon/Dockerfile", "addon/apparmor.txt")
PATH = re.compile(r"(?<![\w.$})\]*/-])/(?:work|root|tmp|home/\w+|Users/\w+)(?=[/\s\"'`),;:]|$)")


def no_machine_paths(tree: Tree) -> Iterator[Fault]:
    """Find absolute paths into somebody's home, work or temporary folder."""
    for path, number, line in tree.lines():
        if path not in CONTAINER and (found := PATH.search(line)):
            yield Fault(
                path, number, f"{found[0]} is a path of one machine: write it relative, or ask the system for it."
            )
