"""Privacy: no figure stands on fewer than fifteen homes, and none from which a smaller one follows."""

from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import assume, given, strategies as st

from sceop_hub.core.channels import CONSUMPTION, FLOWS, SIGNS
from sceop_hub.domain.privacy import (
    FEWEST_HOMES,
    NOBODY,
    group,
    is_sound,
    largest_share,
    may_replace,
    renewed,
    renewed_teams,
    shown_teams,
)

GRID, EXPORT, SUN = "grid_import", "grid_export", "production"

flows = st.dictionaries(st.sampled_from(FLOWS), st.integers(0, 10_000).map(Fraction), min_size=1)
communities = st.integers(0, 45).flatmap(
    lambda homes: st.tuples(*(flows for _ in range(homes))).map(lambda means: dict(enumerate(means, start=1)))
)


def homes(count, flow=GRID, wh=100):
    return {number: {flow: Fraction(wh)} for number in range(count)}


def merged(*parts):
    result = {}
    for part in parts:
        for home, means in part.items():
            result.setdefault(home, {}).update(means)
    return result


@given(communities, st.integers(5, FEWEST_HOMES))
def test_no_figure_stands_on_few_homes_or_on_one_large(energy, fewest):
    found = group(energy, fewest)
    for flow in found.figures - {CONSUMPTION}:
        parts = [energy[home][flow] for home in found.homes if flow in energy[home]]
        assert len(parts) >= fewest
        assert all(part <= sum(parts) * largest_share(fewest) for part in parts)


def test_a_home_may_be_fifteen_percent_of_fifteen_homes_and_forty_five_of_five():
    assert (largest_share(15), largest_share(5)) == (Fraction(15, 100), Fraction(45, 100))


@given(communities)
def test_no_hidden_flow_follows_from_the_figures(energy):
    found = group(energy)
    if CONSUMPTION not in found.figures:
        return
    existing = {flow for flow in FLOWS if any(flow in energy[home] for home in found.homes)}
    hidden = existing - found.figures
    assert len(hidden) != 1
    assert hidden in (set(), {GRID, EXPORT})


@given(communities, st.sets(st.integers(1, 45)))
def test_no_flow_of_few_homes_follows_while_some_are_silent(energy, silent):
    found = group(energy)
    reporting = {home: flows for home, flows in found.flows.items() if home not in silent}
    having = {flow: sum(flow in flows for flows in reporting.values()) for flow in FLOWS}
    shown = found.figures_of(reporting)
    assert shown <= found.figures
    assert all(having[flow] >= FEWEST_HOMES for flow in shown - {CONSUMPTION})
    if CONSUMPTION in shown:
        assert {flow for flow in FLOWS if having[flow]} - shown in (set(), {GRID, EXPORT})


@given(communities)
def test_every_home_is_either_in_or_left_out(energy):
    found = group(energy)
    assert found.homes | found.left_out == energy.keys()
    assert not found.homes & found.left_out


def test_nobody_is_not_shown():
    assert group({}) == NOBODY
    assert (NOBODY.shown, NOBODY.needed) == (False, 15)


def test_fifteen_are_enough_and_fourteen_are_not():
    assert (group(homes(15)).shown, group(homes(14)).shown) == (True, False)
    assert group(homes(14)).needed == 1


def test_fifteen_homes_of_which_one_is_most_are_not_shown_and_not_for_their_number():
    energy = homes(15) | {0: {GRID: Fraction(5000)}}
    assert (group(energy).shown, group(energy).needed) == (False, 0)


def test_a_few_large_homes_are_left_out_of_everything():
    energy = merged(homes(20), homes(20, SUN)) | {99: {GRID: Fraction(1000), SUN: Fraction(10)}}
    found = group(energy)
    assert found.left_out == {99}
    assert found.figures == {CONSUMPTION, GRID, SUN}


def test_a_flow_of_few_homes_hides_what_it_follows_from():
    found = group(merged(homes(30), homes(5, SUN)))
    assert found.figures == {GRID}


def test_an_export_that_few_homes_make_is_hidden_together_with_the_import():
    large = {number: {EXPORT: Fraction(1000)} for number in range(6)}
    found = group(merged(homes(30), homes(24, SUN), homes(24, EXPORT, 1), large))
    assert found.figures == {CONSUMPTION, SUN}
    assert found.left_out == frozenset()


def test_the_order_in_which_homes_joined_does_not_matter():
    energy = merged(homes(18), homes(16, SUN)) | {50: {GRID: Fraction(700)}, 51: {SUN: Fraction(600)}}
    shuffled = dict(reversed(energy.items()))
    assert group(energy) == group(shuffled)


def test_a_home_without_energy_is_no_large_part_of_nothing():
    assert group(homes(15, wh=0)).shown
    assert not any(combinations(group(homes(15, wh=0)).left_out, 1))


