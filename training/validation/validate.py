"""Internal validation: estimate the performance on new interviews from the training data alone."""

from collections.abc import Mapping

import numpy as np

from ...data.answers.observations import Floats
from ...data.language import N_
from ...model.posterior import Posterior
from ...model.predictive_distribution import sigmoid
from ...model.prior import WeightedData
from ..evaluation.bootstrap import OFTEN_UNDEFINED, resample_counts, undefined_reason
from ..evaluation.calibration import MIN_OUTCOMES
from ..evaluation.metrics import METRICS, Metric, log_odds, recalibration
from .candidates import CandidateName, compare_candidates, left_out_predictions
from .resampling import (
    LEAVE_ONE_OUT_BELOW,
    Progress,
    Refit,
    RefitPredictions,
    folds,
    full_fit_predictions,
    predict_probabilities,
    refit_predictions,
)
from .validation_result import (
    CorrectedMetric,
    CorrectedMetrics,
    SignDiscrimination,
    Stability,
    Validation,
    sign_contributions,
    sign_discrimination,
)

BOOTSTRAPS = 200
_STABILITY_BOOTSTRAPS = 50  # enough if the resamples serve only the stability
_MIN_BOOTSTRAPS = 20
_MAX_REFITTED_ROWS = 1_000_000  # over all resamples: the more rows, the less optimism there is to measure
_MIN_DEFINED_SHARE = 0.5  # of the resamples: if a metric is defined in fewer, they are no fair sample
_INTERCEPT = Metric(
    lambda p, y, weights: recalibration(p, y, weights)[0],
    N_("recalibration intercept"),
    "0 is right",
    METRICS["calibration_slope"].digits,
    undefined=METRICS["calibration_slope"].undefined,
)


def validate(
    data: WeightedData,
    refit: Refit,
    *,
    start: Posterior | None = None,
    default: Posterior | None = None,
    rivals: Mapping[CandidateName, Refit] | None = None,
    seed: int = 0,
    bootstraps: int = BOOTSTRAPS,
    progress: Progress | None = None,
    jobs: int | None = None,
) -> Validation:
    """Validate a fit by refitting it: leave-one-out below 40 rows, optimism bootstrap from there.

    From 40 rows, each metric is ``apparent - optimism``. The optimism is the mean over resamples of
    ``metric on the resample - metric on all rows``, for the model refitted to the resample. Below 40
    rows, each row is predicted by the fit to all others.

    The discrimination of the signs always uses out-of-sample predictions: leave-one-out below 40 rows,
    10-fold cross-validation from there.

    Parameters
    ----------
    data : Rows
        ``n`` interviews with their outcomes; the weight is the number of interviews that a row represents.
    refit : callable
        Computes the posterior of some rows, even if all outcomes are the same. It must contain every step of
        training that uses outcomes. With several processes it must be picklable.
    start : Posterior, optional
        Coefficients before training, whose discrimination is reported too.
    default : Posterior, optional
        The default model, which is compared with the fit on rows that the fit did not use.
    rivals : mapping of str to callable, optional
        Other fits to compare with the default model on the same rows.
    seed : int
        The same seed gives the same validation.
    bootstraps : int
        Number of resamples from 40 rows. Below 40 rows they serve only the stability and are at most 50;
        above 5,000 rows there are fewer, at least 20, because little optimism is left.
    progress : callable, optional
        Called after every refit with the number done and the total.
    jobs : int, optional
        Number of processes, in joblib's convention; by default the setting of `joblib.parallel_config`, or
        one.

    Returns
    -------
    Validation
        Without metrics if there are fewer than five rows.

    References
    ----------
    Efron & Gong (1983), A leisurely look at the bootstrap, the jackknife, and cross-validation, The
    American Statistician 37(1):36-48.
    Harrell (2015), Regression Modeling Strategies, 2nd ed., section 5.3; R's rms::validate.
    Riley & Collins (2023), Stability of clinical prediction models developed using statistical or
    machine learning methods, Biometrical Journal 65:2200302.

    Examples
    --------
    >>> def share(rows):  # the share of offers, with one offer and one non-offer added
    ...     mean = (rows.weight @ rows.y + 1) / (rows.weight.sum() + 2)
    ...     return Posterior(np.log([mean / (1 - mean)]), np.zeros((1, 1)))
    >>> rows = WeightedData(np.ones((8, 1)), np.array([1.0, 0, 0, 0, 1, 0, 1, 0]), np.ones(8), np.zeros(8))
    >>> validation = validate(rows, share)
    >>> brier = validation.model.brier
    >>> validation.method, round(brier.apparent, 3), round(brier.corrected, 3)
    ('leave-one-out', 0.235, 0.29)
    >>> validation.signs.auc  # there are no signs
    0.5
    """
    n = data.y.size
    is_leave_one_out = n < LEAVE_ONE_OUT_BELOW
    n_offer = int(np.count_nonzero(data.y))
    if n < MIN_OUTCOMES:
        return Validation(n_offer, n - n_offer, "none", 0, None, None, None, None, None)
    apparent = full_fit_predictions(data, refit)
    training_rows = folds(data.y, seed)
    counts = np.concatenate(list(resample_counts(n, _n_bootstraps(n, bootstraps), seed)))
    # one batch of refits, folds first, so that one progress bar counts them all
    predictions = refit_predictions(data, refit, np.concatenate([training_rows, counts]), progress, jobs)
    left_out = RefitPredictions(
        _left_out(predictions.model, training_rows), _left_out(predictions.base, training_rows)
    )
    m = len(training_rows)
    refits = RefitPredictions(predictions.model[m:], predictions.base[m:])
    candidates = None
    if default is not None:
        others = {
            name: left_out_predictions(data, fit, training_rows) for name, fit in (rivals or {}).items()
        }
        compared = {"default": predict_probabilities(default, data), **others, "trained": left_out.model}
        candidates = compare_candidates(compared, data, seed)
    if is_leave_one_out:
        model = leave_one_out(data, apparent.model[0], left_out.model, apparent.base[0], left_out.base)
        base = leave_one_out(data, apparent.base[0], left_out.base, apparent.base[0], left_out.base)
    else:
        model = optimism_bootstrap(data, apparent.model[0], refits.model, counts)
        base = optimism_bootstrap(data, apparent.base[0], refits.base, counts)
    return Validation(
        n_offer=n_offer,
        n_no_offer=n - n_offer,
        method="leave-one-out" if is_leave_one_out else "bootstrap",
        refits=n if is_leave_one_out else len(counts),
        model=model,
        base_rate=base,
        signs=sign_discrimination(left_out.model, left_out.base, data.y, data.weight, data.X),
        published=_published_discrimination(data, start),
        stability=_stability(apparent.model[0], refits.model, data.weight),
        candidates=candidates,
    )


