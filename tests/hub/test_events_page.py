"""The page "Events": what coordinators and members see, and what a coordinator does there."""

import html
import re
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from sceop_hub.core.slots import SLOT
from sceop_hub.domain.event.savings import Savings, Sum
from sceop_hub.jobs.alerts import WATCH
from sceop_hub.shown_events import events_page
from sceop_hub.store import accounts, events
from tests.hub.browsing import account, browser
from tests.hub.harness import NOON, Clock, running, settings
from tests.hub.playing import home_assistant
from tests.hub.shifting import proposed, put, settled

PROPOSAL = replace(proposed(), made=NOON, start=NOON + timedelta(hours=29), end=NOON + timedelta(hours=31))
FORM = {"day": "2026-11-21", "begin": "18:00", "finish": "20:00", "target_percent": "25", "severity": "severe"}


async def read(hub, path="/events", status=200):
    async with hub.session.get(path) as answer:
        assert answer.status == status
        return plain(await answer.text())


def plain(text: str) -> str:
    return re.sub(r"\s+", " ", html.unescape(text))


async def over(hub, *happened):
    """Put events that are over into the books."""

    def keep(books):
        for event, together in happened:
            events.save(books, [event])
            events.keep_savings(books, event, {}, together, (), event.end)

    await hub.hub.store.write(keep)


async def ahead(hub):
    return (await events_page(hub.hub)).ahead


async def test_before_the_first_event_the_page_says_how_one_comes_about(hub):
    page = await read(hub)
    assert "No event is coming up." in page
    assert "the hub proposes an event here for approval" in page
    assert "No event has been yet." in page
    assert "There is no forecast at the moment" in page
    await hub.hub.change_profile("local", events="off")
    assert "Peaks never become events by themselves." in await read(hub)


async def test_a_proposal_waits_in_the_menu_until_it_is_approved(hub):
    await put(hub, PROPOSAL)
    page = await read(hub)
    assert "Waits for approval" in page
    assert "If you approve it, members are told" in page
    status, where = await hub.submit(f"/events/{PROPOSAL.id}/approve")
    assert (status, where) == (303, "/events?said=event_approved")
    assert hub.hub.events_waiting == 0
    (row,) = await ahead(hub)
    assert row.event.approved
    assert ("Approved" in (page := await read(hub)), "If you approve it" in page) == (True, False)


async def test_the_menu_counts_what_waits_for_somebody(hub):
    await put(hub, PROPOSAL)
    hub.clock.pass_by(minutes=1)
    await hub.rounds.a_whole_one()
    assert re.search(r'Events <span class="count">1</span>', await read(hub, "/forecast"))
    await hub.submit(f"/events/{PROPOSAL.id}/cancel")
    assert 'class="count"' not in await read(hub, "/forecast")
    assert await ahead(hub) == ()


async def test_an_event_that_members_know_of_is_called_off_after_a_question(hub):
    await put(hub, replace(PROPOSAL, state="announced", approved=True, announced=NOON))
    assert f'id="cancel-{PROPOSAL.id}"' in await read(hub)
    assert (await hub.submit(f"/events/{PROPOSAL.id}/cancel"))[1] == "/events?said=event_cancelled"
    (row,) = (await events_page(hub.hub)).past
    assert row.event.state == "cancelled"
    assert "Called off" in await read(hub)


