"""The command line of virtual Arista switches without a wire: sessions, timers, files, rights, what is refused."""

import asyncio
import json

import pytest

from lab.devices.arista_eos import tables  # noqa: F401 - tells the command line of its commands
from lab.devices.arista_eos.answers import CommandError, Told
from lab.devices.arista_eos.cli import Cli
from lab.devices.arista_eos.device import EosDevice
from tests.lab.eos_server import SWITCH, EosView


class Desk:
    """One place at a switch, asked from a test."""

    def __init__(self, device, user="storenet-rw", level=15, tty="vty2"):
        self.device = device
        self.cli = Cli(device, user=user, level=level, tty=tty, address="192.0.2.10", enable_secret="word")
        self.cli.enabled = True

    async def ask(self, *lines):
        said = ""
        for line in lines:
            given = self.cli.do(line)
            said = (given if isinstance(given, Told) else await given).text
        return said

    async def refused(self, *lines):
        with pytest.raises(CommandError) as complaint:
            await self.ask(*lines)
        return complaint.value


def switch(**options):
    return EosDevice(EosView(), SWITCH, **options)


def description(device, port="Ethernet5"):
    return device.setting.ports[port].description


def run(work):
    asyncio.run(work)


def test_a_session_changes_nothing_before_its_commit():
    async def work():
        desk = Desk(switch())
        await desk.ask("configure session a", "interface Ethernet5", "description other")
        assert desk.cli.mode == "(config-s-a-if-Et5)"
        assert description(desk.device) == "to s001-till1"
        said = await desk.ask("show session-config diffs")
        assert said.startswith("--- system:/running-config\n+++ session:/a-session-config\n@@ ")
        assert "\n-   description to s001-till1\n+   description other\n" in said
        await desk.ask("commit")
        assert desk.cli.mode == ""
        assert description(desk.device) == "other"
        assert not await desk.ask("show session-config named a diffs")

    run(work())


def test_a_commit_overwrites_what_others_changed_since_the_session_was_opened():
    async def work():
        desk = Desk(switch())
        await desk.ask("configure session a", "interface Ethernet5", "description other", "end")
        desk.device.apply(["interface Ethernet6", "no shutdown"], "jdoe")
        await desk.ask("configure session a commit")
        assert desk.device.setting.ports["Ethernet6"].shutdown

    run(work())


@pytest.mark.parametrize("version", ["4.29.3M", "4.32.2F"])
def test_a_timer_takes_a_change_back(version):
    async def work():
        desk = Desk(switch(revert_minute_seconds=0.02, version=version))
        await desk.ask("configure session a", "interface Ethernet5", "description other", "commit timer 00:01:00")
        assert description(desk.device) == "other"
        told = json.loads(await desk.ask("show configuration sessions detail | json"))
        if version.startswith("4.29"):
            assert told["sessions"]["a"]["state"] == "pendingCommitTimer"
            assert told["sessions"]["a"]["commitBy"] == 60
        else:
            assert told["sessions"]["a"]["state"] == "committed"
            assert (told["commitTimerSessionName"], told["commitTimerExpireTime"]) == ("a", 60)
        for _ in range(500):
            if description(desk.device) != "other":
                break
            await asyncio.sleep(0.01)
        assert description(desk.device) == "to s001-till1"
        assert any("CONFIG_SESSION_COMMIT_TIMER_TIMEDOUT" in line for line in desk.device.view.log)
        assert json.loads(await desk.ask("show configuration sessions | json"))["sessions"] == {}

    run(work())


def test_a_second_commit_confirms_and_an_abort_takes_back():
    async def work():
        desk = Desk(switch())
        await desk.ask("configure session a", "interface Ethernet5", "description other", "commit timer 00:05:00")
        await desk.ask("configure session a commit")
        assert desk.device.sessions.timed is None
        assert description(desk.device) == "other"
        await desk.ask("configure session b", "interface Ethernet5", "description third", "commit timer 00:05:00")
        assert "commit timer is pending on session b" in (await desk.refused("configure session c", "commit")).text
        await desk.ask("abort", "configure session b abort")
        assert description(desk.device) == "other"

    run(work())


