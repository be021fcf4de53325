"""The hostile modes: how each is put, in which phases it means something, and why not in the others.

In: a stand and a phase. Out: a device or a connection that misbehaves. ``MODES`` is the list;
a cell is a mode, a dialect and a phase.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lab.proxy import Spoil
from tests.matrix.phases import PHASES
from tests.matrix.stand import Stand

Put = Callable[[Stand, str], None]
LOOKS = ("login", "look", "deep", "pending")
WRITES = ("exec", "config", "apply", "commit", "confirm", "undo")
TRIALS = ("apply", "commit", "confirm", "undo", "pending")
EVERY = tuple(PHASES)
HELD = "the session is held: nobody logs in"
NO_FILE = "nothing is stored on the device in this phase"
NO_CONFIG = "nothing is configured in this phase"
FOREIGN = "someone else's commit pending"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """One mode. ``omitted``: phases where it means nothing, and why. ``endings``: the only ones allowed in a phase."""

    name: str
    put: Put
    omitted: Mapping[str, str] = field(default_factory=dict)
    endings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _only(phases: tuple[str, ...], why: str) -> dict[str, str]:
    return {phase: why for phase in EVERY if phase not in phases}


def _line(mode: str, **how: object) -> Put:
    """A mode of the device, once, at the line that shows the phase."""
    return lambda stand, phase: stand.misbehave(mode, stand.dialect.lines[phase].pattern, **{"times": 1, **how})


def _device(mode: str) -> Put:
    return lambda stand, _phase: stand.misbehave(mode)


def _wire(**how: object) -> Put:
    """Spoil connections from now on."""
    return lambda stand, _phase: stand.proxy.spoil(Spoil(**how))  # type: ignore[arg-type]


def _wire_at(**how: object) -> Put:
    """Spoil connections from the moment on that the phase's line has reached the device."""
    return lambda stand, phase: stand.spoil_at(stand.dialect.lines[phase], Spoil(**how))  # type: ignore[arg-type]


def _reset_once(stand: Stand, phase: str) -> None:
    stand.when(stand.dialect.lines[phase], stand.proxy.reset)


def _gone(stand: Stand, phase: str) -> None:
    """The device is cut off as it takes the line, and stays so."""
    stand.spoil_at(stand.dialect.lines[phase], Spoil(refuse=True))


def _refuses(name: str) -> Put:
    def put(stand: Stand, phase: str) -> None:
        words = stand.dialect.refusals[name]
        stand.misbehave("refuse", stand.dialect.lines[phase].pattern, times=1, words=words)

    return put


def _unauthorised(stand: Stand, _phase: str) -> None:
    words = stand.dialect.refusals["unauthorised"]
    stand.misbehave("refuse", stand.dialect.unauthorised, words=words)


def _locked_out(stand: Stand, _phase: str) -> None:
    """Three wrong passwords before: the right one is refused as well."""
    stand.misbehave("locked_after_three")
    wrong = stand.new_sessions(wrong=True)
    for _ in range(3):
        wrong[stand.name].read_many((stand.dialect.look,))
    wrong.close_all()


NO_LOGIN = _only(("login", "exec", "config", "apply", "commit", "confirm", "undo", "pending"), HELD)
IN_REFUSAL = {"login": "a refusal of the first command is no ending of a login", "deep": "see look"}
MODES: tuple[Hostile, ...] = (
    # the wire
    Hostile(name="refused", put=_wire(refuse=True)),
    Hostile(name="no banner", put=_wire(silent=True), omitted=NO_LOGIN),
    Hostile(name="one byte per second", put=_wire(bytes_per_second=1.0)),
    Hostile(name="slow", put=_wire(delay_seconds=0.1)),
    Hostile(name="cut in the banner", put=_wire(cut_at=10), omitted=NO_LOGIN),
    Hostile(name="reset in the key exchange", put=_wire(reset_at=700), omitted=NO_LOGIN),
    Hostile(name="reset in the login", put=_wire(reset_at=1500), omitted=NO_LOGIN),
    Hostile(name="garbled", put=_wire(garble_at=0)),
    Hostile(name="garbled in the login", put=_wire(garble_at=900), omitted=NO_LOGIN),
    Hostile(name="black hole", put=_wire(hole_at=0)),
    Hostile(name="black hole to the device", put=_wire(hole_at=200, direction="in")),
    Hostile(name="black hole at the line", put=_wire_at(hole_at=0)),
    Hostile(name="garbled at the line", put=_wire_at(garble_at=0)),
    Hostile(name="reset at the line", put=_reset_once),
    Hostile(name="gone at the line", put=_gone),
    # who may log in
    Hostile(name="wrong password", put=_device("wrong_password"), omitted=NO_LOGIN),
    Hostile(name="locked after three", put=_locked_out, omitted=NO_LOGIN),
    Hostile(name="host key changed", put=_device("host_key_changed"), omitted=NO_LOGIN),
    Hostile(name="banner", put=_device("banner"), omitted=NO_LOGIN),
    # what is said
    Hostile(name="prompt changed", put=_line("prompt_changed")),
    Hostile(name="paging stuck", put=_device("paging_stuck")),
    Hostile(name="log lines", put=_line("log_lines")),
    Hostile(name="binary garbage", put=_line("garbage")),
    Hostile(name="64 MiB", put=_line("flood")),
    Hostile(name="empty", put=_line("empty")),
    # in mid-command
    Hostile(name="hang before", put=_line("hang_before")),
    Hostile(name="hang in mid-command", put=_line("hang_middle")),
    Hostile(name="reset before", put=_line("reset_before")),
    Hostile(name="reset in mid-command", put=_line("reset_middle")),
    Hostile(name="reset after it, before the answer", put=_line("reset_after")),
    Hostile(name="reload in mid-command", put=_line("reload_middle")),
    # what the device cannot or may not do
    Hostile(name="flash full", put=_device("flash_full"), omitted=_only(("apply", "commit", "undo"), NO_FILE)),
    Hostile(
        name="configuration locked",
        put=_device("config_locked"),
        omitted=_only(("config", "apply", "commit", "confirm", "undo"), NO_CONFIG),
    ),
    Hostile(
        name=FOREIGN,
        put=_device("foreign_pending"),
        omitted=_only(
            ("config", "apply", "commit"), "only one change can wait, and ours does already or is not asked for"
        ),
    ),
    Hostile(
        name="archive off", put=_device("archive_off"), omitted=_only(TRIALS, "nothing is taken back in this phase")
    ),
    Hostile(name="read-only user", put=_device("read_only"), omitted=_only((*WRITES, "pending"), "only looks")),
    Hostile(name="not authorised", put=_unauthorised, omitted=_only(WRITES, "only looks")),
    *(
        Hostile(name=f"refuses: {name}", put=_refuses(name), omitted=IN_REFUSAL)
        for name in ("incomplete", "ambiguous", "rejected", "overlaps", "opening", "aborted", "unauthorised")
    ),
)
BY_NAME = {mode.name: mode for mode in MODES}
