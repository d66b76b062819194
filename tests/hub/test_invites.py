"""Invites: a link and a picture that lead here, shown once, withdrawn at will, and not to be guessed."""

import re
from dataclasses import replace
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import segno

from sceop_hub.auth.guards import GUARDS
from sceop_hub.domain import invites as rules
from sceop_hub.invitations import qr
from sceop_hub.store import invites
from sceop_hub.tls import certificate_sha256
from tests.certificates import pair
from tests.hub.browsing import browser
from tests.hub.harness import INVITE, join_request, running, settings
from tests.hub.playing import home_assistant, user


@pytest.fixture
async def owner(hub):
    """A browser at the hub's own machine."""
    async with browser(hub) as owner:
        yield owner


def on_page(text, what) -> str:
    return unescape(re.search(rf'data-testid="invite-{what}">([^<]+)<', text)[1])


async def made(owner, **fields) -> str:
    """Make an invite; return the page that shows it."""
    page = await owner.submit("/invites", **({"label": "Number 12", "uses": "1", "days": "30"} | fields))
    assert page.status == 303, page.text
    return (await owner.open(page.leads_to)).text


async def test_a_neighbour_joins_with_what_the_page_shows(hub, owner):
    text = await made(owner)
    code = on_page(text, "code")
    link = urlsplit(on_page(text, "link"))
    assert (link.scheme, link.netloc) == ("sceop", "join")
    assert parse_qs(link.query) == {"hub": [hub.url], "code": [code]}
    assert on_page(text, "page") == f"{hub.url}/join#code={code}"
    assert (await hub.ask_to_join(code=code)).status == 201
    assert (await hub.ask_to_join(code=code)).problem == "invite-used"


async def test_an_invite_may_be_for_many_and_ends_when_they_have_come(hub, owner):
    code = on_page(await made(owner, uses="3"), "code")
    assert [(await hub.ask_to_join(code=code)).status for _ in range(4)] == [201, 201, 201, 409]
    assert "0 of 3" in (await owner.open("/invites")).text


async def test_an_invite_ends_with_its_days(hub, owner):
    code = on_page(await made(owner, days="2"), "code")
    hub.clock.pass_by(days=2)
    assert (await hub.ask_to_join(code=code)).problem == "invite-expired"
    assert 'data-state="expired"' in (await owner.open("/invites")).text


async def test_a_withdrawn_invite_opens_nothing_and_says_when(hub, owner):
    code = on_page(await made(owner, uses="3"), "code")
    token = (await hub.ask_to_join(code=code)).body["token"]
    page = await owner.submit("/invites/2/revoke", "/invites")
    assert page.leads_to == "/invites?said=invite_revoked"
    answer = await hub.ask_to_join(code=code)
    assert answer.problem == "invite-expired"
    assert "withdrawn on 20 November 2026" in answer.detail
    assert (await hub.get("/api/v1/me", Authorization=f"Bearer {token}")).status == 200


async def test_a_code_is_shown_for_a_quarter_of_an_hour_and_kept_nowhere(hub, owner, tmp_path):
    code = on_page(await made(owner), "code")
    hub.clock.pass_by(minutes=15)
    text = (await owner.open("/invites/3")).text
    assert code not in text
    assert "not known any more" in text
    held = b"".join(file.read_bytes() for file in tmp_path.glob("hub.db*"))
    assert code.encode() not in held
    assert code.replace("-", "").encode() not in held


async def test_the_picture_says_the_page_and_obeys_the_pages_rules(hub, owner):
    text = await made(owner)
    assert "<svg" in text
    assert not re.search(r"<svg[^>]*(style=|onload=)", text)
    drawn = str(qr(on_page(text, "page")))
    assert drawn in text
    dark = {(int(x), int(y)) for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn)}
    matrix = segno.make(on_page(text, "page"), error="m", micro=False).matrix_iter(border=4)
    assert dark == {(x, y) for y, row in enumerate(matrix) for x, square in enumerate(row) if square}


async def test_with_a_certificate_of_its_own_the_link_says_which(tmp_path):
    cert, key = pair(tmp_path)
    told = settings(tmp_path / "data", tls_certificate=cert, tls_key=key)
    async with running(told) as hub, browser(hub) as owner:
        await hub.hub.change_profile("test", address="https://192.168.1.5:8710")
        text = await made(owner)
    digest = certificate_sha256(told)
    assert len(digest) == 64
    assert parse_qs(urlsplit(on_page(text, "link")).query)["sha256"] == [digest]
    assert on_page(text, "page").endswith(f"&sha256={digest}")


async def test_the_link_leads_where_the_coordinator_says(hub, owner):
    await hub.hub.change_profile("test", address="https://energy.example.org")
    assert on_page(await made(owner), "page").startswith("https://energy.example.org/join#code=")


