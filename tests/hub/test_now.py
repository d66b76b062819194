"""The first page: what it shows of the community, to whom, and that its figures are the books' own."""

import asyncio
import json
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiohttp import ClientSession

from sceop_hub.broadcast import BROADCAST
from sceop_hub.core.blocks import Block
from sceop_hub.core.slots import to_number
from sceop_hub.store import figures as books_of_figures, members, readings
from sceop_hub.web.files import STAMP, STATIC_FILES
from tests.hub.browsing import program
from tests.hub.harness import NOON, block, running, settings

HISTORY = "2026-11-18T23:00:00Z"
"""Local midnight in Amsterdam, one and a half days before NOON."""
TODAY = datetime(2026, 11, 19, 23, tzinfo=UTC)
SLOTS = 148
"""Until noon in UTC."""


async def live_there(hub, count, flows=("grid_import",), wh=100, **said):
    """Let homes join that measured every slot since local midnight of the day before."""
    tokens = [await hub.join(**{"name": f"Home {number}"} | said) for number in range(count)]
    for number, token in enumerate(tokens):
        blocks = [block(flow, HISTORY, [wh + number] * SLOTS) for flow in flows]
        assert (await hub.send(token, *blocks)).status == 200
    await hub.publish()
    return tokens


async def today(hub) -> dict:
    await hub.settled()
    return (await hub.get("/now/today")).body


async def midnight(hub, days=1):
    """Go on to a time shortly after local midnight."""
    hub.clock.now = datetime(2026, 11, 20, 23, 0, 30, tzinfo=UTC) + timedelta(days=days - 1)
    await hub.figures()
    await hub.settled()


async def test_fifteen_homes_are_shown_together(hub):
    await live_there(hub, 15)
    day = await today(hub)
    assert (day["shown"], day["needed"], day["homes"]) == (True, 0, 15)
    assert day["slots"][0] == "2026-11-19T23:00:00Z"
    assert day["homes_wh"]["consumption"][:3] == [sum(range(100, 115))] * 3
    assert day["reported"][:3] == [15, 15, 15]


async def test_fourteen_homes_are_not_and_the_page_says_how_many_are_missing(hub):
    await live_there(hub, 14)
    day = await today(hub)
    assert (day["shown"], day["needed"]) == (False, 1)
    assert all(curve is None for curve in day["homes_wh"].values())


async def enter(hub, count, slots=SLOTS):
    """Let a coordinator enter homes by hand, and bring in what he makes up for them."""

    def add(books):
        for _ in range(count):
            home = members.add_by_hand(books, "Entered", "home", "Europe/Amsterdam", hub.clock()).id
            readings.record(books, home, [Block("grid_import", TODAY - timedelta(days=1), (100,) * slots)], hub.clock())

    await hub.hub.store.write(add)


async def homes_now(hub):
    """Return what is told of the homes once it was looked again who stands behind the figures."""
    hub.clock.pass_by(seconds=15)
    return (await hub.figures())["homes"]


@pytest.mark.parametrize("real", [1, 14])
async def test_made_up_homes_do_not_hide_a_real_one_from_who_made_them_up(hub, real):
    await enter(hub, 14)
    await live_there(hub, real)
    homes = await homes_now(hub)
    assert (homes["shown"], homes["counted"], homes["needed"], homes["by_hand"]) == (False, real, 15 - real, 14)
    assert set((await today(hub))["homes_wh"].values()) == {None}
    preview = await hub.hub.publishing.preview()
    assert (preview.shown, preview.measured, preview.needed, preview.by_hand) == (False, 14 + real, 15 - real, 14)


async def test_homes_entered_by_hand_are_shown_alone_until_the_others_are_enough_by_themselves(hub):
    await enter(hub, 16)
    await live_there(hub, 14)
    homes = await homes_now(hub)
    assert (homes["counted"], homes["waiting"], homes["together"]) == (16, 14, 15)
    assert (await today(hub))["homes_wh"]["consumption"][:3] == [1600] * 3
    await newcomers(hub, 1)
    await midnight(hub)
    homes = (await hub.figures())["homes"]
    assert (homes["counted"], homes["waiting"], homes["together"]) == (31, 0, 3)


