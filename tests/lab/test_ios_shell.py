"""One session without a network: prompts, questions, paging, filters, privileges, timers, what is recorded."""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from lab.devices.cisco_ios.device import IosDevice
from lab.devices.cisco_ios.lines import VtyLine
from lab.devices.cisco_ios.shell import Shell
from tests.lab.fake_view import EDGE, NOON, SWITCH, FakeView


class Typist:
    """Types into a shell and keeps what came back."""

    def __init__(self, startup: str = EDGE, *, privilege: int = 15, **options: float) -> None:
        self.view = FakeView()
        self.device = IosDevice(self.view, startup, **options)
        self.screen = ""
        self.hung_up = False
        self.shell = Shell(
            self.device,
            VtyLine(0, "127.0.0.1", NOON, user="storenet-rw"),
            privilege,
            enable_secret="enable-word",
            send=self._see,
            hang_up=self._gone,
        )
        self.shell.length = 0

    def type(self, text: str) -> str:
        self.screen = ""
        self.shell.received(text)
        return self.screen

    async def until(self, wanted: str) -> str:
        async with asyncio.timeout(5):
            while wanted not in self.screen:  # noqa: ASYNC110 - the screen is filled by callbacks
                await asyncio.sleep(0.001)
        return self.screen

    async def settled(self) -> None:
        async with asyncio.timeout(5):
            while self.device.archive.pending is not None:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.001)

    def _see(self, text: str) -> None:
        self.screen += text

    def _gone(self) -> None:
        self.hung_up = True


def waiting(test: Callable[[], Awaitable[None]]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(asyncio.wait_for(test(), 10))  # type: ignore[arg-type]

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return run


def test_the_caret_stands_under_the_bad_character() -> None:
    typist = Typist()
    answer = typist.type("show verzion\r\n")
    echo, caret = answer.split("\r\n")[:2]
    assert echo == "show verzion"
    assert caret.index("^") == len("s001-edge#") + "show ver".__len__()


def test_editing_keys() -> None:
    typist = Typist()
    assert "Current privilege level is 15" in typist.type("show privx\x7f\n")
    assert "Current" not in typist.type("show priv\x15\n")
    assert typist.type("\x00") == ""


def test_configuration_mode_and_its_prompts() -> None:
    typist = Typist()
    assert typist.type("conf t\n").endswith("s001-edge(config)#")
    assert typist.type("int gi0/1.10\n").endswith("s001-edge(config-subif)#")
    assert "Current privilege level" in typist.type("do show privilege\n")
    assert typist.type("hostname s001-new\n").endswith("s001-new(config)#")
    assert typist.type("\x1a").endswith("s001-new#")
    assert typist.view.log[-1].endswith("Configured from console by storenet-rw on vty0 (127.0.0.1)")


def test_every_change_reaches_the_world_at_once() -> None:
    typist = Typist()
    typist.type("conf t\nint gi0/0\nshutdown\n")
    assert typist.view.settings[-1].ports["GigabitEthernet0/0"].shutdown
    told = len(typist.view.settings)
    typist.type("shutdown\nend\n")
    assert len(typist.view.settings) == told


def test_the_read_account_can_look_but_not_touch() -> None:
    typist = Typist(privilege=1)
    assert typist.type("\n").endswith("s001-edge>")
    for line in (
        "configure terminal",
        "copy running-config startup-config",
        "reload",
        "show running-config",
        "dir",
        "write memory",
    ):
        assert "% Invalid input detected at '^' marker." in typist.type(line + "\n")
    for line in ("show ip interface brief", "show ip sla summary", "show logging", "show users"):
        assert "%" not in typist.type(line + "\n").replace("xml", "").replace("%SYS", "")
    assert typist.view.written() == []


@waiting
async def test_enable_asks_and_never_records_the_word() -> None:
    typist = Typist(privilege=1)
    typist.type("enable\n")
    await typist.until("Password: ")
    typist.type("wrong-word\n")
    await typist.until("Password: ")
    typist.type("enable-word\n")
    screen = await typist.until("s001-edge#")
    assert "enable-word" not in screen
    assert "-word" not in str(typist.view.rows)


@waiting
async def test_three_wrong_words_are_enough() -> None:
    typist = Typist(privilege=1)
    typist.type("enable\n")
    for _ in range(3):
        await typist.until("Password: ")
        typist.type("no\n")
    assert (await typist.until("% Bad secrets")).rstrip().endswith("s001-edge>")


def test_secrets_are_masked_in_the_record() -> None:
    typist = Typist()
    typist.type("conf t\nusername jdoe privilege 15 secret hunter22\nsnmp-server community hunter22 RO\nend\n")
    assert "hunter22" not in str(typist.view.rows)
    assert ("line", {"user": "storenet-rw", "line": "username jdoe privilege 15 secret ***"}) in typist.view.rows


def test_paging() -> None:
    typist = Typist()
    typist.type("terminal length 10\n")
    first = typist.type("show running-config\n")
    assert first.endswith(" --More-- ")
    assert first.count("\r\n") == 10
    assert " --More-- " in typist.type(" ")
    assert typist.type("q").endswith("s001-edge#")
    assert "--More--" not in typist.type("terminal length 0\nshow running-config\n")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("show running-config | include hostname", "hostname s001-edge\r\n"),
        ("show running-config | section archive", "archive\r\n path flash:archive\r\n"),
        (
            "show running-config | begin ^line vty",
            "line vty 0 4\r\n login local\r\n transport input ssh\r\n!\r\nend\r\n",
        ),
        ("show run | count ^interface", "Number of lines which match regexp = 5\r\n"),
    ],
)
def test_filters(line: str, expected: str) -> None:
    typist = Typist()
    shown = typist.type(line + "\n").removeprefix(line + "\r\n").removesuffix("s001-edge#")
    assert shown.strip() == expected.strip()


