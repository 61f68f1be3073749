"""How validation, its verdict and the check of the published evidence look in the terminal."""

from rich.console import Console
from rich.table import Table

from ...data.catalogue.catalogue import Catalogue
from ...reporting.evaluation import rounded
from ...reporting.validation import METHODS, ROWS, judged_by, prior_check, stability, why_missing
from ...training.validation.prior_conflict import PriorCheck
from ...training.validation.validation_result import Validation
from ...training.validation.verdict import Verdict

_ROOMY = 70


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
        console.print(stability(validation.stability))
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
    for key, (name, reading, digits) in ROWS.items():
        figures = (model[key].apparent, model[key].corrected, base[key].corrected)
        cells = [rounded(figure, digits) for figure in figures[: 2 if key in ("auc", "slope") else 3]]
        table.add_row(name, *cells, *([""] if len(cells) == 2 else []), *([reading] if roomy else []))
    console.print(table)
    for reason in why_missing(model):
        console.print(reason, style="dim")
    method = METHODS[validation.method].format(f"{validation.refits:,}")
    if judged := judged_by(validation):
        console.print(judged, style="dim")
    console.print(f"Seen: on those learned from. Validated: {method}.", style="dim")


def show_prior_check(console: Console, check: PriorCheck | None, catalogue: Catalogue) -> None:
    """Print which signals disagree with the published evidence more than chance allows.

    Parameters
    ----------
    console : Console
    check : PriorCheck or None
    catalogue : Catalogue
    """
    for line in prior_check(check, catalogue):
        console.print(line)
