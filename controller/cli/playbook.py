"""``storenet playbook list | show NAME | run NAME --device D --dry-run``: what we know how to do, and what it would do.

In: names as typed, a content directory, for a dry run the real devices over SSH. Out: a table, prose or JSON.
Nothing here writes to a device: a repair is made inside an incident, where it is confirmed, journalled and proven.
"""

from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from typing import Annotated, cast

import typer

import anomaly.library
import playbooks.library
from anomaly.match import roots
from anomaly.topology import Place, tree_of
from anomaly.watch import Watch
from controller.budget import repairs_at_once
from controller.cli import exit_codes
from controller.cli.opening import DEFAULT_STATE, ContentOption, StateOption, content_in, ledger_in
from controller.cli.output import Format, OutputOption, fail, print_json, print_table, print_text, say
from controller.cli.playbook_text import dry_run_record, dry_run_text, playbook_record, playbook_text
from controller.clock import SystemClock
from controller.content import Content
from controller.drifting import Drifting
from controller.dry_run import DryRun, Rehearsal
from controller.eyes import Eyes
from controller.facts import Guardrail
from controller.fleet_watch import FleetWatch
from controller.ledgers.sqlite import SqliteLedger
from controller.settings import Settings, SettingsError, load_settings
from inventory.discover import discover
from inventory.files import load_accounts
from inventory.model import DeviceId
from inventory.session import Sessions
from inventory.yaml_file import ContentError, nearest
from playbooks.model import Playbook

Signatures = anomaly.library.Library
_NOT_BY_HAND = (
    "a playbook is run by hand only with --dry-run; repairs are made inside an incident, where the fault is confirmed, "
    "every write is journalled and the functions are proven"
)


def register(app: typer.Typer) -> None:
    """Add the commands to ``app``."""
    commands = typer.Typer(no_args_is_help=True, help="What we know how to do.")
    commands.command("list")(list_all)
    commands.command("show")(show)
    commands.command("run")(run)
    app.add_typer(commands, name="playbook")


def list_all(content: ContentOption = None, output: OutputOption = Format.TABLE) -> None:
    """List every playbook: the fault it answers, and its rungs."""
    signatures, recipes = _libraries(content)
    known = sorted(recipes.playbooks.values(), key=lambda playbook: playbook.name)
    records = [playbook_record(p, signatures.signatures[p.signature], recipes.actions) for p in known]
    if output is Format.JSON:
        print_json({"items": records})
        return
    rows = [
        (p.name, p.signature, str(r["class"]), ", then ".join(rung.action for rung in p.rungs) or "a person", p.title)
        for p, r in zip(known, records, strict=True)
    ]
    print_table(("playbook", "fault", "class", "rungs", "what"), rows)