def test_a_filter_without_a_pattern_is_refused() -> None:
    assert "% Invalid input" in Typist().type("show version | include\n")


def test_a_token_sent_to_the_log_is_found_there() -> None:
    typist = Typist()
    typist.type("send log 5 storenet intent 42 begins\n")
    screen = typist.type("show logging | include intent 42\n")
    assert screen.count("intent 42") == 2
    assert "%SYS-5-USERLOG_NOTICE" in screen


@waiting
async def test_lost_echoes_are_waited_for() -> None:
    typist = Typist(ping_second=0.01)
    typist.view.rtt = None
    typist.type("ping 198.51.100.10 source GigabitEthernet0/1.10 repeat 3 timeout 1\n")
    screen = await typist.until("Success rate")
    assert "Packet sent with a source address of 10.1.10.1" in screen
    assert "...\r\nSuccess rate is 0 percent (0/3)\r\n" in screen
    typist.view.rtt = 20.4
    typist.type("ping 198.51.100.10\n")
    assert "!!!!!\r\nSuccess rate is 100 percent (5/5), round-trip min/avg/max = 20/20/20 ms" in await typist.until(
        "ms"
    )


@waiting
async def test_nothing_is_sent_from_a_port_without_an_address() -> None:
    typist = Typist()
    typist.view.wan = None
    typist.type("ping 198.51.100.10 source GigabitEthernet0/0\n")
    assert "Sending" not in await typist.until("% Invalid source interface")


@waiting
async def test_a_ping_is_broken_off_and_typing_ahead_waits() -> None:
    typist = Typist(ping_second=100.0)
    typist.view.rtt = None
    typist.type("ping 198.51.100.10\nshow privilege\n")
    await typist.until("seconds:")
    assert "Current" not in typist.screen
    typist.shell.received("\x03")
    await typist.until("Current privilege level is 15")


@waiting
async def test_renewing_a_lease_and_its_record() -> None:
    typist = Typist()
    typist.type("renew dhcp gi0/0\n")
    assert typist.view.renewed == ["GigabitEthernet0/0"]
    assert typist.view.written() == ["renew dhcp GigabitEthernet0/0"]
    assert "Interface does not have" in typist.type("renew dhcp gi0/1\n")


@waiting
async def test_reload_brings_the_startup_configuration_back_and_forgets_the_timer() -> None:
    typist = Typist(revert_minute_seconds=60.0)
    typist.type("configure terminal revert timer 5\nint gi0/0\nshutdown\nend\nreload\n")
    await typist.until("Save? [yes/no]: ")
    typist.type("no\n")
    await typist.until("[confirm]")
    assert typist.device.archive.pending is not None
    typist.type("\n")
    await typist.settled()
    assert not typist.device.setting.ports["GigabitEthernet0/0"].shutdown
    assert "reload" in typist.view.written()


