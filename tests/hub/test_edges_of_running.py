"""A hub that runs where something does not fit: files that are away, a clock that jumps, others that answer oddly."""

import asyncio
import errno
import logging
import re
import resource
import signal
import socket
import ssl
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from ipaddress import ip_network
from types import SimpleNamespace

import pytest
from aiohttp import FormData
from aiohttp.test_utils import make_mocked_request
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from sceop_hub import discovery, doctor, processes, reach, server, tls
from sceop_hub.auth import origin, passwords
from sceop_hub.auth.guards import GUARDS, MOST_SHOWN, ShownOnce, neighbourhood
from sceop_hub.auth.throttle import FORGIVEN_AFTER, MOST_REMEMBERED, Allowance, Brake
from sceop_hub.auth.tokens import HOUSEHOLD
from sceop_hub.backup.backups import BACKUPS
from sceop_hub.core.blocks import Block
from sceop_hub.domain import readings
from sceop_hub.domain.alerts import TOLD_AGAIN_AFTER, Alert, Finding, Kind, messages
from sceop_hub.domain.refusal import Refusal
from sceop_hub.homeassistant import HomeAssistant, HomeAssistantError
from sceop_hub.hub import HUB
from sceop_hub.jobs.alerts import WATCH, Watch
from sceop_hub.jobs.errands import ERRANDS
from sceop_hub.logs import MOST_SENTENCES, AsJson, NoFlood
from sceop_hub.metrics import Metrics
from sceop_hub.settings import HomeAssistantAt, SupervisorAt
from sceop_hub.store import accounts, announced, database, invites, visitors
from sceop_hub.values import SettingsError
from sceop_hub.web import uploads
from sceop_hub.web.refused import refused
from tests.certificates import pair
from tests.hub.browsing import PASSWORD, account, browser
from tests.hub.harness import NOON, Clock, running, settings
from tests.hub.playing import home_assistant


@pytest.fixture
def books(tmp_path):
    """The books of a new hub."""
    connection = database.open_for_writing(tmp_path)
    yield connection
    connection.close()


def test_a_certificate_that_is_away_and_one_that_is_none_are_sentences(tmp_path):
    with pytest.raises(SettingsError, match=r"can not be read: No such file"):
        tls.leaf(tmp_path / "none.pem")
    (tmp_path / "text.pem").write_text("not a certificate")
    with pytest.raises(SettingsError, match="holds no certificate in PEM form"):
        tls.leaf(tmp_path / "text.pem")


