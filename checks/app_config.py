"""The Supervisor takes every config.yaml of a repository for an app, so there is one."""

from collections.abc import Iterator

from .tree import Fault, Tree

APP = "addon/config.yaml"
NAMES = ("config.yaml", "config.yml", "config.json")


def one_app_config(tree: Tree) -> Iterator[Fault]:
    """Find files that the Supervisor would take for another app."""
    yield from tree.missing(APP)
    for path in tree.paths:
        if path.rpartition("/")[2] in NAMES and path != APP:
            yield Fault(path, 1, f"The Supervisor takes this for an app: only {APP} may have such a name. Rename it.")
