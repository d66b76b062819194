"""The modules that browsers load: offered where there are pages, and complete."""

import re

import pytest
from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.setup import async_setup_component

from custom_components.sceop.const import DOMAIN
from custom_components.sceop.frontend import MODULES, URL

FILES = {path.relative_to(MODULES).as_posix(): path.read_text(encoding="utf-8") for path in MODULES.rglob("*.js")}
IMPORTED = re.compile(r"""(?:from|import\()\s*"\./(?P<file>[^"]+)\"""")


async def test_a_home_assistant_without_pages_does_without(hass):
    assert await async_setup_component(hass, DOMAIN, {})
    assert DATA_EXTRA_MODULE_URL not in hass.data


@pytest.mark.usefixtures("socket_enabled")
async def test_pages_load_the_modules(hass, hass_client):
    assert await async_setup_component(hass, "frontend", {})
    assert await async_setup_component(hass, DOMAIN, {})
    assert f"{URL}/sceop.js" in hass.data[DATA_EXTRA_MODULE_URL].urls
    client = await hass_client()
    for module in FILES:
        answer = await client.get(f"{URL}/{module}")
        assert answer.status == 200
        assert answer.content_type == "text/javascript"


def test_every_module_is_imported_by_another_and_is_there():
    imported = {found["file"] for text in FILES.values() for found in IMPORTED.finditer(text)}
    assert imported == FILES.keys() - {"sceop.js"}


@pytest.mark.parametrize("text", FILES.values(), ids=FILES)
def test_no_module_reads_text_as_markup_or_leaves_home(text):
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b", text)
    assert set(re.findall(r"https?://[^\"'`\s]+", text)) <= {"http://www.w3.org/2000/svg"}
