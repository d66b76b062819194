"""Cookies: none that a script can read, none that a foreign page makes a browser send."""

from aiohttp import web

from .origin import scheme


def send(request: web.Request, answer: web.StreamResponse, name: str, value: str, age_s: int | None = None) -> None:
    """Set a cookie on an answer that is about to leave, whose own cookies are written already; an age of 0 ends it.

    Its value holds letters, digits, dashes and underscores only.
    """
    age = "" if age_s is None else f"; Max-Age={age_s}"
    secure = "; Secure" if scheme(request) == "https" else ""
    answer.headers.add("Set-Cookie", f"{name}={value}; Path=/{age}; HttpOnly; SameSite=Strict{secure}")
