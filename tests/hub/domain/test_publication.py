"""Publication: whoever keeps every drawing of every slot, and combines them as he likes, singles out no home.

Neither does who entered some of the homes by hand, and so knows what they used.
"""

from dataclasses import dataclass, field
from fractions import Fraction
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from sceop_hub.core.channels import CONSUMPTION, FLOWS, SIGNS
from sceop_hub.domain import privacy
from sceop_hub.domain.mirror import LiveHomes
from sceop_hub.domain.publication import COMMUNITY, Column, Drawing, Standing, draw, may_follow

GRID, EXPORT, SUN = "grid_import", "grid_export", "production"
FEWEST = 5
KINDS = (frozenset({GRID}), frozenset({GRID, SUN, EXPORT}), frozenset({GRID, SUN}), frozenset({GRID, "battery_charge"}))


def standing_of(flows, teams=(), fewest=FEWEST, since=0, by_hand=frozenset()):
    """Let homes stand behind the figures that each measured the same in every flow."""
    energy = {home: dict.fromkeys(names, Fraction(100)) for home, names in flows.items()}
    group = privacy.group(energy, fewest, by_hand)
    found = {}
    if CONSUMPTION in group.figures:
        of = {team: frozenset(homes) & group.homes for team, homes in dict(teams).items()}
        shown = privacy.shown_teams(of, group.homes, lambda homes: privacy.is_sound(energy, homes, fewest, by_hand))
        found = {team: of[team] for team in shown}
    team_of = {home: team for team, homes in found.items() for home in homes}
    columns = tuple(
        Column(home, flow, team_of.get(home)) for home, names in sorted(group.flows.items()) for flow in sorted(names)
    )
    return Standing(since, group, columns, found)


def forgetting(standing, home):
    """Return what the books know of a standing when a home of it was forgotten."""
    group = standing.group
    left = {of: names for of, names in group.flows.items() if of != home}
    return Standing(
        standing.since,
        privacy.Group(left, group.left_out - {home}, group.sound, group.fewest, group.by_hand - {home}),
        tuple(column._replace(home=None) if column.home == home else column for column in standing.columns),
        {team: homes - {home} for team, homes in standing.teams.items()},
    )


SECRETS = {home: bytes([home]) * 16 for home in range(60)}


@dataclass
class Watcher:
    """Somebody who keeps all that was ever published of a slot, as sums of values that he does not know."""

    unknown: dict[tuple, int] = field(default_factory=dict)
    seen: list[dict[int, int]] = field(default_factory=list)
    by_hand: set[int] = field(default_factory=set)
    first: dict[tuple, int] = field(default_factory=dict)
    live: list[tuple] = field(default_factory=list)

    def look_at_live(self, group, flows):
        """See the mean of a live sum, which is the sum of what each home first sent, and not rounded."""
        for figure in group.by_themselves().figures_of(flows):
            signs = [
                ((home, flow), SIGNS[flow] if figure == CONSUMPTION else int(flow == figure))
                for home, names in flows.items()
                for flow in names
            ]
            self.live.append(tuple((key, sign) for key, sign in signs if sign))

    def rows(self):
        """Return all that was seen, with what a live home sent that was in no drawing as a value of its own."""
        lives = [
            {self.unknown.setdefault((*key, self.first.get(key, "live")), len(self.unknown)): sign for key, sign in row}
            for row in self.live
        ]
        return self.seen + lives

    def look(self, standing, values, drawing):
        self.by_hand |= standing.group.by_hand
        columns = zip(standing.columns, memoryview(drawing.masks).cast("H"), strict=True)
        inside = {column.home for column, mask in columns if mask != 0xFFFF}
        whole = {home: wh for home, wh in values.items() if home in inside}
        for circle, part in drawing.sums.items():
            homes = (
                whole if circle == COMMUNITY else {home: whole[home] for home in standing.teams[circle] & whole.keys()}
            )
            assert part.homes == len(homes) >= standing.group.fewest
            assert not 0 < len(homes.keys() - self.by_hand) < standing.group.fewest
            for figure, shown in part.wh.items():
                row, total = {}, 0
                for home, wh in homes.items():
                    for flow, value in wh.items():
                        self.first.setdefault((home, flow), value)
                        sign = SIGNS[flow] if figure == CONSUMPTION else int(flow == figure)
                        total += sign * value
                        if sign:
                            row[self.unknown.setdefault((home, flow, value), len(self.unknown))] = sign
                assert shown == total
                self.seen.append(row)

    def learns_of_few(self, few=2):
        """Tell whether some combination of what was seen holds values of so few homes alone.

        It is asked of a neighbour, and of whoever knows what each home used that was entered by hand.
        """
        return self._learns_of_few(few, set()) or self._learns_of_few(few, self.by_hand)

    def _learns_of_few(self, few, known_homes):
        rows = self.rows()
        known = np.zeros((len(rows), len(self.unknown)))
        for number, row in enumerate(rows):
            for column, sign in row.items():
                known[number, column] = sign
        unknown = {home for home, _, _ in self.unknown} - known_homes

        def rank(homes):
            return np.linalg.matrix_rank(known * [home in homes for home, _, _ in self.unknown])

        whole = rank(unknown)
        for some in combinations(sorted(unknown), min(few, len(unknown))):
            if rank(unknown - set(some)) < whole:
                return some
        return None


