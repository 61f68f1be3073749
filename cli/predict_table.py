"""Prediction of a table of any size: adds probability and interval to every row."""

import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from .console import exit_on_sigterm, print_remarks, print_skipped_rows

if TYPE_CHECKING:
    from ..model.offer_model import OfferModel
    from ..training.streaming.score_tables import ScoringSummary


def predict_table(
    model: "OfferModel",
    table: Path,
    context: Mapping[str, Any],
    level: float,
    out: str | None,
    skip_bad: str | None,
    *,
    as_json: bool,
) -> None:
    """Score a table; write it to a file, or print it once it is complete."""
    from ..training.streaming.score_tables import score_table
    from .console import rows_bar

    with exit_on_sigterm(), ExitStack() as stack:
        if out is None:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="offerodds-"))
            path = Path(folder, "scored.json" if as_json else "scored.csv")
        else:
            path = Path(out)
        with rows_bar("Predicting") as progress:
            scored = score_table(
                model, table, path, level=level, given=context, skip_bad=skip_bad, progress=progress
            )
        print_remarks(f"{table}: {remark}" for remark in scored.remarks)
        if out is None:
            _print_file(path)
    print_row_counts(scored, out, skip_bad)


def print_row_counts(scored: "ScoringSummary", out: str | None, skip_bad: str | None) -> None:
    """Print how many rows were scored and skipped; on stderr if the table itself went to stdout."""
    if out is not None:
        typer.echo(f"Written to {out}: {scored.n:,} interviews with probability, low and high.")
    print_skipped_rows(scored.n_bad, skip_bad, err=out is None)


def _print_file(path: Path) -> None:
    """Print a file of any size."""
    with path.open(encoding="utf-8", newline="") as file:
        while text := file.read(1 << 20):  # a megabyte at a time
            typer.echo(text, nl=False)
