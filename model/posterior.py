"""The posterior: the closest normal distribution, averaged over how far to trust the prior."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..data.answers.observations import Floats
from .likelihood import Likelihood
from .logistic_normal import softplus_average
from .prior import Prior

_POINTS = 161
_REACH = 16.0  # standard deviations either side
_HALVINGS = 100
_TINY = 1e-12
_STEPS = 200
_SLOWEST = 0.05
_STILL = 1e-5  # standard deviations


def log_density(x: Floats, rate: float) -> Floats:
    """Return the log density of ``x`` where ``rate · x`` is standard logistic, up to a constant.

    It is the log likelihood of two interviews at ``x``, one with an offer and one without.
    """
    return np.asarray(rate * x - 2 * np.logaddexp(0, rate * x))


def tilted(precision: float, pull: float, rate: float) -> tuple[float, float]:
    """Return mean and variance of ``exp(-½ precision x² + pull x) · logistic(rate · x)``.

    By sums over an even grid, which for a density that falls off on both sides are as exact as any.

    Parameters
    ----------
    precision, pull : float
        Of the normal factor, not negative and, without any precision, ``|pull| < rate``.
    rate : float

    Examples
    --------
    >>> mean, variance = tilted(0.0, 0.0, 1.0)
    >>> abs(round(mean, 9)), round(variance, 6), round(np.pi**2 / 3, 6)
    (0.0, 3.289868, 3.289868)
    """
    centre = _top(precision, pull, rate)
    # beyond the middle the logistic density falls off as exp(-rate |x|), against which the pull may work
    flattest = max(precision, (max(rate - abs(pull), 0.0) / 4) ** 2)
    reach = _REACH / np.sqrt(flattest)
    steps = np.linspace(-1, 1, _POINTS)
    for _ in range(3):  # each pass starts from the centre and spread that the one before found
        x = centre + reach * steps
        log_height = -precision * x**2 / 2 + pull * x + log_density(x, rate)
        height = np.exp(log_height - log_height.max())
        height /= height.sum()
        centre = float(height @ x)
        variance = float(height @ (x - centre) ** 2)
        reach = _REACH * np.sqrt(variance)
    return centre, variance


def _top(precision: float, pull: float, rate: float) -> float:
    """Return where the density is highest, by bisection of its slope."""
    high = (abs(pull) + rate) / max(precision, _TINY)
    low = -high
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        rising = pull - precision * middle - rate * math.tanh(rate * middle / 2) > 0
        low, high = (middle, high) if rising else (low, middle)
    return (low + high) / 2


@dataclass(frozen=True)
class Posterior:
    """What is believed of the coefficients: ``N(mean, covariance)``.

    Parameters
    ----------
    mean : (1 + k,) array
        Of the intercept, log-odds, and of the weights, log-odds per standard unit.
    covariance : (1 + k, 1 + k) array
        Of the same.
    """

    mean: Floats
    covariance: Floats


@dataclass(frozen=True)
class Fit:
    """One posterior with its evidence: the log probability of the outcomes under its prior."""

    posterior: Posterior
    log_evidence: float


def approximate(start: Floats, likelihood: Likelihood, prior: Prior) -> Fit:
    """Return the normal distribution closest to the posterior, and its evidence.

    Of all normal distributions, the one of least Kullback-Leibler divergence from the posterior has
    a mean where the averaged gradient of the log posterior vanishes and, as its precision, the
    averaged curvature: the conditions that Laplace's method meets at the mode alone, where it is
    off-centre and too narrow below some fifty interviews. They are met by Newton steps from the mode.

    The logistic tails of a heavy-tailed intercept enter by expectation propagation: a normal factor
    that gives the intercept the mean and variance it has with the logistic density in that factor's
    place. Without interviews the posterior is exactly the prior.

    The evidence is approximated by the bound that this distribution maximises, ``E[ℓ] - KL``, and for a
    heavy-tailed intercept by as much more as its tails give.

    Parameters
    ----------
    start : (1 + k,) array
        Somewhere near, as the mode is.
    likelihood : Likelihood
        Of the interviews with outcomes.
    prior : Prior

    References
    ----------
    Opper & Archambeau (2009), The variational Gaussian approximation revisited, Neural Computation
    21(3):786-792. Minka (2001), Expectation propagation for approximate Bayesian inference, UAI 362-369.
    """
    precision = _inverse(prior.covariance)
    pull = precision @ prior.mean
    mean, (_, curvature) = start, likelihood.slopes(start, None)
    covariance = _inverse(curvature + precision)
    pace, last = 1.0, np.inf
    for _ in range(_STEPS):
        gradient, averaged = likelihood.slopes(mean, covariance)
        uphill = gradient + pull - precision @ mean
        away = averaged - curvature
        tails, tail_pull = _tails(mean[0], covariance[0, 0], precision[0, 0], pull[0], prior)
        step, sd = covariance @ uphill, np.sqrt(np.diag(covariance))
        left = np.max([np.abs(step / sd), np.abs(covariance * away).sum(axis=1)])
        left = max(float(left), abs(tails) * covariance[0, 0], abs(tail_pull) * sd[0])
        if left < _STILL:
            break
        pace, last = (max(_SLOWEST, pace / 2) if left > last else min(1.0, 1.2 * pace)), left
        curvature = curvature + pace * away
        precision[0, 0] += pace * tails
        pull[0] += pace * tail_pull
        covariance = _inverse(curvature + precision)
        mean = mean + pace * (covariance @ uphill)
    posterior = Posterior(mean, covariance)
    return Fit(posterior, _bound(posterior, likelihood, prior))


def _tails(mean: float, variance: float, precision: float, pull: float, prior: Prior) -> tuple[float, float]:
    """Return by how much the intercept's prior precision and pull miss its logistic density."""
    if not prior.heavy_intercept:
        return 0.0, 0.0
    others, other_pull = max(1 / variance - precision, 0.0), mean / variance - pull
    if not others:
        return 0.0, 0.0  # the interviews tell nothing of the intercept
    centre, spread = tilted(others, other_pull, prior.intercept_rate)
    if not spread > 0:  # so far out that the grid has one point: no tail is that long
        return 0.0, 0.0
    return 1 / spread - others - precision, centre / spread - other_pull - pull