async def test_while_nobody_but_made_up_homes_is_measured_a_real_one_that_joined_counts_alone(hub):
    await enter(hub, 14)
    await hub.publish()
    homes = await homes_now(hub)
    assert (homes["counted"], homes["needed"], homes["by_hand"]) == (14, 1, 0)
    await hub.join()
    homes = await homes_now(hub)
    assert (homes["counted"], homes["needed"], homes["by_hand"]) == (0, 15, 14)


async def test_homes_entered_by_hand_do_not_let_one_that_speaks_for_itself_into_the_figures(hub):
    await live_there(hub, 15)
    await newcomers(hub, 1)
    await enter(hub, 3)
    await midnight(hub)
    homes = (await hub.figures())["homes"]
    assert (homes["counted"], homes["waiting"], homes["together"]) == (18, 1, 3)


async def test_made_up_homes_do_not_let_one_correction_change_what_was_published(hub):
    await enter(hub, 5)
    tokens = await live_there(hub, 15)
    before = await today(hub)
    await hub.send(tokens[0], block(start="2026-11-20T09:00:00Z", wh=[7], rev=1))
    slot = before["slots"].index("2026-11-20T09:00:00Z")

    def correct(books):
        start = datetime(2026, 11, 20, 9, tzinfo=UTC)
        made_up = [id_ for (id_,) in books.execute("SELECT id FROM household WHERE invite IS NULL")]
        for home in made_up:
            readings.record(books, home, [Block("grid_import", start, (200,), rev=1)], hub.clock())
        books_of_figures.mark(books, [(home, [Block("grid_import", start, (200,))]) for home in made_up])

    await hub.hub.store.write(correct)
    hub.clock.pass_by(minutes=15)
    await hub.figures()
    assert (await today(hub))["homes_wh"]["consumption"][slot] == before["homes_wh"]["consumption"][slot]
    for token in tokens[1:3]:
        await hub.send(token, block(start="2026-11-20T09:00:00Z", wh=[7], rev=1))
    hub.clock.pass_by(minutes=15)
    await hub.figures()
    assert (await today(hub))["homes_wh"]["consumption"][slot] == sum(range(103, 115)) + 3 * 7 + 5 * 200


async def test_who_was_entered_by_hand_and_joins_later_is_another_home(hub):
    await enter(hub, 1)
    await hub.join(name="Entered")
    found = await hub.hub.store.read(lambda books: books_of_figures.candidates(books, 15))
    assert [candidate.by_hand for candidate in found] == [True, False]


async def test_the_live_sum_does_not_wait_for_homes_entered_by_hand(hub):
    await enter(hub, 15)
    tokens = await live_there(hub, 15)
    async with AsyncExitStack() as stack:
        for token in tokens:
            await stack.enter_async_context(hub.drawing(token, {"grid_import": 10}))
        homes = (await hub.figures())["homes"]
    assert (homes["counted"], homes["gathering"], homes["reporting"]) == (30, False, 15)
    assert homes["power_w"]["consumption"] == 150


async def test_homes_entered_by_hand_alone_have_no_live_sum_and_none_is_awaited(hub):
    await enter(hub, 15)
    await hub.publish()
    homes = await homes_now(hub)
    assert (homes["shown"], homes["gathering"], homes["reporting"]) == (True, False, 0)


async def test_who_stood_behind_the_figures_before_it_was_told_who_was_entered_by_hand_spoke_for_itself(hub):
    await live_there(hub, 15)

    def older(books):
        books.execute("UPDATE standing SET grouped = json_remove(grouped, '$.by_hand')")
        return books_of_figures.standings(books)

    assert (await hub.hub.store.write(older))[-1].group == hub.hub.publishing.standing.group


async def test_the_sum_on_the_page_is_the_sum_in_the_books_for_a_closed_slot(hub):
    flows = ("grid_import", "grid_export", "production")
    await live_there(hub, 20, flows)
    day = await today(hub)
    slot = 40
    for flow in flows:
        found = [(await hub.slots(home, flow))[to_number(TODAY) + slot] for home in range(1, 21)]
        assert day["homes_wh"][flow][slot] == sum(found)
    assert day["homes_wh"]["consumption"][slot] == day["homes_wh"]["production"][slot]


