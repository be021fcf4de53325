"""A certificate of a virtual device's own, made at start, for HTTPS on loopback.

In: a name. Out: an ``ssl.SSLContext`` for a server. Called by the lab's server and by tests. It protects nothing: as on
a device out of the box, nobody has signed it but itself.
"""

import datetime as dt
import ssl
from pathlib import Path
from tempfile import TemporaryDirectory

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

_VALID = dt.timedelta(days=3650)
_BEGIN = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)


def self_signed(name: str) -> ssl.SSLContext:
    """Return a server's context with a certificate that the device has made for itself."""
    key = generate_private_key(SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_BEGIN)
        .not_valid_after(_BEGIN + _VALID)
        .sign(key, SHA256())
    )
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + certificate.public_bytes(Encoding.PEM)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with TemporaryDirectory() as folder:
        file = Path(folder) / "device.pem"
        file.write_bytes(pem)
        context.load_cert_chain(file)
    return context
