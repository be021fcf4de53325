"""``storenet push``: bring the devices a filter names to their intended configuration, once, in waves.

In: ``--limit KEY=VALUE`` or ``--all``, a content directory, a state directory. Out: every device's difference; then,
unless ``--dry-run``, a rollout followed to its end. Nothing is dialled before every configuration is rendered.
"""

import getpass
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

from controller.api.plain import is_plain_line
from controller.asking import AskingError, Preview, ask, previews
from controller.cli import exit_codes
from controller.cli.filters import FilterError, select
from controller.cli.opening import DEFAULT_STATE, ContentOption, StateOption, content_in
from controller.cli.output import Format, OutputOption, fail, print_json, print_table, print_text, say
from controller.cli.rollouts import counts_in_words, rollout_record
from controller.clock import SystemClock
from controller.content import Content
from controller.halting import halt
from controller.ledgers.database import LedgerError
from controller.logs import configure_logs
from controller.parts import Parts
from controller.pushing import Following
from controller.rollout import Rollout, Target
from controller.settings import Settings, SettingsError, load_settings
from inventory.files import load_accounts
from inventory.fleet import Fleet
from inventory.intent import load_intent
from inventory.model import Device, StoreId
from inventory.redact import redact
from inventory.session import Sessions
from inventory.yaml_file import ContentError
from templates.rendering import RenderError, Rendering, render_all