async def test_a_slot_appears_only_when_all_had_their_turn_to_send_it(hub):
    await live_there(hub, 15)
    last = SLOTS - 96 - 1
    assert (await today(hub))["homes_wh"]["consumption"][last] is None
    hub.clock.pass_by(minutes=5)
    await hub.figures()
    assert (await today(hub))["homes_wh"]["consumption"][last] is not None


async def test_a_slot_that_fewer_than_fifteen_homes_reported_is_a_gap(hub):
    tokens = await live_there(hub, 15)
    hub.clock.now = NOON + timedelta(minutes=15)
    for token in tokens[:14]:
        await hub.send(token, block(start="2026-11-20T12:00:00Z", wh=[5]))
    hub.clock.pass_by(minutes=6)
    await hub.figures()
    day = await today(hub)
    slot = day["slots"].index("2026-11-20T12:00:00Z")
    assert day["reported"][slot] == 0
    assert day["homes_wh"]["consumption"][slot] is None


async def test_a_home_with_a_flow_missing_in_a_slot_stays_out_of_all_sums_of_that_slot(hub):
    newcomer = await hub.join(name="With a gap")
    await hub.send(newcomer, block("grid_import", HISTORY, [100] * SLOTS))
    await hub.send(newcomer, block("production", HISTORY, [100] * 96 + [None] * 10 + [100] * 42))
    await live_there(hub, 16, ("grid_import", "production"))
    hub.clock.pass_by(minutes=15)
    await hub.figures()
    day = await today(hub)
    assert (day["reported"][5], day["reported"][15]) == (16, 17)
    assert day["homes_wh"]["grid_import"][5] == sum(range(100, 116))
    assert day["homes_wh"]["grid_import"][15] == sum(range(100, 116)) + 100


async def test_a_home_that_is_most_of_the_sum_is_left_out_and_the_page_says_so(hub):
    large = await hub.join(name="Large")
    await hub.send(large, block("grid_import", HISTORY, [5000] * SLOTS))
    await live_there(hub, 15)
    figures = await hub.figures()
    assert (figures["homes"]["counted"], figures["homes"]["left_out"]) == (15, 1)
    hub.clock.pass_by(minutes=15)
    await hub.figures()
    assert (await today(hub))["homes_wh"]["consumption"][0] == sum(range(100, 115))


async def test_the_power_of_now_holds_the_silent_for_a_quarter_of_an_hour_and_then_lets_them_go(hub):
    tokens = await live_there(hub, 16)
    async with AsyncExitStack() as stack:
        for number, token in enumerate(tokens):
            await stack.enter_async_context(hub.drawing(token, {"grid_import": 100 + number}))
        figures = await hub.figures()
        assert figures["homes"]["power_w"]["consumption"] == 1720  # of 1720, to about one percent
        assert figures["homes"]["reporting"] == 16
        hub.clock.pass_by(seconds=60)
        await stack.enter_async_context(hub.drawing(tokens[0], {"grid_import": 100}))
        hub.clock.pass_by(seconds=30)
        figures = await hub.figures()
        assert figures["homes"]["reporting"] == 1
        assert figures["homes"]["power_w"]["consumption"] == 1720
        hub.clock.pass_by(minutes=15)
        figures = await hub.figures()
    assert figures["homes"]["reporting"] == 0
    assert figures["homes"]["power_w"]["consumption"] is None


async def test_a_home_that_does_not_know_a_flow_stays_out_of_the_power_of_now(hub):
    tokens = await live_there(hub, 16)
    async with AsyncExitStack() as stack:
        for token in tokens[:15]:
            await stack.enter_async_context(hub.drawing(token, {"grid_import": 10}))
        await stack.enter_async_context(hub.drawing(tokens[15], {"grid_import": 10, "production": None}))
        figures = await hub.figures()
    assert figures["members"]["reporting"] == 16
    assert (figures["homes"]["reporting"], figures["homes"]["power_w"]["consumption"]) == (15, 150)


