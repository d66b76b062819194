"""Sentences for people, on pages, phones and command lines: a file a language. The others follow the English one.

What the hub's code says itself, refusals above all, stands there in English; `sayings/` holds it in the others.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources

from aiohttp import web

from ..domain.saying import Saying

LANGUAGES = ("en", "de", "es", "fr", "hi", "nl")

type Words = dict[str, str]
type Say = Callable[..., str]


def language_of(request: web.Request) -> str:
    """Return the first of the browser's languages that the pages speak, or English."""
    asked = []
    for position, part in enumerate(request.headers.get("Accept-Language", "").split(",")):
        name, _, quality = part.strip().partition(";q=")
        asked.append((-_number(quality), position, name[:2].lower()))
    return next((name for _, _, name in sorted(asked) if name in LANGUAGES), "en")


@cache
def words(language: str) -> Words:
    """Return a language's sentences by their dotted keys; what it lacks is said in English."""
    text = (resources.files(__package__) / f"{language}.json").read_text(encoding="utf-8")
    return (words("en") if language != "en" else {}) | dict(_flat(json.loads(text)))


@cache
def sayings(language: str) -> Words:
    """Return what the code says in English by its English text."""
    if language == "en":
        return {}
    text = (resources.files(__package__) / "sayings" / f"{language}.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def speaker(language: str) -> Say:
    """Return the function with which a template speaks: `t("households.count", n=3)`, or `t(refusal.saying)`.

    A sentence about a number has the keys `one` and `other`; braces are filled in with what is given. What is given is
    escaped by the template, like every other text. `default` is said where a key that was put together has no word.
    """
    spoken = words(language)

    def say(key: str | Saying, **given: object) -> str:
        if isinstance(key, Saying):
            return key.told(sayings(language))
        number = given.get("n")
        if f"{key}.other" in spoken:
            key = f"{key}.one" if number == 1 and f"{key}.one" in spoken else f"{key}.other"
        if key not in spoken and "default" in given:
            return str(given["default"])
        return spoken[key].format_map(given)

    return say


def _flat(tree: Mapping[str, object], prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for key, value in tree.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", str(value)))
    return found


def _number(text: str) -> float:
    try:
        return float(text or 1)
    except ValueError:
        return 0.0
