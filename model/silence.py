"""Days without an answer, as evidence by Bayes' rule."""

import math
from statistics import NormalDist

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


def delay_quantile(share: float, law: Silence, promised_days: float | None = None) -> float:
    """Compute the days within which a share of answers comes: ``median exp(sigma z)``, of a log-normal law.

    Parameters
    ----------
    share : float
        Of the answers that come at all, between 0 and 1.
    law : Silence
    promised_days : float, optional
        Days until a promised answer; becomes the median, as in `silence_log_odds`.

    Returns
    -------
    float
        Infinite where it exceeds the range of numbers.

    Examples
    --------
    >>> round(delay_quantile(0.9, Silence()), 1), round(delay_quantile(0.9, Silence(), 7), 1)
    (36.0, 25.2)
    """
    median = law.median_days if promised_days is None else max(promised_days, 1.0)
    with np.errstate(over="ignore"):
        return float(median * np.exp(law.sigma * NormalDist().inv_cdf(share)))