async def test_an_office_that_agreed_is_shown_apart_with_its_zones(hub):
    token = await hub.join(name="Office", kind="organisation", shown=True)
    await hub.join(name="Shy office", kind="organisation")
    await hub.send(token, block("grid_import", HISTORY, [400] * SLOTS))
    async with hub.drawing(token, {"grid_import": 900, "light.hall": 300, "nonsense": 5}):
        figures = await hub.figures()
    (office,) = figures["organisations"]
    assert office["power_w"]["consumption"] == 900
    assert office["zones_w"] == {"light.hall": 300}
    hub.clock.pass_by(minutes=15)
    await hub.figures()
    day = await today(hub)
    (curve,) = day["organisations"]
    assert (curve["name"], curve["consumption_wh"][0]) == ("Office", 400)
    assert day["homes"] == 0


async def test_a_member_can_ask_for_the_community_and_nobody_else(hub):
    token = await hub.join()
    await hub.figures()
    assert (await hub.get("/api/v1/community", Authorization=f"Bearer {token}")).body["members"]["homes"] == 1
    assert (await hub.get("/api/v1/community", Authorization="Bearer another")).status == 401


@pytest.mark.parametrize(("day", "slots"), [("2026-03-29", 92), ("2026-10-25", 100), ("2026-11-20", 96)])
async def test_a_local_day_has_the_slots_that_people_live(tmp_path, day, slots):
    async with running(settings(tmp_path)) as hub:
        hub.clock.now = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        await hub.figures()
        found = await today(hub)
        assert (found["day"], len(found["slots"])) == (day, slots)
        midnight = datetime.fromisoformat(found["slots"][0]).astimezone(ZoneInfo("Europe/Amsterdam"))
        assert midnight.isoformat()[:16] == f"{day}T00:00"


async def newcomers(hub, count):
    """Let homes join that have a whole day behind them."""
    for number in range(count):
        await hub.send(await hub.join(name=f"New {number}"), block("grid_import", HISTORY, [100] * SLOTS))


@pytest.mark.parametrize(("new", "counted", "waiting"), [(2, 15, 2), (3, 18, 0)])
async def test_newcomers_count_from_the_next_midnight_three_or_more_together(hub, new, counted, waiting):
    await live_there(hub, 15)
    await newcomers(hub, new)
    hub.clock.pass_by(minutes=30)
    homes = (await hub.figures())["homes"]
    assert homes["counted"] == 15
    await midnight(hub)
    homes = (await hub.figures())["homes"]
    assert (homes["counted"], homes["waiting"]) == (counted, waiting)


async def test_newcomers_never_change_the_past(hub):
    await live_there(hub, 15)
    before = await today(hub)
    await newcomers(hub, 5)
    await midnight(hub)
    past = await hub.published(TODAY, 48)
    assert [(part.homes, part.wh["consumption"]) for part in past] == [(15, sum(range(100, 115)))] * 48
    assert before["homes_wh"]["consumption"][:48] == [sum(range(100, 115))] * 48


async def test_nothing_of_homes_is_shown_before_the_click(hub):
    tokens = [await hub.join(name=f"Home {number}") for number in range(16)]
    for token in tokens:
        await hub.send(token, block("grid_import", HISTORY, [100] * SLOTS))
    async with AsyncExitStack() as stack:
        for token in tokens:
            await stack.enter_async_context(hub.drawing(token, {"grid_import": 100}))
        hub.clock.pass_by(minutes=20)
        figures = await hub.figures()
    assert (figures["homes"]["published"], figures["homes"]["shown"], figures["today"]) == (False, False, None)
    assert set(figures["homes"]["power_w"].values()) == {None}
    assert set((await today(hub))["homes_wh"].values()) == {None}
    preview = await hub.hub.publishing.preview()
    assert (preview.homes, preview.agreed, preview.measured, preview.counted, preview.shown) == (16, 16, 16, 16, True)


async def test_who_joined_too_few_for_a_figure_counts_as_soon_as_there_are_enough(hub):
    await live_there(hub, 14)
    assert (await hub.figures())["homes"]["needed"] == 1
    await newcomers(hub, 1)
    hub.clock.pass_by(seconds=15)
    assert (await hub.figures())["homes"]["counted"] == 15
    assert (await today(hub))["homes_wh"]["consumption"][:3] == [sum(range(100, 114)) + 100] * 3


