"""Playbooks and dry runs as JSON and as prose.

In: records. Out: JSON-able dictionaries, text. Called by ``controller.cli.playbook``. Pure.
"""

from collections.abc import Iterator, Mapping

from anomaly.library import SignatureSpec
from controller.dry_run import DryRun, Try
from playbooks.model import Action, Change, Playbook

_SHOWS = {
    True: "The fault shows there now",
    False: "The fault does not show there now",
    None: "Whether the fault is there could not be seen",
}
_DECISIONS = {"act": "would act", "hold": "would hold", "escalate": "would call a person"}


def playbook_record(playbook: Playbook, signature: SignatureSpec, actions: Mapping[str, Action]) -> dict[str, object]:
    """Return a playbook as JSON-able data."""
    return {
        "name": playbook.name,
        "title": playbook.title,
        "signature": playbook.signature,
        "class": signature.fault_class,
        "root": signature.root,
        "rungs": [
            {"action": r.action, "title": actions[r.action].TITLE, "params": dict(r.params), "window": r.window}
            for r in playbook.rungs
        ],
        "advice": playbook.advice,
    }


def playbook_text(playbook: Playbook, signature: SignatureSpec, actions: Mapping[str, Action]) -> str:
    """Return a playbook as prose."""
    lines = [
        f"{playbook.name}: {playbook.title}",
        f"answers {signature.name} ({signature.title}), class {signature.fault_class}, on {_kind(signature.root)}",
        "",
    ]
    for number, rung in enumerate(playbook.rungs, 1):
        params = ", ".join(f"{name} {value}" for name, value in rung.params.items())
        told = f" ({params})" if params else ""
        lines.append(f"{number}. {rung.action}: {actions[rung.action].TITLE}{told}; proven within {rung.window}")
    if not playbook.rungs:
        lines.append("Nothing is repaired: what works without the failed part is proven, and a person is called.")
    return "\n".join([*lines, f"then a person: {playbook.advice}"])


def dry_run_record(told: DryRun) -> dict[str, object]:
    """Return a dry run as JSON-able data."""
    return {
        "playbook": told.playbook.name,
        "store": told.store,
        "device": told.place.device,
        "subject": told.place.subject,
        "class": told.fault_class,
        "shows": told.shows,
        "why_not": told.why_not,
        "unseen": dict(told.unseen),
        "rungs": [_try_record(one) for one in told.tries],
        "advice": told.playbook.advice,
    }


def dry_run_text(told: DryRun) -> str:
    """Return a dry run as prose, with the exact lines."""
    where = told.place.device if told.place.subject == told.place.device else " ".join(told.place)
    why = f" ({told.why_not})" if told.why_not else ""
    lines = [f"{told.playbook.name} at {where} in {told.store}. Nothing is written.", f"{_SHOWS[told.shows]}{why}."]
    lines += [f"{device} was not seen: {why}." for device, why in told.unseen.items()]
    for number, one in enumerate(told.tries, 1):
        lines += ["", f"Rung {number}: {one.rung.action}, {one.title}", *_indented(_try_lines(one))]
    if not told.tries:
        lines += ["", "Nothing is repaired: what works without the failed part is proven, and a person is called."]
    return "\n".join([*lines, "", f"Then a person: {told.playbook.advice}"])


def _try_record(one: Try) -> dict[str, object]:
    return {
        "action": one.rung.action,
        "title": one.title,
        "problem": one.problem,
        "changes": [_change_record(change) for change in one.changes],
        "verdicts": [{"rule": v.rule, "allowed": v.allowed, "reason": v.reason} for v in one.verdicts],
        "decision": one.decision.do if one.decision else None,
        "reason": one.decision.reason if one.decision else "",
    }


def _change_record(change: Change) -> dict[str, object]:
    return {
        "device": change.device,
        "port": change.port,
        "summary": change.summary,
        "kind": change.write.kind,
        "lines": list(change.write.lines),
        "revert_in_seconds": change.write.revert_in_seconds,
        "undo": list(change.undo.lines) if change.undo else [],
        "witness": {"getter": change.witness.getter, "args": dict(change.witness.args)},
        "interrupts": change.interrupts,
        "pause_seconds": change.pause_seconds,
    }


def _try_lines(one: Try) -> Iterator[str]:
    if one.problem:
        yield f"cannot be planned: {one.problem}"
        return
    if not one.changes:
        yield "changes nothing: it is already as this rung would make it"
    for change in one.changes:
        yield from _change_lines(change)
    width = max((len(v.rule) for v in one.verdicts), default=0)
    for verdict in one.verdicts:
        yield f"{verdict.rule:<{width}}  {'allows it ' if verdict.allowed else 'refuses it'}  {verdict.reason}"
    if one.decision is not None:
        why = f": {one.decision.reason}" if one.decision.do != "hold" else ""  # the refusals stand right above
        yield f"the controller {_DECISIONS[one.decision.do]}{why}"


def _change_lines(change: Change) -> Iterator[str]:
    yield f"{change.summary} on {change.device}"
    yield from (f"  sends    {line}" for line in change.write.lines)
    if change.write.revert_in_seconds:
        yield f"  reverts  by itself after {change.write.revert_in_seconds} s unless it is confirmed"
    yield from (f"  undo     {line}" for line in (change.undo.lines if change.undo else ("nothing to take back",)))
    args = ", ".join(f"{name} {value}" for name, value in change.witness.args.items())
    yield f"  witness  {change.witness.getter}{f' ({args})' if args else ''}"
    interrupted = f"what hangs on {change.port}" if change.interrupts else "nothing"
    yield f"  interrupts {interrupted}"
    if change.pause_seconds:
        yield f"  then waits {change.pause_seconds:g} s"


def _indented(lines: Iterator[str]) -> Iterator[str]:
    return (f"  {line}" for line in lines)


def _kind(root: str) -> str:
    return {"edge": "an edge", "access_point": "an access point"}.get(root, f"a {root.replace('_', ' ')}")
