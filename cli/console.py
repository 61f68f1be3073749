"""The console: where commands print, progress on stderr, and a tidy end."""

import signal
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import typer
from rich.console import Console

from ..data.errors import printable
from .streams import terminal_encoding

if TYPE_CHECKING:
    from ..data.tables.base import Progress


@contextmanager
def rows_bar(what: str) -> "Iterator[Progress]":
    """Show a bar with rows per second.

    Yields
    ------
    callable
        Told after some rows how many they are by now, and which share of all.
    """
    from rich import progress
    from rich.console import Console

    console = Console(stderr=True)
    columns = [
        progress.TextColumn(what),
        progress.BarColumn(),
        progress.TaskProgressColumn(),
        progress.TextColumn("{task.fields[rows]:,} rows, {task.fields[speed]:,.0f} a second"),
        progress.TimeRemainingColumn(),
    ]
    with progress.Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0, rows=0, speed=0.0)

        def update(rows: int, share: float) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            bar.update(task, completed=share, rows=rows, speed=rows / max(elapsed, 1e-9))

        yield update


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something goes on of which nobody knows how long it takes."""
    from rich.console import Console

    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(what):
        yield


class _Terminal(Console):
    @property
    def encoding(self) -> str:
        """The encoding of the system, since output to a file is always UTF-8 and says nothing of it."""
        return terminal_encoding()


def terminal() -> Console:
    """Return the terminal; what is printed is shown as it is, never read as markup."""
    return _Terminal(markup=False, highlight=False, emoji=False)


@contextmanager
def tidy_end() -> Iterator[None]:
    """Let whoever ends the process, as a batch system does, find as little left behind as after Ctrl-C."""

    def leave(number: int, _: object) -> None:
        sys.exit(128 + number)

    before = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def say_remarks(remarks: Iterable[str]) -> None:
    """Say on stderr how tables were read where that is not plain."""
    for remark in remarks:
        typer.echo(f"{printable(remark)}.", err=True)


def say_put_aside(n_bad: int, place: str | Path | None, *, err: bool) -> None:
    """Say how many rows were put aside, if any."""
    from ..reporting.number_format import plural

    if n_bad:
        typer.echo(f"Put aside in {place}: {plural(n_bad, 'row')} with what is wrong with each.", err=err)
