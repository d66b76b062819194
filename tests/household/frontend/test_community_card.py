"""What the cards of the community and of its board are told, and what people answer on them."""

import pytest
from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ

from custom_components.sceop.frontend.together import shown_rows
from tests.e2e.shown import CHALLENGE, GAME, INVITED, SAVED, SAVINGS, a_board, a_community
from tests.household.frontend.test_questions import ask, ask_as_reader, asker, refused
from tests.household.together.conftest import (
    EVENING,
    HOUR,
    clock,
    hub,
    make_home,
    make_member,
    make_phone,
    member,
    phone,
    push,
)

__all__ = ["ask", "ask_as_reader", "clock", "hub", "make_home", "make_member", "make_phone", "member", "phone", "push"]

pytestmark = pytest.mark.usefixtures("socket_enabled")

NEXT, JOIN = "sensor.my_home_next_event", "button.my_home_join_the_next_event"


@pytest.fixture
async def invited(hub, member):
    hub.together.plan(start=EVENING)
    hub.together.challenge(joined=False)
    await member.ask()
    return member


@pytest.fixture
def site(invited):
    return invited.entry.entry_id


async def told(ask, site, what="community"):
    return (await ask(what, site=site))["result"]


async def test_the_cards_are_told_what_the_browsers_tests_draw(invited, ask, site):
    answer = await told(ask, site)
    assert answer.keys() == a_community().keys()
    assert answer["events"][0].keys() == INVITED.keys()
    assert answer["saved"].keys() == SAVED.keys()
    assert answer["game"].keys() == GAME.keys()
    assert answer["game"]["level"].keys() == GAME["level"].keys()
    assert answer["challenges"][0].keys() == CHALLENGE.keys()
    board = await told(ask, site, "leaderboard")
    assert board.keys() == a_board().keys()
    assert board["board"].keys() == a_board()["board"].keys()
    assert [row["me"] for row in board["board"]["rows"]] == [False, True]


async def test_an_answer_on_the_card_is_told_to_the_hub_as_one_of_the_dashboard(hub, invited, ask, site):
    assert (await ask("answer_event", site=site, event="e1", answer="yes"))["success"]
    assert hub.together.answers == [("e1", "yes", "dashboard")]
    (event,) = (await told(ask, site))["events"]
    assert (event["answer"], event["by"], event["answer_waits"]) == ("yes", "dashboard", False)


async def test_an_event_that_is_over_is_told_with_what_it_saved(hub, member, ask):
    saved = hub.together.settle(low=-600, mid=200, high=1000, call="none")
    hub.together.plan(start=hub.clock() - 3 * HOUR, answer="yes", by="dashboard", **saved)
    await member.ask()
    answer = await told(ask, member.entry.entry_id)
    (event,) = answer["events"]
    assert event["savings"].keys() == SAVINGS.keys()
    assert (event["state"], event["savings"]["call"]) == ("settled", "none")
    assert (answer["saved"]["called"], answer["saved"]["mid_wh"]) == (False, 200)


async def test_an_answer_that_comes_too_late_is_a_sentence(hass, hub, member, ask):
    hub.together.plan(start=hub.clock() - 3 * HOUR)
    await member.ask()
    assert (await told(ask, member.entry.entry_id))["events"] == []
    answer = await ask("answer_event", site=member.entry.entry_id, event="e1", answer="yes")
    assert (await refused(hass, answer)).startswith("The event e1 ended, or was called off, before this answer")


async def test_a_challenge_is_joined_and_left_on_the_card(hub, invited, ask, site):
    assert (await ask("take_challenge", site=site, challenge="c1", joins=True))["success"]
    assert hub.together.challenges["c1"]["joined"]
    assert (await told(ask, site))["challenges"][0]["joined"]
    assert (await ask("take_challenge", site=site, challenge="c1", joins=False))["success"]
    assert not hub.together.challenges["c1"]["joined"]


async def test_challenges_that_are_over_are_not_shown(hub, invited, ask, site):
    hub.together.challenge(state="over")
    await invited.ask()
    assert (await told(ask, site))["challenges"] == []


async def test_who_may_read_a_part_hears_of_that_part_and_may_not_act(hub, invited, ask_as_reader, site):
    ask = ask_as_reader(NEXT, JOIN)
    answer = await told(ask, site)
    assert [each["event"] for each in answer["events"]] == ["e1"]
    assert (answer["saved"], answer["game"], answer["challenges"], answer["acts"]) == (None, None, None, False)
    for command, what in (
        ("answer_event", {"event": "e1", "answer": "yes"}),
        ("take_challenge", {"challenge": "c1", "joins": True}),
        ("leaderboard", {}),
    ):
        assert (await ask(command, site=site, **what))["error"]["code"] == "unauthorized"
    assert hub.together.answers == []


async def test_who_may_press_the_button_may_answer_on_the_card(
    hass, hub, invited, site, hass_ws_client, hass_read_only_user, hass_read_only_access_token
):
    hass_read_only_user.mock_policy(
        {"entities": {"entity_ids": {JOIN: {POLICY_CONTROL: True}, NEXT: {POLICY_READ: True}}}}
    )
    ask = asker(lambda: hass_ws_client(hass, hass_read_only_access_token))
    assert (await told(ask, site))["acts"]
    assert (await ask("answer_event", site=site, event="e1", answer="no"))["success"]
    assert hub.together.answers == [("e1", "no", "dashboard")]


async def test_who_may_read_nothing_hears_nothing(invited, ask_as_reader, site):
    ask = ask_as_reader("light.elsewhere")
    for command in ("community", "leaderboard"):
        assert (await ask(command, site=site))["error"]["code"] == "unauthorized"


async def test_a_hub_that_does_not_play_has_nothing_to_show(hub, member, ask):
    await member.ask()
    site = member.entry.entry_id
    answer = await told(ask, site)
    assert (answer["joined"], answer["events"], answer["saved"], answer["game"], answer["challenges"]) == (
        True, None, None, None, None,
    )  # fmt: skip
    assert (await told(ask, site, "leaderboard"))["board"] is None


async def test_a_home_without_a_community_is_told_so(hass, now, make_entry, ask):
    entry = make_entry()
    assert await hass.config_entries.async_setup(entry.entry_id)
    answer = await told(ask, entry.entry_id)
    assert (answer["joined"], answer["events"], answer["game"]) == (False, None, None)
    assert (await told(ask, entry.entry_id, "leaderboard"))["board"] is None


async def test_a_hub_that_is_away_is_a_sentence(hass, hub, invited, ask, site):
    await hub.close()
    assert not (answer := await ask("leaderboard", site=site))["success"]
    assert answer["error"]["translation_key"] == "hub_said_no"
    assert (await told(ask, site))["events"][0]["event"] == "e1"


def test_of_a_long_board_the_first_rows_and_ones_own_surroundings_are_told():
    rows = [{"rank": rank, "me": rank == 40} for rank in range(1, 61)]
    assert [row["rank"] for row in shown_rows(rows, 5)] == [1, 2, 3, 4, 5, 39, 40, 41]
    assert len(shown_rows(rows)) == 60
