"""Learning curves: log loss of estimators by number of training outcomes, and their paired differences."""

import math
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from numbers import Integral
from typing import TYPE_CHECKING, Any

import numpy as np
from threadpoolctl import threadpool_limits

from ...data.answers.observations import Floats
from ...data.answers.parsing import integer_faults
from ...data.errors import AnswerError, Fault, clip, printable
from ...data.language import N_, _, number

if TYPE_CHECKING:
    import pandas as pd

_NEGLIGIBLE_WEIGHT = 1e-9  # of the one row that scikit-learn requires to fit without data
_MAX_MESSAGE = 240  # characters of an estimator's error message
_MIN_TEST_SHARE = 0.3  # of the rows
LEVEL = 0.95  # of intervals of mean losses


@dataclass(frozen=True)
class FitScore:
    """The result of fitting and scoring one estimator.

    Parameters
    ----------
    n_classes : int
        Number of classes in the training rows.
    loss : float
        Log loss on the test rows; NaN if the fit failed.
    error : str
        Error message if the fit failed; empty otherwise.
    """

    n_classes: int
    loss: float = float("nan")
    error: str = ""

    @property
    def has_loss(self) -> bool:
        """Whether the estimator was fitted and scored."""
        return not np.isnan(self.loss)


def fit_and_score(
    estimator: Any, train: tuple[Any, Any], test: tuple[Any, Any], *, weightless: bool = False
) -> FitScore:
    """Fit a copy of an estimator to some rows and score it on others.

    Parameters
    ----------
    estimator : estimator
        scikit-learn classifier with ``predict_proba``.
    train, test : (X, y)
        Features and classes of the training rows and of the test rows.
    weightless : bool
        Whether to give the training rows a negligible weight.

    Returns
    -------
    FitScore
        With two classes, the loss is missing only if the estimator failed.

    Examples
    --------
    >>> from sklearn.linear_model import LogisticRegression
    >>> rows = [[0.0], [1.0]] * 5, np.array([0, 1] * 5)
    >>> fit_and_score(LogisticRegression(), rows, rows).has_loss
    True
    >>> fit_and_score(LogisticRegression(C=-1), rows, rows).error[:46]
    "InvalidParameterError: The 'C' parameter of Lo"
    """
    n_classes = np.unique(train[1]).size
    weight = {"sample_weight": np.full(len(train[1]), _NEGLIGIBLE_WEIGHT)} if weightless else {}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about penalties or convergence with a handful of rows
        # many small fits: on a busy machine, threads would wait for each other most of the time
        with threadpool_limits(1):
            try:
                loss = _test_loss(estimator, train, weight, test)
            except Exception as error:  # of any kind, as in scikit-learn's learning_curve
                return FitScore(n_classes, error=_error_message(error))
    return FitScore(n_classes, loss)


def _test_loss(
    estimator: Any, train: tuple[Any, Any], weight: dict[str, Any], test: tuple[Any, Any]
) -> float:
    from sklearn.base import clone
    from sklearn.metrics import log_loss

    fitted = clone(estimator).fit(*train, **weight)
    p = fitted.predict_proba(test[0])
    if not len(fitted.classes_) == p.shape[1] == 2:  # boosting has two columns even for one class
        n, classes = p.shape[1], len(fitted.classes_)
        raise ValueError(_("{n} columns of probabilities for {classes} classes", n=n, classes=classes))
    return float(log_loss(test[1], p, labels=fitted.classes_))


def _error_message(error: Exception) -> str:
    """Format an error with its type, on one line."""
    message = printable(f"{type(error).__name__}: {' '.join(str(error).split())}")
    return message if len(message) <= _MAX_MESSAGE else f"{message[: _MAX_MESSAGE - 1]}…"


