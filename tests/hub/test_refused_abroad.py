"""Whatever a page refuses is said in its reader's language; programs read the same in English."""

import asyncio
import io
import re
from html import unescape
from urllib.parse import urlencode

import aiohttp
import pytest

from sceop_hub.backup.backups import BACKUPS
from sceop_hub.jobs.errands import ERRANDS
from sceop_hub.store.writer import StorageError
from sceop_hub.web import uploads
from tests.hub.browsing import PASSWORD, account, browser, program
from tests.hub.harness import running, settings

GERMAN = {"Accept-Language": "de-AT, de;q=0.9, en;q=0.5"}


@pytest.fixture
async def german(hub):
    """A browser at the hub's own machine whose reader speaks German."""
    async with browser(hub, **GERMAN) as german:
        yield german


def seen(page) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.text)))


FORMS = {
    "an account whose name is taken": ("/accounts", None, {"name": "Ada", "password": PASSWORD, "role": "viewer"}, 422),
    "a password that is short": ("/accounts", None, {"name": "Ben", "password": "short", "role": "viewer"}, 422),
    "a password that is guessed": ("/accounts", None, {"name": "Ben", "password": "a" * 12, "role": "viewer"}, 422),
    "a name that no account has": ("/accounts", None, {"name": "<b>", "password": PASSWORD, "role": "viewer"}, 422),
    "a role that is none": ("/accounts", None, {"name": "Ben", "password": PASSWORD, "role": "king"}, 422),
    "an account that is gone": ("/accounts/99/delete", "/accounts", {}, 422),
    "a token for nothing": ("/accounts/tokens", "/accounts", {"name": "Dashboard"}, 422),
    "a token for nobody": ("/accounts/tokens", "/accounts", {"name": "", "scopes": ["community"]}, 422),
    "a role for a stranger": ("/accounts/ingress/nobody/role", "/accounts", {"role": "viewer"}, 422),
    "an account at the machine itself": ("/account/password", "/accounts", {"old": "x", "new": PASSWORD}, 403),
    "a team that exists": ("/teams", "/households", {"name": "Elm Street", "kind": "street"}, 422),
    "a team without a name": ("/teams", "/households", {"name": "", "kind": "street"}, 422),
    "a team of no kind": ("/teams", "/households", {"name": "Oak Street", "kind": "planet"}, 422),
    "a household without a name": ("/households", None, {"name": "\u200b", "kind": "home"}, 422),
    "a household that is gone": ("/households/nobody/pause", "/households", {}, 404),
    "an invite for nobody": ("/invites", None, {"uses": "0", "days": "1", "label": ""}, 422),
    "an invite for many words": ("/invites", None, {"uses": "1", "days": "1", "label": "x" * 500}, 422),
    "an invite for a word": ("/invites", None, {"uses": "many", "days": "1", "label": ""}, 422),
    "an invite that is gone": ("/invites/99/revoke", "/invites", {}, 404),
    "an alert of no kind": ("/alerts/mute", "/alerts", {"kind": "weather", "subject": ""}, 422),
    "a message to no phone": ("/settings/notify/test", "/settings", {}, 422),
    "a backup that is gone": ("/settings/backups/remove", "/settings/backups", {"name": "x"}, 404),
    "a file that is gone": ("/settings/backups/restore", "/settings/backups", {"upload": "x"}, 404),
}
TOLD = {
    "an account whose name is taken": "Ein Konto „Ada“ gibt es schon.",
    "a password that is short": "Ein Passwort hat 10 bis ",
    "a password that is guessed": "Dieses Passwort ist sofort erraten.",
    "a name that no account has": "Der Name eines Kontos hat",
    "a role that is none": "Wähle eine Rolle aus der Liste.",
    "an account that is gone": "Dieses Konto gibt es nicht mehr.",
    "a token for nothing": "Wähle mindestens eines aus, das das Token darf.",
    "a token for nobody": "Nenne das Programm, das das Token verwendet",
    "a role for a stranger": "Der Hub hat diesen Benutzer noch nicht gesehen.",
    "an account at the machine itself": "Du bist ohne Konto des Hubs gekommen",
    "a team that exists": "Ein Team „Elm Street“ gibt es schon.",
    "a team without a name": "Der Name eines Teams hat 1 bis 60 sichtbare Zeichen.",
    "a team of no kind": "Wähle die Art des Teams aus der Liste.",
    "a household without a name": "Ein Name braucht mindestens ein Zeichen, das man sieht",
    "a household that is gone": "Der Hub kennt diesen Haushalt nicht.",
    "an invite for nobody": "Eine Einladung gilt für 1 bis 1000 Haushalte",
    "an invite for many words": "Eine Notiz hat höchstens",
    "an invite for a word": "„many“ ist keine ganze Zahl.",
    "an invite that is gone": "Diese Einladung gibt es nicht.",
    "an alert of no kind": "Eine solche Warnung gibt es nicht.",
    "a message to no phone": "Es ist noch kein Telefon gewählt.",
    "a backup that is gone": "Dieses Backup gibt es nicht mehr.",
    "a file that is gone": "Die gesendete Datei wird nicht mehr aufbewahrt.",
}


