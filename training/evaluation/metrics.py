"""Metrics of probabilities: log loss, Brier score, AUC and calibration, of one table or many resamples.

Each function accepts one row of weights, or one row per resample, so that a thousand resamples take a few
passes over a matrix instead of a thousand calls. The tests compare the metrics with scikit-learn's.

To add a metric, edit this file only: write its function, describe it in `METRICS`, and declare its name in
`MetricNames`. Evaluation, validation, every table of metrics and the documentation read `METRICS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Generic, TypeVar

import numpy as np

from ...data.answers.observations import Floats
from ...data.language import N_, number
from ...model.predictive_distribution import logit, sigmoid

CLIP = 1e-9  # probabilities are clipped to [CLIP, 1 - CLIP], the bounds of a base rate
_TIE_TOLERANCE = 1e-9  # log-odds: a smaller difference is a tie
_CONVERGED_STEP = 1e-6  # log-odds: Newton's error after a step is about the square of the step
_MAX_STEPS = 100
_NO_OVERLAP = N_("the probabilities of offers and non-offers do not overlap")

Value = TypeVar("Value")


@dataclass(frozen=True)
class Metric:
    """A metric of probabilities, with its label and format.

    Parameters
    ----------
    function : callable
        Function of probabilities, outcomes and weights, with shapes as in `log_loss`; NaN if undefined.
    label : str
        Name shown to users.
    reading : str
        Meaning of its values, such as "lower is better".
    digits : int
        Number of decimals shown.
    limits : tuple of float
        Lowest and highest possible value. A value at a limit has no interval.
    undefined : str
        Reason why the metric can be undefined, or at a limit, even if outcomes and probabilities vary.
    score : bool
        Whether it is a mean loss over rows, which compares models.
    validated : bool
        Whether training corrects it for optimism. Metrics that are perfect by construction on the training
        data, because the base rate is fitted to them, are not corrected.
    """

    function: Callable[[Floats, Floats, Floats | None], Floats]
    label: str
    reading: str
    digits: int
    limits: tuple[float, float] = (-inf, inf)
    undefined: str = N_("not defined for these interviews")
    score: bool = False
    validated: bool = True

    def text(self, value: float | None) -> str:
        """Format a value, without a minus sign on zero; a dash for None.

        Examples
        --------
        >>> METRICS["calibration_slope"].text(-0.0001), METRICS["brier"].text(None)
        ('0.00', '-')
        """
        return "-" if value is None else number(round(value, self.digits) + 0.0, f".{self.digits}f")


class MetricNames(Generic[Value]):
    """The names of `METRICS` as attributes, for editors and type checkers."""

    log_loss: Value
    brier: Value
    auc: Value
    calibration_intercept: Value
    calibration_slope: Value
    expected_over_observed: Value


@dataclass(frozen=True)
class PerMetric(MetricNames[Value]):
    """One value per metric, each also an attribute: ``result.metrics["brier"] is result.brier``.

    Parameters
    ----------
    metrics : mapping of str to value
        By name.
    """

    metrics: Mapping[str, Value]

    def __post_init__(self) -> None:
        vars(self).update(self.metrics)


def flatten_metrics(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Lift the metrics of a `PerMetric` to the level of its other fields; a ``dict_factory`` for `asdict`."""
    fields = dict(items)
    metrics: dict[str, Any] = fields.pop("metrics", {})
    return metrics | fields


