"""``storenet models train | promote | retire | rollback``: what changes which model is heard.

In: a state directory, and with ``--content`` the chain's own rules. Out: rows of the ledger, signed files under
``models``. A running controller follows the ledger: what is decided here holds from its next poll on.
"""

from typing import TYPE_CHECKING, Annotated

import typer

from anomaly.library import Library, load_library
from controller.api.models import model_record
from controller.api.plain import is_plain_line
from controller.cli import exit_codes
from controller.cli.model_words import KeyOption, NameArgument, refused, replay_words
from controller.cli.opening import DEFAULT_STATE, ContentOption, StateOption, ledger_in
from controller.cli.output import Format, OutputOption, fail, print_json, say
from controller.clock import SystemClock
from controller.learning.registry import Registry
from controller.learning.teaching import Lesson, is_due, lesson_of, library_hash
from controller.model_rows import ModelRow, Replayed
from controller.ports import ModelShelf

if TYPE_CHECKING:
    from anomaly.learn.naming import Naming

_LONGEST = 200
DryOption = Annotated[bool, typer.Option("--dry-run", help="say what would happen and change nothing")]
DueOption = Annotated[bool, typer.Option("--if-due", help="only when enough is new; also looks after those in use")]


def add_to(group: typer.Typer) -> None:
    """Add the commands to the group ``models``."""
    for command in (train, promote, retire, rollback):
        group.command(command.__name__)(command)


def train(
    state: StateOption = DEFAULT_STATE,
    content: ContentOption = None,
    key: KeyOption = None,
    if_due: DueOption = False,  # noqa: FBT002
    dry_run: DryOption = False,  # noqa: FBT002
    output: OutputOption = Format.TABLE,
) -> None:
    """Train a model on what was confirmed and judge it on the frozen replay set. It begins as shadow."""
    library = _library(content)
    with refused(), ledger_in(state, to_write=not dry_run) as shelf:
        registry, lesson, now = Registry(state, shelf, key), lesson_of(shelf), SystemClock(0.0).now()
        due = not if_due or is_due(lesson, shelf.models())
        if if_due:
            _look_after(shelf, registry, library, dry_run=dry_run)
        if not due:
            say("Nothing is due: not enough was confirmed since the newest model.")
            return
        if not dry_run:
            registry.ready()
        model = _taught(lesson)
        replay = _judged(library, shelf, model)[0]
        if dry_run:
            say(f"Nothing was written. {replay_words(replay)}.")
            return
        row = registry.add(model, now=now, data=lesson.data, incidents=lesson.incidents, replay=replay)
    _tell(row, output)


def promote(
    name: NameArgument,
    state: StateOption = DEFAULT_STATE,
    content: ContentOption = None,
    key: KeyOption = None,
    dry_run: DryOption = False,  # noqa: FBT002
    output: OutputOption = Format.TABLE,
) -> None:
    """Give a model more say: shadow to canary, canary to active; only while it beats the hand rules of today."""
    library = _library(content)
    with refused(), ledger_in(state, to_write=not dry_run) as shelf:
        registry = Registry(state, shelf, key)
        row = registry.find(name)
        replay = row.replay
        if replay.library != library_hash(library):
            say("The rules changed since it was judged; it is judged anew.")
            replay = _judged(library, shelf, registry.load(row))[0]
        if dry_run:
            registry.load(row)
            says = "would be promoted" if replay.beats_rules else "would not be promoted"
            say(f"{name} is {row.state} and {says}. {replay_words(replay)}.")
            return
        row = registry.promote(name, SystemClock(0.0).now(), replay)
    _tell(row, output)


def retire(
    name: NameArgument,
    reason: Annotated[str, typer.Option(help="why; everybody will see it")] = "",
    state: StateOption = DEFAULT_STATE,
    dry_run: DryOption = False,  # noqa: FBT002
    output: OutputOption = Format.TABLE,
) -> None:
    """Take a model out of use."""
    if reason and (len(reason) > _LONGEST or not is_plain_line(reason)):
        fail(f"the reason must be 1-{_LONGEST} printable characters", exit_codes.USAGE)
    with refused(), ledger_in(state, to_write=not dry_run) as shelf:
        registry = Registry(state, shelf)
        row = registry.find(name)
        if dry_run:
            say(f"{name} is {row.state} and would be retired.")
            return
        row = registry.retire(name, SystemClock(0.0).now(), reason)
    _tell(row, output)


def rollback(
    state: StateOption = DEFAULT_STATE,
    key: KeyOption = None,
    dry_run: DryOption = False,  # noqa: FBT002
    output: OutputOption = Format.TABLE,
) -> None:
    """Make the model before the active one active again."""
    with refused(), ledger_in(state, to_write=not dry_run) as shelf:
        registry, pointer = Registry(state, shelf, key), shelf.pointer()
        if dry_run:
            if not pointer.before:
                fail("there was no active model before this one", exit_codes.FAILED)
            registry.load(registry.find(pointer.before))
            say(f"{pointer.before} would be active instead of {pointer.active or 'none'}.")
            return
        row = registry.rollback(SystemClock(0.0).now())
    _tell(row, output)


def _taught(lesson: Lesson) -> "Naming":
    from controller.learning.judging import teach  # noqa: PLC0415 - a second or two that no other command needs

    say(f"Learning from {len(lesson.examples)} examples, {len(lesson.incidents)} incidents of one's own among them.")
    return teach(lesson)


def _look_after(shelf: ModelShelf, registry: Registry, library: Library, *, dry_run: bool) -> None:
    """Send those back to shadow that no longer beat the hand rules of today."""
    used = [r for r in shelf.models() if r.state in ("canary", "active") and r.replay.library != library_hash(library)]
    models = [registry.load(row) for row in used]
    for row, replay in zip(used, _judged(library, shelf, *models), strict=True):
        verdict = "still beats the hand rules" if replay.beats_rules else "no longer beats the hand rules: to shadow"
        say(f"{row.name} {verdict}.")
        if dry_run:
            continue
        if replay.beats_rules:
            registry.judged(row, replay)
        else:
            registry.demote(row, SystemClock(0.0).now(), replay)


def _judged(library: Library, shelf: ModelShelf, *models: "Naming") -> list[Replayed]:
    """How each does on the replay set with the rules of today."""
    from controller.learning.judging import examined_set, replayed  # noqa: PLC0415 - as above

    examined = examined_set(library, shelf) if models else ()
    return [replayed(library, examined, model) for model in models]


def _library(content: ContentOption) -> Library:
    with refused():
        return load_library(content)


def _tell(row: ModelRow, output: Format) -> None:
    if output is Format.JSON:
        print_json(model_record(row))
    else:
        say(f"{row.name} is {row.state}. {replay_words(row.replay)}.")
