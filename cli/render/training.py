"""Show a training result and its validation in the terminal."""

from rich.console import Console
from rich.table import Table

from ...data.catalogue.catalogue import Catalogue
from ...reporting.evaluation import (
    METHODS,
    base_rate_change,
    candidate_rows,
    data_notes,
    largest_changes,
    missing_reasons,
    prior_conflict_lines,
    stability,
    subsample_note,
    trained_on,
)
from ...training.evaluation.metrics import METRICS
from ...training.result import TrainingResult
from ...training.validation.prior_conflict import PriorConflictCheck
from ...training.validation.validation_result import Validation, Verdict
from .signals import show_weights

_WIDE = 70  # columns from which the table has room for the readings


def show_training(console: Console, result: TrainingResult, level: float) -> None:
    """Print the training data, all weights before and after, and the largest changes."""
    console.print(trained_on(result), style="bold")
    for line in data_notes(result):
        console.print(line)
    console.print()
    show_weights(console, result.model, level)
    console.print()
    console.print(base_rate_change(result))
    console.print(largest_changes(result))
    if result.n_offer + result.n_no_offer and not any(result.training.answered.values()):
        console.print("`offerodds form --format csv` shows the columns to fill in.")


def show_validation(
    console: Console,
    validation: Validation,
    verdict: Verdict,
    check: PriorConflictCheck | None,
    catalogue: Catalogue,
) -> None:
    """Print the verdict, the stability, disagreement with the published evidence, and the metrics.

    Parameters
    ----------
    console : Console
    validation : Validation
    verdict : Verdict
    check : PriorConflictCheck or None
        None unless the prior is a single normal distribution.
    catalogue : Catalogue
        Gives the names of the signs.
    """
    console.print(f"Verdict: {verdict.word}", style="bold")
    console.print(verdict.sentence)
    if validation.stability is not None:
        console.print(stability(validation.stability))
    show_prior_check(console, check, catalogue)
    model, base = validation.model, validation.base_rate
    if model is None or base is None:
        return
    console.print()
    wide = console.width >= _WIDE
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    for name in ("metric", "training", "validated", "base rate" if wide else "base"):
        table.add_column(name, no_wrap=True)
    if wide:
        table.add_column("", style="dim", no_wrap=True)
    for name, metric in METRICS.items():
        if metric.validated:
            estimate = model.metrics[name]
            apparent, validated = metric.text(estimate.apparent), metric.text(estimate.corrected)
            reference = metric.text(base.metrics[name].corrected) if metric.score else ""
            table.add_row(metric.label, apparent, validated, reference, *([metric.reading] if wide else []))
    console.print(table)
    for reason in missing_reasons([("model", "model", model)]):
        console.print(reason, style="dim")
    if validation.candidates:
        console.print()
        compared = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
        for name in (
            "model",
            "log loss",
            "against default (90% interval)" if wide else "against default",
        ):
            compared.add_column(name, no_wrap=name != "against default")
        for row in candidate_rows(validation.candidates):
            compared.add_row(*row)
        console.print(compared)
    method = METHODS[validation.method].format(f"{validation.refits:,}")
    if judged := subsample_note(validation):
        console.print(judged, style="dim")
    console.print(f"Training: on the training data. Validated: {method}.", style="dim")
    if validation.candidates:
        console.print(
            "Log loss: on unseen interviews, each predicted by a model trained without it.", style="dim"
        )


def show_prior_check(console: Console, check: PriorConflictCheck | None, catalogue: Catalogue) -> None:
    """Print the signs that disagree with the published evidence by more than chance.

    Parameters
    ----------
    console : Console
    check : PriorConflictCheck or None
    catalogue : Catalogue
    """
    for line in prior_conflict_lines(check, catalogue):
        console.print(line)
