"""The page about savings works out an event by hand; its figures are those of the method that the hub reckons with."""

import re
from math import hypot
from pathlib import Path

import numpy as np
import pytest

from sceop_hub.domain.baseline import comparison, home, interval, kernels, pooled, window
from sceop_hub.domain.baseline.verdict import called

PAGE = (Path(__file__).parents[2] / "docs" / "savings.md").read_text().replace("\N{MINUS SIGN}", "-")
HAND = PAGE.partition("## One event by hand")[2].partition("## Many homes")[0]
DAYS = [
    (float(weight), int(used.replace(",", "")), float(alike), int(before.replace(",", "")))
    for weight, used, alike, before in re.findall(
        r"^\| \w.* \| ([\d.]+) \| ([\d,]+) Wh \| ([\d.]+) \| ([\d,]+) Wh \|$", HAND, re.MULTILINE
    )
]
SAID = " ".join(HAND.split())
LISTED = re.search(r"^-1,350.*$", HAND, re.MULTILINE)[0]
ERRORS = [int(wh.replace(",", "")) for wh in LISTED.split(", ")]
USED = 1107


def baseline():
    """Follow the page with the hub's own rules."""
    usual = sum(alike * before for _, _, alike, before in DAYS)
    unusual = (890 - usual) * 2 / 3
    cap = pooled.CAP * 1600
    trust = round(40 / (40 + comparison.HALF_TRUST), 6)
    wh = sum(weight * used for weight, used, _, _ in DAYS) + 0.3 * min(unusual, cap)
    return wh * 0.98 * round(1 + trust * (0.91 - 1), 6)


def test_the_baseline_follows_from_the_days_of_the_table():
    assert len(DAYS) == 4
    assert sum(weight for weight, _, _, _ in DAYS) == pytest.approx(1)
    assert round(baseline()) == 1581
    assert "**1,581 Wh**" in SAID
    saved = round(baseline()) - USED
    assert (saved, round(100 * saved / round(baseline()))) == (474, 30)
    assert f"1,581 - 1,107 = {saved} Wh, or 30%" in SAID


def test_its_interval_is_that_of_the_errors_and_holds_zero():
    assert f"the last {len(ERRORS)} days" in SAID
    low, high = interval.quantiles(np.array(ERRORS, float))
    edges = 474 - round(high), 474 - round(low)
    assert edges == (-926, 1824)
    assert called(*edges) == ("none", "uncertain")
    assert "**-926 Wh**" in SAID
    assert "**1,824 Wh**" in SAID


def test_ten_such_events_are_beyond_chance():
    low, high = (hypot(*[far] * 10) for far in (1400, 1350))
    assert (round(low), round(high)) == (4427, 4269)
    edges = round(4740 - low), round(4740 + high)
    assert edges == (313, 9009)
    assert called(*edges) == ("saved", None)
    assert "**313 Wh** and **9,009 Wh**" in SAID


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (kernels.REACH, "Up to 28 of them"),
        (window.BEFORE.total_seconds() / 3600 == 3, "The three hours *before the announcement*"),
        (pooled.CAP == 1 / 5, "more than a fifth of the usual never counts"),
        (comparison.HOMES, "Up to 100 homes that did not join"),
        (round(100 * 40 / (40 + comparison.HALF_TRUST)), "forty of them 44%"),
        (round(100 * 100 / (100 + comparison.HALF_TRUST)), "a hundred 67%"),
        (interval.FEWEST == 10, "fewer than ten such days nothing is said"),
        (pooled.FIRST == 8, "At least eight days before are needed"),
        (home.IDLE_SHARE < 1, "Who was away before the announcement and stays away saved nothing"),
    ],
)
def test_the_rules_on_the_page_are_the_hubs(rule, said):
    assert rule
    assert said in " ".join(PAGE.split())
    assert rule is True or str(rule) in said
