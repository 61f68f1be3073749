"""Many interviews: one parabola stands for their log likelihood under every prior of the grid."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from ..data.observations import Floats
from ..model.likelihood import Exact, Likelihood, Parabola
from ..model.posterior import Fit, approximate, average
from ..model.prior import Prior, Rows, prior_interviews
from ..model.threads import one_thread
from .mode import posterior_mode

MANY = 50_000  # interviews from which on the parabola stands for them: benchmarks/many.py
_SAMPLE = 20_000
_LOOKS = 10
_NEAR = 0.3  # standard deviations
_FARTHEST = 0.5  # log-odds: so far from its middle the parabola is still good
_COUNTS = 1e-3  # share of the average from which on a prior matters
_ROWS = 8192


def fits_of_many(real: Rows, believed: Sequence[tuple[Prior, float]], near: Prior) -> list[Fit] | None:
    """Return the posterior of many interviews under each prior by one parabola, or None where it is no good.

    It is good if it is found, and if no interview's log-odds differ by more than .5 between its middle and
    the mean under any prior that matters.

    Parameters
    ----------
    real : Rows
        ``MANY`` or more.
    believed : sequence of tuples
        Prior, and how probable it is before the outcomes.
    near : Prior
        The parabola's middle is first about the posterior mean under this one, the widest, and then at
        the average that it gives.
    """
    with one_thread(real.outcome.size):
        many = parabola(real, near)
        return fits_along(many, Exact(real), believed, partial(longest, real)) if many else None


def fits_along(
    many: Parabola,
    likelihood: Likelihood,
    believed: Sequence[tuple[Prior, float]],
    farthest: Callable[[Floats], float],
) -> list[Fit] | None:
    """Return the posterior under each prior by one parabola, first moved to the average that it gives.

    Parameters
    ----------
    many : Parabola
        About the posterior mean under any prior that holds little.
    likelihood : Likelihood
        What the parabola stands for.
    believed : sequence of tuples
        Prior, and how probable it is before the outcomes.
    farthest : callable
        `longest` over the same interviews.

    Returns
    -------
    list of Fit, or None where one parabola is no good for all
    """
    weights = [weight for _, weight in believed]
    rough, _ = average([approximate(many.at, many, prior) for prior, _ in believed], weights)
    many = Parabola(rough.mean, *likelihood.slopes(rough.mean, rough.covariance))
    fits = [approximate(many.at, many, prior) for prior, _ in believed]
    _, shares = average(fits, weights)
    steps = [fit.posterior.mean - many.at for fit, share in zip(fits, shares, strict=True) if share > _COUNTS]
    return fits if farthest(np.array(steps)) < _FARTHEST else None


def parabola(real: Rows, prior: Prior) -> Parabola | None:
    """Return the log likelihood of many interviews near where it is highest, or None if that is not found.

    Newton's method from the mode of every so-many-th interview, until what is left to go is less than .3
    standard deviations; over so little the parabola of the last step holds. Two looks at all interviews
    are mostly enough. The last one is averaged over what is left unknown, as `approximate` wants it.

    Parameters
    ----------
    real : Rows
    prior : Prior
        Decides where outcomes tell nothing.
    """
    return parabola_near(posterior_mode(_some(real) + prior_interviews(prior)), Exact(real), prior)


def parabola_near(at: Floats, likelihood: Likelihood, prior: Prior) -> Parabola | None:
    """Return what `parabola` does, from any start: (1 + k,) array."""
    precision = np.linalg.inv(prior.covariance)
    covariance: Floats | None = None
    for _ in range(_LOOKS):
        gradient, curvature = likelihood.slopes(at, covariance)
        known = covariance is not None
        covariance = np.linalg.inv(curvature + precision)
        step = covariance @ (gradient + precision @ (prior.mean - at))
        if known and (np.abs(step) < _NEAR * np.sqrt(np.diag(covariance))).all():
            return Parabola(at, gradient, curvature)
        at = at + step
    return None


def longest(real: Rows, steps: Floats) -> float:
    """Return the largest change of any interview's log-odds that some steps of the coefficients make.

    Parameters
    ----------
    real : Rows
    steps : (m, 1 + k) array
    """
    parts = range(0, real.outcome.size, _ROWS)
    return max(float(np.abs(real.design[first : first + _ROWS] @ steps.T).max()) for first in parts)


def _some(real: Rows) -> Rows:
    """Return every so-many-th interview, each standing for its neighbours."""
    step = max(real.outcome.size // _SAMPLE, 1)
    some = Rows(real.design[::step], real.outcome[::step], real.weight[::step], real.offset[::step])
    return replace(some, weight=some.weight * step)
