"""``storenet kill-switch on REASON | off | show``: stop every write in the chain, whatever state the API is in.

In: a state directory. Out: the ledger's switch ``kill``, which every guard asks before every write.
"""

from typing import Annotated

import typer

from controller.api.plain import is_plain_line
from controller.api.records import KillSwitchRecord
from controller.api.views import KILL, kill_switch
from controller.cli import exit_codes
from controller.cli.opening import DEFAULT_STATE, StateOption, ledger_in
from controller.cli.output import Format, OutputOption, fail, print_json, print_text

_LONGEST = 200


def kill_switch_app() -> typer.Typer:
    """Return the commands of the kill switch."""
    app = typer.Typer(no_args_is_help=True, help="Stop every write in the chain, or allow writing again.")
    app.command("on")(on)
    app.command("off")(off)
    app.command("show")(show)
    return app


def on(
    reason: Annotated[str, typer.Argument(help="why; everybody will see it")],
    state: StateOption = DEFAULT_STATE,
    output: OutputOption = Format.TABLE,
) -> None:
    """Stop every write. Watching goes on."""
    reason = reason.strip()
    if len(reason) > _LONGEST or not is_plain_line(reason):
        fail(f"the reason must be 1-{_LONGEST} printable characters", exit_codes.USAGE)
    with ledger_in(state, to_write=True) as ledger:
        ledger.throw(KILL, reason)
        _tell(kill_switch(ledger.switch(KILL)), output)


def off(state: StateOption = DEFAULT_STATE, output: OutputOption = Format.TABLE) -> None:
    """Allow writing again, where every guard allows it."""
    with ledger_in(state, to_write=True) as ledger:
        ledger.throw(KILL, None)
        _tell(kill_switch(ledger.switch(KILL)), output)


def show(state: StateOption = DEFAULT_STATE, output: OutputOption = Format.TABLE) -> None:
    """Tell whether writing is stopped, and why."""
    with ledger_in(state) as ledger:
        _tell(kill_switch(ledger.switch(KILL)), output)


def _tell(record: KillSwitchRecord, output: Format) -> None:
    if output is Format.JSON:
        print_json(record)
    elif record.thrown:
        print_text(f"on: {record.reason}\n{record.says}")
    else:
        print_text(f"off\n{record.says}")