def _n_bootstraps(n: int, bootstraps: int) -> int:
    """Compute the number of resamples of ``n`` rows.

    Examples
    --------
    >>> [_n_bootstraps(n, 200) for n in (20, 50, 5_000, 10_000, 50_000, 1_000_000)]
    [50, 200, 200, 100, 20, 20]
    """
    if n < LEAVE_ONE_OUT_BELOW:
        return min(bootstraps, _STABILITY_BOOTSTRAPS)
    return min(bootstraps, max(_MIN_BOOTSTRAPS, _MAX_REFITTED_ROWS // n))


def _left_out(predictions: Floats, training_rows: Floats) -> Floats:
    """Select for each row the prediction by the fit that left it out: (n,) array.

    ``predictions`` : (l, n) array, l >= m; ``training_rows`` : (m, n) array, 0 where a row is left out.
    """
    n = training_rows.shape[1]
    return np.asarray(predictions[np.argmin(training_rows, axis=0), np.arange(n)])


def _published_discrimination(data: WeightedData, start: Posterior | None) -> SignDiscrimination | None:
    """Compute the discrimination of the signs before training; None without a start."""
    if start is None:
        return None
    is_intercept = np.arange(data.X.shape[1]) == 0
    blank = WeightedData(data.X * is_intercept, data.y, data.weight, data.offset)
    model, base = predict_probabilities(start, data), predict_probabilities(start, blank)
    return sign_discrimination(model, base, data.y, data.weight)


def _stability(fitted: Floats, refits: Floats, weight: Floats) -> Stability:
    """Compare refits with the fit (Riley & Collins 2023), averaged over interviews.

    ``fitted``, ``weight`` : (n,) arrays; ``refits`` : (m, n) array of probabilities.
    """
    difference = refits - fitted
    low, high = np.quantile(difference, [0.05, 0.95], axis=0)
    by_interview = (np.abs(difference).mean(axis=0), low, high)
    mean, low, high = (np.average(values, weights=weight) for values in by_interview)
    return Stability(float(mean), float(low), float(high), len(refits))


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
    the contribution of the signs by the leave-one-out fit (`sign_contributions`), added to the base rate of
    the fit to all rows: ``logit(base) + logit(left_out) - logit(base_left_out)``.

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
    contribution = sign_contributions(left_out, base_left_out, data.X)
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

    ``p``, ``y``, ``weight`` : (n,) arrays of probabilities, outcomes 0 and 1, and interviews per row.
    """
    intercept, slope = recalibration(p, y, weight)
    known = {"calibration_slope": slope, "intercept": intercept}  # one fit gives both
    return {
        name: float(known[name] if name in known else metric.function(p, y, weight))
        for name, metric in _validated_metrics().items()
    }


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
