"""Nobody is singled out: homes join, fall silent, send late, correct, leave and are forgotten, and a watcher sees all.

The hub's own books and its own publishing live through days in a second. The watcher keeps every figure that was ever
published of a slot, knows who stood behind it, and combines them as he likes: the mean of the live sum as well, which
to him is not rounded. He may have entered homes by hand, and knows what they used.
"""

from collections import defaultdict
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings, strategies as st

from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import SLOT, Span, from_number, local_day, to_number
from sceop_hub.domain.invites import DEFAULT_LIFE
from sceop_hub.domain.live import LiveBoard, LiveSum
from sceop_hub.domain.members import Newcomer
from sceop_hub.domain.profile import Profile
from sceop_hub.domain.publication import Drawing
from sceop_hub.publishing import Publishing
from sceop_hub.store import figures, forgetting, invites, members, readings, teams
from sceop_hub.store.store import Store
from tests.hub.domain.test_publication import KINDS, Watcher

ZONE = ZoneInfo("Europe/Amsterdam")
FEWEST = 5
FIRST = date(2026, 11, 2)
MOST = 18
LIVES = settings.default.max_examples if settings.get_current_profile_name() == "durability" else 15
"""`script/bench durability` lets many more of them be lived."""


class Community:
    """A hub's books and its publishing, and the days that its homes live."""

    def __init__(self, folder):
        self.folder, self.day = folder, FIRST
        self.now = self.at(time(1))
        self.kinds, self.gone = [], set()
        self.by_hand = set()
        self.revision = 0
        self.profile = Profile(name="Test", zone=ZONE, fewest_homes=FEWEST)
        self.watchers = defaultdict(Watcher)
        self.seen, self.shown_live = {}, {}
        self.restart()

    def restart(self):
        if hasattr(self, "store"):
            self.store.close()
        self.store = Store(self.folder)
        self.publishing = Publishing(self.store, lambda: self.now, lambda: self.profile)
        self.live_board, self.live_sum = LiveBoard(), LiveSum()

    def at(self, moment):
        return datetime.combine(self.day, moment, ZONE).astimezone(UTC)

    def noon(self, ago):
        return datetime.combine(self.day - timedelta(days=ago), time(12), ZONE).astimezone(UTC)

    async def join(self, kind, count, by_hand):
        """Let homes of a kind join, or be entered by hand, that bring yesterday with them."""
        new = range(len(self.kinds) + 1, min(len(self.kinds) + count, MOST) + 1)

        def add(books):
            code = str(len(self.kinds))
            invites.add(books, invites.NewInvite(code, MOST, DEFAULT_LIFE), self.now)
            for number in new:
                if by_hand:
                    members.add_by_hand(books, "Home", "home", ZONE.key, self.now)
                else:
                    who = Newcomer(str(number), "Home", "home", shown=False, time_zone=ZONE.key, client="", site=None)
                    members.join(books, code, who, self.now)
            books.execute("UPDATE household SET agreed_fewest = ?", (FEWEST,))

        await self.store.write(add)
        self.kinds += [kind] * len(new)
        self.by_hand |= set(new) if by_hand else set()
        yesterday = local_day(self.day - timedelta(days=1), ZONE)
        await self.send(dict.fromkeys(new, 100), yesterday)

    async def send(self, wh, span):
        """Let homes send what they measured in every slot of a span."""
        self.revision += 1
        received = self.now

        def record(books):
            for home in (wh.keys() - self.gone) & set(range(1, len(self.kinds) + 1)):
                flows = sorted(self.kinds[home - 1])
                some = [Block(flow, span.start, (wh[home],) * len(span), rev=self.revision) for flow in flows]
                readings.record(books, home, some, received)

        await self.store.write(record)

    async def live(self, silent, offline=None, after=None):
        """Live on to the next day; who is silent sends nothing of this one.

        At noon there is a live sum of those that are not offline, unless there are no lines at all. The hub may start
        anew after that, and hear those that are not offline `after`, before the quarter hour is over.
        """
        self.now = self.at(time(0, 30))
        await self.publishing.renew()
        if offline is not None:
            await self.talk(time(12), offline)
        if after is not None:
            self.restart()
            await self.publishing.load()
            await self.talk(time(12, 7), after)
        self.now = self.at(time(23, 59, 59))
        talking = {home: 100 + home for home in range(1, len(self.kinds) + 1) if home not in silent}
        await self.send(talking, local_day(self.day, ZONE))
        self.day += timedelta(days=1)
        self.now = self.at(time(0, 30))
        await self.look()

    async def talk(self, moment, offline):
        """Let homes tell their power for a minute, and show the watcher each sum."""
        start = self.at(moment)
        slot = to_number(self.at(time(12)))
        for seconds in range(0, 70, 10):
            self.now = start + timedelta(seconds=seconds)
            for number, kind in enumerate(self.kinds, 1):
                if number not in offline | self.by_hand | self.gone:
                    self.live_board.report(number, dict.fromkeys(kind, 100), self.now)
            power = await self.publishing.live(self.live_sum, self.live_board, self.now)
            behind = self.live_sum.behind
            assert any(value is not None for value in power.power_w.values()) == bool(behind)
            if behind and self.shown_live.setdefault(slot, behind) != behind:
                raise AssertionError("two sums in one quarter hour")
            if behind and not self.watchers[slot].live:
                self.watchers[slot].look_at_live(self.publishing.standing.group, behind)

    async def late(self, homes, ago, wh):
        """Let homes send a noon that has passed, or correct it."""
        noon = self.noon(ago + 1)
        await self.send(dict.fromkeys(homes, wh), Span(noon, noon + SLOT))
        await self.look()

    async def forget(self, home):
        if home in self.gone or home > len(self.kinds):
            return
        self.gone.add(home)
        await self.store.write(lambda books: forgetting.begin(books, home, str(home), self.now))
        while not await self.store.write(lambda books: forgetting.bite(books, home)):
            pass

    async def pause(self, home):
        await self.store.write(
            lambda books: members.set_state(books, home, "paused") if home <= len(self.kinds) else None
        )

    async def team(self, homes, team):
        def assign(books):
            for name in ("North", "South")[len(teams.all_(books)) :]:
                teams.add(books, name, "building")
            books.executemany("UPDATE household SET team = ? WHERE id = ?", [(team, home) for home in homes])

        await self.store.write(assign)

    async def publish(self):
        if self.profile.published_since is None:
            self.profile = Profile(name="Test", zone=ZONE, fewest_homes=FEWEST, published_since=self.now)
        await self.look()

    async def look(self):
        """Let the hub decide and draw, and show the watcher what is new."""
        await self.publishing.renew()
        while not await self.publishing.settle():
            pass
        for back in range(1, 8):
            slot = to_number(self.noon(back))
            drawing, values = await self.store.read(lambda books, slot=slot: self.published(books, slot))
            if drawing is not None and self.seen.get(slot) != drawing.sums:
                self.seen[slot] = drawing.sums
                self.watchers[slot].by_hand = self.by_hand
                self.watchers[slot].look(self.publishing._standing_at(slot), values, drawing)
                assert self.watchers[slot].learns_of_few() is None

    def published(self, books, slot):
        """Return what was published of a slot, with who is in it, and what homes sent of it."""
        span = Span(from_number(slot), from_number(slot + 1))
        curves = {circle: figures.curve(books, circle, span) for circle in self.publishing.circles}
        sums = {circle: curve[slot] for circle, curve in curves.items() if slot in curve}
        masks = figures.masks(books, slot, slot + 1).get(slot, [b""])[-1]
        return (Drawing(slot, sums, masks) if sums else None), figures.reported(books, slot, slot + 1).get(slot, {})


