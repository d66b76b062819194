"""What coordinators decide about challenges, and what pages show of them."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from ..domain.game import challenge as rules
from ..domain.game.challenge import TEMPLATES, Challenge, Hours, Kind, State, Template
from ..domain.game.progress import Progress, Trial, previewed, trials
from ..domain.publication import COMMUNITY, Circle
from ..hub import Hub
from ..secrets import new_id
from ..store import audit, challenges, teams
from .mine import level_title, told
from .trying import circles_of


@dataclass(frozen=True, slots=True)
class CircleProgress:
    """How far a circle has come; `name` is a team's, None for the community."""

    circle: Circle
    name: str | None
    progress: Progress
    reached: bool


@dataclass(frozen=True, slots=True)
class ChallengeRow:
    """A challenge on the page. `joined` is a count, None below the fewest homes."""

    challenge: Challenge
    state: State
    joined: int | None
    circles: tuple[CircleProgress, ...]


@dataclass(frozen=True, slots=True)
class ChallengesPage:
    """All challenges, the latest first, and what new ones are made from."""

    rows: tuple[ChallengeRow, ...]
    templates: tuple[Template, ...]
    today: date
    fewest: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a challenge would have been in the last month, the latest days first, and how often it was reached."""

    trials: tuple[Trial, ...]
    reached: int
    published: bool


@dataclass(frozen=True, slots=True)
class KioskChallenge:
    """The challenge that runs, as a screen in the hall shows it; without one, the level alone."""

    title: str | None
    text: str | None
    kind: Kind | None
    goal: int | None
    unit: rules.Unit | None
    value: float | None
    end: datetime | None
    joined: int | None
    level: int | None
    level_title: str | None
    level_points: int | None
    level_next: int | None


async def challenges_page(hub: Hub) -> ChallengesPage:
    """Return what the coordinators' page of challenges shows."""

    def look(books: sqlite3.Connection) -> tuple[ChallengeRow, ...]:
        names = {team.id: team.name for team in teams.all_(books)}
        return tuple(_row(books, hub, one, names) for one in challenges.all_(books))

    rows = await hub.store.read(look)
    return ChallengesPage(rows, tuple(TEMPLATES.values()), hub.day(), hub.profile.fewest_homes)


def _row(books: sqlite3.Connection, hub: Hub, challenge: Challenge, names: dict[int, str]) -> ChallengeRow:
    now = hub.clock()
    settled = challenges.results(books, challenge.id) if challenge.settled == len(challenge.ends) else {}
    circles = []
    for circle in circles_of(books, challenge):
        came = (
            Progress(settled[circle])
            if circle in settled
            else hub.trying.circle(books, hub.profile.zone, challenge, circle, now)
        )
        circles.append(CircleProgress(circle, names.get(circle), came, came.reaches(challenge.goal)))
    return ChallengeRow(challenge, challenge.state(now), _joined(books, hub, challenge), tuple(circles))


def _joined(books: sqlite3.Connection, hub: Hub, challenge: Challenge) -> int | None:
    joined = len(challenges.joined(books, challenge.id))
    return joined if joined >= hub.profile.fewest_homes else None


async def preview(hub: Hub, kind: Kind, goal: int, days: int, hours: Hours | None = None) -> Preview:
    """Return what a challenge would have been in the last month, by what was published of the community."""
    today, zone = hub.day(), hub.profile.zone
    hours = None if TEMPLATES[kind].hours is None else hours or TEMPLATES[kind].hours
    days = max(1, min(days, rules.LONGEST_DAYS))

    def look(books: sqlite3.Connection) -> tuple[Trial, ...]:
        use = challenges.published_use(books, COMMUNITY, *previewed(days, today, zone))
        return trials(kind, hours, days, use, today, zone)

    found = await hub.store.read(look)
    return Preview(found, sum(one.progress.reaches(goal) for one in found), hub.publishing.begun)


async def kiosk_challenge(hub: Hub) -> KioskChallenge:
    """Return the community's challenge that runs and ends first, and its level."""
    now, table = hub.clock(), hub.table

    def look(books: sqlite3.Connection) -> tuple[Challenge, Progress, int | None] | None:
        running = [
            one for one in told(challenges.all_(books), now) if one.state(now) == "running" and one.scope == "community"
        ]
        if not running:
            return None
        one = min(running, key=lambda one: (one.end, one.id))
        return one, hub.trying.circle(books, hub.profile.zone, one, COMMUNITY, now), _joined(books, hub, one)

    found = await hub.store.read(look)
    level = None if table is None else table.level
    one = None if found is None else found[0]
    return KioskChallenge(
        title=None if one is None else one.title,
        text=None if one is None else one.text,
        kind=None if one is None else one.kind,
        goal=None if one is None else one.goal,
        unit=None if one is None else one.unit,
        value=None if found is None else found[1].value,
        end=None if one is None else one.end,
        joined=None if found is None else found[2],
        level=None if level is None else level.number,
        level_title=None if level is None else level_title(hub, level),
        level_points=None if level is None else level.points,
        level_next=None if level is None else level.next,
    )


async def add(hub: Hub, who: str, template: Template, title: str, text: str, first: date) -> Challenge:
    """Announce a challenge."""
    made = rules.made(new_id(), template, (title, text), first, hub.clock(), hub.profile.zone)

    def keep(books: sqlite3.Connection) -> None:
        challenges.save(books, made)
        audit.note(
            books,
            hub.clock(),
            who,
            "challenge.add",
            f"challenge:{made.id}",
            kind=made.kind,
            scope=made.scope,
            goal=made.goal,
            points=made.points,
        )

    await hub.store.write(keep)
    return made


async def edit(hub: Hub, who: str, id_: str, title: str, text: str, last: date | None = None) -> Challenge:
    """Change the words of a challenge, or let it last longer."""
    return await _change(
        hub,
        who,
        "challenge.edit",
        id_,
        lambda found, now: rules.edited(found, now, hub.profile.zone, title=title, text=text, last=last),
    )


async def cancel(hub: Hub, who: str, id_: str) -> Challenge:
    """Call a challenge off."""
    return await _change(hub, who, "challenge.cancel", id_, rules.called_off)


async def _change(
    hub: Hub, who: str, action: str, id_: str, change: Callable[[Challenge, datetime], Challenge]
) -> Challenge:
    def keep(books: sqlite3.Connection) -> Challenge:
        now = hub.clock()
        found = challenges.find(books, id_)
        changed = change(found, now)
        if changed != found:
            challenges.save(books, changed)
            audit.note(books, now, who, action, f"challenge:{id_}")
        return changed

    return await hub.store.write(keep)