@waiting
async def test_the_timer_reverts_although_the_session_is_gone() -> None:
    typist = Typist(revert_minute_seconds=0.02)
    before = typist.device.running.render()
    typist.type("configure terminal revert timer 1\nint gi0/0\nno ip address\ndescription gone\n")
    typist.shell.end()
    assert typist.device.running.render() != before
    await typist.settled()
    assert typist.device.running.render() == before
    assert {
        row["user"] for kind, row in typist.view.rows if kind == "write" and row["line"] == "no description gone"
    } == {"timer"}


@waiting
async def test_a_pending_change_is_told_confirmed_and_reverted() -> None:
    typist = Typist()
    assert "%No Rollback Confirmed Change pending" in typist.type("show archive config rollback timer\n")
    typist.type("conf t revert timer 2\nint gi0/0\ndescription one\nend\n")
    shown = typist.type("show archive config rollback timer\n")
    assert "Timer value: 2 min\r\nUser: storenet-rw\r\n" in shown
    assert "already pending" in typist.type("conf t revert timer 2\n")
    typist.type("configure confirm\n")
    assert typist.device.setting.ports["GigabitEthernet0/0"].description == "one"
    typist.type("conf t revert timer 2\nint gi0/0\ndescription two\nend\nconfigure revert now\n")
    assert typist.device.setting.ports["GigabitEthernet0/0"].description == "one"
    assert typist.device.archive.pending is None


def test_without_an_archive_there_is_no_timer() -> None:
    typist = Typist()
    typist.type("conf t\nno archive\nend\n")
    assert "%Please turn config archive on" in typist.type("conf t revert timer 2\n")
    assert typist.type("\n").endswith("s001-edge#")


@waiting
async def test_files_are_copied_listed_and_deleted() -> None:
    typist = Typist()
    typist.type("copy running-config flash:keep\n")
    await typist.until("Destination filename [keep]? ")
    typist.type("\n")
    await typist.until("bytes copied")
    assert "keep" in typist.type("dir flash:\n")
    typist.type("conf t\nhostname other\nfile prompt quiet\nend\nconfigure replace flash:keep force\n")
    assert "Rollback Done" in await typist.until("s001-edge#")
    typist.type("delete /force flash:keep\n")
    await typist.until("s001-edge#")
    assert "No such file or directory" in typist.type("dir flash:keep\n")


@waiting
async def test_a_merged_file_tells_its_bad_lines_and_keeps_the_good() -> None:
    typist = Typist(SWITCH)
    typist.device.flash.store("m", b"file prompt quiet\nvlan 10\n name POS\n nome POS\nend\nhostname ignored\n")
    typist.type("conf t\nfile prompt quiet\nend\ncopy flash:m running-config\n")
    screen = await typist.until("bytes copied")
    assert " nome POS\r\n  ^\r\n% Invalid input detected" in screen
    assert " name POS\n" in typist.device.running.render()
    assert typist.device.running.hostname() == "s001-sw1"


def test_a_fault_of_the_emulator_is_told_and_the_session_lives(monkeypatch: pytest.MonkeyPatch) -> None:
    typist = Typist()

    def broken() -> list[object]:
        raise ZeroDivisionError("a fault on purpose")

    monkeypatch.setattr(typist.view, "arp", broken)
    assert "% Internal error" in typist.type("show ip arp\n")
    (row,) = [row for kind, row in typist.view.rows if kind == "lab_error"]
    assert "a fault on purpose" in str(row["error"])
    assert "Current privilege" in typist.type("show privilege\n")


def test_leaving() -> None:
    typist = Typist()
    typist.type("exit\n")
    assert typist.hung_up


def test_the_archive_keeps_only_so_many_copies() -> None:
    typist = Typist()
    typist.type("conf t\narchive\nmaximum 2\nwrite-memory\nend\n" + "write memory\n" * 4)
    assert [name.rpartition("-")[2] for name in typist.device.archive.names] == ["2", "3"]
    assert len(typist.device.flash) == 2
    assert "<- Most Recent" in typist.type("show archive\n")
