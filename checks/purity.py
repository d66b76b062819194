"""Pure middles: what may be imported where nothing reaches out; clock, chance and weather are passed in."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from .tree import Fault, Tree

# What of the standard library talks to the world, or reads its clock.
WORLDLY = frozenset(
    "asyncio concurrent ctypes fcntl ftplib getpass glob http imaplib io mmap multiprocessing os pathlib pickle "
    "platform pty queue runpy sched secrets select selectors shelve shutil signal smtplib socket socketserver sqlite3 "
    "ssl subprocess sys syslog tempfile threading time tty urllib webbrowser wsgiref xmlrpc zipfile".split()
)
STANDARD = sys.stdlib_module_names - WORLDLY


@dataclass(frozen=True)
class Room:
    """A pure package: where it lies, and what it may import beside itself and the harmless standard library."""

    folder: str
    package: str
    allowed: tuple[str, ...]


ROOMS = (
    Room("custom_components/sceop/core", "custom_components.sceop.core", ("numpy",)),
    Room("addon/sceop_hub/core", "sceop_hub.core", ("numpy",)),
    Room("addon/sceop_hub/domain", "sceop_hub.domain", ("numpy", "sklearn", "sceop_hub.core")),
)


def pure_middles(tree: Tree) -> Iterator[Fault]:
    """Find imports that a pure package must not have."""
    for room in ROOMS:
        for path in tree.python(room.folder):
            for number, module in imports(path, tree.texts[path], room):
                if not within(module, (*STANDARD, *room.allowed, room.package)):
                    yield Fault(path, number, f"{room.package} is pure and may not import {module}: have it passed in.")


def imports(path: str, text: str, room: Room) -> Iterator[tuple[int, str]]:
    """Return the modules that a file imports, relative ones by their full name."""
    package = [*room.package.split("."), *path.removeprefix(f"{room.folder}/").split("/")[:-1]]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            # `from .. import name` may fetch a module: it counts where the name leads.
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def within(module: str, packages: tuple[str, ...]) -> bool:
    """Tell whether a module is one of these packages or lies below one."""
    return any(f"{module}.".startswith(f"{package}.") for package in packages)
