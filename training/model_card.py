"""A model card of a trained model, under the headings of TRIPOD+AI."""

from collections.abc import Iterator

import numpy as np

from ..data.catalogue.catalogue import Catalogue
from ..model.offer_model import OfferModel
from ..model.parameters import TrainingSummary
from ..model.prior import Rows
from .evaluation.bootstrap import affordable_resamples, bootstrap_metrics, estimate_metrics
from .evaluation.calibration import MIN_OUTCOMES
from .evaluation.evaluation_result import MetricEstimate
from .evaluation.metrics import METRICS, Metric
from .validation.prior_conflict import PriorConflictCheck
from .validation.resampling import predict_probabilities
from .validation.validation_result import CorrectedMetric, Validation
from .validation.verdict import validation_verdict

_BOOTSTRAPS = 1000
_LEVEL = 0.90
_METHODS = {
    "bootstrap": (
        "Corrected figures take off the optimism that the Efron-Gong bootstrap finds ({refits:,} resamples, "
        "the whole of learning repeated in each)."
    ),
    "leave-one-out": "Corrected figures judge each interview by the model learned from all others.",
    "none": "Below five outcomes nothing is validated.",
}


def report(
    model: OfferModel,
    prior: OfferModel,
    real: Rows,
    validation: Validation,
    check: PriorConflictCheck | None,
    seed: int = 0,
) -> str:
    """Return a model card in Markdown.

    The intervals of the corrected figures are bootstrap intervals of the apparent ones, with the model
    held fixed, moved by the optimism (Noma et al. 2021, location-shifted) and kept within their range:
    approximate, and without the doubt that learning itself brings.

    Parameters
    ----------
    model, prior : OfferModel
        After training, and before.
    real : Rows
        What it learned from.
    validation : Validation
    check : PriorConflictCheck or None
    seed : int
        Of the resamples behind the intervals.

    References
    ----------
    Collins et al. (2024), TRIPOD+AI statement, BMJ 385:e078378. Mitchell et al. (2019), Model cards for
    model reporting, FAT* 220-229. Noma et al. (2021), Confidence intervals of prediction accuracy measures
    for multivariable prediction models based on the bootstrap-based optimism correction methods,
    Statistics in Medicine 40(26):5691-5701.
    """
    training = model.training or TrainingSummary(0, 0, 0, {}, "")
    parts = [
        *_title(model, prior, validation),
        *_data(training),
        *_predictors(model, prior, training),
        *_performance(model, real, validation, seed),
        *_evidence(model.catalogue, check),
        *_use(),
    ]
    return "\n".join(parts) + "\n"


def _title(model: OfferModel, prior: OfferModel, validation: Validation) -> Iterator[str]:
    """Yield what it is, and the verdict."""
    verdict = validation_verdict(validation)
    yield "# Model card: probability of a job offer after an interview"
    yield ""
    yield f"**Verdict: {verdict.word}.** {verdict.sentence}"
    yield ""
    before = "an earlier trained model" if prior.training else "published evidence"
    yield (
        f"A Bayesian logistic regression. Its prior is {before}; the outcomes below moved it. "
        "Made by offerodds, whose documentation gives every formula and its source."
    )
    yield ""
    yield f"Base rate told: {model.base_rate:.0%}; after training {model.predict({}).base_rate:.0%}."


def _data(training: TrainingSummary) -> Iterator[str]:
    """Yield data, outcome, sample and missing answers."""
    n = training.n_offer + training.n_no_offer
    yield from ("", "## Data and participants", "")
    yield (
        "Interviews that one person or one service recorded: not a sample of all interviews. The rows are "
        f"not kept in the model; their fingerprint is `{training.fingerprint[:16]}`."
    )
    yield from ("", "## Outcome", "")
    yield (
        "An offer (accepted or declined) or none (rejected, or never answered). Pending and withdrawn "
        "interviews are left out."
    )
    yield from ("", "## Sample size", "")
    yield f"- {training.n_offer:,} interviews with an offer, {training.n_no_offer:,} without; {n:,} in all"
    if training.n_synthetic:
        yield f"- {training.n_synthetic:,} of them are made up and say nothing of real interviews"
    yield f"- {training.n_ignored:,} left out, without an outcome"
    yield f"- {_asked(training):,} signals answered at least once"
    yield from ("", "## Missing answers", "")
    if not n:
        yield "There is no outcome yet, so nothing was learned."
        return
    share = sum(training.answered.values()) / (n * len(training.answered))
    yield (
        f"{1 - share:.0%} of all answers are missing. A missing answer counts for nothing, in either "
        "direction; none is imputed. That is right where people skip questions regardless of the outcome."
    )


def _asked(training: TrainingSummary) -> int:
    return sum(count > 0 for count in training.answered.values())


