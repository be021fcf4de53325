"""Signatures as JSON and as prose.

In: a signature and the library it is from. Out: JSON-able dictionaries, text. Called by ``controller.cli.signature``.
"""

from collections.abc import Iterator

from anomaly.library import Clue, Library, SignatureSpec, SymptomSpec, log_odds, probability

_RELATIONS = {
    "self": "there",
    "same_device": "on the same device",
    "same_store": "in the store",
    "upstream_port": "on the port that feeds it",
    "above": "on the device that feeds it",
    "other_end": "at the other end of the link",
    "downstream": "behind it",
}


def signature_record(spec: SignatureSpec, library: Library) -> dict[str, object]:
    """Return a signature as JSON-able data, every figure given."""
    return {
        "name": spec.name,
        "title": spec.title,
        "class": spec.fault_class,
        "root": spec.root,
        "prior": spec.prior,
        "threshold": spec.threshold,
        "symptoms": [_clue_record(clue, library) for clue in spec.symptoms],
        "excluders": [{"symptom": e.symptom, "relation": e.relation} for e in spec.excluders],
        "inhibits": [{"signature": i.signature, "where": i.where, "when": i.when} for i in spec.inhibits],
    }


def signature_text(spec: SignatureSpec, library: Library) -> str:
    """Return a signature as prose, with the sum it can reach."""
    prior = log_odds(spec.prior)
    most = prior + sum(clue.weight for clue in spec.symptoms)
    lines = [
        f"{spec.name}: {spec.title}",
        f"class {spec.fault_class}, sits on: {spec.root.replace('_', ' ')}",
        "",
        f"{prior:+6.2f}  {spec.prior:.1%} beforehand",
        *_clues(spec, library),
        f"{most:+6.2f}  all of it: {probability(most):.1%}; it counts from {spec.threshold:.0%} on",
    ]
    against = [f"{e.symptom} {_RELATIONS[e.relation]}" for e in spec.excluders]
    if against:
        lines += ["", "It is not this when there is:", *(f"        {one}" for one in against)]
    for rule in spec.inhibits:
        when = f", as long as {rule.when} is seen" if rule.when else ""
        lines += ["", f"It explains away {rule.signature} {_RELATIONS[rule.where]}{when}."]
    return "\n".join(lines)


def condition(spec: SymptomSpec) -> str:
    """Return a symptom's condition in words: ``probe_ok is False``."""
    ((name, value),) = spec.when.model_dump(by_alias=True, exclude_unset=True).items()
    told = ", ".join(map(str, value)) if isinstance(value, tuple) else value
    return f"{spec.observation} {name.replace('_', ' ')} {told}"


def _clues(spec: SignatureSpec, library: Library) -> Iterator[str]:
    for clue in spec.symptoms:
        symptom = library.symptoms[clue.symptom]
        must = ", required" if clue.required else f", else {-clue.cost:+.2f}"
        where = _RELATIONS[clue.relation]
        yield f"{clue.weight:+6.2f}  {clue.symptom} {where}{must} ({condition(symptom)}, {symptom.hold})"


def _clue_record(clue: Clue, library: Library) -> dict[str, object]:
    symptom = library.symptoms[clue.symptom]
    return {
        "symptom": clue.symptom,
        "relation": clue.relation,
        "weight": clue.weight,
        "missing": clue.cost,
        "required": clue.required,
        "title": symptom.title,
        "observation": symptom.observation,
        "when": symptom.when.model_dump(mode="json", by_alias=True, exclude_unset=True),
        "hold": symptom.hold,
        "normal": symptom.normal,
    }
