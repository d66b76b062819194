"""Hostile text in every field of every form: it is kept as text or refused with a sentence, and nothing breaks."""

import re
from urllib.parse import quote, urlencode

import pytest
from yarl import URL

from sceop_hub.auth import csrf
from sceop_hub.auth.access import ACCESS, Door, Permission
from tests.hub.browsing import account, browser
from tests.hub.harness import running, settings

FIELDS = (
    "name kind label uses days team role password scopes session code old new to household kiosk zone place latitude"
    " longitude currency language price_per_kwh feed_in_per_kwh carbon_g_per_kwh address notify approval fewest_homes"
    " retention_days passphrase file subject from format step title text goal points first last from_hour to_hour cost"
    " stock open"
).split()

TEXTS = {
    "sql": "'; DROP TABLE household; --",
    "more sql": '1) OR "1"="1" UNION SELECT password FROM account --',
    "script": "<script>alert(1)</script>",
    "template": "{{ 7*7 }}{% include 'base.html' %}",
    "format": "{0.__class__} %s %n",
    "path": "../../../../etc/passwd",
    "turned": "\u202egnp.exe\u2066",
    "emoji": "👩‍👩‍👧‍👦🇳🇱☀️",
    "nothing": "\x00\x01\x1b[31m",
    "lines": "a\r\nSet-Cookie: x=y\r\n\r\n",
    "long": "x" * 20_000,
    "number": "9" * 400,
}
RAW = {"lone surrogate": "%ED%A0%80", "no utf-8": "%FF%FE", "half a sign": "%C3"}

LEAVES = {"/logout"}
"""What ends the session of the one who tries, or the hub itself."""


def forms():
    return [
        (path, rule)
        for (method, path), rule in ACCESS.items()
        if method == "POST"
        and (isinstance(rule, Permission) or rule in {Door.VISITOR, Door.PERSON})
        and path not in LEAVES
    ]


@pytest.mark.parametrize("text", [*TEXTS, *RAW])
async def test_hostile_text_in_any_form_breaks_nothing(tmp_path, caplog, text):
    written = RAW.get(text) or quote(TEXTS[text])
    async with running(settings(tmp_path, local_owner=False)) as hub, browser(hub) as owner:
        await account(hub, "Ada", "owner")
        await owner.sign_in("Ada")
        tables = await tables_of(hub)
        token = await owner.csrf("/account")
        body = "&".join([urlencode({csrf.FIELD: token}), *(f"{field}={written}" for field in FIELDS)])
        in_path = quote(TEXTS.get(text, "x")[:100], safe="")
        broken = []
        for path, _ in forms():
            target = re.sub(r"{\w+}", lambda _: in_path, path)
            headers = {"Content-Type": "application/x-www-form-urlencoded"}
            async with owner.session.post(
                URL(target, encoded=True), data=body, headers=headers, allow_redirects=False
            ) as page:
                shown = await page.text()
                if page.status >= 500 or "<script>alert(1)" in shown or "Set-Cookie: x" in str(page.headers):
                    broken.append((path, page.status))
        for path in ("/households", "/invites", "/accounts", "/audit", "/settings", "/alerts"):
            page = await owner.open(path)
            if page.status != 200 or "<script>alert(1)" in page.text or ">49<" in page.text:
                broken.append((path, page.status))
        assert broken == []
        assert await tables_of(hub) == tables
    assert not [record for record in caplog.records if record.exc_info]


async def tables_of(hub) -> set[str]:
    return await hub.hub.store.read(
        lambda books: {name for (name,) in books.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
    )
