"""The posterior mode (MAP estimate), by scikit-learn's logistic regression and Newton's method."""

import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

from ...data.answers.observations import Floats
from ...model.likelihood import gradient, information
from ...model.predictive_distribution import sigmoid
from ...model.prior import WeightedData

_SKLEARN_TOLERANCE = 1e-10  # on the gradient per unit of weight, most of which the offset column has
_OFFSET_PRECISION = 1e4  # precision of the coefficient of the offset column, in units of its information
_MAX_STEPS = 1000
# Log-odds by which a step may change any row: then p(1 - p) changes by less than a factor of e^.5 < 2, and a
# Newton step cannot overshoot the maximum of a concave function so far that it lowers the likelihood.
_MAX_LOG_ODDS_STEP = 0.5
_CONVERGED = 1e-10  # log-odds


def posterior_mode(rows: WeightedData) -> Floats:
    """Compute the coefficients that maximise the weighted likelihood: (1 + k,) array, log-odds.

    Since the prior enters as imaginary interviews, this maximum is the posterior mode. scikit-learn takes no
    offsets, so they enter as a column whose coefficient two heavy rows hold near 1. Newton steps with the
    exact offsets then remove the small error of that.

    Parameters
    ----------
    rows : WeightedData
        Real and imaginary interviews.
    """
    design, outcome, weight = _with_offset_column(rows)
    # newton-cholesky diverges where outcomes contradict a sharp prior; newton-cg does not
    regression = LogisticRegression(C=np.inf, fit_intercept=False, solver="newton-cg", tol=_SKLEARN_TOLERANCE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that it has not converged: the Newton steps below finish it
        regression.fit(design, outcome, sample_weight=weight)
    converged = regression.n_iter_[0] < regression.max_iter
    coefficients = regression.coef_[0, : rows.X.shape[1]]
    return _maximize(coefficients if converged else np.zeros_like(coefficients), rows)


def _maximize(start: Floats, rows: WeightedData) -> Floats:
    """Maximise the likelihood by Newton's method with limited steps.

    Parameters
    ----------
    start : (1 + k,) array
        Coefficients, log-odds.
    rows : WeightedData

    Returns
    -------
    (1 + k,) array
    """
    coefficients = start
    for _ in range(_MAX_STEPS):
        step = np.linalg.solve(information(coefficients, rows), gradient(coefficients, rows))
        length = np.abs(rows.X @ step).max()
        coefficients = coefficients + step / max(1.0, length / _MAX_LOG_ODDS_STEP)
        if length < _CONVERGED:
            break
    return np.asarray(coefficients)


def _with_offset_column(rows: WeightedData) -> tuple[Floats, Floats, Floats]:
    """Add the offsets to the design as a last column of known coefficient.

    The column is ``offset / s`` and its coefficient ``s``, where ``s`` is the largest offset or 1. Two added
    rows with outcomes 1 and 0 have their maximum exactly there.

    Returns
    -------
    design : (n + 2, 2 + k) array
    outcome : (n + 2,) array of 0 and 1
    weight : (n + 2,) array
    """
    offset = rows.offset
    largest = max(1.0, float(np.abs(offset).max(initial=0.0)))
    p = float(sigmoid(1.0))
    trials = _OFFSET_PRECISION * (1 + float(rows.weight @ offset**2)) / (p * (1 - p))
    known = np.zeros((2, rows.X.shape[1] + 1))
    known[:, -1] = 1 / largest
    return (
        np.concatenate([np.column_stack([rows.X, offset / largest]), known]),
        np.concatenate([rows.y, [1.0, 0.0]]),
        np.concatenate([rows.weight, [trials * p, trials * (1 - p)]]),
    )
