"""Evaluation, validation and training results in sentences and rounded numbers."""

import math
from collections.abc import Sequence
from typing import NamedTuple

from ..data.catalogue.catalogue import Catalogue
from ..data.language import N_, _, number, plural
from ..model.offer_model import OfferModel
from ..training.evaluation.by_group import ByGroup
from ..training.evaluation.calibration import MIN_OUTCOMES
from ..training.evaluation.evaluation_result import Evaluation, MetricEstimate, MetricEstimates
from ..training.evaluation.metrics import METRICS, Metric, PerMetric
from ..training.result import TrainingResult
from ..training.validation.candidates import MIN_TO_CHOOSE, CandidateName, Choice, Comparison, best_candidate
from ..training.validation.prior_conflict import PriorConflictCheck
from ..training.validation.validation_result import CorrectedMetric, Stability, Validation
from .number_format import (
    from_to,
    interval_name,
    join_words,
    percent,
    percent_range,
    share_of,
)
from .signals import disagreement

Columns = list[tuple[str, str, MetricEstimates]]  # models compared: name, short name, metrics
_METHODS = {
    "bootstrap": N_("corrected for optimism ({n} bootstrap samples)"),
    "leave-one-out": N_("each of {n} predicted by a model trained on the others"),
}
VERDICT_WORDS = {
    "insufficient": N_("insufficient"),
    "flat": N_("flat"),
    "inverted": N_("inverted"),
    "separating": N_("separating"),
}
_MAX_CHANGES = 3  # weights


class MetricRow(NamedTuple):
    """One metric of all models compared: label, how to read it, and values with intervals."""

    name: str
    reading: str
    cells: list[tuple[str, str]]


def evaluated_on(evaluation: Evaluation) -> str:
    """Describe the interviews that an evaluation is based on."""
    return plural(
        evaluation.n,
        "Checked against {n} interview: {offers} with an offer, {others} without.",
        "Checked against {n} interviews: {offers} with an offer, {others} without.",
        offers=number(evaluation.n_offer),
        others=number(evaluation.n_no_offer),
    )


def data_notes(found: Evaluation | TrainingResult) -> list[str]:
    """Describe the data of an evaluation or a training: employers that were learned, and what is left out."""
    lines = []
    if isinstance(found, TrainingResult) and (n_employers := len(found.model.employers.names)):
        lines.append(_("Employers that the trained model knows: {n}.", n=number(n_employers)))
    n_others = found.n_ignored
    if isinstance(found, TrainingResult) and found.planned:
        lines.append(
            plural(found.planned, "Left out: {n} planned interview.", "Left out: {n} planned interviews.")
        )
        n_others -= found.planned
    if n_others and isinstance(found, TrainingResult) and found.n_pending:
        lines.append(
            plural(
                n_others,
                "Left out (withdrawn, blank, or pending without a day of silence): {n} interview.",
                "Left out (withdrawn, blank, or pending without a day of silence): {n} interviews.",
            )
        )
    elif n_others:
        lines.append(
            plural(
                n_others,
                "Left out (pending, withdrawn or blank): {n} interview.",
                "Left out (pending, withdrawn or blank): {n} interviews.",
            )
        )
    if found.ignored_columns:
        lines.append(_("Columns not used: {columns}.", columns=", ".join(found.ignored_columns)))
    return lines


def too_few(evaluation: Evaluation, *, of_journal: bool = False) -> str:
    """Describe why there are no metrics; in a journal, only an estimate saved before the outcome counts."""
    n, least = evaluation.n, number(MIN_OUTCOMES)
    if of_journal:
        needed = _("This needs at least {least} outcomes with an estimate saved before them", least=least)
    else:
        needed = _("This needs at least {least} outcomes", least=least)
    if not n:
        return _("{needed}; there are none so far.", needed=needed)
    return plural(
        n, "{needed}; there is only {n} so far.", "{needed}; there are only {n} so far.", needed=needed
    )


def interval_note(evaluation: Evaluation) -> str:
    """Describe how the intervals were computed."""
    return _(
        "{number}% intervals from {n} bootstrap samples",
        number=number(100 * evaluation.level, "g"),
        n=number(evaluation.bootstraps),
    )


def compared_models(evaluation: Evaluation, judged: str = "") -> Columns:
    """List the models compared: full name, short name for narrow tables, and metrics.

    Parameters
    ----------
    evaluation : Evaluation
    judged : str
        Name of the evaluated model; "this model" by default.
    """
    columns = [
        (judged or _("this model"), _("model"), evaluation.model),
        (_("base rate"), _("base"), evaluation.base_rate),
        (_("default model"), _("default"), evaluation.default),
    ]
    return [(name, short, figures) for name, short, figures in columns if figures is not None]


