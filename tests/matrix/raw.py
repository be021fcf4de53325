"""NAPALM alone, unmodified, on the same hostile device: what it claims, beside what the device holds.

In: a mode and a phase. Out: the claim and the truth. Called by the tests and by ``benchmarks/device_fault_matrix.py``.
"""

import contextlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from napalm import get_network_driver

from tests.matrix.cells import holding
from tests.matrix.dialects import ENABLE, PASSWORDS, Truth
from tests.matrix.hostile import BY_NAME, FOREIGN
from tests.matrix.known import DIALECTS
from tests.matrix.stand import Stand

REFUSALS = ("incomplete", "ambiguous", "rejected", "overlaps", "opening", "aborted", "unauthorised")
SAMPLE = (
    *((f"refuses: {name}", phase) for name in REFUSALS for phase in ("commit", "confirm", "undo")),
    ("configuration locked", "commit"),
    ("empty", "commit"),
    ("reload in mid-command", "commit"),
    ("reset after it, before the answer", "commit"),
    ("flash full", "commit"),
    ("archive off", "commit"),
    (FOREIGN, "commit"),
)
"""Cells for NAPALM alone. Those that hang are left out: each takes it 90 s."""
EOS_SAMPLE = (
    *(
        (f"refuses: {name}", phase)
        for name in ("rejected", "aborted", "opening")
        for phase in ("commit", "confirm", "undo")
    ),
    ("configuration locked", "commit"),
    ("empty", "commit"),
    ("archive off", "commit"),
    (FOREIGN, "commit"),
    ("flash full", "confirm"),
)
"""The same for NAPALM's driver ``eos`` over SSH."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What NAPALM said, and what the device held. ``false_success``: it said so, and it is not so."""

    mode: str
    phase: str
    claimed: str
    held: str
    false_success: bool
    dialect: str


def claim(mode: str, phase: str, dialect: str = "cisco_ios") -> Claim:
    """Run one cell with NAPALM's own driver, its own login and its own reading of the answers."""
    with tempfile.TemporaryDirectory(prefix="storenet-raw-") as folder:
        stand = Stand(DIALECTS[dialect], Path(folder))
        driver = _driver(stand)
        try:
            driver.open()
            said = _claimed(stand, driver, mode, phase)
            truth = stand.truth()
        finally:
            with contextlib.suppress(Exception):
                driver.close()
            stand.close()
    false = said == "success" and not _so(phase, truth)
    return Claim(mode=mode, phase=phase, claimed=said, held=holding(truth), false_success=false, dialect=dialect)


def _driver(stand: Stand) -> Any:
    login = (stand.address[0], "storenet-rw", PASSWORDS["storenet-rw"])
    if stand.dialect.name == "arista_eos":
        own = {"transport": "ssh", "port": stand.address[1], "secret": ENABLE, "conn_timeout": 5}
        return get_network_driver("eos")(*login, optional_args=own)
    options = {"port": stand.address[1], "secret": ENABLE, "dest_file_system": "flash:", "conn_timeout": 5}
    return get_network_driver("ios")(*login, optional_args=options)


def _claimed(stand: Stand, driver: Any, mode: str, phase: str) -> str:
    head, *rest = stand.dialect.config_lines
    text = "\n".join((head, *(f" {line}" for line in rest))) + "\n"
    try:
        if phase == "commit":
            BY_NAME[mode].put(stand, phase)
        driver.load_merge_candidate(config=text)
        driver.commit_config(revert_in=60)
        if phase != "commit":
            BY_NAME[mode].put(stand, phase)
            (driver.confirm_commit if phase == "confirm" else driver.rollback)()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is not a claim of success
        return f"{type(error).__name__}"
    return "success"


def _so(phase: str, truth: Truth) -> bool:
    """Whether what a success means is true of the device."""
    if phase == "commit":
        return truth.running and truth.ours
    if phase == "confirm":
        return truth.running and truth.startup and not truth.ours
    return not (truth.running or truth.startup or truth.ours)
