"""NAPALM's own driver for EOS, lent our SSH session instead of eAPI: one port per device is enough.

In: what ``inventory.napalm_door`` gives every driver. Out: ``EOSDriver``, unmodified. Used for deep looks; changes go
through ``candidate``. Whoever wants eAPI uses NAPALM's driver ``eos`` with its own transport.
"""

from collections.abc import Mapping
from typing import Any

from napalm.eos import EOSDriver


def over_ssh(host: str, username: str, password: str, optional_args: Mapping[str, Any]) -> Any:
    """Return the driver, set to speak over the connection that is lent to it."""
    return EOSDriver(host, username, password, optional_args={**optional_args, "transport": "ssh"})