MOST = 21
alike = st.tuples(st.sampled_from(KINDS), st.sampled_from([None, 1, 2]), st.integers(5, 7), st.booleans())
"""Homes of one kind and one team, which speak for themselves or not."""
neighbours = st.tuples(st.integers(0, MOST - 3), st.integers(3, 6)).map(lambda run: set(range(run[0], sum(run))))
some = neighbours | st.sets(st.integers(0, MOST), min_size=1, max_size=5)
"""Neighbours are mostly of one kind, so that three of them may change what was published."""


class Slot(RuleBasedStateMachine):
    """One slot, whose values come, are corrected, return to what they were, and go."""

    @initialize(
        blocks=st.lists(alike, min_size=2, max_size=4),
        absent=st.sets(st.integers(0, MOST), max_size=6),
        offline=st.none() | some | st.sets(st.integers(0, MOST)),
    )
    def begin(self, blocks, absent, offline):
        flows, teams, by_hand = {}, {1: set(), 2: set(), None: set()}, set()
        for kind, team, count, entered in blocks:
            by_hand |= set(range(len(flows), len(flows) + count)) if entered else set()
            teams[team] |= set(range(len(flows), len(flows) + count))
            flows |= dict.fromkeys(range(len(flows), len(flows) + count), kind)
        self.standing = standing_of(flows, {team: homes for team, homes in teams.items() if team}, by_hand=by_hand)
        self.secrets = dict(SECRETS)
        self.values = {}
        self.masks = []
        self.watcher = Watcher()
        self.live = None
        if offline is not None:
            speaking = self.standing.group.by_themselves().flows
            live = {home: flows for home, flows in speaking.items() if home not in offline}
            if self.standing.group.by_themselves().figures_of(live):
                self.live = LiveHomes(live)
                self.watcher.look_at_live(self.standing.group, live)
        self.report(flows.keys() - absent, 1)

    @rule(homes=some, watts=st.integers(1, 3))
    def report(self, homes, watts):
        for home in homes & self.standing.group.homes & self.secrets.keys():
            self.values[home] = dict.fromkeys(self.standing.group.flows[home], watts)

    @rule(homes=some, flow=st.sampled_from(FLOWS), watts=st.integers(1, 3))
    def correct(self, homes, flow, watts):
        for home in homes:
            if flow in self.values.get(home, {}):
                self.values[home] = self.values[home] | {flow: watts}

    @rule(home=st.integers(0, MOST))
    def forget(self, home):
        self.secrets.pop(home, None)
        self.values.pop(home, None)
        self.standing = forgetting(self.standing, home)
        if self.live is not None and home in self.live.flows:
            self.live = LiveHomes({of: flows for of, flows in self.live.flows.items() if of != home}, forgotten=True)

    @rule()
    def settle(self):
        drawing = draw(self.standing, 7, self.values, self.secrets, self.masks, self.live)
        if drawing is not None and (not self.masks or may_follow(self.standing, self.masks, drawing.masks, self.live)):
            self.masks.append(drawing.masks)
            self.watcher.look(self.standing, self.values, drawing)
            assert self.watcher.learns_of_few() is None


TestSlot = Slot.TestCase
TestSlot.settings = settings(max_examples=50, stateful_step_count=30, deadline=None)


def test_a_watcher_would_notice_a_leak():
    standing = standing_of(dict.fromkeys(range(8), frozenset({GRID})))
    watcher = Watcher()
    for homes in (range(6), range(7)):
        values = {home: {GRID: 1} for home in homes}
        watcher.look(standing, values, draw(standing, 7, values, SECRETS))
    assert watcher.learns_of_few(1) == (6,)


