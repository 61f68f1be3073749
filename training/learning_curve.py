"""How well estimators predict after so many outcomes, on rows they have not seen."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np

from ..data.errors import AnswerError, Fault
from .trial import Trial, try_out

if TYPE_CHECKING:
    import pandas as pd

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

    That rows were too few is believed of an estimator that fails on one class, or that has not learned from
    fewer of the same rows and learns from all there are. Any other failure is an error, after the first
    repetition in which it is seen.

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
        No two classes, settings out of range, or estimators that fail, with what they said; every fault is
        listed.

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
    on_all = cache(lambda name: try_out(estimators[name], (X, y), (X, y)))
    found = []
    for repetition in range(repeats):
        order = np.random.default_rng([seed, repetition]).permutation(y.size)
        new = order[y.size - held_back :]
        unseen, trials = (_safe_indexing(X, new), y[new]), {}
        for n in sizes:
            rows = order[: max(n, 1)]
            known = (_safe_indexing(X, rows), y[rows])
            for name, estimator in estimators.items():
                trials[n, name] = try_out(estimator, known, unseen, weightless=n == 0)
        if faults := [fault for name in estimators for fault in _failures(name, trials, on_all)]:
            raise AnswerError(faults)
        found += [(n, name, repetition, trial.loss) for (n, name), trial in trials.items()]
    return pd.DataFrame(found, columns=["n", "method", "repetition", "loss"])


def _failures(
    name: str, trials: Mapping[tuple[int, str], Trial], on_all: Callable[[str], Trial]
) -> list[Fault]:
    """Return how an estimator failed in a repetition for another reason than too few rows."""
    own = {n: trial for (n, whose), trial in trials.items() if whose == name}
    learned = [n for n, trial in own.items() if trial.learned]
    failed = {n: trial.failed for n, trial in own.items() if not trial.learned and trial.classes > 1}
    if (failed or not learned) and not on_all(name).learned:
        return [Fault("cannot learn, not even from all rows", field=name, seen=on_all(name).failed)]
    return [
        Fault(f"cannot learn from {n:,} rows, but can from {min(learned):,} of them", field=name, seen=said)
        for n, said in failed.items()
        if learned and min(learned) < n
    ]


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