@pytest.mark.parametrize("case", FORMS)
async def test_a_form_that_is_refused_says_so_in_german(hub, german, case):
    path, page, fields, status = FORMS[case]
    await account(hub, "Ada", "viewer")
    await german.submit("/teams", "/households", name="Elm Street", kind="street")
    answer = await german.submit(path, page, **fields)
    assert answer.status == status
    assert TOLD[case] in seen(answer)


PAGES = {
    "/no/such/page": (404, "Der Hub hat unter dieser Adresse nichts."),
    "/invites/x": (404, "Unter dieser Adresse ist nichts."),
    "/audit?from=yesterday": (422, "„yesterday“ ist kein Tag"),
    "/settings/import/gone": (404, "Der Hub weiß davon nichts mehr."),
    "/settings/export/gone": (404, "Der Hub weiß davon nichts mehr."),
    "/settings/backups/file/gone": (404, "Dieses Backup gibt es nicht mehr."),
    "/kiosk/enter?key=x": (403, "Der Schlüssel dieses Bildschirms gilt nicht mehr."),
    "/login/": (404, "Der Hub hat unter dieser Adresse nichts."),
}


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_that_is_refused_says_so_in_german(german, path):
    page = await german.open(path)
    status, told = PAGES[path]
    assert (page.status, told in seen(page)) == (status, True), seen(page)


async def test_a_form_from_elsewhere_is_refused_in_german(german):
    async with german.session.post("/teams", data={"name": "x", "kind": "street"}) as answer:
        assert answer.status == 403
        assert "Diese Änderung kam nicht von einer Seite des Hubs" in await answer.text()


async def test_what_is_asked_in_another_way_or_is_too_large_is_refused_in_german(hub, german):
    async with german.session.put("/teams") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")
        assert "So fragen die Seiten des Hubs nicht danach." in await answer.text()
    form = {"csrf": await german.csrf("/households"), "name": "x" * 1_200_000, "kind": "street"}
    body = io.BytesIO(urlencode(form).encode())
    asked = {"Content-Type": "application/x-www-form-urlencoded"}
    async with german.session.post("/teams", data=body, headers=asked) as answer:
        assert answer.status == 413
        assert "größer als jedes Formular dieses Hubs" in await answer.text()


async def test_a_disk_that_is_full_and_a_mistake_of_ours_are_told_in_german(hub, german, monkeypatch):
    async def full(_change):
        raise StorageError("The hub could not write to its disk (disk I/O error).") from OSError("disk I/O error")

    token = await german.csrf("/households")
    with monkeypatch.context() as patch:
        patch.setattr(hub.hub.store, "write", full)
        async with german.session.post("/teams", data={"csrf": token, "name": "x", "kind": "street"}) as answer:
            assert answer.status == 507
            assert "Der Hub konnte nicht auf seine Platte schreiben (disk I/O error)." in await answer.text()

    async def broken(_look):
        raise RuntimeError("broken")

    with monkeypatch.context() as patch:
        patch.setattr(hub.hub.store, "read", broken)
        page = await german.open("/audit")
    assert page.status == 500
    assert "Der Hub hat einen Fehler gemacht; sein Log sagt mehr." in seen(page)


async def test_who_tries_in_vain_too_often_is_told_in_german(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub, **GERMAN) as ben:
        await account(hub, "Ben", "viewer")
        pages = [await ben.sign_in("Ben", "another password") for _ in range(6)]
    assert pages[-1].status == 429
    assert "Zu viele vergebliche Versuche. Warte " in seen(pages[-1])


async def test_a_viewer_is_kept_out_in_german(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub, **GERMAN) as ben:
        await account(hub, "Ben", "viewer")
        await ben.sign_in("Ben")
        page = await ben.open("/audit")
        assert (page.status, "Deine Rolle hier umfasst das nicht." in seen(page)) == (403, True)
        page = await ben.submit("/account/password", "/account", old=PASSWORD, new="short")
        assert "Ein Passwort hat 10 bis " in seen(page)


