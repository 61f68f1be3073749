"""The posterior of some interviews under one prior: from its mode the normal distribution closest to it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from joblib import Parallel, delayed

from ..model.likelihood import Exact
from ..model.posterior import Fit, approximate
from ..model.prior import Prior, Rows, prior_interviews
from .many import MANY, fits_of_many, parabola
from .mode import posterior_mode

_FARTHEST = 30.0  # log-odds: beyond any base rate that may be told


def fit(real: Rows, prior: Prior) -> Fit:
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
    real = within_reach(real)
    if real.outcome.size >= MANY and (many := parabola(real, prior)):
        return approximate(many.at, many, prior)
    return approximate(posterior_mode(real + prior_interviews(prior)), Exact(real), prior)


def fit_each(real: Rows, believed: Sequence[tuple[Prior, float]], told: Prior, widest: Prior) -> list[Fit]:
    """Return the posterior that real interviews give under each of some priors.

    Parameters
    ----------
    real : Rows
        With offsets `within_reach`.
    believed : sequence of tuples
        Prior, and how probable it is before the outcomes.
    told, widest : Prior
        The one among them that the others lie around, and the one that holds least.
    """
    if real.outcome.size >= MANY and (fits := fits_of_many(real, believed, widest)):
        return fits
    start, likelihood = posterior_mode(real + prior_interviews(told)), Exact(real)
    # one after the other unless joblib.parallel_config says otherwise: numpy already uses every core
    return list(Parallel()(delayed(approximate)(start, likelihood, prior) for prior, _ in believed))


def within_reach(rows: Rows) -> Rows:
    """Return the same interviews with offsets that arithmetic can bear."""
    return replace(rows, offset=np.clip(rows.offset, -_FARTHEST, _FARTHEST))
