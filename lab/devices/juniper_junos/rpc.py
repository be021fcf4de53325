"""What every RPC is answered from, and the tables the families of RPCs are collected in.

In: the device, the session and the request. Out: XML, or ``RpcFaultError``. The families are ``rpc_config``,
``rpc_system``, ``rpc_ports`` and ``rpc_layer2``; ``netconf`` looks a request up by its tag.
"""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any
from xml.etree.ElementTree import Element

from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.faults import denied
from lab.devices.juniper_junos.sessions import Session
from lab.devices.juniper_junos.xml import word

VERSION = "20.4R3.8"
NAMESPACE = "http://xml.juniper.net/junos/20.4R3"
"""Prefix of the namespaces of what is shown (``.../junos-interface``)."""


@dataclass(frozen=True, slots=True)
class Request:
    """One RPC: who asks which device, and what. ``asked`` is the element inside ``rpc``."""

    device: JunosDevice
    session: Session
    asked: Element

    def word(self, path: str) -> str | None:
        """Return the text of an argument, None when it is not given."""
        return word(self.asked, path)

    def need(self, right: str) -> None:
        """Refuse unless the account has a permission."""
        if right not in self.device.rights(self.session.user):
            raise denied(self.asked.tag)


Said = str | Coroutine[Any, Any, str]
Answer = Callable[[Request], Said]


def space(part: str) -> str:
    """Return the namespace of one kind of shown thing."""
    return f"{NAMESPACE}/junos-{part}"
