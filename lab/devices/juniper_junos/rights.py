"""What an account may do on a device.

In: the configuration and a user's name. Out: the permissions of the user's login class. Called by the device.
"""

from lab.devices.juniper_junos.tree import Section

ALL = frozenset({"view", "view-configuration", "configure", "control", "clear", "maintenance", "network", "reset"})
_CLASSES = {
    "super-user": ALL,
    "superuser": ALL,
    "operator": frozenset({"view", "clear", "network", "reset"}),
    "read-only": frozenset({"view"}),
    "unauthorized": frozenset[str](),
}


def rights_of(config: Section, user: str) -> frozenset[str] | None:
    """Return an account's permissions, None when the device does not know it."""
    if user == "root":
        return ALL
    account = config.at("system", "login", "user", user)
    if account is None:
        return None
    name = account.value("class") or "unauthorized"
    own = config.at("system", "login", "class", name)
    if own is None:
        return _CLASSES.get(name, frozenset())
    granted = frozenset(own.values("permissions"))
    return ALL if "all" in granted else granted
