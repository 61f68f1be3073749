"""The console: where commands print, progress on stderr, and a tidy end."""

import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer
from rich.console import Console

from ..data.errors import printable
from .streams import terminal_encoding

if TYPE_CHECKING:
    from ..data.tables.base import Progress as RowsRead


@contextmanager
def rows_bar(what: str) -> "Iterator[RowsRead]":
    """Show a bar with rows per second.

    Yields
    ------
    callable
        Takes the number of rows so far, and which share of all they are.
    """
    from rich import progress

    speed = progress.TextColumn("{task.fields[rows]:,} rows, {task.fields[speed]:,.0f} a second")
    columns = [progress.TextColumn(what), progress.BarColumn(), progress.TaskProgressColumn(), speed]
    with _bar(*columns, progress.TimeRemainingColumn(), total=1.0, rows=0, speed=0.0) as bar:

        def update(rows: int, share: float) -> None:
            if bar:
                elapsed = bar.tasks[0].elapsed or 0.0
                bar.update(bar.task_ids[0], completed=share, rows=rows, speed=rows / max(elapsed, 1e-9))

        yield update


@contextmanager
def steps_bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar of steps.

    Yields
    ------
    callable
        Takes the number of steps done, and of all steps.
    """
    with _bar(description=what, total=None) as bar:

        def update(done: int, total: int) -> None:
            if bar:
                bar.update(bar.task_ids[0], completed=done, total=total)

        yield update


@contextmanager
def _bar(*columns: Any, description: str = "", **task: Any) -> "Iterator[Any]":
    """Show a bar on a terminal. Elsewhere yield None: older versions of rich would print an empty line."""
    from rich.progress import Progress

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Progress(*columns, console=console, transient=True) as bar:
        bar.add_task(description, **task)
        yield bar


@contextmanager
def working(what: str) -> Iterator[None]:
    """Show that something goes on of which nobody knows how long it takes."""
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
