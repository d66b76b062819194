"""Sessions: a cookie that no script reads, that changes from time to time, and that ends when it should."""

from datetime import timedelta
from ipaddress import ip_network

import pytest

from sceop_hub.store import accounts
from tests.hub.browsing import PASSWORD, account, browser
from tests.hub.harness import running, settings


@pytest.fixture
async def hub(tmp_path):
    """A hub with one owner."""
    async with running(settings(tmp_path, local_owner=False)) as hub:
        await account(hub, "Ada", "owner")
        yield hub


async def sessions(hub):
    return await hub.hub.store.read(lambda books: accounts.sessions_of(books, 1, hub.clock()))


async def test_the_cookie_is_read_by_no_script_and_sent_by_no_foreign_page(hub):
    async with browser(hub) as ada:
        told = (await ada.sign_in("Ada")).headers["Set-Cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(told.split("; "))
    assert "Secure" not in told


async def test_over_tls_the_cookie_never_leaves_it(tmp_path):
    behind_a_proxy = settings(tmp_path, local_owner=False, proxy_from=(ip_network("127.0.0.1"),))
    async with running(behind_a_proxy) as hub, browser(hub, **{"X-Forwarded-Proto": "https"}) as ada:
        await account(hub, "Ada", "owner")
        assert "Secure" in (await ada.open("/login")).headers["Set-Cookie"].split("; ")


async def test_signing_in_changes_the_cookie(hub):
    async with browser(hub) as ada:
        await ada.sign_in("Ada")
        first = ada.cookies["sceop_session"]
        await ada.sign_in("Ada")
        assert ada.cookies["sceop_session"] != first
        assert len(await sessions(hub)) == 1


async def test_the_cookie_changes_while_it_is_used_and_nobody_notices(hub):
    async with browser(hub) as ada:
        await ada.sign_in("Ada")
        first = ada.cookies["sceop_session"]
        hub.clock.pass_by(hours=13)
        csrf = await ada.csrf("/account")
        assert ada.cookies["sceop_session"] != first
        assert await ada.csrf("/account") == csrf
        for _ in range(50):
            hub.clock.pass_by(hours=12)
            page = await ada.open("/account")
        assert page.status == 200


async def test_a_request_that_was_on_its_way_is_let_through_with_the_cookie_before(hub):
    async with browser(hub) as ada, browser(hub) as same:
        await ada.sign_in("Ada")
        same.session.cookie_jar.update_cookies(ada.cookies, same.session._base_url)
        hub.clock.pass_by(hours=13)
        await ada.open("/account")
        hub.clock.pass_by(seconds=30)
        assert (await same.open("/account")).status == 200


async def test_a_stolen_cookie_ends_the_session_for_both_once_it_is_outworn(hub):
    async with browser(hub) as ada, browser(hub) as thief:
        await ada.sign_in("Ada")
        thief.session.cookie_jar.update_cookies(ada.cookies, thief.session._base_url)
        hub.clock.pass_by(hours=13)
        assert (await ada.open("/account")).status == 200
        hub.clock.pass_by(minutes=2)
        assert (await thief.open("/account")).leads_to.startswith("/login")
        assert (await ada.open("/account")).leads_to.startswith("/login")


@pytest.mark.parametrize("time", [{"days": 7}, {"days": 30}])
async def test_who_is_away_too_long_signs_in_again(hub, time):
    async with browser(hub) as ada:
        await ada.sign_in("Ada")
        hub.clock.pass_by(**time)
        assert (await ada.open("/account")).leads_to == "/login?to=%2Faccount"


async def test_nobody_stays_for_ever(hub):
    async with browser(hub) as ada:
        await ada.sign_in("Ada")
        began = hub.clock()
        while (await ada.open("/account")).status == 200:
            hub.clock.pass_by(days=2)
        assert timedelta(days=29) < hub.clock() - began < timedelta(days=33)


async def test_signing_out_ends_the_session_and_takes_the_cookie_away(hub):
    async with browser(hub) as ada, browser(hub) as thief:
        await ada.sign_in("Ada")
        thief.session.cookie_jar.update_cookies(ada.cookies, thief.session._base_url)
        page = await ada.submit("/logout", "/account")
        assert page.leads_to == "/login"
        assert "sceop_session" not in ada.cookies
        assert (await thief.open("/account")).leads_to.startswith("/login")


async def test_a_browser_is_listed_and_signed_out_from_another(hub):
    async with browser(hub) as ada, browser(hub, **{"User-Agent": "Old phone <b>"}) as phone:
        await ada.sign_in("Ada")
        await phone.sign_in("Ada")
        page = await ada.open("/account")
        assert "Old phone &lt;b&gt;" in page.text
        (old,) = [session.id for session in await sessions(hub) if "Old" in session.browser]
        assert (await ada.submit("/account/sessions/end", "/account", session=str(old))).status == 303
        assert (await phone.open("/account")).leads_to.startswith("/login")
        assert (await ada.open("/account")).status == 200


async def test_nobody_signs_another_out(hub):
    await account(hub, "Ben", "viewer")
    async with browser(hub) as ada, browser(hub) as ben:
        await ada.sign_in("Ada")
        await ben.sign_in("Ben")
        (session,) = await sessions(hub)
        await ben.submit("/account/sessions/end", "/account", session=str(session.id))
        assert (await ada.open("/account")).status == 200


async def test_a_new_password_ends_all_other_sessions(hub):
    async with browser(hub) as ada, browser(hub) as thief:
        await ada.sign_in("Ada")
        await thief.sign_in("Ada")
        changed = await ada.submit("/account/password", "/account", old=PASSWORD, new="another four words here")
        assert changed.leads_to == "/account?said=password_changed"
        assert (await thief.open("/account")).leads_to.startswith("/login")
        assert (await ada.open("/account")).status == 200
        assert (await thief.sign_in("Ada")).status == 403
        assert (await thief.sign_in("Ada", "another four words here")).status == 303


async def test_a_password_is_changed_by_who_knows_it_only(hub):
    async with browser(hub) as ada:
        await ada.sign_in("Ada")
        page = await ada.submit("/account/password", "/account", old="not this one", new="another four words here")
        assert page.status == 422
        assert (await ada.submit("/account/password", "/account", old=PASSWORD, new="short")).status == 422


@pytest.mark.parametrize("cookie", ["x", "' OR 1=1 --", "A" * 43, "%00", "é"])
async def test_a_cookie_that_was_never_given_is_a_strangers(hub, cookie):
    async with browser(hub, Cookie=f"sceop_session={cookie}") as stranger:
        assert (await stranger.open("/account")).leads_to.startswith("/login")