def test_a_certificate_without_names_has_none(tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    nobody = x509.Name([])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(nobody)
        .issuer_name(nobody)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOON)
        .not_valid_after(NOON + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    (tmp_path / "hub.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    assert tls.leaf(tmp_path / "hub.pem").names == ()


async def test_a_hub_without_tls_has_no_certificate_to_keep_fresh(tmp_path):
    async def pause():
        raise AssertionError("it waits for a certificate that nobody named")

    await tls.keep_fresh(ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER), settings(tmp_path), pause)


async def test_a_certificate_that_is_away_while_it_is_replaced_is_waited_for(tmp_path, caplog):
    caplog.set_level(logging.INFO)
    certificate, key = pair(tmp_path)
    told = settings(tmp_path, tls_certificate=certificate, tls_key=key)
    serving = tls.context(told, datetime.now(UTC))
    said = []

    async def pause():
        said.append(len(caplog.records))
        if len(said) == 2:
            certificate.rename(tmp_path / "away")
        elif len(said) == 3:
            (tmp_path / "away").rename(certificate)
            pair(tmp_path)
        elif len(said) == 4:
            raise TimeoutError

    with pytest.raises(TimeoutError):
        await tls.keep_fresh(serving, told, pause)
    assert said == [0, 0, 0, 1]
    assert "took the new certificate" in caplog.text


async def test_a_check_up_that_breaks_off_says_why(tmp_path, monkeypatch):
    async def run(*_, **__):
        return SimpleNamespace(code=1, complaint="no memory")

    monkeypatch.setattr(processes, "run", run)
    with pytest.raises(Refusal, match="did not come to its end: no memory"):
        await doctor.examine_beside(settings(tmp_path), NOON)


def verdicts(told):
    return {one.check: (one.verdict, one.word) for one in doctor.examine(told, NOON)}


def test_the_doctor_finds_a_folder_that_takes_no_files(tmp_path, monkeypatch):
    def locked(**_):
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr("tempfile.TemporaryFile", locked)
    (found,) = doctor._folder(tmp_path)
    assert (found.verdict, found.word, found.facts["why"]) == ("wrong", "locked", "Read-only file system")


def test_the_doctor_finds_a_certificate_that_can_not_be_read(tmp_path):
    told = settings(tmp_path, tls_certificate=tmp_path / "none.pem", tls_key=tmp_path / "none.key")
    assert verdicts(told)["certificate"] == ("wrong", "unreadable")


def test_the_doctor_finds_a_damaged_lake_and_nothing_in_a_whole_one(tmp_path, monkeypatch):
    (tmp_path / "lake").mkdir()
    assert verdicts(settings(tmp_path))["lake"] == ("ok", "fine")
    monkeypatch.setattr(doctor.lake, "check", lambda _: [SimpleNamespace(path="2026/11.parquet")])
    assert verdicts(settings(tmp_path))["lake"] == ("warning", "damaged")


async def test_an_app_goes_on_telling_the_supervisor_until_the_hub_stops(tmp_path, monkeypatch):
    telling, ended = asyncio.Event(), []

    async def keep_telling(hub, port, host):
        try:
            telling.set()
            await asyncio.Event().wait()
        finally:
            ended.append((port, host))

    monkeypatch.setattr(discovery, "keep_telling", keep_telling)
    told = settings(tmp_path, supervisor=SupervisorAt("http://supervisor", "x"), announce=True)
    async with running(told) as hub, discovery.announced(hub.app[HUB], 8710, 8099):
        await telling.wait()
        assert ended == []
    assert ended == [(8099, socket.gethostname())]


async def test_a_network_that_can_not_be_told_keeps_no_hub_from_serving(tmp_path, monkeypatch, caplog):
    def no_network(**_):
        raise OSError(errno.ENETUNREACH, "Network is unreachable")

    monkeypatch.setattr(discovery, "addresses_of", lambda _: ["192.0.2.1"])
    monkeypatch.setattr("zeroconf.asyncio.AsyncZeroconf", no_network)
    async with running(settings(tmp_path, announce=True)) as hub, discovery.announced(hub.app[HUB], 8710):
        assert (await hub.get("/healthz")).status == 200
        assert "Network is unreachable. Homes join by its address all the same" in caplog.text


def test_what_failed_an_hour_ago_is_forgiven():
    clock = Clock()
    brake = Brake(clock, longest=900)
    for _ in range(20):
        brake.failed("somebody")
    with pytest.raises(Refusal, match="Too many tries"):
        brake.check("somebody")
    clock.now += FORGIVEN_AFTER
    brake.check("somebody")
    assert not brake._failures


def test_an_allowance_remembers_so_many_and_no_more():
    allowance = Allowance(Clock(), most=1, a_second=1)
    for number in range(MOST_REMEMBERED + 1):
        allowance.take(str(number))
    assert len(allowance._levels) == MOST_REMEMBERED
    allowance.take("0")
    with pytest.raises(Refusal, match="Too many requests"):
        allowance.take(str(MOST_REMEMBERED))


def test_of_secrets_that_nobody_looked_at_the_oldest_go_first():
    shown = ShownOnce(Clock())
    for number in range(MOST_SHOWN + 1):
        shown.keep(str(number), f"secret {number}")
    assert shown.get("0") is None
    assert shown.get("1") == "secret 1"


@pytest.mark.parametrize(
    ("address", "counted_by"),
    [
        (None, "?"),
        ("unknown", "?"),
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8::7", "2001:db8::/64"),
        ("fe80::7%eth0", "fe80::/64"),
        ("::ffff:192.0.2.7", "::ffff:192.0.2.7"),
    ],
)
def test_a_line_is_counted_as_one_however_many_addresses_it_has(address, counted_by):
    assert neighbourhood(address) == counted_by


def test_an_account_has_a_name_of_its_own(books):
    accounts.add(books, "Ada", "digest", "owner", NOON)
    with pytest.raises(Refusal, match=r"There is an account “Ada” already"):
        accounts.add(books, "Ada", "digest", "viewer", NOON)


def test_a_password_is_kept_stronger_only_where_it_is_still_the_same(books):
    account = accounts.add(books, "Ada", "weak", "owner", NOON)
    accounts.improve_password(books, account, "another", "strong of another")
    assert accounts.password_of(books, "Ada") == (account, "weak")
    accounts.improve_password(books, account, "weak", "strong")
    assert accounts.password_of(books, "Ada") == (account, "strong")


def test_a_session_that_is_used_stays_open_and_one_that_is_not_ends(books):
    account = accounts.add(books, "Ada", "digest", "owner", NOON)
    token = accounts.open_session(books, account, "browser", NOON)
    later = NOON + timedelta(days=6)
    accounts.note_seen(books, accounts.session_of(books, token, later).id, later)
    assert accounts.session_of(books, token, NOON + timedelta(days=8)).seen_at == later
    assert accounts.session_of(books, token, NOON + timedelta(days=14)) is None


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda books: accounts.delete(books, 7, only_way=False), "There is no such account any more"),
        (lambda books: visitors.give_role(books, "nobody", "owner"), "The hub has not seen this user"),
        (lambda books: visitors.revoke_program(books, 7, NOON), "There is no such token"),
        (lambda books: invites.revoke(books, 7, NOON), "There is no such invite"),
    ],
)
def test_a_change_of_what_is_gone_is_a_sentence(books, change, sentence):
    with pytest.raises(Refusal, match=sentence):
        change(books)


