"""Fitting: the posterior under each prior of a grid, averaged by their evidence."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import product

import numpy as np

from ...data.answers.observations import Floats
from ...model.likelihood import QuadraticLikelihood
from ...model.offer_model import OfferModel
from ...model.posterior import Fit, Posterior, approximate_posterior, average_fits
from ...model.prior import INTERCEPT_SD, Prior, WeightedData, scaled_prior
from .dataset import Held, Interviews

MANY = 50_000  # interviews from which on the parabola stands for them: benchmarks/many.py
_LOOKS = 10
_NEAR = 1.0  # standard deviations: so far from its middle the parabola still finds the average, if that is
_SHORT = 0.05  # log-odds away for any interview
_FARTHEST_MODE = 0.5  # log-odds: so far from its middle the parabola is good enough for one prior
_COUNTS = 1e-3  # share of the average from which on a prior matters
_FARTHEST_BASE_RATE = 30.0  # log-odds: beyond any base rate that may be told
# How many times as much as told all signs are worth, and how probable that is: where evidence says which
# way signs point, and where they may as well mean the opposite of what was told.
SCALES = {0.3: 0.35, 1.0: 0.4, 2.5: 0.25}
OPEN_SCALES = {-0.4: 0.2, 0.2: 0.25, 1.0: 0.3, 2.5: 0.25}
# Factor on each weight's own standard deviation, and how probable it is.
SPREADS = {1 / 3: 0.3, 1.0: 0.4, 4.0: 0.3}
_HALF_TOLD = 0.12  # what some ten interviews tell, however many signs each answers


def fit(real: WeightedData, prior: Prior) -> Fit:
    """Return the posterior that real interviews give under one prior.

    Parameters
    ----------
    real : Rows
        Any number of interviews, one outcome only or perfectly separated among them.
    prior : Prior

    Returns
    -------
    Fit
    """
    return fit_each(held(real), [(prior, 1.0)], prior, prior)[0]


def fit_each(
    interviews: Interviews, believed: Sequence[tuple[Prior, float]], told: Prior, widest: Prior
) -> list[Fit]:
    """Return the posterior that interviews give under each of some priors.

    Parameters
    ----------
    interviews : Interviews
    believed : sequence of tuples
        Prior, and how probable it is before the outcomes.
    told, widest : Prior
        The one among them that the others lie around, and the one that holds least.
    """
    if interviews.n >= MANY and (fits := fits_of_many(interviews, believed, widest)):
        return fits
    start = interviews.near(told)
    return [approximate_posterior(start, interviews, prior) for prior, _ in believed]


def held(real: WeightedData) -> Held:
    """Return interviews in memory, with offsets that arithmetic can bear."""
    return Held(replace(real, offset=np.clip(real.offset, -_FARTHEST_BASE_RATE, _FARTHEST_BASE_RATE)))


def priors_to_average(
    mean: Floats,
    covariance: Floats,
    real: WeightedData,
    intercept_sd: float = INTERCEPT_SD,
    *,
    direction_known: bool = True,
) -> tuple[list[Prior], list[float]]:
    """Return the priors to average over after some interviews, and how probable each is.

    What was told is believed as it stands with probability ``1 / (1 + t / .12)`` and the grid of
    scales and spreads for the rest, where ``t = Σ w xᵀCx / 4`` over the interviews bounds what their
    outcomes can tell of the weights (``C`` their covariance as told, ¼ the most information one
    outcome has). Before outcomes can tell scales apart, wide ones would only widen every interval:
    this way the first answers move the default model a little, and interviews without answers move
    no weight.

    Parameters
    ----------
    mean : (k,) array
        Weights as told.
    covariance : (k, k) array
        How far each may be off by itself.
    real : Rows
        The interviews.
    intercept_sd : float
        Log-odds.
    direction_known : bool
        Whether the signs together cannot mean the opposite of what was told.

    Returns
    -------
    priors : list of Prior
    weights : list of float
        They sum to 1.
    """
    told = Held(real).told(scaled_prior(mean, covariance))
    return priors_given(mean, covariance, told, intercept_sd, direction_known=direction_known)


def priors_given(
    mean: Floats,
    covariance: Floats,
    information: float,
    intercept_sd: float = INTERCEPT_SD,
    *,
    direction_known: bool = True,
) -> tuple[list[Prior], list[float]]:
    """Return what `priors_to_average` does, given ``t`` of the interviews."""
    doubt = information / (information + _HALF_TOLD)
    scales = SCALES if direction_known else OPEN_SCALES
    if not mean.any():  # nothing was told that could be worth more or less
        scales = {1.0: 1.0}
    priors, weights = [], []
    for (scale, p_scale), (spread, p_spread) in product(scales.items(), SPREADS.items()):
        as_told = scale == spread == 1.0
        priors.append(scaled_prior(mean, covariance, scale, spread, intercept_sd))
        weights.append(doubt * p_scale * p_spread + (1 - doubt) * as_told)
    return priors, weights


def fits_of_many(
    interviews: Interviews, believed: Sequence[tuple[Prior, float]], near: Prior
) -> list[Fit] | None:
    """Return the posterior of many interviews under each prior by one parabola, or None where it is no good.

    The parabola is made where the last one puts the average over all priors, averaged over what is left
    unknown there, as `approximate_posterior` wants it, until the average stays near its middle: within a
    standard deviation, and within .05 of the log-odds of any interview. Two looks at all interviews are
    mostly enough. It is good if this comes to an end, and if no interview's log-odds differ by more than .5
    between its middle and the mean under any prior that matters.

    Parameters
    ----------
    interviews : Interviews
        ``MANY`` or more.
    believed : sequence of tuples
        Prior, and how probable it is before the outcomes.
    near : Prior
        The first look is near the mode under this one, which should hold little.
    """
    at, covariance = interviews.near(near), None
    for _ in range(_LOOKS):
        many = QuadraticLikelihood(at, *interviews.gradient_and_hessian(at, covariance))
        fits = [approximate_posterior(at, many, prior) for prior, _ in believed]
        middle, shares = average_fits(fits, [weight for _, weight in believed])
        away = np.abs(middle.mean - at) / np.sqrt(np.diag(middle.covariance))
        if covariance is not None and away.max() < _NEAR:
            means = [fit.posterior.mean for fit, share in zip(fits, shares, strict=True) if share > _COUNTS]
            of_average, *of_each = interviews.longest(np.array([middle.mean, *means]) - at)
            if of_average < _SHORT:
                return fits if max(of_each) < _FARTHEST_MODE else None
        at, covariance = middle.mean, middle.covariance
    return None


def learn(
    real: WeightedData,
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
    told = scaled_prior(mean, covariance, intercept_sd=intercept_sd)
    widest = scaled_prior(mean, covariance, sd_scale=max(SPREADS), intercept_sd=intercept_sd)
    priors, weights = priors_given(
        mean, covariance, interviews.told(told), intercept_sd, direction_known=direction_known
    )
    believed = [(prior, weight) for prior, weight in zip(priors, weights, strict=True) if weight > 0]
    fits = fit_each(interviews, believed, told, widest)
    posterior, _ = average_fits(fits, [weight for _, weight in believed])
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


def learned(real: WeightedData, start: OfferModel) -> Posterior:
    """Return what interviews in memory teach a model: the first of `learned_and_as_told`."""
    return learned_and_as_told(held(real), start)[0]


def learned_fast(real: WeightedData, start: OfferModel, prior: Prior) -> Posterior:
    """Return what many interviews teach under one prior, as good as an average where they outweigh it."""
    return fit(real, prior).posterior if real.y.size else start.posterior


def likeliest(real: WeightedData, start: OfferModel) -> Prior:
    """Return the prior that the outcomes speak for most, of those that `learned` averages over."""
    if start.training is not None:
        return Prior(start.posterior.mean, start.posterior.covariance)
    priors, _ = priors_to_average(*published(start), real)
    return max(priors, key=lambda prior: fit(real, prior).log_evidence)


def published(start: OfferModel) -> tuple[Floats, Floats]:
    """Return the published weights and how far each may be off by itself: (k,) and (k, k) arrays."""
    return start.effects.weight, np.diag(start.effects.weight_sd**2)
