"""``storenet rollouts [ID]`` and ``storenet halt ID REASON``: what was pushed, and stopping what is being pushed.

In: a state directory. Out: a table or JSON; or the switch by which a rollout halts, whoever carries it out.
"""

import getpass
from typing import Annotated

import typer

from controller.api.plain import is_plain_line
from controller.cli import exit_codes
from controller.cli.opening import DEFAULT_STATE, StateOption, ledger_in
from controller.cli.output import Format, OutputOption, fail, print_json, print_table, print_text
from controller.clock import SystemClock
from controller.halting import halt as halt_rollout
from controller.rollout import Rollout, Target
from inventory.redact import redact

_LONGEST = 200
_SHOWN = ("changed", "already_right", "undone", "held", "failed", "unknown", "writing", "waiting")


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    app.command("rollouts")(rollouts)
    app.command("halt")(halt)


def rollouts(
    rollout: Annotated[str | None, typer.Argument(metavar="ID", help="one rollout, device by device")] = None,
    state: StateOption = DEFAULT_STATE,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show what was pushed, newest first; or one rollout with every device."""
    with ledger_in(state) as ledger:
        if rollout is None:
            _show_all(ledger.rollouts(), output)
            return
        known = ledger.rollout(rollout)
        if known is None:
            fail(f"there is no rollout {rollout}; 'storenet rollouts' lists them", exit_codes.NOT_FOUND)
        _show(known, ledger.targets(rollout), output)


def halt(
    rollout: Annotated[str, typer.Argument(metavar="ID")],
    reason: Annotated[str, typer.Argument(help="why; everybody will see it")],
    state: StateOption = DEFAULT_STATE,
) -> None:
    """Stop a rollout before its next device. What was changed and proven stays."""
    reason = reason.strip()
    if len(reason) > _LONGEST or not is_plain_line(reason):
        fail(f"the reason must be 1-{_LONGEST} printable characters", exit_codes.USAGE)
    with ledger_in(state, to_write=True) as ledger:
        known = ledger.rollout(rollout)
        if known is None:
            fail(f"there is no rollout {rollout}; 'storenet rollouts' lists them", exit_codes.NOT_FOUND)
        if not halt_rollout(ledger, rollout, getpass.getuser(), reason, SystemClock().now()):
            fail(f"{rollout} cannot be halted: it is {known.status}", exit_codes.FAILED)
    print_text(f"{rollout} halts before its next device")


def counts_in_words(rollout: Rollout) -> str:
    """Return ``3 changed, 1 held``."""
    told = (f"{rollout.counts[s]} {s.replace('_', ' ')}" for s in _SHOWN if rollout.counts.get(s))  # type: ignore[index, call-overload]
    return ", ".join(told)


def rollout_record(rollout: Rollout, targets: tuple[Target, ...]) -> dict[str, object]:
    """Return a rollout as JSON-able data."""
    return {
        "rollout": rollout.id,
        "title": rollout.title,
        "by": rollout.by,
        "status": rollout.status,
        "reason": rollout.reason,
        "asked_at": rollout.asked_at.isoformat(),
        "ended_at": rollout.ended_at.isoformat() if rollout.ended_at else None,
        "canary": rollout.canary,
        "waves": [list(wave) for wave in rollout.waves],
        "counts": dict(rollout.counts),
        "devices": [
            {
                "device": t.device,
                "store": t.store,
                "wave": t.wave,
                "state": t.state,
                "reason": t.reason,
                "added": t.added,
                "removed": t.removed,
                "diff": redact(t.diff),
            }
            for t in targets
        ],
    }


def _show_all(known: tuple[Rollout, ...], output: Format) -> None:
    if output is Format.JSON:
        print_json({"items": [rollout_record(r, ()) for r in known]})
        return
    rows = [
        (r.id, f"{r.asked_at:%Y-%m-%d %H:%M}", r.by, r.status, counts_in_words(r), r.title, r.reason) for r in known
    ]
    print_table(("rollout", "asked (UTC)", "by", "status", "devices", "title", "reason"), rows)


def _show(rollout: Rollout, targets: tuple[Target, ...], output: Format) -> None:
    if output is Format.JSON:
        print_json(rollout_record(rollout, targets))
        return
    print_text(f"{rollout.id}: {rollout.status}; {counts_in_words(rollout)}. {rollout.reason}")
    rows = [(t.device, t.store, _wave(t.wave), t.state.replace("_", " "), t.reason) for t in targets]
    print_table(("device", "store", "wave", "state", "reason"), rows)


def _wave(number: int) -> str:
    return "canary" if number == 0 else str(number)
