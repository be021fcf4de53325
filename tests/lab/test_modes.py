"""Modes of virtual devices: put, used up, taken away, and ordered over the control socket."""

import pytest

from lab.devices.modes import DEVICE_MODES, LINE_MODES, Modes, ordered


class Device:
    def __init__(self) -> None:
        self.modes = Modes()


def test_a_mode_of_a_line_skips_acts_and_is_used_up() -> None:
    modes = Modes()
    modes.put("refuse", "^description", skip=1, times=1, words="% no")
    assert [modes.for_line(line) is not None for line in ("shutdown", *["description x"] * 3)] == [
        False,
        False,
        True,
        False,
    ]
    assert modes.met == {"refuse": 1}


def test_three_wrong_passwords_lock_the_account_and_no_other() -> None:
    modes = Modes()
    modes.put("locked_after_three")
    assert [modes.lets_in("a", right=right) for right in (False, True, False, False, True)] == [
        False,
        True,
        False,
        False,
        False,
    ]
    assert modes.lets_in("b", right=True)


@pytest.mark.parametrize(("name", "lines"), [("explode", ""), ("hang_before", "(")])
def test_what_is_no_mode_is_told(name: str, lines: str) -> None:
    with pytest.raises(ValueError, match=r"no mode is named 'explode'; there are|is no pattern"):
        Modes().put(name, lines)


def test_ordered_by_name() -> None:
    devices = {"s001-sw1": Device()}
    request: dict[str, object] = {"device": "s001-sw1", "mode": "hang_before", "lines": "^show", "times": 2}
    assert ordered(devices, request) == {"device": "s001-sw1", "modes": {"hang_before": 0}}
    assert ordered(devices, {"device": "s001-sw1", "clear": True})["modes"] == {}
    with pytest.raises(ValueError, match="no virtual device is named 's9'"):
        ordered(devices, {"device": "s9", "mode": "banner"})


def test_every_mode_is_told_in_words() -> None:
    assert all((LINE_MODES | DEVICE_MODES).values())
