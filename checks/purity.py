"""Pure middles: what may be used where nothing reaches out; clock, chance and weather are passed in."""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass

from .tree import Fault, Tree

# What of the standard library talks to the world, reads its clock or throws its dice.
WORLDLY = frozenset(
    "asyncio concurrent ctypes fcntl ftplib getpass glob http imaplib importlib io mmap multiprocessing os pathlib "
    "pickle platform pty queue random runpy sched secrets select selectors shelve shutil signal smtplib socket "
    "socketserver sqlite3 ssl subprocess sys syslog tempfile threading time tty urllib uuid webbrowser wsgiref xmlrpc "
    "zipfile".split()
)
STANDARD = sys.stdlib_module_names - WORLDLY | {"urllib.parse"}  # which takes addresses apart and opens none

CLOCKS = ("datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today")
DICE = "numpy.random"
GENERATOR = f"{DICE}.Generator"
SEEDED = f"{DICE}.default_rng"


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
    """Find imports that a pure package must not have, and uses of a clock or of dice that were not passed in."""
    for room in ROOMS:
        yield from tree.missing(room.folder)
        for path in tree.python(room.folder):
            syntax = ast.parse(tree.texts[path])
            for number, module in imports(path, syntax, room):
                if not within(module, (*STANDARD, *room.allowed, room.package)):
                    yield Fault(path, number, f"{room.package} is pure and may not import {module}: have it passed in.")
            for number, name in clocks_and_dice(syntax):
                yield Fault(path, number, f"{room.package} is pure and may not use {name}: have its result passed in.")


def imports(path: str, syntax: ast.Module, room: Room) -> Iterator[tuple[int, str]]:
    """Return the modules that a file imports, relative ones by their full name."""
    package = [*room.package.split("."), *path.removeprefix(f"{room.folder}/").split("/")[:-1]]
    for node in ast.walk(syntax):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *filter(None, [node.module])])
            # `from .. import name` may fetch a module: it counts where the name leads.
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def clocks_and_dice(syntax: ast.Module) -> Iterator[tuple[int, str]]:
    """Return where a file reads a clock, or draws numbers that no seed decides."""
    known = bindings(syntax)
    seeded = {node.func for node in ast.walk(syntax) if isinstance(node, ast.Call) and has_seed(node)}
    for node in ast.walk(syntax):
        if isinstance(node, ast.Attribute | ast.Name):
            name = full_name(node, known)
            drawn = within(name, (DICE,)) and name not in (DICE, GENERATOR, SEEDED)
            if name in CLOCKS or drawn or (name == SEEDED and node not in seeded):
                yield node.lineno, name


def bindings(syntax: ast.Module) -> dict[str, str]:
    """Return what the names that a file imports from elsewhere stand for."""
    known = {}
    for node in ast.walk(syntax):
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.partition(".")[0]
                known[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and not node.level:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def full_name(node: ast.expr, known: dict[str, str]) -> str:
    """Return the dotted name of an expression as the whole world knows it, or nothing for any other expression."""
    if isinstance(node, ast.Name):
        return known.get(node.id, "")
    if isinstance(node, ast.Attribute) and (owner := full_name(node.value, known)):
        return f"{owner}.{node.attr}"
    return ""


def has_seed(call: ast.Call) -> bool:
    """Tell whether a call is given anything but None."""
    given = (*call.args, *(keyword.value for keyword in call.keywords))
    return any(not (isinstance(value, ast.Constant) and value.value is None) for value in given)


def within(module: str, packages: tuple[str, ...]) -> bool:
    """Tell whether a module is one of these packages or lies below one."""
    return any(f"{module}.".startswith(f"{package}.") for package in packages)
