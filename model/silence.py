"""What hearing nothing says: Bayes' rule on the days without an answer."""

import math

import numpy as np

from ..data.answers.observations import Floats
from ..data.catalogue.catalogue import Silence

_erfc = np.frompyfunc(math.erfc, 1, 1)


def silence_log_odds(days: Floats, promised_days: Floats, law: Silence) -> Floats:
    """Return what so many days without an answer add to the log-odds of an offer.

    ``log[(1 - F) / (g + (1 - g)(1 - F))]`` with ``F`` the log-normal law of days until an answer
    and ``g`` the share of non-offers that are never answered: the probability of this silence if
    there is an offer, over its probability if there is none. It does not depend on the weights.
    Offers and rejections are taken to come equally fast, for want of figures that tell them apart.

    Parameters
    ----------
    days : (n,) array
        Days without an answer, NaN where that is not known.
    promised_days : (n,) array
        When an answer was promised, NaN where it was not; becomes the median of ``F``.
    law : Silence

    Returns
    -------
    (n,) array
        0 where the days are not known, never positive.

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
        score = (np.log(days[known]) - np.log(median)) / law.sigma
    survival = np.asarray(_erfc(score / math.sqrt(2)), dtype=float) / 2
    survival = np.maximum(survival, np.finfo(float).tiny)
    g = law.never_answered
    update[known] = np.log(survival) - np.log(g + (1 - g) * survival)
    return update
