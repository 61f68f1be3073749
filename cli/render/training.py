"""How the result of training looks in the terminal."""

from rich.console import Console

from ...reporting.evaluation import left_out
from ...reporting.training import learned_from, moved_most, starts_at
from ...training.result import TrainingResult
from .weights import show_weights


def show_training(console: Console, result: TrainingResult, level: float) -> None:
    """Print what was learned from, every weight before and after, and what moved most."""
    console.print(learned_from(result), style="bold")
    for line in left_out(result):
        console.print(line)
    console.print()
    show_weights(console, result.model, level)
    console.print()
    console.print(starts_at(result))
    console.print(moved_most(result))
    if result.n_offer + result.n_no_offer and not any(result.training.answered.values()):
        console.print("`offerodds form --format csv` shows the columns to fill.")
