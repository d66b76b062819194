"""What coordinators decide about rewards, what homes get for their points, and the ledger of both."""

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from ..core.slots import EPOCH
from ..domain.game.levels import in_steps
from ..domain.game.rewards import KINDS, Reward, RewardKind, State, checked
from ..domain.members import Household
from ..domain.refusal import Refusal
from ..hub import Hub
from ..secrets import new_id
from ..store import audit, game, rewards
from ..store.rewards import Redemption


@dataclass(frozen=True, slots=True)
class RewardRow:
    """A reward on the page: whether it can be had now, and how many wait to be handed over."""

    reward: Reward
    open: bool
    waiting: int


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """Who redeemed what: a household by its public id and the name it has with its coordinator; None once forgotten."""

    id: int
    title: str
    household: str | None
    name: str | None
    cost: int
    state: State
    at: datetime
    closed: datetime | None


@dataclass(frozen=True, slots=True)
class RewardsPage:
    """All rewards and the ledger, the latest first. `earned` and `spent` are of all homes; None of too few."""

    rewards: tuple[RewardRow, ...]
    ledger: tuple[LedgerRow, ...]
    kinds: tuple[RewardKind, ...]
    earned: int | None
    spent: int


def _ledger_row(one: Redemption, title: str, who: tuple[str, str] | None) -> LedgerRow:
    household, name = who or (None, None)
    return LedgerRow(one.id, title, household, name, one.cost, one.state, one.at, one.closed)


@dataclass(frozen=True, slots=True)
class Offer:
    """A reward as a coordinator describes it; without a start it begins now, without an end it stays."""

    kind: RewardKind
    title: str
    text: str
    cost: int
    stock: int
    start: datetime | None = None
    end: datetime | None = None


async def rewards_page(hub: Hub) -> RewardsPage:
    """Return what the coordinators' page of rewards shows."""

    def look(books: sqlite3.Connection) -> RewardsPage:
        now, known, done = hub.clock(), rewards.all_(books), rewards.redemptions(books)
        names, titles = rewards.names(books), {one.id: one.title for one in known}
        waiting = [one.reward for one in done if one.state == "asked"]
        earned = game.earned(books, EPOCH)
        ledger = tuple(_ledger_row(one, titles[one.reward], names.get(one.household or 0)) for one in done)
        enough = len(earned) >= hub.profile.fewest_homes
        return RewardsPage(
            rewards=tuple(RewardRow(one, one.open(now), waiting.count(one.id)) for one in known),
            ledger=ledger,
            kinds=KINDS,
            earned=in_steps(sum(earned.values())) if enough else None,
            spent=sum(one.cost for one in done if one.state != "returned"),
        )

    return await hub.store.read(look)


async def add(hub: Hub, who: str, offer: Offer) -> Reward:
    """Offer a reward from now on."""
    now = hub.clock().replace(microsecond=0)
    begins = max(offer.start or now, now)
    made = checked(
        Reward(new_id(), offer.kind, offer.title, offer.text, offer.cost, offer.stock, offer.stock, begins, offer.end)
    )

    def keep(books: sqlite3.Connection) -> None:
        rewards.save(books, made)
        told = {"kind": offer.kind, "cost": offer.cost, "stock": offer.stock}
        audit.note(books, now, who, "reward.add", f"reward:{made.id}", **told)

    await hub.store.write(keep)
    return made


async def edit(hub: Hub, who: str, id_: str, offer: Offer) -> Reward:
    """Change a reward for whoever asks from now on; of the stock, what was taken stays taken."""

    def keep(books: sqlite3.Connection) -> Reward:
        found = rewards.find(books, id_)
        taken = found.stock - found.left
        if offer.stock < taken:
            raise Refusal("invalid", "{taken} pieces are taken already, so the stock is at least that.", taken=taken)
        changed = checked(
            Reward(
                id_,
                offer.kind,
                offer.title,
                offer.text,
                offer.cost,
                offer.stock,
                offer.stock - taken,
                offer.start or found.start,
                offer.end,
            )
        )
        if changed != found:
            rewards.save(books, changed)
            told = {"cost": offer.cost, "stock": offer.stock}
            audit.note(books, hub.clock(), who, "reward.edit", f"reward:{id_}", **told)
        return changed

    return await hub.store.write(keep)


async def remove(hub: Hub, who: str, id_: str) -> None:
    """Take a reward away that nobody ever asked for."""

    def keep(books: sqlite3.Connection) -> None:
        rewards.remove(books, id_)
        audit.note(books, hub.clock(), who, "reward.remove", f"reward:{id_}")

    await hub.store.write(keep)


async def hand_over(hub: Hub, who: str, redemption: int) -> Redemption:
    """Note that a home got its reward."""
    return await _close(hub, who, redemption, "reward.hand_over", handed=True)


async def give_back(hub: Hub, who: str, redemption: int) -> Redemption:
    """Give a home its points back, and the piece into the stock."""
    return await _close(hub, who, redemption, "reward.give_back", handed=False)


async def _close(hub: Hub, who: str, redemption: int, action: str, *, handed: bool) -> Redemption:
    def keep(books: sqlite3.Connection) -> Redemption:
        done = rewards.close(books, redemption, hub.clock(), handed=handed)
        audit.note(books, hub.clock(), who, action, f"reward:{done.reward}", redemption=redemption)
        return done

    done = await hub.store.write(keep)
    hub.rewards_waiting = await hub.store.read(rewards.waiting)
    return done


def redeem(
    hub: Hub, who: Household, reward: str, request: str
) -> Callable[[sqlite3.Connection], tuple[Redemption, int]]:
    """Return the change by which a household gets a reward, once for each request, and what it has left to spend."""

    def change(books: sqlite3.Connection) -> tuple[Redemption, int]:
        before = books.total_changes
        done = rewards.redeem(books, reward, who.id, request, hub.clock())
        if books.total_changes != before:
            key = f"household:{who.public_id}"
            audit.note(books, hub.clock(), key, "reward.redeem", f"reward:{reward}", cost=done.cost)
        return done, max(game.balance(books, who.id), 0)

    return change
