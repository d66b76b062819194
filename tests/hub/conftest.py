import asyncio
import os

import pytest

from tests.hub.harness import running, settings


@pytest.fixture(autouse=True)
def _mask():
    """Leave the mask for new files as it was: a command that runs in this process hides its own from others."""
    before = os.umask(0o022)
    os.umask(before)
    yield
    os.umask(before)


@pytest.fixture
async def hub(tmp_path):
    """A hub that has one invite for everybody."""
    async with running(settings(tmp_path)) as hub:
        await hub.invite()
        yield hub


@pytest.fixture
def hear(caplog, monkeypatch):
    """Make an event of a sentence in the log."""

    def hear(sentence):
        heard = asyncio.Event()

        def listen(record):
            if sentence in record.getMessage():
                heard.set()
            return True

        # All tests share the handler, so what is hung on it has to go.
        monkeypatch.setattr(caplog.handler, "filters", [listen])
        return heard

    return hear
