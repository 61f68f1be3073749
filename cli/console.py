"""Terminal output, progress on stderr, and a clean exit on signals."""

import os
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
    from rich.table import Column, Table

    from ..data.tables.base import Progress as RowsRead


@contextmanager
def rows_bar(label: str) -> "Iterator[RowsRead]":
    """Show a progress bar with rows per second.

    Parameters
    ----------
    label : str

    Yields
    ------
    callable
        Takes the number of rows so far, and their share of all rows.
    """
    from rich import progress

    speed = progress.TextColumn("{task.fields[rows]:,} rows, {task.fields[speed]:,.0f} a second")
    columns = [progress.TextColumn(label), progress.BarColumn(), progress.TaskProgressColumn(), speed]
    with _bar(*columns, progress.TimeRemainingColumn(), total=1.0, rows=0, speed=0.0) as bar:

        def update(rows: int, share: float) -> None:
            if bar:
                elapsed = bar.tasks[0].elapsed or 0.0
                bar.update(bar.task_ids[0], completed=share, rows=rows, speed=rows / max(elapsed, 1e-9))

        yield update


@contextmanager
def steps_bar(label: str) -> Iterator[Callable[[int, int], None]]:
    """Show a progress bar of steps.

    Parameters
    ----------
    label : str

    Yields
    ------
    callable
        Takes the number of finished steps, and the total.
    """
    with _bar(description=label, total=None) as bar:

        def update(done: int, total: int) -> None:
            if bar:
                bar.update(bar.task_ids[0], completed=done, total=total)

        yield update


@contextmanager
def _bar(*columns: Any, description: str = "", **task: Any) -> "Iterator[Any]":
    """Show a bar if stderr is a terminal, else yield None: older versions of rich print an empty line."""
    from rich.progress import Progress

    console = Console(stderr=True)
    if not console.is_terminal:
        yield None
        return
    with Progress(*columns, console=console, transient=True) as bar:
        bar.add_task(description, **task)
        yield bar


@contextmanager
def spinner(label: str) -> Iterator[None]:
    """Show a spinner during work of unknown length."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield
        return
    with console.status(label):
        yield


class _Terminal(Console):
    @property
    def encoding(self) -> str:
        """The encoding of the system: redirected output is always UTF-8, whatever the system uses."""
        return terminal_encoding()


def terminal() -> Console:
    """Open a console that prints text unchanged, never as markup."""
    return _Terminal(markup=False, highlight=False, emoji=False)


@contextmanager
def paged(console: Console) -> Iterator[None]:
    """Show what the block prints through the system's pager if it is longer than the screen.

    Only if a person reads it: output to a file or a pipe is never changed. ``PAGER=cat`` turns it off.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        yield
        return
    with console.capture() as captured:
        yield
    text = captured.get()
    if text.count("\n") < console.height:
        typer.echo(text, nl=False)
        return
    import pydoc

    os.environ.setdefault("LESS", "FRX")  # as git does: colours, and the text stays on the screen
    pydoc.pager(text)


def plain_table(*columns: "Column | str", **style: Any) -> "Table":
    """Make a table without lines; the text of a column given by its name is folded where it is too long."""
    from rich.table import Column, Table

    given = [Column(each, overflow="fold") if isinstance(each, str) else each for each in columns]
    return Table(*given, box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0), **style)


def fixed(*names: str) -> "list[Column]":
    """Make columns of text that is never wrapped."""
    from rich.table import Column

    return [Column(name, no_wrap=True) for name in names]


def numeric(*names: str) -> "list[Column]":
    """Make columns of numbers, aligned to the right."""
    from rich.table import Column

    return [Column(name, no_wrap=True, justify="right") for name in names]


@contextmanager
def exit_on_signals() -> Iterator[None]:
    """Remove temporary files on the signals of a batch system or a closed terminal, just as on Ctrl-C."""

    def stop(number: int, _: object) -> None:
        sys.exit(128 + number)  # the exit code that shells report for a signal

    names = ("SIGTERM", "SIGHUP", "SIGQUIT")  # Windows has only the first
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    previous = [(number, signal.signal(number, stop)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in previous:
            signal.signal(number, handler)


def print_remarks(remarks: Iterable[str]) -> None:
    """Print on stderr how ambiguous parts of tables were read."""
    for remark in remarks:
        typer.echo(f"{printable(remark)}.", err=True)


def print_skipped_rows(n_bad: int, path: str | Path | None, *, err: bool) -> None:
    """Print how many rows were skipped, if any."""
    from ..reporting.number_format import plural

    if n_bad:
        typer.echo(f"Skipped {plural(n_bad, 'row')}; see {path} for the reasons.", err=err)
