import pytest

from tests.hub.harness import running, settings


@pytest.fixture
async def hub(tmp_path):
    """A hub that has one invite for everybody."""
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        yield hub