def test_a_watcher_would_notice_a_home_that_is_only_in_the_live_sum():
    standing = standing_of(dict.fromkeys(range(8), frozenset({GRID})))
    watcher = Watcher()
    watcher.look_at_live(standing.group, standing.group.flows)
    values = {home: {GRID: 1} for home in range(7)}
    watcher.look(standing, values, draw(standing, 7, values, SECRETS))
    assert watcher.learns_of_few(1) == (7,)


@given(st.integers(0, 250_000), st.integers(0, 250_000))
def test_a_mask_shows_whether_a_value_is_the_same(before, after):
    standing = standing_of(dict.fromkeys(range(5), frozenset({GRID})))

    def masks(wh):
        return draw(standing, 7, {home: {GRID: wh} for home in range(5)}, SECRETS).masks

    assert (masks(before) == masks(after)) == (before % 0xFFFF == after % 0xFFFF)


def test_masks_of_the_same_value_differ_from_home_to_home_and_slot_to_slot():
    standing = standing_of(dict.fromkeys(range(40), frozenset({GRID})))
    values = {home: {GRID: 100} for home in range(40)}
    found = [draw(standing, slot, values, SECRETS).masks for slot in range(200)]
    seen = [pair for masks in found for pair in memoryview(masks).cast("H")]
    assert len(set(seen)) > 0.9 * len(seen)


def test_a_watcher_who_knows_some_homes_would_notice_a_leak():
    standing = standing_of(dict.fromkeys(range(20), frozenset({GRID})))
    values = {home: {GRID: 1} for home in range(20)}
    watcher = Watcher()
    watcher.look(standing, values, draw(standing, 7, values, SECRETS))
    assert watcher.learns_of_few() is None
    watcher.by_hand = set(range(1, 20))
    assert watcher.learns_of_few() == (0,)


def test_homes_entered_by_hand_hide_nobody_in_a_slot():
    standing = standing_of(dict.fromkeys(range(40), frozenset({GRID})), fewest=15, by_hand=frozenset(range(20, 40)))

    def drawn(*reported):
        drawing = draw(standing, 7, {home: {GRID: 10} for part in reported for home in part}, SECRETS)
        return None if drawing is None else drawing.sums[COMMUNITY].homes

    assert drawn(range(15)) == 15
    assert drawn(range(14), range(20, 40)) is None
    assert drawn(range(15), range(20, 40)) == 35
    assert drawn(range(20, 35)) == 15
    assert drawn(range(15), range(20, 22)) == 15


def test_homes_entered_by_hand_do_not_help_one_to_change_a_slot():
    standing = standing_of(dict.fromkeys(range(40), frozenset({GRID})), fewest=15, by_hand=frozenset(range(20, 40)))
    everyone = {home: {GRID: 10} for home in range(40)}

    def may(*changed):
        values = everyone | {home: {GRID: 11} for home in changed}
        before = draw(standing, 7, everyone, SECRETS).masks
        return may_follow(standing, [before], draw(standing, 7, values, SECRETS).masks)

    assert not may(0, 20, 21, 22, 23)
    assert may(0, 1, 2, 20)
    assert may(20, 21, 22)
    assert not may(20, 21)


def test_three_homes_that_come_change_a_slot_and_two_do_not():
    standing = standing_of(dict.fromkeys(range(20), frozenset({GRID})), fewest=15)

    def drawn(homes) -> Drawing:
        return draw(standing, 7, {home: {GRID: 10} for home in range(homes)}, SECRETS)

    assert drawn(14) is None
    assert not may_follow(standing, [drawn(15).masks], drawn(17).masks)
    assert may_follow(standing, [drawn(15).masks], drawn(18).masks)
    assert not may_follow(standing, [drawn(15).masks], drawn(15).masks)


def test_three_homes_of_which_one_has_a_roof_change_nothing():
    flows = {home: KINDS[2] if home % 2 else KINDS[0] for home in range(40)}
    standing = standing_of(flows, fewest=15)

    def drawn(late):
        values = {home: dict.fromkeys(flows[home], 10) for home in range(40) if home not in late}
        return draw(standing, 7, values, SECRETS).masks

    assert not may_follow(standing, [drawn({0, 2, 3})], drawn(set()))
    assert may_follow(standing, [drawn({1, 3, 5})], drawn(set()))


def test_a_team_is_shown_beside_the_community_and_hidden_where_few_of_it_report():
    standing = standing_of(dict.fromkeys(range(40), frozenset({GRID})), {1: range(16), 2: range(16, 30)}, fewest=15)
    values = {home: {GRID: 10} for home in range(40)}
    assert {circle: part.homes for circle, part in draw(standing, 7, values, SECRETS).sums.items()} == {0: 40, 1: 16}
    few = {home: wh for home, wh in values.items() if home > 1}
    assert {circle: part.homes for circle, part in draw(standing, 7, few, SECRETS).sums.items()} == {0: 38}


