"""The prior: published effects as a normal distribution, and as imaginary interviews.

Coefficients are ``(intercept, weights)``, ``1 + k`` of them.
"""

from dataclasses import dataclass

import numpy as np

from ..data.answers.observations import Floats
from ..data.catalogue.catalogue import Catalogue
from .features import Effects
from .predictive_distribution import sigmoid

# Nine employers' own offer rates spread by .9 (reviews_employer_spread). For a tenth that is a t distribution
# of 8 degrees of freedom and scale .9 · sqrt(1 + 1/9), whose standard deviation is 1.1.
INTERCEPT_SD = 1.1
COMMON_SD = 0.5  # all signs together may be worth half as much again, or half as much
_LOGISTIC_SD = np.pi / np.sqrt(3)
_TRIALS = 20.0
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
    heavy_intercept : bool
        Whether the intercept, of mean 0 and independent of the weights, is logistic rather than normal:
        its tails are heavy.
    """

    mean: Floats
    covariance: Floats
    heavy_intercept: bool = False

    @property
    def intercept_rate(self) -> float:
        """What a heavy-tailed intercept is multiplied by to follow the standard logistic distribution."""
        return float(_LOGISTIC_SD / np.sqrt(self.covariance[0, 0]))

    def equals(self, other: "Prior") -> bool:
        """Return whether another prior is the same."""
        return np.array_equal(self.mean, other.mean) and np.array_equal(self.covariance, other.covariance)


@dataclass(frozen=True)
class Rows:
    """Weighted interviews, real or imaginary, as a logistic regression takes them.

    Parameters
    ----------
    design : (n, 1 + k) array
        Intercept column and features.
    outcome : (n,) array of 0 and 1
        1 for an offer.
    weight : (n,) array
        How many interviews each counts for.
    offset : (n,) array
        Known log-odds added to every row's linear predictor.
    """

    design: Floats
    outcome: Floats
    weight: Floats
    offset: Floats

    def __getitem__(self, place: slice) -> "Rows":
        return Rows(self.design[place], self.outcome[place], self.weight[place], self.offset[place])

    def __add__(self, other: "Rows") -> "Rows":
        return Rows(
            np.concatenate([self.design, other.design]),
            np.concatenate([self.outcome, other.outcome]),
            np.concatenate([self.weight, other.weight]),
            np.concatenate([self.offset, other.offset]),
        )


def published_prior(catalogue: Catalogue) -> Prior:
    """Return the prior that the evidence gives: its weights, each with its own uncertainty."""
    effects = Effects.of(catalogue)
    return widened(effects.weight, np.diag(effects.weight_sd**2))


def widened(
    mean: Floats,
    covariance: Floats,
    scale: float = 1.0,
    spread: float = 1.0,
    intercept_sd: float = INTERCEPT_SD,
) -> Prior:
    """Return a prior on weights with doubt about what they are worth together, and about the intercept.

    The weights are ``N(f m, s² C + (f/2)² m mᵀ)``: each may be off by its own standard deviation, and all
    together by a common factor that is hardly ever negative. The intercept is how far one's own
    employers lie from the base rate, 0 in the mean, with heavy tails.

    Parameters
    ----------
    mean : (k,) array
        ``m``, the weights as told.
    covariance : (k, k) array
        ``C``, how far each may be off by itself.
    scale : float
        ``f``, how many times as much as told the signs are worth.
    spread : float
        ``s``, factor on every weight's own standard deviation.
    intercept_sd : float
        Log-odds.

    Returns
    -------
    Prior
        Of ``1 + k`` coefficients.
    """
    together = (COMMON_SD * scale) ** 2 * np.outer(mean, mean)
    return with_intercept(scale * mean, spread**2 * covariance + together, intercept_sd)


def with_intercept(mean: Floats, covariance: Floats, intercept_sd: float = INTERCEPT_SD) -> Prior:
    """Return the prior of ``1 + k`` coefficients that has these weights and a heavy-tailed intercept."""
    every = np.zeros((mean.size + 1,) * 2)
    every[0, 0], every[1:, 1:] = intercept_sd**2, covariance
    return Prior(np.concatenate([[0.0], mean]), every, heavy_intercept=True)


def prior_interviews(prior: Prior) -> Rows:
    """Return the prior as weighted imaginary interviews.

    For each eigenvector ``v`` of the covariance, of variance ``e``, two rows ``c·v`` with outcomes
    1 and 0 and weights ``N p`` and ``N (1 - p)``, where ``p = σ(c vᵀm)`` puts the mode at the mean
    and ``c² N p (1 - p) = 1/e`` gives the curvature: a generalised log-F prior by data
    augmentation. Any logistic regression that takes weights can then use the prior.

    A heavy-tailed intercept is exactly one imaginary interview with an offer and one without, at a
    distance that gives its standard deviation: the likelihood of such a pair is the logistic density.

    Returns
    -------
    Rows
        ``2 (1 + k)`` of them.

    References
    ----------
    Greenland & Mansournia (2015), Penalization, bias reduction, and default priors in logistic and
    related categorical and survival regressions, Statistics in Medicine 34:3133-3143.
    """
    first = int(prior.heavy_intercept)
    variances, vectors = np.linalg.eigh(prior.covariance[first:, first:])
    centre = vectors.T @ prior.mean[first:]
    trials = np.maximum(_TRIALS, 4 * centre**2 / variances)
    length = _lengths(centre, variances * trials)
    p = sigmoid(length * centre)
    design = np.zeros((prior.mean.size,) * 2)
    design[first:, first:] = (vectors * length).T
    with_offer, without = np.ones(prior.mean.size), np.ones(prior.mean.size)
    with_offer[first:], without[first:] = trials * p, trials * (1 - p)
    if prior.heavy_intercept:
        design[0, 0] = prior.intercept_rate
    return Rows(
        np.concatenate([design, design]),
        np.repeat([1.0, 0.0], prior.mean.size),
        np.concatenate([with_offer, without]),
        np.zeros(2 * prior.mean.size),
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
