"""Metrics of probabilities: log loss, Brier score, AUC and calibration, of one table or many resamples.

Each function takes how often each row counts, as one row of weights or as one row a resample, so that
a thousand resamples are a few passes over a matrix and not a thousand calls. The tests compare them with
scikit-learn's.

To add a metric, edit this file only: write its function, describe it in `METRICS`, and declare its name in
`MetricNames`. Evaluation, validation, every table of metrics and the documentation read `METRICS`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import inf
from typing import Any, Generic, TypeVar

import numpy as np

from ...data.answers.observations import Floats
from ...model.predictive_distribution import logit, sigmoid

CLIP = 1e-9  # probabilities are clipped to [CLIP, 1 - CLIP], the bounds of a base rate
_ALIKE = 1e-9  # log-odds: probabilities this near to each other are the same
_STILL = 1e-6  # log-odds: a Newton step below it leaves an error of its square
_STEPS = 100
_NO_OVERLAP = "offers and the others do not overlap in probability"

Value = TypeVar("Value")


@dataclass(frozen=True)
class Metric:
    """A measure of how good probabilities are, and how to show it.

    Parameters
    ----------
    function : callable
        Takes probabilities, outcomes and weights, shapes as for `log_loss`; NaN where undefined.
    label : str
        Name for readers.
    reading : str
        Which values are good.
    digits : int
        Decimals to show.
    limits : tuple of float
        Lowest and highest possible value. At either of them no interval is given.
    undefined : str
        Why the metric is undefined, or at a limit, although outcomes and probabilities vary.
    score : bool
        Whether it is the mean loss of the rows, by which different models can be compared.
    validated : bool
        Whether training corrects it for optimism. Not where the base rate is fitted to the same outcomes,
        which makes the metric perfect by construction.
    """

    function: Callable[[Floats, Floats, Floats | None], Floats]
    label: str
    reading: str
    digits: int
    limits: tuple[float, float] = (-inf, inf)
    undefined: str = "not defined for these interviews"
    score: bool = False
    validated: bool = True

    def text(self, value: float | None) -> str:
        """Format a value, without a minus before zero; a dash for None.

        Examples
        --------
        >>> METRICS["calibration_slope"].text(-0.0001), METRICS["brier"].text(None)
        ('0.00', '-')
        """
        return "-" if value is None else f"{round(value, self.digits) + 0.0:.{self.digits}f}"


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
    """A value for each metric, also readable as an attribute: ``found.metrics["brier"] is found.brier``.

    Parameters
    ----------
    metrics : mapping of str to value
        By name.
    """

    metrics: Mapping[str, Value]

    def __post_init__(self) -> None:
        vars(self).update(self.metrics)


def flatten_metrics(items: list[tuple[str, Any]]) -> dict[str, Any]:
    """Put the metrics of a `PerMetric` among its other fields: a ``dict_factory`` of `asdict`."""
    fields = dict(items)
    metrics: dict[str, Any] = fields.pop("metrics", {})
    return metrics | fields


def log_loss(p: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Compute the mean of ``-log`` of the probability of what happened.

    Parameters
    ----------
    p : (n,) array
        Probabilities of an offer, clipped to `CLIP` from 0 and 1.
    y : (n,) array
        1 for an offer, 0 for none.
    weights : (n,) or (m, n) array, optional
        How often each row counts, not 0 for all; every row once by default.

    Returns
    -------
    () or (m,) array

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
    """Compute the mean of ``(p - y)²``, shapes as for `log_loss`.

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
    """Compute the share of pairs of an offer and no offer that ``p`` orders correctly, ties counted half.

    Shapes as for `log_loss`; NaN where all outcomes are the same.

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
    ties = np.flatnonzero(np.diff(p[order], prepend=-1.0))
    with_offer = np.add.reduceat(counts * offers, ties, axis=-1)
    without = np.add.reduceat(counts * (1 - offers), ties, axis=-1)
    below = np.cumsum(without, axis=-1) - without
    pairs = with_offer.sum(axis=-1) * without.sum(axis=-1)
    return _ratio((with_offer * (below + without / 2)).sum(axis=-1), pairs)


def expected_over_observed(p: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Compute expected offers ``Σ p`` over observed ones ``Σ y``, shapes as for `log_loss`.

    NaN where no offer was observed.

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
    """Fit ``a`` of ``logit P(y = 1) = a + logit(p)``, calibration in the large.

    Above 0 there were more offers than expected, below 0 fewer. Shapes as for `log_loss`, ``p`` clipped
    as there; NaN where all outcomes are the same.

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
    """Fit ``a`` and ``b`` of ``logit P(y = 1) = a + b logit(p)`` together; 0 and 1 are right.

    This ``a`` is the intercept that R's rms prints beside the slope; `calibration_intercept` is the one with
    the slope held at 1. Shapes as for `log_loss`, ``p`` clipped as there; NaN where `calibration_slope` is.
    """
    shape = _or_ones(weights, p).shape[:-1]
    counts = np.atleast_2d(_or_ones(weights, p))
    x = log_odds(p)
    centre, spread = x.mean(), max(float(x.std()), _ALIKE)
    a, b = _fit((x - centre) / spread, y, counts, _overlap(x, y, counts), free_slope=True)
    slope = b / spread
    return (a - slope * centre).reshape(shape), slope.reshape(shape)


