"""From figures on the interviews learned from to figures on others of the same kind."""

import numpy as np

from ...data.answers.observations import Floats
from ...model.predictive_distribution import sigmoid
from ...model.prior import Rows
from ..evaluation.bootstrap import OFTEN_UNDEFINED, undefined_reason
from ..evaluation.metrics import METRICS, Metric, log_odds, recalibration
from .validation_result import CorrectedMetric, CorrectedMetrics

_ENOUGH = 0.5  # of the resamples: where fewer define a figure, those that do are no fair sample
_INTERCEPT = Metric(
    lambda p, y, weights: recalibration(p, y, weights)[0],
    "recalibration intercept",
    "0 is right",
    METRICS["calibration_slope"].digits,
    undefined=METRICS["calibration_slope"].undefined,
)


def optimism_bootstrap(real: Rows, fitted: Floats, refits: Floats, drawn: Floats) -> CorrectedMetrics:
    """Return figures corrected by the bootstrap's estimate of their optimism.

    The optimism of a figure is its mean, over resamples, on the resample less on all rows, both of the
    model refitted to the resample. Resamples that leave a figure undefined on either side are left out
    of its mean, as R's rms does.

    Parameters
    ----------
    real : Rows
        ``n`` interviews.
    fitted : (n,) array
        Probabilities by the fit to all of them.
    refits : (m, n) array
        Probabilities of all of them by the refits.
    drawn : (m, n) array
        How often each was drawn.

    References
    ----------
    Efron & Gong (1983), The American Statistician 37(1):36-48.
    """
    apparent = figures(fitted, real.outcome, real.weight)
    gaps = []
    for p, counts in zip(refits, drawn, strict=True):
        on_resample = figures(p, real.outcome, real.weight * counts)
        on_all = figures(p, real.outcome, real.weight)
        gaps.append({name: on_resample[name] - on_all[name] for name in on_all})
    found = {}
    for name, metric in _metrics().items():
        optimism = _mean([gap[name] for gap in gaps])
        undefined = undefined_reason(fitted, real.outcome, metric.undefined)
        found[name] = _validated(apparent[name], optimism, undefined, OFTEN_UNDEFINED)
    return CorrectedMetrics(found)


def leave_one_out(
    real: Rows, fitted: Floats, unseen: Floats, base: Floats, base_unseen: Floats
) -> CorrectedMetrics:
    """Return figures of what the fits to all other rows say of each row.

    Scores, as log loss, are those of the probabilities as they are. To leave out an offer lowers the
    base rate, so that pooled over fits every offer starts lower than every other interview: signs
    without any effect would have an AUC of 0. The other metrics are therefore those of what the signs add
    by the fit that has not seen the row, on top of the base rate of all rows.

    Parameters
    ----------
    real : Rows
        ``n`` interviews.
    fitted, base : (n,) array
        Probabilities by the fit to all rows, with the signs and without.
    unseen, base_unseen : (n,) array
        The same by the fit to all rows but this.

    References
    ----------
    Airola, Pahikkala, Waegeman, De Baets & Salakoski (2011), An experimental comparison of
    cross-validation techniques for estimating the area under the ROC curve, Computational Statistics &
    Data Analysis 55(4):1828-1844: the bias of pooling.
    """
    added = np.round(log_odds(unseen) - log_odds(base_unseen), 9)
    steady = sigmoid(log_odds(base) + added)
    found = {}
    for name, metric in _metrics().items():
        apparent, corrected = (
            float(metric.function(p, real.outcome, real.weight))
            for p in (fitted, unseen if metric.score else steady)
        )
        undefined, unclear = (undefined_reason(p, real.outcome, metric.undefined) for p in (fitted, unseen))
        found[name] = _validated(apparent, apparent - corrected, undefined, unclear)
    return CorrectedMetrics(found)


def figures(p: Floats, y: Floats, weight: Floats) -> dict[str, float]:
    """Compute every validated metric of (n,) arrays, NaN where undefined."""
    return {name: float(metric.function(p, y, weight)) for name, metric in _metrics().items()}


def _metrics() -> dict[str, Metric]:
    """Collect what is validated: metrics of the registry, and the intercept beside the slope."""
    return {name: each for name, each in METRICS.items() if each.validated} | {"intercept": _INTERCEPT}


def _mean(values: list[float]) -> float:
    """Return the mean of those defined, NaN where too few are."""
    defined = np.array(values)[np.isfinite(values)]
    return float(defined.mean()) if defined.size and defined.size >= _ENOUGH * len(values) else np.nan


def _validated(apparent: float, optimism: float, undefined: str, unclear: str) -> CorrectedMetric:
    """Build a metric with its optimism, or with the reason why there is none.

    ``undefined`` is the reason without an apparent value, ``unclear`` the one with it.
    """
    if np.isnan(apparent):
        return CorrectedMetric(None, None, None, undefined)
    if np.isnan(optimism):
        return CorrectedMetric(apparent, None, None, unclear)
    return CorrectedMetric(apparent, optimism, apparent - optimism)
