"""Every language says the same things, and every entity has its icon."""

import json
import re
from collections.abc import Iterator

from .tree import Fault, Tree

HOUSEHOLD = "custom_components/sceop"
FOLDER = f"{HOUSEHOLD}/translations"
ENGLISH = f"{FOLDER}/en.json"
ICONS = f"{HOUSEHOLD}/icons.json"
PLACEHOLDER = re.compile(r"\{(\w+)\}")


def leaves(value: object, above: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    """Return every text of a translation with its dotted key."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from leaves(below, (*above, key))
    else:
        yield ".".join(above), str(value)


def same_keys_in_every_language(tree: Tree) -> Iterator[Fault]:
    """Find texts that one language has and another lacks, and placeholders that differ."""
    yield from tree.missing(ENGLISH)
    if ENGLISH not in tree.texts:
        return
    english = dict(leaves(json.loads(tree.texts[ENGLISH])))
    for path in tree.below(FOLDER):
        other = dict(leaves(json.loads(tree.texts[path])))
        for key in english.keys() - other.keys():
            yield Fault(path, 1, f"{key} is missing here: translate it from en.json.")
        for key in other.keys() - english.keys():
            yield Fault(path, tree.line_of(path, f'"{key.rpartition(".")[2]}"'), f"{key} is not in en.json: remove it.")
        for key in english.keys() & other.keys():
            expected = set(PLACEHOLDER.findall(english[key]))
            if set(PLACEHOLDER.findall(other[key])) != expected:
                line = tree.line_of(path, other[key])
                names = ", ".join(sorted(expected)) or "none"
                yield Fault(path, line, f"{key} has other placeholders than in en.json: use {names}.")


def icons_for_all(tree: Tree) -> Iterator[Fault]:
    """Find entities without an icon, and icons without an entity."""
    yield from tree.missing(ICONS)
    if ICONS not in tree.texts or ENGLISH not in tree.texts:
        return
    named, drawn = (
        {
            f"{platform}.{key}"
            for platform, keys in json.loads(tree.texts[path]).get("entity", {}).items()
            for key in keys
        }
        for path in (ENGLISH, ICONS)
    )
    for key in sorted(named - drawn):
        yield Fault(ICONS, 1, f"entity.{key} is named in en.json and has no icon: give it one here.")
    for key in sorted(drawn - named):
        line = tree.line_of(ICONS, f'"{key.rpartition(".")[2]}"')
        yield Fault(ICONS, line, f"entity.{key} has an icon and no name in en.json: name it there, or remove it here.")
