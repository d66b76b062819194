"""Taking a file in: its slots go to the books in bites, each with a note of how far they have come.

The same file again changes nothing; one that was cut off goes on where it stopped. Whoever serves households meanwhile
waits for one bite at most.
"""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from hashlib import sha256
from itertools import groupby
from zoneinfo import ZoneInfo

import msgspec

from ..core.blocks import Block
from ..core.slots import from_number, to_number
from ..domain.readings import Receipt
from ..store import audit, imports as books_of, members, readings, retention
from ..store.imports import Member, Reached
from .hints import Hints, Target, refused
from .report import Outcome
from .understanding import Understanding

SLOTS_IN_A_BITE = 500
"""Two or three milliseconds of the one who writes."""

type Write = Callable[[Callable[[sqlite3.Connection], Receipt]], Receipt]
"""Makes one change, and lets others have their turn before the next."""

type Told = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """A file that was understood, what was said about it, and by whom."""

    understood: Understanding
    digest: bytes
    target: Target
    zone: ZoneInfo
    """Of a household that is made for it."""
    by: str
    now: datetime


def digest_of(content: bytes, hints: Hints, target: Target) -> bytes:
    """Return what an import is known by: the file, what was said about it, and whom it is for."""
    said = msgspec.json.encode((hints, target))
    return sha256(sha256(content).digest() + said).digest()


def zone_for(books: sqlite3.Connection, target: Target, community: ZoneInfo) -> ZoneInfo:
    """Return where a household reads its clock, for a file whose times name no zone."""
    return ZoneInfo(books_of.find(books, target.household).time_zone) if target.household else community


def whose(books: sqlite3.Connection, understood: Understanding, target: Target) -> str | None:
    """Return the name of the household that a file is for, None where it names its own; or ask for it."""
    named = understood.households
    if target.household or target.new:
        if len(named) > 1:
            raise refused(
                "The file speaks of {n} households ({names} …), so it can not be for one. Leave the"
                " household open, or split the file.",
                n=len(named),
                names=", ".join(name[:60] for name in named[:3]),
            )
        return target.new or books_of.find(books, target.household or "").name
    if not named:
        raise refused("For whom is the file? Choose a household, or say the name of a new one.")
    for household in named:
        books_of.find(books, household)
    return None


def refuse_who_speaks(books: sqlite3.Connection, understood: Understanding, target: Target) -> None:
    """Refuse a file for a household that sends its readings itself.

    Whoever writes what all but one household used reads in the sum of them what that one did.
    """
    for said in (target.household,) if target.household else () if target.new else understood.households:
        member = books_of.find(books, said)
        if books_of.speaks_for_itself(books, member.id):
            raise refused(
                "{name} sends its readings itself, so only an owner of the hub takes in a file for"
                " it. Ask one, or choose a household that was entered by hand.",
                name=member.name,
            )


def too_old(books: sqlite3.Connection, understood: Understanding) -> int:
    """Count the slots of a time that this hub has given up."""
    kept = retention.kept_from(books)
    return sum(slot.number < kept for series in understood.series for slot in series.slots)


def apply(books: sqlite3.Connection, write: Write, job: Job, told: Told) -> Outcome:
    """Take a file in; what is already there stays, unless the file has a higher revision of it."""
    whose(books, job.understood, job.target)
    bites = list(_bites(job.understood))
    before = books_of.reached(books, job.digest)
    done = before.done if before is not None and before.done < before.bites == len(bites) else 0
    made = None if before is None or before.household is None else books_of.by_id(books, before.household)
    if job.target.new and made is None:
        made = _make(write, job, len(bites))
        done = 0
    homes = _homes(books, job, made)
    stored = unchanged = 0
    told(done, len(bites))
    for number, bite in enumerate(bites[done:], done + 1):
        reached = Reached(None if made is None else made.id, number, len(bites))
        receipt = write(partial(_take, homes=homes, bite=bite, reached=reached, job=job))
        stored, unchanged = stored + receipt.stored, unchanged + receipt.unchanged
        told(number, len(bites))
    write(lambda connection: _note(connection, job, homes, stored, unchanged))
    return Outcome(stored, unchanged, len(set(homes.values())))


def _bites(understood: Understanding) -> Iterator[list[tuple[str | None, Block]]]:
    """Cut all slots into parts that are written quickly; the same file is always cut alike."""
    bite: list[tuple[str | None, Block]] = []
    slots = 0
    for series in understood.series:
        for block in series.blocks():
            bite.append((series.household, block))
            slots += len(block.wh)
            if slots >= SLOTS_IN_A_BITE:
                yield bite
                bite, slots = [], 0
    if bite:
        yield bite


def _homes(books: sqlite3.Connection, job: Job, made: Member | None) -> Mapping[str | None, int]:
    """Return the household of each name in the file."""
    named: tuple[str | None, ...] = job.understood.households or (None,)
    if made is not None:
        return dict.fromkeys((*named, None), made.id)
    if job.target.household:
        return dict.fromkeys((*named, None), books_of.find(books, job.target.household).id)
    return {name: books_of.find(books, name or "").id for name in named}


def _make(write: Write, job: Job, bites: int) -> Member:
    """Make the household, with a note by which the same import finds it again."""
    found: list[Member] = []

    def make(connection: sqlite3.Connection) -> Receipt:
        new = members.add_by_hand(connection, job.target.new or "", "home", job.zone.key, job.now)
        books_of.reach(connection, job.digest, Reached(new.id, 0, bites), job.now)
        audit.note(connection, job.now, job.by, "household.add", f"household:{new.public_id}")
        found.append(Member(new.id, new.public_id, new.name, job.zone.key))
        return Receipt(0, 0)

    write(make)
    return found[-1]


def _take(
    connection: sqlite3.Connection,
    homes: Mapping[str | None, int],
    bite: list[tuple[str | None, Block]],
    reached: Reached,
    job: Job,
) -> Receipt:
    kept, stored, unchanged = retention.kept_from(connection), 0, 0
    for household, some in groupby(bite, lambda item: item[0]):
        blocks = [left for _, block in some if (left := _cut(block, kept)) is not None]
        if blocks:
            receipt = readings.record(connection, homes[household], blocks, job.now)
            stored, unchanged = stored + receipt.stored, unchanged + receipt.unchanged
    books_of.reach(connection, job.digest, reached, job.now)
    return Receipt(stored, unchanged)


def _cut(block: Block, kept: int) -> Block | None:
    """Return what of a block lies in the time that this hub keeps."""
    gone = kept - to_number(block.start)
    if gone <= 0:
        return block
    if gone >= len(block.wh):
        return None
    return Block(block.channel, from_number(kept), block.wh[gone:], block.quality, block.rev)


def _note(
    connection: sqlite3.Connection, job: Job, homes: Mapping[str | None, int], stored: int, unchanged: int
) -> Receipt:
    for home in sorted(set(homes.values())):
        member = books_of.by_id(connection, home)
        if member is not None:
            kind = job.understood.found.kind
            audit.note(connection, job.now, job.by, "import.apply", f"household:{member.public_id}", kind=kind)
    return Receipt(stored, unchanged)