def test_a_home_that_was_forgotten_and_two_of_another_team_change_nothing():
    standing = standing_of(dict.fromkeys(range(56), frozenset({GRID})), {1: range(16), 2: range(16, 36)}, fewest=15)
    values = {home: {GRID: 10} for home in range(56)}
    before = draw(standing, 7, values, SECRETS)
    left = {home: wh for home, wh in values.items() if home} | {50: {GRID: 11}, 51: {GRID: 11}}
    gone = forgetting(standing, 0)
    after = draw(gone, 7, left, {home: secret for home, secret in SECRETS.items() if home})
    assert before.sums[1].wh["consumption"] - after.sums[1].wh["consumption"] == 10
    assert not may_follow(gone, [before.masks], after.masks)


def test_a_sum_that_holds_a_forgotten_home_stays_however_many_others_change():
    standing = standing_of(dict.fromkeys(range(40), frozenset({GRID})), {}, fewest=15)
    before = draw(standing, 7, {home: {GRID: 10} for home in range(40)}, SECRETS)
    secrets = {home: secret for home, secret in SECRETS.items() if home}
    gone = forgetting(standing, 0)
    assert not may_follow(gone, [before.masks], draw(gone, 7, {h: {GRID: 11} for h in range(1, 40)}, secrets).masks)


def test_a_sum_that_never_held_the_forgotten_home_may_be_drawn_anew():
    standing = standing_of(dict.fromkeys(range(40), frozenset({GRID})), {}, fewest=15)
    before = draw(standing, 7, {home: {GRID: 10} for home in range(1, 40)}, SECRETS)
    secrets = {home: secret for home, secret in SECRETS.items() if home}
    gone = forgetting(standing, 0)
    assert may_follow(gone, [before.masks], draw(gone, 7, {h: {GRID: 11} for h in range(1, 40)}, secrets).masks)


def test_a_team_that_was_not_shown_beside_a_sum_is_not_shown_when_others_of_it_come():
    standing = standing_of(dict.fromkeys(range(40), frozenset({GRID})), {1: set(range(16))})
    one_of_the_team = {home: {GRID: 10} for home in range(15, 40)}
    before = draw(standing, 7, one_of_the_team, SECRETS)
    assert before.sums.keys() == {COMMUNITY}
    after = draw(standing, 7, {home: {GRID: 10} for home in range(40)}, SECRETS, [before.masks])
    assert may_follow(standing, [before.masks], after.masks)
    assert after.sums.keys() == {COMMUNITY}


def test_a_sum_that_was_cut_into_teams_is_not_drawn_anew_without_them():
    standing = standing_of(dict.fromkeys(range(40), frozenset({GRID})), {1: set(range(16))})
    before = draw(standing, 7, {home: {GRID: 10} for home in range(40)}, SECRETS)
    assert before.sums.keys() == {COMMUNITY, 1}
    assert draw(standing, 7, {home: {GRID: 10} for home in range(15, 40)}, SECRETS, [before.masks]) is None


def test_a_value_that_returns_keeps_a_slot_as_it_was_published():
    standing = standing_of(dict.fromkeys(range(8), frozenset({GRID})))

    def drawn(*changed):
        values = {home: {GRID: 1} for home in range(8)} | {home: {GRID: 2} for home in changed}
        return draw(standing, 7, values, SECRETS).masks

    before = [drawn(), drawn(0, 1, 2, 3)]
    assert may_follow(standing, before, drawn(0, 1, 2, 3, 4, 5, 6))
    assert not may_follow(standing, before, drawn(3, 4, 5, 6))


def street(count=42, flows=lambda _home: KINDS[0], teams=(), offline=()):
    """Let homes stand behind the figures of which all but some are in the live sum."""
    standing = standing_of({home: flows(home) for home in range(count)}, teams, fewest=15)
    live = LiveHomes({home: names for home, names in standing.group.flows.items() if home not in offline})

    def drawn(reported, before=()):
        values = {home: dict.fromkeys(flows(home), 10 + home) for home in reported}
        return draw(standing, 7, values, SECRETS, before, live)

    return standing, live, drawn


def inside(standing, drawing):
    masks = memoryview(drawing.masks).cast("H")
    return {column.home for column, mask in zip(standing.columns, masks, strict=True) if mask != 0xFFFF}


