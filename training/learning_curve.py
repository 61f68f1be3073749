"""How well estimators predict after so many outcomes, on rows they have not seen."""

import warnings
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from ..data.errors import AnswerError, Fault
from ..data.observations import Floats

if TYPE_CHECKING:
    import pandas as pd

_NEXT_TO_NOTHING = 1e-9  # weight of the one row that scikit-learn wants where there is none
_HELD_BACK = 0.3  # share of the rows, at least, that estimators are judged by


def learning_losses(
    estimators: Mapping[str, Any],
    X: Any,
    y: Any,
    *,
    sizes: Sequence[int],
    repeats: int = 10,
    seed: int = 0,
) -> "pd.DataFrame":
    """Return the log loss of each estimator after each number of outcomes, on rows held back.

    Each repetition shuffles the rows once; every estimator learns from the same first ones, and is judged
    by the same last ones. An estimator that cannot learn from so few, as from one class or none, has no loss
    there; after none an `OfferClassifier` that is told its ``classes`` predicts from its prior.

    Parameters
    ----------
    estimators : mapping of str to estimator
        Classifiers of scikit-learn with ``predict_proba``, by the name they are shown with; copies learn.
    X : (n, k) array or DataFrame
        Features.
    y : (n,) array
        Two classes.
    sizes : sequence of int
        Outcomes to learn from, 0 or more, at most seven tenths of the rows.
    repeats : int
        Times that the rows are shuffled, 1 or more.
    seed : int
        The same seed gives the same losses.

    Returns
    -------
    DataFrame
        ``n``, ``method``, ``repetition``, ``loss``; NaN where an estimator could not learn.

    Raises
    ------
    AnswerError
        No two classes, or settings out of range; every fault is listed.

    References
    ----------
    Perlich, Provost & Simonoff (2003), Tree induction vs. logistic regression: a learning-curve analysis,
    Journal of Machine Learning Research 4:211-255.

    Examples
    --------
    >>> from offerodds import OfferClassifier
    >>> rng = np.random.default_rng(0)
    >>> X = rng.normal(size=(60, 1))
    >>> y = (X[:, 0] + rng.normal(size=60) > 0).astype(int)
    >>> found = learning_losses({"ours": OfferClassifier()}, X, y, sizes=[5, 40], repeats=2)
    >>> found.groupby("n")["loss"].mean().round(1).to_dict()
    {5: 0.6, 40: 0.6}
    """
    import pandas as pd
    from sklearn.utils import _safe_indexing, indexable

    X, y = indexable(X, np.asarray(y))
    _check(y, sizes, repeats)
    held_back = y.size - max(*sizes, int((1 - _HELD_BACK) * y.size))
    found = []
    for repetition in range(repeats):
        order = np.random.default_rng([seed, repetition]).permutation(y.size)
        new = order[y.size - held_back :]
        for n in sizes:
            rows = order[: max(n, 1)]
            known = (_safe_indexing(X, rows), y[rows])
            unseen = (_safe_indexing(X, new), y[new])
            for name, estimator in estimators.items():
                weight = {} if n else {"sample_weight": np.full(1, _NEXT_TO_NOTHING)}
                found.append((n, name, repetition, _loss(estimator, known, weight, unseen)))
    return pd.DataFrame(found, columns=["n", "method", "repetition", "loss"])


def _check(y: Any, sizes: Sequence[int], repeats: int) -> None:
    most = int((1 - _HELD_BACK) * y.size)
    faults = [
        Fault("out of range", field="sizes", seen=str(n), expected=f"0 to {most:,}")
        for n in sizes
        if not 0 <= n <= most
    ]
    if not len(sizes):
        faults.append(Fault("no number of outcomes", field="sizes"))
    if repeats < 1:
        faults.append(Fault("out of range", field="repeats", seen=str(repeats), expected="1 or more"))
    if np.unique(y).size != 2:
        faults.append(Fault("not two classes", field="y", seen=f"{np.unique(y).size}"))
    if faults:
        raise AnswerError(faults)


def _loss(
    estimator: Any, known: tuple[Any, Any], weight: dict[str, Floats], unseen: tuple[Any, Any]
) -> float:
    """Return the log loss on rows not seen; NaN if the estimator cannot learn from those known."""
    from sklearn.base import clone
    from sklearn.metrics import log_loss

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of a penalty or a step too few on a handful of rows
        # many small fits: where others use the machine too, threads wait for each other many times as long
        with threadpool_limits(1):
            try:
                fitted = clone(estimator).fit(*known, **weight)
            except (ValueError, TypeError):  # TypeError: of weights it does not take
                return float("nan")
            chance: Floats = fitted.predict_proba(unseen[0])
    if not len(fitted.classes_) == chance.shape[1] == 2:  # boosting has two columns even of one class
        return float("nan")
    return float(log_loss(unseen[1], chance, labels=fitted.classes_))
