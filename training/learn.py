"""What interviews with outcomes teach, averaged over how far to trust what was told before."""

from collections.abc import Sequence

import numpy as np

from ..data.observations import Floats
from ..model.offer_model import OfferModel
from ..model.posterior import Fit, Posterior, average
from ..model.prior import INTERCEPT_SD, Prior, Rows, widened
from .fit import fit, fit_each, within_reach
from .grid import SPREADS, priors_to_average


def learn(
    real: Rows,
    mean: Floats,
    covariance: Floats,
    intercept_sd: float = INTERCEPT_SD,
    *,
    direction_known: bool = True,
) -> Posterior:
    """Return the posterior of interviews, given weights told before, averaged over how far to trust these.

    Parameters are those of `average_and_as_told`.
    """
    return average_and_as_told(real, mean, covariance, intercept_sd, direction_known=direction_known)[0]


def average_and_as_told(
    real: Rows,
    mean: Floats,
    covariance: Floats,
    intercept_sd: float = INTERCEPT_SD,
    *,
    direction_known: bool = True,
) -> tuple[Posterior, Posterior]:
    """Return the posterior averaged over how far to trust what was told, and that which takes it at its word.

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
    average, as_told : Posterior
        Of ``1 + k`` coefficients; without interviews the prior as told.
    """
    real = within_reach(real)
    priors, weights = priors_to_average(mean, covariance, real, intercept_sd, direction_known=direction_known)
    believed = believable(priors, weights)
    told = widened(mean, covariance, intercept_sd=intercept_sd)
    widest = widened(mean, covariance, spread=max(SPREADS), intercept_sd=intercept_sd)
    return averaged(fit_each(real, believed, told, widest), believed, told)


def believable(priors: Sequence[Prior], weights: Sequence[float]) -> list[tuple[Prior, float]]:
    """Return the priors that have any probability, each with it."""
    return [(prior, weight) for prior, weight in zip(priors, weights, strict=True) if weight > 0]


def averaged(
    fits: Sequence[Fit], believed: Sequence[tuple[Prior, float]], told: Prior
) -> tuple[Posterior, Posterior]:
    """Return the average of fits, one for each prior believed, and the one under the prior as told."""
    posterior, _ = average(fits, [weight for _, weight in believed])
    as_told = next(fit for fit, (prior, _) in zip(fits, believed, strict=True) if prior.equals(told))
    return posterior, as_told.posterior


def learned_and_as_told(real: Rows, start: OfferModel) -> tuple[Posterior, Posterior | None]:
    """Return `learned`, and where the start is published evidence what it gives taken at its word."""
    if start.training is not None:
        return learned(real, start), None
    if not real.outcome.size:
        return start.posterior, start.posterior
    return average_and_as_told(real, *published(start))


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
