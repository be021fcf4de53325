"""Why a signature was chosen and another was not, in words and figures. Pure.

In: matches and the scene they were made of. Out: short texts for a finding. Called by ``correlate`` and ``confirm``.
Why: whoever is woken up by a decision has to be able to check its sum.
"""

from collections.abc import Iterator, Sequence

from anomaly.library import Library, SignatureSpec, log_odds
from anomaly.match import Match, Scene, Weighed, fit, roots
from anomaly.model import Symptom, Value
from anomaly.topology import Place


def arithmetic(match: Match) -> str:
    """``2% beforehand (-3.9), wan_no_address +4.0, default_route_gone -1.0 (not there), backup_in_use not known``."""
    prior = match.signature.prior
    return ", ".join((f"{prior:.0%} beforehand ({log_odds(prior):+.1f})", *map(_summand, match.weighed)))


def _summand(one: Weighed) -> str:
    if one.found:
        return f"{one.clue.symptom} {one.log_odds:+.1f}"
    return f"{one.clue.symptom} {one.log_odds:+.1f} (not there)" if one.known else f"{one.clue.symptom} not known"


def against(library: Library, match: Match, scene: Scene) -> str:
    """What is missing or contradicts, with what was seen instead; empty when the signature holds."""
    said = [_lacking(library, one.clue.symptom, match.root, scene) for one in match.lacking]
    said += [f"{s.name} speaks against it ({_seen(library, s)})" for s in _named_once(match.vetoes)]
    if not said and not match.holds:
        said.append(f"too little evidence ({match.confidence:.2f} of {match.signature.threshold:.2f})")
    return "; ".join(said)


def runner_up(library: Library, best: Match, holding: Sequence[Match], tried: Sequence[Match], scene: Scene) -> str:
    """The next best other signature around the same root, and why it is not the one.

    Best is what something odd speaks for; without such a one, what the signature itself is told apart from.
    """
    others = list(_others(library, best, holding, tried, scene))
    close = [one for one in others if not _ordinary(library, one)]
    close = close or [one for one in others if _alike(best.signature, one.signature)]
    if not close:
        return ""
    second = max(close, key=lambda m: (m.root == best.root, m.confidence))
    why = against(library, second, scene) or f"explained by {best.signature.name}"
    return f"{second.signature.name} {second.confidence:.2f}: {why}"


def _others(
    library: Library, best: Match, holding: Sequence[Match], tried: Sequence[Match], scene: Scene
) -> Iterator[Match]:
    """Every other signature on the same device or the one that feeds it."""
    above = scene.tree.upstream_port(best.root)
    near = {best.root.device, *(() if above is None else (above.device,))}
    known = {(m.signature.name, m.root): m for m in tried}
    taken = {(m.signature.name, m.root) for m in holding}
    for signature in library.signatures.values():
        if signature.name == best.signature.name:
            continue
        for root in _roots_near(scene, signature, near):
            one = known.get((signature.name, root)) or fit(library, signature, root, scene)
            if (signature.name, root) not in taken:
                yield one


def _alike(one: SignatureSpec, other: SignatureSpec) -> bool:
    """Whether two signatures begin with the same symptom, or one rules out what the other rests on."""
    mine, others = _required(one), _required(other)
    return bool(mine & others) or bool(mine & _ruled_out(other)) or bool(others & _ruled_out(one))


def _required(signature: SignatureSpec) -> set[str]:
    return {clue.symptom for clue in signature.symptoms if clue.required}


def _ruled_out(signature: SignatureSpec) -> set[str]:
    return {excluder.symptom for excluder in signature.excluders}


def _roots_near(scene: Scene, signature: SignatureSpec, devices: set[str]) -> Iterator[Place]:
    return (root for root in roots(scene.tree, signature.root) if root.device in devices)


def _ordinary(library: Library, one: Match) -> bool:
    """Whether a match rests on nothing but what holds in health too."""
    return all(library.symptoms[s.name].normal for s in one.evidence)


def _lacking(library: Library, symptom: str, root: Place, scene: Scene) -> str:
    """``wan_link_down not seen (wan link: up)``."""
    observation = library.symptoms[symptom].observation
    value = scene.sights.get(observation, {}).get(root)
    return f"{symptom} not seen" + ("" if value is None else f" ({_words(observation)}: {_value(value)})")


def _seen(library: Library, symptom: Symptom) -> str:
    observation = library.symptoms[symptom.name].observation
    return f"{_words(observation)}: {_value(symptom.value)}, since {symptom.since:%H:%M:%S}"


def _named_once(symptoms: Sequence[Symptom]) -> tuple[Symptom, ...]:
    return tuple({s.name: s for s in reversed(symptoms)}.values())[::-1]


def _words(name: str) -> str:
    return name.replace("_", " ")


def _value(value: Value) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, int | float) else value or "nothing"