def learning_losses(
    estimators: Mapping[str, Any], X: Any, y: Any, *, sizes: Sequence[int], repeats: int = 10, seed: int = 0
) -> "pd.DataFrame":
    """Compute the log loss of each estimator on held-out rows, by number of training outcomes.

    Each repetition shuffles the rows once; every estimator is trained on the same first rows and scored on
    the same last ones. An estimator that cannot be fitted to so few rows, for example to one class or none,
    has no loss there. Without outcomes, an `OfferClassifier` with specified ``classes`` predicts from its
    prior.

    A failure is attributed to too few rows if the training rows have one class, or if the estimator also
    failed on fewer of the same rows and can be fitted to all rows. Any other failure is an error, raised
    after the first repetition in which it occurs.

    Parameters
    ----------
    estimators : mapping of str to estimator
        scikit-learn classifiers with ``predict_proba``, by display name; copies are fitted.
    X : (n, k) array or DataFrame
        Features.
    y : (n,) array
        Two classes.
    sizes : sequence of int
        Numbers of training outcomes, 0 or more, at most seven tenths of the rows.
    repeats : int
        Number of shuffles, 1 or more.
    seed : int
        The same seed gives the same losses.

    Returns
    -------
    DataFrame
        ``n``, ``method``, ``repetition``, ``loss``; NaN if an estimator could not be fitted.

    Raises
    ------
    AnswerError
        Not two classes, a row without a class, parameters out of range, or estimators that fail, with their
        error messages; every fault is listed.

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
    >>> losses = learning_losses({"ours": OfferClassifier()}, X, y, sizes=[5, 40], repeats=2)
    >>> losses.groupby("n")["loss"].mean().round(1).to_dict()
    {5: 0.5, 40: 0.6}
    """
    import pandas as pd
    from sklearn.utils import _safe_indexing, indexable

    if faults := curve_faults(estimators, X, y, sizes=sizes, repeats=repeats, seed=seed):
        raise AnswerError(faults)
    X, y = indexable(X, np.asarray(y))
    n_test = y.size - max(*sizes, int((1 - _MIN_TEST_SHARE) * y.size))
    # only needed to explain a failure, and then once
    score_on_all = cache(lambda name: fit_and_score(estimators[name], (X, y), (X, y)))
    losses = []
    for repetition in range(repeats):
        order = np.random.default_rng([seed, repetition]).permutation(y.size)
        test_rows = order[y.size - n_test :]
        test, scores = (_safe_indexing(X, test_rows), y[test_rows]), {}
        for n in sizes:
            train_rows = order[: max(n, 1)]
            train = (_safe_indexing(X, train_rows), y[train_rows])
            for name, estimator in estimators.items():
                scores[n, name] = fit_and_score(estimator, train, test, weightless=n == 0)
        if faults := [fault for name in estimators for fault in _failures(name, scores, score_on_all)]:
            raise AnswerError(faults)
        losses += [(n, name, repetition, score.loss) for (n, name), score in scores.items()]
    return pd.DataFrame(losses, columns=["n", "method", "repetition", "loss"])


def _failures(
    name: str, scores: Mapping[tuple[int, str], FitScore], score_on_all: Callable[[str], FitScore]
) -> list[Fault]:
    """List the failures of an estimator in a repetition that too few rows do not explain."""
    by_size = {n: score for (n, method), score in scores.items() if method == name}
    fitted = [n for n, score in by_size.items() if score.has_loss]
    failed = {n: score.error for n, score in by_size.items() if not score.has_loss and score.n_classes > 1}
    if (failed or not fitted) and not score_on_all(name).has_loss:
        return [Fault("cannot be fitted, not even to all rows", field=name, seen=score_on_all(name).error)]
    text = N_("cannot be fitted to {n} rows, but to {fewer} of them")
    return [
        Fault(_(text, n=number(n), fewer=number(min(fitted))), field=name, seen=error)
        for n, error in failed.items()
        if fitted and min(fitted) < n
    ]