async def agree(hub, fewest):
    await hub.hub.store.write(lambda books: books.execute("UPDATE household SET agreed_fewest = ?", (fewest,)).rowcount)


async def test_fewer_homes_are_enough_once_the_owner_says_so_and_members_agree(hub):
    await live_there(hub, 12)
    await hub.hub.change_profile("test", fewest_homes=10)
    hub.clock.pass_by(seconds=15)
    homes = (await hub.figures())["homes"]
    assert (homes["shown"], homes["needed"]) == (False, 10)
    await agree(hub, 10)
    hub.clock.pass_by(seconds=15)
    assert (await hub.figures())["homes"]["counted"] == 12


async def test_a_member_that_did_not_agree_stands_behind_no_figure_of_so_few(hub):
    await hub.hub.change_profile("test", fewest_homes=10)
    await live_there(hub, 16)
    assert (await hub.figures())["homes"]["shown"] is False
    await hub.hub.store.write(
        lambda books: books.execute("UPDATE household SET agreed_fewest = 10 WHERE id <= 11").rowcount
    )
    hub.clock.pass_by(seconds=15)
    assert (await hub.figures())["homes"]["counted"] == 11


async def test_more_homes_are_needed_as_soon_as_the_owner_says_so(hub):
    await hub.hub.change_profile("test", fewest_homes=10)
    tokens = await live_there(hub, 12)
    await agree(hub, 10)
    hub.clock.pass_by(seconds=15)
    assert (await hub.figures())["homes"]["shown"] is True
    await hub.hub.change_profile("test", fewest_homes=15)
    hub.clock.now = NOON + timedelta(minutes=15)
    for token in tokens:
        await hub.send(token, block(start="2026-11-20T12:00:00Z", wh=[5]))
    hub.clock.pass_by(minutes=6)
    homes = (await hub.figures())["homes"]
    assert (homes["shown"], homes["needed"]) == (False, 3)
    assert await hub.published(NOON, 1) == []


async def test_a_home_that_is_paused_is_out_from_the_next_midnight(hub):
    await live_there(hub, 16)
    await hub.hub.store.write(
        lambda books: books.execute("UPDATE household SET state = 'paused' WHERE id = 1").rowcount
    )
    assert (await hub.figures())["homes"]["counted"] == 16
    await midnight(hub)
    assert (await hub.figures())["homes"]["counted"] == 15


async def talk(hub, stack, tokens, watts=100):
    """Let homes say what they draw, and return how many are in the sum of now, which draw the same."""
    for token in tokens:
        await stack.enter_async_context(hub.drawing(token, {"grid_import": watts}))
    return ((await hub.figures())["homes"]["power_w"]["consumption"] or 0) / watts


async def live_at(hub, moment, homes, watts=100):
    """Let homes say what they draw at a moment, as if they had never ceased to, and return how many are in its sum."""
    for home in homes:
        hub.hub.live.report(home, {"grid_import": watts}, moment)
    hub.clock.now = moment
    return ((await hub.figures())["homes"]["power_w"]["consumption"] or 0) / watts


async def test_a_home_that_was_paused_and_resumed_is_live_again_from_the_next_midnight(hub):
    tokens = await live_there(hub, 18)

    async def put(state):
        await hub.hub.store.write(lambda books: members.set_state(books, 1, state))

    async with AsyncExitStack() as stack:
        assert await talk(hub, stack, tokens) == 18
        await put("paused")
        assert await talk(hub, stack, tokens[1:]) == 18
        await put("active")
    for minutes in (15, 30, 45):
        assert await live_at(hub, NOON + timedelta(minutes=minutes), range(1, 19)) == 17
    assert await live_at(hub, datetime(2026, 11, 20, 23, 0, 30, tzinfo=UTC), range(1, 19)) == 18