def show(
    name: Annotated[str, typer.Argument(help="the playbook's name, as `storenet playbook list` lists it")],
    content: ContentOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show one playbook: where it acts, its rungs in order, and the advice at its end."""
    signatures, recipes = _libraries(content)
    playbook = _named(name, recipes.playbooks.values())
    signature = signatures.signatures[playbook.signature]
    if output is Format.JSON:
        print_json(playbook_record(playbook, signature, recipes.actions))
    else:
        print_text(playbook_text(playbook, signature, recipes.actions))


def run(
    name: Annotated[str, typer.Argument(help="the playbook's name, as `storenet playbook list` lists it")],
    device: Annotated[str, typer.Option(help="the device the fault is on")],
    subject: Annotated[str | None, typer.Option(metavar="PORT", help="its port, where the fault is about one")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="plan and judge, write nothing")] = False,  # noqa: FBT002
    content: ContentOption = None,
    state: StateOption = DEFAULT_STATE,
    output: OutputOption = Format.TABLE,
) -> None:
    """Show what a playbook would change at a place right now, and what every guardrail says of it."""
    if not dry_run:
        fail(_NOT_BY_HAND, exit_codes.USAGE)
    try:
        settings = load_settings(content=content, state=state)
    except SettingsError as error:
        fail(str(error), exit_codes.USAGE)
    known = content_in(content, settings.profile)
    playbook = _named(name, known.recipes.playbooks.values())
    place = _place(known, playbook, device, subject)
    told = _rehearsed(known, settings, playbook, place)
    if output is Format.JSON:
        print_json(dry_run_record(told))
    else:
        print_text(dry_run_text(told))
    raise typer.Exit(_exit_code(told))


def _rehearsed(known: Content, settings: Settings, playbook: Playbook, place: Place) -> DryRun:
    clock, seconds = SystemClock(settings.clock_offset_seconds), known.timing.seconds
    accounts = load_accounts(known.folder)
    sessions = Sessions(known.chain, accounts, known.folder, clock.now, deadline=seconds["device_deadline"])
    there = settings.ledger_path.is_file()
    if not there:
        say(f"storenet: there is no ledger at {settings.ledger_path}: what only it knows counts as a refusal")
    try:
        with ledger_in(settings.state) if there else nullcontext() as ledger:
            drifting = Drifting(known.folder, known.chain, ledger, lambda: clock.now().date())
            eyes = Eyes(
                chain=known.chain,
                sessions=sessions,
                watch=Watch(known.symptoms, known.chain, seconds, drifting.observations),
                clock=clock,
                ours=accounts.names,
                intentions=drifting.intended,
            )
            return _rehearsal(known, settings, eyes, ledger).run(playbook, place)
    finally:
        sessions.close_all()


def _rehearsal(known: Content, settings: Settings, eyes: Eyes, ledger: SqliteLedger | None) -> Rehearsal:
    seconds = known.timing.seconds
    quiet = seconds["quiet"] + seconds["clear_after"]
    return Rehearsal(
        eyes=eyes,
        signatures=known.symptoms,
        actions=known.recipes.actions,
        guardrails=cast("Mapping[str, Guardrail]", discover("controller.guardrails")),
        ledger=ledger,
        fleet=None
        if ledger is None
        else FleetWatch(
            known.chain, ledger, eyes.clock.now(), together_seconds=seconds["together"], quiet_seconds=quiet
        ),
        at_most=settings.repairs_at_once or repairs_at_once(len(known.chain.stores)),
    )


def _exit_code(told: DryRun) -> int:
    if told.unseen:
        return exit_codes.UNREACHABLE
    return exit_codes.FAILED if any(one.problem for one in told.tries) else exit_codes.OK


def _libraries(content: ContentOption) -> tuple[Signatures, playbooks.library.Library]:
    """What ships, overlaid by a content directory; anything wrong ends the command."""
    if content is not None and not content.is_dir():
        fail(f"there is no content directory {content}", exit_codes.NOT_FOUND)
    try:
        signatures = anomaly.library.load_library(content)
        return signatures, playbooks.library.load_library(content, signatures.signature_names)
    except ContentError as error:
        for problem in error.problems:
            say(str(problem))
        fail(f"the content of {content} cannot be used", exit_codes.BAD_CONTENT)


def _named(name: str, known: Iterable[Playbook]) -> Playbook:
    by_name = {playbook.name: playbook for playbook in known}
    if name not in by_name:
        names = sorted(by_name)
        there = f"{nearest(name, names)} (there are: {', '.join(names)})"
        fail(f"there is no playbook {name!r}{there}", exit_codes.NOT_FOUND)
    return by_name[name]


def _place(known: Content, playbook: Playbook, device: str, subject: str | None) -> Place:
    """The place meant, if it is one that the playbook's fault can have."""
    gear = known.chain.devices.get(DeviceId(device))
    if gear is None:
        hint = nearest(device, sorted(known.chain.devices))
        fail(f"there is no device {device!r}{hint}; `storenet inventory show` lists them", exit_codes.NOT_FOUND)
    kind = known.symptoms.signatures[playbook.signature].root
    every = tuple(roots(tree_of(known.chain, gear.store), kind))
    here = [place.subject for place in every if place.device == gear.id]
    if not here:
        others = ", ".join(dict.fromkeys(place.device for place in every)) or "no device"
        told = f"{kind.replace('_', ' ')}, which {gear.id} has not; {others} of {gear.store} has"
        fail(f"{playbook.name} is about a fault of this kind of place: {told}", exit_codes.USAGE)
    if subject is None and len(here) > 1:
        fail(f"name the port with --subject PORT: {', '.join(here)}", exit_codes.USAGE)
    chosen = subject or here[0]
    if chosen not in here:
        hint = nearest(chosen, here)
        there = f"{hint} (allowed: {', '.join(here)})"
        fail(f"{playbook.name} cannot be about {chosen!r} of {gear.id}{there}", exit_codes.NOT_FOUND)
    return Place(gear.id, chosen)
