"""``storenet incidents`` and ``storenet incidents close ID --code ... --fixed-by ...``: what happened, and what it was.

In: a state directory; to close one also the content directory, which says how the store hangs together. Out: a list,
or what was learned. Why a code and words: the next incident like it is suggested with what fixed this one.
"""

import getpass
from datetime import datetime
from enum import StrEnum
from typing import Annotated

import typer

from controller.api import views
from controller.api.plain import clean, one_line
from controller.api.records import Incidents, ReviewRecord, iso
from controller.api.scene import incident_sign
from controller.api.source import count_children
from controller.cli import exit_codes
from controller.cli.opening import DEFAULT_STATE, ContentOption, StateOption, chain_if_named, chain_in, ledger_in
from controller.cli.output import Format, OutputOption, fail, print_json, print_table, print_text, say
from controller.clock import SystemClock
from controller.reviewing import ReviewError, Told, review_of
from controller.seen_words import reviewed_words
from inventory.model import StoreId
from playbooks.library import load_library

_LIMIT = 1000
_OPTIONS = {"fixed_by": "--fixed-by", "by": "--by"}


class Code(StrEnum):
    """What a person says of an incident."""

    SUGGESTED = "suggested"
    ANOTHER = "another"
    IGNORABLE = "ignorable"
    WRONG = "wrong"


def incidents_app() -> typer.Typer:
    """Return ``incidents``, which lists, with the command that closes one."""
    app = typer.Typer(invoke_without_command=True)
    app.callback()(incidents)
    app.command("close")(close)
    return app


def incidents(
    context: typer.Context,
    state: StateOption = DEFAULT_STATE,
    store: Annotated[str | None, typer.Option(help="only this store")] = None,
    open_only: Annotated[bool, typer.Option("--open", help="only incidents that still last")] = False,  # noqa: FBT002
    limit: Annotated[int, typer.Option(min=1, max=_LIMIT, help="at most so many, newest first")] = 100,
    parent: Annotated[str | None, typer.Option(metavar="ID", help="only those that share this one's cause")] = None,
    content: ContentOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """List incidents as sentences, newest first; or close one: ``storenet incidents close --help``."""
    if context.invoked_subcommand is not None:
        return
    chain = chain_if_named(content)
    if store is not None and content is not None and StoreId(store) not in chain.stores:
        fail(f"there is no store {store} in {content}", exit_codes.NOT_FOUND)
    with ledger_in(state) as ledger:
        if parent and ledger.incident(clean(parent)) is None:
            fail(f"there is no incident {clean(parent)}; `storenet incidents` lists them", exit_codes.NOT_FOUND)
        found = ledger.incidents(store=store, open_only=open_only, parent=parent, limit=limit)
        records = tuple(views.incident_record(i, chain, count_children(ledger, i)) for i in found)
    if output is Format.JSON:
        print_json(Incidents(items=records))
    elif not records:
        say("There is no open incident." if open_only else "There is no incident.")
    else:
        rows = [(r.id, iso_seconds(r.opened_at), incident_sign(r).word, r.sentence) for r in records]
        print_table(("incident", "opened", "status", "what"), rows)


def close(
    incident: Annotated[str, typer.Argument(metavar="ID", help="as `storenet incidents` lists it")],
    *,
    code: Annotated[Code, typer.Option(help="what was suggested fixed it; another fix; known and ignorable; wrong")],
    fixed_by: Annotated[str, typer.Option(metavar="WORDS", help="what fixed it")] = "",
    playbook: Annotated[str, typer.Option(metavar="NAME", help="the playbook that fixed it, or would")] = "",
    root: Annotated[str, typer.Option(metavar="DEVICE[:SUBJECT]", help="where it was, if not as named")] = "",
    by: Annotated[str, typer.Option(metavar="NAME", help="who says so; you, unless given")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="only tell what would be learned")] = False,
    state: StateOption = DEFAULT_STATE,
    content: ContentOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Say what an incident was and what fixed it. The next like it is suggested with that, at once.

    Another fix needs --fixed-by or --playbook. What is known and ignorable is only written down the next time. Wrong
    makes the signature that named it weaker. Said again, the last word counts.
    """
    chain = chain_in(content)
    told = Told(
        code=code.value,
        by=by.strip() or getpass.getuser(),
        fixed_by=fixed_by.strip(),
        playbook=playbook.strip(),
        root=root.strip(),
    )
    names = frozenset(p.name for p in load_library(content, None).playbooks.values()) if told.playbook else frozenset()
    with ledger_in(state, to_write=not dry_run) as ledger:
        try:
            event = review_of(ledger, chain, clean(incident), told, SystemClock().now(), names)
        except ReviewError as error:
            _refuse(incident, error)
        if not dry_run:
            ledger.append(event)
    if output is Format.JSON:
        print_json(_answer(views.review(event), dry_run=dry_run))
    else:
        print_text(f"{'Would be said' if dry_run else 'Said'} of {event.incident}: {reviewed_words(event)}")


def _refuse(incident: str, error: ReviewError) -> None:
    allowed = f" (possible: {error.allowed})" if error.allowed else ""
    field = _OPTIONS.get(error.field, f"--{error.field}")
    where = f"incident {one_line(incident)}" if error.field == "incident" else field
    missing = error.field == "incident"
    fail(f"{where}: {error}{allowed}", exit_codes.NOT_FOUND if missing else exit_codes.USAGE)


def _answer(record: ReviewRecord, *, dry_run: bool) -> dict[str, object]:
    return {**record.model_dump(mode="json"), "dry_run": dry_run}


def iso_seconds(at: datetime) -> str:
    """Return an aware time as ISO 8601 in UTC with whole seconds and ``Z``."""
    return iso(at)[:19] + "Z"
