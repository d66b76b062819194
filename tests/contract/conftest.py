from dataclasses import dataclass

import pytest
from aiohttp import ClientSession

from custom_components.sceop.hub.client import HubClient
from custom_components.sceop.hub.wire import Joining
from tests.hub.harness import INVITE, running, settings


@dataclass
class Household:
    """The integration's own client, as Home Assistant would hold it."""

    session: ClientSession
    url: str

    def client(self, token=None, url=None):
        return HubClient(self.session, url or self.url, token)


def joining(**said):
    given = {
        "code": INVITE,
        "request": "0123456789abcdef",
        "site": "6f1c2d3e-4b5a-4c6d-8e7f-112233445566",
        "name": "Home",
        "time_zone": "Asia/Kolkata",
        "version": "1",
    }
    return Joining(**(given | said))


@pytest.fixture
async def hub(tmp_path):
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        yield hub


@pytest.fixture
async def household(hub):
    async with ClientSession() as session:
        yield Household(session, hub.url)