async def test_an_event_is_made_by_hand_in_the_communitys_time(hub):
    assert await hub.submit("/events", FORM | {"text": "The transformer is weak."}) == (303, "/events?said=event_made")
    (row,) = await ahead(hub)
    event = row.event
    assert (event.start, event.end) == tuple(datetime(2026, 11, 21, hour, tzinfo=UTC) for hour in (17, 19))
    assert (event.target_percent, event.severity, event.origin) == (25, "severe", "hand")
    assert "The transformer is weak." in await read(hub)
    soon = FORM | {"day": "2026-11-20", "begin": "20:00", "finish": "21:00"}
    assert (await hub.submit("/events", soon))[1] == "/events?said=event_told"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"day": ""}, "Choose a day."),
        ({"begin": "soon"}, "Choose a time such as 18:00."),
        ({"finish": ""}, "Choose a time such as 20:00."),
        ({"target_percent": "much"}, "A target is a whole number of percent"),
        ({"target_percent": "95"}, "A target is a whole number of percent"),
        ({"day": "2026-11-01"}, "An event begins in the time to come"),
        ({"day": "0001-01-01", "begin": "00:00"}, "An event begins in the time to come"),
        ({"day": "9999-12-31", "finish": "02:00"}, "An event begins within 14 days"),
        ({"begin": "18:00+01:00"}, "Choose a time such as 18:00."),
        ({"begin": "10:00"}, "An event has at most 4 hours."),
        ({"begin": "18:05"}, "An event begins and ends at a quarter of an hour"),
    ],
)
async def test_what_no_event_can_be_is_said_beside_what_was_typed(hub, wrong, said):
    status, page = await hub.submit("/events", FORM | {"text": "Typed before."} | wrong)
    assert (status, said in plain(page), "Typed before." in page) == (422, True, True)
    assert await ahead(hub) == ()


async def test_an_end_before_the_start_is_the_next_days_and_the_clock_change_is_lived_through(tmp_path):
    zone = ZoneInfo("Europe/Amsterdam")
    clock = Clock(datetime(2026, 10, 24, 12, tzinfo=UTC))
    async with running(settings(tmp_path), clock) as hub:
        await hub.submit("/events", FORM | {"day": "2026-10-24", "begin": "23:30", "finish": "02:15"})
        (row,) = await ahead(hub)
        assert [edge.astimezone(zone).time() for edge in (row.event.start, row.event.end)] == [
            time(23, 30),
            time(2, 15),
        ]
        assert len(row.event.span) == 11
        await hub.submit("/events", FORM | {"day": "2026-10-25", "begin": "02:30", "finish": "03:30"})
        assert [len(row.event.span) for row in await ahead(hub)] == [11, 8], (
            "from half past two to half past three again"
        )


async def test_past_events_are_told_with_their_interval_or_why_there_is_none(hub):
    reasons = ("unpublished", "restored", "few", "large", "rest", "incomplete")
    happened = [settled(2, 0.24), settled(5, 0.02), *(settled(6 + at, 0.0, why) for at, why in enumerate(reasons))]
    await over(hub, *happened)
    page = await read(hub)
    saved = happened[0][1].savings
    for wh in (saved.mid_wh, saved.low_wh, saved.high_wh):
        assert f'<data value="{wh}" data-unit="wh">' in page
    assert "The interval holds zero" in page
    for sentence in (
        "Nothing of the homes was published when it began.",
        "A backup was restored since",
        "Fewer than 15 homes joined",
        "One home is too large a part of the sum.",
        "Too few homes did not join",
        "Too few of the homes that joined sent all of their readings.",
    ):
        assert sentence in page
    assert page.count("Fewer than 15 homes said yes") == len(happened)


@pytest.mark.parametrize(
    ("why", "sentence"),
    [
        ("incomplete", "Too much of the data is missing"),
        ("young", "Too short a past of these homes is known."),
        ("idle", "The homes would have used next to nothing."),
    ],
)
async def test_where_nothing_can_be_called_the_page_says_why(hub, why, sentence):
    event, _ = settled(2, 0.0)
    await over(hub, (event, Sum(17, Savings("none", why=why))))
    page = await read(hub)
    assert ("No call" in page, sentence in page) == (True, True)
    assert "There is no sum, so there is nothing to show" not in await read(hub, f"/events/{event.id}")


async def test_the_page_of_an_event_shows_arithmetic_that_adds_up(hub):
    event, together = settled(2, 0.24)
    await over(hub, (event, together))
    page = await read(hub, f"/events/{event.id}")
    rows = re.findall(r"<tr( class=\"sum\")?>\s*<th.*?</tr>", page)
    assert len(rows) >= len(event.span)
    table = page.partition('data-testid="slots"')[2].partition("</table>")[0]
    numbers = [int(value) for value in re.findall(r'<data value="(-?\d+)"', table)]
    lines = [numbers[at : at + 3] for at in range(0, len(numbers), 3)]
    assert lines[-1] == [together.savings.baseline_wh, together.savings.actual_wh, together.savings.mid_wh]
    assert sum(line[1] for line in lines[:-1]) == lines[-1][1]
    assert all(was - came == less for was, came, less in lines)
    assert "23 homes of a like day that did not join" in page
    assert "One home that joined is not in it" in page
    days = page.partition('data-testid="days"')[2].partition("</table>")[0]
    assert days.count("<tr>") == 1 + len(together.savings.audit["errors"])


