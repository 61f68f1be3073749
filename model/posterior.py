"""The posterior: the closest normal distribution, averaged over priors."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from ..data.answers.observations import Floats
from .likelihood import Likelihood
from .prior import Prior, Site

_MAX_STEPS = 200
_MIN_STEP_SIZE = 0.05
_TOLERANCE = 1e-5  # standard deviations, in the largest remaining change


@dataclass(frozen=True)
class Posterior:
    """A normal distribution of the coefficients, ``N(m, V)``.

    Parameters
    ----------
    mean : (1 + k,) array
        ``m``: of the intercept, log-odds, then of the weights, log-odds per standard unit.
    covariance : (1 + k, 1 + k) array
        ``V``, in the squares of these units.

    References
    ----------
    Opper & Archambeau (2009), The variational Gaussian approximation revisited, Neural Computation
    21(3):786-792.
    """

    mean: Floats
    covariance: Floats

    @cached_property
    def sd(self) -> Floats:
        """Standard deviation of each coefficient: (1 + k,) array."""
        return np.sqrt(np.diag(self.covariance))


@dataclass(frozen=True)
class Fit:
    """A posterior and its evidence, the log probability of the outcomes under its prior.

    Parameters
    ----------
    posterior : Posterior
    log_evidence : float, or (m,) array
        Natural logarithm.
    """

    posterior: Posterior
    log_evidence: float | Floats

    def unstack(self) -> "list[Fit]":
        """Split the fits to a stack of ``m`` priors."""
        mean, covariance, evidence = self.posterior.mean, self.posterior.covariance, self.log_evidence
        return [
            Fit(Posterior(*each), float(value))
            for *each, value in zip(mean, covariance, np.asarray(evidence), strict=True)
        ]


def approximate_posterior(start: Floats, likelihood: Likelihood, prior: Prior) -> Fit:
    """Compute the normal distribution closest to the posterior, and its evidence.

    Several priors, given as a stack (`Prior.stack`), are fitted together, which saves most of the time of
    small fits: arrays of the result then have the leading axis of the stack.

    Of all normal distributions ``N(m, V)``, the one with the least Kullback-Leibler divergence from the
    posterior satisfies ``E[∇ℓ] = 0`` and ``V⁻¹ = -E[∇²ℓ]``, with ``ℓ`` the log likelihood plus the log prior
    density. Laplace's method meets these conditions at the mode only; below about fifty interviews it is
    off-centre and too narrow. Newton steps from ``start``, shortened where they overshoot, meet them on
    average.

    An intercept whose prior is not normal enters by expectation propagation: a normal factor that gives the
    intercept the mean and variance it has with its own density (`Prior.update_site`). Without
    interviews the posterior is exactly the prior.

    The evidence is approximated by the bound that this distribution maximises,
    ``E[log likelihood] - KL``, corrected for the density of the intercept (`Prior.log_density_gain`).

    Parameters
    ----------
    start : (1 + k,) array
        Coefficients near the mode.
    likelihood : Likelihood
        Of the interviews with outcomes.
    prior : Prior
        One, or a stack of ``m``.

    References
    ----------
    Opper & Archambeau (2009), The variational Gaussian approximation revisited, Neural Computation
    21(3):786-792. Minka (2001), Expectation propagation for approximate Bayesian inference, UAI 362-369.
    """
    precision = _inverse(prior.covariance)
    natural_mean = _times(precision, prior.mean)
    mean = np.broadcast_to(start, prior.mean.shape)
    _, information = likelihood.gradient_and_hessian(start, None)
    covariance = _inverse(information + precision)
    step_size = np.ones(natural_mean.shape[:-1])
    previous_error = np.full(step_size.shape, np.inf)
    for _ in range(_MAX_STEPS):
        gradient, averaged_information = likelihood.gradient_and_hessian(mean, covariance)
        gradient = gradient + natural_mean - _times(precision, mean)
        information_change = averaged_information - information
        site, variance = (
            Site(precision[..., 0, 0], natural_mean[..., 0]),
            np.diagonal(covariance, axis1=-2, axis2=-1),
        )
        new_site = prior.update_site(mean[..., 0], variance[..., 0], site)
        precision_change = new_site.precision - site.precision
        natural_mean_change = new_site.natural_mean - site.natural_mean
        sd = np.sqrt(variance)
        # Every change that is left to make, relative to the present standard deviations.
        changes = [
            np.abs(_times(covariance, gradient) / sd).max(axis=-1),
            np.abs(covariance * information_change).sum(axis=-1).max(axis=-1),
            np.abs(precision_change) * variance[..., 0],
            np.abs(natural_mean_change) * sd[..., 0],
        ]
        error = np.max(changes, axis=0)
        moving = error >= _TOLERANCE
        if not moving.any():
            break
        # Halve the step where the last one overshot, and lengthen it slowly where it did not.
        step_size = np.where(
            error > previous_error,
            np.maximum(_MIN_STEP_SIZE, step_size / 2),
            np.minimum(1.0, 1.2 * step_size),
        )
        previous_error, step = error, step_size * moving
        information = information + step[..., None, None] * information_change
        precision[..., 0, 0] += step * precision_change
        natural_mean[..., 0] += step * natural_mean_change
        covariance = _inverse(information + precision)
        mean = mean + step[..., None] * _times(covariance, gradient)
    posterior = Posterior(mean, covariance)
    return Fit(posterior, _evidence_bound(posterior, likelihood, prior))


def _evidence_bound(posterior: Posterior, likelihood: Likelihood, prior: Prior) -> Floats:
    """Compute ``E[log likelihood] - KL(posterior, prior)``, near the log evidence; 0 without interviews."""
    mean, covariance = posterior.mean, posterior.covariance
    difference, precision = mean - prior.mean, _inverse(prior.covariance)
    log_ratio = np.linalg.slogdet(covariance).logabsdet - np.linalg.slogdet(prior.covariance).logabsdet
    trace = np.sum(precision * covariance, axis=(-2, -1))
    distance = np.sum(difference * _times(precision, difference), axis=-1)
    divergence = (trace + distance - mean.shape[-1] - log_ratio) / 2
    gain = prior.log_density_gain(mean[..., 0], covariance[..., 0, 0])
    gain_before = prior.log_density_gain(prior.mean[..., 0], prior.covariance[..., 0, 0])
    expected = likelihood.expected_log_likelihood(mean, covariance)
    return np.asarray(expected - divergence + gain - gain_before)


def _times(matrix: Floats, vector: Floats) -> Floats:
    """Multiply (..., m, m) by (..., m) arrays, one by one: (..., m) array."""
    return np.asarray((matrix @ vector[..., None])[..., 0])


def _inverse(matrix: Floats) -> Floats:
    """Invert symmetric (..., m, m) arrays, so that the results are symmetric to the last bit."""
    inverse = np.linalg.inv(matrix)
    return np.asarray((inverse + inverse.swapaxes(-1, -2)) / 2)


def average_fits(fits: Sequence[Fit], prior_weights: Sequence[float]) -> tuple[Posterior, Floats]:
    """Average posteriors, each weighted by its prior probability times its evidence.

    The result has the mean and covariance of their mixture, ``m̄ = Σ wᵢ mᵢ`` and
    ``V̄ = Σ wᵢ (Vᵢ + (mᵢ - m̄)(mᵢ - m̄)ᵀ)``.

    Parameters
    ----------
    fits : sequence of Fit
        ``m`` fits, one for each prior.
    prior_weights : sequence of float
        Probability of each prior before the outcomes, ``m`` of them.

    Returns
    -------
    posterior : Posterior
    weights : (m,) array
        ``w``, probability of each prior after the outcomes; they sum to 1.

    References
    ----------
    Hoeting, Madigan, Raftery & Volinsky (1999), Bayesian model averaging: a tutorial, Statistical
    Science 14(4):382-417.
    """
    with np.errstate(divide="ignore"):  # a prior of probability 0 has log weight -inf
        log_weights = np.log(prior_weights) + [fit.log_evidence for fit in fits]
    weights = np.exp(log_weights - log_weights.max())
    weights /= weights.sum()
    means = np.array([fit.posterior.mean for fit in fits])
    mean = weights @ means
    deviations = means - mean
    within = sum(w * fit.posterior.covariance for w, fit in zip(weights, fits, strict=True))
    covariance = within + (deviations.T * weights) @ deviations
    return Posterior(mean, (covariance + covariance.T) / 2), weights
