"""The checkout as the checks of the quality scale see it: texts, syntax trees, and the tables of entities."""

import ast
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from typing import Any, Self

import yaml
from homeassistant.helpers.entity import EntityDescription

ROOT = Path(__file__).parents[3]
HOUSEHOLD = "custom_components/sceop"
READ = (
    HOUSEHOLD,
    "blueprints",
    "docs",
    "script",
    "checks",
    "tests/household",
    "pyproject.toml",
    "README.md",
    "hacs.json",
)
READABLE = {".py", ".js", ".json", ".yaml", ".md", ".toml", ".png", ""}

_parse = cache(ast.parse)


@dataclass(frozen=True)
class House:
    """Files by their paths; a test may change one and see what a check says."""

    files: Mapping[str, bytes]
    descriptions: tuple[EntityDescription, ...]
    """Every row of every table of entities."""

    @classmethod
    def of(cls, root: Path) -> Self:
        """Read a checkout."""
        folders = [root / name for name in READ]
        paths = {path for each in folders for path in (each.rglob("*") if each.is_dir() else [each]) if path.is_file()}
        readable = sorted(path for path in paths if path.suffix in READABLE and "__pycache__" not in path.parts)
        return cls({str(path.relative_to(root)): path.read_bytes() for path in readable}, tuple(_descriptions()))

    def edited(self, path: str, old: str, new: str) -> Self:
        """Return the house with another word in a file."""
        text = self.text(path)
        assert old in text, f"{path} does not hold {old!r}"
        return self.with_file(path, text.replace(old, new))

    def with_file(self, path: str, content: str | bytes | None) -> Self:
        """Return the house with another file, or without it."""
        files = {name: kept for name, kept in self.files.items() if name != path}
        if content is not None:
            files[path] = content if isinstance(content, bytes) else content.encode()
        return replace(self, files=files)

    def text(self, path: str) -> str:
        """Return a file; one that is missing is empty."""
        return self.files.get(path, b"").decode()

    def ours(self, name: str) -> str:
        """Return a file of the integration."""
        return self.text(f"{HOUSEHOLD}/{name}")

    def words(self, name: str = "translations/en.json") -> Any:
        """Return a file of JSON of the integration."""
        return json.loads(self.ours(name) or "{}")

    def keys(self, name: str) -> Mapping[str, Any]:
        """Return what a file of YAML describes, without what its parts share; one that is missing describes nothing."""
        described = yaml.safe_load(self.ours(name)) or {}
        return {key: told for key, told in described.items() if not key.startswith(".")}

    def tree(self, name: str) -> ast.Module:
        """Return the syntax tree of a module of the integration."""
        return _parse(self.ours(name))

    def trees(self) -> Iterator[tuple[str, ast.Module]]:
        """Return the syntax tree of every module of the integration, but not of its pure core."""
        prefix = f"{HOUSEHOLD}/"
        for path in self.files:
            name = path.removeprefix(prefix)
            if path.startswith(prefix) and name.endswith(".py") and not name.startswith("core/"):
                yield name, self.tree(name)

    def guide(self) -> str:
        """Return all pages that a household reads."""
        pages = (path for path in self.files if path.startswith("docs/") and path != "docs/architecture.md")
        return "\n".join(self.text(path) for path in pages if path.endswith(".md"))


def _descriptions() -> Iterator[EntityDescription]:
    """Find every description in every module of the integration, alone or in a table."""
    package = import_module("custom_components.sceop")
    seen: set[int] = set()
    for module in iter_modules(package.__path__, f"{package.__name__}."):
        for value in vars(import_module(module.name)).values():
            for row in value if isinstance(value, tuple | list) else (value,):
                if hasattr(row, "entity_registry_enabled_default") and hasattr(row, "key") and id(row) not in seen:
                    seen.add(id(row))
                    yield row
