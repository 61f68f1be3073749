"""The model card of a trained model, with the headings of TRIPOD+AI."""

from collections.abc import Iterator

import numpy as np

from ..data.catalogue.catalogue import Catalogue
from ..data.language import ENGLISH, use_language
from ..model.offer_model import OfferModel, TrainingSummary
from ..model.posterior import Posterior
from ..model.prior import WeightedData
from .evaluation.bootstrap import affordable_resamples, bootstrap_metrics, estimate_metrics
from .evaluation.calibration import MIN_OUTCOMES
from .evaluation.evaluation_result import MetricEstimate
from .evaluation.metrics import METRICS, Metric
from .validation.prior_conflict import PriorConflictCheck
from .validation.resampling import predict_probabilities
from .validation.validation_result import CorrectedMetric, Validation, validation_verdict

_BOOTSTRAPS = 1000
_LEVEL = 0.90
_METHODS = {
    "bootstrap": (
        "Corrected values subtract the optimism estimated by the Efron-Gong bootstrap ({refits:,} resamples; "
        "all of training is repeated in each)."
    ),
    "leave-one-out": "Corrected values predict each interview by a model trained on all the others.",
    "none": "With fewer than five outcomes there is no validation.",
}


def report(
    model: OfferModel,
    prior: OfferModel,
    data: WeightedData,
    validated: Posterior,
    validation: Validation,
    check: PriorConflictCheck | None,
    seed: int = 0,
) -> str:
    """Write the model card in Markdown.

    The interval of a corrected metric is the bootstrap interval of the apparent one, with the model fixed,
    shifted by the optimism (Noma et al. 2021, location-shifted) and clipped to the limits of the metric. It
    is approximate, and does not include the uncertainty of training itself.

    Parameters
    ----------
    model, prior : OfferModel
        The model after and before training.
    data : WeightedData
        The interviews with an outcome.
    validated : Posterior
        Fitted to them alone, as in the validation.
    validation : Validation
    check : PriorConflictCheck or None
        None if training started from a trained model.
    seed : int
        Seed of the resamples behind the intervals.

    References
    ----------
    Collins et al. (2024), TRIPOD+AI statement, BMJ 385:e078378. Mitchell et al. (2019), Model cards for
    model reporting, FAT* 220-229. Noma et al. (2021), Confidence intervals of prediction accuracy measures
    for multivariable prediction models based on the bootstrap-based optimism correction methods,
    Statistics in Medicine 40(26):5691-5701.
    """
    training = model.training or TrainingSummary(0, 0, 0, {}, "")
    with use_language(ENGLISH):
        parts = [
            *_title(model, prior, validation),
            *_data(training),
            *_predictors(model, prior, training),
            *_performance(validated, data, validation, seed),
            *_evidence(model.catalogue, check),
            *_use(),
        ]
    return "\n".join(parts) + "\n"


def _title(model: OfferModel, prior: OfferModel, validation: Validation) -> Iterator[str]:
    """Yield the title, the verdict and the kind of model."""
    verdict = validation_verdict(validation)
    yield "# Model card: probability of a job offer after an interview"
    yield ""
    yield f"**Verdict: {verdict.word}.** {verdict.sentence}"
    yield ""
    before = "an earlier trained model" if prior.training else prior.catalogue.source
    yield (
        f"A Bayesian logistic regression. Its prior is {before}, updated with the outcomes below. "
        "Made with offerodds, whose documentation gives every formula and its source."
    )
    yield ""
    yield f"Base rate: {model.base_rate:.0%} before training, {model.average:.0%} after."


def _data(training: TrainingSummary) -> Iterator[str]:
    """Yield the sections on data, outcome, sample size and missing answers."""
    n = training.n_offer + training.n_no_offer
    yield from ("", "## Data and participants", "")
    yield (
        "Interviews recorded by one person or one service, not a sample of all interviews. The model file "
        f"does not contain the rows; their fingerprint is `{training.fingerprint[:16]}`."
    )
    yield from ("", "## Outcome", "")
    yield (
        "An offer (accepted or declined), or no offer (rejected, or never answered). A pending interview "
        "counts in part, by its days without an answer. Withdrawn interviews are excluded."
    )
    yield from ("", "## Sample size", "")
    yield f"- Interviews: {n:,}, with an offer {training.n_offer:,}, without {training.n_no_offer:,}"
    if training.n_synthetic:
        yield f"- Made up, and no evidence about real interviews: {training.n_synthetic:,} of them"
    if training.n_pending:
        yield f"- Pending, with days without an answer, so counted in part: {training.n_pending:,} more"
    yield f"- Excluded, without an outcome: {training.n_ignored:,} more"
    yield f"- Signs answered at least once: {sum(count > 0 for count in training.answered.values()):,}"
    yield from ("", "## Missing answers", "")
    if not n:
        yield "There are no outcomes yet."
        return
    share = sum(training.answered.values()) / (n * len(training.answered))
    yield (
        f"{1 - share:.0%} of all answers are missing. A missing answer has no effect, in either direction; "
        "none is imputed. This is correct if people skip signs regardless of the outcome."
    )