async def test_a_hub_that_starts_anew_shows_the_same_homes_until_the_quarter_hour_is_over(tmp_path):
    async with running(settings(tmp_path)) as hub, AsyncExitStack() as stack:
        await hub.invite()
        tokens = await live_there(hub, 18)
        assert await talk(hub, stack, tokens) == 18
    async with running(settings(tmp_path)) as hub, AsyncExitStack() as stack:
        hub.clock.now = NOON + timedelta(minutes=2)
        await hub.figures()
        hub.clock.pass_by(minutes=2)
        assert await talk(hub, stack, tokens[1:]) == 0
        hub.clock.pass_by(seconds=20)
        assert await talk(hub, stack, tokens) == 18
    async with running(settings(tmp_path)) as hub, AsyncExitStack() as stack:
        hub.clock.now = NOON + timedelta(minutes=9)
        await hub.figures()
        hub.clock.pass_by(minutes=2)
        assert await talk(hub, stack, tokens[1:]) == 0
        hub.clock.now = NOON + timedelta(minutes=15)
        assert await talk(hub, stack, tokens[1:]) == 17


async def test_two_others_leave_a_slot_with_a_live_home_that_is_silent_and_come_back_when_it_catches_up(hub):
    tokens = await live_there(hub, 42)
    start = NOON + timedelta(minutes=15)
    async with AsyncExitStack() as stack:
        hub.clock.now = start
        assert await talk(hub, stack, tokens) == 42
    hour = [10] * 4
    hub.clock.now = start + timedelta(minutes=66)
    for token in tokens[1:]:
        await hub.send(token, block(start="2026-11-20T12:15:00Z", wh=hour))
    hub.clock.pass_by(minutes=15)
    await hub.figures()
    await hub.settled()
    assert [part.homes for part in await hub.published(start, 4)] == [39, 41, 41, 41]
    await hub.send(tokens[0], block(start="2026-11-20T12:15:00Z", wh=hour))
    hub.clock.pass_by(minutes=15)
    await hub.figures()
    await hub.settled()
    assert [part.homes for part in await hub.published(start, 4)] == [42, 41, 41, 41]


