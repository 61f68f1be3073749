"""Ours and what it is compared with: each learns from rows and gives the chances of new ones."""

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
TOLD_RATE = 0.40  # offers per interview, told to all
_FLOOR = 1e-6
_FOLDS = 5
_NEXT_TO_NOTHING = 1e-12

Method = Callable[[Floats, Floats, Floats], Floats]


class CannotFitError(Exception):
    """A method has no estimate for these rows."""


def smoothed_base_rate(y: Floats) -> float:
    """Return the offers per interview as if two had been seen before, at the rate told.

    Examples
    --------
    >>> smoothed_base_rate(np.array([])), smoothed_base_rate(np.ones(2)).__round__(2)
    (0.4, 0.7)
    """
    return float((y.sum() + 2 * TOLD_RATE) / (y.size + 2))


def chances(name: str, x: Floats, y: Floats, new_x: Floats) -> tuple[Floats, bool]:
    """Return what one method says of new rows, and whether it could fit.

    A peer that cannot fit says the smoothed base rate: of no rows or one outcome alone, where it raises,
    does not converge or gives numbers that are not finite.

    Parameters
    ----------
    name : str
        One of `METHODS`.
    x : (n, k) array
    y : (n,) array of 0 and 1
    new_x : (m, k) array

    Returns
    -------
    (m,) array
        Clipped to [1e-6, 1 - 1e-6].
    bool
    """
    try:
        if name not in (OURS, BASE_RATE) and np.unique(y).size < 2:
            raise CannotFitError
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = METHODS[name](x, y, new_x)
        if not np.isfinite(found).all():
            raise CannotFitError
    except (CannotFitError, ValueError, np.linalg.LinAlgError, PerfectSeparationError):
        if name == OURS:
            raise
        return np.full(len(new_x), smoothed_base_rate(y)), False
    return np.clip(found, _FLOOR, 1 - _FLOOR), True


def _ours(x: Floats, y: Floats, new_x: Floats) -> Floats:
    """Return the chances of `OfferClassifier`, told the same of every sign; of no rows, its prior."""
    k, weight = x.shape[1], np.ones(y.size)
    if not y.size:  # scikit-learn wants a row, and a weight above 0
        x, y, weight = np.zeros((1, k)), np.zeros(1), np.full(1, _NEXT_TO_NOTHING)
    classifier = OfferClassifier(
        np.full(k, WEIGHT), np.full(k, WEIGHT_SD**2), base_rate=TOLD_RATE, classes=(0, 1)
    )
    return np.asarray(classifier.fit(x, y, weight).predict_proba(new_x)[:, 1])


def _base_rate(x: Floats, y: Floats, new_x: Floats) -> Floats:  # noqa: ARG001 - looks at no sign
    return np.full(len(new_x), smoothed_base_rate(y))


def _scikit_learn(make: Callable[[], object]) -> Method:
    def method(x: Floats, y: Floats, new_x: Floats) -> Floats:
        return np.asarray(make().fit(x, y).predict_proba(new_x)[:, 1])  # type: ignore[attr-defined]

    return method


def _cross_validated(x: Floats, y: Floats, new_x: Floats) -> Floats:
    """Return the chances of the penalty of the best log loss in as many folds as the rarer class allows."""
    rarer = int(min(y.sum(), (1 - y).sum()))
    if rarer < 2:
        raise CannotFitError
    regression = LogisticRegressionCV(
        cv=min(_FOLDS, rarer), scoring="neg_log_loss", l1_ratios=(0,), use_legacy_attributes=False
    )
    return np.asarray(regression.fit(x, y).predict_proba(new_x)[:, 1])


def _firth(x: Floats, y: Floats, new_x: Floats) -> Floats:
    """Return the chances of Firth's penalised likelihood."""
    regression = FirthLogisticRegression().fit(x, y)
    if not regression.converged_:
        raise CannotFitError
    return np.asarray(regression.predict_proba(new_x)[:, 1])


def _logit(x: Floats, y: Floats, new_x: Floats) -> Floats:
    """Return the chances of maximum likelihood, where it has a maximum."""
    found = sm.Logit(y, sm.add_constant(x, has_constant="add")).fit(disp=0, maxiter=100)
    if not found.mle_retvals["converged"]:
        raise CannotFitError
    return np.asarray(found.predict(sm.add_constant(new_x, has_constant="add")))


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
