"""The prior on the coefficients: a normal distribution, or one with a heavy-tailed intercept.

Coefficients are ``(intercept, weights)``, ``1 + k`` of them. Each kind of prior is one class, derived from
`Prior`; the code that fits asks for no kind.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from ..data.answers.observations import Floats
from ..data.catalogue.catalogue import Catalogue
from .features import Effects
from .logistic_normal import softplus_average, tilted
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


class Site(NamedTuple):
    """A normal factor of the intercept's density, ``exp(-½ precision α² + pull α)``.

    Parameters
    ----------
    precision, pull : float
    """

    precision: float
    pull: float


@dataclass(frozen=True)
class Prior:
    """A normal prior, ``N(mean, covariance)``, and the base of the other kinds.

    Another kind has a different density of the intercept ``α``, of the same mean and variance and independent
    of the weights. It overrides `site` and `log_density_gain`, and `interviews` where it has exact ones.

    Parameters
    ----------
    mean : (1 + k,) array
        Log-odds, and log-odds per standard unit.
    covariance : (1 + k, 1 + k) array
    """

    mean: Floats
    covariance: Floats

    def equals(self, other: "Prior") -> bool:
        """Compare with another prior of the same kind."""
        return np.array_equal(self.mean, other.mean) and np.array_equal(self.covariance, other.covariance)

    def interviews(self) -> Rows:
        """Compute the prior as weighted imaginary interviews.

        For each eigenvector ``v`` of the covariance, of variance ``e``, two rows ``c·v`` with outcomes
        1 and 0 and weights ``N p`` and ``N (1 - p)``, where ``p = σ(c vᵀm)`` puts the mode at the mean
        and ``c² N p (1 - p) = 1/e`` gives the curvature: a generalised log-F prior by data
        augmentation. Any logistic regression that takes weights can then use the prior. Fitting starts from
        the mode they give, so another kind of prior needs no better ones.

        Returns
        -------
        Rows
            ``2 (1 + k)`` of them: those with an offer, then the same without one.

        References
        ----------
        Greenland & Mansournia (2015), Penalization, bias reduction, and default priors in logistic and
        related categorical and survival regressions, Statistics in Medicine 34:3133-3143.
        """
        return _pairs(*_normal_pairs(self.mean, self.covariance))

    def site(self, mean: float, variance: float, site: Site) -> Site:  # noqa: ARG002 (normal: exact as it is)
        """Compute the normal factor that replaces the intercept's density in the posterior.

        Parameters
        ----------
        mean, variance : float
            Of the intercept under the present approximation of the posterior.
        site : Site
            The factor in that approximation; at first that of ``N(mean, covariance)``.
        """
        return site

    def log_density_gain(self, mean: float, variance: float) -> float:  # noqa: ARG002
        """Compute ``E[log p(α) - log n(α)]`` for a normal ``α``, up to a constant.

        ``p`` is the intercept's density and ``n`` the normal one of the same mean and variance.

        Parameters
        ----------
        mean, variance : float
            Of ``α``.
        """
        return 0.0


@dataclass(frozen=True)
class LogisticInterceptPrior(Prior):
    """A normal prior on the weights and a logistic one, of mean 0, on the intercept: its tails are heavy.

    Parameters
    ----------
    mean : (1 + k,) array
        Log-odds, and log-odds per standard unit; the first is 0.
    covariance : (1 + k, 1 + k) array
        Without covariance between intercept and weights.
    """

    @property
    def rate(self) -> float:
        """The factor by which the intercept follows the standard logistic distribution."""
        return float(_LOGISTIC_SD / np.sqrt(self.covariance[0, 0]))

    def interviews(self) -> Rows:
        """Compute the prior as weighted imaginary interviews.

        The weights have those of a normal prior. The intercept has one interview with an offer and one
        without, at a distance that gives its standard deviation: the likelihood of such a pair is exactly
        the logistic density.

        Returns
        -------
        Rows
            ``2 (1 + k)`` of them: those with an offer, then the same without one.
        """
        of_weights, with_offer, without = _normal_pairs(self.mean[1:], self.covariance[1:, 1:])
        design = np.zeros((self.mean.size,) * 2)
        design[0, 0], design[1:, 1:] = self.rate, of_weights
        return _pairs(design, np.insert(with_offer, 0, 1.0), np.insert(without, 0, 1.0))

    def site(self, mean: float, variance: float, site: Site) -> Site:
        """Match the logistic density by a normal factor, as `matched` does."""
        return matched(mean, variance, site, lambda precision, pull: tilted(precision, pull, self.rate))

    def log_density_gain(self, mean: float, variance: float) -> float:
        """Compute ``E[log logistic(α) - log normal(α)]`` for a normal ``α``, up to a constant."""
        rate = self.rate
        softplus = softplus_average(np.array([rate * mean]), np.array([rate**2 * variance]))
        return float(rate * mean - 2 * softplus[0] + (mean**2 + variance) / self.covariance[0, 0] / 2)


OWN_LEVEL: type[Prior] = LogisticInterceptPrior
"""The kind of prior that training starts from."""


def matched(
    mean: float, variance: float, site: Site, moments: Callable[[float, float], tuple[float, float]]
) -> Site:
    """Compute the normal factor that gives the intercept the moments its density gives it.

    A step of expectation propagation: the factor is divided out of the approximate posterior, and a new one
    found with which the intercept has the mean and variance that it has with its density in that place.

    Parameters
    ----------
    mean, variance : float
        Of the intercept under the present approximation.
    site : Site
        The factor in it. It remains where the data hold nothing on the intercept, and where they contradict
        the prior by more than the tails of the density reach.
    moments : callable
        From ``precision`` and ``pull`` to mean and variance of the density proportional to
        ``exp(-½ precision α² + pull α) p(α)``.

    References
    ----------
    Minka (2001), Expectation propagation for approximate Bayesian inference, UAI 362-369.
    """
    others, other_pull = max(1 / variance - site.precision, 0.0), mean / variance - site.pull
    if not others:
        return site
    centre, spread = moments(others, other_pull)
    if not spread > 0:  # so far out that the grid has one point
        return site
    return Site(1 / spread - others, centre / spread - other_pull)


def published_prior(catalogue: Catalogue) -> Prior:
    """Build the prior from published effects: the weights, each with its own uncertainty."""
    effects = Effects.of(catalogue)
    return widened(effects.weight, np.diag(effects.weight_sd**2))


def widened(
    mean: Floats,
    covariance: Floats,
    scale: float = 1.0,
    spread: float = 1.0,
    intercept_sd: float = INTERCEPT_SD,
) -> Prior:
    """Build a prior with uncertainty about the common scale of the weights, and about the intercept.

    The weights are ``N(f m, s² C + (f/2)² m mᵀ)``: each may be off by its own standard deviation, and all
    together by a common factor that is hardly ever negative. The intercept is how far a person's
    employers are from the base rate: 0 in the mean, with heavy tails.

    Parameters
    ----------
    mean : (k,) array
        ``m``, the published weights.
    covariance : (k, k) array
        ``C``, how far each may be off by itself.
    scale : float
        ``f``, factor on all published weights together.
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
    """Build the prior of ``1 + k`` coefficients of the kind `OWN_LEVEL`, with an intercept of mean 0.

    Parameters
    ----------
    mean : (k,) array
        Of the weights.
    covariance : (k, k) array
        Of the weights.
    intercept_sd : float
        Log-odds.
    """
    every = np.zeros((mean.size + 1,) * 2)
    every[0, 0], every[1:, 1:] = intercept_sd**2, covariance
    return OWN_LEVEL(np.concatenate([[0.0], mean]), every)


