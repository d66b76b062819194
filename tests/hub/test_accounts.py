"""Local accounts: the first one with the code of the log, roles by an owner, and patience for whoever guesses."""

import asyncio
import re

import pytest

from sceop_hub.auth.guards import GUARDS
from sceop_hub.domain.accounts import FREE_TRIES, account_name, check_password, wait_after
from sceop_hub.domain.refusal import Refusal
from sceop_hub.store import accounts
from tests.hub.browsing import PASSWORD, account, browser
from tests.hub.harness import running, settings


@pytest.fixture
async def hub(tmp_path):
    """A hub without Home Assistant, to which nobody belongs yet."""
    async with running(settings(tmp_path, local_owner=False)) as hub:
        yield hub


def told_code(caplog) -> str:
    told = "\n".join(record.getMessage() for record in (*caplog.get_records("setup"), *caplog.records))
    return re.search(r"/setup in a browser and enter the code (\S+)", told)[1]


async def set_up(visitor, code, name="Ada", password=PASSWORD):
    return await visitor.submit("/setup", code=code, name=name, password=password)


async def test_the_first_account_is_made_with_the_code_of_the_log_and_owns_the_hub(hub, caplog):
    async with browser(hub) as ada:
        assert (await ada.open("/")).leads_to == "/setup"
        assert (await set_up(ada, told_code(caplog).lower())).leads_to == "/"
        assert (await ada.open("/accounts")).status == 200
        assert (await ada.open("/setup")).leads_to == "/login"


async def test_without_the_code_there_is_no_first_account(hub):
    async with browser(hub) as stranger:
        page = await set_up(stranger, "AAAA-AAAA")
        assert page.status == 403
        assert "Each start makes a new one" in page.text
        assert (await stranger.open("/accounts")).leads_to == "/setup"


async def test_there_is_one_first_account_however_many_ask_at_once(hub, caplog):
    async with browser(hub) as one, browser(hub) as other:
        pages = await asyncio.gather(
            *(set_up(who, told_code(caplog), name) for who, name in ((one, "A"), (other, "B")))
        )
    assert sorted(page.status for page in pages) == [303, 403]
    assert len(await hub.hub.store.read(accounts.all_)) == 1


async def test_once_there_is_an_account_no_code_is_told(tmp_path, caplog):
    async with running(settings(tmp_path, local_owner=False)) as hub:
        await account(hub, "Ada", "owner")
    caplog.clear()
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as stranger:
        assert "/setup" not in caplog.text
        assert (await stranger.open("/")).leads_to == "/login?to=%2F"


async def test_behind_home_assistant_the_first_account_is_made_by_an_owner(tmp_path, caplog):
    told = settings(tmp_path, local_owner=False, ingress_from=frozenset({"172.30.32.2"}))
    async with running(told) as hub, browser(hub) as stranger:
        assert "/setup" not in caplog.text
        assert "sidebar" in (await stranger.open("/setup")).text
        assert (await stranger.open("/")).leads_to == "/setup"


async def test_an_owner_makes_accounts_and_changes_roles(hub):
    await account(hub, "Ada", "owner")
    async with browser(hub) as ada, browser(hub) as ben:
        await ada.sign_in("Ada")
        made = await ada.submit("/accounts", name="Ben", password=PASSWORD, role="viewer")
        assert made.leads_to == "/accounts?said=account_made"
        await ben.sign_in("ben")
        assert (await ben.open("/")).status == 200
        page = await ben.open("/invites")
        assert page.status == 403
        assert "Your role here does not include this" in page.text
        await ada.submit("/accounts/2/role", "/accounts", role="coordinator")
        assert (await ben.open("/invites")).status == 200
        await ada.submit("/accounts/2/delete", "/accounts")
        assert (await ben.open("/invites")).leads_to == "/login?to=%2Finvites"


@pytest.mark.parametrize(("path", "fields"), [("/accounts/1/role", {"role": "viewer"}), ("/accounts/1/delete", {})])
async def test_the_last_owner_stays_one(hub, path, fields):
    await account(hub, "Ada", "owner")
    async with browser(hub) as ada:
        await ada.sign_in("Ada")
        page = await ada.submit(path, "/accounts", **fields)
        assert page.status == 422
        assert "The last owner stays one" in page.text
        assert (await ada.open("/accounts")).status == 200


async def test_nobody_gets_a_role_that_is_none(hub):
    await account(hub, "Ada", "owner")
    async with browser(hub) as ada:
        await ada.sign_in("Ada")
        for role in ("king", "", "owner' --"):
            assert (await ada.submit("/accounts", name="Ben", password=PASSWORD, role=role)).status == 422
        assert len(await hub.hub.store.read(accounts.all_)) == 1


async def test_a_wrong_password_and_an_unknown_name_are_answered_alike(hub):
    await account(hub, "Ada", "owner")
    async with browser(hub) as stranger:
        wrong = await stranger.sign_in("Ada", "wrong password")
        unknown = await stranger.sign_in("Bea", "wrong password")
        assert wrong.status == unknown.status == 403
        assert re.sub("Ada|Bea|[0-9a-f]{64}", "", wrong.text) == re.sub("Ada|Bea|[0-9a-f]{64}", "", unknown.text)


