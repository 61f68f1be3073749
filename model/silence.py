"""Days without an answer, as evidence by Bayes' rule."""

import math

import numpy as np

from ..data.answers.observations import Floats
from ..data.catalogue.catalogue import Silence

_erfc = np.frompyfunc(math.erfc, 1, 1)  # without scipy, which takes longer to import than a prediction


def silence_log_odds(days: Floats, promised_days: Floats, law: Silence) -> Floats:
    """Compute the update ``u`` that days without an answer add to the log-odds of an offer.

    ``u = log[(1 - F) / (g + (1 - g)(1 - F))]``, with ``F`` the log-normal distribution of days until an
    answer and ``g`` the share of non-offers that are never answered: the probability of this silence with an
    offer, over that without one. It does not depend on the weights. Offers and rejections are assumed to come
    equally fast, because no figures distinguish them.

    Parameters
    ----------
    days : (n,) array
        Days without an answer, NaN where unknown.
    promised_days : (n,) array
        Days until a promised answer, NaN without a promise; becomes the median of ``F``.
    law : Silence
        Median, shape and ``g``.

    Returns
    -------
    (n,) array
        ``u``, log-odds: never positive, 0 where the days are unknown.

    Examples
    --------
    >>> unknown = np.array([np.nan])
    >>> silence_log_odds(np.array([30.0]), unknown, Silence()).round(2)
    array([-1.35])
    """
    update = np.zeros(days.shape)
    known = ~np.isnan(days)
    promised = promised_days[known]
    median = np.where(np.isnan(promised), law.median_days, np.maximum(promised, 1.0))
    with np.errstate(divide="ignore"):
        z = (np.log(days[known]) - np.log(median)) / law.sigma  # log(0) = -inf on the first day
    survival = np.asarray(_erfc(z / math.sqrt(2)), dtype=float) / 2
    survival = np.maximum(survival, np.finfo(float).tiny)  # keeps the logarithm finite after any time
    g = law.never_answered
    update[known] = np.log(survival) - np.log(g + (1 - g) * survival)
    return update
