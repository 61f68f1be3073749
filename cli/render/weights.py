"""How weights look in the terminal."""

from rich.console import Console
from rich.table import Table

from ...model.offer_model import OfferModel

NARROW = 78
VERY_NARROW = 60


def show_weights(console: Console, model: OfferModel, level: float) -> None:
    """Print a row a signal: how many interviews spoke, and odds ratios before and after.

    Parameters
    ----------
    console : Console
    model : OfferModel
    level : float
        Coverage of the intervals.
    """
    training = model.training
    roomy, wide = console.width >= VERY_NARROW, console.width >= NARROW
    table = Table(box=None, pad_edge=False, show_edge=False, padding=(0, 2, 0, 0))
    table.add_column("sign", no_wrap=True)
    if training is not None and roomy:
        table.add_column("seen", justify="right", no_wrap=True)
    if training is not None:
        table.add_column("published", justify="right", no_wrap=True)
    table.add_column("yours" if training else "published", no_wrap=True)
    if roomy:
        table.add_column(f"{100 * level:g}% interval", no_wrap=True)
    if wide:
        table.add_column("evidence", style="dim", overflow="fold", min_width=10)
    for row in model.weights(level).to_dict("records"):
        signal = model.catalogue[row["signal"]]
        seen = [_count(training.answered.get(signal.id, 0))] if training and roomy else []
        before = [f"{row['prior_odds_ratio']:.2f}"] if training else []
        interval = [f"{row['low']:.2f} to {row['high']:.2f}"] if roomy else []
        evidence = [signal.evidence_short] if wide else []
        table.add_row(
            signal.favourable_answer, *seen, *before, f"{row['odds_ratio']:.2f}", *interval, *evidence
        )
    console.print(table)
    for note in _notes(wide=wide):
        console.print(note, style="dim")


def _count(n: int) -> str:
    """Return a number as short as eight characters.

    Examples
    --------
    >>> _count(999_999), _count(2_688_881)
    ('999,999', '2.7M')
    """
    return f"{n:,}" if n < 1_000_000 else f"{n / 1e6:.1f}M"


def _notes(*, wide: bool) -> list[str]:
    """Return what the figures mean."""
    notes = [
        "Odds ratio of an answer one standard deviation better than usual, that sign alone: "
        "1.00 tells nothing, 2.00 doubles the odds of an offer."
    ]
    if wide:
        notes.append("none found: no measured effect found, a small guess; no effect: measured, none found.")
    return notes
