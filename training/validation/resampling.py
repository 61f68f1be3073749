"""What a model says of interviews it has not seen: refits on some of the rows, in parallel."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits

from ...data.answers.observations import Floats
from ...model.posterior import Posterior
from ...model.predictive_distribution import probability
from ...model.prior import Rows
from ..evaluation.bootstrap import PROBABILITY_DIGITS

Refit = Callable[[Rows], Posterior]
Progress = Callable[[int, int], None]
_Places = npt.NDArray[np.intp]
LEAVE_ONE_OUT_BELOW = 40  # interviews: below it each is left out alone
FOLDS = 10


@dataclass(frozen=True)
class RefitPredictions:
    """Probabilities of ``n`` interviews by ``m`` refits, with the signs and without.

    Parameters
    ----------
    model, base : (m, n) array
        By the refit model, and by the same with every sign left blank: the base rate it would learn.
    """

    model: Floats
    base: Floats


def predict_probabilities(posterior: Posterior, rows: Rows) -> Floats:
    """Return ``σ(κ (offset + design · mean))`` of each row, to 12 digits: (n,) array.

    Examples
    --------
    >>> rows = Rows(np.ones((1, 1)), np.ones(1), np.ones(1), np.zeros(1))
    >>> predict_probabilities(Posterior(np.array([1.0]), np.zeros((1, 1))), rows).round(3).tolist()
    [0.731]
    """
    variance = np.sum((rows.design @ posterior.covariance) * rows.design, axis=1)
    eta = rows.offset + rows.design @ posterior.mean
    return np.round(probability(eta, variance), PROBABILITY_DIGITS)


def folds(outcome: Floats, seed: int) -> Floats:
    """Return which rows are left out together: (m, n) array of 0, left out, and 1.

    Each row alone below 40 rows; from there ten folds, drawn so that each has its share of offers.

    Parameters
    ----------
    outcome : (n,) array of 0 and 1
    seed : int

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
    dealt = np.empty(n, dtype=int)
    dealt[shuffled[np.argsort(outcome[shuffled], kind="stable")]] = np.arange(n) % FOLDS
    return np.asarray(dealt != np.arange(FOLDS)[:, None], dtype=float)


def refit_predictions(
    real: Rows, refit: Refit, counts: Floats, progress: Progress | None = None, jobs: int | None = None
) -> RefitPredictions:
    """Return what refits on some of the rows say of all rows.

    A row that counts ``c`` times enters with ``c`` times its weight; one that counts 0 times is left out.
    The base rate is refitted too, with every sign blank, so that it has the same prior and the same data.

    Parameters
    ----------
    real : Rows
        ``n`` interviews.
    refit : callable
        Gives the posterior of some rows. Processes other than this one call it, where there are any.
    counts : (m, n) array
        How often each row counts, a refit a row.
    progress : callable, optional
        Told after every refit how many are done, and how many there are.
    jobs : int, optional
        Processes, as joblib counts them; what `joblib.parallel_config` says, else one, by default. The
        result does not depend on it.

    Returns
    -------
    Said
    """
    blank, group = _blank(real)
    said = RefitPredictions(np.empty(counts.shape), np.empty(counts.shape))
    work = (delayed(_one)(i, row, real, blank, group, refit) for i, row in enumerate(counts))
    # processes, not threads: most of a small refit holds the interpreter's lock
    results = Parallel(n_jobs=jobs, return_as="generator_unordered")(work)
    with threadpool_limits(1):  # threads of the linear algebra cost more than a small refit gains by them
        for done, (i, model, base) in enumerate(results, start=1):
            said.model[i], said.base[i] = model, base
            if progress is not None:
                progress(done, len(counts))
    return said


def full_fit_predictions(real: Rows, refit: Refit) -> RefitPredictions:
    """Return what the fit to all rows says of them: one refit."""
    blank, group = _blank(real)
    _, model, base = _one(0, np.ones(real.outcome.size), real, blank, group, refit)
    return RefitPredictions(model[None], base[None])


def _one(
    i: int, counts: Floats, real: Rows, blank: Rows, group: _Places, refit: Refit
) -> tuple[int, Floats, Floats]:
    """Return the place of a refit, and what it says of all rows with the signs and without."""
    weight = real.weight * counts
    model = predict_probabilities(refit(_only(real, weight)), real)
    together = np.bincount(group, weight, blank.outcome.size).astype(float)
    base = predict_probabilities(refit(_only(blank, together)), blank)
    return i, model, base[group]


def _only(rows: Rows, weight: Floats) -> Rows:
    """Return the rows that have a weight."""
    kept = weight > 0
    return Rows(rows.design[kept], rows.outcome[kept], weight[kept], rows.offset[kept])


def _blank(real: Rows) -> tuple[Rows, _Places]:
    """Return the distinct rows that are left with every sign blank, and which of them each row is."""
    keys = np.column_stack([real.offset, real.outcome])
    distinct, group = np.unique(keys, axis=0, return_inverse=True)
    design = np.zeros((len(distinct), real.design.shape[1]))
    design[:, 0] = 1.0
    return Rows(design, distinct[:, 1], np.ones(len(distinct)), distinct[:, 0]), np.asarray(group.reshape(-1))