def test_an_announced_code_that_the_books_do_not_know_is_gone(books):
    assert announced.standing(books, "GONE-CODE", NOON) == "gone"


def test_the_slot_that_is_impossible_is_named_behind_those_that_are_not():
    with pytest.raises(Refusal, match=r"slot 2 says -5 Wh"):
        readings.check([Block("grid_import", NOON - timedelta(hours=1), (1, None, -5), 0)], NOON)


def test_a_number_is_counted_under_a_name_of_its_own():
    metrics = Metrics()
    metrics.counter("requests", "Requests.")
    with pytest.raises(ValueError, match="requests is counted already"):
        metrics.counter("requests", "Others.")


async def test_home_assistant_that_is_away_is_a_sentence():
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    at = HomeAssistantAt(f"http://127.0.0.1:{port}", "token")
    with pytest.raises(HomeAssistantError, match="does not answer"):
        await HomeAssistant(at).surroundings()


def record(sentence):
    return logging.LogRecord("hub", logging.WARNING, __file__, 1, sentence, (), None)


def test_sentences_of_an_earlier_minute_make_room_for_new_ones():
    now = [0.0]
    flood = NoFlood(clock=lambda: now[0])
    for number in range(MOST_SENTENCES):
        assert flood.filter(record(f"sentence {number}"))
    assert not flood.filter(record("one too many"))
    now[0] = 61
    assert flood.filter(record("one too many"))


def test_json_tells_what_was_kept_back_and_the_trace():
    error = OSError("broken")
    event = logging.LogRecord("hub", logging.ERROR, __file__, 1, "It failed", (), (OSError, error, None))
    event.kept_back = 7
    line = AsJson().format(event)
    assert '"kept_back": 7' in line
    assert "OSError: broken" in line


