"""How validation, its verdict and the check of the published evidence look in the terminal."""

from rich.console import Console
from rich.table import Table

from ..data.catalogue import Catalogue
from ..training.disagreement import PriorCheck
from ..training.validation import Stability, Validated, Validation
from ..training.verdict import Verdict
from .show_weights import disagreement
from .words import listed, plural

_ROOMY = 70
_ROWS = {  # figure: what it is called, how to read it, decimals
    "log_loss": ("log loss", "lower is better", 3),
    "brier": ("Brier score", "lower is better", 3),
    "auc": ("AUC", "0.5 is chance", 2),
    "slope": ("slope", "1 is right", 2),
}
_METHODS = {
    "bootstrap": "optimism over {} resamples taken off",
    "leave-one-out": "each of {} judged by a fit to the rest",
}


def show_validation(
    console: Console, validation: Validation, verdict: Verdict, check: PriorCheck | None, catalogue: Catalogue
) -> None:
    """Print the verdict, how far a probability moves, what contradicts the evidence, and the figures.

    Parameters
    ----------
    console : Console
    validation : Validation
    verdict : Verdict
    check : PriorCheck or None
        None where the prior is no single normal distribution.
    catalogue : Catalogue
        Names the signals of the check.
    """
    console.print(f"Verdict: {verdict.word}", style="bold")
    console.print(verdict.sentence)
    if validation.stability is not None:
        console.print(_stability(validation.stability))
    show_prior_check(console, check, catalogue)
    if validation.model is None or validation.base_rate is None:
        return
    console.print()
    roomy = console.width >= _ROOMY
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    for name in ("figure", "seen", "validated", "base rate" if roomy else "base"):
        table.add_column(name, no_wrap=True)
    if roomy:
        table.add_column("", style="dim", no_wrap=True)
    base = dict(validation.base_rate.named())
    model = dict(validation.model.named())
    for key, (name, reading, digits) in _ROWS.items():
        figures = (model[key].apparent, model[key].corrected, base[key].corrected)
        cells = [_number(figure, digits) for figure in figures[: 2 if key in ("auc", "slope") else 3]]
        table.add_row(name, *cells, *([""] if len(cells) == 2 else []), *([reading] if roomy else []))
    console.print(table)
    for reason in _reasons(model):
        console.print(reason, style="dim")
    method = _METHODS[validation.method].format(f"{validation.refits:,}")
    console.print(f"Seen: on those learned from. Validated: {method}.", style="dim")


def show_prior_check(console: Console, check: PriorCheck | None, catalogue: Catalogue) -> None:
    """Print which signals disagree with the published evidence more than chance allows.

    Parameters
    ----------
    console : Console
    check : PriorCheck or None
    catalogue : Catalogue
    """
    if check is None or not check.signals:
        return
    if check.flagged:
        console.print(disagreement({catalogue.ids[each.signal]: each.difference for each in check.flagged}))
        return
    judged = f"none of {plural(len(check.signals), 'sign')} you answered"
    console.print(f"Against the published evidence, {judged} stands out more than chance allows.")
    if check.p is not None and check.p < 0.05:
        console.print("All together they do, though: read the published weights with care.")


def _stability(stability: Stability) -> str:
    """Return how far a probability moves, in percentage points."""
    mean, low, high = (100 * value for value in (stability.mean_difference, stability.low, stability.high))
    return (
        f"With other interviews like these, a chance would move by {mean:.0f} points "
        f"({low:+.0f} to {high:+.0f})."
    )


def _reasons(figures: dict[str, Validated]) -> list[str]:
    """Return why figures are missing, a line a reason."""
    missing: dict[str, list[str]] = {}
    for key, (name, *_) in _ROWS.items():
        if figures[key].reason:
            missing.setdefault(figures[key].reason, []).append(name)
    return [f"{listed(names)}: {reason}." for reason, names in missing.items()]


def _number(value: float | None, digits: int) -> str:
    """Return a number without a minus before zero; a dash for None."""
    return "-" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"
