"""A real MQTT broker on this machine, and Home Assistant's own MQTT integration connected to it."""

import asyncio
import os
import shutil
import socket
from contextlib import asynccontextmanager

import pytest
from homeassistant.components import mqtt
from homeassistant.components.mqtt import client
from homeassistant.core import callback
from pytest_homeassistant_custom_component.common import MockConfigEntry

MOSQUITTO = shutil.which("mosquitto", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")
needs_mosquitto = pytest.mark.skipif(MOSQUITTO is None, reason="mosquitto is not installed")
_TRIES = 5


class Broker:
    """Mosquitto, started and stopped at will on the same port."""

    port = 0

    async def open(self):
        """Start on a port that is free; somebody else may take it first, so try again."""
        for _ in range(_TRIES):
            with socket.socket() as probe:
                probe.bind(("127.0.0.1", 0))
                self.port = probe.getsockname()[1]
            if await self.start():
                return
        raise OSError("mosquitto does not start")

    async def start(self):
        """Start, and tell whether it listens; before that one of its lines ends in "running on this machine"."""
        self._process = await asyncio.create_subprocess_exec(
            MOSQUITTO, "-v", "-p", str(self.port),
            stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        async with asyncio.timeout(10):
            async for line in self._process.stderr:
                if line.endswith(b" running\n"):
                    self._reading = asyncio.create_task(self._process.stderr.read())
                    return True
        await self._process.wait()
        return False

    async def stop(self):
        """Stop at once, as in a power cut: a broker that says goodbye waits for its clients to answer."""
        if self._process.returncode is None:
            self._process.kill()
            await self._process.wait()
            await self._reading


@asynccontextmanager
async def running(hass, monkeypatch):
    """Run a broker that Home Assistant comes back to at once, and not every ten seconds, when it is lost."""
    monkeypatch.setattr(client, "RECONNECT_INTERVAL_SECONDS", 0.05)
    broker = Broker()
    await broker.open()
    try:
        yield broker
        for entry in hass.config_entries.async_entries("mqtt"):
            await hass.config_entries.async_unload(entry.entry_id)
    finally:
        await broker.stop()


async def connect(hass, broker, folder):
    """Set Home Assistant's MQTT up, as its own dialog does, and wait until it is connected."""
    (folder / "configuration.yaml").touch()
    hass.config.config_dir = str(folder)
    entry = MockConfigEntry(
        domain="mqtt", version=2, data={"broker": "127.0.0.1", "port": broker.port, "protocol": "5"}, title="MQTT"
    )
    entry.add_to_hass(hass)
    async with connection(hass, up=True):
        assert await hass.config_entries.async_setup(entry.entry_id)
    return entry


@asynccontextmanager
async def connection(hass, *, up):
    """Wait at the end until MQTT is connected, or is so no longer."""
    turned = asyncio.Event()

    @callback  # what is none runs in a thread, from which an event wakes nobody
    def turn(is_up):
        if is_up is up:
            turned.set()

    stop = mqtt.async_subscribe_connection_status(hass, turn)
    yield
    async with asyncio.timeout(10):
        await turned.wait()
    stop()


async def subscribed(hass, topic):
    """Wait until the broker has confirmed a subscription."""
    done = asyncio.Event()
    stop = mqtt.async_on_subscribe_done(hass, topic, 0, done.set)
    async with asyncio.timeout(10):
        await done.wait()
    stop()
