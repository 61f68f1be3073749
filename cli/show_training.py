"""How the result of training looks in the terminal."""

import math

from rich.console import Console

from ..training.result import TrainingResult
from .show_weights import show_weights
from .words import listed, percent, plural

_MOVED_MOST = 3


def show_training(console: Console, result: TrainingResult, level: float) -> None:
    """Print what was learned from, every weight before and after, and what moved most."""
    outcomes = result.n_offer + result.n_no_offer
    learned = (
        f"Learned from {plural(outcomes, 'interview')}: {result.n_offer:,} with an offer, "
        f"{result.n_no_offer:,} without."
    )
    console.print(learned, style="bold")
    if result.n_ignored:
        console.print(f"Left out (pending, withdrawn or blank): {plural(result.n_ignored, 'interview')}.")
    if result.ignored_columns:
        console.print(f"Columns not used: {', '.join(result.ignored_columns)}.")
    console.print()
    show_weights(console, result.model, level)
    console.print()
    before, after = result.prior.base_rate, result.model.predict({}).base_rate
    console.print(f"Interviews start at {percent(before)} before your outcomes, {percent(after)} after.")
    console.print(_moved(result))


def _moved(result: TrainingResult) -> str:
    """Return the weights that moved most among the signs that were answered."""
    rows = [
        row for row in result.model.weights().to_dict("records") if result.training.answered[row["signal"]]
    ]
    if not result.n_offer + result.n_no_offer:
        return "Without an outcome nothing moves: the model is the published evidence."
    if not rows:
        return (
            "No sign was answered, so only the base rate was learned. "
            "`offerodds form --format csv` shows the columns to fill."
        )
    rows.sort(key=lambda row: -abs(math.log(row["odds_ratio"] / row["prior_odds_ratio"])))
    moves = [
        f"{row['signal']} {row['prior_odds_ratio']:.2f} → {row['odds_ratio']:.2f}"
        for row in rows[:_MOVED_MOST]
    ]
    return (
        f"Moved most of those you answered: {listed(moves)}. The others move with them, since outcomes "
        "also tell how far the published weights can be trusted."
    )
