"""NAPALM for FRR: over Netmiko's login to the router's Linux, with the agent that keeps the revert timer.

In: NAPALM's own arguments; or a connection of ours that is lent (``device``). Out: NAPALM's own answers. Called by
NAPALM's users and by ``inventory.napalm_door``. Why: no maintained driver for FRR exists. A login whose shell is vtysh
serves every getter that FRR itself can answer; configuration and the rest need a Linux shell with ``sudo``.
"""

import json
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Any

from napalm.base import NetworkDriver
from napalm.base import constants as c
from napalm.base.exceptions import (
    CommandErrorException,
    CommitConfirmException,
    CommitError,
    ConnectionClosedException,
    MergeConfigException,
    ReplaceConfigException,
)
from napalm.base.netmiko_helpers import netmiko_args

from inventory.platforms import CandidateRefusedError
from inventory.platforms.frr import napalm_rows, shell
from inventory.platforms.frr.agent_words import ask_agent
from inventory.platforms.frr.shell import Said
from inventory.talk import ChannelLostError, NoAnswerError

STARTUP = "/etc/frr/frr.conf"


class FRRDriver(NetworkDriver):  # type: ignore[misc,unused-ignore]
    """One router. Public methods are NAPALM's and no others: its getter suite wants it so."""

    def __init__(
        self,
        hostname: str,
        username: str,
        password: str,
        timeout: int = 60,
        optional_args: dict[str, Any] | None = None,
    ) -> None:
        """Prepare; ``open`` dials. ``optional_args`` are Netmiko's (``port``, ``key_file`` ...)."""
        self.hostname, self.username, self.password, self.timeout = hostname, username, password, timeout
        self.platform = "frr"
        self.profile = ["frr"]
        self.device: Any = None
        self.force_no_enable = True
        self._netmiko_args = netmiko_args(optional_args or {})
        self._candidate = ""
        self._whole = False
        self._at_vtysh: bool | None = None

    def open(self) -> None:
        """Log in."""
        self.device = self._netmiko_open("linux", netmiko_optional_args=self._netmiko_args)

    def close(self) -> None:
        """Log out."""
        self._netmiko_close()

    def is_alive(self) -> dict[str, bool]:
        """Whether the session stands."""
        transport = self.device.remote_conn_pre.get_transport() if self.device else None
        return {"is_alive": bool(transport and transport.is_active())}

    # --- getters ----------------------------------------------------------------------------------------------------

    def get_facts(self) -> dict[str, Any]:
        """See NAPALM."""
        uptime = "" if self._is_vtysh() else self._linux("cat /proc/uptime")
        return napalm_rows.facts(self._vtysh("show version"), self._show("show interface json"), uptime)

    def get_interfaces(self) -> dict[str, dict[str, Any]]:
        """See NAPALM."""
        return napalm_rows.interfaces(self._show("show interface json"))

    def get_interfaces_ip(self) -> dict[str, Any]:
        """See NAPALM."""
        return napalm_rows.addresses(self._show("show interface json"))

    def get_interfaces_counters(self) -> dict[str, dict[str, int]]:
        """See NAPALM."""
        return napalm_rows.counters(json.loads(self._linux("ip -j -s link")))

    def get_bgp_neighbors(self) -> dict[str, dict[str, Any]]:
        """See NAPALM."""
        return napalm_rows.bgp(self._show("show ip bgp summary json"), self._show("show ip bgp neighbors json"))

    def get_bgp_neighbors_detail(self, neighbor_address: str = "") -> dict[str, Any]:
        """See NAPALM."""
        words = ["show ip bgp neighbors", *([neighbor_address] if neighbor_address else []), "json"]
        return napalm_rows.bgp_detail(self._show(" ".join(words)))

    def get_arp_table(self, vrf: str = "") -> list[dict[str, Any]]:
        """See NAPALM."""
        beside = f" show vrf {shlex.quote(vrf)}" if vrf else ""
        return napalm_rows.arp(json.loads(self._linux(f"ip -j -4 neigh{beside}") or "[]"))

    def get_config(
        self,
        retrieve: str = "all",
        full: bool = False,  # noqa: FBT001, FBT002 - NAPALM's
        sanitized: bool = False,  # noqa: FBT001, FBT002 - NAPALM's
        format: str = "text",  # noqa: A002 - NAPALM's
    ) -> dict[str, str]:
        """See NAPALM; ``full`` makes no difference, FRR shows one form only."""
        del full
        if format != "text":
            raise NotImplementedError
        wanted = ("running", "startup") if retrieve == "all" else (retrieve,)
        found = {
            "running": self._vtysh("show running-config no-header") if "running" in wanted else "",
            "startup": self._linux(f"sudo -n cat {STARTUP}") if "startup" in wanted else "",
            "candidate": self._candidate if retrieve == "candidate" else "",
        }
        return {name: napalm_rows.without_secrets(text) for name, text in found.items()} if sanitized else found

    def ping(
        self,
        destination: str,
        source: str = c.PING_SOURCE,
        ttl: int = c.PING_TTL,
        timeout: int = c.PING_TIMEOUT,
        size: int = c.PING_SIZE,
        count: int = c.PING_COUNT,
        vrf: str = c.PING_VRF,
        source_interface: str = c.PING_SOURCE_INTERFACE,
    ) -> dict[str, Any]:
        """See NAPALM."""
        sent_from = source_interface or source
        words = ["ping", "-n", "-c", str(count), "-t", str(ttl), "-W", str(timeout), "-s", str(size)]
        words += ["-I", sent_from] if sent_from else []
        words = ["ip", "vrf", "exec", vrf, *words] if vrf else words
        said = self._said(shlex.join([*words, "--", destination]), count * (timeout + 1) + self.timeout)
        return napalm_rows.ping(f"{said.text}\n{said.trouble}")

    def cli(self, commands: list[str], encoding: str = "text") -> dict[str, Any]:
        """See NAPALM; the commands are vtysh's."""
        if encoding not in ("text", "json"):
            raise NotImplementedError(f"{encoding} is not a supported encoding")
        found = {command: self._vtysh(command) for command in commands}
        return found if encoding == "text" else {command: json.loads(text) for command, text in found.items()}

    # --- configuration ----------------------------------------------------------------------------------------------

    def load_merge_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """See NAPALM. Raises ``MergeConfigException`` when the router does not understand a line."""
        self._load(filename, config, whole=False)

    def load_replace_candidate(self, filename: str | None = None, config: str | None = None) -> None:
        """See NAPALM. Raises ``ReplaceConfigException`` when the router does not understand a line."""
        self._load(filename, config, whole=True)

    def compare_config(self) -> str:
        """See NAPALM: FRR's own comparison."""
        return self._agent(f"diff{self._how()}", MergeConfigException, self._candidate) if self._candidate else ""

    def commit_config(self, message: str = "", revert_in: int | None = None) -> None:
        """See NAPALM; FRR keeps no messages. Without ``revert_in`` the change is saved at once."""
        if message:
            raise NotImplementedError("FRR keeps no commit messages")
        if not self._candidate:
            return
        seconds = f" --seconds {revert_in:d}" if revert_in is not None else ""
        self._agent(f"apply{self._how()}{seconds}", CommitError, self._candidate)
        self.discard_config()

    def has_pending_commit(self) -> bool:
        """See NAPALM."""
        return self._agent("pending", CommitConfirmException).startswith("pending")

    def confirm_commit(self) -> None:
        """See NAPALM."""
        self._agent("confirm", CommitConfirmException)

    def rollback(self) -> None:
        """See NAPALM: what is pending, else what was committed last."""
        self._agent("rollback", CommitError)

    def discard_config(self) -> None:
        """See NAPALM: a candidate stands here, not on the router."""
        self._candidate, self._whole = "", False

    # --- inside -------------------------------------------------------------------------------------------------------

    def _load(self, filename: str | None, config: str | None, *, whole: bool) -> None:
        wrong = ReplaceConfigException if whole else MergeConfigException
        text = Path(filename).read_text() if filename else config
        if not text or not text.strip():
            raise wrong("no configuration was given")
        self._agent(f"check{' --replace' if whole else ''}", wrong, f"{text.rstrip()}\n")
        self._candidate, self._whole = f"{text.rstrip()}\n", whole

    def _how(self) -> str:
        return " --replace" if self._whole else ""

    def _agent(self, words: str, wrong: Callable[[str], Exception], text: str = "") -> str:
        try:
            return ask_agent(self._said, words, text=text)
        except CandidateRefusedError as error:
            raise wrong(str(error)) from error
        except NoAnswerError as error:
            raise CommandErrorException(f"no clear answer to {words.split(maxsplit=1)[0]!r}: {error}") from error

    def _show(self, command: str) -> dict[str, Any]:
        found = json.loads(self._vtysh(command) or "{}")
        return dict(found)

    def _vtysh(self, command: str) -> str:
        return self._linux(command if self._is_vtysh() else f"sudo -n vtysh -c {shlex.quote(command)}")

    def _is_vtysh(self) -> bool:
        """Whether the login's shell is vtysh, which knows no ``true``."""
        if self._at_vtysh is None:
            self._at_vtysh = self._said("true", self.timeout).code != 0
        return self._at_vtysh

    def _linux(self, command: str) -> str:
        said = self._said(command, self.timeout)
        if said.code:
            raise CommandErrorException(
                f"{command!r} ended with {said.code}: {said.trouble or said.text[:200].strip()}"
            )
        return said.text

    def _said(self, command: str, seconds: float, text: str = "") -> Said:
        try:
            return shell.run(self.device, command, seconds, text=text)
        except ChannelLostError as error:
            raise ConnectionClosedException(str(error)) from error
