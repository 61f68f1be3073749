"""The posterior of some interviews under given priors: of each the normal distribution closest to it."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from ...model.posterior import Fit, approximate
from ...model.prior import Prior, Rows
from .dataset import Held
from .interviews import Interviews
from .many import MANY, fits_of_many

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
    return [approximate(start, interviews, prior) for prior, _ in believed]


def held(real: Rows) -> Held:
    """Return interviews in memory, with offsets that arithmetic can bear."""
    return Held(replace(real, offset=np.clip(real.offset, -_FARTHEST, _FARTHEST)))
