"""The audit log: every change by a person stands in it, once it is made and only then."""

import ast
import csv
import io
import json
import re
from dataclasses import fields
from html import unescape
from importlib import resources
from pathlib import Path

import pytest

from sceop_hub.__main__ import main
from sceop_hub.domain.profile import Profile
from sceop_hub.store import audit, database, teams
from sceop_hub.web.noted import KINDS, LABELS, Reader
from sceop_hub.words import speaker, words
from tests.hub.browsing import PASSWORD, account, browser
from tests.hub.harness import NOON, running, settings


@pytest.fixture
async def owner(hub):
    """A browser at the hub's own machine."""
    async with browser(hub) as owner:
        yield owner


async def notes(hub, **wanted) -> list[tuple[str, str, str]]:
    found = await hub.hub.store.read(lambda books: audit.notes(books, audit.Filter(**wanted), 1000))
    return [(note.who, note.action, note.subject) for note in reversed(found)]


async def test_every_change_of_a_coordinator_is_written_down(hub, owner):
    public_id = (await hub.ask_to_join()).body["household"]
    page, who = f"/households/{public_id}", f"household:{public_id}"
    await owner.submit("/invites", uses="1", days="1", label="secret label")
    await owner.submit("/invites/2/revoke", "/invites")
    await owner.submit("/teams", "/households", name="North", kind="street")
    await owner.submit(f"{page}/team", page, team="1")
    await owner.submit("/teams/1/rename", "/households", name="South")
    await owner.submit("/teams/1/delete", "/households")
    await owner.submit(f"{page}/pause", page)
    await owner.submit(f"{page}/resume", page)
    await owner.submit(f"{page}/revoke", page)
    await owner.submit("/households", name="By hand", kind="home")
    await owner.submit("/accounts", name="Ben", password=PASSWORD, role="viewer")
    await owner.submit("/accounts/1/role", "/accounts", role="coordinator")
    await owner.submit("/accounts/1/password", "/accounts", password="another four words")
    await owner.submit("/accounts/1/delete", "/accounts")
    await owner.submit("/accounts/tokens", "/accounts", name="Dashboard", scopes=["community"])
    await owner.submit("/accounts/tokens/1/revoke", "/accounts")
    await owner.submit(f"{page}/remove", page)
    found = await notes(hub)
    by_owner = [(action, subject) for by, action, subject in found if by == "local"]
    assert found[0] == (who, "household.join", who)
    assert by_owner[:-8] == [
        ("invite.make", "invite:2"),
        ("invite.revoke", "invite:2"),
        ("team.make", "team:1"),
        ("household.team", who),
        ("team.rename", "team:1"),
        ("team.delete", "team:1"),
        ("household.pause", who),
        ("household.resume", who),
        ("household.revoke", who),
    ]
    assert [action for action, _ in by_owner[-8:]] == [
        "household.add",
        "account.make",
        "account.role",
        "account.password",
        "account.delete",
        "token.make",
        "token.revoke",
        "household.remove",
    ]


async def test_what_was_refused_is_not_written_down(hub, owner):
    await owner.submit("/accounts", name="Ben", password="short", role="viewer")
    await owner.submit("/teams", "/households", name="", kind="street")
    await owner.submit("/invites", uses="0", days="1", label="")
    await hub.ask_to_join(code="NO-SUCH")
    assert await notes(hub) == []


