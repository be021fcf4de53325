"""The tuned driver against a scripted channel: where chunks break must not matter."""

import re
import time
from collections.abc import Sequence

import pytest
from netmiko.exceptions import ReadTimeout

from inventory.event_driven import ChannelLostError, EventDriven, NoAnswerError
from inventory.platforms.cisco_ios.driver import LOG_LINE, TunedCiscoIos

LOG = "*Mar  3 18:07:21.123: %LINK-3-UPDOWN: Interface GigabitEthernet1/0/7, changed state to down"


class Script:
    """A channel that answers each line sent with the next scripted answer, in the given pieces."""

    def __init__(self, answers: Sequence[str], size: int) -> None:
        self.answers = list(answers)
        self.size = size
        self.pending: list[bytes] = []
        self.sent: list[str] = []

    def sendall(self, data: bytes) -> None:
        self.sent.append(data.decode())
        answer = self.answers.pop(0).replace("\n", "\r\n").encode()
        self.pending += [answer[i : i + self.size] for i in range(0, len(answer), self.size)]

    def settimeout(self, seconds: float) -> None:
        self.seconds = seconds

    def recv_ready(self) -> bool:
        return bool(self.pending)

    def recv(self, _size: int) -> bytes:
        if not self.pending:
            raise TimeoutError
        return self.pending.pop(0)


def driver(answers: Sequence[str], size: int = 4096, prompt: str = "s001-sw1") -> EventDriven:
    made = TunedCiscoIos(
        pinned=(), deadline=time.monotonic() + 5, device_type="cisco_ios", host="192.0.2.1", username="u", password="p"
    )
    made.remote_conn = Script(answers, size)
    made.set_prompt(prompt)
    return made


def echoed(command: str, output: str, prompt: str = "s001-sw1>") -> str:
    return f"{command}\n{output}{prompt}"


@pytest.mark.parametrize("size", [1, 2, 3, 7, 4096])
def test_echo_and_prompt_are_removed_wherever_chunks_break(size: int) -> None:
    made = driver([echoed("show clock", "12:00\nUTC\n"), echoed("show x", "")], size)
    assert made.ask("show clock", 1) == "12:00\nUTC"
    assert made.ask("show x", 1) == ""


@pytest.mark.parametrize("size", [1, 4096])
def test_what_looks_like_a_prompt_inside_the_output_does_not_end_it(size: int) -> None:
    output = "banner s001-sw1#\ns001-sw1>show other\n s001-sw1>\nlast line\n"
    made = driver([echoed("show x", output)], size)
    assert made.ask("show x", 1) == output.rstrip("\n")


def test_what_came_before_the_echo_is_not_the_answer() -> None:
    made = driver([f"\n{LOG}\ns001-sw1>show x\nanswer\ns001-sw1>"])
    assert made.ask("show x", 1) == "answer"


@pytest.mark.parametrize("size", [1, 4096])
def test_a_log_line_after_the_prompt_does_not_hide_it(size: int) -> None:
    made = driver([f"show x\nanswer\ns001-sw1>\n{LOG}\n"], size)
    assert made.ask("show x", 1).startswith("answer")


def test_prompts_of_configuration_mode_and_long_names() -> None:
    made = driver(
        [
            echoed("interface Gi1/0/1", "", "a-very-long-name(config-if)#"),
            echoed("end", "", "a-very-long-name-indeed#"),
        ],
        prompt="a-very-long-name-indeed",
    )
    made.ask("interface Gi1/0/1", 1)
    assert made.answered_with.strip().endswith("(config-if)#")
    made.ask("end", 1)
    assert made.answered_with.strip() == "a-very-long-name-indeed#"


def test_no_prompt_is_no_answer() -> None:
    for answer in ("show x\nhalf of", "", "garbage \x00\xff"):
        with pytest.raises(NoAnswerError):
            driver([answer]).ask("show x", 1)


def test_a_closed_channel_is_a_lost_session() -> None:
    made = driver(["show x\nhalf"])
    made.remote_conn.recv = lambda _size: b""
    with pytest.raises(ChannelLostError):
        made.ask("show x", 1)
    made.remote_conn = None
    with pytest.raises(ChannelLostError):
        made.ask("show x", 1)


def test_a_question_ends_an_answer_when_asked_for() -> None:
    made = driver(["clear x\nClear it? [confirm]", "\ns001-sw1#"])
    made.ask("clear x", 1, until=re.compile(r"\[confirm\]\s*\Z"))
    assert made.answered_with == "[confirm]"
    assert made.ask("", 1) == ""


def test_a_file_name_question_is_answered_with_what_it_offers() -> None:
    made = driver(["copy a b\nDestination filename [b]? ", "\n12 bytes copied\ns001-sw1#"], prompt="s001-sw1")
    assert "12 bytes copied" in made.send_command("copy a b")
    assert made.remote_conn.sent == ["copy a b\n", "\n"]
    assert len(made.transcript) == 1
    assert made.transcript[0].startswith("copy a b")


def test_netmiko_s_own_words_work_on_it() -> None:
    made = driver(["\ns001-sw1#", "show x\nrow\ns001-sw1#", "never"])
    assert made.find_prompt() == "s001-sw1#"
    assert made.send_command("show x", strip_prompt=False) == "row\ns001-sw1#"
    with pytest.raises(ReadTimeout):
        made.send_command("show y", read_timeout=0.2)


def test_pattern_reading_keeps_what_follows() -> None:
    made = driver(["abc>def#"], 2)
    made.send("x")
    assert made.read_until_pattern(pattern=">", read_timeout=1) == "abc>"
    assert made.read_until_pattern(pattern="#", read_timeout=1) == "def#"


def test_a_long_answer_is_read_in_linear_time() -> None:
    output = "interface GigabitEthernet1/0/1\n description x\n!\n" * 20_000
    made = driver([echoed("show running-config", output)], 4096)
    assert len(made.ask("show running-config", 30)) == len(output) - 1


@pytest.mark.parametrize(
    "line",
    [
        LOG,
        "Mar  3 18:07:21.123: %SYS-5-CONFIG_I: Configured",
        "000123: *Mar  3 2026 18:07:21.123 UTC: %LINEPROTO-5-UPDOWN: x",
        "1w2d: %LINK-3-UPDOWN: x",
        "%SYS-5-RESTART: System restarted --",
        "*00:01:02.003: %CDP-4-NATIVE_VLAN_MISMATCH: x",
    ],
)
def test_log_lines_are_known(line: str) -> None:
    assert LOG_LINE.fullmatch(line)


def test_rows_are_no_log_lines() -> None:
    for line in ("% Invalid input detected", "Gi1/0/1 100% x", " description %LINK", "%Error opening flash:/x"):
        assert not LOG_LINE.match(line)
