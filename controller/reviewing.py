"""A person closes an incident: what it was, and what fixed it.

In: an incident's id and what the person says. Out: the ``Reviewed`` event, not yet written, or a ``ReviewError`` that
names the field. Called by ``storenet incidents close``, the API and the page. Why here: whoever says it by whichever
door, the same is checked and the same is learned.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from anomaly.learn.examples import DEAD, Code, Example, Seen, root_of, words_of
from anomaly.learn.seen_before import UNKNOWN, belongs_to
from anomaly.library import RootKind
from anomaly.topology import Place, Tree, tree_of
from controller.events import Guessed, Reviewed, SeenWord
from controller.incident import Incident
from controller.ports import Ledger
from controller.taught import example_of, examples_of
from inventory.model import Chain, DeviceId, StoreId
from inventory.yaml_file import nearest

LONGEST = 300
GUESS = "guess/"


class ReviewError(Exception):
    """What a person said does not fit; ``field`` is where, ``allowed`` what would be right."""

    def __init__(self, field: str, message: str, allowed: str = "") -> None:
        super().__init__(message)
        self.field = field
        self.allowed = allowed


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a person says of an incident. ``root``: ``DEVICE[:SUBJECT]``, empty when it was named rightly."""

    code: Code
    by: str
    fixed_by: str = ""
    playbook: str = ""
    root: str = ""


def review_of(
    ledger: Ledger, chain: Chain, incident: str, told: Told, now: datetime, playbooks: Collection[str] = ()
) -> Reviewed:
    """Return the review to append. ``playbooks``: their names, to check the one that is named (none: not checked)."""
    known = ledger.incident(incident)
    if known is None:
        raise ReviewError("incident", "there is no such incident", "see `storenet incidents`")
    if StoreId(known.store) not in chain.stores:
        says = "its store is not in this chain" if known.store else "it tells of many stores"
        raise ReviewError("incident", f"cannot be closed by hand: {says}", "an incident of one store")
    _check(told, playbooks)
    names = _named(ledger, known, told)
    tree = tree_of(chain, StoreId(known.store))
    kind, root = _root(known, told, tree)
    review = Reviewed(
        incident=known.id,
        store=known.store,
        at=now,
        by=told.by,
        code=told.code,
        fixed_by=told.fixed_by or _fix_suggested(known, told),
        playbook=told.playbook,
        device=root.device,
        subject=root.subject,
        root_kind=kind,
        signature=known.signature,
        names=names,
        learned="",
        words=_words(known, root, tree),
        functions=tuple(dict.fromkeys(e.subject for e in known.evidence if e.symptom == DEAD)),
    )
    return replace(review, learned=_learned(ledger, known, review))


def _check(told: Told, playbooks: Collection[str]) -> None:
    for field, text in (("fixed_by", told.fixed_by), ("by", told.by), ("playbook", told.playbook)):
        if text and (len(text) > LONGEST or not text.isprintable()):
            raise ReviewError(field, "must be plain words", f"1-{LONGEST} printable characters")
    if told.code == "another" and not (told.fixed_by or told.playbook):
        raise ReviewError("fixed_by", "must say what fixed it", "plain words, or the name of a playbook")
    if told.playbook and playbooks and told.playbook not in playbooks:
        known = sorted(playbooks)
        raise ReviewError("playbook", f"is not the name of a playbook{nearest(told.playbook, known)}", ", ".join(known))


def _named(ledger: Ledger, incident: Incident, told: Told) -> str:
    """The signature the code speaks of; what a model guessed is told apart from the signature of that name."""
    names = incident.signature
    if names == UNKNOWN:
        names = incident.suggested.learned if incident.suggested else _guessed(ledger, incident)
    if told.code in ("suggested", "wrong") and not names:
        raise ReviewError(
            "code", "does not fit: it was named by no signature and nothing was suggested", "another, ignorable"
        )
    return names


def _guessed(ledger: Ledger, incident: Incident) -> str:
    guesses = [e.names for e in ledger.events(incident.id) if isinstance(e, Guessed)]
    return f"{GUESS}{guesses[-1]}" if guesses else ""


def _fix_suggested(incident: Incident, told: Told) -> str:
    return incident.suggested.fix if told.code == "suggested" and incident.suggested else ""


def _root(incident: Incident, told: Told, tree: Tree) -> tuple[RootKind, Place]:
    """Where it was: as the person says, as was suggested and found right, or as it was named."""
    place = Place(DeviceId(incident.device), incident.subject)
    suggested = incident.suggested
    if told.root:
        place = _placed(told.root, tree)
    elif told.code == "suggested" and suggested and suggested.device and incident.signature == UNKNOWN:
        place = Place(DeviceId(suggested.device), suggested.subject)
    found = root_of(tree, place)
    if found is None:
        raise ReviewError(
            "root", f"must be said: store {tree.store} has no such place now", ", ".join(sorted(tree.devices))
        )
    return found


def _placed(text: str, tree: Tree) -> Place:
    name, _, subject = text.partition(":")
    device = tree.devices.get(DeviceId(name))
    if device is None:
        known = sorted(tree.devices)
        raise ReviewError("root", f"is not a device of store {tree.store}{nearest(name, known)}", ", ".join(known))
    parts: set[str] = {device.id, *device.ports}
    parts |= {p.to for p in device.ports.values() if p.to and p.use == "till"}
    if device is tree.edge:
        parts |= {*tree.functions}
    if subject and subject not in parts:
        spots = sorted(parts)
        raise ReviewError("root", f"is not a part of {device.id}{nearest(subject, spots)}", ", ".join(spots))
    return Place(device.id, subject or device.id)


def _words(incident: Incident, root: Place, tree: Tree) -> tuple[SeenWord, ...]:
    seen = [Seen(e.symptom, Place(DeviceId(e.device), e.subject)) for e in incident.evidence]
    return tuple(SeenWord(symptom=w.symptom, relation=w.relation) for w in words_of(tree, root, seen))


def _learned(ledger: Ledger, incident: Incident, review: Reviewed) -> str:
    """The learned signature that this example makes or joins; empty when it is none."""
    fixed = bool(review.fixed_by or review.playbook)
    if not review.words or (review.code == "wrong" and not fixed):
        return ""
    others = examples_of(r for r in ledger.reviews() if r.incident != incident.id)
    if review.code == "suggested":
        if incident.signature != UNKNOWN:
            return ""
        if any((e.learned, e.root_kind, e.quiet) == (review.names, review.root_kind, False) for e in others):
            return review.names
    candidates: list[Example] = [e for e in others if review.code != "wrong" or e.learned != review.names]
    return belongs_to(example_of(review), candidates) or "seen_" + re.sub("[^a-z0-9]+", "_", incident.id.lower())