async def test_of_an_event_without_a_sum_or_whose_arithmetic_is_old_the_page_says_so(hub):
    few, found = settled(9, 0.0, "few"), settled(2, 0.24)
    await over(hub, few, (found[0], replace(found[1], savings=replace(found[1].savings, audit={}))))
    assert "There is no sum, so there is nothing to show" in await read(hub, f"/events/{few[0].id}")
    assert "The arithmetic is kept for three months" in await read(hub, f"/events/{found[0].id}")
    assert "The hub knows no such event." in await read(hub, "/events/nobody", 404)


async def test_a_viewer_sees_what_members_know_and_decides_nothing(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as viewer:
        await account(hub, "Vic", "viewer")
        await viewer.sign_in("Vic")
        await put(hub, PROPOSAL)
        known = replace(
            PROPOSAL, id="known", start=PROPOSAL.start + 12 * SLOT, end=PROPOSAL.end + 12 * SLOT, state="announced"
        )
        await put(hub, replace(known, announced=NOON))
        page = (await viewer.open("/events")).text
        assert page.count('data-testid="event"') == 1
        assert "Waits for approval" not in page
        assert f"/events/{known.id}/cancel" not in page
        assert "event-form" not in page
        assert (await viewer.open(f"/events/{PROPOSAL.id}")).status == 404
        assert (await viewer.open("/plan")).status == 200
        assert await hub.hub.store.read(accounts.any_)


async def test_a_phone_is_told_once_that_a_proposal_waits_and_nothing_when_it_is_over(tmp_path):
    async with home_assistant() as played, running(settings(tmp_path, home_assistant=played.at)) as hub:
        await hub.hub.change_profile("local", notify="mobile_app_phone")
        await put(hub, PROPOSAL)
        for _ in range(3):
            hub.clock.pass_by(minutes=1)
            await hub.app[WATCH].look()
        told = [message for _, _, message in played.sent]
        assert [message for message in told if "A peak event is proposed" in message] == told[:1]
        assert "2026-11-21 18:00 and waits for your approval" in told[0]
        assert hub.hub.alerts_waiting == 0, "the menu counts it beside Events"
        assert "Look at Events" in await read(hub, "/alerts")
        await hub.submit(f"/events/{PROPOSAL.id}/approve")
        for _ in range(20):
            hub.clock.pass_by(minutes=1)
            await hub.app[WATCH].look()
        assert len(played.sent) == 1


async def test_the_rule_is_set_in_the_settings(hub):
    rule = {
        "events": "automatic",
        "event_severity": "severe",
        "event_target_percent": "15",
        "event_ahead_h": "24",
        "event_notice_min": "90",
        "events_a_day": "2",
        "events_a_week": "4",
        "event_quiet_from": "21:30",
        "event_quiet_to": "06:30",
    }
    assert await hub.submit("/settings/events", rule) == (303, "/settings?said=saved#events")
    found = hub.hub.profile.event_rule
    assert (found.mode, found.severity, found.target_percent, found.a_day, found.a_week) == (
        "automatic",
        "severe",
        15,
        2,
        4,
    )
    assert (found.ahead, found.notice) == (timedelta(hours=24), timedelta(minutes=90))
    assert (found.quiet_from, found.quiet_to) == (time(21, 30), time(6, 30))
    page = await read(hub)
    assert "24 hours ahead at the earliest, 90 minutes before at the latest" in page
    assert "2 a day, 4 in seven days" in page
    for field in rule:
        status, page = await hub.submit("/settings/events", rule | {field: ""})
        assert (status, "Nothing was saved yet" in plain(page)) == (422, True), field
    for field, value in {"event_target_percent": "99", "event_quiet_from": "late", "event_notice_min": "1440"}.items():
        assert (await hub.submit("/settings/events", rule | {field: value}))[0] == 422
    assert hub.hub.profile.event_rule == found
