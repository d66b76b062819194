"""Certificates that a hub in somebody's cellar makes for itself."""

from hashlib import sha256
from ssl import PROTOCOL_TLS_SERVER, PEM_cert_to_DER_cert, SSLContext

from tests.certificates import pair


def self_signed(folder, name="hub"):
    """Return what a server needs to show a new certificate, and the fingerprint that an invite would carry."""
    certificate, key = pair(folder, name)
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, sha256(PEM_cert_to_DER_cert(certificate.read_text())).hexdigest()
