"""``storenet quarantine list | add NAME REASON | lift NAME``: nothing is written to a device or a store.

In: a state directory, and with ``--content`` the chain to check names against. Out: the ledger's switches
``quarantine/...``, which the guardrail asks before every write.
"""

from typing import Annotated

import typer

from controller import quarantine
from controller.api.plain import is_plain_line
from controller.cli import exit_codes
from controller.cli.opening import DEFAULT_STATE, ContentOption, StateOption, chain_in, ledger_in
from controller.cli.output import Format, OutputOption, fail, print_json, print_table, say
from controller.ports import Ledger
from inventory.yaml_file import nearest

_LONGEST = 200
NameArgument = Annotated[str, typer.Argument(help="a device or a store")]


def quarantine_app() -> typer.Typer:
    """Return the commands of the quarantine."""
    app = typer.Typer(no_args_is_help=True, help="Keep every write away from a device or a store.")
    app.command("list")(list_)
    app.command("add")(add)
    app.command("lift")(lift)
    return app


def list_(state: StateOption = DEFAULT_STATE, output: OutputOption = Format.TABLE) -> None:
    """List what is in quarantine, and why."""
    with ledger_in(state) as ledger:
        _tell(ledger, output)


def add(
    name: NameArgument,
    reason: Annotated[str, typer.Argument(help="why; everybody will see it")],
    state: StateOption = DEFAULT_STATE,
    content: ContentOption = None,
    output: OutputOption = Format.TABLE,
) -> None:
    """Put a device or a store in quarantine. Watching goes on."""
    name, reason = name.strip(), reason.strip()
    for word, given in (("name", name), ("reason", reason)):
        if not given or len(given) > _LONGEST or not is_plain_line(given):
            fail(f"the {word} must be 1-{_LONGEST} printable characters", exit_codes.USAGE)
    if content is not None:
        chain = chain_in(content)
        known = {str(n) for n in (*chain.stores, *chain.devices)}
        if name not in known:
            fail(
                f"there is no device or store {name!r} in {content}{nearest(name, sorted(known))}", exit_codes.NOT_FOUND
            )
    with ledger_in(state, to_write=True) as ledger:
        quarantine.put(ledger, name, reason)
        _tell(ledger, output)


def lift(name: NameArgument, state: StateOption = DEFAULT_STATE, output: OutputOption = Format.TABLE) -> None:
    """Lift a quarantine; what is held is asked again."""
    with ledger_in(state, to_write=True) as ledger:
        if not quarantine.lift(ledger, name.strip()):
            known = tuple(quarantine.quarantined(ledger))
            fail(f"{name!r} is not in quarantine{nearest(name, known)}", exit_codes.NOT_FOUND)
        _tell(ledger, output)


def _tell(ledger: Ledger, output: Format) -> None:
    known = quarantine.quarantined(ledger)
    if output is Format.JSON:
        print_json({"items": [{"name": name, "reason": reason} for name, reason in known.items()]})
    elif known:
        print_table(("name", "reason"), tuple(known.items()))
    else:
        say("Nothing is in quarantine.")
