"""Recalibration: learn a person's own level and a slope of each kind of evidence, not single weights."""

from dataclasses import replace

import numpy as np

from ...data.answers.observations import Floats
from ...model.offer_model import OfferModel
from ...model.posterior import Posterior
from ...model.prior import COMMON_SD, Prior, PublishedWeights, WeightedData
from .fit import fit, fit_posterior


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
