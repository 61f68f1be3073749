"""Train and score tables in this process or on Spark, and check the options of either."""

from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from ..data.errors import Fault, InputError
from ..data.language import _, number

if TYPE_CHECKING:
    from ..model.offer_model import OfferModel
    from ..training.result import TrainingResult
    from ..training.streaming.score_tables import ScoringSummary

IN_PROCESS, SPARK = "local", "spark"


def check_engine(engine: str, needed: Mapping[str, object], refused: Mapping[str, object]) -> None:
    """Reject options that Spark requires or does not support, from name to value, if Spark is chosen."""
    if engine == IN_PROCESS:
        return
    faults = [
        Fault(_("--engine spark needs {name}", name=name)) for name, value in needed.items() if not value
    ]
    faults += [
        Fault(_("{option} cannot be used with --engine spark", option=name))
        for name, value in refused.items()
        if value
    ]
    if faults:
        raise InputError(faults)


def reject_master(engine: str, master: str | None) -> None:
    """Reject the address of a cluster without Spark."""
    if engine == IN_PROCESS and master:
        raise InputError([Fault(_("{option} works only with --engine spark", option="--master"))])


def train_on_spark(
    tables: list[str], outcome: str, group: str | None, prior: "OfferModel", master: str | None
) -> "TrainingResult":
    """Train on tables with Spark."""
    from ..training.spark.session import LOCAL
    from ..training.spark.train import train_spark
    from .console import print_remarks

    result = train_spark(tables, outcome, prior, group=group, master=master or LOCAL)
    print_remarks(result.remarks)
    return result


def predict_table(
    model: "OfferModel",
    table: Path,
    context: Mapping[str, Any],
    level: float,
    out: str | None,
    skip_bad: str | None,
    *,
    sheet: str | None,
    as_json: bool,
    as_csv: bool,
) -> None:
    """Score a table; write it to a file, or print it once it is complete: for people on a terminal."""
    import sys

    from ..data.files import scratch_folder
    from ..training.streaming.score_tables import score_table
    from .console import exit_on_signals, print_remarks, rows_bar

    with exit_on_signals(), ExitStack() as stack:
        if out is None:
            folder = stack.enter_context(scratch_folder())
            path = Path(folder, "scored.json" if as_json else "scored.csv")
        else:
            path = Path(out)
        with rows_bar(_("Predicting")) as progress:
            scored = score_table(
                model,
                table,
                path,
                level=level,
                given=context,
                skip_bad=skip_bad,
                sheet=sheet,
                progress=progress,
            )
        print_remarks(f"{table}: {remark}" for remark in scored.remarks)
        if out is None and sys.stdout.isatty() and not as_json and not as_csv:
            from .console import paged, terminal
            from .render.prediction import show_scored

            console = terminal()
            with paged(console):
                show_scored(console, path, model.catalogue, scored.n)
        elif out is None:
            _print_file(path)
    _print_row_counts(scored, out, skip_bad)


def predict_on_spark(
    model: "OfferModel",
    table: str,
    context: dict[str, Any],
    out: str,
    level: float,
    master: str | None,
    skip_bad: str | None,
) -> None:
    """Score a table with Spark, and print how many rows were written."""
    from ..training.spark.score import predict_spark
    from ..training.spark.session import LOCAL
    from .console import print_remarks

    scored = predict_spark(
        model, table, out, level=level, given=context, skip_bad=skip_bad, master=master or LOCAL
    )
    print_remarks(f"{table}: {remark}" for remark in scored.remarks)
    _print_row_counts(scored, out, skip_bad)


def _print_row_counts(scored: "ScoringSummary", out: str | None, skip_bad: str | None) -> None:
    """Print how many rows were scored and skipped; on stderr if the table itself went to stdout."""
    from .console import print_skipped_rows

    if out is not None:
        written = _(
            "Written to {file}: {count} interviews with probability, low and high.",
            file=out,
            count=number(scored.n),
        )
        typer.echo(written)
    print_skipped_rows(scored.n_bad, skip_bad, err=out is None)


def _print_file(path: Path) -> None:
    """Print a file of any size."""
    with path.open(encoding="utf-8", newline="") as file:
        while text := file.read(1 << 20):  # a megabyte at a time
            typer.echo(text, nl=False)
