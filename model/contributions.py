"""What each coefficient adds to the log-odds of the probability, for many interviews at once."""

import numpy as np

from ..data.answers.observations import Floats
from .posterior import Posterior
from .predictive_distribution import shrinkage


def base_log_odds(context: Floats, posterior: Posterior) -> Floats:
    """Return the log-odds shown with nothing answered, ``κ₀ (context + α)``: (n,) array.

    Parameters
    ----------
    context : (n,) array
        Log-odds that each interview starts from.
    posterior : Posterior
    """
    return np.asarray(shrinkage(posterior.covariance[0, 0]) * (context + posterior.mean[0]))


def contributions(design: Floats, context: Floats, posterior: Posterior) -> Floats:
    """Return what each feature adds to `base_log_odds`: (n, k) array; they sum to ``κ η``.

    A feature adds ``κ β x``, and because its weight is uncertain it also draws the estimate towards
    even odds, ``κ < κ₀``. That pull, ``(κ - κ₀) η₀``, is shared in proportion to the variance that each
    feature brings, with ``κ - κ₀ = -(π/8) κ² κ₀² / (κ + κ₀)`` times the variance that all bring.

    Parameters
    ----------
    design : (n, 1 + k) array
        Intercept column and features.
    context : (n,) array
        Log-odds that each interview starts from.
    posterior : Posterior

    Examples
    --------
    >>> believed = Posterior(np.array([0.0, 1.0]), np.diag([1.0, 0.5]))
    >>> contributions(np.array([[1.0, 0.0], [1.0, 2.0]]), np.array([-1.0, -1.0]), believed).round(2)
    array([[0.  ],
           [1.52]])
    """
    mean, covariance = posterior.mean, posterior.covariance
    spread = design @ covariance
    kappa = shrinkage(np.sum(spread * design, axis=1))
    kappa_0 = shrinkage(covariance[0, 0])
    x = design[:, 1:]
    brought = x * (spread + covariance[0])[:, 1:]
    pull = -(np.pi / 8) * (kappa * kappa_0) ** 2 / (kappa + kappa_0) * (context + mean[0])
    return np.asarray(kappa[:, None] * x * mean[1:] + pull[:, None] * brought)
