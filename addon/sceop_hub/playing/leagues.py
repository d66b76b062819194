"""The league of hubs: this hub's own card, signed, and the cards of others, as files or from their address.

A hub is known by the key that it came with first. Another key is refused until a coordinator removes the hub and adds
it anew, so nobody takes its place by sending a file.
"""

import base64
import json
import os
import sqlite3
from urllib.parse import urlsplit

from aiohttp import ClientError, ClientSession, ClientTimeout

from ..domain.game.league import MOST_BYTES, Card, read
from ..domain.refusal import Refusal
from ..hub import Hub
from ..store import audit, league
from .mine import own_card

FETCH_SECONDS = 10
SEED_BYTES = 32
KEY_BYTES, SIGNATURE_BYTES = 32, 64
LONGEST_URL = 500


async def publish(hub: Hub, who: str, *, on: bool) -> None:
    """Tell the league of this hub at its own address from now on, or no longer."""

    def keep(books: sqlite3.Connection) -> None:
        if league.is_open(books) != on:
            league.set_open(books, os.urandom(SEED_BYTES), on=on)
            audit.note(books, hub.clock(), who, "league.open" if on else "league.close", "league")

    await hub.store.write(keep)


async def card_file(hub: Hub) -> bytes:
    """Return this hub's card as a file, signed; refuse while a coordinator has not chosen to tell of it."""

    def look(books: sqlite3.Connection) -> tuple[Card, bytes]:
        if not league.is_open(books):
            raise Refusal("not-found", "This hub tells no league of itself.")
        return own_card(books, hub), league.seed(books)

    card, seed = await hub.store.read(look)
    return signed(card, seed)


def signed(card: Card, seed: bytes) -> bytes:
    """Write a card with the key that it was signed with."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey  # noqa: PLC0415 - seldom needed

    key = Ed25519PrivateKey.from_private_bytes(seed)
    told = {
        "card": card.text().decode(),
        "key": base64.b64encode(key.public_key().public_bytes_raw()).decode(),
        "signature": base64.b64encode(key.sign(card.text())).decode(),
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def opened(file: bytes) -> tuple[Card, bytes]:
    """Read a card and the key that it was signed with, or refuse what is none."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - seldom needed
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey  # noqa: PLC0415 - seldom needed

    if len(file) > MOST_BYTES:
        raise Refusal("league", "A league file has at most {most} KB. This one is none.", most=MOST_BYTES // 1024)
    try:
        told = json.loads(file)
        text = told["card"].encode()
        key, signature = (base64.b64decode(told[name], validate=True) for name in ("key", "signature"))
        Ed25519PublicKey.from_public_bytes(key).verify(signature, text)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, InvalidSignature) as error:
        raise Refusal(
            "league", "This is no league file of a hub, or it was changed on the way. Ask for a fresh one."
        ) from error
    return read(text), key


async def add(hub: Hub, who: str, file: bytes, url: str | None = None) -> Card:
    """Take another hub's card into the league."""
    card, key = opened(file)
    if card.hub == hub.id:
        raise Refusal("league", "This is the card of this hub itself. Give it to the coordinators of other hubs.")

    def keep(books: sqlite3.Connection) -> None:
        league.pin(books, card, key, url, hub.clock())
        audit.note(books, hub.clock(), who, "league.add", "league", name=card.name)

    await hub.store.write(keep)
    return card


async def fetch(hub: Hub, who: str, url: str, session: ClientSession | None = None) -> Card:
    """Take another hub's card from its address; `session` knows whom to believe, where the web's own list does not."""
    if len(url) > LONGEST_URL or not _is_address(url):
        raise Refusal("league", "The address of a hub's card begins with https://. Or upload the card as a file.")
    if session is not None:
        return await add(hub, who, await _get(session, url), url)
    async with ClientSession() as own:
        return await add(hub, who, await _get(own, url), url)


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and bool(parts.hostname) and parts.username is None


async def _get(session: ClientSession, url: str) -> bytes:
    try:
        async with session.get(
            url, timeout=ClientTimeout(FETCH_SECONDS), allow_redirects=False, headers={"Accept-Encoding": "identity"}
        ) as answer:
            if answer.status != 200:  # noqa: PLR2004 - the status of a card that is there
                raise Refusal("league", "At this address is no card: the answer was {status}.", status=answer.status)
            found = bytearray()
            while len(found) <= MOST_BYTES and (part := await answer.content.read(MOST_BYTES)):
                found += part
            return bytes(found)
    except (ClientError, TimeoutError, ValueError) as error:
        raise Refusal("league", "The hub at this address did not answer. Check it, or upload the card.") from error


async def remove(hub: Hub, who: str, other: str) -> None:
    """Forget another hub and its key."""

    def keep(books: sqlite3.Connection) -> None:
        league.remove(books, other)
        audit.note(books, hub.clock(), who, "league.remove", "league")

    await hub.store.write(keep)
