"""Secrets: made from the operating system's randomness, kept as digests only."""

import secrets
from hashlib import sha256


def new_token() -> str:
    """Return a token that nobody guesses."""
    return secrets.token_urlsafe(32)


def new_id() -> str:
    """Return an identity that tells nothing about whom it names."""
    return secrets.token_hex(8)


def choose(signs: str) -> str:
    """Pick one sign by chance."""
    return secrets.choice(signs)


def digest(secret: str) -> bytes:
    """Return what is stored instead of a secret.

    Tokens and site identities are too random to be found by trying; an invite is not, and so it lives for days only.
    """
    return sha256(secret.encode(errors="surrogatepass")).digest()
