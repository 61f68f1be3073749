"""The mode of a posterior, by scikit-learn's logistic regression."""

import warnings

import numpy as np
from sklearn.linear_model import LogisticRegression

from ...data.answers.observations import Floats
from ...model.likelihood import gradient, information
from ...model.predictive_distribution import sigmoid
from ...model.prior import WeightedData

_TOLERANCE = 1e-10  # on the gradient per unit of weight, most of which the known column carries
_KNOWN = 1e4  # how many times the information of the offsets holds their coefficient
_STEPS = 1000
_STRIDE = 0.5  # log-odds: no curvature changes by more than a factor e^.5 < 2, so every step leads upwards
_STILL = 1e-10


def posterior_mode(rows: WeightedData) -> Floats:
    """Return the coefficients of the largest weighted likelihood: (1 + k,) array.

    scikit-learn takes no offset, so the offsets enter as a column whose coefficient is known: like
    any prior, that knowledge is two imaginary rows, heavy enough to leave it next to no choice. A
    climb with the offsets themselves takes away what choice is left.

    Parameters
    ----------
    rows : Rows
        Real and imaginary interviews.
    """
    design, outcome, weight = _with_known_column(rows)
    # newton-cholesky steps out of reach where outcomes contradict a sharp prior; newton-cg does not
    regression = LogisticRegression(C=np.inf, fit_intercept=False, solver="newton-cg", tol=_TOLERANCE)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of what is left to do, which the climb does
        regression.fit(design, outcome, sample_weight=weight)
    found = regression.coef_[0, : rows.X.shape[1]]
    return _climb(found if regression.n_iter_[0] < regression.max_iter else np.zeros_like(found), rows)


def _climb(start: Floats, rows: WeightedData) -> Floats:
    """Return the top of the likelihood by Newton's method, in strides that no row's log-odds exceed."""
    at = start
    for _ in range(_STEPS):
        step = np.linalg.solve(information(at, rows), gradient(at, rows))
        stride = np.abs(rows.X @ step).max()
        at = at + step / max(1.0, stride / _STRIDE)
        if stride < _STILL:
            break
    return np.asarray(at)


def _with_known_column(rows: WeightedData) -> tuple[Floats, Floats, Floats]:
    """Return design, outcome and weight with the offsets as a last column of known coefficient.

    The column is ``offset / s`` with ``s`` the largest offset or 1, and its coefficient ``s``.
    """
    offset = rows.offset
    largest = max(1.0, float(np.abs(offset).max(initial=0.0)))
    p = float(sigmoid(1.0))
    trials = _KNOWN * (1 + float(rows.weight @ offset**2)) / (p * (1 - p))
    known = np.zeros((2, rows.X.shape[1] + 1))
    known[:, -1] = 1 / largest
    return (
        np.concatenate([np.column_stack([rows.X, offset / largest]), known]),
        np.concatenate([rows.y, [1.0, 0.0]]),
        np.concatenate([rows.weight, [trials * p, trials * (1 - p)]]),
    )
