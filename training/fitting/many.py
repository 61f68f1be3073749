"""Many interviews: one parabola stands for their log likelihood under every prior of the grid."""

from collections.abc import Sequence

import numpy as np

from ...model.likelihood import Parabola
from ...model.posterior import Fit, approximate, average
from ...model.prior import Prior
from .interviews import Interviews

MANY = 50_000  # interviews from which on the parabola stands for them: benchmarks/many.py
_LOOKS = 10
_NEAR = 1.0  # standard deviations: so far from its middle the parabola still finds the average, if that is
_SHORT = 0.05  # log-odds away for any interview
_FARTHEST = 0.5  # log-odds: so far from its middle the parabola is good enough for one prior
_COUNTS = 1e-3  # share of the average from which on a prior matters


def fits_of_many(
    interviews: Interviews, believed: Sequence[tuple[Prior, float]], near: Prior
) -> list[Fit] | None:
    """Return the posterior of many interviews under each prior by one parabola, or None where it is no good.

    The parabola is made where the last one puts the average over all priors, averaged over what is left
    unknown there, as `approximate` wants it, until the average stays near its middle: within a standard
    deviation, and within .05 of the log-odds of any interview. Two looks at all interviews are mostly enough.
    It is good if this comes to an end, and if no interview's log-odds differ by more than .5 between its
    middle and the mean under any prior that matters.

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
        many = Parabola(at, *interviews.slopes(at, covariance))
        fits = [approximate(at, many, prior) for prior, _ in believed]
        middle, shares = average(fits, [weight for _, weight in believed])
        away = np.abs(middle.mean - at) / np.sqrt(np.diag(middle.covariance))
        if covariance is not None and away.max() < _NEAR:
            means = [fit.posterior.mean for fit, share in zip(fits, shares, strict=True) if share > _COUNTS]
            of_average, *of_each = interviews.longest(np.array([middle.mean, *means]) - at)
            if of_average < _SHORT:
                return fits if max(of_each) < _FARTHEST else None
        at, covariance = middle.mean, middle.covariance
    return None