def metric_rows(columns: Columns) -> list[MetricRow]:
    """Make a row for each metric, with its rounded value and its interval in each column."""
    rows = []
    for name, metric in METRICS.items():
        found = [figures.metrics[name] for _name, _short, figures in columns]
        cells = [(metric.text(figure.value), interval_text(figure, metric)) for figure in found]
        rows.append(MetricRow(_(metric.label), _(metric.reading), cells))
    return rows


def missing_reasons(
    columns: Sequence[tuple[str, str, PerMetric[MetricEstimate] | PerMetric[CorrectedMetric]]],
) -> list[str]:
    """List the reasons for missing values and intervals, a line for each reason."""
    missing: dict[str, list[str]] = {}
    for name, metric in METRICS.items():
        given = {column: figures.metrics.get(name) for column, _short, figures in columns}
        reasons = {column: figure.reason for column, figure in given.items() if figure}
        for reason in dict.fromkeys(filter(None, reasons.values())):
            where = [column for column in reasons if reasons[column] == reason]
            which = "" if len(where) == len(columns) else f" ({join_words(where)})"
            missing.setdefault(reason, []).append(_(metric.label) + which)
    return [f"{join_words(names)}: {_(reason)}." for reason, names in missing.items()]


def observed_offers(evaluation: Evaluation, columns: Columns) -> str:
    """Describe the observed share of offers and those expected by each model; blank if there is none."""
    observed = evaluation.observed
    if observed is None or observed.value is None or observed.low is None or observed.high is None:
        return ""
    expected = [f"{percent(figures.expected / evaluation.n)} ({name})" for name, _short, figures in columns]
    return _(
        "Offers: {share} observed ({range}); expected: {expected}.",
        share=share_of(evaluation.n_offer, evaluation.n),
        range=percent_range(observed.low, observed.high),
        expected=", ".join(expected),
    )


def comparisons(evaluation: Evaluation) -> list[str]:
    """Compare the model with each of the others, and warn if it was trained on these interviews."""
    gains = (
        (_OVER_BASE_RATE, evaluation.gain_over_base_rate),
        (_OVER_DEFAULT, evaluation.gain_over_default),
    )
    sentences = [_comparison(words, gain, evaluation.level) for words, gain in gains if gain]
    if evaluation.trained_on_these:
        sentences.append(
            _("The model was trained on these same interviews, so the figures look too good: use others.")
        )
    elif evaluation.default is not None:
        sentences.append(
            _("If the model was trained on some of these interviews, the figures look too good.")
        )
    return sentences


class _Comparison(NamedTuple):
    """The sentences on the comparison with another model."""

    none: str
    better: str
    worse: str
    unclear: str


_OVER_BASE_RATE = _Comparison(
    N_("No comparison with the base rate: {reason}."),
    N_("Better than the base rate: log loss lower by {gain} ({interval})."),
    N_("Worse than the base rate: log loss higher by {loss} ({interval})."),
    N_("No clear difference from the base rate: gain in log loss {gain} ({interval})."),
)
_OVER_DEFAULT = _Comparison(
    N_("No comparison with the default model: {reason}."),
    N_("Better than the default model: log loss lower by {gain} ({interval})."),
    N_("Worse than the default model: log loss higher by {loss} ({interval})."),
    N_("No clear difference from the default model: gain in log loss {gain} ({interval})."),
)


def _comparison(words: _Comparison, gain: MetricEstimate, level: float) -> str:
    """Compare the log loss of the model with that of another."""
    if gain.value is None or gain.low is None or gain.high is None:
        return _(words.none, reason=_(gain.reason))
    metric, value = METRICS["log_loss"], gain.value
    interval = f"{interval_name(level)} {interval_text(gain, metric)}"
    if gain.low > 0:
        return _(words.better, gain=metric.text(value), interval=interval)
    if gain.high < 0:
        loss = MetricEstimate(-value, -gain.high, -gain.low)
        interval = f"{interval_name(level)} {interval_text(loss, metric)}"
        return _(words.worse, loss=metric.text(-value), interval=interval)
    return _(words.unclear, gain=metric.text(value), interval=interval)


def group_rows(found: ByGroup) -> list[tuple[str, str, str, str, str, str]]:
    """Make a row for each employer: name, n, observed share, chance and range, log loss, whether inside."""
    return [
        (
            each.name or _("(no employer given)"),
            number(each.n),
            share_of(each.n_offer, each.n),
            f"{percent(each.expected)} ({percent_range(each.low, each.high)})",
            METRICS["log_loss"].text(each.log_loss),
            _("yes") if each.covered else _("no"),
        )
        for each in found.groups
    ]


