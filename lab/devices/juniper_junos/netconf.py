"""NETCONF 1.0 on one channel (RFC 6241, framing ``]]>]]>`` of RFC 4742).

In: bytes of a channel. Out: a greeting, then one reply per RPC, in order. Called by ``serving``.
"""

import asyncio
import inspect
import traceback
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any
from xml.etree.ElementTree import Element
from xml.sax.saxutils import quoteattr

from lab.devices.dialect import Asked
from lab.devices.juniper_junos.device import JunosDevice
from lab.devices.juniper_junos.faults import RpcFaultError, fault
from lab.devices.juniper_junos.rpc import NAMESPACE, Answer, Request, Said
from lab.devices.juniper_junos.rpc_command import COMMANDS
from lab.devices.juniper_junos.rpc_config import CONFIG, OK
from lab.devices.juniper_junos.rpc_layer2 import LAYER2
from lab.devices.juniper_junos.rpc_ports import PORTS
from lab.devices.juniper_junos.rpc_system import SYSTEM
from lab.devices.juniper_junos.sessions import Session
from lab.devices.juniper_junos.xml import BadMessageError, leaf, node, read
from lab.devices.spoiling import spoil

END = "]]>]]>"
BASE = "urn:ietf:params:xml:ns:netconf:base:1.0"
MAX_MESSAGE = 16 * 1024 * 1024
CAPABILITIES = (
    BASE,
    "urn:ietf:params:netconf:capability:candidate:1.0",
    "urn:ietf:params:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:netconf:capability:validate:1.0",
    "urn:ietf:params:netconf:capability:url:1.0?scheme=http,ftp,file",
    "urn:ietf:params:xml:ns:netconf:capability:candidate:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:confirmed-commit:1.0",
    "urn:ietf:params:xml:ns:netconf:capability:validate:1.0",
    "http://xml.juniper.net/netconf/junos/1.0",
    "http://xml.juniper.net/dmi/system/1.0",
)
RPCS: Mapping[str, Answer] = {**SYSTEM, **PORTS, **LAYER2, **CONFIG, **COMMANDS}
_CLOSING = ("close-session", "request-end-session")


class Netconf:
    """One NETCONF session."""

    def __init__(self, device: JunosDevice, session: Session, asked: Asked) -> None:
        self.device = device
        self.session = session
        self._asked = asked
        self._heard = ""
        self._waiting: list[str] = []
        self._task: asyncio.Task[None] | None = None
        self._over = False
        session.client = "netconf"

    def start(self) -> None:
        """Greet."""
        told = node("capabilities", *(leaf("capability", name) for name in CAPABILITIES))
        self.write(node("hello", told, leaf("session-id", self.session.pid), xmlns=BASE) + f"\n{END}\n")

    def received(self, content: bytes) -> None:
        """Take bytes from the client; whole messages are answered one after another."""
        self._heard += content.decode("utf-8", "replace")
        if len(self._heard) > MAX_MESSAGE:
            self._asked.hang_up()
            return
        *messages, self._heard = self._heard.split(END)
        self._waiting.extend(message for message in messages if message.strip())
        self._next()

    def eof(self) -> None:
        """The client sends no more."""
        self._asked.finish(0)

    def end(self) -> None:
        """The channel is gone: what was locked is free again."""
        self._over = True
        if self._task is not None:
            self._task.cancel()
        self.device.database.leave(self.session)
        self.session.editing = False

    def write(self, text: str) -> None:
        """Send text."""
        self._asked.send_text(text)

    def cut(self) -> None:
        """Reset the connection."""
        if self.session.cut is not None:
            self.session.cut()

    def restart(self) -> None:
        """Restart the device."""
        self.device.reload()

    def rename(self) -> None:
        """Let the prompt show another host name."""
        self.device.rename()

    def log_message(self) -> str:
        """Return a message as it would be printed into a terminal."""
        return "Message from syslogd@switch at Nov 20 12:00:01  ...\nswitch fpc0 PFEX: link 1 flapped"

    def _next(self) -> None:
        if self._task is None and self._waiting and not self._over:
            message = self._waiting.pop(0)
            self._task = asyncio.get_running_loop().create_task(self._answer(message))

    async def _answer(self, message: str) -> None:
        self.session.last_input = self.device.view.now()
        try:
            rpc = read(message)
        except BadMessageError as error:
            self.write(_reply({}, fault(f"could not parse: {error}", tag="malformed-message")))
        else:
            if rpc.tag == "rpc":
                await self._rpc(rpc)
        self._task = None
        self._next()

    async def _rpc(self, rpc: Element) -> None:
        asked = next(iter(rpc), None)
        if asked is None:
            self.write(_reply(rpc.attrib, fault("syntax error", tag="missing-element")))
            return
        line = _line(asked)
        self.device.view.record("line", user=self.session.user, line=line)
        if self.device.answer_seconds:
            await asyncio.sleep(self.device.answer_seconds)
        do = partial(self._done, asked)
        mode = self.device.modes.for_line(line)
        said = await do() if mode is None else await spoil(self, mode, do)
        self.write(_reply(rpc.attrib, said))
        if asked.tag in _CLOSING:
            self._asked.finish(0)

    async def _done(self, asked: Element) -> str:
        if asked.tag in _CLOSING:
            return OK
        answer = RPCS.get(asked.tag)
        if answer is None:
            return fault("syntax error", asked.tag)
        try:
            return await _said(partial(answer, Request(self.device, self.session, asked)))
        except RpcFaultError as error:
            return error.said
        except Exception:  # noqa: BLE001 - the session boundary: a fault of the emulator must not take a device down
            error_text = traceback.format_exc(limit=-4)
            self.device.view.record("lab_error", user=self.session.user, line=asked.tag, error=error_text)
            return fault("internal error", asked.tag)


async def _said(answer: Callable[[], Said]) -> str:
    said: Any = answer()
    return str(await said) if inspect.iscoroutine(said) else str(said)


def _line(asked: Element) -> str:
    """Return a request as one line, for the log and for the modes of a line; no configuration is in it."""
    if asked.tag in ("load-configuration", "edit-config"):
        return " ".join((asked.tag, *asked.attrib.values()))
    words = [asked.tag, *asked.attrib.values(), (asked.text or "").strip()]
    words += [word for child in asked for word in (child.tag, (child.text or "").strip())]
    return " ".join(word for word in words if word)


def _reply(attributes: Mapping[str, str], said: str) -> str:
    """Return a reply; it carries the attributes of its request, as RFC 6241 asks."""
    own = "".join(f" {name}={quoteattr(value)}" for name, value in attributes.items() if "}" not in name)
    head = f'<rpc-reply xmlns="{BASE}" xmlns:junos="{NAMESPACE}/junos"{own}>'
    return f"{head}\n{said}\n</rpc-reply>\n{END}\n"
