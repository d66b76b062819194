"""Sayings: sentences for people, written in English where they are raised, and said in a reader's language at a page.

The English text is written once, in the code, with what varies in braces; it is also the key under which the other
languages keep theirs (`words/sayings/`). So whoever raises needs to know nothing of languages, programs and logs
read English, and who changes a sentence is told by a test which translations went stale.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

type Given = Saying | list[Saying] | str | int
"""What fills a brace: a word or number as it is, or what is itself said in the reader's language."""

BETWEEN = "; "
"""Stands between the parts of a list, in every language."""

_JOINERS = "\u200c\u200d"
"""Some scripts are not written without."""

_UNSEEN = "\ufffd"


@dataclass(frozen=True, slots=True)
class Saying:
    """A sentence and what fills its braces; where nothing is given, braces are signs like any other."""

    words: str
    given: Mapping[str, Given] = field(default_factory=dict)

    def __str__(self) -> str:
        """Say it in English."""
        return self.told({})

    def told(self, known: Mapping[str, str]) -> str:
        """Say it in the language whose sentences are known by the English ones; what is missing is said in English."""
        text = known.get(self.words, self.words)
        if not self.given:
            return text
        return text.format_map({name: _filled(value, known) for name, value in self.given.items()})


def saying(words: str | Saying, **given: object) -> Saying:
    """Return a saying; what is neither said nor counted is given as its text, such as a path."""
    if isinstance(words, Saying):
        return words
    return Saying(words, {name: v if isinstance(v, Saying | list | int) else str(v) for name, v in given.items()})


def in_sight(text: str) -> str:
    """Return a text that stays where it is put: what no eye sees could turn the sentence around it."""
    return "".join(sign if sign.isprintable() or sign in _JOINERS else _UNSEEN for sign in " ".join(text.split()))


def _filled(value: Given, known: Mapping[str, str]) -> str:
    parts = value if isinstance(value, list) else [value]
    return BETWEEN.join(part.told(known) if isinstance(part, Saying) else in_sight(str(part)) for part in parts)
