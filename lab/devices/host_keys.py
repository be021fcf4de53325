"""Host keys of emulated devices, derived from a seed so that a lab restarts with the keys it had.

In: a seed text. Out: an ed25519 key; its ``known_hosts`` line. Called by the lab's server and by tests.
These keys protect nothing: they stand for devices that live on loopback addresses only.
"""

import hashlib

import asyncssh
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat


def host_key(seed: str) -> asyncssh.SSHKey:
    """Return the ed25519 key of a seed; the same seed gives the same key."""
    private = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(seed.encode()).digest())
    pem = private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return asyncssh.import_private_key(pem)


def known_hosts_line(key: asyncssh.SSHKey, address: str, port: int) -> str:
    """Return the OpenSSH ``known_hosts`` line of a device."""
    host = address if port == 22 else f"[{address}]:{port}"  # noqa: PLR2004
    return f"{host} {key.export_public_key('openssh').decode().strip()}\n"
