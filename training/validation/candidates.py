"""The candidates for the model in use after training: built, and compared on the same unseen interviews."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from ...data.answers.observations import Floats
from ...model.offer_model import OfferModel, TrainingSummary
from ...model.posterior import Posterior
from ...model.prior import COMMON_SD, Prior, PublishedWeights, WeightedData
from ..evaluation.bootstrap import PROBABILITY_DIGITS, affordable_resamples, resample_counts
from ..evaluation.metrics import CLIP
from ..fitting.fit import fit, fit_posterior
from .resampling import Refit, predict_probabilities, rows_with_weight

CandidateName = Literal["default", "level", "trained"]
# The simplest first: it wins a tie.
CANDIDATES: tuple[CandidateName, ...] = ("default", "level", "trained")
# Outcomes from which the best candidate is used. With fewer, cross-validation prefers another than the
# default where the outcomes happen to be extreme, and that one is worst there: benchmarks/reviews.py.
MIN_TO_CHOOSE = 10
_BOOTSTRAPS = 1000
_LEVEL = 0.90
_TIE = 1e-6  # log loss


@dataclass(frozen=True)
class CandidateLoss:
    """The log loss of one candidate on interviews that it was not fitted to.

    Parameters
    ----------
    log_loss : float
        Mean over the interviews.
    difference, low, high : float
        The same minus that of the default model, below 0 if the candidate predicts better, and its 90%
        bootstrap interval over interviews; all 0 for the default model.
    """

    log_loss: float
    difference: float
    low: float
    high: float


Comparison = Mapping[CandidateName, CandidateLoss]


def compare_candidates(
    predictions: Mapping[CandidateName, Floats], data: WeightedData, seed: int
) -> Comparison:
    """Compare predictions of the same interviews with those of the default model.

    Parameters
    ----------
    predictions : mapping of str to (n,) array
        Probability of each interview by a fit that did not use it, by candidate, with ``default`` among them.
    data : WeightedData
        The ``n`` interviews.
    seed : int
        Of the resamples, which all candidates share.

    References
    ----------
    Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13: the interval. Dietterich (1998),
    Approximate statistical tests for comparing supervised classification learning algorithms, Neural
    Computation 10(7):1895-1923: predictions of the same left-out rows are compared in pairs.

    Examples
    --------
    >>> data = WeightedData(np.ones((4, 1)), np.array([1.0, 1, 0, 1]), np.ones(4), np.zeros(4))
    >>> compared = compare_candidates({"default": np.full(4, 0.5), "level": np.full(4, 0.6)}, data, seed=0)
    >>> round(compared["level"].log_loss, 3), round(compared["level"].difference, 3)
    (0.612, -0.081)
    """
    n = data.y.size
    rounded = {
        name: np.clip(np.round(p, PROBABILITY_DIGITS), CLIP, 1 - CLIP) for name, p in predictions.items()
    }
    losses = {name: -np.log(np.where(data.y > 0, p, 1 - p)) for name, p in rounded.items()}
    excess = np.array([losses[name] - losses["default"] for name in losses])
    draws = [
        (counts * data.weight) @ excess.T / (counts @ data.weight)[:, None]
        for counts in resample_counts(n, affordable_resamples(n, _BOOTSTRAPS), seed)
    ]
    ends = np.quantile(np.concatenate(draws), [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2], axis=0)
    return {
        name: CandidateLoss(
            float(np.average(losses[name], weights=data.weight)),
            float(np.average(excess[i], weights=data.weight)),
            *ends[:, i].tolist(),
        )
        for i, name in enumerate(losses)
    }


def left_out_predictions(data: WeightedData, refit: Refit, training_rows: Floats) -> Floats:
    """Predict each row by the fit to the rows of the other folds: (n,) array of probabilities.

    ``training_rows`` : (m, n) array of `folds`.
    """
    p = np.empty(data.y.size)
    for counts in training_rows:
        fitted = refit(rows_with_weight(data, data.weight * counts))
        left_out = counts == 0
        p[left_out] = predict_probabilities(fitted, data)[left_out]
    return p


def best_candidate(comparison: Comparison) -> CandidateName:
    """Choose the candidate with the lowest log loss; of equal ones the one that learns least.

    Examples
    --------
    >>> best_candidate({"default": CandidateLoss(0.6, 0, 0, 0), "level": CandidateLoss(0.6, 0, 0, 0)})
    'default'
    """
    lowest = min(candidate.log_loss for candidate in comparison.values())
    return next(
        name for name in CANDIDATES if name in comparison and comparison[name].log_loss < lowest + _TIE
    )


@dataclass(frozen=True)
class Choice:
    """The model that predictions use after training, and what it was chosen by.

    Parameters
    ----------
    name : {"default", "level", "trained"}
        Which of the candidates it is.
    model : OfferModel
        The candidate itself.
    requested : bool
        Whether the person asked for this one, rather than for the one that predicts best.
    comparison : mapping of str to CandidateLoss, or None
        Log losses of all candidates on unseen interviews; None if they were not compared.
    """

    name: CandidateName
    model: OfferModel
    requested: bool
    comparison: Comparison | None


def candidate_model(
    trained: OfferModel, prior: OfferModel, name: CandidateName, posterior: Posterior
) -> OfferModel:
    """Build a model that has learned less than the trained one; what it learned of silences stays.

    The posterior is that of its coefficients. The level model keeps the levels of employers as well. Given
    the coefficients they do not depend on how the coefficients were learned, so they only follow their mean.
    """
    training = replace(trained.training or TrainingSummary(0, 0, 0, {}, ""), use=name)
    source = trained if name == "level" else prior
    employers = source.employers.moved(posterior.mean - source.posterior.mean)
    return replace(trained, posterior=posterior, training=training, employers=employers)


def recalibrate(data: WeightedData, prior_model: OfferModel) -> Posterior:
    """Fit the level and the slopes of a model, one for each basis of its weights, by Bayes' rule.

    The coefficients before training are ``β ~ N(m, V)``. Write them as ``β = Jδ + ε``. The columns of ``J``
    are the intercept, and for each basis its weights in ``m``. So ``δ₀`` is the level and each further ``δ``
    a slope, 1 before training. ``δ`` has covariance ``C = (JᵀV⁻¹J)⁻¹``, the largest for which ``ε`` is
    independent of it. For published evidence the level has heavy tails, and the slopes the grid of scales of
    `fit_posterior`, as in training. Outcomes update ``δ`` alone, so the result is ``N(Jd, V + J (D - C) Jᵀ)``
    with ``d`` and ``D`` the posterior mean and covariance of ``δ``. Without outcomes it is the prior.

    Parameters
    ----------
    data : WeightedData
        Any number of interviews with outcomes.
    prior_model : OfferModel
        The model before training.

    Returns
    -------
    Posterior
        Of all ``1 + k`` coefficients.

    References
    ----------
    Cox (1958), Two further applications of a model for binary regression, Biometrika 45:562-565: level and
    slope. Steyerberg (2019), Clinical Prediction Models, 2nd ed., section 20.2: recalibration before
    re-estimation of a model with few outcomes.

    Examples
    --------
    >>> model = OfferModel.default()
    >>> blank = np.eye(1, model.posterior.mean.size).repeat(8, axis=0)
    >>> data = WeightedData(blank, np.ones(8), np.ones(8), np.zeros(8))
    >>> posterior = recalibrate(data, model)
    >>> bool(posterior.mean[0] > 0), bool(np.allclose(posterior.mean[1:], model.posterior.mean[1:]))
    (True, True)
    """
    if not data.y.size:
        return prior_model.posterior
    before, directions = prior_model.posterior, _directions(prior_model)
    covariance = np.asarray(np.linalg.inv(directions.T @ np.linalg.solve(before.covariance, directions)))
    centre = np.append(before.mean[0], np.ones(len(covariance) - 1))  # J @ centre is the mean
    rows = replace(data, X=data.X @ directions)
    if prior_model.training is None:
        # the slopes' own variances: that of the common factor is added for each scale of the grid
        own = np.diag(np.diag(covariance)[1:] - COMMON_SD**2)
        slopes = PublishedWeights(centre[1:], own, np.arange(len(own)))
        after = fit_posterior(rows, slopes, float(np.sqrt(covariance[0, 0])), start=centre).posterior
    else:
        after = fit(rows, Prior(centre, (covariance + covariance.T) / 2), centre).posterior
    change = directions @ (after.covariance - covariance) @ directions.T
    return Posterior(directions @ after.mean, before.covariance + (change + change.T) / 2)


def _directions(model: OfferModel) -> Floats:
    """Build ``J``: (1 + k, 1 + b) array for ``b`` bases that have a weight other than 0."""
    weights, basis = model.posterior.mean[1:], model.effects.basis
    slopes = [weights * (basis == each) for each in np.unique(basis[weights != 0])]
    return np.column_stack([np.eye(weights.size + 1)[0], *(np.append(0.0, each) for each in slopes)])