@given(communities, communities)
def test_fewer_than_three_newcomers_wait_beside_figures_that_are_shown(before, after):
    was = group(before)
    now = renewed(was, after, FEWEST_HOMES)
    entering = now.homes - was.homes
    assert not was.shown or not entering or len(entering) >= 3
    assert now.shown or not was.shown or not group({home: after[home] for home in after.keys() & was.homes}).shown


def test_the_first_figures_hold_whoever_is_there():
    assert renewed(NOBODY, homes(15), FEWEST_HOMES).homes == homes(15).keys()
    assert renewed(group(homes(15)), homes(17), FEWEST_HOMES).homes == homes(15).keys()
    assert renewed(group(homes(15)), homes(18), FEWEST_HOMES).homes == homes(18).keys()


flows_of_a_home = st.frozensets(st.sampled_from(FLOWS[1:])).map(lambda more: more | {GRID})
kinds = st.lists(st.tuples(flows_of_a_home, st.sampled_from([None, 1, 2, 3]), st.integers(1, 9)), max_size=9)


@st.composite
def divided(draw):
    """Homes that come in kinds: so many with the same flows and the same team."""
    energy, teams = {}, {}
    for flows, team, count in draw(kinds):
        for _ in range(count):
            home = len(energy)
            energy[home] = {flow: Fraction(draw(st.sampled_from([90, 100, 110]))) for flow in flows}
            teams.setdefault(team, set()).add(home)
    return energy, {team: frozenset(members) for team, members in teams.items() if team}


@given(divided())
def test_no_flow_of_few_homes_follows_from_the_sums_of_teams(community):
    energy, teams = community
    fewest = 5
    found = group(energy, fewest)
    assume(CONSUMPTION in found.figures)
    parts = {team: members & found.homes for team, members in teams.items()}
    shown = shown_teams(parts, found.homes, lambda homes: is_sound(energy, homes, fewest))
    cells = [parts[team] for team in sorted(shown)]
    if rest := found.homes - frozenset().union(*cells):
        cells.append(rest)
    edges = {
        (number, flow): frozenset(home for home in cell if flow in found.flows[home])
        for number, cell in enumerate(cells)
        for flow in FLOWS
    }
    edges = {edge: members for edge, members in edges.items() if members}
    used = [[SIGNS[flow] if number == team else 0 for number, flow in edges] for team in range(len(shown))]
    whole = [[SIGNS[flow] for _, flow in edges]]
    each = [[int(flow == figure) for _, flow in edges] for figure in found.figures - {CONSUMPTION}]
    known = np.array(used + whole + each)
    few = [number for number, members in enumerate(edges.values()) if len(members) < fewest]
    for size in range(1, len(few) + 1):
        for hidden in combinations(few, size):
            if len(frozenset().union(*(list(edges.values())[number] for number in hidden))) < fewest:
                others = np.delete(known, hidden, axis=1)
                assert np.linalg.matrix_rank(known) == np.linalg.matrix_rank(others), "a figure of few homes follows"


def test_a_team_too_small_is_hidden_and_so_is_the_one_beside_which_few_remain():
    energy = homes(40)
    sound = lambda members: is_sound(energy, members, FEWEST_HOMES)  # noqa: E731 - the rule, by its name
    small, large = frozenset(range(10)), frozenset(range(10, 30))
    assert shown_teams({1: large}, energy.keys(), sound) == {1}
    assert shown_teams({1: large, 2: small}, energy.keys(), sound) == {1}
    assert shown_teams({1: frozenset(range(20)), 2: frozenset(range(20, 40))}, energy.keys(), sound) == {1, 2}
    assert shown_teams({1: frozenset(range(18)), 2: frozenset(range(18, 35))}, energy.keys(), sound) == {1}
    assert shown_teams({1: frozenset(range(30))}, energy.keys(), sound) == frozenset()


def test_a_team_of_which_one_home_is_most_is_hidden():
    energy = homes(60) | {0: {GRID: Fraction(400)}}
    teams = {1: frozenset(range(15)), 2: frozenset(range(15, 60))}
    assert group(energy).left_out == frozenset()
    assert shown_teams(teams, energy.keys(), lambda members: is_sound(energy, members, FEWEST_HOMES)) == frozenset()


teams_of_homes = st.dictionaries(st.integers(0, 20), st.sampled_from([None, 1, 2, 3]))


@given(teams_of_homes, teams_of_homes, st.sets(st.sampled_from([1, 2, 3])))
def test_fewer_than_three_wait_before_they_enter_a_team_that_is_shown(old, new, shown):
    before = {team: frozenset(home for home, of in old.items() if of == team) for team in shown}
    after = renewed_teams(before, new, new.keys())
    assert sum(map(len, after.values())) == len(frozenset().union(*after.values()))
    for team, members in before.items():
        entered = after.get(team, frozenset()) - members
        assert not entered or len(entered) >= 3


@given(st.lists(st.integers(0, 6)))
def test_a_figure_changes_by_three_homes_or_none_in_each_part(changed):
    assert may_replace(changed) == (any(changed) and not {1, 2} & set(changed))
