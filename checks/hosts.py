"""Where packages come from is the machine's to know: mirrors, proxies and closed networks stay possible."""

import re
from collections.abc import Iterator

from .tree import Fault, Tree

# In parts, so that this file names none itself.
HOSTS = (
    ("pypi", "org"),
    ("python" + "hosted", ""),
    ("npm" + "js", ""),
    ("yarn" + "pkg", "com"),
    ("debian", "org"),
    ("ubuntu", "com"),
    ("crates", "io"),
    ("rubygems", "org"),
    ("conda", "anaconda.org"),
    ("proxy.golang", "org"),
)
HOST = re.compile("|".join(rf"\b{re.escape('.'.join(filter(None, parts)))}\b" for parts in HOSTS), re.IGNORECASE)


def no_registry_hosts(tree: Tree) -> Iterator[Fault]:
    """Find host names of package registries."""
    for path, number, line in tree.lines():
        if found := HOST.search(line):
            yield Fault(
                path, number, f"{found[0]} is a package registry's host: leave the choice to the machine, name none."
            )
