"""Predictions of refits: the model is refitted to subsets or resamples of the rows, in parallel."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from ...data.answers.observations import Floats
from ...model.posterior import Posterior
from ...model.predictive_distribution import probability
from ...model.prior import WeightedData
from ..evaluation.bootstrap import PROBABILITY_DIGITS

Refit = Callable[[WeightedData], Posterior]
Progress = Callable[[int, int], None]
_Indices = npt.NDArray[np.intp]

LEAVE_ONE_OUT_BELOW = 40  # interviews; from there FOLDS folds
FOLDS = 10


@dataclass(frozen=True)
class RefitPredictions:
    """Probabilities of ``n`` interviews by ``m`` refits, with and without the signs.

    Parameters
    ----------
    model : (m, n) array
        Probabilities by the refitted model.
    base : (m, n) array
        Probabilities by the same model refitted with every sign blank: the base rate it would learn.
    """

    model: Floats
    base: Floats


def predict_probabilities(posterior: Posterior, rows: WeightedData) -> Floats:
    """Compute ``σ(κ (offset + X · mean))`` of each row, rounded to 12 decimals: (n,) array.

    Examples
    --------
    >>> rows = WeightedData(np.ones((1, 1)), np.ones(1), np.ones(1), np.zeros(1))
    >>> predict_probabilities(Posterior(np.array([1.0]), np.zeros((1, 1))), rows).round(3).tolist()
    [0.731]
    """
    variance = np.sum((rows.X @ posterior.covariance) * rows.X, axis=1)
    eta = rows.offset + rows.X @ posterior.mean
    return np.round(probability(eta, variance), PROBABILITY_DIGITS)


def folds(outcome: Floats, seed: int) -> Floats:
    """Assign rows to cross-validation folds.

    Below 40 rows, each row is a fold of its own (leave-one-out); from there, ten random folds, stratified by
    outcome.

    Parameters
    ----------
    outcome : (n,) array of 0 and 1
        1 for an offer.
    seed : int

    Returns
    -------
    (m, n) array
        One fold per row: 0 for the rows left out, 1 for the training rows.

    Examples
    --------
    >>> folds(np.array([1.0, 0.0]), seed=0)
    array([[0., 1.],
           [1., 0.]])
    >>> (folds(np.arange(100) % 4 == 0, seed=0) == 0).sum(axis=1).tolist()
    [10, 10, 10, 10, 10, 10, 10, 10, 10, 10]
    """
    n = outcome.size
    if n < LEAVE_ONE_OUT_BELOW:
        return 1 - np.eye(n)
    shuffled = np.random.default_rng(seed).permutation(n)
    fold = np.empty(n, dtype=int)
    # dealt in turn from the rows sorted by outcome, so that each fold gets its share of offers
    fold[shuffled[np.argsort(outcome[shuffled], kind="stable")]] = np.arange(n) % FOLDS
    return np.asarray(fold != np.arange(FOLDS)[:, None], dtype=float)


def refit_predictions(
    data: WeightedData,
    refit: Refit,
    counts: Floats,
    progress: Progress | None = None,
    jobs: int | None = None,
) -> RefitPredictions:
    """Refit the model to weighted rows and predict all rows.

    A count multiplies the weight of its row; 0 leaves the row out. The base rate is refitted too, with every
    sign blank, so that it has the same prior and the same data.

    Parameters
    ----------
    data : WeightedData
        ``n`` interviews.
    refit : callable
        Computes the posterior of some rows. With several processes it must be picklable.
    counts : (m, n) array
        Count of each row; one refit per row of the array.
    progress : callable, optional
        Called after every refit with the number done and the total.
    jobs : int, optional
        Number of processes, in joblib's convention; by default the setting of `joblib.parallel_config`, or
        one. The result does not depend on it.
    """
    blank, group = _blank_rows(data)
    predictions = RefitPredictions(np.empty(counts.shape), np.empty(counts.shape))
    tasks = (delayed(_refit_once)(i, row, data, blank, group, refit) for i, row in enumerate(counts))
    # processes, not threads: most of a small refit holds the interpreter's lock
    results = Parallel(n_jobs=jobs, return_as="generator_unordered")(tasks)
    with threadpool_limits(1):  # BLAS threads cost more than they save in a small refit
        for done, (i, model, base) in enumerate(results, start=1):
            predictions.model[i], predictions.base[i] = model, base
            if progress is not None:
                progress(done, len(counts))
    return predictions


def full_fit_predictions(data: WeightedData, refit: Refit) -> RefitPredictions:
    """Fit the model to all rows and predict them: the apparent predictions, with ``m = 1``."""
    blank, group = _blank_rows(data)
    _, model, base = _refit_once(0, np.ones(data.y.size), data, blank, group, refit)
    return RefitPredictions(model[None], base[None])


def _refit_once(
    i: int, counts: Floats, data: WeightedData, blank: WeightedData, group: _Indices, refit: Refit
) -> tuple[int, Floats, Floats]:
    """Refit with and without the signs; return ``i`` and both predictions of all rows, (n,) arrays.

    ``counts`` : (n,) array; ``group`` : (n,) array, the row of ``blank`` that each row of ``data`` becomes.
    """
    weight = data.weight * counts
    model = predict_probabilities(refit(rows_with_weight(data, weight)), data)
    blank_weight = np.bincount(group, weight, blank.y.size).astype(float)
    base = predict_probabilities(refit(rows_with_weight(blank, blank_weight)), blank)
    return i, model, base[group]


def rows_with_weight(rows: WeightedData, weight: Floats) -> WeightedData:
    """Select the rows with a positive weight; ``weight`` : (n,) array."""
    selected = weight > 0
    return WeightedData(rows.X[selected], rows.y[selected], weight[selected], rows.offset[selected])


def _blank_rows(data: WeightedData) -> tuple[WeightedData, _Indices]:
    """Blank every sign and merge equal rows; return them and the (n,) array of the merged row of each row.

    Few distinct rows remain, so that refits of the base rate are fast.
    """
    keys = np.column_stack([data.offset, data.y])
    distinct, group = np.unique(keys, axis=0, return_inverse=True)
    X = np.zeros((len(distinct), data.X.shape[1]))
    X[:, 0] = 1.0
    blank = WeightedData(X, distinct[:, 1], np.ones(len(distinct)), distinct[:, 0])
    return blank, np.asarray(group.reshape(-1))