def group_sentences(found: ByGroup, level: float) -> list[str]:
    """Describe how well predictions fit employers, and how far employers differ."""
    if not found.n_groups:
        return [_("No interview names an employer in the column {column}.", column=found.column)]
    lines = [
        plural(
            found.n_groups,
            "The observed share lies in the mean {number}% range at {covered} of {n} employer.",
            "The observed share lies in the mean {number}% range at {covered} of {n} employers.",
            number=number(100 * level, "g"),
            covered=number(found.n_covered),
        )
    ]
    if found.intercept is None:
        return lines
    if found.tau is None or found.low is None or found.high is None:
        return [
            *lines,
            _(
                "Level: {level} log-odds. One employer cannot show how far they differ.",
                level=number(found.intercept, "+.2f"),
            ),
        ]
    return [
        *lines,
        _(
            "Level of employers: {level} log-odds on average (0 is right), standard deviation {sd}; at the "
            "next employer {range}.",
            level=number(found.intercept, "+.2f"),
            sd=number(found.tau, ".2f"),
            range=from_to(number(found.low, "+.2f"), number(found.high, "+.2f")),
        ),
    ]


def interval_text(figure: MetricEstimate, metric: Metric) -> str:
    """Format the interval of a metric; blank if there is none."""
    if figure.low is None:
        return ""
    return from_to(metric.text(figure.low), metric.text(figure.high))


def prior_conflict_lines(check: PriorConflictCheck | None, catalogue: Catalogue) -> list[str]:
    """Describe the signs that disagree with the published evidence by more than chance would explain."""
    if check is None or not check.signals:
        return []
    if check.flagged:
        flagged = {catalogue.ids[each.signal]: each.difference for each in check.flagged}
        return [disagreement(flagged, catalogue)]
    lines = [
        plural(
            len(check.signals),
            "No sign differs from the published evidence by more than chance would explain "
            "({n} answered sign checked).",
            "No sign differs from the published evidence by more than chance would explain "
            "({n} answered signs checked).",
        )
    ]
    if check.p is not None and check.p < 0.05:
        lines.append(_("Taken together, however, they do: read the published weights with care."))
    return lines


def stability(found: Stability) -> str:
    """Describe how far a prediction would move with other training data, in percentage points."""
    mean, low, high = (100 * value for value in (found.mean_difference, found.low, found.high))
    return plural(
        round(mean),
        "With other interviews, estimates would typically move by {n} point ({range}).",
        "With other interviews, estimates would typically move by {n} points ({range}).",
        range=from_to(f"{low:+.0f}", f"{high:+.0f}"),
    )


def validation_method(found: Validation) -> str:
    """Describe how a model was validated, to follow "validated"."""
    return _(_METHODS[found.method], n=number(found.refits))


def subsample_note(found: Validation) -> str:
    """Describe the sample used for validation; blank if it was all interviews."""
    if found.taken_from is None:
        return ""
    return _(
        "Checked on a sample of {n} of the {all} interviews, with a model trained on that sample alone: "
        "these figures leave out what the others add.",
        n=number(found.n),
        all=number(found.taken_from),
    )


def trained_on(result: TrainingResult) -> str:
    """Describe the interviews that a model was trained on."""
    sentences = [
        plural(
            result.n_offer + result.n_no_offer,
            "Learned from {n} interview: {offers} with an offer, {others} without.",
            "Learned from {n} interviews: {offers} with an offer, {others} without.",
            offers=number(result.n_offer),
            others=number(result.n_no_offer),
        )
    ]
    if n := result.earlier_rounds:
        sentences.append(
            plural(
                n,
                "Left out: {n} earlier round; a process counts once.",
                "Left out: {n} earlier rounds; a process counts once.",
            )
        )
    if n := result.training.n_synthetic:
        sentences.append(plural(n, "{n} of them is made up.", "{n} of them are made up."))
    if n := result.n_pending:
        sentences.append(
            plural(n, "{n} pending interview counts in part.", "{n} pending interviews count in part.")
        )
    return " ".join(sentences)


