"""The compared methods: each is fitted to rows and predicts the chances of new ones."""

import warnings
from collections.abc import Callable

import numpy as np
import statsmodels.api as sm
from firthmodels import FirthLogisticRegression
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
from sklearn.naive_bayes import GaussianNB
from statsmodels.tools.sm_exceptions import PerfectSeparationError

from offerodds import OfferClassifier
from offerodds.benchmarks.worlds import WEIGHT, WEIGHT_SD
from offerodds.data.answers.observations import Floats

OURS, BASE_RATE = "offerodds", "base rate"
PRIOR_RATE = 0.40  # offers per interview, known to all methods
_FLOOR = 1e-6
_FOLDS = 5
_NEGLIGIBLE_WEIGHT = 1e-12

Method = Callable[[Floats, Floats, Floats], Floats]  # (n, k) x, (n,) y, (m, k) new_x to (m,) chances


class CannotFitError(Exception):
    """A method that cannot be fitted to these rows."""


def smoothed_base_rate(y: Floats) -> float:
    """Compute the share of offers, with two imaginary interviews at the prior rate added.

    ``y`` : (n,) array of 0 and 1.

    Examples
    --------
    >>> smoothed_base_rate(np.array([])), smoothed_base_rate(np.ones(2)).__round__(2)
    (0.4, 0.7)
    """
    return float((y.sum() + 2 * PRIOR_RATE) / (y.size + 2))


def predict_with(name: str, x: Floats, y: Floats, new_x: Floats) -> tuple[Floats, bool]:
    """Predict new rows with one method, or with the smoothed base rate if it cannot be fitted.

    A peer cannot be fitted to no rows or to one class, or if it raises an error, does not converge or
    predicts numbers that are not finite.

    Parameters
    ----------
    name : str
        One of `METHODS`.
    x : (n, k) array
    y : (n,) array of 0 and 1
    new_x : (m, k) array

    Returns
    -------
    chance : (m,) array
        Probabilities, clipped to [1e-6, 1 - 1e-6].
    fitted : bool
        Whether the method could be fitted.
    """
    try:
        if name not in (OURS, BASE_RATE) and np.unique(y).size < 2:
            raise CannotFitError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            chance = METHODS[name](x, y, new_x)
        if not np.isfinite(chance).all():
            raise CannotFitError
    except (CannotFitError, ValueError, np.linalg.LinAlgError, PerfectSeparationError):
        if name == OURS:
            raise
        return np.full(len(new_x), smoothed_base_rate(y)), False
    return np.clip(chance, _FLOOR, 1 - _FLOOR), True


def _ours(x: Floats, y: Floats, new_x: Floats) -> Floats:
    """Predict with `OfferClassifier`, from its prior alone without rows: (m,) array.

    Every sign has the same prior.
    """
    k, weight = x.shape[1], np.ones(y.size)
    if not y.size:  # scikit-learn requires a row, and a weight above 0
        x, y, weight = np.zeros((1, k)), np.zeros(1), np.full(1, _NEGLIGIBLE_WEIGHT)
    classifier = OfferClassifier(
        np.full(k, WEIGHT), np.full(k, WEIGHT_SD**2), base_rate=PRIOR_RATE, classes=(0, 1)
    )
    return np.asarray(classifier.fit(x, y, weight).predict_proba(new_x)[:, 1])


def _base_rate(x: Floats, y: Floats, new_x: Floats) -> Floats:  # noqa: ARG001 - uses no sign
    return np.full(len(new_x), smoothed_base_rate(y))


def _scikit_learn(make: Callable[[], object]) -> Method:
    def method(x: Floats, y: Floats, new_x: Floats) -> Floats:
        return np.asarray(make().fit(x, y).predict_proba(new_x)[:, 1])  # type: ignore[attr-defined]

    return method


def _cross_validated(x: Floats, y: Floats, new_x: Floats) -> Floats:
    """Predict with the penalty of the lowest cross-validated log loss: (m,) array."""
    rarer = int(min(y.sum(), (1 - y).sum()))
    if rarer < 2:
        raise CannotFitError
    regression = LogisticRegressionCV(
        cv=min(_FOLDS, rarer),  # each fold needs both classes
        scoring="neg_log_loss",
        l1_ratios=(0,),
        use_legacy_attributes=False,
    )
    return np.asarray(regression.fit(x, y).predict_proba(new_x)[:, 1])


def _firth(x: Floats, y: Floats, new_x: Floats) -> Floats:
    """Predict with Firth's penalised likelihood: (m,) array."""
    regression = FirthLogisticRegression().fit(x, y)
    if not regression.converged_:
        raise CannotFitError
    return np.asarray(regression.predict_proba(new_x)[:, 1])


def _logit(x: Floats, y: Floats, new_x: Floats) -> Floats:
    """Predict with maximum likelihood, if the maximum exists: (m,) array."""
    fitted = sm.Logit(y, sm.add_constant(x, has_constant="add")).fit(disp=0, maxiter=100)
    if not fitted.mle_retvals["converged"]:
        raise CannotFitError
    return np.asarray(fitted.predict(sm.add_constant(new_x, has_constant="add")))


METHODS: dict[str, Method] = {
    OURS: _ours,
    BASE_RATE: _base_rate,
    "LogisticRegression": _scikit_learn(LogisticRegression),
    "LogisticRegressionCV": _cross_validated,
    "Firth logistic": _firth,
    "GaussianNB": _scikit_learn(GaussianNB),
    "HistGradientBoosting": _scikit_learn(lambda: HistGradientBoostingClassifier(random_state=0)),
    "statsmodels Logit": _logit,
}
PEERS = tuple(name for name in METHODS if name != OURS)
