"""Dialogs: what a person clicks through, one file for each subject; `config_flow.py` puts them together."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import probatio
from homeassistant.core import HomeAssistant

from ..things import ThingKind


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with what was typed: the field or "base", the sentence's key, and what fills its gaps."""

    where: str
    key: str
    placeholders: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Checked:
    """A source that answered: what to keep of it, the flows that it measures, and what names it for good.

    `identity` is the same whenever the same meter is meant, so that nobody adds it twice to a site.
    """

    source: Mapping[str, Any]
    flows: tuple[str, ...]
    identity: str | None = None


class SourceForm(Protocol):
    """The form of one source: shown, and tried before anything is kept."""

    type: str
    """The source's name in the subentry, and the form's step."""
    kinds: frozenset[ThingKind]
    """Which things it can read."""

    def schema(self, hass: HomeAssistant, kind: ThingKind) -> probatio.Schema:
        """Return the fields; the dialog adds the thing's name before them."""

    def suggested(self, source: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return what the fields show for a source that is there already."""

    async def check(self, hass: HomeAssistant, kind: ThingKind, typed: Mapping[str, Any]) -> Checked | Problem:
        """Try what was typed against the real thing."""
