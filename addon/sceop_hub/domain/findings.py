"""What a check found: a verdict, and the word under which the pages and the command line have the sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

type Verdict = Literal["ok", "warning", "wrong"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One check and how it went. Its title is the word `<family>.<check>.title`, its sentence `.<word>`."""

    family: str
    check: str
    verdict: Verdict
    word: str
    facts: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """Return the key of the check's name."""
        return f"{self.family}.{self.check}.title"

    @property
    def sentence(self) -> str:
        """Return the key of what was found, and what to do."""
        return f"{self.family}.{self.check}.{self.word}"
