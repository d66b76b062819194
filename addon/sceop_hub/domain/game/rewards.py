"""Rewards: what the coordinator gives for points, and what a home has to spend."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from ..names import can_be_read
from ..refusal import Refusal

type RewardKind = Literal["voucher", "tree", "rent_credit", "other"]
KINDS: tuple[RewardKind, ...] = get_args(RewardKind.__value__)
type State = Literal["asked", "handed", "returned"]
"""The home wants it and has paid; it was handed over; the points went back."""

LONGEST_TITLE, LONGEST_TEXT = 80, 500
HIGHEST_COST = 1_000_000
LARGEST_STOCK = 100_000


@dataclass(frozen=True, slots=True)
class Reward:
    """What points buy, from an instant up to another; `left` is what of the stock nobody has asked for yet."""

    id: str
    kind: RewardKind
    title: str
    text: str
    cost: int
    stock: int
    left: int
    start: datetime
    end: datetime | None

    def open(self, now: datetime) -> bool:
        """Tell whether it can be had at this moment, as far as time is concerned."""
        return self.start <= now and (self.end is None or now < self.end)


def checked(reward: Reward) -> Reward:
    """Refuse what no reward can be."""
    check_words(reward.title, reward.text)
    if reward.kind not in KINDS:
        raise Refusal("invalid", "Choose the kind of reward from the list.")
    if not 1 <= reward.cost <= HIGHEST_COST:
        raise Refusal("invalid", "A reward costs 1 to {most} points.", most=HIGHEST_COST)
    if not 0 <= reward.stock <= LARGEST_STOCK or not 0 <= reward.left <= reward.stock:
        raise Refusal("invalid", "There are 0 to {most} pieces of a reward.", most=LARGEST_STOCK)
    if reward.end is not None and reward.end <= reward.start:
        raise Refusal("invalid", "A reward ends after it begins. Choose a later end, or none.")
    return reward


def check_words(title: str, text: str) -> None:
    """Refuse a title or text that cannot be shown."""
    if not 1 <= len(title) <= LONGEST_TITLE or not can_be_read(title):
        raise Refusal("invalid", "A title has 1 to {longest} characters that can be seen.", longest=LONGEST_TITLE)
    if len(text) > LONGEST_TEXT or not can_be_read(text.replace("\n", " ")):
        raise Refusal("invalid", "A text has at most {longest} characters that can be seen.", longest=LONGEST_TEXT)


def check_purchase(reward: Reward, balance: int, now: datetime) -> None:
    """Refuse a purchase that is not possible, with what would make it so."""
    if not reward.open(now):
        raise Refusal("reward-closed", "This reward cannot be had at this time. Look at the list again.")
    if reward.left <= 0:
        raise Refusal("reward-gone", "All pieces of this reward are taken. Your points are untouched.")
    if balance < reward.cost:
        raise Refusal(
            "too-few-points",
            "This reward costs {cost} points, and you have {balance}. Your points are untouched.",
            cost=reward.cost,
            balance=max(balance, 0),
        )
