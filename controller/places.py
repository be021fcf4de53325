"""Where something listens, as people write it: ``host:port``.

In: the text of a setting. Out: a ``Place``. Called by ``controller.settings`` (to check) and ``controller.intake``.
"""

from dataclasses import dataclass

_MOST_PORT = 65535


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """An address to listen at. Port 0: any that is free."""

    host: str
    port: int


def place_of(text: str) -> Place:
    """Return ``127.0.0.1:5514`` or ``[::1]:5514`` as a place. Raises ``ValueError`` that says what is allowed."""
    host, colon, port = text.strip().rpartition(":")
    whole = host.startswith("[") == host.endswith("]") and (":" not in host or host.startswith("["))
    if not colon or not host.strip("[]") or not whole or not port.isdecimal() or int(port[:6]) > _MOST_PORT:
        raise ValueError("give host:port, such as 127.0.0.1:5514 or [::1]:5514, with a port of 0-65535")
    return Place(host=host.strip("[]"), port=int(port))
