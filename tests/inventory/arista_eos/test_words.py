"""How EOS refuses, and how it tells what waits for its confirmation.

Refusals after Netmiko's and pyeapi's error patterns, Arista's command reference and public reports.
"""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inventory.platforms import ParseDoubt
from inventory.platforms.arista_eos.candidate import session_name
from inventory.platforms.arista_eos.dialect import refusal
from inventory.platforms.arista_eos.driver import LOG_LINE, TunedAristaEos
from inventory.platforms.arista_eos.pending import Open, clock, seconds_left, sessions
from inventory.platforms.arista_eos.platform import PLATFORM
from inventory.writing import refusal as refusal_of_a_line
from tests.inventory.arista_eos import samples
from tests.inventory.arista_eos.samples import OURS, printed

REFUSALS = (
    "% Invalid input",
    "% Invalid input (at token 1: 'xshutdown')",
    "% Incomplete command",
    "% Incomplete token (at token 2: 'vla')",
    "% Ambiguous command",
    "% Authorization denied for command 'configure session x'",
    "% Unavailable command (not supported on this hardware platform)",
    "% Error: something is wrong",
    "% Cannot commit session storenet-x due to already existing commit timer on session other.",
    "% Maximum number of pending sessions has been reached. Please commit or abort previous sessions.",
    "Maximum number of pending sessions has been reached. Please commit or abort previous sessions.",
    "Cannot enter session storenet-x (already completed)",
    "Cannot commit session storenet-x (not pending)",
    "Command not permitted by authorization",
    "% Unable to enter configuration mode: locked by jdoe on vty5",
    "Configuration is locked by jdoe on vty5: maintenance",
    "Commit failed",
    "Error: cannot write flash:/startup-config: No space left on device",
)
FINE = (
    "",
    "Copy completed successfully.",
    "Pagination disabled.",
    "! Interface does not exist. The configuration will not take effect until this module is inserted.",
    "! Cannot open the port before its module is there",
    "%Warning: portfast should only be enabled on ports connected to a single host.",
    "! portfast should only be enabled on ports connected to a single host. Connecting hubs, concentrators, switches,",
    "Nov 20 12:00:01 s001-sw1 ConfigAgent: %SYS-5-CONFIG_I: Configured from console by jdoe on vty5 (192.0.2.77)",
    "Nov 20 12:00:01 s001-sw1 Ebra: %LINEPROTO-5-UPDOWN: Line protocol on Interface Ethernet6, changed state to down",
    "2026-11-20T12:00:01.123456+00:00 s001-sw1 Aaa: %AAA-5-LOGIN: user jdoe logged in [from: 192.0.2.77]",
    "%SYS-5-CONFIG_SESSION_COMMIT_SUCCESS: User storenet-rw committed configuration session x successfully",
)


def _tables(inner: st.SearchStrategy[object]) -> st.SearchStrategy[object]:
    return st.dictionaries(st.sampled_from(["state", "pending", "instances", "commitUser", "commitBy", "1"]), inner)


@pytest.mark.parametrize("words", REFUSALS)
def test_a_refusal_is_known(words: str) -> None:
    said = f"{FINE[7]}\n{words}\n"
    assert refusal(said) == words
    assert refusal_of_a_line(PLATFORM, said) == words


@pytest.mark.parametrize("words", FINE)
def test_what_is_no_refusal(words: str) -> None:
    assert refusal(f"{words}\n") is None


@pytest.mark.parametrize("told", [samples.until_4_31, samples.since_4_32])
def test_a_change_under_its_timer(told: object) -> None:
    assert callable(told)
    found = sessions(told()).timed
    assert found is not None
    assert (found.name, found.user, found.expires_at) == (OURS, "storenet-rw", 5120.5)
    assert found.is_of("storenet-rw")
    assert not found.is_of("someone")
    for other in (sessions(told("maintenance", "jdoe")).timed, sessions(told(OURS, "other-account")).timed):
        assert other is not None
        assert not other.is_of("storenet-rw")


def test_open_sessions_and_nothing_at_all() -> None:
    found = sessions(printed(samples.NOBODY))
    assert (found.timed, found.opened, found.saves) == (None, (), False)
    assert sessions(samples.opened("sess-1", "jdoe")).opened == (Open(name="sess-1", users=("jdoe",)),)
    assert sessions(samples.opened("sess-1")).opened == (Open(name="sess-1", users=()),)
    assert sessions(printed({**samples.NOBODY, "saveToStartupConfigOnCommit": True})).saves


@pytest.mark.parametrize("odd", ["", "{}", "% Invalid input", samples.until_4_31()[:200], '{"sessions": {"x": {}}}'])
def test_a_list_of_sessions_that_is_not_whole_is_doubted(odd: str) -> None:
    with pytest.raises(ParseDoubt):
        sessions(odd)


@given(st.recursive(st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner) | _tables(inner)))
def test_whatever_is_told_of_sessions_is_read_or_doubted(found: object) -> None:
    for told in ({**samples.NOBODY, "sessions": found}, {**samples.NOBODY, "commitTimerSessionName": found}):
        with contextlib.suppress(ParseDoubt):
            assert sessions(printed(told)).saves is False


def test_how_long_a_timer_still_runs() -> None:
    timed = sessions(samples.until_4_31()).timed
    assert timed is not None
    since_start = printed({"uptime": 5000.25, "bootupTimestamp": 1795000000.0})
    assert seconds_left(timed, since_start) == pytest.approx(120.25)
    assert seconds_left(timed, printed({"uptime": 5200.0})) == pytest.approx(-79.5)
    assert seconds_left(timed, printed({"version": "4.31.2F"})) is None
    by_the_clock = sessions(samples.until_4_31().replace("5120.5", "1795005090.5")).timed
    assert by_the_clock is not None
    assert seconds_left(by_the_clock, since_start) == pytest.approx(90.25)
    untold = sessions(samples.until_4_31().replace("5120.5", "-1")).timed
    assert untold is not None
    assert seconds_left(untold, since_start) is None


@given(st.integers(1, 86_399))
def test_the_timer_in_eos_words(seconds: int) -> None:
    hours, minutes, rest = (int(part) for part in clock(seconds).split(":"))
    assert (hours * 60 + minutes) * 60 + rest == seconds
    assert max(minutes, rest) < 60


@given(st.text(max_size=120))
def test_a_session_is_named_after_the_intent_and_never_twice(intent: str) -> None:
    first, second = session_name(intent), session_name(intent)
    assert first != second
    assert first.startswith("storenet-")
    assert first.isascii()
    assert first.replace("-", "").replace("_", "").replace(".", "").isalnum()
    assert len(first) < 100


@pytest.mark.parametrize(
    "prompt",
    [
        "s001-sw1#",
        "s001-sw1>",
        "s001-sw1(config)#",
        "s001-sw1(s1)(config-s-storen-if-Et6)#",
        "s001-sw1(config-if-Et1/1)#",
    ],
)
def test_prompts(prompt: str) -> None:
    found = TunedAristaEos.login_prompt.search(f"Last login: today\n{prompt} ")
    assert found is not None
    assert found[1] == "s001-sw1"
    assert TunedAristaEos.any_prompt.search(f"\n{prompt}")


@pytest.mark.parametrize("line", FINE[7:])
def test_log_messages(line: str) -> None:
    assert LOG_LINE.fullmatch(line)