def _normal_pairs(mean: Floats, covariance: Floats) -> tuple[Floats, Floats, Floats]:
    """Compute the imaginary interviews of a normal prior on ``m`` coefficients.

    Parameters
    ----------
    mean : (m,) array
    covariance : (m, m) array

    Returns
    -------
    design : (m, m) array
    with_offer, without : (m,) array
        Weights of each row with either outcome.
    """
    variances, vectors = np.linalg.eigh(covariance)
    centre = vectors.T @ mean
    trials = np.maximum(_TRIALS, 4 * centre**2 / variances)
    length = _lengths(centre, variances * trials)
    p = sigmoid(length * centre)
    return (vectors * length).T, trials * p, trials * (1 - p)


def _pairs(design: Floats, with_offer: Floats, without: Floats) -> Rows:
    """Repeat each row, once with an offer and once without one: ``2 m`` rows.

    Parameters
    ----------
    design : (m, 1 + k) array
    with_offer, without : (m,) array
        Weights.
    """
    return Rows(
        np.concatenate([design, design]),
        np.repeat([1.0, 0.0], len(design)),
        np.concatenate([with_offer, without]),
        np.zeros(2 * len(design)),
    )


def _lengths(centre: Floats, precision: Floats) -> Floats:
    """Find the smallest ``c`` with ``c² σ(cμ) σ(-cμ) = 1 / precision``, by bisection.

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
