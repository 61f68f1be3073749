"""Fitting: the posterior under each prior of a grid, averaged by evidence.

Published weights ``m`` may be too strong or too weak, all together or one by one, so there is a grid of
priors with factors ``f`` on ``m`` and ``s`` on its standard deviation (`model.prior.scaled_prior`).
`fit_posterior` builds the grid (`prior_grid`), fits a normal distribution under each prior (`fit_priors`)
and averages them (`model.posterior.average_fits`). `fit_model` does the same for a model, and
`refit_posterior` for validation.

``ℓ`` is the log likelihood of the outcomes, ``x`` the features of an interview with 1 for the intercept, and
``w`` its weight. All coefficients are log-odds per unit of their feature.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from itertools import product
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ...data.answers.observations import Floats
from ...model.employers import EmployerLevels
from ...model.likelihood import Likelihood, QuadraticLikelihood
from ...model.offer_model import OfferModel
from ...model.posterior import Fit, Posterior, approximate_posterior, average_fits
from ...model.prior import EMPLOYER_SD, LEVEL_SD, Prior, PublishedWeights, WeightedData, scaled_prior
from .dataset import Dataset, in_memory
from .employers import EMPLOYER_SDS, GroupedLikelihood, average_levels

# Interviews from which one quadratic approximation of ℓ serves all priors: benchmarks/many.py has its error.
QUADRATIC_FROM = 50_000
# Limits on the distance between the centre of the quadratic and the averaged mean: posterior standard
# deviations of any coefficient, and log-odds of any interview.
_MAX_SHIFT_SD = 0.2
_MAX_SHIFT_LOG_ODDS = 0.01
_MAX_MODE_SHIFT = 0.5  # the same limit, log-odds, for the mean under one prior
_MAX_EXPANSIONS = 10
# Log evidence, for all employers and for each: below the central one by more, a standard deviation of their
# levels is negligible. The evidence without fitting it was at most .016 an employer too small.
_SPREAD_MARGIN, _SPREAD_MARGIN_EACH = 20.0, 0.03
_NEGLIGIBLE = 1e-3  # posterior probability of a prior below which its mean may be farther away

# Factor f on all published weights together, with its prior probability: where the evidence fixes the
# direction of the signs, where nothing more is known, and where they may mean the opposite.
SCALE_FACTORS = {0.3: 0.35, 1.0: 0.4, 2.5: 0.19, 6.0: 0.06}
UNMEASURED_SCALE_FACTORS = {0.3: 0.2, 1.0: 0.35, 4.0: 0.25, 16.0: 0.2}
SIGNED_SCALE_FACTORS = {-0.4: 0.2, 0.2: 0.25, 1.0: 0.3, 2.5: 0.25}
# The same where no effect is known, only a direction in which all may differ from 0 together.
UNKNOWN_SCALE_FACTORS = {0.0: 0.3, 1.0: 0.4, 4.0: 0.3}
# Factor s on the standard deviation of each weight by itself, with its prior probability.
SD_FACTORS = {1 / 3: 0.3, 1.0: 0.4, 4.0: 0.3}
# Information bound t at which the grid has half of the prior probability: that of about ten interviews,
# however many signs each answers.
_HALF_INFORMATION = 0.12


def feature_precision(n: int) -> npt.DTypeLike:
    """Choose the type of the features of ``n`` interviews in all, decided and pending.

    From `QUADRATIC_FROM` on single precision, which changes coefficients by far less than the approximation
    does: benchmarks/many.py has both.
    """
    return np.float32 if n >= QUADRATIC_FROM else np.float64


class AveragedFit(NamedTuple):
    """The posterior averaged over the prior grid, and the posterior under the published prior alone.

    Parameters
    ----------
    posterior : Posterior
        The average; of ``1 + k`` coefficients.
    unscaled : Posterior or None
        Under the prior with ``f = s = 1``; None where the prior is a trained model, not published evidence.
    levels : callable or None
        Computes the levels of the employers, averaged, with some more passes over the rows; None without
        employers.
    """

    posterior: Posterior
    unscaled: Posterior | None
    levels: Callable[[], EmployerLevels] | None = None


def fit_posterior(
    data: WeightedData | Dataset,
    weights: PublishedWeights,
    intercept_sd: float = LEVEL_SD,
    *,
    direction_known: bool = True,
    centred: bool = True,
    employers: Sequence[str] | None = None,
    start: Floats | None = None,
) -> AveragedFit:
    """Fit the posterior, averaged over the grid of priors around given weights.

    Parameters
    ----------
    data : WeightedData or Dataset
        Any number of interviews; without any both posteriors are the published prior.
    weights : PublishedWeights
    intercept_sd : float
        Prior standard deviation of the intercept, log-odds.
    direction_known : bool
        Whether a negative common factor ``f`` is ruled out.
    centred : bool
        Whether the features are 0 in a typical interview, as in `prior_grid`.
    employers : sequence of str, optional
        The employers that the rows index. Their levels are fitted under each of `EMPLOYER_SDS` as well.
    start : (1 + k,) array, optional
        Coefficients near the result, which saves the search for the mode.

    References
    ----------
    Hoeting, Madigan, Raftery & Volinsky (1999), Bayesian model averaging: a tutorial, Statistical
    Science 14(4):382-417.
    """
    dataset = _as_dataset(data)
    unscaled, widest = scaled_prior(weights, intercept_sd=intercept_sd), _widest_prior(weights, intercept_sd)
    grid = prior_grid(weights, dataset, intercept_sd, direction_known=direction_known, centred=centred)
    priors = [(prior, probability) for prior, probability in zip(*grid, strict=True) if probability > 0]
    if employers is None:
        fits = fit_priors(dataset, priors, unscaled, widest, start=start)
        posterior, _ = average_fits(fits, [probability for _, probability in priors])
        return AveragedFit(posterior, _under(unscaled, fits, priors))
    zeros = np.zeros(len(employers))
    central = GroupedLikelihood(dataset, employers, zeros, zeros + EMPLOYER_SD**2)
    likelihoods = {EMPLOYER_SD: central}
    by_sd = {EMPLOYER_SD: fit_priors(dataset, priors, unscaled, widest, central)}
    near, _ = average_fits(by_sd[EMPLOYER_SD], [probability for _, probability in priors])
    for sd in _spreads_to_fit(central, priors, [sd for sd in EMPLOYER_SDS if sd != EMPLOYER_SD]):
        likelihoods[sd] = GroupedLikelihood(dataset, employers, zeros, zeros + sd**2)
        likelihoods[sd].start_at(central)
        by_sd[sd] = fit_priors(dataset, priors, unscaled, widest, likelihoods[sd], near=near)
    grouped = [(sd, each) for sd, of_sd in by_sd.items() for each in of_sd]
    probabilities = [EMPLOYER_SDS[sd] * of_prior for sd in by_sd for _, of_prior in priors]
    posterior, shares = average_fits([each for _, each in grouped], probabilities)
    kept = [(share, *fitted) for fitted, share in zip(grouped, shares, strict=True) if share > _NEGLIGIBLE]

    def levels() -> EmployerLevels:
        """Compute the levels under each prior, and average them."""
        fits = [
            (share, each.posterior, replace(likelihoods[sd].levels(each.posterior), sd=sd))
            for share, sd, each in kept
        ]
        return average_levels(fits, posterior)

    return AveragedFit(posterior, _under(unscaled, by_sd[EMPLOYER_SD], priors), levels)


def _spreads_to_fit(
    central: GroupedLikelihood, priors: Sequence[tuple[Prior, float]], sds: Sequence[float]
) -> list[float]:
    """Choose the standard deviations of the employers that can have a non-negligible posterior probability.

    Where there is a quadratic approximation for the central one, it gives the evidence of every other within
    a margin, without a pass over the rows. Those further below the central evidence are left out.
    """
    if not central.is_expanded:
        return [*sds]
    evidence = {sd: _log_evidence(central.quadratic_at(sd), priors) for sd in (EMPLOYER_SD, *sds)}
    least = evidence[EMPLOYER_SD] - _SPREAD_MARGIN - _SPREAD_MARGIN_EACH * central.n_levels
    return [sd for sd in sds if evidence[sd] > least]


def _log_evidence(likelihood: QuadraticLikelihood, priors: Sequence[tuple[Prior, float]]) -> float:
    """Compute the log evidence of a quadratic likelihood, averaged over priors."""
    fits = _fit_each(likelihood.point, likelihood, [prior for prior, _ in priors])
    of_priors = np.log([probability for _, probability in priors])
    return float(np.logaddexp.reduce(of_priors + [fit.log_evidence for fit in fits]))


def _under(prior: Prior, fits: Sequence[Fit], priors: Sequence[tuple[Prior, float]]) -> Posterior:
    """Select the posterior under one of the priors."""
    return next(each.posterior for each, (other, _) in zip(fits, priors, strict=True) if other.equals(prior))


def prior_grid(
    weights: PublishedWeights,
    data: WeightedData | Dataset,
    intercept_sd: float = LEVEL_SD,
    *,
    direction_known: bool = True,
    centred: bool = True,
) -> tuple[list[Prior], list[float]]:
    """Build the grid of priors around published weights, and the prior probability of each.

    The unscaled prior (``f = s = 1``) alone has probability ``1 / (1 + t / .12)`` and the whole grid the
    rest. ``t = Σ w xᵀCx / 4`` is an upper bound on the information about the weights in the outcomes. With
    few outcomes the evidence cannot distinguish the factors, and wide priors would only widen every interval:
    so the first outcomes move the default model a little, and interviews without answers move no weight.

    Each sign takes part in the factors as far as it was answered itself (`_participation`): one that nobody
    answered does not inherit what the outcomes taught about others.

    Parameters
    ----------
    weights : PublishedWeights
    data : WeightedData or Dataset
        The interviews with outcomes.
    intercept_sd : float
        Prior standard deviation of the intercept, log-odds.
    direction_known : bool
        Whether a negative common factor ``f`` is ruled out.
    centred : bool
        Whether the features are 0 in a typical interview. Otherwise the intercept is off by the effect of
        what is typical, and its standard deviation has the factor ``|f|`` too.

    Returns
    -------
    priors : list of Prior
    probabilities : list of float
        They sum to 1.
    """
    covariance = scaled_prior(weights).covariance[1:, 1:]
    information = covariance * _as_dataset(data).max_information()[1:, 1:]
    grid_share = float(_share(information.sum()))
    part = _participation(np.diag(information), np.diag(covariance), grid_share)
    scale_factors = _scale_factors(weights, direction_known=direction_known)
    priors, probabilities = [], []
    for (scale, p_scale), (spread, p_spread) in product(scale_factors.items(), SD_FACTORS.items()):
        unscaled = scale == spread == 1.0
        level_sd = intercept_sd if centred else abs(scale) * intercept_sd
        priors.append(scaled_prior(weights, 1 + part * (scale - 1), spread**part, level_sd))
        probabilities.append(grid_share * p_scale * p_spread + (1 - grid_share) * unscaled)
    return priors, probabilities


def _scale_factors(weights: PublishedWeights, *, direction_known: bool) -> dict[float, float]:
    """Choose the factors ``f`` on the weights together, with their prior probabilities."""
    if weights.mean.any():
        known = SCALE_FACTORS if weights.measured else UNMEASURED_SCALE_FACTORS
        return known if direction_known else SIGNED_SCALE_FACTORS
    if weights.direction is None or not weights.direction.any():  # a common factor changes nothing
        return {1.0: 1.0}
    return UNKNOWN_SCALE_FACTORS


def _share(information: Floats, half: float | Floats = _HALF_INFORMATION) -> Floats:
    """Compute ``t / (t + half)`` of information bounds ``t``: a scalar or (k,) array, as they are."""
    return np.asarray(information / (information + half))


def _participation(information: Floats, variance: Floats, grid_share: float) -> Floats:
    """Compute how far each weight takes part in the factors of the grid: (k,) array from 0 to 1.

    It is the share that the grid would have for this sign alone, relative to the share it has: 0 for a sign
    without answers, 1 for one that is answered at least as often as the others.

    Parameters
    ----------
    information : (k,) array
        Upper bound on the information about each weight.
    variance : (k,) array
        Prior variance of each weight.
    grid_share : float
        Prior probability of the grid.
    """
    if not grid_share:
        return np.ones(variance.size)
    alone = _share(information, _HALF_INFORMATION * variance / variance.sum())
    return np.minimum(alone / grid_share, 1.0)


def fit(data: WeightedData | Dataset, prior: Prior, start: Floats | None = None) -> Fit:
    """Fit the posterior under one prior.

    Parameters
    ----------
    data : WeightedData or Dataset
        Any number of interviews; all may have the same outcome, and features may separate the outcomes.
    prior : Prior
    start : (1 + k,) array, optional
        Coefficients near the result, which saves the search for the mode.

    Returns
    -------
    Fit
        With the log evidence.
    """
    return fit_priors(_as_dataset(data), [(prior, 1.0)], prior, prior, start=start)[0]


def fit_priors(
    dataset: Dataset,
    priors: Sequence[tuple[Prior, float]],
    central: Prior,
    widest: Prior,
    likelihood: Dataset | GroupedLikelihood | None = None,
    start: Floats | None = None,
    near: Posterior | None = None,
) -> list[Fit]:
    """Fit the posterior under each of several priors.

    Parameters
    ----------
    dataset : Dataset
    priors : sequence of tuples
        Prior and its probability.
    central : Prior
        All fits start from the mode under this one, unless a start is given.
    widest : Prior
        The one of largest variance, from which `fit_quadratic` starts.
    likelihood : Likelihood, optional
        Of the dataset; with independent rows by default.
    start : (1 + k,) array, optional
        Coefficients near the result, which saves the search for the mode.
    near : Posterior, optional
        One near the average of the results, which saves passes over many interviews.
    """
    likelihood = likelihood or dataset
    if dataset.n >= QUADRATIC_FROM and (fits := fit_quadratic(dataset, priors, widest, likelihood, near)):
        return fits
    start = dataset.approximate_mode(central) if start is None else start
    each = [prior for prior, _ in priors]
    if likelihood is not dataset:  # employers' levels follow one fit at a time
        return [approximate_posterior(start, likelihood, prior) for prior in each]
    return _fit_each(start, likelihood, each)


def _fit_each(start: Floats, likelihood: Likelihood, priors: Sequence[Prior]) -> list[Fit]:
    """Fit under each prior, from a start (1 + k,) array; together if their kind allows it."""
    if all(prior.stackable for prior in priors):
        return approximate_posterior(start, likelihood, Prior.stack(priors)).unstack()
    return [approximate_posterior(start, likelihood, prior) for prior in priors]


def fit_quadratic(
    dataset: Dataset,
    priors: Sequence[tuple[Prior, float]],
    widest: Prior,
    likelihood: Dataset | GroupedLikelihood | None = None,
    near: Posterior | None = None,
) -> list[Fit] | None:
    """Fit the posterior under each prior with one quadratic approximation of ``ℓ``.

    With many interviews the likelihood outweighs the priors, so one expansion of ``ℓ`` serves them all: a
    pass over the data an expansion instead of some ten a prior. ``ℓ`` is expanded about the averaged mean of
    the step before, with gradient and curvature averaged over the posterior there as in
    `approximate_posterior`. Steps end when the averaged mean is within .2 standard deviations and .01
    log-odds of the centre, usually after two.

    Parameters
    ----------
    dataset : Dataset
        At least `QUADRATIC_FROM` interviews.
    priors : sequence of tuples
        Prior and its probability.
    widest : Prior
        The first expansion is about the mode under this one, which influences it least.
    likelihood : Likelihood, optional
        Of the dataset; with independent rows by default.
    near : Posterior, optional
        One near the average of the results: the first expansion is averaged over it.

    Returns
    -------
    list of Fit, or None
        None where the approximation is too coarse: the steps do not end, or the mean under a prior of
        non-negligible posterior probability is more than .5 log-odds from the centre for some interview.
    """
    likelihood = likelihood or dataset
    centre, covariance = (near.mean, near.covariance) if near else (dataset.approximate_mode(widest), None)
    for _ in range(_MAX_EXPANSIONS):
        quadratic = likelihood.quadratic(centre, covariance)
        fits = _fit_each(centre, quadratic, [prior for prior, _ in priors])
        averaged, shares = average_fits(fits, [weight for _, weight in priors])
        shift = np.abs(averaged.mean - centre) / np.sqrt(np.diag(averaged.covariance))
        # the first expansion has no covariance to average over, so it is never the last
        if covariance is not None and shift.max() < _MAX_SHIFT_SD:
            means = [
                fit.posterior.mean for fit, share in zip(fits, shares, strict=True) if share > _NEGLIGIBLE
            ]
            of_average, *of_priors = dataset.max_log_odds_change(np.array([averaged.mean, *means]) - centre)
            if of_average < _MAX_SHIFT_LOG_ODDS:
                if max(of_priors) >= _MAX_MODE_SHIFT:
                    return None
                return fits
        centre, covariance = averaged.mean, averaged.covariance
    return None


def fit_model(
    data: WeightedData | Dataset,
    prior_model: OfferModel,
    employers: Sequence[str] | None = None,
    start: Floats | None = None,
) -> AveragedFit:
    """Fit the posterior of a model's coefficients, from published evidence or from a trained model.

    Parameters
    ----------
    data : WeightedData or Dataset
        Any number of interviews; without any the posterior is that of the prior model.
    prior_model : OfferModel
        The posterior of a trained one is the only prior; for published evidence there is a grid.
    employers : sequence of str, optional
        The employers that the rows index; by default all are unknown.
    start : (1 + k,) array, optional
        Coefficients near the result, which saves the search for the mode.
    """
    dataset = _as_dataset(data)
    if not dataset.n:
        return AveragedFit(prior_model.posterior, None if prior_model.training else prior_model.posterior)
    if prior_model.training is not None:
        return _update_model(dataset, prior_model, employers, start)
    return fit_posterior(dataset, published_weights(prior_model), employers=employers, start=start)


def _update_model(
    dataset: Dataset, model: OfferModel, employers: Sequence[str] | None, start: Floats | None
) -> AveragedFit:
    """Fit with the posterior of a trained model as the prior; employers of new data join those it knows.

    ``start`` is a (1 + k,) array, or None.
    """
    prior, before = _posterior_as_prior(model), model.employers
    if employers is None:
        posterior = fit(dataset, prior, start).posterior
        return AveragedFit(posterior, None, partial(before.moved, posterior.mean - prior.mean))
    likelihood = GroupedLikelihood(dataset, employers, *before.prior(employers, prior.covariance))
    posterior = fit_priors(dataset, [(prior, 1.0)], prior, prior, likelihood, start)[0].posterior
    change = posterior.mean - prior.mean
    return AveragedFit(posterior, None, lambda: before.joined(likelihood.levels(posterior), change))


def refit_posterior(data: WeightedData, prior_model: OfferModel, prior: Prior | None = None) -> Posterior:
    """Fit the posterior alone, as the refits of validation need it.

    Parameters
    ----------
    data : WeightedData
        Any number of interviews.
    prior_model : OfferModel
    prior : Prior, optional
        Fit under this prior instead of the grid, which is faster: from some thousand interviews one prior has
        nearly all of the evidence (`max_evidence_prior`).
    """
    if prior is None or not data.y.size:
        return fit_model(data, prior_model, start=prior_model.posterior.mean).posterior
    return fit(data, prior, prior.mean).posterior


def max_evidence_prior(data: WeightedData, prior_model: OfferModel) -> Prior:
    """Find the prior of the grid with the largest evidence (empirical Bayes)."""
    if prior_model.training is not None:
        return _posterior_as_prior(prior_model)
    priors, _ = prior_grid(published_weights(prior_model), data)
    return max(priors, key=lambda prior: fit(data, prior).log_evidence)


def published_weights(model: OfferModel) -> PublishedWeights:
    """Collect the published weights of a model's catalogue."""
    return PublishedWeights.from_effects(model.effects)


def starting_prior(model: OfferModel) -> Prior:
    """Choose the prior that influences a mode to start from least; of a trained model, its posterior."""
    if model.training is not None:
        return _posterior_as_prior(model)
    return _widest_prior(published_weights(model))


def _widest_prior(weights: PublishedWeights, intercept_sd: float = LEVEL_SD) -> Prior:
    return scaled_prior(weights, sd_scale=max(SD_FACTORS), intercept_sd=intercept_sd)


def _posterior_as_prior(model: OfferModel) -> Prior:
    return Prior(model.posterior.mean, model.posterior.covariance)


def _as_dataset(data: WeightedData | Dataset) -> Dataset:
    return in_memory(data) if isinstance(data, WeightedData) else data
