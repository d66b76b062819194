"""The hub's image is built from addon/ alone, so it carries a copy of the household's core."""

from collections.abc import Iterator

from .tree import Fault, Tree

WRITTEN = "custom_components/sceop/core"
COPIED = "addon/sceop_hub/core"


def equal_cores(tree: Tree) -> Iterator[Fault]:
    """Find files that differ between the core and its copy."""
    yield from tree.missing(WRITTEN)
    yield from tree.missing(COPIED)
    written, copied = (
        {path.removeprefix(folder): (tree.root / path).read_bytes() for path in tree.below(folder)}
        for folder in (WRITTEN, COPIED)
    )
    for name in sorted(written.keys() | copied.keys()):
        if written.get(name) != copied.get(name):
            folder = WRITTEN if name in written else COPIED
            yield Fault(
                folder + name, 1, f"{WRITTEN} and {COPIED} differ here: change the former, run script/sync-core."
            )
