"""Privacy: no figure stands on fewer than fifteen homes, and none from which a smaller one follows."""

from fractions import Fraction
from itertools import combinations

from hypothesis import given, strategies as st

from sceop_hub.core.channels import CONSUMPTION, FLOWS
from sceop_hub.domain.privacy import FEWEST_HOMES, LARGEST_SHARE, NOBODY, group

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


@given(communities)
def test_no_figure_stands_on_few_homes_or_on_one_large(energy):
    found = group(energy)
    for flow in found.figures - {CONSUMPTION}:
        parts = [energy[home][flow] for home in found.homes if flow in energy[home]]
        assert len(parts) >= FEWEST_HOMES
        assert all(part <= sum(parts) * LARGEST_SHARE for part in parts)


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
    reporting = [flows for home, flows in found.flows.items() if home not in silent]
    having = {flow: sum(flow in flows for flows in reporting) for flow in FLOWS}
    shown = found.figures_of(len(reporting), having)
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
