"""Recalibration: learn a person's own level and one slope of all weights, and leave single weights alone."""

from dataclasses import replace

import numpy as np

from ...data.answers.observations import Floats
from ...model.offer_model import OfferModel
from ...model.posterior import Posterior
from ...model.prior import Prior, PublishedWeights, WeightedData
from .fit import fit, fit_posterior

_SLOPE_SD = 0.1  # of the slope, beside the common factor of the evidence


def recalibrate(data: WeightedData, prior_model: OfferModel) -> Posterior:
    """Fit the level and the slope of a model, two parameters, by Bayes' rule.

    The coefficients before training are ``β ~ N(m, V)``. Write them as ``β = Jδ + ε``, where the columns of
    ``J`` are the intercept and the weights ``m``: then ``δ₀`` is the level, and ``δ₁`` a slope on the signs'
    log-odds, 1 before training. ``δ`` has covariance ``C = (JᵀV⁻¹J)⁻¹``, the largest for which ``ε`` is
    independent of it. For published evidence the level has heavy tails, and the slope the prior and the grid
    of scales that weights of one basis have, since here all bases share it. Outcomes update ``δ`` alone, so the result is ``N(Jd, V + J (D - C) Jᵀ)``
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
    before, directions = prior_model.posterior, _directions(prior_model.posterior.mean)
    covariance = np.asarray(np.linalg.inv(directions.T @ np.linalg.solve(before.covariance, directions)))
    centre = np.array([before.mean[0], 1.0])[: len(covariance)]  # J @ centre is the mean
    rows = replace(data, X=data.X @ directions)
    if prior_model.training is None:
        slope = PublishedWeights(centre[1:], np.eye(centre.size - 1) * _SLOPE_SD**2)
        after = fit_posterior(rows, slope, float(np.sqrt(covariance[0, 0]))).posterior
    else:
        after = fit(rows, Prior(centre, (covariance + covariance.T) / 2)).posterior
    change = directions @ (after.covariance - covariance) @ directions.T
    return Posterior(directions @ after.mean, before.covariance + (change + change.T) / 2)


def _directions(mean: Floats) -> Floats:
    """Build ``J`` from the (1 + k,) array of means: (1 + k, 2) array, or (1 + k, 1) if all weights are 0."""
    weights = mean * (np.arange(mean.size) > 0)
    level = np.eye(mean.size)[0]
    return np.column_stack([level, weights] if weights.any() else [level])
