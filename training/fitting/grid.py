"""How far what was told before may be trusted: the priors that training averages over."""

from itertools import product

from ...data.answers.observations import Floats
from ...model.prior import INTERCEPT_SD, Prior, Rows, widened
from .dataset import Held

# How many times as much as told all signs are worth, and how probable that is: where evidence says which
# way signs point, and where they may as well mean the opposite of what was told.
SCALES = {0.3: 0.35, 1.0: 0.4, 2.5: 0.25}
OPEN_SCALES = {-0.4: 0.2, 0.2: 0.25, 1.0: 0.3, 2.5: 0.25}
# Factor on each weight's own standard deviation, and how probable it is.
SPREADS = {1 / 3: 0.3, 1.0: 0.4, 4.0: 0.3}
_HALF_TOLD = 0.12  # what some ten interviews tell, however many signs each answers


def priors_to_average(
    mean: Floats,
    covariance: Floats,
    real: Rows,
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
    told = Held(real).told(widened(mean, covariance))
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
        priors.append(widened(mean, covariance, scale, spread, intercept_sd))
        weights.append(doubt * p_scale * p_spread + (1 - doubt) * as_told)
    return priors, weights