def test_the_hub_asks_for_as_many_files_as_it_may_have(monkeypatch):
    limits = [(64, 1000)]
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits[-1])
    monkeypatch.setattr(resource, "setrlimit", lambda _, wished: limits.append(wished))
    most = server._most(5000)
    assert limits[-1] == (1000, 1000)
    assert most == 1000 - server.FILES_BESIDE
    limits.append((64, resource.RLIM_INFINITY))
    assert server._most(5000) == 5000


async def test_a_second_backup_is_refused_and_not_written_down_as_made(tmp_path):
    async with running(settings(tmp_path)) as hub:
        hub.app[BACKUPS].busy = "make"
        status, said = await hub.submit("/settings/backups/make")
        noted = await hub.hub.store.read(
            lambda books: books.execute("SELECT COUNT(*) FROM audit WHERE action = 'backup.make'").fetchone()
        )
    assert status >= 400
    assert "under way already" in said
    assert noted == (0,)


async def test_a_passphrase_of_the_settings_is_not_changed_by_a_page(tmp_path):
    async with running(settings(tmp_path, backup_passphrase="four words are easy")) as hub:
        status, said = await hub.submit("/settings/backups/passphrase", {"clear": "on"})
        assert status >= 400
        assert "set where the hub is started" in said
        assert hub.app[BACKUPS].passphrase_kept


async def test_a_backup_that_was_sent_and_is_not_kept_any_more_is_asked_for_again(tmp_path):
    async with running(settings(tmp_path)) as hub:
        answer = await hub.session.get("/settings/backups/restore?upload=gone", headers={"Accept": "text/html"})
        assert answer.status == 404
        assert "Send it again" in await answer.text()


async def test_a_watch_that_fails_again_and_again_is_told_once(tmp_path, monkeypatch, caplog):
    async with running(settings(tmp_path)) as hub:
        watch = Watch(hub.hub, lambda: None)
        tries = []

        async def fails():
            tries.append(hub.clock())
            raise OSError("broken disk")

        async def pause():
            hub.clock.pass_by(minutes=1)
            if len(tries) == 3:
                raise asyncio.CancelledError

        monkeypatch.setattr(watch, "look", fails)
        caplog.clear()
        with pytest.raises(asyncio.CancelledError):
            await watch.keep_looking(pause)
    assert len(tries) == 3
    assert sum("could not look for alerts" in one.getMessage() for one in caplog.records) == 1


def test_a_proxy_that_comes_over_both_kinds_of_address_is_the_same(tmp_path):
    assert origin._is_one_of(frozenset({ip_network("192.0.2.0/24")}), "::ffff:192.0.2.7")
    assert not origin._is_one_of(frozenset({ip_network("192.0.2.0/24")}), "::ffff:198.51.100.7")


async def test_home_assistant_that_does_not_know_the_token_says_so():
    async with home_assistant() as played:
        with pytest.raises(HomeAssistantError, match="does not know the hub's token any more"):
            await HomeAssistant(HomeAssistantAt(played.at.url, "outworn")).surroundings()


KNOWN = Alert(finding=Finding(Kind.DISK), since=NOON, seen_at=NOON, opened_at=NOON)


@pytest.mark.parametrize(
    ("alert", "lately"),
    [
        (replace(KNOWN, ended_at=NOON), {}),
        (replace(KNOWN, acknowledged_at=NOON), {}),
        (replace(KNOWN, told_at=NOON - timedelta(days=30), acknowledged_at=NOON), {}),
        (KNOWN, {KNOWN.key: NOON - TOLD_AGAIN_AFTER + timedelta(seconds=1)}),
    ],
)
def test_nobody_is_told_of_what_they_know_or_were_told_lately_or_the_end_of_what_they_never_heard(alert, lately):
    assert not messages([alert], lately, NOON)
    assert messages([KNOWN], {KNOWN.key: NOON - TOLD_AGAIN_AFTER}, NOON).new == (KNOWN,)