def test_two_homes_go_with_one_that_was_live_and_is_missing_and_come_back_with_it():
    standing, live, drawn = street()
    late = drawn(set(range(42)) - {7})
    assert len(inside(standing, late)) == 39
    assert 7 not in inside(standing, late)
    assert inside(standing, drawn(set(range(42)) - {7})) == inside(standing, late)
    whole = drawn(range(42), [late.masks])
    assert whole.sums[COMMUNITY].homes == 42
    assert may_follow(standing, [late.masks], whole.masks, live)


def test_three_homes_that_were_live_and_are_missing_take_nobody_with_them():
    standing, _live, drawn = street()
    assert inside(standing, drawn(range(3, 42))) == set(range(3, 42))


def test_a_home_of_the_same_kind_and_team_goes_with_one_that_is_missing():
    flows = {home: KINDS[2] if home % 2 else KINDS[0] for home in range(42)}
    standing, _live, drawn = street(flows=flows.__getitem__, teams={1: range(20)})
    gone = set(range(42)) - inside(standing, drawn(set(range(42)) - {7}))
    assert len(gone) == 3
    assert {home % 2 for home in gone} == {1}
    assert gone < set(range(20))


@pytest.mark.parametrize(("offline", "left_out"), [({7}, {7}), ({7, 8}, {7, 8}), ({7, 8, 9}, set())])
def test_one_or_two_homes_that_were_not_live_are_left_out_of_the_slot(offline, left_out):
    standing, _live, drawn = street(offline=offline)
    assert inside(standing, drawn(range(42))) == set(range(42)) - left_out


def test_a_slot_waits_where_too_few_would_be_left_and_is_drawn_when_the_last_one_sends():
    _standing, _live, drawn = street(count=16)
    assert drawn(range(1, 16)) is None
    assert drawn(range(16)).sums[COMMUNITY].homes == 16


def test_a_slot_waits_for_a_home_that_has_a_roof_alone_in_its_team():
    flows = {home: KINDS[2] if home == 3 or home >= 20 else KINDS[0] for home in range(42)}
    _standing, _live, drawn = street(flows=flows.__getitem__, teams={1: range(20)})
    assert drawn(set(range(42)) - {3}) is None
    assert drawn(range(42)).sums.keys() == {COMMUNITY, 1}


def test_no_team_is_shown_of_which_one_home_was_live():
    _standing, _live, drawn = street(teams={1: range(20)}, offline=set(range(19)))
    assert drawn(range(42)).sums.keys() == {COMMUNITY}


def test_a_slot_whose_live_sum_held_a_forgotten_home_is_not_drawn():
    standing, live, _drawn = street()
    values = {home: {GRID: 1} for home in range(1, 42)}
    flows = {home: names for home, names in live.flows.items() if home}
    assert draw(forgetting(standing, 0), 7, values, SECRETS, (), LiveHomes(flows, forgotten=True)) is None


def test_a_slot_whose_live_sum_held_a_home_that_does_not_stand_behind_it_is_not_drawn():
    standing, live, _drawn = street()
    values = {home: {GRID: 1} for home in range(42)}
    assert draw(standing, 7, values, SECRETS, (), LiveHomes(live.flows | {50: KINDS[0]})) is None
    assert draw(standing, 7, values, SECRETS, (), LiveHomes(live.flows | {0: KINDS[1]})) is None


def test_homes_that_come_and_homes_that_are_corrected_do_not_make_three_together_beside_a_live_sum():
    standing, live, drawn = street()
    before = drawn(range(4, 42))
    values = {home: {GRID: 10 + home} for home in range(1, 42)} | {30: {GRID: 1}}
    assert not may_follow(standing, [before.masks], draw(standing, 7, values, SECRETS, (), live).masks, live)
    for corrected in (31, 32):
        values[corrected] = {GRID: 1}
    values[0] = {GRID: 10}
    assert may_follow(standing, [before.masks], draw(standing, 7, values, SECRETS, (), live).masks, live)


def test_a_home_entered_by_hand_that_is_alone_in_a_team_is_left_out_beside_a_live_sum():
    by_hand = frozenset(range(16, 40))
    standing = standing_of(dict.fromkeys(range(40), KINDS[0]), {1: range(17)}, fewest=15, by_hand=by_hand)
    live = LiveHomes(dict.fromkeys(range(16), KINDS[0]))
    drawing = draw(standing, 7, {home: {GRID: 1} for home in range(40)}, SECRETS, (), live)
    assert set(range(40)) - inside(standing, drawing) == {16}
