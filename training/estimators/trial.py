"""One estimator that learns from some rows and is judged by others."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from threadpoolctl import threadpool_limits

from ...data.errors import printable

_NEXT_TO_NOTHING = 1e-9  # weight of the one row that scikit-learn wants where there is none
_LONGEST = 240  # characters of an estimator's own words


@dataclass(frozen=True)
class Trial:
    """What came of it.

    Parameters
    ----------
    classes : int
        How many the rows learned from have.
    loss : float
        Log loss on the other rows; NaN if there is none.
    failed : str
        What the estimator said when it failed; blank if it did not.
    """

    classes: int
    loss: float = float("nan")
    failed: str = ""

    @property
    def learned(self) -> bool:
        """Whether there is a loss."""
        return not np.isnan(self.loss)


def try_out(
    estimator: Any, known: tuple[Any, Any], unseen: tuple[Any, Any], *, weightless: bool = False
) -> Trial:
    """Return how a copy of an estimator predicts some rows after it has learned from others.

    Parameters
    ----------
    estimator : estimator
        Classifier of scikit-learn with ``predict_proba``.
    known, unseen : (X, y)
        Features and classes of the rows to learn from, and of those to predict.
    weightless : bool
        Whether the rows to learn from are to count for next to nothing.

    Returns
    -------
    Trial
        Of two classes no loss only if the estimator failed.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> rows = [[0.0], [1.0]] * 5, np.array([0, 1] * 5)
    >>> try_out(LogisticRegression(), rows, rows).learned
    True
    >>> try_out(LogisticRegression(C=-1), rows, rows).failed[:46]
    "InvalidParameterError: The 'C' parameter of Lo"
    """
    classes = np.unique(known[1]).size
    weight = {"sample_weight": np.full(len(known[1]), _NEXT_TO_NOTHING)} if weightless else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a penalty or a step too few on a handful of rows
        # many small fits: where others use the machine too, threads wait for each other many times as long
        with threadpool_limits(1):
            try:
                loss = _loss(estimator, known, weight, unseen)
            except Exception as error:  # it may be any, as scikit-learn's own learning curves have it
                return Trial(classes, failed=_words(error))
    return Trial(classes, loss)


def _loss(estimator: Any, known: tuple[Any, Any], weight: dict[str, Any], unseen: tuple[Any, Any]) -> float:
    from sklearn.base import clone
    from sklearn.metrics import log_loss

    fitted = clone(estimator).fit(*known, **weight)
    chance = fitted.predict_proba(unseen[0])
    if not len(fitted.classes_) == chance.shape[1] == 2:  # boosting has two columns even of one class
        raise ValueError(f"{chance.shape[1]} columns of chances of {len(fitted.classes_)} classes")
    return float(log_loss(unseen[1], chance, labels=fitted.classes_))


def _words(error: Exception) -> str:
    """Return what an error says, on one line, after its kind."""
    said = printable(f"{type(error).__name__}: {' '.join(str(error).split())}")
    return said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
