"""Privacy: no figure stands on fewer than fifteen homes, and none from which a smaller one follows."""

from fractions import Fraction
from itertools import combinations

import numpy as np
from hypothesis import assume, given, strategies as st

from sceop_hub.core.channels import CONSUMPTION, FLOWS, SIGNS
from sceop_hub.domain.privacy import (
    FEWEST_HOMES,
    NOBODY,
    few_by_hand,
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


def test_newcomers_that_are_too_large_wait_and_take_nobodys_figures_away():
    was = group(homes(15))
    large = {number: {GRID: Fraction(5000)} for number in (50, 51, 52)}
    assert not group(homes(15) | large).shown
    now = renewed(was, homes(15) | large, FEWEST_HOMES)
    assert (now.homes, now.shown) == (was.homes, True)


@given(communities, communities)
def test_fewer_than_three_newcomers_wait_beside_figures_that_are_shown(before, after):
    was = group(before)
    now = renewed(was, after, FEWEST_HOMES)
    entering = now.homes - was.homes
    assert not was.shown or not entering or len(entering) >= 3
    assert now.shown or not was.shown or not group({home: after[home] for home in after.keys() & was.homes}).shown


@given(communities, st.frozensets(st.integers(1, 45)), st.integers(5, FEWEST_HOMES))
def test_nothing_that_is_entered_by_hand_changes_which_others_stand_behind_the_figures(energy, by_hand, fewest):
    others = {home: means for home, means in energy.items() if home not in by_hand}
    alone, found = group(others, fewest), group(energy, fewest, by_hand)
    entered = group({home: means for home, means in energy.items() if home in by_hand}, fewest)
    assert found.by_hand == found.homes & by_hand
    if alone.shown:
        assert found.own == alone.homes
        having = {flow for flow in FLOWS if any(flow in flows for flows in alone.flows.values())}
        assert found.sound & having == alone.sound
        assert not few_by_hand(found.flows, by_hand)
    elif entered.shown:
        assert (found.flows, found.sound) == (entered.flows, entered.sound)
    else:
        assert not found.shown


@given(communities, st.frozensets(st.integers(1, 45)))
def test_who_knows_the_homes_entered_by_hand_sees_no_figure_of_few_or_of_one_large(energy, by_hand):
    found = group(energy, by_hand=by_hand)
    for flow in found.figures - {CONSUMPTION}:
        parts = [energy[home][flow] for home in found.own if flow in energy[home]]
        assert not parts or len(parts) >= FEWEST_HOMES
        assert all(part <= sum(parts) * largest_share(FEWEST_HOMES) for part in parts)


@given(communities, communities, st.frozensets(st.integers(1, 45)), st.frozensets(st.integers(1, 45)))
def test_neither_of_all_newcomers_nor_of_those_that_speak_for_themselves_fewer_than_three_come(
    before, after, by_hand, later
):
    was = group(before, by_hand=by_hand)
    now = renewed(was, after, FEWEST_HOMES, later)
    if was.shown:
        assert len(now.homes - was.homes) not in {1, 2}
        assert len(now.own - was.own) not in {1, 2}
    assert not now.homes & now.left_out


def test_fourteen_homes_entered_by_hand_do_not_hide_a_fifteenth():
    energy = homes(15)
    assert not group(energy, by_hand=frozenset(range(1, 15))).shown
    assert group(energy, by_hand=frozenset(range(1, 15))).needed == 14
    assert group(energy, by_hand=frozenset(range(15))).homes == energy.keys()
    assert group(homes(20), by_hand=frozenset(range(15))).homes == set(range(15))


def test_two_homes_entered_by_hand_wait_for_a_third_because_the_live_sum_holds_the_others_alone():
    assert group(homes(17), by_hand=frozenset({15, 16})).homes == set(range(15))
    assert group(homes(18), by_hand=frozenset({15, 16, 17})).homes == set(range(18))
    one_roof = merged(homes(18), homes(15, SUN), {17: {SUN: Fraction(100)}})
    assert group(one_roof, by_hand=frozenset({15, 16, 17})).homes == set(range(15))


def test_a_home_that_is_most_of_those_that_speak_for_themselves_is_not_hidden_by_large_ones_entered_by_hand():
    energy = homes(15) | {0: {GRID: Fraction(1000)}} | {home: {GRID: Fraction(1000)} for home in range(20, 40)}
    assert not group(energy, by_hand=frozenset(range(20, 40))).own


def test_the_first_figures_hold_whoever_is_there():
    assert renewed(NOBODY, homes(15), FEWEST_HOMES).homes == homes(15).keys()
    assert renewed(group(homes(15)), homes(17), FEWEST_HOMES).homes == homes(15).keys()
    assert renewed(group(homes(15)), homes(18), FEWEST_HOMES).homes == homes(18).keys()


flows_of_a_home = st.frozensets(st.sampled_from(FLOWS[1:])).map(lambda more: more | {GRID})
kinds = st.lists(
    st.tuples(flows_of_a_home, st.sampled_from([None, 1, 2, 3]), st.integers(1, 9), st.booleans()), max_size=9
)


@st.composite
def divided(draw):
    """Homes that come in kinds: so many with the same flows and the same team, entered by hand or not."""
    energy, teams, by_hand = {}, {}, set()
    for flows, team, count, entered in draw(kinds):
        for _ in range(count):
            home = len(energy)
            by_hand |= {home} if entered else set()
            energy[home] = {flow: Fraction(draw(st.sampled_from([90, 100, 110]))) for flow in flows}
            teams.setdefault(team, set()).add(home)
    return energy, {team: frozenset(members) for team, members in teams.items() if team}, frozenset(by_hand)


@given(divided(), st.booleans())
def test_no_flow_of_few_homes_follows_from_the_sums_of_teams(community, knows_those_entered_by_hand):
    energy, teams, by_hand = community
    fewest = 5
    found = group(energy, fewest, by_hand)
    assume(CONSUMPTION in found.figures)
    parts = {team: members & found.homes for team, members in teams.items()}
    shown = shown_teams(parts, found.homes, lambda homes: is_sound(energy, homes, fewest, by_hand))
    cells = [parts[team] for team in sorted(shown)]
    if rest := found.homes - frozenset().union(*cells):
        cells.append(rest)
    known_homes = by_hand if knows_those_entered_by_hand else frozenset()
    edges = {
        (number, flow): frozenset(home for home in cell - known_homes if flow in found.flows[home])
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


@given(teams_of_homes, teams_of_homes, st.sets(st.sampled_from([1, 2, 3])), st.frozensets(st.integers(0, 20)))
def test_fewer_than_three_wait_before_they_enter_a_team_that_is_shown(old, new, shown, by_hand):
    before = {team: frozenset(home for home, of in old.items() if of == team) for team in shown}
    after = renewed_teams(before, new, new.keys(), by_hand)
    assert sum(map(len, after.values())) == len(frozenset().union(*after.values()))
    for team, members in before.items():
        entered = after.get(team, frozenset()) - members
        assert len(entered) not in {1, 2}
        assert len(entered - by_hand) not in {1, 2}


def test_homes_entered_by_hand_do_not_help_one_into_a_team_that_is_shown():
    before = {1: frozenset(range(20))}
    wanted = dict.fromkeys(range(24), 1) | {24: None}
    assert renewed_teams(before, wanted, wanted.keys(), frozenset({20, 21, 22})) == {1: frozenset(range(23))}
    assert renewed_teams(before, wanted, wanted.keys(), frozenset({20, 21})) == before
    assert renewed_teams(before, wanted, wanted.keys()) == {1: frozenset(range(24))}


@given(st.lists(st.integers(0, 6)))
def test_a_figure_changes_by_three_homes_or_none_in_each_part(changed):
    assert may_replace(changed) == (any(changed) and not {1, 2} & set(changed))
