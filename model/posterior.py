"""The posterior: the closest normal distribution, averaged over how far to trust the prior."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..data.answers.observations import Floats
from .likelihood import Likelihood
from .prior import Prior, Site

_STEPS = 200
_SLOWEST = 0.05
_STILL = 1e-5  # standard deviations


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

    An intercept whose density is not normal enters by expectation propagation: a normal factor
    that gives the intercept the mean and variance it has with its density in that factor's
    place (`Prior.site`). Without interviews the posterior is exactly the prior.

    The evidence is approximated by the bound that this distribution maximises, ``E[ℓ] - KL``, and by as
    much more as the density of the intercept gives (`Prior.log_density_gain`).

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
        present = Site(precision[0, 0], pull[0])
        wanted = prior.site(mean[0], covariance[0, 0], present)
        sharper, pulled = wanted.precision - present.precision, wanted.pull - present.pull
        step, sd = covariance @ uphill, np.sqrt(np.diag(covariance))
        left = np.max([np.abs(step / sd), np.abs(covariance * away).sum(axis=1)])
        left = max(float(left), abs(sharper) * covariance[0, 0], abs(pulled) * sd[0])
        if left < _STILL:
            break
        pace, last = (max(_SLOWEST, pace / 2) if left > last else min(1.0, 1.2 * pace)), left
        curvature = curvature + pace * away
        precision[0, 0] += pace * sharper
        pull[0] += pace * pulled
        covariance = _inverse(curvature + precision)
        mean = mean + pace * (covariance @ uphill)
    posterior = Posterior(mean, covariance)
    return Fit(posterior, _bound(posterior, likelihood, prior))


def _bound(posterior: Posterior, likelihood: Likelihood, prior: Prior) -> float:
    """Return ``E[ℓ] - KL(posterior, prior)``, close to the log evidence; 0 without interviews."""
    mean, covariance = posterior.mean, posterior.covariance
    away, precision = mean - prior.mean, _inverse(prior.covariance)
    ratio = np.linalg.slogdet(covariance).logabsdet - np.linalg.slogdet(prior.covariance).logabsdet
    divergence = (np.sum(precision * covariance) + away @ precision @ away - mean.size - ratio) / 2
    gain = prior.log_density_gain(mean[0], covariance[0, 0])
    before = prior.log_density_gain(prior.mean[0], prior.covariance[0, 0])
    return float(likelihood.expected(mean, covariance) - divergence + gain - before)


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
