"""The refusals that NAPALM alone takes for success, and our own judge of them."""

import pytest

from inventory.platforms.cisco_ios.platform import PLATFORM
from inventory.writing import refusal
from tests.matrix.cells import Cell, run
from tests.matrix.hostile import BY_NAME
from tests.matrix.known import DIALECTS
from tests.matrix.raw import REFUSALS, claim


@pytest.mark.parametrize("name", REFUSALS)
def test_our_judge_knows_the_text(name: str) -> None:
    words = DIALECTS["cisco_ios"].refusals[name]
    assert refusal(PLATFORM, f"copy flash:/x running-config\n{words}") == words.strip()


@pytest.mark.parametrize(
    "said",
    [
        "Building configuration...\n[OK]",
        "%Warning: portfast should only be enabled on ports connected to a single host.",
        "*Nov 20 12:00:01.123: %SYS-5-CONFIG_I: Configured from console by jdoe on vty1 (192.0.2.77)",
        "1024 bytes copied in 0.052 secs (19456 bytes/sec)",
    ],
)
def test_what_is_no_refusal(said: str) -> None:
    assert refusal(PLATFORM, said) is None


@pytest.mark.parametrize(
    "said",
    [
        "Configuration mode locked exclusively by user 'jdoe' process '92' from terminal '2'. Please try later.",
        "Configuration mode is locked by process '345' user 'jdoe' from terminal '2'. Please try later.",
    ],
)
def test_a_lock_is_a_refusal(said: str) -> None:
    assert refusal(PLATFORM, said) == said


@pytest.mark.ssh
@pytest.mark.parametrize("name", REFUSALS)
def test_napalm_alone_takes_it_for_success_and_we_do_not(name: str) -> None:
    mode = f"refuses: {name}"
    alone = claim(mode, "commit")
    assert (alone.claimed, alone.false_success) == ("success", True)
    ours = run(Cell(mode=BY_NAME[mode], dialect="cisco_ios", phase="apply"))
    assert (ours.ending, ours.wrong) == ("taken back", "")


@pytest.mark.ssh
@pytest.mark.parametrize("phase", ["confirm", "undo"])
def test_a_refused_ending_of_a_trial_is_not_saved(phase: str) -> None:
    """NAPALM saves the running configuration although the device did not take the change back."""
    mode = "refuses: unauthorised"
    assert claim(mode, phase).false_success
    assert run(Cell(mode=BY_NAME[mode], dialect="cisco_ios", phase=phase)).held == "nothing"


@pytest.mark.ssh
def test_napalm_for_eos_over_ssh_hears_no_refusal_and_we_do() -> None:
    mode = "refuses: aborted"
    alone = claim(mode, "commit", "arista_eos")
    assert (alone.claimed, alone.held, alone.false_success) == ("success", "nothing", True)
    ours = run(Cell(mode=BY_NAME[mode], dialect="arista_eos", phase="apply"))
    assert (ours.ending, ours.wrong) == ("refused", "")
