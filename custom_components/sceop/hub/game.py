"""The game: how this home stands, what is tried together, and what it redeems."""

from asyncio import Lock
from collections.abc import Callable, Mapping
from secrets import token_hex
from typing import Any

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .client import HubClient
from .errors import Declined, Refused
from .events import SilenceError
from .played import Challenge, Course, Standing, read_standing
from .promises import Promises


class Game:
    """The game of one membership."""

    def __init__(self, hass: HomeAssistant, client: HubClient, promises: Promises, *, silent: bool) -> None:
        self._hass, self._client, self._kept, self._silent = hass, client, promises, silent
        self._listeners: list[Callable[[], None]] = []
        self._redeeming = Lock()
        self.asked = False
        self.standing: Standing | None = None
        self.challenges: tuple[Challenge, ...] = ()

    @property
    def known(self) -> bool:
        """Whether this hub plays at all; one of before does not."""
        return self._kept.has_game

    @property
    def challenge(self) -> Challenge | None:
        """The running challenge that this home takes part in and that ends first, or else the first that runs."""
        running = [each for each in self.challenges if each.state is Course.RUNNING]
        return next((each for each in running if each.joined), next(iter(running), None))

    @callback
    def listen(self, listener: Callable[[], None]) -> CALLBACK_TYPE:
        """Call the listener after every change; return how to stop that."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    async def ask(self) -> None:
        """Ask how this home stands, and for the challenges."""
        try:
            self.standing = await self._client.game(dt_util.utcnow())
        except Declined:
            self.asked = True
            raise
        await self._know()
        await self.ask_challenges()

    async def ask_challenges(self) -> None:
        """Ask for the challenges."""
        self.challenges = await self._client.challenges()
        self._changed()

    async def heard(self, message: Mapping[str, Any]) -> None:
        """Take word of how this home stands from the live line, and ask for the challenges behind it."""
        self.standing = read_standing(message, dt_util.utcnow())
        await self._know()
        await self.ask_challenges()

    async def take_challenge(self, challenge: str, *, joins: bool) -> None:
        """Take part in a challenge, or not any more."""
        self._speak()
        await self._client.take_challenge(challenge, joins=joins)
        await self.ask_challenges()

    async def redeem(self, reward: str) -> dict[str, Any]:
        """Redeem a reward once, however often the hub's answer is lost: an attempt keeps its name until it has one."""
        self._speak()
        async with self._redeeming:
            request = self._kept.redeeming.setdefault(reward, token_hex(16))
            await self._kept.save()
            try:
                answer = await self._client.redeem(reward, request)
            except Declined, Refused:
                await self._done(reward)
                raise
            await self._done(reward)
            return answer

    async def _done(self, reward: str) -> None:
        self._kept.redeeming.pop(reward, None)
        await self._kept.save()

    def _speak(self) -> None:
        if self._silent:
            raise SilenceError

    async def _know(self) -> None:
        self.asked = True
        if not self._kept.has_game:
            self._kept.has_game = True
            await self._kept.save()
        self._changed()

    def _changed(self) -> None:
        for listener in list(self._listeners):
            listener()