def log_loss(p: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Compute the log loss, ``Σ wᵢ [-yᵢ log pᵢ - (1 - yᵢ) log(1 - pᵢ)] / Σ wᵢ``.

    Parameters
    ----------
    p : (n,) array
        Probabilities of an offer, clipped to ``[CLIP, 1 - CLIP]``.
    y : (n,) array of 0 and 1
        1 for an offer.
    weights : (n,) or (m, n) array, optional
        Weight of each row, 1 by default; one row per resample. They must not all be 0.

    Returns
    -------
    () or (m,) array
        One value, or one per resample.

    References
    ----------
    Good (1952), Rational decisions, Journal of the Royal Statistical Society B 14(1):107-114.

    Examples
    --------
    >>> float(log_loss(np.array([0.5, 0.5]), np.array([1.0, 0.0])).round(4))
    0.6931
    """
    return _mean(-np.log(np.where(y > 0, _clipped(p), 1 - _clipped(p))), weights)


def brier(p: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Compute the Brier score, ``Σ wᵢ (pᵢ - yᵢ)² / Σ wᵢ``.

    Parameters
    ----------
    p, y : (n,) array
        Probabilities of an offer, and 1 for an offer.
    weights : (n,) or (m, n) array, optional
        As in `log_loss`.

    Returns
    -------
    () or (m,) array

    References
    ----------
    Brier (1950), Verification of forecasts expressed in terms of probability, Monthly Weather Review
    78(1):1-3.

    Examples
    --------
    >>> float(brier(np.array([0.5, 1.0]), np.array([1.0, 1.0])))
    0.125
    """
    return _mean((p - y) ** 2, weights)


def auc(p: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Compute the area under the ROC curve: the share of correctly ordered pairs of an offer and a non-offer.

    ``Σ wᵢ wⱼ ([pᵢ > pⱼ] + ½ [pᵢ = pⱼ]) / Σ wᵢ wⱼ`` over all pairs with ``yᵢ = 1`` and ``yⱼ = 0``. NaN if all
    outcomes are the same.

    Parameters
    ----------
    p, y : (n,) array
        Probabilities of an offer, and 1 for an offer.
    weights : (n,) or (m, n) array, optional
        As in `log_loss`.

    Returns
    -------
    () or (m,) array

    References
    ----------
    Hanley & McNeil (1982), The meaning and use of the area under a receiver operating characteristic
    (ROC) curve, Radiology 143(1):29-36.

    Examples
    --------
    >>> float(auc(np.array([0.2, 0.4, 0.4]), np.array([0.0, 1.0, 0.0])))
    0.75
    """
    order = np.argsort(p, kind="stable")
    counts = _or_ones(weights, p)[..., order]
    offers = y[order]
    tie_starts = np.flatnonzero(np.diff(p[order], prepend=-1.0))
    n_offer = np.add.reduceat(counts * offers, tie_starts, axis=-1)
    n_no_offer = np.add.reduceat(counts * (1 - offers), tie_starts, axis=-1)
    n_below = np.cumsum(n_no_offer, axis=-1) - n_no_offer
    n_pairs = n_offer.sum(axis=-1) * n_no_offer.sum(axis=-1)
    return _ratio((n_offer * (n_below + n_no_offer / 2)).sum(axis=-1), n_pairs)


def expected_over_observed(p: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Compute the ratio of expected to observed offers, ``Σ wᵢ pᵢ / Σ wᵢ yᵢ``.

    NaN if no offer was observed.

    Parameters
    ----------
    p, y : (n,) array
        Probabilities of an offer, and 1 for an offer.
    weights : (n,) or (m, n) array, optional
        As in `log_loss`.

    Returns
    -------
    () or (m,) array

    References
    ----------
    Van Calster et al. (2019), Calibration: the Achilles heel of predictive analytics, BMC Medicine 17:230.

    Examples
    --------
    >>> float(expected_over_observed(np.array([0.3, 0.9]), np.array([0.0, 1.0])).round(6))
    1.2
    """
    counts = _or_ones(weights, p)
    return _ratio(counts @ p, counts @ y)


def calibration_intercept(p: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Fit the calibration intercept (calibration in the large), ``a`` in ``logit P(y = 1) = a + logit(p)``.

    Above 0 there were more offers than expected, below 0 fewer. NaN if all outcomes are the same.

    Parameters
    ----------
    p, y : (n,) array
        Probabilities of an offer, clipped as in `log_loss`, and 1 for an offer.
    weights : (n,) or (m, n) array, optional
        As in `log_loss`.

    Returns
    -------
    () or (m,) array
        Log-odds.

    References
    ----------
    Steyerberg et al. (2010), Assessing the performance of prediction models, Epidemiology 21(1):128-138.

    Examples
    --------
    >>> float(calibration_intercept(np.full(4, 0.5), np.array([1.0, 1.0, 1.0, 0.0])).round(4))
    1.0986
    """
    shape = _or_ones(weights, p).shape[:-1]
    counts = np.atleast_2d(_or_ones(weights, p))
    x = log_odds(p)
    offers = counts @ y
    defined = (offers > 0) & (offers < counts.sum(axis=1))
    intercept, _ = _fit(x, y, counts, defined, free_slope=False)
    return intercept.reshape(shape)


def recalibration(p: Floats, y: Floats, weights: Floats | None = None) -> tuple[Floats, Floats]:
    """Fit ``a`` and ``b`` in ``logit P(y = 1) = a + b logit(p)`` together; perfect calibration gives 0 and 1.

    This ``a`` is the intercept that R's rms prints next to the slope; `calibration_intercept` fixes the slope
    at 1. NaN where `calibration_slope` is.

    Parameters
    ----------
    p, y : (n,) array
        Probabilities of an offer, clipped as in `log_loss`, and 1 for an offer.
    weights : (n,) or (m, n) array, optional
        As in `log_loss`.

    Returns
    -------
    intercept, slope : () or (m,) array
        ``a`` in log-odds, and ``b``.

    References
    ----------
    Cox (1958), Two further applications of a model for binary regression, Biometrika 45:562-565.
    Harrell (2015), Regression Modeling Strategies, 2nd ed., section 10.9; R's rms::val.prob.
    """
    shape = _or_ones(weights, p).shape[:-1]
    counts = np.atleast_2d(_or_ones(weights, p))
    x = log_odds(p)
    center, scale = x.mean(), max(float(x.std()), _TIE_TOLERANCE)
    a, b = _fit((x - center) / scale, y, counts, _overlap(x, y, counts), free_slope=True)
    slope = b / scale
    return (a - slope * center).reshape(shape), slope.reshape(shape)


def calibration_slope(p: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Fit the calibration slope, ``b`` in ``logit P(y = 1) = a + b logit(p)``: below 1, ``p`` is too extreme.

    NaN if the likelihood has no maximum: all outcomes or all probabilities are the same, or every offer lies
    above (or below) every non-offer (complete separation; Albert & Anderson 1984).

    Parameters
    ----------
    p, y : (n,) array
        Probabilities of an offer, clipped as in `log_loss`, and 1 for an offer.
    weights : (n,) or (m, n) array, optional
        As in `log_loss`.

    Returns
    -------
    () or (m,) array

    References
    ----------
    Albert & Anderson (1984), On the existence of maximum likelihood estimates in logistic regression models,
    Biometrika 71(1):1-10.
    Cox (1958), Two further applications of a model for binary regression, Biometrika 45:562-565.
    Steyerberg et al. (2010), Assessing the performance of prediction models, Epidemiology 21(1):128-138.

    Examples
    --------
    >>> p = np.repeat([0.1, 0.9], 4)  # too extreme: the shares are 1/4 and 3/4
    >>> float(calibration_slope(p, np.array([0.0, 0, 0, 1, 0, 1, 1, 1])).round(4))
    0.5
    """
    return recalibration(p, y, weights)[1]


METRICS: dict[str, Metric] = {
    "log_loss": Metric(log_loss, N_("log loss"), N_("lower is better"), 3, limits=(0, inf), score=True),
    "brier": Metric(brier, N_("Brier score"), "lower is better", 3, limits=(0, 1), score=True),
    "auc": Metric(auc, N_("AUC"), N_("0.5 is chance"), 2, limits=(0, 1), undefined=_NO_OVERLAP),
    "calibration_intercept": Metric(
        calibration_intercept, N_("intercept"), N_("0 is right"), 2, validated=False
    ),
    "calibration_slope": Metric(calibration_slope, N_("slope"), N_("1 is right"), 2, undefined=_NO_OVERLAP),
    "expected_over_observed": Metric(
        expected_over_observed, N_("expected/actual"), "1 is right", 2, limits=(0, inf), validated=False
    ),
}


def _fit(x: Floats, y: Floats, counts: Floats, defined: Floats, *, free_slope: bool) -> tuple[Floats, Floats]:
    """Fit the logistic regression of ``y`` on ``x`` to each resample: (m,) arrays of intercepts and slopes.

    Newton's method fits all at once, starting from the fit to their sum. A step that changes the log-odds by
    at most ``d`` is shortened by ``log(1 + d) / d``, so that it never overshoots (Bach 2010, Self-concordant
    analysis for logistic regression, Electronic Journal of Statistics 4:384-414).

    ``x``, ``y`` : (n,) arrays, log-odds and outcomes; ``counts`` : (m, n) array, one resample per row;
    ``defined`` : (m,) array of bool, resamples with a maximum; the others give NaN. The slope is fitted or 1.
    """
    a, b = np.zeros(len(counts)), np.ones(len(counts))
    converged = np.zeros(len(counts), dtype=bool)
    active = np.flatnonzero(defined)
    if active.size > 1:
        total = counts[active].sum(axis=0, keepdims=True)
        start = _fit(x, y, total, np.array([True]), free_slope=free_slope)
        if np.isfinite(start).all():
            a[:], b[:] = start
    basis = np.stack([np.ones_like(x), x, x**2], axis=1)
    ends = np.array([x.min(), x.max()])
    with np.errstate(all="ignore"):  # a fit that reaches infinity or NaN never converges
        for _ in range(_MAX_STEPS):
            if not active.size:
                break
            da, db = _newton_step(a[active], b[active], y, counts[active], basis, free_slope=free_slope)
            # linear in x, so the largest change is at one of its ends
            max_change = np.abs(da[:, None] + db[:, None] * ends).max(axis=1)
            damping = np.where(max_change > 0, np.log1p(max_change) / max_change, 1.0)
            a[active] += damping * da
            b[active] += damping * db
            converged[active] = max_change < _CONVERGED_STEP
            active = active[max_change >= _CONVERGED_STEP]
    return np.where(converged, a, np.nan), np.where(converged, b, np.nan)


def _newton_step(
    a: Floats, b: Floats, y: Floats, counts: Floats, basis: Floats, *, free_slope: bool
) -> tuple[Floats, Floats]:
    """Compute the Newton steps of intercepts and slopes: two (m,) arrays.

    ``a``, ``b`` : (m,) arrays; ``y`` : (n,) array; ``counts`` : (m, n) array; ``basis`` : (n, 3), powers.
    """
    p = sigmoid(a[:, None] + b[:, None] * basis[:, 1])
    g0, g1, _ = (counts * (y - p) @ basis).T
    h0, h1, h2 = (counts * (p * (1 - p)) @ basis).T
    if not free_slope:
        return g0 / h0, np.zeros_like(b)
    determinant = h0 * h2 - h1**2
    return (h2 * g0 - h1 * g1) / determinant, (h0 * g1 - h1 * g0) / determinant


def _overlap(x: Floats, y: Floats, counts: Floats) -> Floats:
    """Check whether offers and non-offers overlap on ``x``; without overlap no slope is finite.

    ``x``, ``y`` : (n,) arrays; ``counts`` : (m, n) array; the result is an (m,) array of bool.
    """

    def ends(outcome: float) -> tuple[Floats, Floats]:
        """Find the smallest and the largest ``x`` of one outcome: two (m,) arrays."""
        drawn = (counts > 0) & (y == outcome)
        lowest, highest = (np.where(drawn, x, missing) for missing in (np.inf, -np.inf))
        return lowest.min(axis=1), highest.max(axis=1)

    (low_0, high_0), (low_1, high_1) = ends(0), ends(1)
    return np.asarray((high_0 > low_1 + _TIE_TOLERANCE) & (high_1 > low_0 + _TIE_TOLERANCE))


def log_odds(p: Floats) -> Floats:
    """Compute the logit of an (n,) array of probabilities, clipped to ``[CLIP, 1 - CLIP]``."""
    return logit(_clipped(p))


def _clipped(p: Floats) -> Floats:
    """Clip an (n,) array of probabilities to ``[CLIP, 1 - CLIP]``, so that logarithms are finite."""
    return np.clip(p, CLIP, 1 - CLIP)


def _or_ones(weights: Floats | None, p: Floats) -> Floats:
    """Return the (n,) or (m, n) array of weights, or ones as default."""
    return np.ones_like(p) if weights is None else weights


def _mean(values: Floats, weights: Floats | None) -> Floats:
    """Average an (n,) array with (n,) or (m, n) weights: () or (m,) array."""
    counts = _or_ones(weights, values)
    return np.asarray(counts @ values / counts.sum(axis=-1))


def _ratio(numerator: Floats, denominator: Floats) -> Floats:
    """Divide () or (m,) arrays, with NaN where the denominator is 0."""
    is_positive = np.asarray(denominator) > 0
    return np.asarray(np.where(is_positive, numerator / np.where(is_positive, denominator, 1.0), np.nan))
