"""TLS: a certificate from files, a sentence for each that does not do, and a new one without a restart."""

import asyncio
import ssl
from datetime import UTC, datetime
from hashlib import sha256

import pytest

from sceop_hub import tls
from sceop_hub.values import SettingsError
from tests.certificates import pair
from tests.hub.harness import settings


def told(folder, certificate, key):
    return settings(folder, tls_certificate=certificate, tls_key=key)


def now():
    return datetime.now(UTC)


def test_without_files_there_is_no_tls(tmp_path):
    assert tls.context(settings(tmp_path), now()) is None
    assert tls.certificate_sha256(settings(tmp_path)) is None


def test_invites_carry_the_digest_of_a_certificate_that_vouches_for_itself(tmp_path):
    certificate, key = pair(tmp_path)
    der = ssl.PEM_cert_to_DER_cert(certificate.read_text())
    assert tls.certificate_sha256(told(tmp_path, certificate, key)) == sha256(der).hexdigest()


def missing(folder):
    return folder / "none.pem", pair(folder)[1]


def mismatch(folder):
    return pair(folder, "one")[0], pair(folder, "two")[1]


def no_pem(folder):
    certificate, key = pair(folder)
    certificate.write_text("not a certificate")
    return certificate, key


def locked(folder):
    return pair(folder, password=b"secret")


def ended(folder):
    return pair(folder, days=-1)


def a_folder(folder):
    return folder, pair(folder)[1]


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        (missing, "can not be read"),
        (a_folder, "can not be read"),
        (mismatch, "does not belong to the certificate"),
        (no_pem, "no certificate and key in PEM form"),
        (locked, "is locked with a password"),
        (ended, "Renew it"),
    ],
)
def test_files_that_do_not_do_are_a_sentence(tmp_path, files, sentence):
    with pytest.raises(SettingsError, match=sentence):
        tls.context(told(tmp_path, *files(tmp_path)), now())


async def shown(port):
    """Return the digest of the certificate that a visitor is shown."""
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    der = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return sha256(der).hexdigest()


async def test_a_renewed_certificate_is_taken_up_and_one_that_does_not_fit_is_not(tmp_path, caplog):
    certificate, key = pair(tmp_path)
    say = told(tmp_path, certificate, key)
    serving = tls.context(say, now())
    first = tls.certificate_sha256(say)
    looks, looked = asyncio.Queue(), asyncio.Queue()

    async def pause():
        looked.put_nowait(None)
        await looks.get()

    async def look():
        looks.put_nowait(None)
        await looked.get()

    async with await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0, ssl=serving) as server:
        port = server.sockets[0].getsockname()[1]
        watching = asyncio.create_task(tls.keep_fresh(serving, say, pause))
        await looked.get()
        assert await shown(port) == first
        other, other_key = pair(tmp_path, "other")
        key.write_bytes(b"half written")
        await look()
        assert await shown(port) == first
        assert "goes on with the certificate that it had" in caplog.text
        certificate.write_bytes(other.read_bytes())
        key.write_bytes(other_key.read_bytes())
        await look()
        assert await shown(port) == tls.certificate_sha256(say) != first
        watching.cancel()