def _predictors(model: OfferModel, prior: OfferModel, training: TrainingSummary) -> Iterator[str]:
    """Yield a row a signal."""
    yield from ("", "## Predictors", "")
    yield (
        "Odds ratio of an answer one standard deviation better than usual, that sign alone, with its 90% "
        "interval. Signals that nobody answered move too, since outcomes also tell how far the published "
        "weights can be trusted."
    )
    yield from (
        "",
        "| sign | answered | before | after | 90% interval | rests on |",
        "| --- | --- | --- | --- | --- | --- |",
    )
    before = np.exp(prior.posterior.mean[1:])
    for row, published in zip(model.weights(_LEVEL).to_dict("records"), before, strict=True):
        yield (
            f"| {row['favourable_answer']} | {training.answered.get(row['signal'], 0):,} | {published:.2f} | "
            f"{row['odds_ratio']:.2f} | {row['low']:.2f} to {row['high']:.2f} | {row['basis']} |"
        )


def _performance(model: OfferModel, real: Rows, validation: Validation, seed: int) -> Iterator[str]:
    """Yield the figures, apparent and corrected, with their intervals."""
    yield from ("", "## Performance", "")
    if validation.model is None or validation.base_rate is None:
        missing = MIN_OUTCOMES - validation.n
        yield f"Too few outcomes for any figure: {missing} more are needed."
        return
    said = predict_probabilities(model.posterior, real)
    drawn = bootstrap_metrics(
        {"model": said}, real.outcome, affordable_resamples(said.size, _BOOTSTRAPS), seed
    )["model"]
    figures = estimate_metrics(said, real.outcome, drawn, _LEVEL)
    yield "| figure | on these interviews | corrected | base rate alone | how to read it |"
    yield "| --- | --- | --- | --- | --- |"
    for name, metric in METRICS.items():
        if metric.validated:
            found, base = validation.model.metrics[name], validation.base_rate.metrics[name]
            corrected = _corrected(metric, found, figures.metrics[name])
            alone = metric.text(base.corrected) if metric.score else ""
            cells = metric.label, metric.text(found.apparent), corrected, alone, metric.reading
            yield f"| {' | '.join(cells)} |"
    yield ""
    yield (
        f"{_METHODS[validation.method].format(refits=validation.refits)} Intervals are 90% bootstrap "
        "intervals with the model held fixed, moved by what was taken off: approximate."
    )
    if validation.taken_from is not None:
        yield (
            f"They rest on {validation.n:,} of the {validation.taken_from:,} interviews, as if learned from "
            "these alone; what the others add is not in them."
        )
    if validation.stability is not None:
        stability = validation.stability
        yield (
            f"Learned from other interviews like these, a probability would move by "
            f"{100 * stability.mean_difference:.0f} percentage points "
            f"({100 * stability.low:+.0f} to {100 * stability.high:+.0f})."
        )


def _corrected(metric: Metric, found: CorrectedMetric, apparent: MetricEstimate) -> str:
    """Format a corrected metric with the interval of the apparent one, moved by the optimism."""
    if found.corrected is None:
        return found.reason or "-"
    if apparent.low is None or apparent.high is None or found.optimism is None:
        return metric.text(found.corrected)
    low, high = np.clip([apparent.low - found.optimism, apparent.high - found.optimism], *metric.limits)
    return f"{metric.text(found.corrected)} ({metric.text(low)} to {metric.text(high)})"


def _evidence(catalogue: Catalogue, check: PriorConflictCheck | None) -> Iterator[str]:
    """Yield which signals disagree with the published evidence."""
    yield from ("", "## Agreement with the published evidence", "")
    if check is None:
        yield "Not checked: training started from another trained model."
    elif not check.signals:
        yield "The outcomes tell too little to compare."
    elif not check.flagged:
        judged = len(check.signals)
        yield f"Of {judged} signals that the outcomes tell of, none disagrees more than chance allows."
    for each in check.flagged if check else ():
        worth = "more" if each.direction == "higher" else "less"
        yield (
            f"- {catalogue.ids[each.signal]}: worth {worth} than published, standardised difference "
            f"{each.difference:+.1f}, adjusted p {each.adjusted:.3f}"
        )


def _use() -> Iterator[str]:
    """Yield intended use and limits."""
    yield from ("", "## Intended use", "")
    yield "For candidates and those who coach them: to read an interview soberly while waiting."
    yield "Not for employers, and not for deciding whom to hire or reject."
    yield from ("", "## Limits", "")
    yield "- It speaks of interviews like those it learned from; another market may differ."
    yield "- Answers are one person's impressions. Filled in after the outcome was known they flatter it."
    yield "- Internal validation cannot show how it does for other people: evaluate it on their outcomes."
    yield "- An interval covers what the weights and the base rate may be, not how the next employer differs."
