"""Both programs are released together, under one version."""

import json
import re
import tomllib
from collections.abc import Callable, Iterator

import yaml

from .tree import Fault, Tree


def dunder(text: str) -> str:
    """Return what a module calls its version."""
    found = re.search(r'^__version__ = "(.+)"$', text, re.MULTILINE)
    return found[1] if found else "nothing"


PLACES: dict[str, Callable[[str], object]] = {
    "custom_components/sceop/manifest.json": lambda text: json.loads(text).get("version"),
    "addon/config.yaml": lambda text: yaml.safe_load(text).get("version"),
    "addon/pyproject.toml": lambda text: tomllib.loads(text)["project"]["version"],
    "addon/sceop_hub/__init__.py": dunder,
}


def one_version(tree: Tree) -> Iterator[Fault]:
    """Find places that state another version than the hub's package."""
    versions = {path: read(tree.texts[path]) for path, read in PLACES.items() if path in tree.texts}
    for path in PLACES:
        yield from tree.missing(path)
    expected = versions.get("addon/pyproject.toml")
    for path, version in versions.items():
        if expected is not None and version != expected:
            line = tree.line_of(path, "version")
            yield Fault(
                path, line, f"The version is {version} here and {expected} in addon/pyproject.toml: make them equal."
            )
