"""What training gave, in sentences."""

import math

from ..training.result import TrainingResult
from .number_format import listed, percent, plural

_MOVED_MOST = 3


def learned_from(result: TrainingResult) -> str:
    """Return how many interviews taught."""
    outcomes = result.n_offer + result.n_no_offer
    earlier = result.earlier_rounds
    left_out = f" Left out: {plural(earlier, 'earlier round')}; a process counts once." if earlier else ""
    said = (
        f"Learned from {plural(outcomes, 'interview')}: {result.n_offer:,} with an offer, "
        f"{result.n_no_offer:,} without.{left_out}"
    )
    if n := result.training.n_synthetic:
        said += f" {n:,} of them {'is' if n == 1 else 'are'} made up."
    return said


def starts_at(result: TrainingResult) -> str:
    """Return what an interview starts at, before any sign."""
    before, after = result.prior.base_rate, result.model.predict({}).base_rate
    return f"Interviews start at {percent(before)} before your outcomes, {percent(after)} after."


def moved_most(result: TrainingResult) -> str:
    """Return the weights that moved most among the signs that were answered."""
    rows = [
        row for row in result.model.weights().to_dict("records") if result.training.answered[row["signal"]]
    ]
    if not result.n_offer + result.n_no_offer:
        return "Without an outcome nothing moves: the model is the published evidence."
    if not rows:
        return "No sign was answered, so only the base rate was learned."
    rows.sort(key=lambda row: -abs(math.log(row["odds_ratio"] / row["prior_odds_ratio"])))
    moves = [
        f"{row['favourable_answer']} {row['prior_odds_ratio']:.2f} → {row['odds_ratio']:.2f}"
        for row in rows[:_MOVED_MOST]
    ]
    return (
        f"Moved most of those you answered: {listed(moves)}. The others move with them, since outcomes "
        "also tell how far the published weights can be trusted."
    )