async def test_a_restart_changes_nothing_of_what_was_published(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        tokens = await live_there(hub, 16)
        before = await today(hub)
        await newcomers(hub, 5)
    async with running(settings(tmp_path)) as hub:
        assert await today(hub) == before
        hub.clock.now = NOON + timedelta(minutes=21)
        await hub.send(tokens[0], block(start="2026-11-20T11:00:00Z", wh=[9999], rev=1))
        await hub.figures()
        after = (await today(hub))["homes_wh"]["consumption"]
        known = [slot for slot, wh in enumerate(before["homes_wh"]["consumption"]) if wh is not None]
        assert len(known) == 51
        assert all(after[slot] == before["homes_wh"]["consumption"][slot] for slot in known)
        assert (await hub.figures())["homes"]["counted"] == 16


async def test_a_home_that_is_forgotten_stands_behind_no_later_figure(hub):
    await live_there(hub, 17)
    before = (await today(hub))["homes_wh"]["consumption"][0]
    await hub.hub.store.write(lambda books: books_of_figures.forget(books, 1))
    await midnight(hub)
    assert (await hub.figures())["homes"]["counted"] in {16, 17}
    past = await hub.published(TODAY, 1)
    assert past[0].wh["consumption"] == before


async def test_one_late_home_does_not_change_what_was_published_and_three_do(hub):
    tokens = await live_there(hub, 20)
    hub.clock.now = NOON + timedelta(minutes=21)
    for token in tokens[:16]:
        await hub.send(token, block(start="2026-11-20T12:00:00Z", wh=[10]))
    await hub.figures()
    slot = (await today(hub))["slots"].index("2026-11-20T12:00:00Z")

    async def shown():
        hub.clock.pass_by(minutes=15)
        await hub.figures()
        day = await today(hub)
        return day["reported"][slot], day["homes_wh"]["consumption"][slot]

    assert await shown() == (16, 160)
    await hub.send(tokens[16], block(start="2026-11-20T12:00:00Z", wh=[77]))
    assert await shown() == (16, 160)
    for token in tokens[17:19]:
        await hub.send(token, block(start="2026-11-20T12:00:00Z", wh=[10]))
    assert await shown() == (19, 257)


async def test_asking_often_shows_nothing_more_than_asking_once(hub):
    tokens = await live_there(hub, 16)
    async with AsyncExitStack() as stack:
        for token in tokens:
            await stack.enter_async_context(hub.drawing(token, {"grid_import": 100}))
        await hub.figures()
        await stack.enter_async_context(hub.drawing(tokens[0], {"grid_import": 4000}))
        again = await hub.get("/api/v1/community", Authorization=f"Bearer {tokens[1]}")
    assert again.body["homes"]["power_w"]["consumption"] == 1600


async def test_live_power_of_a_flow_that_few_homes_have_does_not_follow(hub):
    tokens = await live_there(hub, 20, ("grid_import",))
    async with AsyncExitStack() as stack:
        for token in tokens:
            await stack.enter_async_context(hub.drawing(token, {"grid_import": 100, "production": 50}))
        figures = await hub.figures()
    assert all(value is None for value in figures["homes"]["power_w"].values())


async def test_a_flow_that_was_never_measured_enters_no_sum(hub):
    tokens = await live_there(hub, 16)
    hub.clock.now = NOON + timedelta(minutes=15)
    await hub.send(tokens[0], block("production", "2026-11-20T12:00:00Z", [250_000]))
    for token in tokens:
        await hub.send(token, block("grid_import", "2026-11-20T12:00:00Z", [10]))
    hub.clock.pass_by(minutes=6)
    await hub.figures()
    day = await today(hub)
    slot = day["slots"].index("2026-11-20T12:00:00Z")
    assert (day["reported"][slot], day["homes_wh"]["consumption"][slot]) == (15, 150)


async def test_two_organisations_of_one_name_have_a_curve_each(hub):
    for wh in (400, 900):
        token = await hub.join(name="Common parts", kind="organisation", shown=True)
        await hub.send(token, block("grid_import", HISTORY, [wh] * SLOTS))
    hub.clock.pass_by(minutes=15)
    await hub.figures()
    assert [curve["consumption_wh"][0] for curve in (await today(hub))["organisations"]] == [400, 900]


async def test_shares_are_measured_anew_after_midnight(hub):
    quiet = await hub.join(name="Quiet so far")
    await hub.send(quiet, block("grid_import", HISTORY, [100] * SLOTS))
    await live_there(hub, 15)
    assert (await hub.figures())["homes"]["left_out"] == 0
    hub.clock.now = NOON + timedelta(hours=10, minutes=58)  # two minutes to midnight: so far may a slot reach
    await hub.send(quiet, block("grid_import", "2026-11-20T12:00:00Z", [20_000] * 44))
    hub.clock.now = NOON + timedelta(days=1)
    figures = await hub.figures()
    assert figures["homes"]["left_out"] == 1


async def test_the_page_opens_at_the_hubs_own_machine(hub):
    async with hub.session.get("/") as answer:
        page = await answer.text()
    assert answer.status == 200
    assert "Test community" in page
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


async def test_a_foreign_name_that_leads_here_opens_nothing(hub):
    async with hub.session.get("/", headers={"Host": "evil.example"}) as answer:
        assert answer.status == 401


async def test_ingress_headers_are_believed_from_the_ingress_address_only(tmp_path):
    headers = {
        "X-Ingress-Path": "/api/hassio_ingress/abc",
        "X-Remote-User-Id": "abc",
        "Host": "homeassistant.local",
        "Accept": "text/html",
    }
    async with running(settings(tmp_path / "a", ingress_from=frozenset({"127.0.0.1"}))) as hub:
        async with hub.session.get("/", headers=headers) as answer:
            assert "/api/hassio_ingress/abc/static/" in await answer.text()
        async with hub.session.get("/", headers=headers | {"X-Ingress-Path": '/"><script>'}) as answer:
            assert "<script>" not in (await answer.text()).split("</head>")[0].replace("<script type", "")
    async with (
        running(settings(tmp_path / "b")) as hub,
        hub.session.get("/", headers=headers, allow_redirects=False) as answer,
    ):
        assert answer.headers["Location"] == "/setup"
    async with (
        running(settings(tmp_path / "b")) as hub,
        hub.session.get("/", headers={"X-Ingress-Path": "/api/hassio_ingress/abc"}) as answer,
    ):
        assert "hassio_ingress" not in await answer.text()


async def test_a_file_is_kept_by_the_browser_only_with_its_stamp(hub):
    name = next(name for name in STATIC_FILES if name.endswith(".css"))
    async with hub.session.get(f"/static/{STAMP}/{name}") as answer:
        assert "immutable" in answer.headers["Cache-Control"]
    async with hub.session.get(f"/static/{name}") as answer:
        assert answer.headers["Cache-Control"] == "no-cache"


async def test_a_page_of_an_older_version_gets_the_file_of_today_and_does_not_keep_it(hub):
    async with hub.session.get("/static/0123456789ab/now.js") as answer:
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["/static/none.css", "/static/../pages.py", "/static/%2e%2e/pages.py", "/static/"])
async def test_only_the_pages_own_files_are_given(hub, path):
    async with hub.session.get(path) as answer:
        assert answer.status == 404


