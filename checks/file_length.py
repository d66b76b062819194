"""A file longer than this is two files."""

from collections.abc import Iterator

from .tree import Fault, Tree

LIMIT = 600


def short_files(tree: Tree) -> Iterator[Fault]:
    """Find Python files that have grown too long; tests may be."""
    for path, text in tree.texts.items():
        length = len(text.splitlines())
        if path.endswith(".py") and not path.startswith("tests/") and length > LIMIT:
            yield Fault(
                path, LIMIT + 1, f"This file has {length} lines, and {LIMIT} are the limit: split it by its ideas."
            )
