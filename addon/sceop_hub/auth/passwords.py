"""Passwords: kept as Argon2id, whose cost is paid beside the server and by few at a time."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from functools import cache, partial
from typing import TYPE_CHECKING

from ..domain.refusal import Refusal

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
"""OWASP's second choice: what a small machine spares a few times a second."""

MOST_WAITING = 32


class Passwords:
    """Hashes and compares in one thread; who comes when many wait is told to come later."""

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="passwords")
        self._waiting = 0

    async def digest(self, password: str) -> str:
        """Return what is kept of a password."""
        return await self._beside(partial(_digest, password))

    async def fits(self, password: str, kept: str | None) -> bool:
        """Tell whether a password is the one that was kept; for a name that nobody has, it takes just as long."""
        return await self._beside(partial(_fits, password, kept))

    def close(self) -> None:
        """Let the thread go."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    async def _beside[T](self, work: partial[T]) -> T:
        if self._waiting >= MOST_WAITING:
            raise Refusal("too-many", "Many people sign in at this moment. Try again in a few seconds.", wait=5)
        self._waiting += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        finally:
            self._waiting -= 1


def is_weaker(kept: str) -> bool:
    """Tell whether a digest was made when less was thought enough."""
    return _hasher().check_needs_rehash(kept)


def _digest(password: str) -> str:
    return _hasher().hash(password.encode(errors="surrogatepass"))


def _fits(password: str, kept: str | None) -> bool:
    from argon2.exceptions import VerificationError  # noqa: PLC0415 - an idle hub asks nobody for a password

    try:
        _hasher().verify(kept or _nobodys(), password.encode(errors="surrogatepass"))
    except VerificationError:
        return False
    return kept is not None


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher  # noqa: PLC0415 - as above

    return PasswordHasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES)


@cache
def _nobodys() -> str:
    """Return the digest that a password is compared with where nobody has the name."""
    return _digest("nobody has this name")
