"""What people see of a demo and a score.

In: reports and incidents. Out: text on a console; live on a terminal, plain lines elsewhere.
Called by ``lab.demo`` and ``lab.cli``.
"""

from collections.abc import Mapping, Sequence
from types import TracebackType
from typing import Self

from rich.console import Console, Group
from rich.live import Live
from rich.table import Table
from rich.text import Text

from lab.score import Report, Row, seconds_between
from lab.watching import Said

SHOWN = 14
WIDTH_IN_FILES = 120
COLOURS = {
    "healed": "green",
    "cleared": "green",
    "mitigated": "cyan",
    "held": "yellow",
    "escalated": "red",
    "healing": "magenta",
    "open": "magenta",
}


def console() -> Console:
    """The terminal, or a page wide enough for the table when the output is a file."""
    found = Console()
    return found if found.is_terminal else Console(width=WIDTH_IN_FILES)


class Progress:
    """Incidents as they come and end: a live picture on a terminal, one line per news elsewhere."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._known: dict[str, str] = {}
        self._live = Live(console=console, refresh_per_second=4, transient=True) if console.is_terminal else None

    def __enter__(self) -> Self:
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live is not None:
            self._live.stop()

    def show(self, headline: str, incidents: Sequence[Said]) -> None:
        """Show how things stand."""
        if self._live is not None:
            self._live.update(_picture(headline, incidents[-SHOWN:]))
            return
        for said in incidents:
            if self._known.get(said.id) != said.sentence:
                self._known[said.id] = said.sentence
                self._console.print(Text(f"  {said.id}  {said.status:<10} {said.sentence}"), soft_wrap=True)


def _picture(headline: str, incidents: Sequence[Said]) -> Group:
    table = Table(box=None, pad_edge=False, show_header=False)
    for said in incidents:
        table.add_row(said.id, Text(said.status, style=COLOURS.get(said.status, "")), Text(said.sentence))
    return Group(Text(headline, style="bold"), table)


def print_faults(rows: Sequence[Mapping[str, object]]) -> None:
    """Print faults that are or were in."""
    _print_rows(("id", "fault", "store", "device", "port", "variant", "expected", "out_by"), rows)


def print_coming(rows: Sequence[Mapping[str, object]]) -> None:
    """Print what a mix will let come, and when."""
    times = [{name: f"{row[name]:.0f}" for name in ("at", "passes_after") if row[name] is not None} for row in rows]
    rounded = [{**row, **shown} for row, shown in zip(rows, times, strict=True)]
    _print_rows(("at", "fault", "store", "device", "port", "variant", "passes_after"), rounded)


def _print_rows(names: Sequence[str], rows: Sequence[Mapping[str, object]]) -> None:
    table = Table(box=None, pad_edge=False)
    for name in names:
        table.add_column(name.replace("_", " "))
    for row in rows:
        table.add_row(*(Text(str(row[name] or "-")) for name in names))
    if rows:
        console().print(table)


def print_report(console: Console, report: Report) -> None:
    """Print the table of faults and the summary."""
    if report.faults:
        console.print(_table(report.faults))
    console.print(Text("  ".join(f"{name} {value}" for name, value in report.summary.items())), soft_wrap=True)
    verdict = "everything ended as expected" if report.as_expected else "NOT everything ended as expected"
    console.print(Text(verdict, style="bold green" if report.as_expected else "bold red"))


def _table(rows: Sequence[Row]) -> Table:
    table = Table(title="Faults", title_justify="left")
    for name in ("fault", "store", "device", "expected", "ended as"):
        table.add_column(name, overflow="fold")
    for name in ("detect s", "restore s"):
        table.add_column(name, justify="right")
    table.add_column("named")
    for row in rows:
        ended = Text(row.ended_as, style="" if row.ended_as == row.expected else "bold red")
        table.add_row(
            row.kind,
            row.store,
            row.device,
            row.expected,
            ended,
            _seconds(row.injected_at, row.detected_at),
            _seconds(row.injected_at, row.restored_at),
            _named(row),
        )
    return table


def _seconds(begin: str, end: str | None) -> str:
    return "-" if end is None else f"{seconds_between(begin, end):.1f}"


def _named(row: Row) -> str:
    if row.named_correctly is None:
        return "-"
    return "yes" if row.named_correctly else str(row.signature)