def _predictors(model: OfferModel, prior: OfferModel, training: TrainingSummary) -> Iterator[str]:
    """Yield one row per signal."""
    yield from ("", "## Predictors", "")
    yield (
        "Odds ratio of an answer one standard deviation better than usual, for that sign alone, with its "
        "90% interval. A sign that nobody answered can change a little, because the outcomes also show how "
        "far to trust its kind of evidence."
    )
    yield from (
        "",
        "| sign | answered | before | after | 90% interval | evidence |",
        "| --- | --- | --- | --- | --- | --- |",
    )
    odds_ratios_before = np.exp(prior.posterior.mean[1:])
    for row, before in zip(model.weights(_LEVEL).to_dict("records"), odds_ratios_before, strict=True):
        evidence = model.catalogue[row["signal"]].evidence_short
        yield (
            f"| {row['favourable_answer']} | {training.answered.get(row['signal'], 0):,} | {before:.2f} | "
            f"{row['odds_ratio']:.2f} | {row['low']:.2f} to {row['high']:.2f} | {evidence} |"
        )


def _performance(
    posterior: Posterior, data: WeightedData, validation: Validation, seed: int
) -> Iterator[str]:
    """Yield apparent and corrected metrics with their intervals."""
    yield from ("", "## Performance", "")
    if validation.model is None or validation.base_rate is None:
        missing = MIN_OUTCOMES - validation.n
        yield f"Too few outcomes to measure performance: at least {missing} more needed."
        return
    p = predict_probabilities(posterior, data)
    bootstraps = affordable_resamples(p.size, _BOOTSTRAPS)
    draws = bootstrap_metrics({"model": p}, data.y, bootstraps, seed)["model"]
    apparent = estimate_metrics(p, data.y, draws, _LEVEL)
    yield "| metric | training data | corrected | base rate alone | how to read it |"
    yield "| --- | --- | --- | --- | --- |"
    for name, metric in METRICS.items():
        if metric.validated:
            with_signs, base = validation.model.metrics[name], validation.base_rate.metrics[name]
            corrected = _corrected(metric, with_signs, apparent.metrics[name])
            base_alone = metric.text(base.corrected) if metric.score else ""
            cells = metric.label, metric.text(with_signs.apparent), corrected, base_alone, metric.reading
            yield f"| {' | '.join(cells)} |"
    yield ""
    yield (
        f"{_METHODS[validation.method].format(refits=validation.refits)} Intervals are 90% bootstrap "
        "intervals for a fixed model, shifted by the optimism; they are approximate. Pending interviews are "
        "left out."
    )
    yield from _comparison(validation)
    if validation.taken_from is not None:
        yield (
            f"These values use {validation.n:,} of the {validation.taken_from:,} interviews, as if the model "
            "were trained on these alone."
        )
    if validation.stability is not None:
        stability = validation.stability
        yield (
            f"With a different sample of interviews, a probability would typically change by "
            f"{100 * stability.mean_difference:.0f} percentage points "
            f"(90% range {100 * stability.low:+.0f} to {100 * stability.high:+.0f})."
        )


def _comparison(validation: Validation) -> Iterator[str]:
    """Yield the log losses of the candidates on the same left-out interviews."""
    if not validation.candidates:
        return
    text = METRICS["log_loss"].text
    names = {
        "default": "the model before training",
        "level": "the same with the person's own level and a slope of each kind of evidence",
        "trained": "the trained model",
    }
    yield ""
    yield (
        "Log loss on the same interviews, each predicted by a fit without it; in brackets, the difference "
        "from the model before training, with its 90% bootstrap interval:"
    )
    yield ""
    for name, candidate in validation.candidates.items():
        low, high = text(candidate.low), text(candidate.high)
        change = "" if name == "default" else f" ({text(candidate.difference)}, {low} to {high})"
        yield f"- {names[name]}: {text(candidate.log_loss)}{change}"
    yield ""


def _corrected(metric: Metric, value: CorrectedMetric, apparent: MetricEstimate) -> str:
    """Format a corrected metric with the interval of the apparent one, shifted by the optimism."""
    if value.corrected is None:
        return value.reason or "-"
    if apparent.low is None or apparent.high is None or value.optimism is None:
        return metric.text(value.corrected)
    low, high = np.clip([apparent.low - value.optimism, apparent.high - value.optimism], *metric.limits)
    return f"{metric.text(value.corrected)} ({metric.text(low)} to {metric.text(high)})"


def _evidence(catalogue: Catalogue, check: PriorConflictCheck | None) -> Iterator[str]:
    """Yield the signs that contradict the published evidence."""
    yield from ("", "## Agreement with the published evidence", "")
    if check is None:
        yield "Not tested, because training started from a trained model."
    elif not check.signals:
        yield "The outcomes hold too little information for a comparison."
    elif not check.flagged:
        yield "No sign differs from the research by more than chance would explain."
        yield f"Signs tested: {len(check.signals)}."
    for conflict in check.flagged if check else ():
        strength = "stronger" if conflict.direction == "higher" else "weaker"
        yield (
            f"- {catalogue.ids[conflict.signal]}: {strength} than published, standardised difference "
            f"{conflict.difference:+.1f}, adjusted p {conflict.adjusted:.3f}"
        )


def _use() -> Iterator[str]:
    """Yield intended use and limits."""
    yield from ("", "## Intended use", "")
    yield "For candidates and their coaches, to judge an interview realistically while they wait."
    yield "Not for employers, and not for deciding whom to hire or reject."
    yield from ("", "## Limits", "")
    yield "- The model applies to interviews like those in the training data. Other job markets may differ."
    yield "- Answers are one person's impressions. Answers given after the outcome make it look too good."
    yield "- Internal validation cannot show how it performs for other people. Evaluate it on their outcomes."
    yield "- Intervals include the uncertainty of the weights and the own level, and that employers differ."