async def test_no_invite_is_made_whose_code_would_cross_the_internet_in_clear(tmp_path):
    async with home_assistant() as played:
        played.users = [user("ada", "system-admin")]
        told = settings(tmp_path, ingress_from=frozenset({"127.0.0.1"}), home_assistant=played.at)
        names = {"X-Remote-User-Id": "ada", "X-Forwarded-Host": "my-home.example.org"}
        async with running(told) as hub, browser(hub, **names) as owner:
            hub.hub.settings = replace(hub.hub.settings, port=8710)
            page = await owner.submit("/invites", label="", uses="1", days="1")
            assert page.status == 422
            assert "for everybody to read" in page.text
            assert len(await hub.hub.store.read(invites.all_)) == 0


async def test_behind_home_assistant_the_link_leads_to_the_hubs_own_port(tmp_path):
    async with home_assistant() as played:
        played.users = [user("ada", "system-admin")]
        told = settings(tmp_path, ingress_from=frozenset({"127.0.0.1"}), home_assistant=played.at)
        names = {"X-Remote-User-Id": "ada", "X-Forwarded-Host": "homeassistant.local:8123"}
        async with running(told) as hub, browser(hub, **names) as owner:
            hub.hub.settings = replace(hub.hub.settings, port=8710)
            text = await made(owner)
    assert on_page(text, "page").startswith("http://homeassistant.local:8710/join#code=")


@pytest.mark.parametrize(
    "fields",
    [
        {"uses": "0"},
        {"uses": "1001"},
        {"uses": "many"},
        {"uses": "-1"},
        {"uses": "9" * 30},
        {"days": "0"},
        {"days": "367"},
        {"label": "x" * 81},
        {"label": "a\u202eb"},
    ],
)
async def test_what_no_invite_can_be_is_said_beside_the_form(hub, owner, fields):
    page = await owner.submit("/invites", **({"label": "", "uses": "1", "days": "1"} | fields))
    assert page.status == 422
    assert 'role="alert"' in page.text
    assert len(await hub.hub.store.read(invites.all_)) == 1


async def test_a_label_is_text_whatever_it_holds(owner):
    await made(owner, label="<script>alert(1)</script>'; DROP TABLE invite; --")
    text = (await owner.open("/invites")).text
    assert "&lt;script&gt;alert(1)" in text
    assert "<script>alert" not in text


async def test_who_tries_codes_waits_longer_each_time(hub):
    for number in range(5):
        assert (await hub.ask_to_join(code=f"WRONG-{number}")).problem == "invite-unknown"
    answer = await hub.ask_to_join()
    assert (answer.status, answer.problem) == (429, "too-many")
    hub.clock.pass_by(seconds=2)
    assert (await hub.ask_to_join()).status == 201


async def test_many_addresses_together_try_no_more_than_one(hub):
    everybody = hub.app[GUARDS].wrong_codes
    for _ in range(300):
        everybody.take("everybody")
    assert (await hub.ask_to_join()).problem == "too-many"
    hub.clock.pass_by(seconds=2)
    assert (await hub.ask_to_join()).status == 201


async def test_a_flood_of_requests_to_join_is_held_up(hub):
    joins = hub.app[GUARDS].joins
    for _ in range(2000):
        joins.take("127.0.0.1")
    async with hub.session.post("/api/v1/join", json=join_request()) as answer:
        assert answer.status == 429
        assert int(answer.headers["Retry-After"]) >= 1


async def test_a_replayed_request_to_join_opens_nothing_more(hub):
    said = join_request()
    first = await hub.post("/api/v1/join", said)
    await hub.get("/api/v1/me", Authorization=f"Bearer {first.body['token']}")
    assert (await hub.post("/api/v1/join", said)).problem == "invite-used"
    assert (await hub.get("/api/v1/me", Authorization=f"Bearer {first.body['token']}")).status == 200


async def test_the_page_for_neighbours_is_open_to_all_and_holds_no_code(tmp_path):
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as neighbour:
        page = await neighbour.open("/join")
        assert page.status == 200
        assert "Join Test community" in page.text
        assert INVITE not in page.text
        assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize("sha256", [None, "ab" * 32])
def test_both_forms_of_an_invite_say_the_same(sha256):
    link = parse_qs(urlsplit(rules.link("https://hub.local:8710", "ABCD-EFGH", sha256)).query)
    page = urlsplit(rules.page("https://hub.local:8710", "ABCD-EFGH", sha256))
    behind = parse_qs(page.fragment)
    assert link == {"hub": [f"{page.scheme}://{page.netloc}"]} | behind