async def test_an_open_page_is_told_every_ten_seconds_and_let_go_when_the_hub_stops(tmp_path):
    told = []

    async def look(url):
        async with ClientSession() as browser, browser.get(f"{url}/now/events") as stream:
            assert stream.content_type == "text/event-stream"
            told.extend([json.loads(line[6:])["at"] async for line in stream.content if line.startswith(b"data: ")])

    async with running(settings(tmp_path)) as hub:
        page = asyncio.create_task(look(hub.url))
        for _ in range(3):
            await hub.figures()
    await asyncio.wait_for(page, 5)
    assert len(set(told)) >= 3


async def test_open_pages_of_one_leave_room_for_those_of_others(hub, monkeypatch):
    monkeypatch.setattr("sceop_hub.broadcast.MOST_PAGES_OF_ONE", 2)
    async with AsyncExitStack() as held:
        mine = [await held.enter_async_context(hub.session.get("/now/events")) for _ in range(3)]
        assert [page.status for page in mine] == [200, 200, 429]
        assert mine[2].headers["Retry-After"] == "60"
        assert "2 of your pages and 0 of others" in (await mine[2].json(content_type=None))["detail"]
        token = await program(hub, "community")
        headers = {"Authorization": f"Bearer {token}"}
        assert (await held.enter_async_context(hub.session.get("/now/events", headers=headers))).status == 200
        mine[0].close()
        async with asyncio.timeout(20):
            while (await held.enter_async_context(hub.session.get("/now/events"))).status != 200:
                pass  # the hub has not heard yet that the page was closed


async def test_pages_of_all_together_have_a_limit_too(hub, monkeypatch):
    monkeypatch.setattr("sceop_hub.broadcast.MOST_PAGES", 1)
    headers = {"Authorization": f"Bearer {await program(hub, 'community')}"}
    async with hub.session.get("/now/events") as first, hub.session.get("/now/events", headers=headers) as second:
        assert (first.status, second.status) == (200, 429)
        assert "0 of your pages and 1 of others" in (await second.json(content_type=None))["detail"]


async def test_a_host_that_is_no_host_opens_nothing(hub):
    reader, writer = await asyncio.open_connection("127.0.0.1", int(hub.url.rsplit(":", 1)[1]))
    writer.write(b"GET / HTTP/1.1\r\nHost: [\r\n\r\n")
    assert (await reader.readline()).split()[1] in {b"400", b"401"}
    writer.close()
    await writer.wait_closed()


async def test_figures_that_can_not_be_renewed_are_told_once_and_renewed_when_they_can(hub, caplog, hear):
    before = hub.app[BROADCAST].now
    told = hear("could not be renewed")
    await hub.hub.store.write(lambda books: books.execute("ALTER TABLE household RENAME TO hidden"))
    hub.clock.pass_by(minutes=1)
    await asyncio.wait_for(told.wait(), 10)
    assert (await hub.get("/api/v1/community", Authorization="Bearer any")).problem == "internal"
    assert hub.app[BROADCAST].now == before
    await hub.hub.store.write(lambda books: books.execute("ALTER TABLE hidden RENAME TO household"))
    await hub.figures()
    assert caplog.text.count("could not be renewed") <= 4
