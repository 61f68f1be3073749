"""Draws of the coefficients, weighted by how probable the days without an answer are under them.

References
----------
Owen & Zhou (2000), Safe and effective importance sampling, Journal of the American Statistical Association
95(449):135-143: a mixture that holds a wide distribution. Lange (1995), A gradient algorithm locally
equivalent to the EM algorithm, Journal of the Royal Statistical Society B 57(2):425-437: the mode.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..data.answers.observations import Floats
from .posterior import Posterior
from .predictive_distribution import sigmoid
from .scoring import Score

_STEPS = 50  # to the mode


@dataclass(frozen=True)
class Draws:
    """Log-odds of ``m`` interviews for each of some draws of the coefficients, before any silence.

    Parameters
    ----------
    eta : (m, draws) array
    weight : (draws,) array
        How probable each draw is after the silences; they sum to 1.
    """

    eta: Floats
    weight: Floats


def draws_after_silence(
    score: Score, rows: npt.NDArray[np.intp], share: float, posterior: Posterior, n: int, seed: int
) -> Draws:
    """Return draws of the coefficients after the silences, by importance sampling.

    In coordinates ``e`` in which ``β ~ N(m, V)`` is standard normal, half the draws come from ``N(e₀, I)``
    and half from ``N(e₀, C)``, with ``e₀`` the mode after the silences and ``C`` the covariance that their
    curvature leaves there. The first half reaches wherever the posterior does, the second keeps to where it
    is after many silences. Draws come in pairs ``e₀ ± step``, which cancels much of their error; without any
    silence all weigh the same.

    Parameters
    ----------
    score : Score
    rows : (m,) array
        The interviews of the score to take.
    share : float
        How many interviews each of them stands for.
    posterior : Posterior
    n : int
        How many draws, a multiple of four.
    seed : int
    """
    variance, axes = np.linalg.eigh(posterior.covariance)
    root = axes * np.sqrt(np.maximum(variance, 0.0))
    design, silence = score.design[rows] @ root, score.silence[rows]
    at_mean = score.context[rows] + score.design[rows] @ posterior.mean
    mode = _mode(design, at_mean, silence, share)
    eta = at_mean + design @ mode
    narrow = np.linalg.cholesky(
        _precision(design, share * np.maximum(_slope(eta) - _slope(eta + silence), 0.0))
    )
    step = np.random.default_rng(seed).standard_normal((2, n // 4, mode.size))
    step[1] = np.linalg.solve(narrow.T, step[1].T).T
    step = np.concatenate([step[0], step[1], -step[0], -step[1]])
    drawn = mode + step
    eta = at_mean[:, None] + design @ drawn.T
    likelihood = share * (np.logaddexp(0, eta + silence[:, None]) - np.logaddexp(0, eta)).sum(axis=0)
    of_wide = -np.sum(step**2, axis=1) / 2
    of_narrow = np.log(np.diag(narrow)).sum() - np.sum((step @ narrow) ** 2, axis=1) / 2
    log_weight = likelihood - np.sum(drawn**2, axis=1) / 2 - np.logaddexp(of_wide, of_narrow)
    weight = np.exp(log_weight - log_weight.max())
    return Draws(eta, weight / weight.sum())


def _mode(design: Floats, at_mean: Floats, silence: Floats, share: float) -> Floats:
    """Return the most probable coefficients after the silences, standardised: (1 + k,) array.

    The steps are those of Newton with the curvature of known outcomes, which is never negative (the EM
    gradient algorithm of Lange 1995).
    """
    found = np.zeros(design.shape[1])
    if not silence.any():
        return found
    for _ in range(_STEPS):
        eta = at_mean + design @ found
        uphill = share * design.T @ (sigmoid(eta + silence) - sigmoid(eta)) - found
        found = found + np.linalg.solve(_precision(design, share * _slope(eta)), uphill)
    return found


def _precision(design: Floats, curvature: Floats) -> Floats:
    """Return the curvature of a log posterior under a standard normal prior: (1 + k, 1 + k) array."""
    return np.asarray(np.eye(design.shape[1]) + (design.T * curvature) @ design)


def _slope(eta: Floats) -> Floats:
    """Return ``σ'(η) = σ(η) σ(-η)``."""
    return sigmoid(eta) * sigmoid(-eta)