async def test_an_alert_that_is_over_can_not_be_acknowledged_and_one_muted_twice_is_written_down_once(tmp_path):
    async with running(settings(tmp_path)) as hub:
        watch = hub.app[WATCH]
        assert not await watch.acknowledge((Kind.SILENT, "nobody"), "local")
        key = (Kind.DISK, "hub")
        assert [await watch.mute(key, "local", on=True) for _ in range(2)] == [True, False]
        noted = await hub.hub.store.read(
            lambda books: books.execute("SELECT action FROM audit WHERE action LIKE 'alert.%'").fetchall()
        )
    assert noted == [("alert.mute",)]


async def test_a_phone_that_can_not_be_reached_for_hours_is_one_line_in_the_log(tmp_path, caplog):
    async with home_assistant() as played, running(settings(tmp_path, home_assistant=played.at)) as hub:
        await hub.hub.change_profile("local", notify="mobile_app_phone")
        await hub.invite()
        await hub.join()
        played.answers = False
        hub.clock.pass_by(hours=25)
        for _ in range(3):
            hub.clock.pass_by(minutes=1)
            await hub.app[WATCH].look()
        assert hub.app[WATCH].trouble == "Home Assistant answered 502 to services/notify/mobile_app_phone."
    assert sum("could not be sent to notify" in one.getMessage() for one in caplog.records) == 1


async def test_a_stranger_at_the_hubs_address_who_speaks_no_json_is_no_hub():
    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as stranger:
        port = stranger.sockets[0].getsockname()[1]
        last = (await reach.reach(f"http://127.0.0.1:{port}", "id"))[-1]
    assert (last.check, last.verdict, last.word) == ("hub", "wrong", "stranger")


async def test_a_household_that_asks_for_a_page_gets_the_refusal_that_programs_read():
    async def refuses(request):
        request[HOUSEHOLD] = SimpleNamespace()
        raise Refusal("paused", "The household is paused.")

    request = make_mocked_request("GET", "/link", headers={"Accept": "text/html"})
    with pytest.raises(Refusal, match="is paused"):
        await refused(request, refuses)


async def test_a_session_whose_token_another_request_just_changed_goes_on_with_that_one(tmp_path, monkeypatch):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as ada:
        await account(hub, "Ada", "owner")
        await ada.sign_in("Ada")
        token = ada.cookies["sceop_session"]
        hub.clock.pass_by(hours=13)
        monkeypatch.setattr(accounts, "renew_session", lambda *_: None)
        assert (await ada.open("/account")).status == 200
        assert ada.cookies["sceop_session"] == token


