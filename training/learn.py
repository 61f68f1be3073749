"""What interviews with outcomes teach, averaged over how far to trust what was told before."""

import numpy as np
from joblib import Parallel, delayed

from ..data.observations import Floats
from ..model.offer_model import OfferModel
from ..model.posterior import Posterior, approximate, average
from ..model.prior import INTERCEPT_SD, Prior, Rows, prior_interviews, widened
from .fit import fit, posterior_mode, within_reach
from .grid import priors_to_average


def learn(
    real: Rows,
    mean: Floats,
    covariance: Floats,
    intercept_sd: float = INTERCEPT_SD,
    *,
    direction_known: bool = True,
) -> Posterior:
    """Return the posterior of interviews, given weights told before.

    Parameters
    ----------
    real : Rows
        Any number of interviews.
    mean : (k,) array
        Weights as told, log-odds per unit of each feature.
    covariance : (k, k) array
        How far each may be off by itself.
    intercept_sd : float
        How far the base rate may be off, log-odds.
    direction_known : bool
        Whether the signs together cannot mean the opposite of what was told.

    Returns
    -------
    Posterior
        Of ``1 + k`` coefficients; without interviews the prior as told.
    """
    real = within_reach(real)
    priors, weights = priors_to_average(mean, covariance, real, intercept_sd, direction_known=direction_known)
    believed = [(prior, weight) for prior, weight in zip(priors, weights, strict=True) if weight > 0]
    # one after the other unless joblib.parallel_config says otherwise: numpy already uses every core
    start = posterior_mode(real + prior_interviews(widened(mean, covariance, intercept_sd=intercept_sd)))
    fits = Parallel()(delayed(approximate)(start, real, prior) for prior, _ in believed)
    return average(fits, [weight for _, weight in believed])[0]


def learned(real: Rows, start: OfferModel) -> Posterior:
    """Return what interviews teach a model: one of published evidence, or a trained one taken at its word.

    Parameters
    ----------
    real : Rows
        Any number of interviews; without any the posterior is that of the model.
    start : OfferModel
    """
    if not real.outcome.size:
        return start.posterior
    if start.training is not None:
        return fit(real, Prior(start.posterior.mean, start.posterior.covariance)).posterior
    return learn(real, *published(start))


def learned_fast(real: Rows, start: OfferModel, prior: Prior) -> Posterior:
    """Return what many interviews teach under one prior, as good as an average where they outweigh it."""
    return fit(real, prior).posterior if real.outcome.size else start.posterior


def likeliest(real: Rows, start: OfferModel) -> Prior:
    """Return the prior that the outcomes speak for most, of those that `learned` averages over."""
    if start.training is not None:
        return Prior(start.posterior.mean, start.posterior.covariance)
    priors, _ = priors_to_average(*published(start), real)
    return max(priors, key=lambda prior: fit(real, prior).log_evidence)


def published(start: OfferModel) -> tuple[Floats, Floats]:
    """Return the published weights and how far each may be off by itself: (k,) and (k, k) arrays."""
    return start.effects.weight, np.diag(start.effects.weight_sd**2)