_LONGEST = 200
_WORDS = {"differs": "differs", "right": "as intended", "silent": "did not answer", "refused": "cannot be sent"}
_ENDS = {"done": exit_codes.OK, "partly": exit_codes.UNREACHABLE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What was typed."""

    limit: tuple[str, ...]
    dry_run: bool
    yes: bool
    canary: str | None
    title: str
    diff: bool
    output: Format


def register(app: typer.Typer) -> None:
    """Add the command to ``app``."""
    app.command("push")(push)


def push(
    *,
    limit: Annotated[
        list[str] | None, typer.Option("--limit", "-F", metavar="KEY=VALUE", help="only these devices")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="every device of every store")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="show every difference and stop")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="do not ask before writing")] = False,
    resume: Annotated[
        bool, typer.Option("--resume", help="go on with a push that was broken off, or watch it")
    ] = False,
    canary: Annotated[str | None, typer.Option(metavar="STORE", help="the store that is changed first")] = None,
    title: Annotated[str, typer.Option(help="what this push is for; everybody will see it")] = "",
    diff: Annotated[bool, typer.Option("--diff/--no-diff", help="show each device's lines")] = True,
    content: ContentOption = None,
    state: StateOption = DEFAULT_STATE,
    profile: Annotated[str | None, typer.Option(help="the timing profile, such as standard or short")] = None,
    clock_offset: Annotated[float | None, typer.Option(help="seconds to move the clock by, for practice")] = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Bring devices to their intended configuration: every difference first, a canary store, a few, the rest."""
    if not resume and bool(limit) == everything:
        fail("name what to push to: --limit KEY=VALUE (may be repeated), or --all for every store", exit_codes.USAGE)
    if len(title) > _LONGEST or (title and not is_plain_line(title)):
        fail(f"the title must be at most {_LONGEST} printable characters", exit_codes.USAGE)
    try:
        settings = load_settings(content=content, state=state, profile=profile, clock_offset_seconds=clock_offset)
    except SettingsError as error:
        fail(str(error), exit_codes.USAGE)
    configure_logs("error", settings.log_format, settings.log_file)
    wish = Wish(
        limit=tuple(limit or ()), dry_run=dry_run, yes=yes, canary=canary, title=title, diff=diff, output=output
    )
    known = content_in(content, settings.profile)
    raise typer.Exit(_resume(known, settings, wish) if resume else _push(known, settings, wish))


def _push(content: Content, settings: Settings, wish: Wish) -> int:
    renderings = _rendered(content, _selected(content, wish))
    revert_in = int(content.timing.seconds["revert"])
    seen = _looked(content, renderings, revert_in)
    _show(seen, wish)
    bad = [p for p in seen if p.state in ("silent", "refused")]
    if wish.dry_run or not any(p.state == "differs" for p in seen):
        return exit_codes.UNREACHABLE if bad else exit_codes.OK
    if any(p.state == "refused" for p in seen):
        fail("a line cannot be sent as it is; nothing was written", exit_codes.FAILED)
    _ask_person(seen, wish)
    ended = _carried_out(content, settings, wish, seen, revert_in)
    code = _ENDS.get(ended.status, exit_codes.FAILED)
    return exit_codes.UNREACHABLE if bad and code == exit_codes.OK else code


def _resume(content: Content, settings: Settings, wish: Wish) -> int:
    parts = _parts(settings, content)
    try:
        left = parts.ledger.rollouts(open_only=True)
        if not left:
            fail("no push is under way or broken off", exit_codes.NOT_FOUND)
        ended = _followed(parts, left[-1].id)
        _tell_end(ended, parts.ledger.targets(ended.id), wish)
    except LedgerError as error:
        fail(str(error), exit_codes.FAILED)
    finally:
        parts.close()
    return _ENDS.get(ended.status, exit_codes.FAILED)


def _selected(content: Content, wish: Wish) -> tuple[Device, ...]:
    try:
        devices = tuple(d for d in select(content.chain, wish.limit) if d.has_session)
    except FilterError as error:
        fail(str(error), exit_codes.USAGE)
    if not devices:
        fail("none of these devices has a session to push through", exit_codes.USAGE)
    if wish.canary is not None and StoreId(wish.canary) not in {d.store for d in devices}:
        fail(f"the canary store {wish.canary!r} is not among the stores named", exit_codes.USAGE)
    return devices


def _rendered(content: Content, devices: Sequence[Device]) -> tuple[Rendering, ...]:
    """Render everything, or end with every problem; no device was dialled."""
    try:
        intent = load_intent(content.folder, content.chain, SystemClock().now().date())
        return render_all(content.folder, content.chain, intent, devices)
    except (ContentError, RenderError) as error:
        for problem in error.problems:
            say(str(problem))
        fail(f"{len(error.problems)} problem(s); no device was dialled", exit_codes.BAD_CONTENT)


def _looked(content: Content, renderings: Sequence[Rendering], revert_in: int) -> list[Preview]:
    deadline = content.timing.seconds["device_deadline"]
    accounts = load_accounts(content.folder)
    sessions = Sessions(content.chain, accounts, content.folder, SystemClock().now, deadline=deadline)
    fleet = Fleet(content.folder, content.chain, sessions, deadline=deadline)
    seen = []
    try:
        with Progress(console=Console(stderr=True), transient=True) as progress:
            bar = progress.add_task("comparing", total=len(renderings))
            for preview in previews(fleet, content.chain, renderings, revert_in):
                seen.append(preview)
                progress.advance(bar)
    finally:
        sessions.close_all()
    return sorted(seen, key=lambda p: p.device.id)


def _show(seen: Sequence[Preview], wish: Wish) -> None:
    if wish.output is Format.JSON:
        if wish.dry_run:
            print_json({"devices": [_preview_record(p) for p in seen]})
        return
    if wish.diff:
        for preview in seen:
            if preview.plan is not None:
                print_text(f"--- {preview.device.id}\n{redact(preview.plan.diff).rstrip()}")
    rows = [
        (p.device.id, p.device.store, _WORDS[p.state], f"+{p.added} -{p.removed}" if p.plan else "", p.reason)
        for p in seen
    ]
    print_table(("device", "store", "configuration", "lines", "why"), rows)
    counted = ((sum(p.state == state for p in seen), words) for state, words in _WORDS.items())
    print_text("; ".join(f"{number} {words}" for number, words in counted if number))


def _preview_record(preview: Preview) -> dict[str, object]:
    plan = preview.plan
    return {
        "device": preview.device.id,
        "store": preview.device.store,
        "state": preview.state,
        "reason": preview.reason,
        "remedy": [redact(line) for line in plan.remedy] if plan else [],
        "undo": [redact(line) for line in plan.undo] if plan else [],
        "diff": redact(plan.diff) if plan else "",
    }


def _ask_person(seen: Sequence[Preview], wish: Wish) -> None:
    devices = [p.device for p in seen if p.state == "differs"]
    what = f"{len(devices)} device(s) in {len({d.store for d in devices})} store(s)"
    if wish.yes:
        return
    if not sys.stdin.isatty():
        fail(f"this would write to {what}; say --yes, or --dry-run to look only", exit_codes.USAGE)
    if not typer.confirm(f"Write to {what}?", err=True):
        fail("nothing was written", exit_codes.FAILED)


def _carried_out(content: Content, settings: Settings, wish: Wish, seen: Sequence[Preview], revert_in: int) -> Rollout:
    parts = _parts(settings, content)
    try:
        asked = ask(
            parts.ledger,
            content.chain,
            seen,
            by=getpass.getuser(),
            title=wish.title or " ".join(("push", *(wish.limit or ("every store",)))),
            now=parts.clock.now(),
            revert_in=revert_in,
            canary=StoreId(wish.canary) if wish.canary else None,
        )
        say(f"{asked.rollout}: {len(asked.aims)} devices; the canary store is {asked.aims[0].store}")
        ended = _followed(parts, asked.rollout)
        _tell_end(ended, parts.ledger.targets(ended.id), wish)
    except (AskingError, LedgerError) as error:
        fail(str(error), exit_codes.FAILED)
    finally:
        parts.close()
    return ended


def _tell_end(ended: Rollout, targets: tuple[Target, ...], wish: Wish) -> None:
    if wish.output is Format.JSON:
        print_json(rollout_record(ended, targets))
        return
    left = [(t.device, t.store, t.state.replace("_", " "), t.reason) for t in targets if t.state not in _FINE]
    if left:
        print_table(("device", "store", "state", "reason"), left)
    print_text(f"{ended.id} {ended.status}: {counts_in_words(ended)}. {ended.reason}")


_FINE = ("changed", "already_right")


def _parts(settings: Settings, content: Content) -> Parts:
    try:
        return Parts(settings, content)
    except (LedgerError, OSError) as error:
        fail(str(error), exit_codes.FAILED)


def _followed(parts: Parts, rollout: str) -> Rollout:
    """Watch the rollout to its end. Ctrl-C halts what we carry out ourselves; otherwise it only ends the watching."""
    with Following(parts) as following, _bar() as progress:
        task = progress.add_task(rollout, total=1, words="asked")
        while True:
            try:
                known = following.look(rollout)
                _move(progress, task, known)
                if known.ended_at is not None:
                    return known
                following.wait()
            except KeyboardInterrupt:
                if not following.ours:
                    fail(f"the controller goes on with {rollout}; stop it with: storenet halt", exit_codes.INTERRUPTED)
                halt(parts.ledger, rollout, getpass.getuser(), "interrupted at the terminal", parts.clock.now())
                say("halting before the next device; what is under way is brought to its end")


def _bar() -> Progress:
    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[words]}"), TimeElapsedColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def _move(progress: Progress, task: Any, rollout: Rollout) -> None:
    over = sum(n for state, n in rollout.counts.items() if state not in ("waiting", "writing"))
    stage = "canary" if rollout.wave == 0 else f"wave {rollout.wave}" if rollout.wave > 0 else rollout.status
    progress.update(task, total=rollout.devices, completed=over, words=f"{stage}: {counts_in_words(rollout)}")
