"""Progress on stderr, for a person at a terminal alone; it leaves no trace."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

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
