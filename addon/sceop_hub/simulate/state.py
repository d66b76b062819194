"""What a simulated community remembers between two runs: who joined, with which token, and what was acknowledged."""

import json
import os
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from ..core.blocks import wire_time

FILE = "community.json"


class StateError(Exception):
    """The folder remembers another community than the one asked for."""


@dataclass(slots=True)
class MemberState:
    """One simulated member. `request` names its one attempt to join; `acknowledged` is the end of what the hub has."""

    request: str
    acknowledged: datetime
    token: str | None = None


@dataclass(slots=True)
class State:
    """All of a simulated community's memory."""

    folder: Path
    seed: int
    since: datetime
    frozen: datetime | None = None
    """When the last home's meter froze."""
    members: dict[str, MemberState] = field(default_factory=dict)

    def save(self) -> None:
        """Write the memory down, whole or not at all; it holds tokens, so only its owner reads it."""
        document = {
            "seed": self.seed,
            "since": wire_time(self.since),
            "frozen": None if self.frozen is None else wire_time(self.frozen),
            "members": {
                name: {
                    "request": member.request,
                    "acknowledged": wire_time(member.acknowledged),
                    "token": member.token,
                }
                for name, member in self.members.items()
            },
        }
        fresh = self.folder / f"{FILE}.new"
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as out:
            json.dump(document, out, indent=1)
        fresh.replace(self.folder / FILE)


def recall(folder: Path, seed: int, names: Sequence[str], since: datetime, frozen: datetime | None) -> State:
    """Read the memory, or begin one that holds each site's history from `since` on."""
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / FILE
    if not file.exists():
        members = {name: MemberState(uuid.uuid4().hex, since) for name in names}
        state = State(folder, seed, since, frozen, members)
        state.save()
        return state
    try:
        return _read(file, seed, names)
    except (ValueError, KeyError, TypeError) as error:
        raise StateError(f"{file} can not be read ({error}). Remove it, and start over with a new hub.") from error


def _read(file: Path, seed: int, names: Sequence[str]) -> State:
    document = json.loads(file.read_text(encoding="utf-8"))
    if document["seed"] != seed or list(document["members"]) != list(names):
        raise StateError(
            f"{file.parent} remembers another community (seed {document['seed']}, {len(document['members'])} members)."
            " Choose another folder, or remove this one and start over."
        )
    members = {
        name: MemberState(member["request"], datetime.fromisoformat(member["acknowledged"]), member["token"])
        for name, member in document["members"].items()
    }
    frozen = document.get("frozen")
    return State(
        file.parent,
        seed,
        datetime.fromisoformat(document["since"]),
        None if frozen is None else datetime.fromisoformat(frozen),
        members,
    )