async def test_an_unknown_name_costs_the_same_work(hub, monkeypatch):
    compared = []
    fits = hub.app[GUARDS].passwords.fits

    async def noting(password, kept):
        compared.append(kept)
        return await fits(password, kept)

    monkeypatch.setattr(type(hub.app[GUARDS].passwords), "fits", lambda _self, *given: noting(*given))
    await account(hub, "Ada", "owner")
    async with browser(hub) as stranger:
        await stranger.sign_in("Bea")
    assert compared == [None]


async def test_who_guesses_waits_longer_each_time_and_who_knows_is_let_in_afterwards(hub):
    await account(hub, "Ada", "owner")
    async with browser(hub) as stranger:
        for _ in range(FREE_TRIES):
            assert (await stranger.sign_in("Ada", "wrong password")).status == 403
        waits = []
        for _ in range(3):
            page = await stranger.sign_in("Ada")
            assert page.status == 429
            waits.append(int(page.headers["Retry-After"]))
            hub.clock.pass_by(seconds=waits[-1])
            assert (await stranger.sign_in("Ada", "wrong password")).status == 403
        assert waits == sorted(waits)
        assert waits[-1] > waits[0]
        hub.clock.pass_by(seconds=60)
        assert (await stranger.sign_in("Ada")).status == 303


async def test_who_guesses_many_at_once_has_no_more_tries(hub):
    await account(hub, "Ada", "owner")
    async with browser(hub) as stranger:
        data = {"csrf": await stranger.csrf("/login"), "name": "Ada", "password": "wrong password"}

        async def guess():
            async with stranger.session.post("/login", data=data) as answer:
                return answer.status

        answers = await asyncio.gather(*(guess() for _ in range(20)))
    assert answers.count(403) == FREE_TRIES


async def test_nobody_can_lock_somebody_else_out_for_long(hub):
    names = hub.app[GUARDS].names
    for _ in range(50):
        names.failed("ada")
    with pytest.raises(Refusal):
        names.check("ada")
    hub.clock.pass_by(seconds=31)
    assert names.check("ada") is None


async def test_the_memory_for_failures_is_bounded(hub):
    names = hub.app[GUARDS].names
    for number in range(10_050):
        names.failed(str(number))
    assert len(names._failures) == 10_000


def test_each_failure_doubles_the_wait_up_to_the_longest():
    assert [wait_after(failures, 900) for failures in (0, 4, 5, 6, 7, 100)] == [0, 0, 1, 2, 4, 900]


async def test_a_password_is_kept_as_argon2id_and_nowhere_in_clear(hub, tmp_path):
    await account(hub, "Ada", "owner")
    _, kept = await hub.hub.store.read(lambda books: accounts.password_of(books, "ada"))
    assert kept.startswith("$argon2id$")
    async with browser(hub) as ada:
        await ada.sign_in("Ada")
        token = ada.cookies["sceop_session"]
    held = b"".join(file.read_bytes() for file in tmp_path.glob("hub.db*"))
    assert PASSWORD.encode() not in held
    assert token.encode() not in held


async def test_many_who_sign_in_at_once_are_told_to_come_later_instead_of_filling_the_memory(hub, monkeypatch):
    monkeypatch.setattr("sceop_hub.auth.passwords.MOST_WAITING", 1)
    passwords = hub.app[GUARDS].passwords
    outcomes = await asyncio.gather(*(passwords.digest("x" * 10) for _ in range(3)), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [str, Refusal, Refusal]


@pytest.mark.parametrize(
    "name", ["", " ", "a" * 41, "\u202eada", "ada\u0000", "<b>", "'; DROP TABLE account; --", "💡"]
)
def test_a_name_is_one_that_can_be_typed_and_read(name):
    with pytest.raises(Refusal):
        account_name(name)


@pytest.mark.parametrize("name", ["Ada", "ada.l@example", "Ségolène d'Arc", "अदिति", "O'Neil-Smith"])
def test_names_of_any_script_are_taken(name):
    assert account_name(f"  {name} ") == name


@pytest.mark.parametrize("password", ["short", "aaaaaaaaaaaa", "x" * 201, "adalovelace"])
def test_a_password_that_is_guessed_at_once_is_refused(password):
    with pytest.raises(Refusal):
        check_password(password, "AdaLovelace")


async def test_a_password_may_hold_any_sign(hub):
    await account(hub, "Ada", "owner", " pass 🔑 wörd' -- ")
    async with browser(hub) as ada:
        assert (await ada.sign_in("Ada", " pass 🔑 wörd' -- ")).status == 303


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x", "/\t/evil"]
)
async def test_signing_in_leads_to_a_page_of_the_hub_only(hub, to):
    await account(hub, "Ada", "owner")
    async with browser(hub) as ada:
        page = await ada.submit("/login", name="Ada", password=PASSWORD, to=to)
        assert page.leads_to == "/"


async def test_signing_in_leads_back_to_where_one_was(hub):
    await account(hub, "Ada", "owner")
    async with browser(hub) as ada:
        page = await ada.submit("/login", name="Ada", password=PASSWORD, to="/households?x=1")
        assert page.leads_to == "/households?x=1"