def curve_faults(
    estimators: object, X: Any, y: Any, *, sizes: object, repeats: object, seed: object
) -> list[Fault]:
    """List all faults in the arguments of `learning_losses`, before anything is fitted.

    Examples
    --------
    >>> settings = {"sizes": [2.5], "repeats": 0, "seed": 0}
    >>> for fault in curve_faults({}, [[0], [1], [2], [3]], [0, 1, 0, None], **settings):
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
    return faults + _size_faults(sizes, y) + integer_faults(repeats=(repeats, 1), seed=(seed, 0))


def _row_faults(X: Any, y: Any) -> list[Fault]:
    """List faults of the rows: ``y`` must be one column of two classes, ``X`` must have as many rows."""
    import pandas as pd
    from sklearn.utils import indexable

    try:
        y = np.asarray(y)
    except ValueError:  # lists of several lengths
        return [Fault("not one column", field="y", seen=clip(y))]
    if y.ndim != 1:
        return [Fault("not one column", field="y", seen=_("the shape {shape}", shape=y.shape))]
    faults = []
    try:
        indexable(X, y)
    except (TypeError, ValueError) as error:
        faults.append(Fault("not a row for each of y", field="X", seen=str(error)))
    missing = pd.isna(y)
    if missing.any():
        seen = _("in {n} of {of} rows", n=number(missing.sum()), of=number(y.size))
        faults.append(Fault("no class", field="y", seen=seen))
    classes = pd.unique(y[~missing]).size
    if classes != 2:
        faults.append(Fault("not two classes", field="y", seen=number(classes)))
    return faults


def _size_faults(sizes: object, y: Any) -> list[Fault]:
    """List faults of the training sizes, given the number of rows."""
    if not isinstance(sizes, Collection) or not np.iterable(sizes):
        return [Fault("no list", field="sizes", seen=clip(sizes), expected="whole numbers, as [10, 100]")]
    if not len(sizes):
        return [Fault("no number of outcomes", field="sizes")]
    largest = int((1 - _MIN_TEST_SHARE) * len(list(y))) if np.iterable(y) else 0
    expected = _("a whole number, 0 to {largest}", largest=number(largest))
    return [
        Fault("out of range", field="sizes", seen=clip(size), expected=expected)
        for size in sizes
        if isinstance(size, bool) or not isinstance(size, Integral) or not 0 <= int(size) <= largest
    ]


def interval_half_width(values: Floats) -> float:
    """Compute half the width of the 95% interval of a mean, ``t(r - 1) s / √r``.

    It is infinite for fewer than two values. If repetitions share rows, their losses are correlated. The
    interval then describes the uncertainty for these rows, and is too narrow for new ones.

    Parameters
    ----------
    values : (r,) array
        One value per repetition, with standard deviation ``s``.

    References
    ----------
    Student (1908), The probable error of a mean, Biometrika 6(1):1-25.
    Nadeau & Bengio (2003), Inference for the generalization error, Machine Learning 52:239-281: the effect
    of shared rows.

    Examples
    --------
    >>> round(interval_half_width(np.array([0.5, 0.6, 0.7])), 2), interval_half_width(np.array([0.5]))
    (0.25, inf)
    """
    from scipy.special import stdtrit

    r = len(values)
    if r < 2:
        return math.inf
    return float(stdtrit(r - 1, (1 + LEVEL) / 2) * np.std(values, ddof=1) / math.sqrt(r))


def mean_losses(losses: "pd.DataFrame") -> "pd.DataFrame":
    """Average losses over repetitions: one number of outcomes per row, one method per column.

    The mean is NaN if any repetition has no loss, because the others were probably easier.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``; one repetition per row.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": [5, 5, 9, 9], "method": "ours", "loss": [0.6, np.nan, 0.5, 0.4]})
    >>> mean_losses(losses)["ours"].tolist()
    [nan, 0.45]
    """
    return _by_method(losses, np.mean)


def mean_loss_half_widths(losses: "pd.DataFrame") -> "pd.DataFrame":
    """Compute `interval_half_width` of each mean loss, in the layout of `mean_losses`.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``; one repetition per row.

    Examples
    --------
    >>> import pandas as pd
    >>> losses = pd.DataFrame({"n": 9, "method": ["ours", "ours", "theirs"], "loss": [0.5, 0.5, 0.7]})
    >>> mean_loss_half_widths(losses).loc[9].tolist()
    [0.0, inf]
    """
    return _by_method(losses, interval_half_width)


def significantly_lower(losses: "pd.DataFrame") -> "dict[int, pd.DataFrame]":
    """Test for each number of outcomes which methods have a significantly lower loss than which others.

    A method is lower if the mean difference exceeds the `interval_half_width` of the differences. Differences
    are paired: in each repetition all methods use the same rows, so that rows that are easy or hard for all
    methods do not matter.

    Parameters
    ----------
    losses : DataFrame
        ``n``, ``method``, ``loss``, and ``repetition``; by default rows are numbered in their order.

    Returns
    -------
    dict of int to DataFrame
        By number of outcomes: True where the method of the row is lower than that of the column. Methods
        without a loss in some repetition are excluded.

    References
    ----------
    Student (1908), The probable error of a mean, Biometrika 6(1):1-25: the paired t test.

    Examples
    --------
    >>> import pandas as pd
    >>> rows = [("ours", 0.5), ("ours", 0.7), ("theirs", 0.61), ("theirs", 0.80)]
    >>> losses = pd.DataFrame(rows, columns=["method", "loss"]).assign(n=9)
    >>> significantly_lower(losses)[9].loc["ours", "theirs"]  # by .11 and .10
    np.True_
    """
    import pandas as pd

    if "repetition" not in losses:
        losses = losses.assign(repetition=losses.groupby(["n", "method"]).cumcount())
    mean = mean_losses(losses)
    result: dict[int, pd.DataFrame] = {}
    for n in mean.index.tolist():
        losses_at_n = losses[losses["n"] == n]
        complete = mean.columns[mean.loc[n].notna()]
        by_method = losses_at_n.pivot_table("loss", "repetition", "method")[complete].to_numpy().T
        lower = [[_is_lower(loss, other) for other in by_method] for loss in by_method]
        result[n] = pd.DataFrame(lower, complete, complete, dtype=bool)
    return result


def _is_lower(loss: Floats, other: Floats) -> bool:
    """Test whether a mean loss is significantly lower than another; both are (r,) arrays."""
    difference = (other - loss)[~np.isnan(other - loss)]
    return bool(difference.size and difference.mean() > interval_half_width(difference))


def _by_method(losses: "pd.DataFrame", statistic: Callable[[Floats], Any]) -> "pd.DataFrame":
    """Compute a statistic of an (r,) array of losses, by number of outcomes (rows) and method (columns)."""

    def apply(group: "pd.Series[float]") -> float:
        return float(statistic(np.asarray(group, dtype=float)))

    table = losses.pivot_table("loss", "n", "method", aggfunc=apply, dropna=False)
    return table[list(dict.fromkeys(losses["method"]))]
