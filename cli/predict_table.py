"""Predicting a table: every row with its probability and interval, whatever its size."""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

if TYPE_CHECKING:
    from ..model.offer_model import OfferModel
    from ..model.score_table import Progress, Scored


def predict_table(
    model: "OfferModel",
    table: Path,
    given: Mapping[str, Any],
    level: float,
    out: str | None,
    skip_bad: str | None,
    *,
    as_json: bool,
) -> None:
    """Write a table with its scores, or print it once it is known to be whole."""
    from ..model.score_table import score_table

    with tempfile.TemporaryDirectory(prefix="offerodds-") as folder:
        place = Path(out or Path(folder, "scored.json" if as_json else "scored.csv"))
        with _progress() as progress:
            found = score_table(
                model, table, place, level=level, given=given, skip_bad=skip_bad, progress=progress
            )
        if out is None:
            _print(place)
    say_scored(found, out, skip_bad)


def say_scored(found: "Scored", out: str | None, skip_bad: str | None) -> None:
    """Say how many rows went where; on stderr if the table itself went to stdout."""
    from ..words.numbers import plural

    if out is not None:
        typer.echo(f"Written to {out}: {found.n:,} interviews with probability, low and high.")
    if found.n_bad:
        rows = plural(found.n_bad, "row")
        typer.echo(f"Put aside in {skip_bad}: {rows} with what is wrong with each.", err=out is None)


def _print(place: Path) -> None:
    """Print a file, however large."""
    with place.open(encoding="utf-8", newline="") as file:
        while text := file.read(1 << 20):
            typer.echo(text, nl=False)


@contextmanager
def _progress() -> "Iterator[Progress]":
    """Show a progress bar with rows per second on stderr, which leaves no trace."""
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = [
        TextColumn("Predicting"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[rows]:,} rows, {task.fields[speed]:,.0f} a second"),
        TimeRemainingColumn(),
    ]
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=1.0, rows=0, speed=0.0)

        def update(rows: int, share: float) -> None:
            elapsed = bar.tasks[0].elapsed or 0.0
            bar.update(task, completed=share, rows=rows, speed=rows / max(elapsed, 1e-9))

        yield update