some = st.sets(st.integers(1, MOST), min_size=1, max_size=5)
neighbours = st.tuples(st.integers(1, 9), st.integers(3, 6)).map(lambda run: set(range(run[0], sum(run))))
homes = neighbours | some
"""Neighbours are mostly of one kind, so that three of them may change what was published."""
home = st.integers(1, MOST)
late = st.tuples(st.just("late"), homes, st.integers(0, 1), st.integers(1, 3))
offline = st.sets(home, max_size=3)
others = st.one_of(
    st.tuples(st.just("join"), st.sampled_from(KINDS), st.integers(1, 4), st.booleans()),
    st.tuples(st.just("live"), st.sets(home, max_size=4), offline, st.none() | offline),
    st.tuples(st.just("forget"), home),
    st.tuples(st.just("pause"), home),
    st.tuples(st.just("team"), homes, st.sampled_from([None, 1, 2])),
    st.tuples(st.just("restart")),
)


@given(
    first=st.lists(st.tuples(st.sampled_from(KINDS), st.integers(5, 8), st.booleans()), min_size=2, max_size=2),
    north=st.integers(0, 9),
    noon=st.tuples(st.sets(home, max_size=4), offline),
    life=st.tuples(st.lists(late, min_size=4, max_size=8), st.lists(others, max_size=5)).flatmap(
        lambda both: st.permutations(both[0] + both[1])
    ),
)
@settings(max_examples=LIVES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
async def test_no_life_of_a_community_singles_out_a_home(first, north, noon, life):
    with TemporaryDirectory() as folder:
        community = Community(Path(folder))
        try:
            for kind, count, by_hand in first:
                await community.join(kind, count, by_hand)
            await community.team(range(1, north + 1), 1)
            await community.publish()
            await community.live(*noon)
            for what, *how in life:
                done = getattr(community, what)(*how)
                if done is not None:
                    await done
        finally:
            community.store.close()
