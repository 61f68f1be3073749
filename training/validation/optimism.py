"""Optimism: from metrics on the training data to metrics on new interviews of the same kind."""

import numpy as np

from ...data.answers.observations import Floats
from ...model.predictive_distribution import sigmoid
from ...model.prior import WeightedData
from ..evaluation.bootstrap import OFTEN_UNDEFINED, undefined_reason
from ..evaluation.metrics import METRICS, Metric, log_odds, recalibration
from .validation_result import CorrectedMetric, CorrectedMetrics

_MIN_DEFINED_SHARE = 0.5  # of the resamples: if a metric is defined in fewer, they are no fair sample
_LOG_ODDS_DIGITS = 9  # rounding errors put no order into equal contributions
_INTERCEPT = Metric(
    lambda p, y, weights: recalibration(p, y, weights)[0],
    "recalibration intercept",
    "0 is right",
    METRICS["calibration_slope"].digits,
    undefined=METRICS["calibration_slope"].undefined,
)


def optimism_bootstrap(
    data: WeightedData, fitted: Floats, refits: Floats, counts: Floats
) -> CorrectedMetrics:
    """Correct metrics for the optimism that the bootstrap estimates.

    ``optimism = mean over resamples of [metric on the resample - metric on all rows]``, both for the model
    refitted to that resample, and ``corrected = apparent - optimism``. Resamples in which a metric is
    undefined on either side are excluded from its mean, as in R's rms.

    Parameters
    ----------
    data : WeightedData
        ``n`` interviews.
    fitted : (n,) array
        Probabilities of the fit to all rows.
    refits : (m, n) array
        Probabilities of all rows by each refit.
    counts : (m, n) array
        Number of times each row was drawn.

    References
    ----------
    Efron & Gong (1983), A leisurely look at the bootstrap, the jackknife, and cross-validation, The
    American Statistician 37(1):36-48.
    Harrell (2015), Regression Modeling Strategies, 2nd ed., section 5.3; R's rms::validate.
    """
    apparent = compute_metrics(fitted, data.y, data.weight)
    differences = []
    for p, drawn in zip(refits, counts, strict=True):
        on_resample = compute_metrics(p, data.y, data.weight * drawn)
        on_all = compute_metrics(p, data.y, data.weight)
        differences.append({name: on_resample[name] - on_all[name] for name in on_all})
    corrected = {}
    for name, metric in _validated_metrics().items():
        optimism = _mean_of_defined([difference[name] for difference in differences])
        reason = undefined_reason(fitted, data.y, metric.undefined)
        corrected[name] = _corrected(apparent[name], optimism, reason, OFTEN_UNDEFINED)
    return CorrectedMetrics(corrected)


def leave_one_out(
    data: WeightedData, fitted: Floats, left_out: Floats, base: Floats, base_left_out: Floats
) -> CorrectedMetrics:
    """Compute metrics of leave-one-out predictions.

    Scores such as log loss use the leave-one-out probabilities directly. For the other metrics this would be
    biased: leaving out an offer lowers the base rate, so in the pooled predictions every offer starts lower
    than every non-offer, and signs without any effect would have an AUC of 0. These metrics therefore use
    the contribution of the signs by the leave-one-out fit, added to the base rate of the fit to all rows:
    ``logit(base) + logit(left_out) - logit(base_left_out)``.

    Parameters
    ----------
    data : WeightedData
        ``n`` interviews.
    fitted, base : (n,) array
        Probabilities of the fit to all rows, with and without the signs.
    left_out, base_left_out : (n,) array
        Probability of each row by the fit to all other rows, with and without the signs.

    References
    ----------
    Airola, Pahikkala, Waegeman, De Baets & Salakoski (2011), An experimental comparison of
    cross-validation techniques for estimating the area under the ROC curve, Computational Statistics &
    Data Analysis 55(4):1828-1844: the bias of pooling.
    """
    contribution = np.round(log_odds(left_out) - log_odds(base_left_out), _LOG_ODDS_DIGITS)
    with_common_base = sigmoid(log_odds(base) + contribution)
    metrics = {}
    for name, metric in _validated_metrics().items():
        apparent, corrected = (
            float(metric.function(p, data.y, data.weight))
            for p in (fitted, left_out if metric.score else with_common_base)
        )
        reasons = (undefined_reason(p, data.y, metric.undefined) for p in (fitted, left_out))
        metrics[name] = _corrected(apparent, apparent - corrected, *reasons)
    return CorrectedMetrics(metrics)


def compute_metrics(p: Floats, y: Floats, weight: Floats) -> dict[str, float]:
    """Compute every validated metric, NaN where undefined.

    Parameters
    ----------
    p : (n,) array
        Probabilities of an offer.
    y : (n,) array of 0 and 1
        1 for an offer.
    weight : (n,) array
        Number of interviews that each row represents.
    """
    return {name: float(metric.function(p, y, weight)) for name, metric in _validated_metrics().items()}


def _validated_metrics() -> dict[str, Metric]:
    """Collect the metrics to validate: those of the registry, and the intercept fitted with the slope."""
    validated = {name: metric for name, metric in METRICS.items() if metric.validated}
    return validated | {"intercept": _INTERCEPT}


def _mean_of_defined(values: list[float]) -> float:
    """Average the finite values; NaN if too few are finite."""
    defined = np.array(values)[np.isfinite(values)]
    is_enough = defined.size and defined.size >= _MIN_DEFINED_SHARE * len(values)
    return float(defined.mean()) if is_enough else np.nan


def _corrected(
    apparent: float, optimism: float, apparent_reason: str, optimism_reason: str
) -> CorrectedMetric:
    """Combine a metric with its optimism, or with the reason why one of the two is undefined."""
    if np.isnan(apparent):
        return CorrectedMetric(None, None, None, apparent_reason)
    if np.isnan(optimism):
        return CorrectedMetric(apparent, None, None, optimism_reason)
    return CorrectedMetric(apparent, optimism, apparent - optimism)
