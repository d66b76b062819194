"""The pages about shifting together tell the figures that the hub goes by."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from sceop_hub.domain import reservation
from sceop_hub.domain.event import event
from sceop_hub.domain.event.rule import Rule
from sceop_hub.domain.game import challenge, outcome, points, standing
from sceop_hub.domain.game.challenge import TEMPLATES
from sceop_hub.jobs import events as reckoning, game
from sceop_hub.shown_events import SHOWN_FOR
from sceop_hub.store import plan

DOCS = Path(__file__).parents[2] / "docs"
SHIFTING, COORDINATOR, SAVINGS, PROTECTION, TOGETHER = (
    " ".join((DOCS / f"{name}.md").read_text().split())
    for name in ("shifting", "coordinator", "savings", "data-protection", "together")
)
SCOPES = {"community": "everybody together", "group": "each team", "home": "each home"}


@pytest.mark.parametrize(
    ("page", "said"),
    [
        (SHIFTING, f"up to {points.AN_EVENT} an event of two hours"),
        (SHIFTING, f"what you had places for ran there | {points.A_DAY_OF_PLACES} |"),
        (SHIFTING, f"as announced, {challenge.LOWEST_POINTS} to {challenge.HIGHEST_POINTS} |"),
        (SHIFTING, f"nine tenths of its last {standing.RANKED_DAYS} days are there"),
        (COORDINATOR, f"nine tenths of the last {standing.RANKED_DAYS} days are there"),
        (COORDINATOR, f"pays {challenge.LOWEST_POINTS} to {challenge.HIGHEST_POINTS} points"),
        (COORDINATOR, f"lasts 1 to {challenge.LONGEST_DAYS} whole days"),
        (COORDINATOR, f"within {event.FARTHEST.days} days"),
        (PROTECTION, f"what was asked for {plan.ASKED_FOR.days} days"),
        (PROTECTION, f"count it twice | {plan.HELD_FOR.days} days |"),
        (PROTECTION, f"the arithmetic {SHOWN_FOR.days} days"),
        (PROTECTION, f"good news is told for {game.KEPT_FOR.days} days"),
    ],
)
def test_a_figure_of_the_guide_is_the_hubs(page, said):
    assert said in page


@pytest.mark.parametrize(
    ("rule", "page", "said"),
    [
        (standing.LEAST_DAYS == 7, SHIFTING, "known for seven days"),
        (outcome.LEAST_COMPLETE == 0.9, SHIFTING, "nine tenths"),
        (outcome.WHOLE == 8, TOGETHER, "the length of an event, up to two hours"),
        (timedelta(hours=4) == event.LONGEST, COORDINATOR, "four hours at most"),
        (timedelta(hours=6) == game.LATE, COORDINATOR, "settled six hours after its last day"),
        (timedelta(minutes=10) == reckoning.PATIENCE, SAVINGS, "waits ten minutes at most"),
        (timedelta(minutes=5) == reckoning.SETTLED_AFTER, SAVINGS, "begins five minutes after the end"),
        (timedelta(days=1) == reckoning.REVISED_AFTER, SAVINGS, "A day later it reckons once more"),
        (timedelta(hours=48) == reservation.HORIZON, COORDINATOR, "next two days"),
    ],
)
def test_a_rule_of_the_guide_is_the_hubs(rule, page, said):
    assert rule
    assert said in page


def test_the_rule_of_events_begins_as_the_guide_says():
    rule = Rule()
    assert rule.mode == "propose"
    assert "*By themselves* | once approved |" in COORDINATOR
    assert f"are proposed to you then, too | {rule.severity} |" in COORDINATOR
    assert f"asked to use | {rule.target_percent}% |" in COORDINATOR
    told = f"{rule.ahead // timedelta(hours=1)} h, {rule.notice // timedelta(minutes=1)} min"
    assert f"so many minutes before | {told} |" in COORDINATOR
    assert f"the gravest go first | {rule.a_day}, {rule.a_week} |" in COORDINATOR
    assert f"evening before | {rule.quiet_from:%H:%M} to {rule.quiet_to.hour}:00 |" in COORDINATOR


def test_the_templates_of_challenges_are_those_of_the_guide():
    rows = re.findall(r"\| \*\*[\w ]+\*\* \| how [^|]+ \| ([^|]+) \| (\d+)%? \| (\d+) \| (\d+) \|", COORDINATOR)
    assert rows == [
        (SCOPES[template.scope], str(template.goal), str(template.days), str(template.points))
        for template in TEMPLATES.values()
    ]
    for template in TEMPLATES.values():
        if template.hours is not None:
            assert f"between {template.hours.start} and {template.hours.end} o'clock" in COORDINATOR
