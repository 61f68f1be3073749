"""How far the published evidence may be trusted: the priors that training averages over."""

from itertools import product

import numpy as np

from ..data.catalogue import Catalogue
from ..model.prior import Prior, Rows, published_prior

# How many times as much as published all signs are worth, and how probable that is.
SCALES = {1.0: 0.50, 2.0: 0.33, 3.0: 0.17}
# Factor on each weight's own standard deviation, and how probable it is.
SPREADS = {1 / 3: 0.2, 1.0: 0.5, 2.5: 0.2, 6.0: 0.1}
_HALF_TOLD = 0.12  # what some ten interviews tell, however many signs each answers


def priors_to_average(catalogue: Catalogue, real: Rows) -> tuple[list[Prior], list[float]]:
    """Return the priors to average over after some interviews, and how probable each is.

    The published evidence is believed as it stands with probability ``1 / (1 + t / .12)`` and the
    grid for the rest, where ``t = Σ xᵀCx / 4`` over the interviews bounds what their outcomes can
    tell of the weights (``C`` their published covariance, ¼ the most information one outcome has).
    Before outcomes can tell scales apart, wide ones would only widen every interval: this way the
    first answers move the default model a little, and interviews without answers move no weight.

    Parameters
    ----------
    catalogue : Catalogue
    real : Rows
        The interviews.

    Returns
    -------
    priors : list of Prior
    weights : list of float
        They sum to 1.
    """
    covariance, x = published_prior(catalogue).covariance[1:, 1:], real.design[:, 1:]
    told = float(np.sum((x @ covariance) * x)) / 4
    open_to_doubt = told / (told + _HALF_TOLD)
    priors, weights = [], []
    for (scale, p_scale), (spread, p_spread) in product(SCALES.items(), SPREADS.items()):
        as_published = scale == spread == 1.0
        priors.append(published_prior(catalogue, scale, spread))
        weights.append(open_to_doubt * p_scale * p_spread + (1 - open_to_doubt) * as_published)
    return priors, weights
