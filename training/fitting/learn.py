"""What interviews with outcomes teach, averaged over how far to trust what was told before."""

import numpy as np

from ...data.answers.observations import Floats
from ...model.offer_model import OfferModel
from ...model.posterior import Posterior, average
from ...model.prior import INTERCEPT_SD, Prior, Rows, widened
from .fit import fit, fit_each, held
from .grid import SPREADS, priors_given, priors_to_average
from .interviews import Interviews


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
    found = average_and_as_told(held(real), mean, covariance, intercept_sd, direction_known=direction_known)
    return found[0]


def average_and_as_told(
    interviews: Interviews,
    mean: Floats,
    covariance: Floats,
    intercept_sd: float = INTERCEPT_SD,
    *,
    direction_known: bool = True,
) -> tuple[Posterior, Posterior]:
    """Return the posterior averaged over how far to trust what was told, and that which takes it at its word.

    Parameters
    ----------
    interviews : Interviews
        Any number of them.
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
    told = widened(mean, covariance, intercept_sd=intercept_sd)
    widest = widened(mean, covariance, spread=max(SPREADS), intercept_sd=intercept_sd)
    priors, weights = priors_given(
        mean, covariance, interviews.told(told), intercept_sd, direction_known=direction_known
    )
    believed = [(prior, weight) for prior, weight in zip(priors, weights, strict=True) if weight > 0]
    fits = fit_each(interviews, believed, told, widest)
    posterior, _ = average(fits, [weight for _, weight in believed])
    as_told = next(fit for fit, (prior, _) in zip(fits, believed, strict=True) if prior.equals(told))
    return posterior, as_told.posterior


def learned_and_as_told(interviews: Interviews, start: OfferModel) -> tuple[Posterior, Posterior | None]:
    """Return what interviews teach a model, and where that is published evidence what it gives at its word.

    Parameters
    ----------
    interviews : Interviews
        Any number of them; without any the posterior is that of the model.
    start : OfferModel
        A trained one is taken at its word.
    """
    if not interviews.n:
        return start.posterior, None if start.training else start.posterior
    if start.training is not None:
        prior = Prior(start.posterior.mean, start.posterior.covariance)
        return fit_each(interviews, [(prior, 1.0)], prior, prior)[0].posterior, None
    return average_and_as_told(interviews, *published(start))


def learned(real: Rows, start: OfferModel) -> Posterior:
    """Return what interviews in memory teach a model: the first of `learned_and_as_told`."""
    return learned_and_as_told(held(real), start)[0]


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