def test_at_most_five_sessions_are_pending():
    async def work():
        desk = Desk(switch())
        for name in "abcde":
            await desk.ask(f"configure session {name}", "end")
        complaint = await desk.refused("configure session f")
        assert complaint.printed().startswith("% Maximum number of pending sessions has been reached")
        await desk.ask("configure session a abort", "configure session f")

    run(work())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("configure session ghost commit", "Cannot commit session ghost: session does not exist"),
        ("configure session ghost abort", "Cannot abort session ghost: session does not exist"),
        ("show session-config named ghost diffs", "Session ghost does not exist"),
        ("configure replace flash:ghost", "Error opening flash:ghost (No such file or directory)"),
        ("show interfaces Ethernet77", "Interface does not exist: Ethernet77"),
        ("show nothing", "Invalid input (at token 1: 'nothing')"),
        ("show", "Incomplete command (at token 0: 'show')"),
        ("c", "Ambiguous command (at token 0: 'c')"),
        ("show version | wrong x", "Invalid input (at token 3: 'wrong')"),
    ],
)
def test_what_is_refused(line, said):
    async def work():
        assert (await Desk(switch()).refused(line)).text == said

    run(work())


def test_an_operator_looks_and_changes_nothing():
    async def work():
        desk = Desk(switch(), user="storenet-ro", level=1)
        assert "hostname s001-sw1" in await desk.ask("show running-config")
        for line in ("configure session a", "write memory", "reload now", "copy running-config flash:x"):
            assert (await desk.refused(line)).printed() == f"% Authorization denied for command '{line}'\n"
        desk.cli.enabled = False
        assert (await desk.refused("show running-config")).printed() == "% Invalid input (privileged mode required)\n"

    run(work())


def test_who_holds_the_lock_keeps_others_out():
    async def work():
        device = switch()
        mine, other = Desk(device), Desk(device, tty="vty3")
        await mine.ask("configure lock", "configure session a", "end")
        assert "configuration locked by user storenet-rw on vty2" in (await other.refused("configure session b")).text
        assert "configuration locked" in (await other.refused("configure session a commit")).text
        await mine.ask("configure unlock")
        await other.ask("configure session a commit")

    run(work())


def test_a_clean_session_and_a_file_replace_everything():
    async def work():
        desk = Desk(switch())
        await desk.ask("copy running-config flash:before")
        await desk.ask("configure session a", "rollback clean-config", "hostname bare", "commit")
        assert desk.device.setting.hostname == "bare"
        assert "Vlan99" not in desk.device.setting.ports
        assert "Ethernet28" in desk.device.setting.ports
        await desk.ask("configure replace flash:before")
        assert desk.device.running.render() == EosDevice(EosView(), SWITCH).running.render()
        await desk.ask("configure checkpoint save one", "configure", "hostname other", "end")
        await desk.ask("configure checkpoint restore one")
        assert desk.device.setting.hostname == "s001-sw1"

    run(work())


def test_a_file_with_an_unknown_line_replaces_nothing():
    async def work():
        desk = Desk(switch())
        desk.device.files.write(desk.device, "flash:bad", "hostname bare\nbogus line\nend\n")
        complaint = await desk.refused("configure replace flash:bad")
        assert complaint.printed().startswith("> bogus line\n% Invalid input at line 2\n% Cannot replace")
        assert desk.device.setting.hostname == "s001-sw1"

    run(work())


def test_a_restart_forgets_what_was_not_saved():
    async def work():
        desk = Desk(switch())
        await desk.ask("configure session a", "hostname other", "commit timer 00:05:00", "configure session b", "end")
        desk.device.reload("jdoe")
        assert desk.device.setting.hostname == "s001-sw1"
        assert desk.device.sessions.timed is None
        assert not desk.device.sessions.all
        await desk.ask("configure", "hostname kept", "end", "write memory")
        desk.device.reload()
        assert desk.device.setting.hostname == "kept"

    run(work())