def calibration_slope(p: Floats, y: Floats, weights: Floats | None = None) -> Floats:
    """Fit the slope ``b`` of ``logit P(y = 1) = a + b logit(p)``: below 1 the probabilities are too extreme.

    Shapes as for `log_loss`, ``p`` clipped as there. NaN where no largest likelihood exists: all outcomes or
    all probabilities the same, or every offer above every other interview, or below (Albert & Anderson 1984).

    References
    ----------
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
    "log_loss": Metric(log_loss, "log loss", "lower is better", 3, limits=(0, inf), score=True),
    "brier": Metric(brier, "Brier score", "lower is better", 3, limits=(0, 1), score=True),
    "auc": Metric(auc, "AUC", "0.5 is chance", 2, limits=(0, 1), undefined=_NO_OVERLAP),
    "calibration_intercept": Metric(calibration_intercept, "intercept", "0 is right", 2, validated=False),
    "calibration_slope": Metric(calibration_slope, "slope", "1 is right", 2, undefined=_NO_OVERLAP),
    "expected_over_observed": Metric(
        expected_over_observed, "expected/seen", "1 is right", 2, limits=(0, inf), validated=False
    ),
}


def _fit(x: Floats, y: Floats, counts: Floats, defined: Floats, *, free_slope: bool) -> tuple[Floats, Floats]:
    """Return intercept and slope of the logistic regression of ``y`` on ``x``, a resample a row of counts.

    Newton's method, for all resamples at once and from the fit to all of them together. A step that
    moves some log-odds by ``d`` is shortened by ``log(1 + d) / d``, with which it never overshoots (Bach
    2010, Self-concordant analysis for logistic regression, Electronic Journal of Statistics 4:384-414).
    NaN where not defined.
    """
    a, b = np.zeros(len(counts)), np.ones(len(counts))
    settled = np.zeros(len(counts), dtype=bool)
    todo = np.flatnonzero(defined)
    if todo.size > 1:
        together = counts[todo].sum(axis=0, keepdims=True)
        start = _fit(x, y, together, np.array([True]), free_slope=free_slope)
        if np.isfinite(start).all():
            a[:], b[:] = start
    basis = np.stack([np.ones_like(x), x, x**2], axis=1)
    ends = np.array([x.min(), x.max()])
    with np.errstate(all="ignore"):  # what ends in infinity or NaN never settles
        for _ in range(_STEPS):
            if not todo.size:
                break
            da, db = _newton_step(a[todo], b[todo], y, counts[todo], basis, free_slope=free_slope)
            reach = np.abs(da[:, None] + db[:, None] * ends).max(axis=1)
            shorter = np.where(reach > 0, np.log1p(reach) / reach, 1.0)
            a[todo] += shorter * da
            b[todo] += shorter * db
            settled[todo] = reach < _STILL
            todo = todo[reach >= _STILL]
    return np.where(settled, a, np.nan), np.where(settled, b, np.nan)


def _newton_step(
    a: Floats, b: Floats, y: Floats, counts: Floats, basis: Floats, *, free_slope: bool
) -> tuple[Floats, Floats]:
    """Return the Newton steps of intercepts and slopes: two (m,) arrays; basis is 1, x and x²."""
    p = sigmoid(a[:, None] + b[:, None] * basis[:, 1])
    g0, g1, _ = (counts * (y - p) @ basis).T
    h0, h1, h2 = (counts * (p * (1 - p)) @ basis).T
    if not free_slope:
        return g0 / h0, np.zeros_like(b)
    determinant = h0 * h2 - h1**2
    return (h2 * g0 - h1 * g1) / determinant, (h0 * g1 - h1 * g0) / determinant


def _overlap(x: Floats, y: Floats, counts: Floats) -> Floats:
    """Return whether offers and others overlap on ``x``, without which no slope is finite: (m,) array."""

    def ends(kind: float) -> tuple[Floats, Floats]:
        drawn = (counts > 0) & (y == kind)
        lowest, highest = (np.where(drawn, x, none) for none in (np.inf, -np.inf))
        return lowest.min(axis=1), highest.max(axis=1)

    (low_0, high_0), (low_1, high_1) = ends(0), ends(1)
    return np.asarray((high_0 > low_1 + _ALIKE) & (high_1 > low_0 + _ALIKE))


def log_odds(p: Floats) -> Floats:
    """Return the logit of probabilities, clipped to `CLIP` from 0 and 1."""
    return logit(_clipped(p))


def _clipped(p: Floats) -> Floats:
    return np.clip(p, CLIP, 1 - CLIP)


def _or_ones(weights: Floats | None, p: Floats) -> Floats:
    return np.ones_like(p) if weights is None else weights


def _mean(values: Floats, weights: Floats | None) -> Floats:
    counts = _or_ones(weights, values)
    return np.asarray(counts @ values / counts.sum(axis=-1))


def _ratio(above: Floats, below: Floats) -> Floats:
    """Return the ratio, NaN where the divisor is 0."""
    positive = np.asarray(below) > 0
    return np.asarray(np.where(positive, above / np.where(positive, below, 1.0), np.nan))
