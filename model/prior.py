"""The prior: published effects as a normal distribution, and as imaginary interviews.

Coefficients are ``(intercept, weights)``, ``1 + k`` of them.
"""

from dataclasses import dataclass

import numpy as np

from ..data.catalogue import Catalogue
from ..data.observations import Floats
from .features import Effects
from .predictive import sigmoid

INTERCEPT_SD = 0.9  # spread of nine employers' own offer rates: reviews_employer_spread
COMMON_SD = 0.5  # all signs together may be worth half as much again, or half as much
_INTERCEPT_TRIALS = 4.0  # few imaginary trials are heavy tails
_WEIGHT_TRIALS = 20.0
# t at which t² σ(t) σ(-t) is largest: beyond it no two imaginary rows are sharp enough
_SHARPEST = 2.3994


@dataclass(frozen=True)
class Prior:
    """What is believed before any outcome: ``N(mean, covariance)``.

    Parameters
    ----------
    mean : (1 + k,) array
        Log-odds, and log-odds per standard unit.
    covariance : (1 + k, 1 + k) array
    """

    mean: Floats
    covariance: Floats


@dataclass(frozen=True)
class Rows:
    """Weighted interviews, real or imaginary, as a logistic regression takes them.

    Parameters
    ----------
    design : (n, 1 + k) array
        Intercept column and features.
    outcome : (n,) array of 0 and 1
    weight : (n,) array
    offset : (n,) array
        Known log-odds added to every row's linear predictor.
    """

    design: Floats
    outcome: Floats
    weight: Floats
    offset: Floats

    def __add__(self, other: "Rows") -> "Rows":
        return Rows(
            np.concatenate([self.design, other.design]),
            np.concatenate([self.outcome, other.outcome]),
            np.concatenate([self.weight, other.weight]),
            np.concatenate([self.offset, other.offset]),
        )


def published_prior(catalogue: Catalogue, scale: float = 1.0, spread: float = 1.0) -> Prior:
    """Return the prior that the evidence gives.

    The intercept is how far one's own employers lie from the base rate, 0 in the mean. The weights
    are ``N(f b, diag((spread · τ)²) + (f/2)² b bᵀ)`` with ``f`` the scale: each weight may be off by
    its own standard deviation, and all together by a common factor that is hardly ever negative.

    Parameters
    ----------
    catalogue : Catalogue
    scale : float
        How many times as much the signs are worth as published.
    spread : float
        Factor on every weight's own standard deviation.

    Returns
    -------
    Prior
    """
    effects = Effects.of(catalogue)
    mean = scale * effects.weight
    covariance = np.zeros((mean.size + 1,) * 2)
    covariance[0, 0] = INTERCEPT_SD**2
    covariance[1:, 1:] = np.diag((spread * effects.weight_sd) ** 2) + COMMON_SD**2 * np.outer(mean, mean)
    return Prior(np.concatenate([[0.0], mean]), covariance)


def prior_interviews(prior: Prior) -> Rows:
    """Return the prior as weighted imaginary interviews.

    For each eigenvector ``v`` of the covariance, of variance ``e``, two rows ``c·v`` with outcomes
    1 and 0 and weights ``N p`` and ``N (1 - p)``, where ``p = σ(c vᵀm)`` puts the mode at the mean
    and ``c² N p (1 - p) = 1/e`` gives the curvature: a generalised log-F prior by data
    augmentation. Any logistic regression that takes weights can then use the prior.

    The intercept, where it is independent of the weights, has few trials and so heavy tails: the
    offer rates of one's own employers may be far from the base rate.

    Returns
    -------
    Rows
        ``2 (1 + k)`` of them.

    References
    ----------
    Greenland & Mansournia (2015), Penalization, bias reduction, and default priors in logistic and
    related categorical and survival regressions, Statistics in Medicine 34:3133-3143.
    """
    variances, vectors = np.linalg.eigh(prior.covariance)
    trials = np.full(variances.size, _WEIGHT_TRIALS)
    trials[np.isclose(np.abs(vectors[0]), 1.0)] = _INTERCEPT_TRIALS
    centre = vectors.T @ prior.mean
    trials = np.maximum(trials, 4 * centre**2 / variances)
    length = _lengths(centre, variances * trials)
    p = sigmoid(length * centre)
    design = (vectors * length).T
    ones = np.ones(variances.size)
    return Rows(
        np.concatenate([design, design]),
        np.concatenate([ones, 0 * ones]),
        np.concatenate([trials * p, trials * (1 - p)]),
        np.zeros(2 * variances.size),
    )


def _lengths(centre: Floats, precision: Floats) -> Floats:
    """Return the smallest ``c`` with ``c² σ(cμ) σ(-cμ) = 1 / precision``, by bisection.

    Parameters
    ----------
    centre : (k,) array
        ``μ``.
    precision : (k,) array
        At least ``4 μ²``, so that there is a root.
    """
    low = 2 / np.sqrt(precision)  # the root where μ = 0, and never above the root
    high = 2 * low  # never below it: at cμ = 2.3994, σ(cμ) σ(-cμ) is still .076
    with np.errstate(divide="ignore"):
        high = np.minimum(high, _SHARPEST / np.abs(centre))
    for _ in range(60):
        middle = (low + high) / 2
        short = middle**2 * sigmoid(middle * centre) * sigmoid(-middle * centre) < 1 / precision
        low, high = np.where(short, middle, low), np.where(short, high, middle)
    return np.asarray((low + high) / 2)
