"""What a backtest is asked to try: a signature, a figure, a playbook - and the libraries to look with.

In: a word as typed, the content, the ledger. Out: a ``Trial``, or the end of the command with a message and an exit
code. Today's library is that of the content as far as people trust it: what they called wrong counts less
(``controller.taught``), just as in a running controller.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from anomaly.changed import Changed, ChangeError, with_file, with_words
from anomaly.learn.seen_before import SeenBefore
from anomaly.library import Library, SignatureSpec, library_of
from controller.backtest.playing import CHANGED, TODAY, Eyes
from controller.cli import exit_codes
from controller.cli.output import fail
from controller.cli.signature_opening import refuse
from controller.content import Content
from controller.ports import Ledger
from controller.taught import learned_of
from inventory.model import Chain
from inventory.yaml_file import ContentError, nearest
from playbooks.model import Playbook

WHAT = "signature name or file, playbook:NAME, or a figure such as ap_hung.threshold=0.8"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """What is tried. ``spec``: the signature it is about; ``figure`` and ``playbook`` where one was named."""

    eyes: Eyes
    spec: SignatureSpec
    figure: Changed | None = None
    playbook: Playbook | None = None


def trial_of(what: str, known: Content, ledger: Ledger | None) -> Trial:
    """Return what is to be tried; a word that is not understood ends the command."""
    learned = learned_of(ledger.reviews(), known.symptoms) if ledger is not None else SeenBefore()
    today = learned.over(known.symptoms)
    try:
        if "=" in what:
            return _figure(what, known.chain, today)
        if what.startswith("playbook:"):
            playbook = _playbook(what, known)
            return Trial(eyes=_eyes(known.chain, today), spec=today.signatures[playbook.signature], playbook=playbook)
        if Path(what).suffix in (".yaml", ".yml"):
            return _file(Path(what), known.chain, today)
    except ChangeError as error:
        fail(str(error), exit_codes.USAGE)
    except ContentError as error:
        refuse(error)
    if what in learned.learned:
        spec = learned.learned[what].spec
        return Trial(eyes=_eyes(known.chain, today, _with(today, spec)), spec=spec)
    if what not in today.signatures:
        _unknown(what, known, learned)
    return Trial(eyes=_eyes(known.chain, today), spec=today.signatures[what])


def _figure(what: str, chain: Chain, today: Library) -> Trial:
    changed = with_words(today, what)
    name = min(changed.touched, default=min(today.signatures))
    return Trial(eyes=_eyes(chain, today, changed.library), spec=changed.library.signatures[name], figure=changed)


def _file(path: Path, chain: Chain, today: Library) -> Trial:
    if not path.is_file():
        fail(f"there is no file {path}", exit_codes.NOT_FOUND)
    library, spec = with_file(today, path)
    return Trial(eyes=_eyes(chain, today, library), spec=spec)


def _eyes(chain: Chain, today: Library, changed: Library | None = None) -> Eyes:
    return Eyes(chain=chain, libraries={TODAY: today} if changed is None else {TODAY: today, CHANGED: changed})


def _with(library: Library, spec: SignatureSpec) -> Library:
    return library_of(library.symptoms, {**library.signatures, spec.name: spec})


def _playbook(what: str, known: Content) -> Playbook:
    name = what.removeprefix("playbook:")
    by_name = {playbook.name: playbook for playbook in known.recipes.playbooks.values()}
    if name not in by_name:
        hint = nearest(name, sorted(by_name))
        fail(f"there is no playbook {name!r}{hint} ('storenet playbook list' lists them)", exit_codes.NOT_FOUND)
    return by_name[name]


def _unknown(what: str, known: Content, learned: SeenBefore) -> NoReturn:
    playbooks = (f"playbook:{playbook.name}" for playbook in known.recipes.playbooks.values())
    names = sorted((*known.symptoms.signatures, *learned.learned, *playbooks))
    fail(f"there is no signature {what!r}{nearest(what, names)}; name a {WHAT}", exit_codes.NOT_FOUND)