def _bound(posterior: Posterior, likelihood: Likelihood, prior: Prior) -> float:
    """Return ``E[ℓ] - KL(posterior, prior)``, close to the log evidence; 0 without interviews."""
    mean, covariance = posterior.mean, posterior.covariance
    away, precision = mean - prior.mean, _inverse(prior.covariance)
    ratio = np.linalg.slogdet(covariance).logabsdet - np.linalg.slogdet(prior.covariance).logabsdet
    divergence = (np.sum(precision * covariance) + away @ precision @ away - mean.size - ratio) / 2
    bound = likelihood.expected(mean, covariance) - divergence
    if prior.heavy_intercept:
        bound += _tail_gain(mean[0], covariance[0, 0], prior) - _tail_gain(0.0, prior.covariance[0, 0], prior)
    return float(bound)


def _tail_gain(mean: float, variance: float, prior: Prior) -> float:
    """Return ``E[log logistic(α) - log normal(α)]`` of the intercept, up to a constant."""
    rate = prior.intercept_rate
    softplus = softplus_average(np.array([rate * mean]), np.array([rate**2 * variance]))
    return float(rate * mean - 2 * softplus[0] + (mean**2 + variance) / prior.covariance[0, 0] / 2)


def _inverse(precision: Floats) -> Floats:
    """Return the inverse of a symmetric matrix, exactly symmetric."""
    inverse = np.linalg.inv(precision)
    return np.asarray((inverse + inverse.T) / 2)


def average(fits: Sequence[Fit], prior_weights: Sequence[float]) -> tuple[Posterior, Floats]:
    """Return one posterior with the mean and covariance of the mixture of all.

    Parameters
    ----------
    fits : sequence of Fit
    prior_weights : sequence of float
        How probable each prior was before the outcomes.

    Returns
    -------
    posterior : Posterior
    weights : (len(fits),) array
        How probable each prior is after them; they sum to 1.

    References
    ----------
    Hoeting, Madigan, Raftery & Volinsky (1999), Bayesian model averaging: a tutorial, Statistical
    Science 14(4):382-417.
    """
    with np.errstate(divide="ignore"):
        log_weights = np.log(prior_weights) + [fit.log_evidence for fit in fits]
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    means = np.array([fit.posterior.mean for fit in fits])
    mean = weights @ means
    away = means - mean
    within = sum(w * fit.posterior.covariance for w, fit in zip(weights, fits, strict=True))
    covariance = within + (away.T * weights) @ away
    return Posterior(mean, (covariance + covariance.T) / 2), weights
