"""What an RPC answers when it fails.

In: refusals of the database, the tree and the grammar. Out: ``rpc-error`` elements as Junos writes them.
"""

from lab.devices.juniper_junos.database import CommitRefusedError, LockedError
from lab.devices.juniper_junos.differences import edit_line
from lab.devices.juniper_junos.tree import RefusalError
from lab.devices.juniper_junos.xml import block, leaf, node

DENIED = "permission denied"


class RpcFaultError(Exception):
    """An RPC that is refused; ``said`` is the XML of the refusal."""

    def __init__(self, said: str) -> None:
        super().__init__(said)
        self.said = said


def fault(
    message: str, element: str = "", path: str = "", *, tag: str = "operation-failed", warning: bool = False
) -> str:
    """Return one ``rpc-error``."""
    return node(
        "rpc-error",
        leaf("error-type", "protocol"),
        leaf("error-tag", tag),
        leaf("error-severity", "warning" if warning else "error"),
        block("error-path", path) if path else "",
        block("error-message", message) if "\n" in message else leaf("error-message", message),
        node("error-info", leaf("bad-element", element)) if element else "",
    )


def denied(element: str) -> RpcFaultError:
    """The account may not do this."""
    return RpcFaultError(fault(DENIED, element))


def locked(error: LockedError) -> RpcFaultError:
    """Somebody else has the database."""
    if error.holder is None:
        return RpcFaultError(fault(error.message))
    return RpcFaultError(
        node(
            "rpc-error",
            leaf("error-type", "protocol"),
            leaf("error-tag", "lock-denied"),
            leaf("error-severity", "error"),
            block("error-message", error.message),
            node("error-info", leaf("session-id", error.holder.pid)),
        )
    )


def refused(refusals: list[RefusalError]) -> str:
    """Return the refusals of a load."""
    return "\n".join(
        fault(each.message, each.element, edit_line(each.path) if each.path else "", warning=each.warning)
        for each in refusals
    )


def not_committed(error: CommitRefusedError) -> RpcFaultError:
    """The candidate does not pass."""
    found = [fault(each.message, each.element, edit_line(each.path)) for each in error.complaints]
    return RpcFaultError(node("commit-results", *found, fault(error.complaints[-1].last)))
