"""Groups of homes, drawn by chance that a seed decides: so that the same command measures the same groups."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

GROUPS = 5
SINGLE_HOMES = 20
"""A home by itself is no good measure: its like differ much."""

SEED = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Homes that are summed."""

    name: str
    homes: tuple[str, ...]


def groups(homes: Sequence[str], size: int | None, seed: int) -> list[Group]:
    """Return groups of a size, of which none holds a home twice; without a size, all homes together."""
    if size is None or size >= len(homes):
        return [Group(homes[0] if len(homes) == 1 else f"all {len(homes)}", tuple(homes))]
    chance = random.Random(seed)  # noqa: S311 - groups to measure, no secrets
    if size == 1:
        return [Group(home, (home,)) for home in sorted(chance.sample(list(homes), min(SINGLE_HOMES, len(homes))))]
    return [Group(f"{number + 1}", tuple(chance.sample(list(homes), size))) for number in range(GROUPS)]
