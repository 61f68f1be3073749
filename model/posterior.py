"""The posterior: a normal approximation at the mode, averaged over how far to trust the prior."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ..data.observations import Floats
from .predictive import shrinkage, sigmoid
from .prior import Prior, Rows


@dataclass(frozen=True)
class Posterior:
    """What is believed of the coefficients: ``N(mean, covariance)``.

    Parameters
    ----------
    mean : (1 + k,) array
    covariance : (1 + k, 1 + k) array
    """

    mean: Floats
    covariance: Floats


@dataclass(frozen=True)
class Fit:
    """One posterior with its evidence: the log probability of the outcomes under its prior."""

    posterior: Posterior
    log_evidence: float


def log_likelihood(coefficients: Floats, rows: Rows) -> float:
    """Return ``Σ w [y η - log(1 + exp η)]``, the weighted log likelihood."""
    eta = rows.design @ coefficients + rows.offset
    return float(rows.weight @ (rows.outcome * eta - np.logaddexp(0, eta)))


def gradient(coefficients: Floats, rows: Rows) -> Floats:
    """Return the gradient of `log_likelihood`: (1 + k,) array."""
    residual = rows.outcome - sigmoid(rows.design @ coefficients + rows.offset)
    return np.asarray(rows.design.T @ (rows.weight * residual))


def information(coefficients: Floats, rows: Rows) -> Floats:
    """Return the negative Hessian of `log_likelihood`: (1 + k, 1 + k) array."""
    p = sigmoid(rows.design @ coefficients + rows.offset)
    return np.asarray((rows.design * (rows.weight * p * (1 - p))[:, None]).T @ rows.design)


def approximate(mode: Floats, real: Rows, imaginary: Rows, prior: Prior) -> Fit:
    """Return the normal approximation of the posterior, and its evidence.

    Laplace's method at the mode, then two corrections without which it is off-centre and a little
    narrow below some fifty interviews: for the skew of the posterior (`_centred`) and for the
    curvature around the mode rather than at it (`_spread`). Both vanish without real interviews, so
    that no data gives exactly the prior.

    ``log Z = ℓ(mode) + [ℓ₀(mode) - ℓ₀(m)] + ½ log|V| - ½ log|C|`` with ``ℓ`` the log likelihood of
    the real and ``ℓ₀`` of the imaginary interviews: Laplace's method for the posterior over
    Laplace's method for the prior.

    Parameters
    ----------
    mode : (1 + k,) array
        Where real and imaginary log likelihood together are largest.
    real, imaginary : Rows
    prior : Prior
        What the imaginary interviews stand for.

    References
    ----------
    Tierney & Kadane (1986), Accurate approximations for posterior moments and marginal densities,
    Journal of the American Statistical Association 81:82-86.
    """
    precision = information(mode, real) + information(mode, imaginary)
    laplace = Posterior(mode, _inverse(precision))
    evidence = (
        log_likelihood(mode, real)
        + log_likelihood(mode, imaginary)
        - log_likelihood(prior.mean, imaginary)
        - (np.linalg.slogdet(precision).logabsdet + np.linalg.slogdet(prior.covariance).logabsdet) / 2
    )
    mean = _centred(laplace, real, imaginary, prior)
    return Fit(Posterior(mean, _spread(mean, laplace.covariance, real, imaginary, prior)), float(evidence))


def _centred(laplace: Posterior, real: Rows, imaginary: Rows, prior: Prior) -> Floats:
    """Return the mean of the posterior, which its skew draws away from the mode: (1 + k,) array.

    To first order the mean lies ``½ V Σ T(V)`` from the mode, ``T`` the third derivative of the log
    posterior. The skew of the imaginary interviews themselves is taken out: the prior they stand
    for has its mean where they have their mode. A first-order step is a small one: beyond one standard
    deviation it is cut to that.

    References
    ----------
    Lindley (1980), Approximate Bayesian methods, Trabajos de Estadística 31:223-245.
    """
    skew = _skew(laplace.mean, laplace.covariance, real + imaginary)
    own = _skew(prior.mean, prior.covariance, imaginary)
    step = laplace.covariance @ (skew - own)
    largest = np.max(np.abs(step) / np.sqrt(np.diag(laplace.covariance)))
    return np.asarray(laplace.mean + step / max(1.0, largest))


def _skew(at: Floats, covariance: Floats, rows: Rows) -> Floats:
    """Return half the third derivative of the log likelihood, contracted with a covariance."""
    p = sigmoid(rows.design @ at + rows.offset)
    third = -rows.weight * p * (1 - p) * (1 - 2 * p) * _variance(covariance, rows)
    return np.asarray(rows.design.T @ third / 2)


def _spread(mean: Floats, covariance: Floats, real: Rows, imaginary: Rows, prior: Prior) -> Floats:
    """Return the covariance that the curvature averaged over the posterior gives.

    The imaginary interviews are weighted so that, averaged over the prior, they curve as it does.

    References
    ----------
    Opper & Archambeau (2009), The variational Gaussian approximation revisited, Neural Computation
    21(3):786-792: the best normal approximation has the averaged curvature as its precision.
    """
    p = sigmoid(imaginary.design @ prior.mean)
    as_prior = p * (1 - p) / _averaged_slope(prior.mean, prior.covariance, imaginary)
    curvature = np.concatenate(
        [
            real.weight * _averaged_slope(mean, covariance, real),
            imaginary.weight * as_prior * _averaged_slope(mean, covariance, imaginary),
        ]
    )
    design = np.concatenate([real.design, imaginary.design])
    return _inverse((design * curvature[:, None]).T @ design)


def _averaged_slope(mean: Floats, covariance: Floats, rows: Rows) -> Floats:
    """Return ``E[σ'(η)] ≈ κ σ'(κ E[η])`` of each row, coefficients normal: (n,) array."""
    kappa = shrinkage(_variance(covariance, rows))
    p = sigmoid(kappa * (rows.design @ mean + rows.offset))
    return np.asarray(kappa * p * (1 - p))


def _variance(covariance: Floats, rows: Rows) -> Floats:
    """Return the variance ``xᵀVx`` of each row's log-odds: (n,) array."""
    return np.asarray(np.sum((rows.design @ covariance) * rows.design, axis=1))


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
