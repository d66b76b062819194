"""The profile in the books: one row for each decision, so that what nobody decided keeps following the default."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, replace
from datetime import datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from ..domain.profile import Place, Profile

_READ: Mapping[str, Any] = {
    "zone": ZoneInfo,
    "place": lambda value: Place(**value),
    "price_per_kwh": Decimal,
    "feed_in_per_kwh": Decimal,
    "event_quiet_from": time.fromisoformat,
    "event_quiet_to": time.fromisoformat,
    "published_since": datetime.fromisoformat,
}
_WRITE: Mapping[str, Any] = {
    "zone": lambda zone: zone.key,
    "place": asdict,
    "price_per_kwh": str,
    "feed_in_per_kwh": str,
    "event_quiet_from": lambda at: f"{at:%H:%M}",
    "event_quiet_to": lambda at: f"{at:%H:%M}",
    "published_since": datetime.isoformat,
}


def load(connection: sqlite3.Connection, default: Profile) -> Profile:
    """Return the default with everything that was decided."""
    names = {field.name for field in fields(Profile)}
    rows = connection.execute("SELECT name, value FROM setting")
    decided: dict[str, Any] = {name: _read(name, json.loads(value)) for name, value in rows if name in names}
    return replace(default, **decided)


def save(connection: sqlite3.Connection, **decided: object) -> None:
    """Keep decisions; whoever decides has checked them by making a profile of them."""
    connection.executemany(
        "INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        [(name, json.dumps(value)) for name, value in written(decided).items()],
    )


def written(decided: Mapping[str, object]) -> dict[str, object]:
    """Return decisions as JSON writes them."""
    return {
        name: None if value is None else _WRITE.get(name, lambda same: same)(value) for name, value in decided.items()
    }


def hub_id(connection: sqlite3.Connection, fresh: str) -> str:
    """Return the identity by which households know this hub again, wherever it moves; the first start gives it one."""
    connection.execute(
        "INSERT INTO setting (name, value) VALUES ('hub_id', ?) ON CONFLICT DO NOTHING", (json.dumps(fresh),)
    )
    (value,) = connection.execute("SELECT value FROM setting WHERE name = 'hub_id'").fetchone()
    return str(json.loads(value))


def agreement(connection: sqlite3.Connection, fewest: int) -> tuple[int, int]:
    """Return how many homes agreed to figures of so few homes, and how many there are."""
    agreed, homes = connection.execute(
        "SELECT COALESCE(SUM(agreed_fewest <= ?), 0), COUNT(*) FROM household WHERE kind = 'home' AND state = 'active'",
        (fewest,),
    ).fetchone()
    return int(agreed), int(homes)


def _read(name: str, value: object) -> object:
    return None if value is None else _READ.get(name, lambda same: same)(value)


@dataclass(frozen=True, slots=True)
class GuideSteps:
    """How far the first-run guide came: the steps that were taken, and whether somebody wants to go without it."""

    taken: frozenset[str] = frozenset()
    left: bool = False


def guide(connection: sqlite3.Connection) -> GuideSteps:
    """Return how far the guide came."""
    row = connection.execute("SELECT value FROM setting WHERE name = 'guide'").fetchone()
    if row is None:
        return GuideSteps()
    kept = json.loads(row[0])
    return GuideSteps(frozenset(kept["taken"]), kept["left"])


def save_guide(connection: sqlite3.Connection, steps: GuideSteps) -> None:
    """Keep how far the guide came."""
    connection.execute(
        "INSERT INTO setting (name, value) VALUES ('guide', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
        (json.dumps({"taken": sorted(steps.taken), "left": steps.left}),),
    )


def decided(connection: sqlite3.Connection) -> frozenset[str]:
    """Return what somebody decided, rather than left as it was."""
    return frozenset(name for (name,) in connection.execute("SELECT name FROM setting"))


def anybody_joined(connection: sqlite3.Connection) -> bool:
    """Tell whether a household was ever let in: then the hub is in use, with or without its guide."""
    return connection.execute("SELECT 1 FROM household LIMIT 1").fetchone() is not None