async def test_the_account_page_tells_when_a_browser_was_last_seen(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as ada:
        await account(hub, "Ada", "owner")
        await ada.sign_in("Ada")
        hub.clock.pass_by(minutes=6)
        await ada.open("/account")
        (session,) = await hub.hub.store.read(lambda books: accounts.sessions_of(books, 1, hub.clock()))
        assert session.seen_at == hub.clock()


async def test_who_signs_in_has_the_password_kept_as_strongly_as_it_is_done_today(tmp_path, monkeypatch):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as ada:
        await account(hub, "Ada", "owner")
        before = await hub.hub.store.read(lambda books: accounts.password_of(books, "Ada"))
        monkeypatch.setattr(passwords, "is_weaker", lambda _: True)
        await ada.sign_in("Ada")
        after = await hub.hub.store.read(lambda books: accounts.password_of(books, "Ada"))
    assert before[0] == after[0]
    assert before[1] != after[1]


async def test_what_a_broken_disk_does_not_take_of_an_upload_is_a_sentence(tmp_path):
    def broken(_):
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(Refusal, match=r"could not be kept: No space left on device. Make room"):
        await uploads._flush(SimpleNamespace(write=broken), bytearray(b"x"))


async def test_a_large_upload_is_written_bite_by_bite(tmp_path):
    left = [b"x" * uploads._BITE, b"y"]

    async def read_chunk(_):
        return left.pop(0) if left else b""

    await uploads._write(SimpleNamespace(read_chunk=read_chunk), tmp_path / "file", 2 * uploads._BITE)
    assert (tmp_path / "file").read_bytes() == b"x" * uploads._BITE + b"y"


async def test_files_that_can_not_be_let_go_are_tried_again(tmp_path, monkeypatch, caplog):
    now, tries = [0.0], []

    def broken(*_):
        tries.append(now[0])
        raise OSError(errno.EIO, "Input/output error")

    async def pause():
        now[0] += uploads.LOOK_EVERY_S
        if len(tries) == 2:
            raise TimeoutError

    monkeypatch.setattr(uploads, "clear", broken)
    monkeypatch.setattr(uploads, "time", SimpleNamespace(monotonic=lambda: now[0], time=lambda: now[0]))
    with pytest.raises(TimeoutError):
        await uploads.keep_young(tmp_path, pause)
    assert "tried again in an hour" in caplog.text


async def test_a_hub_tells_its_doubts_when_it_starts_and_stops_looking_at_its_certificate_when_it_stops(
    tmp_path, monkeypatch, caplog
):
    caplog.set_level(logging.INFO)
    certificate, key = pair(tmp_path)
    looking, ended = asyncio.Event(), asyncio.Event()

    async def keep_fresh(*_):
        try:
            looking.set()
            await asyncio.Event().wait()
        finally:
            ended.set()

    monkeypatch.setattr(tls, "keep_fresh", keep_fresh)
    monkeypatch.setattr(server, "keep_garbage_calm", lambda: None)
    told = settings(tmp_path / "data", tls_certificate=certificate, tls_key=key, announce=False)
    told = replace(told, doubts=("The option 'prot' is unknown.",))
    async with asyncio.timeout(30):
        serving = asyncio.create_task(server.serve(told))
        await looking.wait()
        assert "The option 'prot' is unknown." in caplog.text
        signal.raise_signal(signal.SIGTERM)
        await serving
        await ended.wait()


async def upload(hub, *parts, **fields):
    """Send an upload with parts that a page would not send together."""
    async with hub.session.get("/") as page:
        csrf = re.search("X-CSRF-Token&?[^0-9a-f]+([0-9a-f]{64})", await page.text())[1]
    form = FormData({"csrf": csrf} | fields)
    for content in parts:
        form.add_field("file", content, filename="a.backup")
    async with hub.session.post("/settings/backups/upload", data=form, allow_redirects=False) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize(
    ("parts", "fields", "sentence"),
    [
        ([b"one", b"two"], {}, "Send one file at a time"),
        ([b"one"], {f"field{n}": "x" for n in range(60)}, "not packed as this page packs it"),
    ],
)
async def test_an_upload_that_no_page_sends_is_refused_and_leaves_nothing(hub, parts, fields, sentence):
    status, said = await upload(hub, *parts, **fields)
    assert status == 422
    assert sentence in said
    assert list((hub.hub.settings.data / "uploads").iterdir()) == []


async def test_a_backup_that_was_sent_is_let_go_once_the_hub_starts_with_it(hub, monkeypatch):
    async def stage(file, *_, **__):
        assert file.is_file()

    monkeypatch.setattr(hub.app[BACKUPS], "stage", stage)
    uploaded = hub.hub.settings.data / "uploads" / "abc.upload"
    uploaded.parent.mkdir(exist_ok=True)
    uploaded.write_bytes(b"a backup")
    status, _ = await hub.submit("/settings/backups/restore", {"upload": "abc"})
    assert status == 303
    await hub.app[ERRANDS].latest("restore").finished()
    assert not uploaded.exists()


async def test_who_sets_the_hub_up_with_a_poor_password_is_told_why_and_may_try_again(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as ada:
        hub.app[GUARDS].setup_code = "SETUP-CODE"
        page = await ada.submit("/setup", code="SETUP-CODE", name="Ada", password="short")
        assert page.status == 422
        assert 'value="Ada"' in page.text
        assert not await hub.hub.store.read(accounts.any_)
        assert (await ada.submit("/setup", code="SETUP-CODE", name="Ada", password=PASSWORD)).leads_to == "/"