CANDIDATE_NAMES: dict[CandidateName, str] = {
    "default": N_("default model"),
    "level": N_("level and scale only"),
    "trained": N_("trained weights"),
}
_IN_SENTENCES: dict[CandidateName, str] = {
    "default": N_("the default model"),
    "level": N_("level and scale only"),
    "trained": N_("the trained weights"),
}
_NOT_COMPARED: dict[CandidateName, str] = {
    "default": N_("It was not compared with the trained weights."),
    "level": N_("It was not compared with the default model."),
    "trained": N_("They were not compared with the default model."),
}
_BEST: dict[CandidateName, str] = {
    "default": N_("It has predicted your outcomes best so far; training on them does not help yet."),
    "level": N_(
        "It has predicted your outcomes best so far, each one from the others; "
        "the trained weights do not help yet."
    ),
    "trained": N_("They have predicted your outcomes best so far, each one from the others."),
}
_BETTER: dict[CandidateName, str] = {
    "default": N_("On unseen interviews the default model predicts better: log loss {best} against {used}."),
    "level": N_("On unseen interviews level and scale only predicts better: log loss {best} against {used}."),
    "trained": N_("On unseen interviews the trained weights predict better: log loss {best} against {used}."),
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
    model = _(_IN_SENTENCES[choice.name])
    used = (
        _("In use: {model}, as you asked.", model=model)
        if choice.requested
        else _("In use: {model}.", model=model)
    )
    return f"{used} {_choice_reason(choice)}"


def _choice_reason(choice: Choice) -> str:
    if choice.comparison is None:
        if choice.requested or choice.name != "default":
            return _(_NOT_COMPARED[choice.name])
        return _(
            "Fewer than {least} outcomes are too few to show whether training helps.",
            least=number(MIN_TO_CHOOSE),
        )
    best = best_candidate(choice.comparison)
    if best == choice.name:
        return _(_BEST[best])
    losses = {name: METRICS["log_loss"].text(each.log_loss) for name, each in choice.comparison.items()}
    return _(_BETTER[best], best=losses[best], used=losses[choice.name])


def best_model(choice: Choice) -> str:
    """State which candidate predicts best, for those who use models from Python."""
    return _(
        "Best on unseen interviews: {model}, `result.choose().model`.", model=_(_IN_SENTENCES[choice.name])
    )


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
            number(round(value, digits) + 0.0, f"+.{digits}f")
            for value in (candidate.difference, candidate.low, candidate.high)
        )
        loss = METRICS["log_loss"].text(candidate.log_loss)
        change = "" if name == "default" else f"{difference} ({from_to(low, high)})"
        rows.append((_(CANDIDATE_NAMES[name]), loss, change))
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
    return _("Log loss on unseen interviews: {models}.", models="; ".join(parts))


def base_rate_change(result: TrainingResult, model: OfferModel | None = None) -> str:
    """Describe the average chance before and after training; blank if the default model is in use.

    Parameters
    ----------
    result : TrainingResult
    model : OfferModel, optional
        The one in use; the trained one by default.
    """
    used = model or result.model
    if used.training and used.training.use == "default":
        return ""
    before, after = result.prior.base_rate, used.average
    return _(
        "Average chance with no sign answered: {before} before training, {after} after.",
        before=percent(before),
        after=percent(after),
    )


WHY_OTHERS_CHANGE = N_(
    "Other weights change too, because your outcomes also show how far to trust the published figures."
)


def changes_in_use(result: TrainingResult, choice: Choice, *, explained: bool = True) -> str:
    """Describe what predictions use of a training: the largest changes of weights, or the reply dates.

    Parameters
    ----------
    result : TrainingResult
    choice : Choice
        The model in use.
    explained : bool
        As of `largest_changes`.

    Returns
    -------
    str
        Blank if nothing of both is in use.
    """
    learned = result.n_offer + result.n_no_offer + result.n_pending and any(result.training.answered.values())
    if choice.name == "trained" or not learned:
        return largest_changes(result, explained=explained)
    if choice.name == "default" and result.model.catalogue.silence != result.prior.catalogue.silence:
        return _("Your reply dates are used; the weights are not.")
    return ""


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
        return _("No outcomes yet, so nothing was learned: the model is still the published evidence.")
    if not rows:
        return _("No sign was answered, so only the average chance was learned.")
    rows.sort(key=lambda row: -abs(math.log(row["odds_ratio"] / row["prior_odds_ratio"])))
    changes = []
    for row in rows[:_MAX_CHANGES]:
        before, after = number(row["prior_odds_ratio"], ".2f"), number(row["odds_ratio"], ".2f")
        changes.append(f"{row['favourable_answer']} {before} → {after}")
    text = _("Biggest changes: {changes}.", changes=join_words(changes))
    return f"{text} {_(WHY_OTHERS_CHANGE)}" if explained else text