async def test_signing_in_and_out_is_written_down_under_ones_name(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as ada:
        await account(hub, "Ada", "owner")
        await ada.sign_in("Ada")
        await ada.submit("/account/password", "/account", old=PASSWORD, new="another four words")
        text = (await ada.open("/audit")).text
        assert text.count("<bdi>Ada</bdi>") >= 2
        await ada.submit("/logout", "/account")
        assert [action for _, action, _ in await notes(hub)] == ["session.open", "account.password", "session.end"]


async def test_no_secret_stands_in_the_log(hub, owner):
    await owner.submit("/accounts", name="Ben", password=PASSWORD, role="viewer")
    await owner.submit("/accounts/tokens", "/accounts", name="Dashboard", scopes=["community"])
    page = (await owner.open("/audit")).text
    assert PASSWORD not in page
    assert "sceop_" not in page.replace("sceop_hub", "")
    assert "$argon2" not in page


async def test_an_invite_of_the_command_line_is_written_down(tmp_path, capsys):
    async with running(settings(tmp_path)) as hub:
        assert main(["invite", "--data", str(tmp_path)]) == 0
        assert (await notes(hub))[-1] == ("command-line", "invite.make", "invite:1")
    capsys.readouterr()


async def test_the_log_is_filtered_by_who_what_and_day(hub, owner):
    await owner.submit("/teams", "/households", name="Friday", kind="street")
    hub.clock.pass_by(days=1)
    await owner.submit("/invites", uses="1", days="1", label="")
    for query, shown in (
        ("?action=team", {"team.make"}),
        ("?action=team.make", {"team.make"}),
        ("?action=tea*", set()),
        ("?who=local", {"team.make", "invite.make"}),
        ("?who=account:1", set()),
        ("?from=2026-11-21", {"invite.make"}),
        ("?to=2026-11-20", {"team.make"}),
        ("?from=2026-11-20&to=2026-11-21", {"team.make", "invite.make"}),
    ):
        async with owner.session.get(f"/audit.csv{query}") as file:
            rows = list(csv.DictReader(io.StringIO(await file.text())))
        assert {row["action"] for row in rows} == shown, query


async def test_who_is_to_be_looked_for_stands_there_by_name_and_in_order(hub, owner):
    await owner.submit("/teams", "/households", name="North", kind="street")
    for name in ("Mill Street 10", "Mill Street 2"):
        await hub.join(name=name)
    async with owner.session.get("/audit") as answer:
        choice = re.search(r'<select id="who".*?</select>', await answer.text(), re.DOTALL)[0]
    shown = re.findall(r">([^<]+)</option>", choice)
    assert shown == ["All", "Mill Street 2", "Mill Street 10", "Somebody at this machine"]


async def test_the_last_hour_of_a_day_belongs_to_it_where_people_live(hub):
    hub.clock.pass_by(hours=10, minutes=30)
    await hub.hub.store.write(lambda books: audit.note(books, hub.clock(), "x", "late.change", "y"))
    async with browser(hub) as owner:
        assert "late.change</th>" in (await owner.open("/audit?to=2026-11-20")).text
        assert "late.change</th>" not in (await owner.open("/audit?from=2026-11-21")).text


async def test_a_long_log_goes_on_on_the_next_page(hub):
    def many(books):
        for number in range(250):
            audit.note(books, hub.clock(), "x", "some.change", f"thing:{number}")

    await hub.hub.store.write(many)
    async with browser(hub) as owner:
        seen, path = [], "/audit"
        while path:
            text = (await owner.open(path)).text
            seen += _subjects(text)
            path = _older(text)
    assert seen == [f"thing:{number}" for number in reversed(range(250))]


@pytest.mark.parametrize(
    "query",
    [
        "?from=yesterday",
        "?to=9999-12-31",
        "?from=0001-01-01",
        "?before=x",
        "?before=" + "9" * 40,
        "?who='%20OR%201=1%20--",
        "?action=%5B%5D*?",
        "?from=%00",
    ],
)
async def test_no_question_breaks_the_log(owner, query):
    assert (await owner.open(f"/audit{query}")).status in {200, 422}


async def test_the_file_holds_no_formula(hub):
    await hub.hub.store.write(lambda books: audit.note(books, hub.clock(), "=cmd()", "+x", "@y", note="-1"))
    async with browser(hub) as owner, owner.session.get("/audit.csv") as file:
        (row,) = csv.DictReader(io.StringIO(await file.text()))
    assert (row["who"], row["action"], row["subject"]) == ("'=cmd()", "'+x", "'@y")


def test_a_note_is_made_with_its_change_or_not_at_all(tmp_path):
    books = database.open_for_writing(tmp_path)
    books.execute("BEGIN")
    audit.note(books, NOON, "x", "a.b", "c")
    books.execute("ROLLBACK")
    assert audit.notes(books, audit.Filter(), 10) == []
    books.close()


def _subjects(text):
    return re.findall(r'<span class="code">(thing:\d+)</span>', text)


def _older(text):
    found = re.search(r'href="(/audit\?[^"]*before=[^"]*)"', text)
    return found and unescape(found[1])


def actions_in_the_code():
    """Give every action that some code notes, and what it says of it; actions that are put together are listed."""
    for file in Path(str(resources.files("sceop_hub"))).rglob("*.py"):
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in {"note", "_note", "_change"}:
                yield from (
                    one.value
                    for one in call.args
                    if isinstance(one, ast.Constant) and re.fullmatch(r"[a-z]+\.[a-z_]+", str(one.value))
                )
            elif isinstance(call, ast.Call) and getattr(call.func, "id", "") == "_note":
                yield from (one.value for one in call.args if isinstance(one, ast.Constant) and "." in str(one.value))


def test_whatever_is_noted_has_words():
    found = set(actions_in_the_code())
    assert {"team.make", "backup.remove", "alert.acknowledge", "user.role"} <= found
    assert [action for action in sorted(found) if f"audit.did.{action.replace('.', '_')}" not in words("en")] == []


@pytest.mark.parametrize("field", [field.name for field in fields(Profile)])
def test_every_setting_has_a_name(field):
    assert Reader(speaker("en"), {}).named(field).kind == "word"


@pytest.mark.parametrize(
    "label", [label for label in LABELS.values() if label] + [label for label, _ in KINDS.values()]
)
def test_what_a_detail_is_called_is_a_word(label):
    assert label in words("en")


DETAILS = {
    ("household.join", "household:1", '{"state": "waiting"}'): "Zustand: Wartet auf Freigabe",
    ("account.role", "account:7", '{"role": "viewer"}'): "Rolle: Betrachter",
    ("user.role", "ha:7", '{"role": null}'): "Rolle: Keine Rolle",
    ("household.team", "household:1", '{"team": null}'): "Team: Kein Team",
    ("household.team", "household:1", '{"team": 1}'): "Team: Elm {street}",
    ("household.team", "household:1", '{"team": 9}'): "Team: Team Nr. 9",
    ("team.make", "team:1", '{"kind": "building"}'): "Art des Teams: Gebäude",
    ("household.add", "household:1", '{"kind": "organisation"}'): "Art: Organisation",
    ("household.decide", "household:1", '{"shown": true}'): "Mit Namen gezeigt: Ja",
    ("token.make", "token:1", '{"scopes": ["metrics", "admit:change"]}'): (
        "Was es darf: Die Zähler des Hubs selbst lesen; Einladen, freigeben, "
    ),
    ("profile.change", "place", '{"place": {"name": "Utrecht", "latitude": 52.1, "longitude": 5.1}}'): (
        "Ort: Utrecht (52.1, 5.1)"
    ),
    ("profile.change", "language", '{"language": "de"}'): "Sprache der Nachrichten: Deutsch",
    ("backup.restore", "backup:x", '{"made_at": "2026-11-20T12:00:00+00:00"}'): "Gemacht: 2026-11-20 12:00 UTC",
    ("some.change", "thing:1", '{"what": "menu.open", "kind": "x"}'): "what: menu.open; kind: x",
}


@pytest.mark.parametrize(("note", "shown"), DETAILS.items(), ids=[f"{name} {said}" for name, _, said in DETAILS])
async def test_details_are_said_in_the_readers_language(hub, note, shown):
    action, subject, detail = note

    def write(books):
        teams.add(books, "Elm {street}", "street")
        audit.note(books, NOON, "x", action, subject, **json.loads(detail))

    await hub.hub.store.write(write)
    async with browser(hub, **{"Accept-Language": "de-CH"}) as reader:
        text = (await reader.open("/audit")).text
    assert shown in unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text)))


SUBJECTS = {
    "account:7": "Konto Nr. 7",
    "team:1": "Team Nr. 1",
    "invite:2": "Einladung 2",
    "alert:disk:": "Speicherplatz",
    "cleared": "Neue Backups werden nicht verschlüsselt",
    "currency, place, zone": "Währung, Ort, Zeitzone",
    "household:forgotten": "Ein vergessener Haushalt",
    "command-line": "Die Befehlszeile",
    "thing:1": "thing:1",
}


@pytest.mark.parametrize(("key", "shown"), SUBJECTS.items())
def test_who_and_what_is_said_in_words(key, shown):
    assert Reader(speaker("de"), {}).named(key).text == shown
