"""Evaluation, validation and training results in words and rounded numbers."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..data.catalogue.catalogue import Catalogue
from ..training.evaluation.calibration import FEWEST
from ..training.evaluation.evaluation_result import Evaluation, Figure, Figures
from ..training.evaluation.metrics import METRICS, Metric, PerMetric
from ..training.result import TrainingResult
from ..training.validation.prior_conflict import PriorCheck
from ..training.validation.validation_result import Stability, Validated, Validation
from .number_format import join_words, percent, plural, share_of
from .signals import disagreement

Columns = list[tuple[str, str, Figures]]  # of who is judged: the name, a shorter one, the figures
METHODS = {
    "bootstrap": "optimism over {} resamples taken off",
    "leave-one-out": "each of {} judged by a fit to the rest",
}
_MOVED_MOST = 3


class MetricRow(NamedTuple):
    """One metric of all models compared: label, how to read it, and values with intervals."""

    name: str
    reading: str
    cells: list[tuple[str, str]]


def evaluated_on(evaluation: Evaluation) -> str:
    """Return what the figures are of."""
    return (
        f"Judged on {plural(evaluation.n, 'interview')}: {evaluation.n_offer:,} with an offer, "
        f"{evaluation.n_no_offer:,} without."
    )


def exclusions(found: Evaluation | TrainingResult) -> list[str]:
    """Return what does not count, in judging or in learning."""
    lines = []
    if found.n_ignored:
        lines.append(f"Left out (pending, withdrawn or blank): {plural(found.n_ignored, 'interview')}.")
    if found.ignored_columns:
        lines.append(f"Columns not used: {', '.join(found.ignored_columns)}.")
    return lines


def too_few(evaluation: Evaluation) -> str:
    """Return why there are no figures."""
    missing = plural(evaluation.missing, "outcome")
    return f"No figures for fewer than {FEWEST} outcomes: {missing} missing."


def interval_note(evaluation: Evaluation) -> str:
    """Return how the intervals came about."""
    return f"{100 * evaluation.level:g}% intervals from {evaluation.bootstraps:,} resamples"


def compared_models(evaluation: Evaluation, judged: str = "this model") -> Columns:
    """Return what is compared: its name in full, its name where room is short, its figures.

    Parameters
    ----------
    evaluation : Evaluation
    judged : str
        What the judged model is called.
    """
    columns = [
        (judged, "model", evaluation.model),
        ("base rate", "base", evaluation.base_rate),
        ("default model", "default", evaluation.default),
    ]
    return [(name, short, figures) for name, short, figures in columns if figures is not None]


def metric_rows(columns: Columns) -> list[MetricRow]:
    """Return a row a figure, for each column its rounded value and its interval."""
    rows = []
    for name, metric in METRICS.items():
        found = [figures.metrics[name] for *_, figures in columns]
        cells = [(metric.text(figure.value), ends(figure, metric)) for figure in found]
        rows.append(MetricRow(metric.label, metric.reading, cells))
    return rows


def missing_reasons(
    columns: Sequence[tuple[str, str, PerMetric[Figure] | PerMetric[Validated]]],
) -> list[str]:
    """List why figures or intervals are missing, a line a reason."""
    missing: dict[str, list[str]] = {}
    for name, metric in METRICS.items():
        given = {column: figures.metrics.get(name) for column, _, figures in columns}
        reasons = {column: figure.reason for column, figure in given.items() if figure}
        for reason in dict.fromkeys(filter(None, reasons.values())):
            where = [column for column in reasons if reasons[column] == reason]
            which = "" if len(where) == len(columns) else f" ({join_words(where)})"
            missing.setdefault(reason, []).append(metric.label + which)
    return [f"{join_words(names)}: {reason}." for reason, names in missing.items()]


def observed_offers(evaluation: Evaluation, columns: Columns) -> str:
    """Return the observed share of offers, and the expected ones."""
    observed = evaluation.observed
    if observed is None or observed.value is None or observed.low is None or observed.high is None:
        return ""
    expected = [f"{percent(figures.expected / evaluation.n)} ({name})" for name, _, figures in columns]
    seen = share_of(evaluation.n_offer, evaluation.n)
    return (
        f"Offers: {seen} seen ({percent(observed.low)} to {percent(observed.high)}); "
        f"expected {', '.join(expected)}."
    )


def comparisons(evaluation: Evaluation) -> list[str]:
    """Return whether the model did better than what it is compared with, and what flatters it."""
    gains = {"base rate": evaluation.gain_over_base_rate, "default model": evaluation.gain_over_default}
    sentences = [_verdict(name, gain, evaluation.level) for name, gain in gains.items() if gain]
    if evaluation.trained_on_these:
        sentences.append(
            "The model was trained on these very interviews, which flatters it: judge it on others."
        )
    elif evaluation.default is not None:
        sentences.append("If the model was trained on some of these interviews, that flatters it.")
    return sentences


def _verdict(other: str, gain: Figure, level: float) -> str:
    """Return in a sentence whether the model has the lower log loss."""
    if gain.value is None or gain.low is None or gain.high is None:
        return f"Whether it is better than the {other} cannot be told: {gain.reason}."
    metric = METRICS["log_loss"]
    interval = f"{100 * level:g}% interval {ends(gain, metric)}"
    if gain.low > 0:
        return f"Better than the {other} by {metric.text(gain.value)} in log loss ({interval})."
    if gain.high < 0:
        loss = Figure(-gain.value, -gain.high, -gain.low)
        interval = f"{100 * level:g}% interval {ends(loss, metric)}"
        return f"Worse than the {other} by {metric.text(-gain.value)} in log loss ({interval})."
    return f"Not distinguishable from the {other} in log loss: gain {metric.text(gain.value)} ({interval})."


def ends(figure: Figure, metric: Metric) -> str:
    """Return the interval of a figure; blank where it has none."""
    return "" if figure.low is None else f"{metric.text(figure.low)} to {metric.text(figure.high)}"


def percent_range(low: float, high: float) -> str:
    """Return a range of shares, as one where both ends look the same.

    Examples
    --------
    >>> percent_range(0.301, 0.302), percent_range(0.1, 0.25)
    ('30%', '10% to 25%')
    """
    first, last = percent(low), percent(high)
    return first if first == last else f"{first} to {last}"


def prior_conflict_lines(check: PriorCheck | None, catalogue: Catalogue) -> list[str]:
    """Return which signals disagree with the published evidence more than chance allows."""
    if check is None or not check.signals:
        return []
    if check.flagged:
        flagged = {catalogue.ids[each.signal]: each.difference for each in check.flagged}
        return [disagreement(flagged, catalogue)]
    judged = f"none of {plural(len(check.signals), 'sign')} you answered"
    lines = [f"Against the published evidence, {judged} stands out more than chance allows."]
    if check.p is not None and check.p < 0.05:
        lines.append("All together they do, though: read the published weights with care.")
    return lines


def stability(found: Stability) -> str:
    """Return how far a probability moves, in percentage points."""
    mean, low, high = (100 * value for value in (found.mean_difference, found.low, found.high))
    return (
        f"With other interviews like these, a chance would move by {mean:.0f} points "
        f"({low:+.0f} to {high:+.0f})."
    )


def subsample_note(found: Validation) -> str:
    """Return which interviews were judged, where not all were; else nothing."""
    if found.taken_from is None:
        return ""
    return (
        f"Judged by {found.n:,} of the {found.taken_from:,} interviews, as if learned from these alone: "
        "what the others add is not in these figures."
    )


def trained_on(result: TrainingResult) -> str:
    """Return how many interviews taught."""
    outcomes = result.n_offer + result.n_no_offer
    earlier = result.earlier_rounds
    exclusions = f" Left out: {plural(earlier, 'earlier round')}; a process counts once." if earlier else ""
    said = (
        f"Learned from {plural(outcomes, 'interview')}: {result.n_offer:,} with an offer, "
        f"{result.n_no_offer:,} without.{exclusions}"
    )
    if n := result.training.n_synthetic:
        said += f" {n:,} of them {'is' if n == 1 else 'are'} made up."
    return said


def base_rate_change(result: TrainingResult) -> str:
    """Return what an interview starts at, before any sign."""
    before, after = result.prior.base_rate, result.model.predict({}).base_rate
    return f"Interviews start at {percent(before)} before your outcomes, {percent(after)} after."


def largest_changes(result: TrainingResult) -> str:
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
        f"Moved most of those you answered: {join_words(moves)}. The others move with them, since outcomes "
        "also tell how far the published weights can be trusted."
    )