def test_modes_say_no_in_words_of_eos():
    async def work():
        desk = Desk(switch())
        desk.device.modes.put("flash_full")
        assert "No space left on device" in (await desk.refused("copy running-config flash:x")).text
        assert "No space left on device" in (await desk.refused("write memory")).text
        desk.device.modes.clear()
        desk.device.modes.put("config_locked")
        assert "configuration locked by user jdoe" in (await desk.refused("configure terminal")).text
        desk.device.modes.clear()
        desk.device.modes.put("archive_off")
        assert "not available" in (await desk.refused("configure session a", "commit timer 00:05:00")).text
        assert description(desk.device) == "to s001-till1"
        desk.cli.leave()
        desk.device.modes.clear()
        desk.device.modes.put("foreign_pending")
        assert desk.device.sessions.timed.user == "jdoe"

    run(work())


def test_somebody_else_sits_at_the_switch():
    async def work():
        device = switch()
        device.sit_down("kim", ["interface Ethernet6", "no shutdown"], exclusive=True)
        assert "configuration locked by user kim" in (await Desk(device, tty="vty5").refused("configure")).text
        assert not device.setting.ports["Ethernet6"].shutdown
        assert device.busy("kim")
        device.stand_up("kim", ["interface Ethernet6", "shutdown"])
        assert not device.busy("kim")
        await Desk(device).ask("configure")

    run(work())


def test_power_and_a_port_the_switch_shut():
    async def work():
        device = switch()
        device.view.shut_itself = "Ethernet5"
        desk = Desk(device)
        assert "Et5        to s001-till1 errdisabled  10" in await desk.ask("show interfaces status")
        assert "bpduguard" in await desk.ask("show interfaces status errdisabled")
        told = json.loads(await desk.ask("show interfaces status errdisabled | json"))
        assert told["interfaceStatuses"]["Ethernet5"]["causes"] == ["bpduguard"]
        assert "Et2     yes" in await desk.ask("show poe")
        await desk.ask("configure", "interface Ethernet2", "poe disabled", "end")
        row = next(line for line in (await desk.ask("show poe")).splitlines() if line.startswith("Et2 "))
        assert (row.split()[1], row.split()[5]) == ("no", "disabled")

    run(work())


def test_what_stands_behind_a_bar():
    async def work():
        desk = Desk(switch())
        assert await desk.ask("show version | include Serial") == "Serial number: JPE21370042\n"
        assert (await desk.ask("show running-config section Ethernet5")).startswith("interface Ethernet5\n")
        assert await desk.ask("show running-config | section ntp") == "ntp server 198.51.100.123 prefer\n"
        assert json.loads(await desk.ask("show running-config sanitized | json"))["errors"]
        assert "ALL" in await desk.ask("show interfaces switchport | include Trunking VLANs")

    run(work())


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet5, changed state to down",
            "Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet5 (to s001-till1), changed state to down",
        ),
        ("LINK-3-UPDOWN: Interface Ethernet5, changed state to down", None),
        (
            "PM-4-ERR_DISABLE: bpduguard error detected on Ethernet5, putting Ethernet5 in err-disable state",
            "Ebra: %ETH-4-ERRDISABLE: bpduguard error detected on Ethernet5.",
        ),
        (
            "SW_MATM-4-MACFLAP_NOTIF: Host h1 in vlan 20 is flapping between port Et2 and port Et3",
            "Ebra: %ETH-4-HOST_FLAPPING: Host h1 in VLAN 20 is flapping between interface Et2 and interface Et3",
        ),
    ],
)
def test_the_log_speaks_eos(said, shown):
    async def work():
        desk = Desk(switch())
        desk.device.view.say(*said.split(": ", 1))
        lines = (await desk.ask("show logging last 5")).splitlines()
        assert lines == ([f"Nov 20 12:00:00 s001-sw1 {shown}"] if shown else [])

    run(work())
