"""A reader follows links and looks at pictures; what has moved away greets him with an error."""

import re
from collections.abc import Iterator
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

from .tree import Fault, Tree

CODE = re.compile(r"```.*?```|`[^`\n]+`", re.DOTALL)
TARGET = re.compile(r"(?:\]\(|\b(?:src|href)=[\"']|^\[[^\]]+\]:\s+)<?(?P<target>[^\s)>\"']+)", re.MULTILINE)


def no_dead_links(tree: Tree) -> Iterator[Fault]:
    """Find local links and pictures in Markdown whose file is not in the tree."""
    for path, text in tree.texts.items():
        if path.endswith(".md"):
            for number, line in enumerate(CODE.sub(_blank, text).splitlines(), 1):
                for link in TARGET.finditer(line):
                    if (file := _local(path, link["target"])) and file not in tree.paths and not tree.below(file):
                        yield Fault(path, number, f"{file} does not exist: add it, or correct the link.")


def _blank(code: re.Match[str]) -> str:
    """Return as many lines as some code has, so that those below it keep their numbers."""
    return "\n" * code[0].count("\n")


def _local(path: str, target: str) -> str | None:
    """Return the path in the tree that a link leads to, or None where it leads out or within its own page."""
    address = urlsplit(target)
    if address.scheme or address.netloc or not address.path:
        return None
    return normpath(join("/", dirname(path), unquote(address.path))).lstrip("/")
