"""What can go wrong with a device, and whether trying again can help.

Temporary: the next poll may succeed. Permanent: a person or a setting must change first.
Doubtful: something was sent and no answer came; never retried, only read back.
"""

from inventory.model import DeviceId


class DeviceError(Exception):
    """A device did not do what was asked; the message is fit for people and holds no secret."""

    def __init__(self, device: DeviceId, reason: str) -> None:
        super().__init__(f"{device}: {reason}")
        self.device = device
        self.reason = reason


class TemporaryError(DeviceError):
    """Trying again later may help."""


class UnreachableError(TemporaryError):
    """No protocol answer within the deadline."""


class BusyError(TemporaryError):
    """The device answers but has no line to spare for us."""


class DoubtfulOutputError(TemporaryError):
    """The device answered, but not in a form that can be trusted as complete; no rows are made of it."""


class PermanentError(DeviceError):
    """Trying again will not help until something is changed."""


class AuthRefusedError(PermanentError):
    """The account was refused."""


class HostKeyChangedError(PermanentError):
    """The device shows another host key than the pinned one, or none is pinned."""


class CommandRefusedError(PermanentError):
    """The device refused a line; nothing further was sent."""


class DoubtfulError(DeviceError):
    """The outcome of something sent is unknown."""


class UnknownOutcomeError(DoubtfulError):
    """A write was sent; no clear answer came back."""


class SessionLostError(DoubtfulError):
    """The session ended after something was sent."""


class StaleTokenError(Exception):
    """The permit's fencing token is no longer the live one: another controller owns the store."""
