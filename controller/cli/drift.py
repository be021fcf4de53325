"""``storenet drift``: how the devices a filter names differ from their intended configuration.

In: ``-F KEY=VALUE``, a content directory. Out: a row per device, the differences, and the fewest lines that make up for
them; exit code 0 when nothing differs, 1 when something does, 5 when a device did not answer. It reads only.
"""

from dataclasses import dataclass
from typing import Annotated, Literal

import typer
from rich.console import Console
from rich.progress import Progress

from controller.cli import exit_codes
from controller.cli.filters import FilterOption
from controller.cli.intended import Intended, intended_in
from controller.cli.opening import ContentOption
from controller.cli.output import Format, OutputOption, print_json, print_table, print_text
from controller.clock import SystemClock
from inventory.files import load_accounts
from inventory.fleet import Fleet
from inventory.looks import Look, Reading
from inventory.redact import redact
from inventory.session import Sessions
from playbooks.model import text_of
from templates.drift import Drift, drift
from templates.rendering import Rendering

CONFIG = Look(getter="running_config")
State = Literal["right", "drifted", "silent"]
_WORDS: dict[State, str] = {"right": "as intended", "drifted": "differs", "silent": "no answer"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """One device's answer, secrets masked."""

    device: str
    store: str
    state: State
    reason: str = ""
    diff: str = ""
    remedy: tuple[str, ...] = ()
    undo: tuple[str, ...] = ()

    def count(self, sign: str) -> int:
        """How many lines of the difference have this sign."""
        return sum(line.startswith(sign) for line in self.diff.splitlines())


def register(app: typer.Typer) -> None:
    """Add the command ``drift`` to ``app``."""
    app.command("drift")(drift_command)


def drift_command(
    *,
    filters: FilterOption = None,
    content: ContentOption = None,
    deadline: Annotated[float, typer.Option(min=0.1, help="seconds a device may take")] = 15.0,
    diff: Annotated[bool, typer.Option("--diff/--no-diff", help="show each device's difference and lines")] = True,
    output: OutputOption = Format.TABLE,
) -> None:
    """Compare the running configuration of devices with the intended one."""
    intended = intended_in(content, filters or ())
    rows = _compare(intended, deadline)
    if output is Format.JSON:
        print_json({"items": [_record(row) for row in rows]})
    else:
        _show(rows, diff=diff)
    if any(row.state == "silent" for row in rows):
        raise typer.Exit(exit_codes.UNREACHABLE)
    if any(row.state == "drifted" for row in rows):
        raise typer.Exit(exit_codes.FAILED)


def _compare(intended: Intended, deadline: float) -> list[Compared]:
    chain, wanted = intended.chain, {r.device: r for r in intended.renderings}
    accounts = load_accounts(intended.content)
    sessions = Sessions(chain, accounts, intended.content, SystemClock().now, deadline=deadline)
    fleet = Fleet(intended.content, chain, sessions, deadline=deadline)
    rows = []
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("comparing", total=len(wanted))
            for name, (answer, *_) in fleet.look([chain.devices[d] for d in wanted], lambda _: (CONFIG,)):
                rows.append(_compared(wanted[name], answer))
                progress.advance(bar)
    finally:
        sessions.close_all()
    return sorted(rows, key=lambda row: row.device)


def _compared(rendering: Rendering, answer: object) -> Compared:
    running = text_of(answer) if isinstance(answer, Reading) else ""
    if not running.strip():
        reason = getattr(answer, "reason", "it answered nothing")
        return Compared(device=rendering.device, store=rendering.store, state="silent", reason=str(reason))
    found = drift(rendering.platform, running, rendering.text)
    return _masked(rendering, found)


def _masked(rendering: Rendering, found: Drift) -> Compared:
    return Compared(
        device=rendering.device,
        store=rendering.store,
        state="right" if found.clean else "drifted",
        diff=redact(found.diff),
        remedy=tuple(redact(line) for line in found.remedy),
        undo=tuple(redact(line) for line in found.undo),
    )


def _show(rows: list[Compared], *, diff: bool) -> None:
    if diff:
        for row in rows:
            if row.state == "drifted":
                print_text(_in_full(row))
    cells = [
        (row.device, row.store, _WORDS[row.state], f"+{row.count('+')}", f"-{row.count('-')}", row.reason)
        for row in rows
    ]
    print_table(("device", "store", "state", "missing", "extra", "why"), cells)
    counted = {state: sum(row.state == state for row in rows) for state in _WORDS}
    print_text("; ".join(f"{number} {_WORDS[state]}" for state, number in counted.items() if number))


def _in_full(row: Compared) -> str:
    parts = [f"--- {row.device}", row.diff.rstrip()]
    for title, lines in (("to send", row.remedy), ("to take it back", row.undo)):
        parts += [f"  {title}:", *(f"    {line}" for line in lines)]
    return "\n".join(parts) + "\n"


def _record(row: Compared) -> dict[str, object]:
    return {
        "device": row.device,
        "store": row.store,
        "state": row.state,
        "reason": row.reason,
        "missing": row.count("+"),
        "extra": row.count("-"),
        "diff": row.diff,
        "remedy": list(row.remedy),
        "undo": list(row.undo),
    }
