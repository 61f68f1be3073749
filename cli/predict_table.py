"""Predicting a table: every row with its probability and interval, whatever its size."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .console import say_put_aside, say_remarks, tidy_end

if TYPE_CHECKING:
    from ..model.offer_model import OfferModel
    from ..training.streaming.score_tables import ScoringSummary


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
    from ..training.streaming.score_tables import score_table
    from .console import rows_bar

    with tidy_end(), ExitStack() as stack:
        if out is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="offerodds-"))
            place = Path(folder, "scored.json" if as_json else "scored.csv")
        else:
            place = Path(out)
        with rows_bar("Predicting") as progress:
            found = score_table(
                model, table, place, level=level, given=given, skip_bad=skip_bad, progress=progress
            )
        say_remarks(f"{table}: {remark}" for remark in found.remarks)
        if out is None:
            _print(place)
    say_scored(found, out, skip_bad)


def say_scored(found: "ScoringSummary", out: str | None, skip_bad: str | None) -> None:
    """Say how many rows went where; on stderr if the table itself went to stdout."""
    if out is not None:
        typer.echo(f"Written to {out}: {found.n:,} interviews with probability, low and high.")
    say_put_aside(found.n_bad, skip_bad, err=out is None)


def _print(place: Path) -> None:
    """Print a file, however large."""
    with place.open(encoding="utf-8", newline="") as file:
        while text := file.read(1 << 20):
            typer.echo(text, nl=False)