async def _import(german, content, **fields):
    form = aiohttp.FormData({"csrf": await german.csrf("/settings/data"), **fields})
    form.add_field("file", content, filename="meter.csv")
    async with german.session.post("/settings/import", data=form, allow_redirects=False) as answer:
        return answer.status, answer.headers.get("Location"), unescape(await answer.text())


IMPORTS = {
    "hello": "Die Zeilen der Datei haben keine gemeinsamen Spalten",
    "Start;x\n2026-11-01 00:00;5\n2026-11-01 00:15;6\n": "Nichts nennt die Einheit von „x“.",
    "PK\x03\x04": "Diese Datei ist eine Tabellenkalkulation oder ein Archiv",
}


@pytest.mark.parametrize(("content", "told"), IMPORTS.items(), ids=IMPORTS.values())
async def test_a_file_that_can_not_be_understood_is_told_in_german(hub, german, content, told):
    status, where, _ = await _import(german, content.encode(), household="new", new="Number 9")
    assert status == 303
    await hub.app[ERRANDS].latest("understand").finished()
    assert told in seen(await german.open(where))
    assert told in seen(await german.open(f"{where}/state"))


async def test_what_is_said_of_a_file_and_can_not_be_meant_is_told_in_german(german):
    status, _, text = await _import(german, b"x", household="new", new="Number 9", zone="Mars/Olympus")
    assert status == 422
    assert "„Mars/Olympus“ ist keine Zeitzone" in text


async def test_an_upload_without_a_file_or_with_too_much_is_told_in_german(hub, german, monkeypatch):
    fields = {"csrf": await german.csrf("/settings/data"), "household": "new"}
    form = aiohttp.FormData(fields, default_to_multipart=True)
    async with german.session.post("/settings/import", data=form) as answer:
        assert "Es wurde keine Datei gewählt." in await answer.text()
    monkeypatch.setattr("sceop_hub.web.views.data.MOST_BYTES", 10)
    _, _, text = await _import(german, b"x" * 100, household="new", new="Number 9")
    assert "Eine Datei hat höchstens 0 MB. Sende sie in Teilen." in text
    monkeypatch.setattr(uploads, "_ROOM", 2**62)
    _, _, text = await _import(german, b"x", household="new", new="Number 9")
    assert "Es ist nur Platz für 0 MB." in text


async def test_a_backup_that_is_locked_is_told_in_german(hub, german):
    backups = hub.app[BACKUPS]
    await asyncio.to_thread(backups.keep_passphrase, "four words are easy")
    name = (await backups.make()).name
    where = f"/settings/backups/restore?name={name}"

    async def tried(passphrase):
        page = await german.submit("/settings/backups/restore", where, name=name, passphrase=passphrase)
        await hub.app[ERRANDS].latest("restore").finished()
        return seen(await german.open(page.leads_to))

    assert "Dieses Backup ist verschlossen." in await tried("")
    assert "Die Passphrase öffnet dieses Backup nicht" in await tried("four other words")


async def test_a_backup_that_fails_tells_each_reader_why_in_their_language(hub, german, tmp_path):
    (tmp_path / "backups").write_text("a file in the folder's place")
    await german.submit("/settings/backups/make", "/settings/backups")
    async with asyncio.timeout(20):
        while hub.app[BACKUPS].busy:
            await hub.rounds.a_whole_one()
    assert "Der eigene Prozess des Backups endete ohne Antwort" in seen(await german.open("/settings/backups"))
    async with browser(hub, **{"Accept-Language": "fr"}) as french:
        assert "Le processus de la sauvegarde s'est terminé sans réponse" in seen(
            await french.open("/settings/backups")
        )


async def test_programs_read_english_whatever_language_they_ask_for(hub):
    token = await program(hub, "community")
    async with hub.session.get("/audit", headers={"Authorization": f"Bearer {token}", **GERMAN}) as answer:
        told = await answer.json(content_type=None)
    assert (answer.status, told["type"]) == (403, "urn:sceop:problem:forbidden")
    assert told["detail"] == "This token is not good for that. Ask an owner for one with the scope it needs."
    answer = await hub.ask_to_join(code="NO-SUCH")
    assert (answer.problem, answer.detail) == (
        "invite-unknown",
        "This hub knows no such invite code. Check it for typing mistakes.",
    )
