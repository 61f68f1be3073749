"""Evaluation, validation and training results in sentences and rounded numbers."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..data.catalogue.catalogue import Catalogue
from ..training.evaluation.by_group import ByGroup
from ..training.evaluation.calibration import MIN_OUTCOMES
from ..training.evaluation.evaluation_result import Evaluation, MetricEstimate, MetricEstimates
from ..training.evaluation.metrics import METRICS, Metric, PerMetric
from ..training.result import TrainingResult
from ..training.validation.candidates import MIN_TO_CHOOSE, CandidateName, Choice, Comparison, best_candidate
from ..training.validation.prior_conflict import PriorConflictCheck
from ..training.validation.validation_result import CorrectedMetric, Stability, Validation
from .number_format import join_words, percent, percent_range, plural, share_of
from .signals import disagreement

Columns = list[tuple[str, str, MetricEstimates]]  # models compared: name, short name, metrics
METHODS = {
    "bootstrap": "corrected for optimism ({} bootstrap samples)",
    "leave-one-out": "each of {} predicted by a model trained on the others",
}
_MAX_CHANGES = 3  # weights


class MetricRow(NamedTuple):
    """One metric of all models compared: label, how to read it, and values with intervals."""

    name: str
    reading: str
    cells: list[tuple[str, str]]


def evaluated_on(evaluation: Evaluation) -> str:
    """Describe the interviews that an evaluation is based on."""
    return (
        f"Checked against {plural(evaluation.n, 'interview')}: {evaluation.n_offer:,} with an offer, "
        f"{evaluation.n_no_offer:,} without."
    )


def data_notes(found: Evaluation | TrainingResult) -> list[str]:
    """Describe the data of an evaluation or a training: employers that were learned, and what is left out."""
    lines = []
    if isinstance(found, TrainingResult) and (n_employers := len(found.model.employers.names)):
        lines.append(f"Employers that the trained model knows: {n_employers:,}.")
    if found.n_ignored:
        lines.append(f"Left out (pending, withdrawn or blank): {plural(found.n_ignored, 'interview')}.")
    if found.ignored_columns:
        lines.append(f"Columns not used: {', '.join(found.ignored_columns)}.")
    return lines


def too_few(evaluation: Evaluation, *, of_journal: bool = False) -> str:
    """Describe why there are no metrics; in a journal, only an estimate saved before the outcome counts."""
    verb = "is" if evaluation.n == 1 else "are"
    number = f"only {evaluation.n}" if evaluation.n else "none"
    with_estimate = " with an estimate saved before them" if of_journal else ""
    return f"This needs at least {MIN_OUTCOMES} outcomes{with_estimate}; there {verb} {number} so far."


def interval_note(evaluation: Evaluation) -> str:
    """Describe how the intervals were computed."""
    return f"{100 * evaluation.level:g}% intervals from {evaluation.bootstraps:,} bootstrap samples"


def compared_models(evaluation: Evaluation, judged: str = "this model") -> Columns:
    """List the models compared: full name, short name for narrow tables, and metrics.

    Parameters
    ----------
    evaluation : Evaluation
    judged : str
        Name of the evaluated model.
    """
    columns = [
        (judged, "model", evaluation.model),
        ("base rate", "base", evaluation.base_rate),
        ("default model", "default", evaluation.default),
    ]
    return [(name, short, figures) for name, short, figures in columns if figures is not None]


def metric_rows(columns: Columns) -> list[MetricRow]:
    """Make a row for each metric, with its rounded value and its interval in each column."""
    rows = []
    for name, metric in METRICS.items():
        found = [figures.metrics[name] for *_, figures in columns]
        cells = [(metric.text(figure.value), interval_text(figure, metric)) for figure in found]
        rows.append(MetricRow(metric.label, metric.reading, cells))
    return rows


def missing_reasons(
    columns: Sequence[tuple[str, str, PerMetric[MetricEstimate] | PerMetric[CorrectedMetric]]],
) -> list[str]:
    """List the reasons for missing values and intervals, a line for each reason."""
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
    """Describe the observed share of offers and those expected by each model; blank if there is none."""
    observed = evaluation.observed
    if observed is None or observed.value is None or observed.low is None or observed.high is None:
        return ""
    expected = [f"{percent(figures.expected / evaluation.n)} ({name})" for name, _, figures in columns]
    share = share_of(evaluation.n_offer, evaluation.n)
    return (
        f"Offers: {share} observed ({percent(observed.low)} to {percent(observed.high)}); "
        f"expected: {', '.join(expected)}."
    )


def comparisons(evaluation: Evaluation) -> list[str]:
    """Compare the model with each of the others, and warn if it was trained on these interviews."""
    gains = {"base rate": evaluation.gain_over_base_rate, "default model": evaluation.gain_over_default}
    sentences = [_comparison(name, gain, evaluation.level) for name, gain in gains.items() if gain]
    if evaluation.trained_on_these:
        sentences.append(
            "The model was trained on these same interviews, so the figures look too good: use others."
        )
    elif evaluation.default is not None:
        sentences.append("If the model was trained on some of these interviews, the figures look too good.")
    return sentences


def _comparison(other: str, gain: MetricEstimate, level: float) -> str:
    """Compare the log loss of the model with that of another."""
    if gain.value is None or gain.low is None or gain.high is None:
        return f"No comparison with the {other}: {gain.reason}."
    metric = METRICS["log_loss"]
    interval = f"{100 * level:g}% interval {interval_text(gain, metric)}"
    if gain.low > 0:
        return f"Better than the {other}: log loss lower by {metric.text(gain.value)} ({interval})."
    if gain.high < 0:
        loss = MetricEstimate(-gain.value, -gain.high, -gain.low)
        interval = f"{100 * level:g}% interval {interval_text(loss, metric)}"
        return f"Worse than the {other}: log loss higher by {metric.text(-gain.value)} ({interval})."
    return f"No clear difference from the {other}: gain in log loss {metric.text(gain.value)} ({interval})."


def group_rows(found: ByGroup) -> list[tuple[str, str, str, str, str, str]]:
    """Make a row for each employer: name, n, observed share, chance and range, log loss, whether inside."""
    return [
        (
            each.name or "(no employer given)",
            f"{each.n:,}",
            share_of(each.n_offer, each.n),
            f"{percent(each.expected)} ({percent_range(each.low, each.high)})",
            METRICS["log_loss"].text(each.log_loss),
            "yes" if each.covered else "no",
        )
        for each in found.groups
    ]


def group_sentences(found: ByGroup, level: float) -> list[str]:
    """Describe how well predictions fit employers, and how far employers differ."""
    if not found.n_groups:
        return [f"No interview names an employer in the column {found.column}."]
    lines = [
        f"The observed share lies in the mean {100 * level:g}% range at {found.n_covered:,} of "
        f"{plural(found.n_groups, 'employer')}."
    ]
    if found.intercept is None:
        return lines
    if found.tau is None or found.low is None or found.high is None:
        return [
            *lines,
            f"Level: {found.intercept:+.2f} log-odds. One employer cannot show how far they differ.",
        ]
    return [
        *lines,
        f"Level of employers: {found.intercept:+.2f} log-odds on average (0 is right), standard deviation "
        f"{found.tau:.2f}; at the next employer {found.low:+.2f} to {found.high:+.2f}.",
    ]


def interval_text(figure: MetricEstimate, metric: Metric) -> str:
    """Format the interval of a metric; blank if there is none."""
    return "" if figure.low is None else f"{metric.text(figure.low)} to {metric.text(figure.high)}"


def prior_conflict_lines(check: PriorConflictCheck | None, catalogue: Catalogue) -> list[str]:
    """Describe the signs that disagree with the published evidence by more than chance would explain."""
    if check is None or not check.signals:
        return []
    if check.flagged:
        flagged = {catalogue.ids[each.signal]: each.difference for each in check.flagged}
        return [disagreement(flagged, catalogue)]
    answered = plural(len(check.signals), "answered sign")
    lines = [
        f"No sign differs from the published evidence by more than chance would explain ({answered} checked)."
    ]
    if check.p is not None and check.p < 0.05:
        lines.append("Taken together, however, they do: read the published weights with care.")
    return lines


def stability(found: Stability) -> str:
    """Describe how far a prediction would move with other training data, in percentage points."""
    mean, low, high = (100 * value for value in (found.mean_difference, found.low, found.high))
    return (
        f"With other interviews, estimates would typically move by {mean:.0f} points "
        f"({low:+.0f} to {high:+.0f})."
    )


def subsample_note(found: Validation) -> str:
    """Describe the sample used for validation; blank if it was all interviews."""
    if found.taken_from is None:
        return ""
    return (
        f"Checked on a sample of {found.n:,} of the {found.taken_from:,} interviews, with a model trained on "
        "that sample alone: these figures leave out what the others add."
    )


def trained_on(result: TrainingResult) -> str:
    """Describe the interviews that a model was trained on."""
    outcomes = result.n_offer + result.n_no_offer
    earlier = result.earlier_rounds
    text = (
        f"Learned from {plural(outcomes, 'interview')}: {result.n_offer:,} with an offer, "
        f"{result.n_no_offer:,} without."
    )
    if earlier:
        text += f" Left out: {plural(earlier, 'earlier round')}; a process counts once."
    if n := result.training.n_synthetic:
        text += f" {n:,} of them {'is' if n == 1 else 'are'} made up."
    if n := result.n_pending:
        text += f" {plural(n, 'pending interview')} {'counts' if n == 1 else 'count'} in part."
    return text


CANDIDATE_NAMES: dict[CandidateName, str] = {
    "default": "default model",
    "level": "level and scale only",
    "trained": "trained weights",
}
_NOT_HELPING = {
    "default": "; your outcomes do not help yet",
    "level": "; the trained weights do not help yet",
    "trained": "",
}


def choice_sentence(choice: Choice) -> str:
    """State which model predictions use after training, and why.

    Examples
    --------
    >>> from offerodds import train
    >>> result = train({"rapport": [5, 4, 2], "outcome": ["offer", "offer", "ghosted"]})
    >>> choice_sentence(result.choose())
    'In use: the default model. Fewer than 10 outcomes are too few to show whether training helps.'
    >>> choice_sentence(result.choose("trained"))
    'In use: the trained weights, as you asked. They were not compared with the default model.'
    """
    used = f"In use: {_with_article(choice.name)}{', as you asked' if choice.requested else ''}."
    pronoun, verb = ("They", "predict") if choice.name == "trained" else ("It", "predicts")
    if choice.comparison is None:
        if choice.requested or choice.name != "default":
            was = "were" if choice.name == "trained" else "was"
            other = "the default model" if choice.name != "default" else "the trained weights"
            return f"{used} {pronoun} {was} not compared with {other}."
        return f"{used} Fewer than {MIN_TO_CHOOSE} outcomes are too few to show whether training helps."
    best = best_candidate(choice.comparison)
    if best == choice.name:
        return f"{used} On unseen interviews {pronoun.lower()} {verb} best{_NOT_HELPING[best]}."
    text = METRICS["log_loss"].text
    losses = (
        f"{text(choice.comparison[best].log_loss)} against {text(choice.comparison[choice.name].log_loss)}"
    )
    better = "predict" if best == "trained" else "predicts"
    return f"{used} On unseen interviews {_with_article(best)} {better} better: log loss {losses}."


def best_model(choice: Choice) -> str:
    """State which candidate predicts best, for those who use models from Python."""
    return f"Best on unseen interviews: {_with_article(choice.name)}, `result.choose().model`."


def _with_article(name: CandidateName) -> str:
    return CANDIDATE_NAMES[name] if name == "level" else f"the {CANDIDATE_NAMES[name]}"


def candidate_rows(comparison: Comparison) -> list[tuple[str, str, str]]:
    """Make a row for each candidate: name, log loss on unseen interviews, and difference from the default.

    Examples
    --------
    >>> from offerodds.training.validation.candidates import CandidateLoss
    >>> candidate_rows({"level": CandidateLoss(0.6, -0.02, -0.05, 0.01)})
    [('level and scale only', '0.600', '-0.020 (-0.050 to +0.010)')]
    """
    digits, rows = METRICS["log_loss"].digits, []
    for name, candidate in comparison.items():
        difference, low, high = (
            f"{round(value, digits) + 0.0:+.{digits}f}"
            for value in (candidate.difference, candidate.low, candidate.high)
        )
        cells = METRICS["log_loss"].text(candidate.log_loss), f"{difference} ({low} to {high})"
        rows.append((CANDIDATE_NAMES[name], cells[0], "" if name == "default" else cells[1]))
    return rows


def candidate_sentence(comparison: Comparison) -> str:
    """Compare the candidates in one sentence.

    Examples
    --------
    >>> from offerodds.training.validation.candidates import CandidateLoss
    >>> level = CandidateLoss(0.5, -0.1, -0.2, 0)
    >>> candidate_sentence({"default": CandidateLoss(0.6, 0, 0, 0), "level": level})[31:]
    'default model 0.600; level and scale only 0.500, -0.100 (-0.200 to +0.000).'
    """
    parts = [
        f"{name} {loss}{', ' * bool(change)}{change}" for name, loss, change in candidate_rows(comparison)
    ]
    return f"Log loss on unseen interviews: {'; '.join(parts)}."


def base_rate_change(result: TrainingResult) -> str:
    """Describe the average chance before and after training."""
    before, after = result.prior.base_rate, result.model.average
    return f"Average chance with no sign answered: {percent(before)} before training, {percent(after)} after."


WHY_OTHERS_CHANGE = (
    "Other weights change too, because your outcomes also show how far to trust the published figures."
)


def largest_changes(result: TrainingResult, *, explained: bool = True) -> str:
    """Describe the largest changes of weights among the signs that were answered.

    Parameters
    ----------
    result : TrainingResult
    explained : bool
        Also explain why the weights of other signs change.
    """
    rows = [
        row for row in result.model.weights().to_dict("records") if result.training.answered[row["signal"]]
    ]
    if not result.n_offer + result.n_no_offer + result.n_pending:
        return "No outcomes yet, so nothing was learned: the model is still the published evidence."
    if not rows:
        return "No sign was answered, so only the average chance was learned."
    rows.sort(key=lambda row: -abs(math.log(row["odds_ratio"] / row["prior_odds_ratio"])))
    changes = [
        f"{row['favourable_answer']} {row['prior_odds_ratio']:.2f} → {row['odds_ratio']:.2f}"
        for row in rows[:_MAX_CHANGES]
    ]
    text = f"Biggest changes: {join_words(changes)}."
    return f"{text} {WHY_OTHERS_CHANGE}" if explained else text
