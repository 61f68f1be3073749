"""How well estimators predict after so many outcomes, on rows they have not seen."""

import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from ...data.errors import AnswerError, Fault, clip, printable
from ...data.parameter_checks import setting_faults

if TYPE_CHECKING:
    import pandas as pd


_NEXT_TO_NOTHING = 1e-9  # weight of the one row that scikit-learn wants where there is none
_LONGEST = 240  # characters of an estimator's own words
_HELD_BACK = 0.3  # share of the rows, at least, that estimators are judged by


@dataclass(frozen=True)
class FitScore:
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


def fit_and_score(
    estimator: Any, known: tuple[Any, Any], unseen: tuple[Any, Any], *, weightless: bool = False
) -> FitScore:
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
    >>> fit_and_score(LogisticRegression(), rows, rows).learned
    True
    >>> fit_and_score(LogisticRegression(C=-1), rows, rows).failed[:46]
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
                return FitScore(classes, failed=_words(error))
    return FitScore(classes, loss)


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
        No two classes, a row without one, settings out of range, or estimators that fail, with what they
        said; every fault is listed.

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

    if faults := curve_faults(estimators, X, y, sizes=sizes, repeats=repeats, seed=seed):
        raise AnswerError(faults)
    X, y = indexable(X, np.asarray(y))
    held_back = y.size - max(*sizes, int((1 - _HELD_BACK) * y.size))
    on_all = cache(lambda name: fit_and_score(estimators[name], (X, y), (X, y)))
    found = []
    for repetition in range(repeats):
        order = np.random.default_rng([seed, repetition]).permutation(y.size)
        new = order[y.size - held_back :]
        unseen, trials = (_safe_indexing(X, new), y[new]), {}
        for n in sizes:
            rows = order[: max(n, 1)]
            known = (_safe_indexing(X, rows), y[rows])
            for name, estimator in estimators.items():
                trials[n, name] = fit_and_score(estimator, known, unseen, weightless=n == 0)
        if faults := [fault for name in estimators for fault in _failures(name, trials, on_all)]:
            raise AnswerError(faults)
        found += [(n, name, repetition, trial.loss) for (n, name), trial in trials.items()]
    return pd.DataFrame(found, columns=["n", "method", "repetition", "loss"])


def _failures(
    name: str, trials: Mapping[tuple[int, str], FitScore], on_all: Callable[[str], FitScore]
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


def curve_faults(
    estimators: object, X: Any, y: Any, *, sizes: object, repeats: object, seed: object
) -> list[Fault]:
    """Return all that is wrong with what `learning_losses` is told, before anything learns.

    Examples
    --------
    >>> told = {"sizes": [2.5], "repeats": 0, "seed": 0}
    >>> for fault in curve_faults({}, [[0], [1], [2], [3]], [0, 1, 0, None], **told):
    ...     print(fault)
    estimators: none; expected classifiers by name
    y: no class; seen in 1 of 4 rows
    sizes: out of range; seen 2.5, expected a whole number, 0 to 2
    repeats: out of range; seen 0, expected a whole number, 1 or more
    """
    faults = []
    if not isinstance(estimators, Mapping) or not estimators:
        seen = "" if isinstance(estimators, Mapping) else clip(estimators)
        faults.append(Fault("none", field="estimators", seen=seen, expected="classifiers by name"))
    faults += _row_faults(X, y)
    return faults + _size_faults(sizes, y) + setting_faults(repeats=(repeats, 1), seed=(seed, 0))


def _row_faults(X: Any, y: Any) -> list[Fault]:
    """Return why rows cannot be learned from: no column of two classes, one a row."""
    import pandas as pd
    from sklearn.utils import indexable

    try:
        y = np.asarray(y)
    except ValueError:  # lists of several lengths
        return [Fault("not one column", field="y", seen=clip(y))]
    if y.ndim != 1:
        return [Fault("not one column", field="y", seen=f"the shape {y.shape}")]
    faults = []
    try:
        indexable(X, y)
    except (TypeError, ValueError) as error:
        faults.append(Fault("not a row for each of y", field="X", seen=str(error)))
    missing = pd.isna(y)
    if missing.any():
        faults.append(Fault("no class", field="y", seen=f"in {missing.sum():,} of {y.size:,} rows"))
    classes = pd.unique(y[~missing]).size
    if classes != 2:
        faults.append(Fault("not two classes", field="y", seen=f"{classes:,}"))
    return faults


def _size_faults(sizes: object, y: Any) -> list[Fault]:
    """Return why these are no numbers of rows to learn from, out of those there are."""
    if not isinstance(sizes, Collection) or not np.iterable(sizes):
        return [Fault("no list", field="sizes", seen=clip(sizes), expected="whole numbers, as [10, 100]")]
    if not len(sizes):
        return [Fault("no number of outcomes", field="sizes")]
    most = int((1 - _HELD_BACK) * len(list(y))) if np.iterable(y) else 0
    return [
        Fault("out of range", field="sizes", seen=clip(size), expected=f"a whole number, 0 to {most:,}")
        for size in sizes
        if isinstance(size, bool) or not isinstance(size, Integral) or not 0 <= int(size) <= most
    ]
