"""TLS: the hub's certificate, taken from files and taken again whenever they change."""

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from .settings import Settings
from .values import SettingsError

if TYPE_CHECKING:
    from cryptography.x509 import Certificate

_LOGGER = logging.getLogger(__name__)

LOOK_AGAIN_SECONDS = 60
"""Programs that renew certificates write new files long before the old ones end."""

SOON = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Leaf:
    """What a certificate says of itself. `digest` is the SHA-256 of its DER form, by which invites pin it."""

    ends: datetime
    begins: datetime
    names: tuple[str, ...]
    self_signed: bool
    digest: str


def context(settings: Settings, at: datetime) -> ssl.SSLContext | None:
    """Return what serves TLS, or None where none was asked for; what is wrong with the files is a sentence."""
    if settings.tls_certificate is None or settings.tls_key is None:
        return None
    made = _loaded(settings.tls_certificate, settings.tls_key)
    found = leaf(settings.tls_certificate)
    if found.ends < at:
        raise SettingsError(
            f"The certificate {settings.tls_certificate} ended on {found.ends:%d %B %Y}: every visitor would turn away."
            " Renew it."
        )
    return made


def leaf(certificate: Path) -> Leaf:
    """Read the first certificate of the file, which is the hub's own."""
    from cryptography import x509  # noqa: PLC0415 - ten megabytes that only a hub with TLS needs

    try:
        first = x509.load_pem_x509_certificates(certificate.read_bytes())[0]
    except OSError as error:
        raise SettingsError(f"The certificate {certificate} can not be read: {error.strerror}.") from error
    except (ValueError, IndexError) as error:
        raise SettingsError(f"{certificate} holds no certificate in PEM form, which begins with -----BEGIN.") from error
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - as above

    return Leaf(
        ends=first.not_valid_after_utc,
        begins=first.not_valid_before_utc,
        names=_names(first),
        self_signed=first.issuer == first.subject,
        digest=sha256(first.public_bytes(Encoding.DER)).hexdigest(),
    )


def certificate_sha256(settings: Settings) -> str | None:
    """Return the digest that invites carry: of a certificate that nobody vouches for but itself."""
    if settings.tls_certificate is None:
        return None
    found = leaf(settings.tls_certificate)
    return found.digest if found.self_signed else None


async def keep_fresh(
    live: ssl.SSLContext,
    settings: Settings,
    pause: Callable[[], Awaitable[None]] = lambda: asyncio.sleep(LOOK_AGAIN_SECONDS),
) -> None:
    """Take renewed files up without a restart; files that do not fit leave the old certificate in its place."""
    certificate, key = settings.tls_certificate, settings.tls_key
    if certificate is None or key is None:
        return
    known = _stamps(certificate, key)
    while True:
        await pause()
        found = _stamps(certificate, key)
        if found == known or None in found:
            continue
        known = found
        try:
            await asyncio.to_thread(_loaded, certificate, key)
            live.load_cert_chain(certificate, key, password=_no_password)
        except (SettingsError, OSError) as error:
            _LOGGER.warning("%s The hub goes on with the certificate that it had.", error)
        else:
            _LOGGER.info("The hub took the new certificate from %s", certificate)


def _loaded(certificate: Path, key: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    for file, what in ((certificate, "certificate"), (key, "key")):
        try:
            file.open("rb").close()
        except OSError as error:
            raise SettingsError(
                f"The {what} {file} can not be read: {error.strerror}. Let the hub's user read it."
            ) from error
    try:
        made.load_cert_chain(certificate, key, password=_no_password)
    except _LockedKeyError as error:
        raise SettingsError(
            f"The key {key} is locked with a password. Write it without one, for the hub only."
        ) from error
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            raise SettingsError(
                f"The key {key} does not belong to the certificate {certificate}. Name the pair that was made together."
            ) from error
        raise SettingsError(
            f"{certificate} and {key} are no certificate and key in PEM form ({error.reason or error})."
        ) from error
    return made


class _LockedKeyError(Exception):
    """The key asks for a password, and nobody sits here to type one."""


def _no_password() -> str:
    raise _LockedKeyError


def _names(certificate: Certificate) -> tuple[str, ...]:
    from cryptography import x509  # noqa: PLC0415 - as above

    try:
        said = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(str(name.value) for name in said)


def _stamps(*files: Path) -> tuple[tuple[int, int, int] | None, ...]:
    """Return what changes when a file does; None for one that is away, as while it is replaced."""
    return tuple(_stamp(file) for file in files)


def _stamp(file: Path) -> tuple[int, int, int] | None:
    try:
        seen = file.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_ino, seen.st_size


def trusting_anybody() -> ssl.SSLContext:
    """Return what talks to a server without asking who vouches for it: the caller knows, or compares a digest."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    made.verify_mode = ssl.CERT_NONE
    return made
